/**
 * The strip on a canvas: rows of coverage, gaps and marks, and over them playhead, pointer and range.
 *
 * Owns what each thing looks like. Promises to draw only what can be seen, whatever the footage holds, and that status
 * is never colour alone: a gap is hatched and names its cause, unwitnessed footage is dotted, lawful absence is a line.
 * Colours and fonts come from the page's tokens. Leaves to others what is drawn and where the pointer is.
 */

import { MINUTE, clock, date, fine, length } from "./time.js";
import { label, labelStep, lineStep, ticks } from "./ruler.js";
import { t } from "../words.js";

const TOKENS = {
  ground: "--ground", surface: "--surface", sunken: "--sunken", line: "--line", edge: "--edge", ink: "--ink",
  ink2: "--ink-2", ink3: "--ink-3", accent: "--accent", accentSoft: "--accent-soft", onAccent: "--on-accent",
  ok: "--ok", fault: "--fault", faultSoft: "--fault-soft", soon: "--soon", soonSoft: "--soon-soft",
  unseen: "--unseen", unseenSoft: "--unseen-soft",
};
const ICONS = {
  bookmark: "M6 3h8v14l-4-4-4 4z",
  finding: "M5 18V3h10l-2.5 3.5L15 10H5",
  hold: "M4 9h12v8H4zM7 9V6a3 3 0 0 1 6 0v3",
  session: "M3 5h14v9H9l-4 3v-3H3z",
  assessment: "m10 2.8 2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.1l5-.7z",
  fault: "M10 3 18 17H2zM10 8v4M10 14v.5",
  called: "M10 3a4 4 0 0 1 4 4v4l2 3H4l2-3V7a4 4 0 0 1 4-4z",
  received: "M4 12v5h12v-5M10 3v9M6 8.5l4 4 4-4",
  refused: "M5 3h7l3 3v11H5zM8 9l4 4M12 9l-4 4",
  supplement: "M5 3h7l3 3v11H5zM8 10h4M10 8v4",
  supplemented: "M5 3h7l3 3v11H5zM7.5 11l2 2 3-4",
  handed_back: "M4 12v5h12v-5M10 12V3M6 6.5l4-4 4 4",
  rated: "m10 2.8 2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.1l5-.7z",
  help: "M10 3 18 17H2zM10 8v4M10 14v.5",
  restricted: "M4 4l12 12M10 2a8 8 0 1 0 0 16a8 8 0 0 0 0-16",
  other: "M10 3l7 7-7 7-7-7z",
};

/** Colours and fonts of the tokens as they stand on `element` now. */
export function tokens(element) {
  const style = getComputedStyle(element);
  const found = {};
  for (const [name, property] of Object.entries(TOKENS)) found[name] = style.getPropertyValue(property).trim();
  found.figures = style.getPropertyValue("--figures").trim() || "sans-serif";
  found.text = style.getPropertyValue("--font").trim() || "sans-serif";
  return found;
}

export class Painter {
  /** `model` and `rows` are those of the timeline; `look` are its tokens. */
  constructor(canvas, look) {
    this.canvas = canvas;
    this.g = canvas.getContext("2d");
    this.look = look;
    this.paths = Object.fromEntries(Object.entries(ICONS).map(([kind, path]) => [kind, new Path2D(path)]));
    this.patterns = {};
  }

  size(width, height, ratio) {
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    [this.width, this.height, this.ratio] = [width, height, ratio];
    this.patterns = {};
  }

  begin(shown) {
    this.shown = shown;
    this.g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.g.clearRect(0, 0, this.width, this.height);
  }

  x(us) { return this.shown.fraction(us) * this.width; }

  font(weight, size, family = "figures") { this.g.font = `${weight} ${size}px ${this.look[family]}`; }

  box(x, y, width, height, radius = 2) {
    this.g.beginPath();
    this.g.roundRect(x, y, Math.max(width, 1), height, radius);
  }

  /** Hatching in token colours, the same at every zoom: it belongs to the glass, not to the time. */
  hatch(ink, ground, step = 6) {
    const key = `${ink} ${ground} ${step}`;
    if (!this.patterns[key]) {
      const side = Math.round(step * this.ratio * Math.SQRT2);
      const tile = new OffscreenCanvas(side, side);
      const g = tile.getContext("2d");
      g.fillStyle = ground;
      g.fillRect(0, 0, side, side);
      g.strokeStyle = ink;
      g.lineWidth = this.ratio * 1.1;
      g.beginPath();
      for (const shift of [-side, 0, side]) {
        g.moveTo(shift - 1, side + 1);
        g.lineTo(shift + side + 1, -1);
      }
      g.stroke();
      const pattern = this.g.createPattern(tile, "repeat");
      pattern.setTransform(new DOMMatrix().scale(1 / this.ratio));
      this.patterns[key] = pattern;
    }
    return this.patterns[key];
  }

  // --- under everything --------------------------------------------------------------------------------------------

  /** Office hours as a lighter ground, and what has not come yet as a darker one. */
  ground(model, rows) {
    const { g, look, shown } = this;
    const top = rows.find((row) => row.kind === "ruler").top;
    g.fillStyle = look.surface;
    model.hours.each(shown.begin, shown.end, 0, (begin, end) => {
      g.fillRect(this.x(begin), top, this.x(end) - this.x(begin), this.height - top);
    });
    const now = this.x(model.now);
    if (now < this.width) {
      g.fillStyle = look.sunken;
      g.fillRect(Math.max(0, now), top, this.width, this.height - top);
    }
  }

  ruler(row) {
    const { g, look, shown } = this;
    const step = labelStep(shown.span, this.width);
    const small = lineStep(step);
    g.strokeStyle = look.line;
    g.lineWidth = 1;
    g.beginPath();
    ticks(shown.begin, shown.end, small, (us) => {
      const x = Math.round(this.x(us)) + 0.5;
      g.moveTo(x, row.top + row.height - 5);
      g.lineTo(x, row.top + row.height);
    });
    this.font(400, 12);
    g.fillStyle = look.ink3;
    g.textBaseline = "middle";
    g.textAlign = "left";
    ticks(shown.begin - step, shown.end, step, (us) => {
      const x = Math.round(this.x(us)) + 0.5;
      g.moveTo(x, row.top + 4);
      g.lineTo(x, row.top + row.height);
      g.fillText(label(us, step), x + 5, row.top + row.height / 2 + 0.5);
    });
    g.stroke();
  }

  // --- rows --------------------------------------------------------------------------------------------------------

  camera(row, camera, model) {
    const { g, look, shown } = this;
    const blur = (1.2 * shown.span) / this.width;
    const { top, height } = row;
    g.globalAlpha = row.lit ? 0.72 : 0.5;
    g.fillStyle = look.accent;
    camera.runs.each(shown.begin, shown.end, blur, (begin, end) => {
      const left = Math.max(-4, this.x(begin));
      this.box(left, top, Math.min(this.width + 4, this.x(end)) - left, height);
      g.fill();
    });
    g.globalAlpha = 1;
    this.witness(camera.unwitnessed, row, [1, 3]);
    this.witness(camera.late, row, [6, 3]);
    camera.gaps.each(shown.begin, shown.end, blur, (begin, end, first, last) => {
      this.gap(row, begin, end, this.heaviest(camera, first, last), last > first);
    });
    model.restricted.each(shown.begin, shown.end, 0, (begin, end) => this.restricted(row, begin, end));
  }

  /** Of several gaps drawn as one, the one to name: what is a fault before what is lawful, then the longest. */
  heaviest(camera, first, last) {
    let best = camera.gaps.about[first];
    for (let i = first + 1; i <= last; i += 1) {
      const other = camera.gaps.about[i];
      if (best.lawful && !other.lawful) best = other;
    }
    return best;
  }

  witness(spans, row, dash) {
    const { g, look, shown } = this;
    g.strokeStyle = look.ink;
    g.lineWidth = 1.5;
    g.setLineDash(dash);
    g.beginPath();
    spans.each(shown.begin, shown.end, shown.span / this.width, (begin, end) => {
      g.moveTo(Math.max(0, this.x(begin)), row.top + row.height - 2);
      g.lineTo(Math.min(this.width, this.x(end)), row.top + row.height - 2);
    });
    g.stroke();
    g.setLineDash([]);
  }

  gap(row, begin, end, cause, several) {
    const { g, look } = this;
    const left = Math.max(-4, this.x(begin));
    const width = Math.max(Math.min(this.width + 4, this.x(end)) - left, cause.lawful ? 1 : 2);
    if (cause.lawful) {
      g.fillStyle = look.edge;
      g.fillRect(left, row.top + row.height / 2 - 0.5, width, 1);
    } else {
      g.fillStyle = this.hatch(look.fault, look.faultSoft);
      this.box(left, row.top, width, row.height);
      g.fill();
    }
    if (row.height >= 14 && !several) this.inside(row, left, width, `${cause.text}, ${length(end - begin)}`, cause);
  }

  /** A few words inside a band, on a plate of its own, in the middle of what is seen; nothing when there is no room. */
  inside(row, left, width, text, cause) {
    const { g, look } = this;
    const from = Math.max(0, left);
    const seen = Math.min(this.width, left + width) - from;
    this.font(400, 12, "text");
    let words = text;
    let wide = g.measureText(words).width;
    if (wide + 20 > seen) {
      words = cause.text;
      wide = g.measureText(words).width;
    }
    if (wide + 20 > seen) return;
    const middle = from + seen / 2;
    g.fillStyle = cause.lawful ? look.ground : look.faultSoft;
    g.fillRect(middle - wide / 2 - 8, row.top, wide + 16, row.height);
    g.fillStyle = cause.lawful ? look.ink3 : look.fault;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillText(words, middle, row.top + row.height / 2 + 1);
    g.textAlign = "left";
  }

  restricted(row, begin, end) {
    const { g, look } = this;
    const left = this.x(begin);
    g.fillStyle = this.hatch(look.edge, look.sunken, 10);
    this.box(left, row.top, this.x(end) - left, row.height);
    g.fill();
    if (row.height >= 14) {
      const words = t("Hạn chế", "Restricted");
      this.inside(row, left, this.x(end) - left, words, { lawful: true, text: words });
    }
  }

  /** The whole day in one thin band: where in it the strip stands. */
  day(row, model, bounds, playhead) {
    const { g, look, shown } = this;
    const x = (us) => ((us - bounds.begin) / (bounds.end - bounds.begin)) * this.width;
    const blur = (bounds.end - bounds.begin) / this.width;
    g.fillStyle = look.sunken;
    this.box(0, row.top, this.width, row.height);
    g.fill();
    g.fillStyle = look.accent;
    g.globalAlpha = 0.5;
    model.any.each(bounds.begin, bounds.end, blur, (begin, end) => {
      g.fillRect(Math.max(0, x(begin)), row.top, Math.min(this.width, x(end)) - Math.max(0, x(begin)), row.height);
    });
    g.globalAlpha = 1;
    g.fillStyle = this.hatch(look.fault, look.faultSoft, 4);
    for (const camera of model.cameras) {
      camera.gaps.each(bounds.begin, bounds.end, 0, (begin, end, index) => {
        if (camera.gaps.about[index].lawful) return;
        g.fillRect(x(begin), row.top, Math.max(2, x(Math.min(end, bounds.end)) - x(begin)), row.height);
      });
    }
    g.strokeStyle = look.accent;
    g.lineWidth = 2;
    g.strokeRect(x(shown.begin), row.top, Math.max(4, x(shown.end) - x(shown.begin)), row.height);
    g.fillStyle = look.ink;
    if (playhead !== null) g.fillRect(x(playhead) - 1, row.top - 2, 2, row.height + 4);
  }

  // --- marks -------------------------------------------------------------------------------------------------------

  /** Marks of a row in order of time; returns where each was drawn, for the pointer. */
  marks(row, marks, chosen) {
    const places = [];
    const free = this.rooms(marks);
    marks.forEach((mark, index) => {
      const left = this.x(mark.begin);
      const right = this.x(mark.end);
      if (right < -200 || left > this.width) return;
      const long = right - left >= 6;
      if (long) this.bracket(row, mark, left, right, mark.id === chosen);
      const previous = places[places.length - 1];
      if (!long && previous && left - previous.left < 16) {
        previous.marks.push(mark);
        this.count(row, previous);
        return;
      }
      const place = { left, right: Math.max(right, left + 18), marks: [mark], row };
      if (!(long && mark.kind === "hold")) this.icon(mark.kind, left - 8, row);
      const width = this.words(row, mark, left, Math.max(long ? right - left - 8 : 0, free[index]), long);
      place.right = Math.max(place.right, left + 18 + width);
      places.push(place);
    });
    return places;
  }

  /** The room to the right of each mark, up to the next one. */
  rooms(marks) {
    return marks.map((mark, index) => (index + 1 < marks.length ? this.x(marks[index + 1].begin) - this.x(mark.begin) - 28 : 400));
  }

  bracket(row, mark, left, right, chosen) {
    const { g, look } = this;
    const [ground, edge] = mark.kind === "hold" ? [look.soonSoft, look.soon]
      : chosen ? [look.accentSoft, look.accent] : [look.unseenSoft, look.ink3];
    g.fillStyle = ground;
    g.fillRect(left, row.top, right - left, row.height);
    g.fillStyle = edge;
    g.fillRect(left, row.top, 2, row.height);
    if (mark.kind === "hold") g.fillRect(right - 2, row.top, 2, row.height);
  }

  icon(kind, left, row) {
    const { g, look } = this;
    g.save();
    g.translate(left, row.top + row.height / 2 - 8);
    g.scale(0.8, 0.8);
    g.strokeStyle = look.ink;
    g.fillStyle = look.ground;
    g.lineWidth = 1.75;
    g.lineJoin = "round";
    const path = this.paths[kind] ?? this.paths.other;
    g.fill(path);
    g.stroke(path);
    g.restore();
  }

  count(row, place) {
    const { g, look } = this;
    this.font(600, 11);
    const text = String(place.marks.length);
    g.fillStyle = look.ink;
    this.box(place.left + 4, row.top - 1, 8 + g.measureText(text).width, 14, 7);
    g.fill();
    g.fillStyle = look.ground;
    g.textBaseline = "middle";
    g.fillText(text, place.left + 8, row.top + 6.5);
  }

  words(row, mark, left, room, long) {
    const { g, look } = this;
    this.font(400, 12, "text");
    const width = g.measureText(mark.text).width;
    if (width > room) return 0;
    g.fillStyle = mark.kind === "hold" ? look.soon : look.ink2;
    g.textBaseline = "middle";
    const from = Math.max(left, long ? 0 : left);
    const bare = long && mark.kind === "hold"; // drawn without an icon
    g.fillText(mark.text, from + (bare ? 8 : 13), row.top + row.height / 2 + 1);
    return width;
  }

  // --- over everything ---------------------------------------------------------------------------------------------

  range(rows, range, now) {
    const { g, look } = this;
    const top = rows.find((row) => row.kind === "ruler").top;
    const left = this.x(range.begin);
    const right = this.x(range.end ?? now);
    g.fillStyle = look.accent;
    g.globalAlpha = 0.14;
    g.fillRect(left, top, right - left, this.height - top);
    g.globalAlpha = 1;
    for (const [x, lean] of [[left, 1], ...(range.end === null ? [] : [[right, -1]])]) {
      g.fillRect(x - 1, top, 2, this.height - top);
      g.fillRect(x - 1, top, lean * 7, 2);
      g.fillRect(x - 1, this.height - 2, lean * 7, 2);
    }
  }

  playhead(rows, us, live) {
    const { g, look } = this;
    const top = rows.find((row) => row.kind === "ruler").top;
    const x = this.x(us);
    if (x < -60 || x > this.width + 60) return;
    g.fillStyle = live ? look.ok : look.ink;
    g.fillRect(x - 1, top, 2, this.height - top);
    const text = this.shown.span <= 2 * MINUTE && !live ? fine(us).slice(0, 11) : clock(us);
    this.bubble(x, top, text, live ? look.ok : look.ink, look.ground, 600);
  }

  pointer(rows, us, text) {
    const { g, look } = this;
    const top = rows.find((row) => row.kind === "ruler").top;
    const x = this.x(us);
    g.fillStyle = look.ink2;
    g.fillRect(Math.round(x), top, 1, this.height - top);
    this.bubble(x, top, text, look.sunken, look.ink, 500);
  }

  bubble(x, top, text, ground, ink, weight) {
    const { g, look } = this;
    this.font(weight, 12);
    const width = g.measureText(text).width + 16;
    const left = Math.min(Math.max(x - width / 2, 0), this.width - width);
    this.box(left, top + 2, width, 24, 4);
    g.fillStyle = ground;
    g.fill();
    if (ground === look.sunken) {
      g.strokeStyle = look.edge;
      g.lineWidth = 1;
      g.stroke();
    }
    g.fillStyle = ink;
    g.textBaseline = "middle";
    g.textAlign = "left";
    g.fillText(text, left + 8, top + 14.5);
  }
}

/** `09:00:00–09:12:00 20/11/2026`, for ranges in words. */
export function spell(begin, end) {
  return `${clock(begin)}–${clock(end)} ${date(begin)}`;
}

