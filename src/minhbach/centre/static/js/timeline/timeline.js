/**
 * One timeline for all cameras of a room.
 *
 * Owns the strip: its window of time, playhead, pointer, range and what is told about them. Draws on two canvases, so
 * that a moving playhead repaints a line and not a month. Promises: a full picture each frame while something moves and
 * no work while nothing does; everything the mouse can do, `handle(key)` can do; a slider with a spoken value for who
 * does not see it. Leaves footage to the engine: it only says `seek`, `scrub`, `range`, `mark`, `shown`.
 *
 * Events (CustomEvent, detail): seek {us, camera} · scrub {us} · range {begin, end}|null · mark {mark} ·
 * shown {begin, span} · peek {us, camera, x}|null.
 */

import { DAY, HOUR, MINUTE, SECOND, clock, date, dayStart, fine, weekday } from "./time.js";
import { Model } from "./model.js";
import { Painter, tokens } from "./paint.js";
import { Pointer } from "./pointer.js";
import { Shown } from "./span.js";
import { rowAt, rowsOf } from "./rows.js";
import { t } from "../words.js";

export const ZOOMS = [DAY, 5 * HOUR, HOUR, 10 * MINUTE, 10 * SECOND];
const SCRUB_MS = 120;
const NARROW_PX = 640;
/** Where now stands in the strip when pictures are live: little is to be seen of what has not come. */
const LIVE_AT = 0.86;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Timeline extends EventTarget {
  /** `root` becomes the timeline; `data` is the JSON of the room; `at` where the playhead stands. */
  constructor(root, data, { at = data.now, span = 5 * HOUR } = {}) {
    super();
    this.root = root;
    this.model = new Model(data);
    this.playhead = at;
    this.live = false;
    this.range = null;
    this.chosen = null;
    this.pointed = null;
    this.places = [];
    this.dirty = { strip: true, over: true };
    this.following = true;
    this.lay();
    this.shown = new Shown(at - span / 2, span, this.limits());
    this.centre(false);
    this.pointer = new Pointer(this.surface, this);
    this.listen();
    this.resize();
    this.speak();
  }

  limits() {
    return { begin: dayStart(this.model.begin), end: Math.max(dayStart(this.model.now) + DAY, this.model.end) };
  }

  lay() {
    this.root.classList.add("timeline");
    this.names = this.piece("div", "timeline-names");
    this.surface = this.piece("div", "timeline-surface");
    const [strip, over] = ["timeline-strip", "timeline-over"].map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = name;
      canvas.setAttribute("aria-hidden", "true");
      this.surface.append(canvas);
      return canvas;
    });
    const look = tokens(this.root);
    this.painter = new Painter(strip, look);
    this.overPainter = new Painter(over, look);
    Object.assign(this.surface, { tabIndex: 0 });
    this.surface.setAttribute("role", "slider");
    this.surface.setAttribute("aria-label", t("Dòng thời gian của cả phòng", "Timeline of the room"));
    this.root.replaceChildren(this.names, this.surface);
  }

  piece(tag, name) {
    const element = document.createElement(tag);
    element.className = name;
    return element;
  }

  listen() {
    new ResizeObserver(() => this.resize()).observe(this.surface);
    new MutationObserver(() => this.dress()).observe(document.documentElement, { attributes: true });
    this.fetchFonts().then(() => this.dress());
    this.surface.addEventListener("keydown", (event) => {
      if (!event.defaultPrevented && this.handle(event)) event.preventDefault();
    });
  }

  /** A canvas does not ask for its faces: they are asked for here, Vietnamese letters and digits alike. */
  fetchFonts() {
    const { figures, text } = this.painter.look;
    const faces = [400, 500, 600].flatMap((weight) => [figures, text].map((family) => `${weight} 12px ${family}`));
    return Promise.allSettled(faces.map((face) => document.fonts.load(face, "0Aậđ")));
  }

  /** Takes colours and fonts anew: the theme changed, or the fonts came. */
  dress() {
    const look = tokens(this.root);
    for (const painter of [this.painter, this.overPainter]) {
      painter.look = look;
      painter.patterns = {};
    }
    this.repaint();
  }

  resize() {
    const width = this.surface.clientWidth;
    if (!width) return;
    const narrow = this.root.clientWidth <= NARROW_PX;
    const { rows, height } = rowsOf(this.model, narrow);
    this.rows = rows;
    this.centred = narrow && window.matchMedia("(pointer: coarse)").matches;
    this.root.classList.toggle("narrow", narrow);
    this.root.style.height = `${height}px`;
    const ratio = window.devicePixelRatio || 1;
    for (const painter of [this.painter, this.overPainter]) painter.size(width, height, ratio);
    this.label();
    this.centre(false);
    this.dirty = { strip: true, over: true }; // a canvas that got a size is empty
    this.paint(0);
  }

  label() {
    this.names.replaceChildren(...this.rows.map((row) => {
      const name = this.piece("span", `timeline-name of-${row.kind}`);
      name.style.top = `${row.top}px`;
      name.style.height = `${row.height}px`;
      const text = row.kind === "day" ? `${row.label} ${date(this.shown.begin + this.shown.span / 2).slice(0, 5)}` : row.label;
      name.append(Object.assign(document.createElement("span"), { className: "cut", textContent: text }));
      if (row.camera) name.title = `${row.camera.name} · ${row.camera.place}`;
      row.element = name;
      return name;
    }));
  }

  // --- painting ------------------------------------------------------------------------------------------------------

  repaint(over = false) {
    if (!over) this.dirty.strip = true;
    this.dirty.over = true;
    if (this.frame) return;
    this.before ??= performance.now();
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      this.paint(now - this.before);
      this.before = now;
    });
  }

  paint(elapsed) {
    if (still.matches) this.shown.arrive();
    if (this.shown.gliding) {
      this.shown.advance(Math.min(elapsed, 100));
      this.dirty.strip = this.dirty.over = true;
    }
    if (this.dirty.strip) this.paintStrip();
    if (this.dirty.over) this.paintOver();
    this.dirty = { strip: false, over: false };
    if (this.shown.gliding) this.repaint();
    else this.before = undefined;
  }

  bounds() {
    const begin = dayStart(this.shown.begin + this.shown.span / 2);
    return { begin, end: begin + DAY };
  }

  paintStrip() {
    const { painter, model, rows } = this;
    painter.begin(this.shown);
    painter.ground(model, rows);
    this.places = [];
    for (const row of rows) {
      if (row.kind === "ruler") painter.ruler(row);
      else if (row.kind === "camera") painter.camera(row, row.camera, model);
      else if (row.kind === "visits") this.places.push(...painter.marks(row, model.visits, this.chosen));
      else if (row.kind === "marks") this.places.push(...painter.marks(row, model.marks, this.chosen));
    }
    const day = shortDay(this.bounds().begin);
    const name = rows[0].element;
    if (name && !name.textContent.endsWith(day)) name.textContent = `${rows[0].label} ${day}`;
    this.tell("shown", { begin: this.shown.begin, span: this.shown.span });
  }

  paintOver() {
    const { overPainter: painter, rows } = this;
    painter.begin(this.shown);
    painter.day(rows[0], this.model, this.bounds(), this.playhead);
    if (this.range) painter.range(rows, this.range, this.playhead);
    if (this.pointed && !this.scrubbing) {
      const us = this.shown.at(this.pointed.fraction);
      painter.pointer(rows, us, this.shown.span <= 2 * MINUTE ? fine(us).slice(0, 11) : clock(us));
    }
    painter.playhead(rows, this.playhead, this.live);
  }

  // --- what the page tells -------------------------------------------------------------------------------------------

  /** The picture shown is of `us`; live or not. The strip follows while the person has not looked elsewhere. */
  time(us, live = false) {
    if (this.scrubbing || this.coasting) return;
    const was = this.shown.fraction(this.playhead);
    const begins = live && !this.live;
    this.playhead = us;
    this.live = live;
    if (begins && !this.centred) this.shown.show(us - this.shown.goal.span * LIVE_AT);
    if (live) this.model.now = Math.max(this.model.now, us);
    if (this.centred) this.centre(false);
    else if (this.following) this.keepInSight(was);
    this.repaint(!this.shown.gliding && !this.centred && !live);
    this.speak();
  }

  keepInSight(was) {
    const fraction = this.shown.fraction(this.playhead);
    if (fraction >= 0 && fraction <= 1) return;
    const jumped = Math.abs(fraction - was) > 0.5;
    this.shown.show(this.playhead - this.shown.goal.span * (jumped ? 0.5 : 0.1));
  }

  centre(glide) {
    if (this.centred) this.shown.show(this.playhead - this.shown.goal.span / 2, this.shown.goal.span, glide);
  }

  /** Takes new data (a day later, a mark made), coverage from `since` on, without moving the person's window. */
  update(data, since = 0) {
    if (!since || !this.model.extend(data, since)) this.model = new Model(data);
    this.shown.limits = this.limits();
    this.resize();
    this.repaint();
  }

  /** Brings a moment into sight and to the playhead. */
  go(us, span = this.shown.goal.span) {
    this.playhead = us;
    this.following = true;
    if (this.shown.fraction(us) < 0 || this.shown.fraction(us) > 1 || span !== this.shown.goal.span) {
      this.shown.show(us - span / 2, span);
    }
    this.repaint();
    this.speak();
  }

  /** Shows `span` around the playhead, or around the middle when the playhead is out of sight. */
  level(span) {
    const at = this.shown.fraction(this.playhead);
    this.shown.zoom(at >= 0 && at <= 1 ? at : 0.5, span / this.shown.goal.span);
    this.repaint();
  }

  setRange(range) {
    this.range = range;
    this.tell("range", range);
    this.repaint(true);
  }

  // --- what the pointer does -----------------------------------------------------------------------------------------

  get span() { return this.shown.span; }

  anchor(fraction) { return this.centred ? 0.5 : fraction; }

  zoom(fraction, factor, glide = true) {
    this.shown.zoom(fraction, factor, glide);
    this.centre(glide);
    this.repaint();
  }

  pan(us) {
    if (this.centred) return this.drift(us);
    this.shown.pan(us);
    const at = this.shown.fraction(this.playhead);
    this.following = at >= 0 && at <= 1;
    return this.repaint();
  }

  closer(fraction) { this.zoom(this.anchor(fraction), 0.4); }

  moveDay(fraction) {
    const { begin, end } = this.bounds();
    const middle = begin + fraction * (end - begin);
    this.following = false;
    this.shown.show(Math.min(Math.max(middle, begin), end - 1) - this.shown.span / 2, this.shown.span, false);
    if (this.centred) this.playhead = Math.min(middle, this.model.now);
    this.repaint();
  }

  hover(spot) {
    this.pointed = spot;
    const row = spot && rowAt(this.rows, spot.y);
    let lit = false;
    for (const each of this.rows) {
      const on = each === row && each.kind === "camera";
      lit ||= Boolean(each.lit) !== on;
      each.lit = on;
      each.element?.classList.toggle("lit", on);
    }
    this.repaint(!lit);
    this.peek(spot, row);
  }

  peek(spot, row) {
    if (!spot || row?.kind === "day") return this.tell("peek", null);
    const us = this.shown.at(spot.fraction);
    const place = this.markAt(spot);
    return this.tell("peek", { us, x: spot.x, camera: row?.camera ?? null, marks: place?.marks ?? [] });
  }

  scrub(spot) {
    const us = Math.min(this.shown.at(spot.fraction), this.model.now);
    const first = !this.scrubbing;
    this.scrubbing = true;
    this.playhead = us;
    this.live = false;
    const edge = spot.fraction <= 0 ? -1 : spot.fraction >= 1 ? 1 : 0;
    if (edge) this.shown.pan(edge * this.shown.span * 0.02);
    this.repaint(!edge);
    this.peek({ ...spot, fraction: this.shown.fraction(us) }, rowAt(this.rows, spot.y));
    this.saySoon(us, first);
  }

  /** `scrub` at most eight times a second: each may bring a picture. */
  saySoon(us, atOnce) {
    const now = performance.now();
    if (!atOnce && now - (this.said ?? 0) < SCRUB_MS) return;
    this.said = now;
    this.tell("scrub", { us });
  }

  drop() {
    this.scrubbing = false;
    this.following = true;
    this.tell("peek", null);
    this.seek(this.playhead);
  }

  /** Time moved beneath the playhead (touch). */
  drift(us) {
    this.playhead = Math.min(Math.max(this.playhead + us, this.limits().begin), this.model.now);
    this.live = false;
    this.coasting = true;
    this.centre(false);
    this.repaint();
    this.saySoon(this.playhead, false);
  }

  coast(speed, dies) {
    let [rest, last] = [speed, performance.now()];
    const step = (now) => {
      if (!this.coasting) return;
      const elapsed = now - last;
      last = now;
      rest *= Math.exp(-elapsed / dies);
      if (Math.abs(rest * 100) < this.shown.span / 4000 || still.matches) {
        this.coasting = false;
        this.seek(this.playhead);
        return;
      }
      this.drift(rest * elapsed);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  stop() { this.coasting = false; }

  click(spot, event) {
    const place = this.markAt(spot);
    if (place) {
      this.choose(place.marks[0]);
      return;
    }
    const row = rowAt(this.rows, spot.y);
    if (row?.kind === "day") return;
    if (event.shiftKey) {
      this.stretch(this.shown.at(spot.fraction));
      return;
    }
    this.following = true;
    this.seek(this.shown.at(spot.fraction), row?.camera?.id ?? null);
  }

  /** Shift+click: the nearer end of the range comes here. */
  stretch(us) {
    const { begin, end } = this.range ?? { begin: this.playhead, end: null };
    const other = end === null || Math.abs(us - begin) > Math.abs(us - end) ? begin : end;
    this.setRange({ begin: Math.min(us, other), end: Math.max(us, other) });
  }

  choose(mark) {
    this.chosen = mark.id;
    this.go(mark.begin);
    this.tell("mark", { mark });
    this.seek(mark.begin);
  }

  markAt(spot) {
    return this.places.find((place) => {
      const { row } = place;
      return spot.y >= row.top && spot.y < row.top + row.height && spot.x >= place.left - 10 && spot.x <= place.right;
    }) ?? null;
  }

  rangeEdge(x, reach) {
    if (!this.range || this.range.end === null) return null;
    const near = (us) => Math.abs(this.overPainter.x(us) - x) <= reach;
    return near(this.range.end) ? "end" : near(this.range.begin) ? "begin" : null;
  }

  moveRange(edge, fraction) {
    const us = Math.min(this.shown.at(fraction), this.model.now);
    const { begin, end } = this.range;
    this.range = edge === "begin" ? { begin: Math.min(us, end - SECOND), end } : { begin, end: Math.max(us, begin + SECOND) };
    this.repaint(true);
    this.tell("range", this.range);
  }

  rangeMoved() { this.tell("range", this.range); }

  // --- keys ----------------------------------------------------------------------------------------------------------

  /** Does what a key says, if it is one of the strip's: true when it was. */
  handle(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const does = {
      ArrowLeft: () => this.seek(this.playhead - (event.shiftKey ? MINUTE : 5 * SECOND)),
      ArrowRight: () => this.seek(this.playhead + (event.shiftKey ? MINUTE : 5 * SECOND)),
      PageUp: () => this.seek(this.playhead - this.shown.goal.span / 2),
      PageDown: () => this.seek(this.playhead + this.shown.goal.span / 2),
      Home: () => this.seek(dayStart(this.playhead)),
      "[": () => this.setRange({ begin: this.playhead, end: this.rangeEnd() }),
      "]": () => this.endRange(),
      Escape: () => this.range && this.setRange(null),
      "+": () => this.level(this.shown.goal.span / 2),
      "=": () => this.level(this.shown.goal.span / 2),
      "-": () => this.level(this.shown.goal.span * 2),
      n: () => this.jump(this.model.gapFrom(this.playhead + 10 * SECOND, 1)),
      N: () => this.jump(this.model.gapFrom(this.playhead + 9 * SECOND, -1)),
      m: () => this.jumpMark(1),
      M: () => this.jumpMark(-1),
    }[event.key];
    if (!does || (event.key === "Escape" && !this.range)) return false;
    does();
    return true;
  }

  rangeEnd() { return this.range?.end > this.playhead ? this.range.end : null; }

  endRange() {
    const begin = this.range && this.range.begin < this.playhead ? this.range.begin : this.playhead - MINUTE;
    this.setRange({ begin, end: this.playhead });
  }

  /** To ten seconds before a gap: one wants to see how it began. */
  jump(gap) { if (gap) this.seek(gap.begin - 10 * SECOND); }

  jumpMark(direction) {
    const mark = this.model.markFrom(this.playhead + direction * SECOND, direction);
    if (mark) this.choose(mark);
  }

  seek(us, camera = null) {
    const { begin } = this.limits();
    const to = Math.min(Math.max(us, begin), this.model.now);
    this.live = false;
    this.go(to);
    this.tell("seek", { us: to, camera });
  }

  // --- what is told --------------------------------------------------------------------------------------------------

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  /** The slider's value in words, no more than once a second: a screen reader reads each change. */
  speak() {
    const second = Math.floor(this.playhead / SECOND);
    if (second === this.spoken) return;
    this.spoken = second;
    const { begin, end } = this.bounds();
    const moments = this.model.cameras.map((each) => `${each.place}: ${this.model.moment(each, this.playhead).text}`);
    const when = `${clock(this.playhead)}, ${weekday(this.playhead)} ${date(this.playhead)}`;
    this.surface.setAttribute("aria-valuemin", String(begin / SECOND));
    this.surface.setAttribute("aria-valuemax", String(end / SECOND));
    this.surface.setAttribute("aria-valuenow", String(second));
    this.surface.setAttribute("aria-valuetext", [when, ...moments].join("; "));
  }
}

function shortDay(us) { return date(us).slice(0, 5); }
