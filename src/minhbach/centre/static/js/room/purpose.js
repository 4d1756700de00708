/**
 * What footage is watched for: asked once, shown with the time left, extended on request.
 *
 * Owns the dialog and the line in the header. Promises that the person is asked before the first byte, and warned
 * before the time ends. Leaves the decision, and the minutes, to the centre.
 */

import { ask } from "./api.js";
import { length } from "../timeline/time.js";
import { t } from "../words.js";

const WARN_S = 120;
const MOST_ROOMS = 100;
const $ = (id) => document.getElementById(id);

export class Purpose extends EventTarget {
  /** `rooms` are the ids of the rooms it is about. Events: ended · refused (detail: words). */
  constructor(rooms) {
    super();
    this.rooms = rooms;
    this.open = null;
    this.stale = false;
    this.asking = null;
    $("purpose-renew").addEventListener("click", () => this.renew());
    // Whoever was led here by a receipt says why, not once more which dossier.
    $("reference-field").value = new URLSearchParams(location.search).get("ho-so") ?? "";
    $("purpose-left").tabIndex = -1;
    setInterval(() => this.tick(), 1000);
  }

  get id() { return this.valid() ? this.open.id : null; }

  valid() { return this.open !== null && Date.parse(this.open.until) > Date.now(); }

  /** The person's open purpose for this room, if there is one from before. */
  async find() {
    const [first] = (await ask("GET", `/api/purposes?room=${this.rooms[0]}`)).purposes;
    if (first) this.take(first);
    return this.id;
  }

  /** The centre no longer takes it, or not for all of these rooms: the person is asked next time. */
  forget() {
    Object.assign(this, { open: null, stale: true });
    for (const id of ["purpose-line", "purpose-left", "purpose-renew"]) $(id).hidden = true;
  }

  /**
   * The id of a valid purpose; asks when there is none. Null when the person thought better of it. Who wishes something
   * else while the question is open, or its answer on its way, is not asked a second time.
   */
  need() {
    this.asking ??= this.asked().finally(() => (this.asking = null));
    return this.asking;
  }

  async asked() {
    if (this.valid() || (!this.stale && (await this.find()))) return this.id;
    const said = await this.question();
    if (!said) return null;
    const made = await ask("POST", "/api/purposes", { ...said, rooms: this.rooms.slice(0, MOST_ROOMS) });
    this.stale = false;
    this.take({ ...said, ...made });
    return this.id;
  }

  async question() {
    await othersClosed();
    const dialog = $("purpose");
    const [field, error] = [$("purpose-field"), $("purpose-error")];
    dialog.returnValue = "";
    error.hidden = true;
    dialog.showModal();
    field.focus();
    return new Promise((resolve) => {
      const refuse = (event) => {
        if (event.submitter?.value !== "ok" || field.value.trim().length >= 5) return;
        event.preventDefault();
        error.textContent = t("Hãy viết mục đích, ít nhất năm chữ cái.", "Write the purpose, five letters at least.");
        error.hidden = false;
        field.setAttribute("aria-invalid", "true");
        field.focus();
      };
      dialog.addEventListener("submit", refuse);
      dialog.addEventListener("close", () => {
        dialog.removeEventListener("submit", refuse);
        field.removeAttribute("aria-invalid");
        const said = { text: field.value.trim(), reference: $("reference-field").value.trim() };
        resolve(dialog.returnValue === "ok" ? said : null);
      }, { once: true });
    });
  }

  take(purpose) {
    this.open = purpose;
    this.whole = Math.max(this.whole ?? 0, Date.parse(purpose.until) - Date.now());
    $("purpose-text").textContent = purpose.reference ? `${purpose.text} (${purpose.reference})` : purpose.text;
    $("purpose-line").title = $("purpose-text").textContent;
    for (const id of ["purpose-line", "purpose-left", "purpose-renew"]) $(id).hidden = false;
    this.tick();
  }

  /** The centre moved the end. */
  until(moment) {
    if (this.open && moment) this.open.until = moment;
  }

  async renew() {
    try {
      this.until((await ask("POST", `/api/purposes/${this.open.id}/renew`)).until);
      this.tick();
    } catch (refusal) {
      this.dispatchEvent(new CustomEvent("refused", { detail: refusal.message }));
    }
  }

  tick() {
    if (!this.open) return;
    const left = (Date.parse(this.open.until) - Date.now()) / 1000;
    const chip = $("purpose-left");
    const over = left <= 0;
    chip.className = `status chip clock num ${over ? "late" : left < WARN_S ? "soon" : "ok"}`;
    const words = over ? t("đã hết giờ", "time is up") : t("còn {length}", "{length} left", { length: precise(left) });
    chip.replaceChildren(...(over ? [words] : [ring(left * 1000 / this.whole), words]));
    if (over && !this.said) this.dispatchEvent(new CustomEvent("ended"));
    this.said = over;
  }
}

/** Nobody is asked over the head of what they are writing: the question waits for the dialogs that are open. */
async function othersClosed() {
  for (let open; (open = document.querySelector("dialog[open]")); ) {
    await new Promise((resolve) => { open.addEventListener("close", resolve, { once: true }); });
  }
}

function precise(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 60 || whole >= 3600) return length(whole * 1e6);
  return t("{m} phút {s} giây", "{m} min {s} s", { m: Math.floor(whole / 60), s: whole % 60 });
}

function ring(share) {
  const SVG = "http://www.w3.org/2000/svg";
  const [svg, circle] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "circle")];
  svg.setAttribute("class", "left");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries({ cx: 16, cy: 16, r: 8, pathLength: 100, "stroke-dasharray": `${Math.round(Math.min(1, share) * 100)} 100` })) circle.setAttribute(name, value);
  svg.append(circle);
  return svg;
}
