/**
 * Fields that are asked for only while another field has a certain value: `data-only="channel:letter"`.
 *
 * Owns whether they are shown. Promises that what is not shown is not sent, that what is wrong is always shown, and that
 * without it every field is there. Leaves to the server what it makes of them.
 */

export function follow(form) {
  for (const field of form.querySelectorAll("[data-only]")) {
    const around = field.closest(".field");
    const [name, values] = field.dataset.only.split(":");
    if (!around || around.classList.contains("bad")) continue;
    const settle = () => {
      const wanted = values.split(" ").includes(new FormData(form).get(name));
      around.hidden = !wanted;
      for (const box of around.querySelectorAll("input, select, textarea")) box.disabled = !wanted;
    };
    form.addEventListener("change", settle);
    settle();
  }
}

for (const form of document.querySelectorAll("form")) follow(form);
