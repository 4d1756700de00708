/**
 * The conduct form beside the picture: one key for each answer.
 *
 * Owns the lines, which of them is asked now, and what was answered. Promises that every answer can be changed until it
 * is sent, and that keys and buttons do the same. Leaves sending to `assessing`.
 */

import { pick } from "../words.js";

const KEYS = { 1: "good", 2: "bad", 3: "unseen" };

export class Form extends EventTarget {
  /** `list` holds the lines. Events: changed. */
  constructor(list) {
    super();
    this.list = list;
    this.items = [];
    this.active = 0;
    this.answers = {};
  }

  /** Asks for a clip's form anew; `answers`: what was answered before, of a clip that was taken back. */
  ask(items, answers = {}) {
    this.items = items;
    this.answers = { ...answers };
    const template = document.getElementById("line");
    this.list.replaceChildren(...items.map((item, place) => {
      const line = template.content.firstElementChild.cloneNode(true);
      line.querySelector(".said").textContent = pick(item);
      line.querySelector(".choices").setAttribute("aria-label", pick(item));
      line.addEventListener("click", () => this.go(place));
      for (const choice of line.querySelectorAll(".choice")) {
        choice.addEventListener("mousedown", (event) => event.preventDefault()); // Space goes on meaning play
        choice.addEventListener("click", (event) => {
          event.stopPropagation();
          this.active = place;
          this.answer(choice.dataset.answer);
        });
      }
      return line;
    }));
    this.go(0);
    this.draw();
  }

  get lines() { return [...this.list.children]; }

  get complete() { return this.items.length > 0 && this.items.every(({ code }) => this.answers[code]); }

  get share() { return this.items.length ? Object.keys(this.answers).length / this.items.length : 0; }

  /** The finding that the first item which is not met leads to. */
  get situation() { return this.items.find(({ code, situation }) => this.answers[code] === "bad" && situation)?.situation ?? ""; }

  go(place) {
    this.active = Math.min(Math.max(place, 0), Math.max(0, this.items.length - 1));
    this.lines.forEach((line, number) => line.classList.toggle("active", number === this.active));
    this.lines[this.active]?.scrollIntoView({ block: "nearest" });
  }

  answer(said) {
    const item = this.items[this.active];
    if (!item) return;
    this.answers[item.code] = said;
    this.draw();
    const open = this.items.findIndex(({ code }, place) => place > this.active && !this.answers[code]);
    const any = open < 0 ? this.items.findIndex(({ code }) => !this.answers[code]) : open;
    this.go(any < 0 ? this.active : any);
  }

  rest(said) {
    for (const { code } of this.items) this.answers[code] ??= said;
    this.draw();
  }

  draw() {
    this.lines.forEach((line, number) => {
      for (const choice of line.querySelectorAll(".choice")) {
        choice.setAttribute("aria-checked", String(this.answers[this.items[number].code] === choice.dataset.answer));
      }
    });
    this.dispatchEvent(new CustomEvent("changed"));
  }

  /** Whether the key was an answer or a way through the lines. */
  key(key) {
    if (KEYS[key]) this.answer(KEYS[key]);
    else if (key === "ArrowDown") this.go(this.active + 1);
    else if (key === "ArrowUp") this.go(this.active - 1);
    else return false;
    return true;
  }
}
