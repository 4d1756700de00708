/**
 * The days that can be played back, as leaves of a calendar.
 *
 * Owns the choice of another day. Promises to show for each day how much of it there is and where it breaks, for all
 * cameras of the room in one line, before anybody goes there. Weeks begin on Monday.
 */

import { DAY, HOUR, MINUTE, dayStart, date, length, shortDate, weekday } from "../timeline/time.js";
import { tokens } from "../timeline/paint.js";
import { t } from "../words.js";

const FIRST_HOUR = 9;
const $ = (id) => document.getElementById(id);

export class Days {
  constructor(timeline) {
    this.timeline = timeline;
    this.button = $("day");
    this.leaf = $("days-leaf");
    this.button.addEventListener("click", () => (this.leaf.hidden ? this.open() : this.close()));
    this.leaf.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => {
      if (!this.leaf.hidden && !event.target.closest(".days")) this.close();
    });
    timeline.addEventListener("shown", () => this.name());
    this.name();
  }

  name() {
    const text = date(this.timeline.playhead);
    if ($("day-words").textContent !== text) $("day-words").textContent = text;
  }

  open() {
    const { model, playhead } = this.timeline;
    const [first, today] = [dayStart(model.begin), dayStart(model.now)];
    const chosen = dayStart(playhead);
    const heads = [t("T2", "Mo"), t("T3", "Tu"), t("T4", "We"), t("T5", "Th"), t("T6", "Fr"), t("T7", "Sa"), t("CN", "Su")];
    const cells = heads.map((text) => element("span", text));
    const monday = (Math.floor((first + 7 * HOUR) / DAY) + 3) % 7; // 1 January 1970 was a Thursday
    for (let blank = 0; blank < monday; blank += 1) cells.push(element("span"));
    this.buttons = [];
    for (let day = first; day <= today; day += DAY) {
      const cell = this.cell(day, day === chosen);
      this.buttons.push(cell);
      cells.push(cell);
    }
    cells.push(element("p", t("Vạch dưới mỗi ngày: có hình, và chỗ trống.", "The line under a day: footage, and where it breaks.")));
    this.leaf.replaceChildren(...cells);
    this.leaf.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    const look = tokens(this.leaf);
    for (const button of this.buttons) this.draw(button, look);
    (this.buttons.find((button) => button.tabIndex === 0) ?? this.buttons[this.buttons.length - 1]).focus();
  }

  cell(day, chosen) {
    const { model } = this.timeline;
    const spoken = model.spoken(day, day + DAY);
    const covered = model.any.covered(day, day + DAY);
    const gaps = spoken.reduce((sum, each) => sum + each.gaps.filter(({ cause }) => !cause.lawful).length, 0);
    const button = element("button", shortDate(day).slice(0, 2));
    const month = shortDate(day).slice(3);
    if (button.textContent === "01" || day === dayStart(model.begin)) button.append(element("small", t("th. {m}", "/{m}", { m: month })));
    Object.assign(button, { type: "button", disabled: covered === 0, tabIndex: chosen ? 0 : -1, day });
    button.setAttribute("aria-pressed", String(chosen));
    button.setAttribute("aria-label", covered ? t("{weekday} {day}: có hình {length}, {gaps} khoảng trống", "{weekday} {day}: footage {length}, {gaps} gaps", {
      weekday: weekday(day), day: shortDate(day), length: length(covered), gaps,
    }) : t("{weekday} {day}: không còn hình", "{weekday} {day}: no footage", { weekday: weekday(day), day: shortDate(day) }));
    button.title = button.getAttribute("aria-label");
    button.append(document.createElement("canvas"));
    button.addEventListener("click", () => this.choose(day));
    return button;
  }

  draw(button, look) {
    const canvas = button.querySelector("canvas");
    const { model } = this.timeline;
    [canvas.width, canvas.height] = [96, 4];
    const g = canvas.getContext("2d");
    const { day } = button;
    const x = (us) => Math.round(((Math.min(Math.max(us, day), day + DAY) - day) / DAY) * 96);
    g.fillStyle = look.line;
    g.fillRect(0, 0, 96, 4);
    g.fillStyle = look.accent;
    model.any.each(day, day + DAY, 0, (begin, end) => g.fillRect(x(begin), 0, Math.max(1, x(end) - x(begin)), 4));
    g.fillStyle = look.fault;
    for (const camera of model.cameras) {
      camera.gaps.each(day, day + DAY, 0, (begin, end, index) => {
        if (!camera.gaps.about[index].lawful) g.fillRect(x(begin), 0, Math.max(2, x(end) - x(begin)), 4);
      });
    }
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (event.key === "Escape") this.close();
    else if (step) this.buttons[this.buttons.indexOf(document.activeElement) + step]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.leaf.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus({ preventScroll: true });
  }

  /** To the morning of that day, or to its first footage after that. */
  choose(day) {
    const { any, now } = this.timeline.model;
    const next = any.after(day + FIRST_HOUR * HOUR);
    const at = next < any.count ? Math.max(any.begin(next), day + FIRST_HOUR * HOUR) : day;
    this.close();
    const index = at < day + DAY && at < now ? any.at(at) : any.after(day);
    const [begin, end] = [any.begin(index), any.end(index)];
    // A few held minutes would be a hair on a strip of hours: show them as wide as they deserve.
    if (end - begin < this.timeline.span / 20) this.timeline.go(begin, Math.max(MINUTE, 6 * (end - begin)));
    this.timeline.seek(Math.max(begin, Math.min(at, end)));
  }
}

function element(tag, text = "") { return Object.assign(document.createElement(tag), { textContent: text }); }
