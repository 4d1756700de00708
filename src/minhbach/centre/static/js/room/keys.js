/**
 * The keys of the room, wherever the focus is.
 *
 * Owns which key means what; each is printed on the page or in the list behind `?`. Promises not to take a key from a
 * field somebody types in, from an open dialog, or Space and Enter from a focused button.
 */

import { explain, isTyping } from "../frame/keys.js";
import { t } from "../words.js";

const PRESSES = "button, a[href], summary, select, input, [role=button]";

export function listen({ transport, timeline, tiles, may }) {
  const keys = {
    j: () => transport.rewind(),
    k: () => transport.stop(),
    l: () => transport.forward(),
    s: () => tiles.toggleSound(),
    0: () => tiles.enlarge(null),
  };
  for (let n = 1; n <= Math.min(9, tiles.all.length); n += 1) keys[n] = () => tiles.number(n);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === " ") {
      if (event.target.closest?.(PRESSES) || !may.playback) return;
      event.preventDefault();
      transport.toggle();
      return;
    }
    if (event.target.closest?.("select, summary")) return;
    const own = may.playback || !"jkl".includes(event.key.toLowerCase()) ? keys[event.key.toLowerCase()] : null;
    if (own && !event.shiftKey) {
      event.preventDefault();
      own();
    } else if (may.playback && timeline.handle(event)) event.preventDefault();
    else if (event.key === "Escape" && tiles.chosen) {
      event.preventDefault();
      tiles.enlarge(null);
    }
  });
  describe(may, tiles);
}

function describe(may, tiles) {
  const lines = [];
  if (may.playback) {
    lines.push(
      [["Space"], t("phát, dừng", "play, pause")], [["J", "K", "L"], t("lùi, dừng, tiến; bấm lại: nhanh gấp đôi", "back, stop, on; again: twice as fast")],
      [["←", "→"], t("5 giây, với Shift: 1 phút", "5 seconds, with Shift: 1 minute")], [["PageUp", "PageDown"], t("nửa màn hình thời gian", "half of what is shown")],
      [["Home"], t("đầu ngày", "start of the day")], [["[", "]"], t("đầu, cuối đoạn; Esc bỏ đoạn", "begin, end of a range; Esc clears it")],
      [["+", "-"], t("phóng, thu", "zoom in, out")], [["N"], t("khoảng trống sau, với Shift: trước", "next gap, with Shift: previous")],
      [["M"], t("mốc sau, với Shift: trước", "next mark, with Shift: previous")],
    );
  }
  if (may.sound) lines.push([["S"], t("bật, tắt tiếng", "sound on, off")]);
  if (tiles.all.length > 1) lines.push([["1", "…", String(Math.min(9, tiles.all.length))], t("phóng to một camera; 0 hoặc Esc trở lại", "enlarge one camera; 0 or Esc back")]);
  explain(lines);
}
