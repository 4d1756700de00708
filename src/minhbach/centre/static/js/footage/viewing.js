/**
 * The right to see, asked for and kept alive.
 *
 * Owns a viewing from its opening to its end: the token is renewed every few seconds and the decision made again each
 * time; a refusal is told once with its words. Promises that a page which goes closes its viewing. Leaves footage to
 * `engine`, which is given the token.
 */

const AGAIN_MS = 1000;
const PATIENCE_MS = 5000;
/** Too late and too many: not a no. */
const PASSING = new Set([408, 429]);
const ENDINGS = { purpose: 1, restricted: 1, over: 1 };

export class Viewing {
  #on;
  #csrf;
  #timer = 0;
  #closed = false;
  #played = () => ({});
  #at = null;
  #gone = () => this.close();

  constructor(answer, csrf, on) {
    this.id = answer.viewing;
    this.token = answer.token;
    this.cameras = answer.cameras;
    this.refused = answer.refused ?? [];
    this.begin = answer.begin;
    this.end = answer.end;
    this.#csrf = csrf;
    this.#on = on;
    this.#later((answer.renew_after_s ?? 4) * 1000);
    window.addEventListener("pagehide", this.#gone);
  }

  /**
   * Open one: {kind, cameras, begin, end, sound, purpose, csrf, on: {refused(words), renewed(answer)}}; `on` may also have
   * `purpose`, `restricted` and `over`, called in place of `refused` when a renewal ends with that code. `words`: {vi, en,
   * code}. Rejects with `words` when it is refused from the start.
   */
  static async open({ csrf = cookieToken(), on = {}, ...asked }) {
    return new Viewing(await post("/api/viewings", asked, csrf), csrf, on);
  }

  /** What was played since the last renewal is told with the next one. */
  set played(report) {
    this.#played = report;
  }

  /** Where the page is (() => Unix µs): a part of a day may be restricted. */
  set at(where) {
    this.#at = where;
  }

  /** Give the right back. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    window.removeEventListener("pagehide", this.#gone);
    this.token = null;
    post(`/api/viewings/${this.id}/close`, {}, this.#csrf).catch(() => {});
  }

  #later(wait_ms) {
    this.#timer = setTimeout(() => this.#renew(), wait_ms);
  }

  async #renew() {
    try {
      const answer = await post(`/api/viewings/${this.id}/renew`, this.#report(), this.#csrf);
      if (this.#closed) return;
      this.token = answer.token;
      this.#on.renewed?.(answer);
      this.#later((answer.renew_after_s ?? 4) * 1000);
    } catch (error) {
      if (this.#closed) return;
      if (error.words) this.#refused({ ...error.said, ...error.words });
      else this.#later(AGAIN_MS);
    }
  }

  #report() {
    const values = { played: this.#played() };
    if (this.#at) values.at_us = Math.round(this.#at());
    return values;
  }

  #refused(words) {
    this.#closed = true;
    window.removeEventListener("pagehide", this.#gone);
    this.token = null;
    const told = Object.hasOwn(ENDINGS, words.code) && this.#on[words.code] ? words.code : "refused";
    this.#on[told]?.(words);
  }
}

async function post(url, values, csrf) {
  // A line that says nothing must not hold up the next attempt, or the right runs out although the line is back.
  const patience = new AbortController();
  setTimeout(() => patience.abort(), PATIENCE_MS);
  const response = await fetch(url, {
    method: "POST",
    signal: patience.signal,
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf ?? "" },
    body: JSON.stringify(values),
  });
  if (response.ok) return response.json();
  const error = new Error(`${response.status}`);
  if (response.status >= 400 && response.status < 500 && !PASSING.has(response.status)) {
    const said = await response.json().catch(() => ({}));
    error.words = { vi: said.vi ?? "Không được xem.", en: said.en ?? "This may not be viewed." };
    error.said = said;
  }
  throw error;
}

function cookieToken() {
  const meta = document.querySelector('meta[name="csrf"]');
  return meta?.content ?? document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}
