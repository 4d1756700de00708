/* Toasts: what was done, with undo where undo is true. `toast("Đã lưu", {undo: {label, act}})`; an error stays. */
const STAYS_MS = 8000;
const place = document.querySelector(".toasts");

function leaveLater(node) {
  if (node.dataset.level === "error" || node.dataset.level === "warning") return;
  let timer = setTimeout(() => node.remove(), STAYS_MS);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("pointerleave", () => { timer = setTimeout(() => node.remove(), STAYS_MS); });
}

export function toast(text, { level = "success", undo = null } = {}) {
  const node = document.createElement("div");
  node.className = "toast";
  node.dataset.level = level;
  const words = document.createElement("span");
  words.textContent = text;
  node.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = undo.label;
    button.addEventListener("click", () => { node.remove(); undo.act(); });
    node.append(button);
  }
  place.append(node);
  leaveLater(node);
  return node;
}

if (place) for (const node of place.children) leaveLater(node);
document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest(".toast, .notice")?.remove();
});
/* An action that htmx sent and the server refused says so; `HX-Trigger: {"toast": "…"}` says what was done. */
document.addEventListener("toast", (event) => toast(event.detail.value ?? event.detail.text));
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  toast(page.querySelector("h1")?.textContent ?? event.detail.xhr.statusText, { level: "error" });
});
/* A page that asks every few seconds says once that nobody answers, and takes it back when somebody does. */
const english = document.documentElement.lang === "en";
let lost = null;

function sayLost() {
  if (lost?.isConnected) return;
  lost = toast(english ? "No connection to the server: what you see may be old." : "Mất kết nối với máy chủ: số liệu trên trang có thể đã cũ.", { level: "error" });
}

function sayFound() {
  lost?.remove();
  lost = null;
}

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig?.verb === "get") sayLost();
  else toast(english ? "No answer from the server. Nothing was changed; try again." : "Máy chủ không trả lời. Chưa có gì thay đổi; hãy thử lại.", { level: "error" });
});
document.addEventListener("htmx:afterOnLoad", sayFound);
window.addEventListener("offline", sayLost);
window.addEventListener("online", sayFound);
