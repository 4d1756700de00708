/**
 * A long list of choices found by a few letters: case and marks do not matter, nor the points of a code.
 *
 * Owns the box above the list. Promises that the list alone says what is chosen and works without the box, and that
 * what nothing matches chooses nothing. Typing into a list itself finds no "Đ", and no word but the first.
 */

import { t } from "../words.js";

const WAIT_MS = 250;

export function plain(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

/** Whether each word that was typed stands in the text. */
export function matches(text, typed) {
  const [all, close] = [plain(text), plain(text).replaceAll(".", "")];
  return plain(typed).split(/\s+/).every((word) => all.includes(word) || close.includes(word));
}

export function narrow(select, most = 5) {
  if (select.options.length <= most) return;
  const [box, told] = [document.createElement("input"), document.createElement("p")];
  Object.assign(box, { type: "search", className: "input", autocomplete: "off" });
  box.placeholder = t("Gõ vài chữ hoặc mã để tìm", "Type a few letters or the code");
  box.setAttribute("aria-label", t("Tìm trong danh sách: {name}", "Search the list: {name}", { name: select.labels[0]?.textContent.trim() ?? "" }));
  box.setAttribute("aria-controls", select.id);
  told.className = "hint";
  told.setAttribute("role", "status");
  select.before(box, told);
  let waiting = 0;

  const settle = () => {
    clearTimeout(waiting);
    if (!waiting) return;
    waiting = 0;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  box.addEventListener("input", () => {
    const typed = box.value.trim();
    const found = [...select.options].filter((option) => option.value && (!typed || matches(option.textContent, typed)));
    for (const option of select.options) option.hidden = Boolean(option.value) && !found.includes(option);
    for (const group of select.querySelectorAll("optgroup")) group.hidden = [...group.children].every((option) => option.hidden);
    told.textContent = !typed ? "" : t("{n} mục khớp", "{n} match", { n: found.length });
    const value = typed && found.length ? found[0].value : "";
    if (value === select.value) return;
    select.value = value;
    clearTimeout(waiting);
    waiting = setTimeout(settle, WAIT_MS);
  });
  box.addEventListener("change", settle);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    settle();
    if (box.form?.dataset.enter === "next") return; // the page goes on to the next field
    event.preventDefault();
    select.focus();
  });
}
