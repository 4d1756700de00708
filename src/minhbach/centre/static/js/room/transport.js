/**
 * The buttons under the pictures, and J K L.
 *
 * Owns play, speed, frames and the shuttle: J K L as editors know them, each press of L doubles, J goes backwards by key
 * frames. Promises that button, key and what is printed agree. Leaves footage to the session.
 */

import { SECOND } from "../timeline/time.js";
import { t } from "../words.js";

const BACK_MS = 400;
const SPEEDS = [1, 2, 4, 8, 16];
const $ = (id) => document.getElementById(id);

export class Transport {
  constructor(session, timeline) {
    Object.assign(this, { session, timeline, back: 0, timer: 0 });
    if (!$("play")) return;
    $("play").addEventListener("click", () => this.toggle());
    $("back").addEventListener("click", () => this.frame(-1));
    $("on").addEventListener("click", () => this.frame(1));
    $("speed").addEventListener("change", () => this.at(Number($("speed").value)));
    session.addEventListener("playing", ({ detail }) => this.show(detail));
    // A click must not take the keyboard away: Space goes on meaning play.
    for (const button of document.querySelectorAll(".transport .button")) {
      button.addEventListener("mousedown", (event) => event.preventDefault());
    }
  }

  show({ playing, speed }) {
    document.body.classList.toggle("playing", playing);
    $("speed").value = String(speed);
    const shuttle = $("shuttle");
    shuttle.hidden = !this.back;
    shuttle.textContent = this.back ? t("Lùi {n}×", "Back {n}×", { n: this.back }) : "";
  }

  toggle() {
    this.halt();
    this.session.toggle();
  }

  frame(direction) {
    this.halt();
    this.session.step(direction);
  }

  at(speed) {
    this.halt();
    this.session.play(speed);
  }

  /** L: on, faster with each press. */
  forward() {
    const next = !this.session.playing || this.back ? 1 : SPEEDS.find((speed) => speed > this.session.speed) ?? 16;
    this.at(next);
  }

  /** K: stop; what comes next begins at the ordinary speed. */
  stop() {
    this.halt();
    this.session.speed = 1;
    this.session.pause();
  }

  /** J: back, faster with each press. The picture before is fetched when the one before that has come. */
  rewind() {
    const faster = Math.min(16, this.back ? this.back * 2 : 1);
    if (this.session.playing) this.session.pause();
    this.back = faster;
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      this.timeline.seek(this.timeline.playhead - this.back * (BACK_MS / 1000) * SECOND);
    }, BACK_MS);
    this.show(this.session);
  }

  halt() {
    clearInterval(this.timer);
    this.back = 0;
  }
}
