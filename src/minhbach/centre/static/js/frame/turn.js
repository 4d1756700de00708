/* Signing in when everybody does: only some are let in at a time, so the form waits for its turn by itself.

   Owns asking again after an answer 503, for a minute at most. Promises that a password never leaves the form but to
   where the form sends it, and that without this script the form works as any other, only that one presses again. */
import { t } from "../words.js";
import { toast } from "./toasts.js";

const FIRST_MS = 500, SPREAD_MS = 1000, LONGEST_MS = 60_000;

for (const form of document.querySelectorAll("form[data-turn]")) form.addEventListener("submit", (event) => {
  event.preventDefault();
  if ("waiting" in form.dataset) return;
  form.dataset.waiting = "";
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  signIn(form).finally(() => { delete form.dataset.waiting; button.removeAttribute("aria-busy"); });
});

async function signIn(form) {
  const began = Date.now();
  let words = null;
  try {
    for (;;) {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Waits": "1" }, redirect: "error" });
      if (answer.status === 204) return void location.assign(answer.headers.get("X-Go-On") || "/");
      if (answer.status !== 503 || Date.now() - began > LONGEST_MS) return show(form, await answer.text());
      words ??= toast(t("Đang có nhiều người đăng nhập. Xin chờ, sắp đến lượt bạn…", "Many people are signing in. Wait a moment, your turn comes…"), { level: "warning" });
      await new Promise((resolve) => setTimeout(resolve, FIRST_MS + Math.random() * SPREAD_MS));
    }
  } catch {
    form.submit(); // The line is down: the browser says so in its own way.
  } finally {
    words?.remove();
  }
}

/* What the server says of it stands in the same place of the page it sent. */
function show(form, text) {
  const said = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-turn='main']");
  const main = document.querySelector("form[data-turn='main']");
  if (!said) return void location.reload();
  const password = form === main ? said.querySelector("input[type=password]") : null;
  for (const field of main.elements) if (field.name && field.type === "text" && said.elements[field.name]) said.elements[field.name].value = field.value;
  main.replaceChildren(...said.childNodes);
  (password ?? main.querySelector("input[type=text]"))?.focus();
}
