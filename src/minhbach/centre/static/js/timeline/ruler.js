/**
 * The ticks of the strip: which moments get a line, and which of them a label.
 *
 * Owns the choice of steps people count in. Promises labels that do not touch, at any width and zoom, and lines that
 * fade in as they get room instead of jumping.
 */

import { HOUR, MINUTE, SECOND, clock, dayStart, fine, minute } from "./time.js";

const STEPS = [
  SECOND / 10, SECOND / 2, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR,
];

/** The step between labels for `span` on `width` pixels. */
export function labelStep(span, width) {
  const room = span < 2 * MINUTE ? 84 : 64;
  return STEPS.find((step) => (step / span) * width >= room) ?? STEPS[STEPS.length - 1];
}

/** The smaller step of unlabelled lines below `step`. */
export function lineStep(step) {
  const index = STEPS.indexOf(step);
  for (let i = Math.max(0, index - 3); i < index; i += 1) {
    if (Math.abs((step / STEPS[i]) % 1) < 1e-9 && step / STEPS[i] <= 6) return STEPS[i];
  }
  return step;
}

/** Calls `draw(us)` for every multiple of `step`, counted from midnight, between two times. */
export function ticks(begin, end, step, draw) {
  const zero = dayStart(begin);
  for (let us = zero + Math.ceil((begin - zero) / step) * step; us < end; us += step) draw(us);
}

export function label(us, step) {
  if (step >= MINUTE) return minute(us);
  return step >= SECOND ? clock(us) : fine(us).slice(0, 10);
}
