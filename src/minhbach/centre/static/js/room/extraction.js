/**
 * The way from a marked range, or the minutes around the playhead, to a request for extraction.
 *
 * Owns the link `#extract`. Promises that the form opens with the stretch a person was looking at.
 */

import { MINUTE, SECOND } from "../timeline/time.js";

const AROUND = 5 * MINUTE;

export function leadToExtraction(timeline) {
  const link = document.getElementById("extract");
  link?.addEventListener("click", () => {
    const { range, playhead, model } = timeline;
    const begin = range ? range.begin : playhead - AROUND;
    const end = Math.min(range ? range.end ?? playhead : playhead + AROUND, model.now);
    const [first, last] = [Math.min(begin, end - SECOND), Math.max(begin + SECOND, end)];
    const address = new URL(link.href);
    address.searchParams.set("tu", String(Math.round(first)));
    address.searchParams.set("den", String(Math.round(last)));
    link.href = address.href;
  });
}
