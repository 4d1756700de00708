/**
 * What the pointer is over: a small picture, the moment, and what there is or why there is nothing.
 *
 * Owns the card above the strip. Promises one picture at a time on its way, the newest wanted first, and none asked for
 * twice, but one that did not come, some times, as long as somebody waits for it; the words come at once, the picture
 * when it is there, and an older picture never stands for a newer moment.
 */

import { clock, shortDate } from "../timeline/time.js";
import { length } from "../timeline/time.js";
import { t } from "../words.js";

const WIDTH = 264;
const KEPT = 240;
const WAIT_MS = 40;
const AGAIN_MS = 1000;
const TRIES = 10;
const $ = (id) => document.getElementById(id);

export class Peek {
  /** `still(line, us, width)` gives a Blob or null; `lineOf(camera)` the name the engine knows. */
  constructor(timeline, { still, lineOf, first }) {
    Object.assign(this, { timeline, still, lineOf, first, kept: new Map(), busy: false, wanted: null });
    timeline.addEventListener("peek", ({ detail }) => (detail ? this.show(detail) : this.hide()));
  }

  hide() {
    $("peek").hidden = true;
    this.wanted = null;
    clearTimeout(this.timer);
  }

  show({ us, x, camera, marks }) {
    const card = $("peek");
    const { model, surface } = this.timeline;
    const about = camera ?? model.cameras.find((each) => each.id === this.first()) ?? model.cameras[0];
    card.hidden = false;
    $("peek-said").replaceChildren(...this.words(us, camera, about, marks));
    const left = surface.offsetLeft + x - WIDTH / 2;
    card.style.left = `${Math.max(8, Math.min(left, card.parentElement.clientWidth - WIDTH - 8))}px`;
    if (about && model.moment(about, us).have) this.want(this.lineOf(about.id), us);
    else this.picture(null);
  }

  words(us, camera, about, marks) {
    const lines = [line("b", `${clock(us)} · ${shortDate(us)}${about ? ` · ${about.place}` : ""}`)];
    for (const mark of marks) {
      const span = mark.end > mark.begin ? `, ${length(mark.end - mark.begin)}` : "";
      lines.push(line("span", `${clock(mark.begin)}${span}: ${mark.text}`));
    }
    if (marks.length) return lines;
    const asked = camera ? [camera] : this.timeline.model.cameras;
    const said = asked.map((each) => ({ each, ...this.timeline.model.moment(each, us) }));
    if (!camera && said.every(({ have }) => have)) return [...lines, line("span", t("Mọi camera có hình", "All cameras have footage"))];
    for (const { each, have, text } of said) if (camera || !have) lines.push(line("span", camera ? text : `${each.place}: ${text}`));
    return lines;
  }

  // --- pictures --------------------------------------------------------------------------------------------------------

  /** Moments nearer than a few pixels share a picture. */
  key(camera, us) {
    const step = Math.max(1e6, (this.timeline.span / this.timeline.surface.clientWidth) * 6);
    return `${camera} ${Math.round(us / step)} ${Math.round(Math.log2(step))}`;
  }

  want(camera, us) {
    const key = this.key(camera, us);
    const kept = this.kept.get(key);
    this.wanted = kept ? null : { camera, us, key, tries: this.wanted?.key === key ? this.wanted.tries : 0 };
    if (kept) this.picture(kept, false);
    else if (!this.busy) {
      $("peek-picture").classList.add("old");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.fetch(), WAIT_MS);
    } else $("peek-picture").classList.add("old");
  }

  async fetch() {
    const wanted = this.wanted;
    if (!wanted || this.busy) return;
    this.busy = true;
    try {
      const blob = await this.still(wanted.camera, Math.round(wanted.us), WIDTH);
      if (blob) this.keep(wanted.key, URL.createObjectURL(blob));
    } catch {
      // a newer wish overtook it, or there is no picture yet: the words stand
    }
    this.busy = false;
    if (this.wanted?.key === wanted.key) {
      const kept = this.kept.get(wanted.key);
      this.picture(kept ?? null);
      if (kept) this.wanted = null;
      else if ((this.wanted.tries += 1) < TRIES) this.timer = setTimeout(() => this.fetch(), AGAIN_MS);
    } else if (this.wanted) this.fetch();
  }

  keep(key, address) {
    this.kept.set(key, address);
    if (this.kept.size <= KEPT) return;
    const [oldest, gone] = this.kept.entries().next().value;
    this.kept.delete(oldest);
    URL.revokeObjectURL(gone);
  }

  /** Forget every picture: the right to them ended. */
  forget() {
    clearTimeout(this.timer);
    this.wanted = null;
    for (const address of this.kept.values()) URL.revokeObjectURL(address);
    this.kept.clear();
    this.picture(null);
  }

  picture(address) {
    const [place, image] = [$("peek-picture"), $("peek-image")];
    place.hidden = !address;
    place.classList.remove("old");
    if (!address) {
      image.removeAttribute("src");
      image.classList.remove("here");
      return;
    }
    image.src = address;
    image.classList.add("here");
  }
}

function line(tag, text) { return Object.assign(document.createElement(tag), { textContent: text }); }
