/**
 * The screen of a counter: asks every few seconds what to show, and sends one touch.
 *
 * Owns the page while it stands. Promises that it is never left, so that a line that is cut does not leave a browser's
 * own error on a tablet that nobody can type on; that a touch is either written down and thanked for, or said not to be;
 * and that no touch is kept and sent later, when somebody else stands there. Leaves to the centre what is shown.
 */

const EVERY_MS = 3000;
/** A line that is slow and a line that is cut look alike; nobody stands before a screen for longer. */
const PATIENCE_MS = 8000;
const AGAIN_MS = 1000;
const FAILURES_TO_SAY = 2;
const RELOADED = "minhbach.panel.reloaded";

const main = document.getElementById("main");
const lost = document.getElementById("lost");
const missed = document.getElementById("missed");
let failures = 0, asking = null, touching = false, timer = 0;

const panel = () => document.getElementById("panel");

/** What the centre answers, as a page; null when it has nothing new to show. Throws when nobody answers. */
async function ask(address, more = {}) {
  const mine = new AbortController();
  asking = mine;
  const patience = setTimeout(() => mine.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(address, { ...more, signal: mine.signal, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 204) return null;
    if (answer.status === 403) anew();
    if (!answer.ok) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } finally {
    clearTimeout(patience);
  }
}

/** Cookies that are gone come back with the page; once a minute, so that a screen which may not rate stands still. */
function anew() {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

function show(page) {
  failures = 0;
  lost.hidden = true;
  const fresh = page?.getElementById("panel");
  if (!fresh) return;
  missed.hidden = true;
  panel().replaceWith(document.adoptNode(fresh));
}

function later(ms = Number(panel().dataset.thanksMs ?? EVERY_MS)) {
  clearTimeout(timer);
  timer = setTimeout(look, ms);
}

async function look() {
  try {
    show(await ask(`${location.pathname}?${new URLSearchParams({ dang: panel().dataset.shows })}`));
    if (!touching) later();
  } catch {
    if (touching) return;
    failures += 1;
    if (failures >= FAILURES_TO_SAY) lost.hidden = false;
    later(AGAIN_MS);
  }
}

/** One touch: the first, until it is answered. A look that is under way would show what was before it. */
async function touch(event) {
  event.preventDefault();
  if (touching) return;
  touching = true;
  clearTimeout(timer);
  asking?.abort();
  const { target: form, submitter } = event;
  const said = new URLSearchParams(new FormData(form));
  if (submitter?.name) said.set(submitter.name, submitter.value);
  submitter?.setAttribute("aria-busy", "true");
  try {
    show(await ask(form.action, { method: "POST", body: said }));
    later();
  } catch {
    // It may have been written down all the same: the next look tells, and nobody is rated twice.
    missed.hidden = false;
    submitter?.removeAttribute("aria-busy");
    later(AGAIN_MS);
  } finally {
    touching = false;
  }
}

main.addEventListener("submit", touch);
/* "Done" is a link for browsers without scripts; here the screen stays. */
main.addEventListener("click", (event) => {
  if (!event.target.closest?.("a[href]")) return;
  event.preventDefault();
  later(0);
});
later();
