/**
 * The counter's desk without a mouse: function keys as printed on the buttons, Enter from field to field.
 *
 * Owns those keys, also while somebody types. Promises that Enter never sends a receipt by itself: only the button or
 * its key does, because a scanner ends with Enter too. Leaves reading bar codes to `frame/scanner.js`.
 */

import { explain } from "../frame/keys.js";
import { narrow } from "./narrowing.js";
import { t } from "../words.js";

const shown = (node) => node.getClientRects().length > 0 && !node.disabled;
const FIELDS = "input:not([type=hidden]), select, textarea, button:not([type=button])";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (/^F\d+$/.test(event.key)) press(event);
  else if (event.key === "Enter") onward(event);
});

function press(event) {
  const target = [...document.querySelectorAll(`[data-fkey="${event.key}"]`)].find(shown);
  if (!target || event.repeat) return;
  event.preventDefault();
  target.click();
}

/** What needs words first leads to their box instead of to a refusal. */
document.addEventListener("click", (event) => {
  const needs = document.getElementById(event.target.closest?.("[data-needs]")?.dataset.needs ?? "");
  if (!needs || needs.value.trim()) return;
  event.preventDefault();
  needs.focus();
});

/** The next field of a form that goes on with Enter; the button after the last. */
function onward(event) {
  const form = event.target.closest?.("form[data-enter=next]");
  if (!form || event.target.matches("button, textarea, a")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll(FIELDS)].filter((node) => shown(node) && !node.classList.contains("machine"));
  const next = fields[fields.indexOf(event.target) + 1];
  next?.focus();
  next?.select?.();
}

const procedure = document.getElementById("id_procedure");
if (procedure) narrow(procedure);

explain([...document.querySelectorAll("[data-fkey]")].map((node) => {
  const words = node.cloneNode(true);
  for (const key of words.querySelectorAll("kbd")) key.remove();
  return [[node.dataset.fkey], words.textContent.trim()];
}));
if (document.querySelector("form[data-enter=next]")) explain([[["Enter"], t("đến ô tiếp theo", "on to the next field")]]);

const first = document.querySelector("[data-first]") ?? document.querySelector("form[data-enter=next] input:not([type=hidden])");
if (first && !document.querySelector("[data-focus]")) first.focus();
