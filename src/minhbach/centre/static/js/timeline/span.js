/**
 * What part of time is on the strip: where it begins and how much of it is shown.
 *
 * Owns zooming at a point, panning and gliding there. Promises that the moment under the pointer stays under the
 * pointer, that no step leaves the limits, and that one frame of gliding is a function of the time that passed.
 */

import { DAY, SECOND } from "./time.js";

export const WIDEST = DAY;
export const CLOSEST = 10 * SECOND;
const GLIDE_MS = 70;

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

export class Shown {
  constructor(begin, span, limits) {
    this.limits = limits;
    this.begin = begin;
    this.span = span;
    this.goal = { begin, span };
  }

  get end() { return this.begin + this.span; }

  /** True while the strip has not arrived where it was sent. */
  get gliding() { return this.begin !== this.goal.begin || this.span !== this.goal.span; }

  /** Sends the strip to `begin` with `span`; at once when `glide` is false. */
  show(begin, span = this.goal.span, glide = true) {
    const width = clamp(span, CLOSEST, WIDEST);
    this.goal = { begin: clamp(begin, this.limits.begin, this.limits.end - width), span: width };
    if (!glide) this.arrive();
  }

  /** Zooms by `factor` (below 1: closer) so that the moment at `fraction` of the width stays there. */
  zoom(fraction, factor, glide = true) {
    const span = clamp(this.goal.span * factor, CLOSEST, WIDEST);
    const pinned = this.goal.begin + fraction * this.goal.span;
    this.show(pinned - fraction * span, span, glide);
  }

  pan(us, glide = false) { this.show(this.goal.begin + us, this.goal.span, glide); }

  arrive() {
    this.begin = this.goal.begin;
    this.span = this.goal.span;
  }

  /** Glides for `elapsed` milliseconds; the two ends travel alike, so the pinned moment does not swim. */
  advance(elapsed) {
    if (!this.gliding) return;
    const share = 1 - Math.exp(-elapsed / GLIDE_MS);
    const goalEnd = this.goal.begin + this.goal.span;
    const begin = this.begin + (this.goal.begin - this.begin) * share;
    const end = this.end + (goalEnd - this.end) * share;
    const near = this.goal.span / 4000;
    if (Math.abs(begin - this.goal.begin) < near && Math.abs(end - goalEnd) < near) this.arrive();
    else [this.begin, this.span] = [begin, end - begin];
  }

  fraction(us) { return (us - this.begin) / this.span; }

  at(fraction) { return this.begin + fraction * this.span; }
}
