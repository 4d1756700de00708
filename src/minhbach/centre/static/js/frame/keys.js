/* Keys: what is printed on a thing presses it. `data-key="b"` on a button or link; `data-go="p"` after `g`;
   `data-search` takes `/`; `?` lists what works here. A page with keys of its own says them with explain(). */
const WAIT_MS = 1500;
let goUntil = 0;

export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select"));
}

function shown(node) {
  return node.getClientRects().length > 0 && !node.disabled;
}

function first(selector, wanted) {
  for (const node of document.querySelectorAll(selector)) if (wanted(node)) return node;
  return null;
}

function line(keys, words) {
  const item = document.createElement("li");
  for (const key of keys) {
    const cap = document.createElement("kbd");
    cap.textContent = key.length === 1 ? key.toUpperCase() : key;
    item.append(cap);
  }
  item.append(words);
  return item;
}

const list = document.querySelector("#keys .keylist");
const own = [];

/** Names keys that a page handles itself: explain([[["J", "K", "L"], "lùi, dừng, tiến"], …]). */
export function explain(lines) {
  own.push(...lines);
}

function labelOf(node) {
  const copy = node.cloneNode(true);
  for (const inner of copy.querySelectorAll("kbd, .count, .unseen-text")) inner.remove();
  return node.dataset.keyWords || copy.textContent.trim() || node.getAttribute("aria-label") || "";
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  for (const old of list.querySelectorAll("[data-made]")) old.remove();
  const lines = own.map(([keys, words]) => line(keys, words));
  for (const node of document.querySelectorAll("[data-key]")) if (shown(node)) lines.push(line([node.dataset.key], labelOf(node)));
  const seen = new Set();
  for (const node of document.querySelectorAll("[data-go]")) {
    if (seen.has(node.dataset.go)) continue;
    seen.add(node.dataset.go);
    lines.push(line(["G", node.dataset.go], `${list.dataset.goWord} ${labelOf(node)}`));
  }
  for (const made of lines) { made.dataset.made = ""; list.append(made); }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const now = performance.now();
  let target = null;
  if (now < goUntil) {
    goUntil = 0;
    target = first("[data-go]", (node) => node.dataset.go === key);
    if (target) { event.preventDefault(); target.click(); return; }
  }
  if (key === "?") { event.preventDefault(); showKeys(); return; }
  if (key === "/") {
    target = first("[data-search]", shown);
    if (target) { event.preventDefault(); target.focus(); target.select?.(); return; }
    target = first("[data-find]", shown);
    if (target) { event.preventDefault(); target.click(); }
    return;
  }
  target = first("[data-key]", (node) => shown(node) && node.dataset.key.toLowerCase() === key.toLowerCase());
  if (target) { event.preventDefault(); target.click(); return; }
  if (key === "g" && document.querySelector("[data-go]")) goUntil = now + WAIT_MS;
});

/* The menu's own way in: the list is made when it opens, whoever opens it. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open=keys]")) { document.getElementById("keys")?.close(); showKeys(); }
});
