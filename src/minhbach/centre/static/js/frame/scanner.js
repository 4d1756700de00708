/**
 * A bar code scanner that types like a keyboard, wherever the focus is.
 *
 * Owns telling its digits from a person's: sixteen of them, faster than anybody types, ended by Enter, with the check
 * digit right. Reads keys, not letters, so that a Vietnamese layout or an input method does not matter, and
 * gives a field that was written into its text back. Leaves to the centre what the digits mean and who may follow them.
 */

/** A slow scanner needs a third of this for the whole code; a quick typist twice as much. Pauses happen on busy desks. */
const WHOLE_MS = 1500;
const GAP_MS = 500;
const LENGTH = 16;
/** H. M. Damm's quasigroup, as in `dossiers.codes`: finds every wrong digit and every two neighbours swapped. */
const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];

let digits = "", first = 0, last = 0, before = null;

export function isCode(text) {
  return text.length === LENGTH && [...text].reduce((rest, digit) => DAMM[rest][digit], "0") === "0";
}

function digitOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return "";
  const place = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (place && !event.shiftKey) return place[1];
  return /^\d$/.test(event.key) ? event.key : "";
}

function remember(target) {
  const writes = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  before = writes && typeof target.value === "string" ? { target, value: target.value } : null;
}

document.addEventListener("keydown", (event) => {
  // When the key was pressed, not when a busy page came to it.
  const now = event.timeStamp;
  const digit = digitOf(event);
  if (digit) {
    if (now - last > GAP_MS) digits = "";
    if (!digits) {
      first = now;
      remember(event.target);
    }
    digits = (digits + digit).slice(-LENGTH - 1);
    last = now;
    return;
  }
  if ((event.key === "Enter" || event.key === "Tab") && now - first <= WHOLE_MS && isCode(digits)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (before) before.target.value = before.value;
    follow(digits);
  }
  if (event.key !== "Shift") digits = "";
}, { capture: true });

function follow(code) {
  digits = "";
  const desk = document.querySelector("[data-scan]")?.dataset.desk ?? "";
  location.assign(`/quet?${new URLSearchParams({ ma: code, ...(desk && { quay: desk }) })}`);
}
