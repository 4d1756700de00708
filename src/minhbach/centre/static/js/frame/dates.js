/* Dates and times as they are written in Vietnam. A browser that speaks English would show 11/22/2026 and 9:00 PM; so a
   box of our own stands over each date or time field and takes 22/11/2026 and 21:00, typed with or without the marks.
   The field itself stays in the form, holds the value for the server and opens the browser's calendar. What cannot be
   read stays as it was typed and is not sent: an empty field would be another answer than the one given. */
import { t } from "../words.js";

const KINDS = {
  date: { hint: t("ngày/tháng/năm", "day/month/year"), show: showDate, read: readDate, wrong: t("Ghi ngày như 22/11/2026.", "Write the date as 22/11/2026.") },
  time: { hint: t("giờ:phút", "hour:minute"), show: showTime, read: readTime, wrong: t("Ghi giờ như 09:30.", "Write the time as 09:30.") },
};

function showDate(value) {
  return value ? value.split("-").reverse().join("/") : "";
}

/** With seconds only where there are some: `09:00`, `09:00:06`. */
function showTime(value) {
  return value.replace(/^(\d\d:\d\d):00$/, "$1");
}

/** `22/11/2026`, `22-11-26`, `22112026` as `2026-11-22`; null for no date. */
export function readDate(text) {
  const found = /^\s*(\d{1,2})[\s./-]?(\d{1,2})[\s./-]?(\d{4}|\d{2})\s*$/.exec(text);
  if (!found) return null;
  const [day, month, year] = [Number(found[1]), Number(found[2]), Number(found[3]) + (found[3].length === 2 ? 2000 : 0)];
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day ? made.toISOString().slice(0, 10) : null;
}

/** `9:30`, `9h30`, `0930`, `9 giờ` as `09:30`, `9:30:06` as `09:30:06`; null for no time. */
export function readTime(text) {
  const found = /^\s*(\d{1,2}?)\s*(?:[:.h]|giờ)?\s*(\d{2})?(?:[:.](\d{2}))?\s*$/iu.exec(text);
  if (!found) return null;
  const [hour, minute, second] = [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return [hour, minute, ...(second ? [second] : [])].map((part) => String(part).padStart(2, "0")).join(":");
}

function calendarButton(field, kind) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.tabIndex = -1;
  button.setAttribute("aria-hidden", "true");
  button.innerHTML = `<svg class="icon small" viewBox="0 0 20 20"><use href="${document.body.dataset.icons}#${kind === "date" ? "calendar" : "clock"}"></use></svg>`;
  button.addEventListener("click", () => field.showPicker?.());
  return button;
}

function dress(field) {
  const kind = KINDS[field.type];
  const [around, box] = [document.createElement("span"), document.createElement("input")];
  const name = field.type;
  around.className = "dated";
  field.closest(".field")?.classList.add("of-date");
  box.type = "text";
  box.inputMode = "numeric";
  box.autocomplete = "off";
  box.placeholder = kind.hint;
  box.value = kind.show(field.value);
  box.id = field.id;
  box.required = field.required;
  field.required = false;
  field.removeAttribute("id");
  for (const part of ["aria-describedby", "aria-invalid", "aria-label", "aria-labelledby"]) {
    if (field.hasAttribute(part)) box.setAttribute(part, field.getAttribute(part));
  }
  const label = field.closest("label");
  if (label && !box.id) box.setAttribute("aria-label", label.textContent.trim());
  field.replaceWith(around);
  field.classList.add("machine");
  field.tabIndex = -1;
  field.setAttribute("aria-hidden", "true");
  around.append(box, field, calendarButton(field, name));
  box.addEventListener("change", () => {
    const value = box.value.trim() ? kind.read(box.value) : "";
    box.setCustomValidity(value === null ? kind.wrong : "");
    if (value === null) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    field.value = value ?? "";
    if (value === null) { box.reportValidity(); return; }
    box.value = kind.show(field.value);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  field.addEventListener("change", () => {
    box.value = kind.show(field.value);
    box.setCustomValidity("");
    box.removeAttribute("aria-invalid");
  });
}

/** Before anybody else hears that a form is sent; forms here leave all other checks to the server. */
function hold(event) {
  const wrong = [...event.target.elements].find((box) => box.closest(".dated") && box.validity.customError);
  if (!wrong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wrong.reportValidity();
}

/** Dress every date and time field below a node; what is dressed already stays. */
export function dressAll(root) {
  for (const field of root.querySelectorAll("input[type=date]:not(.machine), input[type=time]:not(.machine)")) dress(field);
}

dressAll(document);
document.addEventListener("submit", hold, true);
document.addEventListener("htmx:load", (event) => dressAll(event.target));
