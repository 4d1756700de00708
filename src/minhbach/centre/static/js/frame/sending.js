/* A form on its way: after 300 ms a strip runs along the top, after a second words say that it goes on; pressed twice it
   is sent once. `data-download` on a form whose answer is a file: the page stays, so nothing is shown. */
import { toast } from "./toasts.js";

const STRIP_MS = 300, WORDS_MS = 1000, LONGEST_MS = 30_000;
const english = document.documentElement.lang === "en";
let stop = () => {};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || "download" in form.dataset) return;
  if ("sent" in form.dataset) { event.preventDefault(); return; }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  let words = null;
  const timers = [
    setTimeout(() => document.body.classList.add("sending"), STRIP_MS),
    setTimeout(() => { words = toast(english ? "Still working on it…" : "Đang xử lý, xin chờ…", { level: "warning" }); }, WORDS_MS),
    setTimeout(() => stop(), LONGEST_MS),
  ];
  stop = () => {
    for (const timer of timers) clearTimeout(timer);
    document.body.classList.remove("sending");
    words?.remove();
    delete form.dataset.sent;
    event.submitter?.removeAttribute("aria-busy");
  };
});
/* Somebody who comes back to the page finds it as it was before they sent it. */
window.addEventListener("pageshow", () => stop());
