/**
 * Mouse, pen and fingers on the strip.
 *
 * Owns what a movement means: the wheel zooms at the pointer, with Shift or sideways it pans; dragging on the bands
 * scrubs, on the ruler pans, on the thin band of the day moves the window, at an edge of the range moves that edge; two
 * fingers zoom; one finger on a touch screen drags time beneath the playhead, which stays in the middle, and lets it
 * coast. Promises to tell a click from a drag by distance, never by time. Leaves the consequences to the timeline.
 */

import { rowAt } from "./rows.js";

const CLICK_PX = 4;
const EDGE_PX = 6;
const COAST_MS = 325;

export class Pointer {
  /** `strip` answers: rows, range, x(us), at(x), dayAt(x), and does: the verbs called below. */
  constructor(surface, strip) {
    this.surface = surface;
    this.strip = strip;
    this.fingers = new Map();
    this.drag = null;
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", (event) => this.cancel(event));
    surface.addEventListener("pointerleave", () => strip.hover(null));
    surface.addEventListener("dblclick", (event) => strip.closer(this.spot(event).fraction));
  }

  spot(event) {
    const box = this.surface.getBoundingClientRect();
    const x = event.clientX - box.left;
    return { x, y: event.clientY - box.top, fraction: Math.min(1, Math.max(0, x / box.width)), width: box.width };
  }

  wheel(event) {
    event.preventDefault();
    const { fraction, width } = this.spot(event);
    const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 240 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) {
      this.strip.pan(((event.shiftKey && !dx ? dy : dx) / width) * this.strip.span);
    } else {
      this.strip.zoom(this.strip.anchor(fraction), Math.exp(Math.min(240, Math.max(-240, dy)) * 0.0025));
    }
  }

  down(event) {
    if (event.button > 1) return;
    const spot = this.spot(event);
    this.surface.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, spot);
    this.strip.stop();
    if (this.fingers.size === 2) {
      this.drag = { kind: "pinch", gap: this.gap() };
      return;
    }
    this.drag = { kind: this.kindAt(spot, event), from: spot, last: spot, at: event.timeStamp, speed: 0, moved: false };
    if (this.drag.kind === "day") this.strip.moveDay(spot.fraction);
  }

  /** What a drag from here would do. */
  kindAt(spot, event) {
    const row = rowAt(this.strip.rows, spot.y);
    if (row?.kind === "day") return "day";
    const edge = this.strip.rangeEdge(spot.x, EDGE_PX);
    if (edge && event.pointerType === "mouse") return edge;
    if (this.strip.centred) return "under";
    return event.button === 1 || row?.kind === "ruler" ? "pan" : "scrub";
  }

  gap() {
    const [a, b] = [...this.fingers.values()];
    return { width: Math.max(24, Math.abs(a.x - b.x)), middle: (a.fraction + b.fraction) / 2 };
  }

  move(event) {
    const spot = this.spot(event);
    if (!this.fingers.has(event.pointerId)) {
      this.strip.hover(event.pointerType === "touch" ? null : spot);
      this.surface.style.cursor = this.cursor(spot, event);
      return;
    }
    this.fingers.set(event.pointerId, spot);
    const { drag } = this;
    if (!drag) return;
    if (drag.kind === "pinch") {
      const gap = this.gap();
      this.strip.zoom(this.strip.anchor(gap.middle), drag.gap.width / gap.width, false);
      drag.gap = gap;
      return;
    }
    if (!drag.moved && Math.hypot(spot.x - drag.from.x, spot.y - drag.from.y) < CLICK_PX) return;
    drag.moved = true;
    this.follow(drag, spot, event);
  }

  follow(drag, spot, event) {
    const pixels = spot.x - drag.last.x;
    const us = (pixels / spot.width) * this.strip.span;
    const elapsed = Math.max(1, event.timeStamp - drag.at);
    drag.speed = 0.6 * drag.speed + 0.4 * (us / elapsed);
    [drag.last, drag.at] = [spot, event.timeStamp];
    if (drag.kind === "pan") this.strip.pan(-us);
    else if (drag.kind === "under") this.strip.drift(-us);
    else if (drag.kind === "day") this.strip.moveDay(spot.fraction);
    else if (drag.kind === "scrub") this.strip.scrub(spot);
    else this.strip.moveRange(drag.kind, spot.fraction);
  }

  up(event) {
    const { drag } = this;
    this.fingers.delete(event.pointerId);
    if (drag?.kind === "pinch") {
      if (this.fingers.size === 0) this.drag = null;
      return;
    }
    this.drag = null;
    if (!drag) return;
    if (!drag.moved) this.strip.click(this.spot(event), event);
    else if (drag.kind === "scrub") this.strip.drop();
    else if (drag.kind === "under") this.strip.coast(event.timeStamp - drag.at > 80 ? 0 : -drag.speed, COAST_MS);
    else if (drag.kind === "begin" || drag.kind === "end") this.strip.rangeMoved();
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    if (this.drag?.kind === "scrub") this.strip.drop();
    this.drag = null;
  }

  cursor(spot, event) {
    if (this.strip.markAt(spot)) return "pointer";
    const kind = this.kindAt(spot, event);
    return kind === "scrub" || kind === "under" ? "crosshair" : kind === "pan" ? "grab" : "ew-resize";
  }
}
