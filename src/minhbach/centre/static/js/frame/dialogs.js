/* Dialogs: `data-open="id"` opens the <dialog> of that id, `data-close` closes the one it stands in. A click on the veil
   closes too: nothing in a dialog is done until its button is pressed. `data-confirm="words"` on a form asks them before
   it goes. */
import { t } from "../words.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog && !dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  else if (event.target instanceof HTMLDialogElement) event.target.close();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const words = form.dataset.confirm;
  if (!words) return;
  if ("agreed" in form.dataset) { delete form.dataset.agreed; return; }
  event.preventDefault();
  const dialog = asking(words, event.submitter?.textContent.trim() ?? "");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    form.dataset.agreed = "";
    form.requestSubmit(event.submitter);
  });
  dialog.showModal();
}, { capture: true });

function asking(words, verb) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
  const form = Object.assign(document.createElement("form"), { className: "form", method: "dialog" });
  const heading = Object.assign(document.createElement("h2"), { id: "asked", textContent: words });
  const no = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: t("Không", "No") });
  const yes = Object.assign(document.createElement("button"), { className: "button primary", value: "yes", textContent: verb || t("Có", "Yes") });
  const buttons = Object.assign(document.createElement("p"), { className: "buttons" });
  no.dataset.close = "";
  dialog.setAttribute("aria-labelledby", heading.id);
  buttons.append(no, yes);
  form.append(heading, buttons);
  dialog.append(form);
  return dialog;
}
