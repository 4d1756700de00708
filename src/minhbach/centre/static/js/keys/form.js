/**
 * A form that a security key fills before it is sent: `data-key="make"` or `data-key="sign"`.
 *
 * Owns the moment between the press and the sending. Promises that nothing typed is lost when the key is not used, and
 * that the sentence why stands at the form.
 */

import { NoKey, make, sign, usable } from "./key.js";
import { t } from "../words.js";

for (const form of document.querySelectorAll("form[data-key]")) {
  const said = form.querySelector("[data-said]");
  const button = form.querySelector("button:not([type=button])");
  if (!usable()) {
    button.disabled = true;
    tell(said, t("Trình duyệt này không dùng được khóa bảo mật ở đây.", "This browser cannot use security keys here."));
  }
  form.addEventListener("submit", (event) => {
    if ("ready" in form.dataset) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    fill(form, said, button);
  });
}

async function fill(form, said, button) {
  if (!form.reportValidity()) return;
  const { challenge, name, handle, person, keys, key } = form.dataset;
  const ids = (keys ?? "").split(" ").filter(Boolean);
  button.disabled = true;
  tell(said, t("Hãy chạm vào khóa bảo mật…", "Touch the security key…"));
  try {
    const given = key === "make"
      ? await make({ challenge, name, handle, person, known: ids })
      : await sign({ challenge, name, keys: ids });
    for (const [field, value] of Object.entries(given)) form.elements[field].value = value;
    form.dataset.ready = "";
    button.disabled = false;
    tell(said, "");
    form.requestSubmit();
  } catch (error) {
    button.disabled = false;
    tell(said, error instanceof NoKey ? error.message : t("Không ký được. Hãy tải lại trang rồi thử lại.", "It could not be signed. Reload the page, then try again."));
  }
}

function tell(said, words) {
  said.textContent = words;
  said.hidden = !words;
}
