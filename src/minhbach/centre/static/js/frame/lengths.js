/* How much room a text still has: said from the last fifth on, and loudly where it is full, for a browser cuts what is
   pasted beyond it without a word. Short fields, which show their end, say nothing. */
import { t } from "../words.js";

const LONG = 100, NEAR = 0.8;

document.addEventListener("input", ({ target: field }) => {
  if (!(field.maxLength >= LONG)) return;
  const left = field.maxLength - field.value.length;
  const near = field.value.length >= field.maxLength * NEAR;
  let room = field.parentElement.querySelector(":scope > .room-left");
  if (!room && !near) return;
  if (!room) {
    room = Object.assign(document.createElement("p"), { className: "room-left hint num" });
    room.setAttribute("aria-live", "polite");
    field.after(room);
  }
  room.hidden = !near;
  room.classList.toggle("error", left <= 0);
  room.textContent = left > 0
    ? t("Còn {n} ký tự", "{n} characters left", { n: left })
    : t("Đã đủ {n} ký tự: phần viết thêm không được nhận", "All {n} characters are used: nothing more is taken", { n: field.maxLength });
});
