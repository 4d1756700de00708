/**
 * What is found in footage: the range that is marked, or the minutes around the playhead.
 *
 * Owns the dialog. Promises that nothing a person wrote is lost by a refusal, and that what is held for it is said to
 * be waiting for its recorder. Who came here from a complaint or a rating says with a tick whether the finding follows
 * it. Leaves the findings themselves to their pages.
 */

import { ask } from "./api.js";
import { MINUTE, SECOND, clock, date, length } from "../timeline/time.js";
import { toast } from "../frame/toasts.js";
import { t } from "../words.js";

const AROUND = MINUTE;
const $ = (id) => document.getElementById(id);

export class Findings {
  /** `address` is where findings are made, `page` where they are read; `changed()` fetches the marks anew. */
  constructor({ address, page, timeline, changed }) {
    Object.assign(this, { address, page, timeline, changed });
    if (!$("find")) return;
    $("find").addEventListener("click", () => this.begin());
    $("finding").addEventListener("submit", (event) => this.save(event));
  }

  begin() {
    const { range, playhead, model } = this.timeline;
    const begin = Math.round(range ? range.begin : playhead - AROUND);
    const end = Math.round(Math.min(range ? range.end ?? playhead : playhead + AROUND, model.now));
    this.span = { begin: Math.min(begin, end - SECOND), end: Math.max(begin + SECOND, end) };
    const { begin: from, end: to } = this.span;
    $("finding-when").textContent = t("{from}–{to}, {day} ({length})", "{from}–{to}, {day} ({length})", {
      from: clock(from), to: clock(to), day: date(from), length: length(to - from),
    });
    $("finding-error").hidden = true;
    $("finding").showModal();
    $("finding-situation").focus();
  }

  async save(event) {
    event.preventDefault();
    const [what, note, error] = [$("finding-situation"), $("finding-note"), $("finding-error")];
    const from = $("finding-follows");
    try {
      const said = { ...this.span, situation: what.value, note: note.value, follows: from?.checked ? from.value : "" };
      const made = await ask("POST", this.address, said);
      $("finding").close();
      note.value = "";
      await this.changed();
      const done = made.held
        ? t("Đã lập phát hiện số {n}; hình đang chờ đầu ghi giữ lại.", "Finding {n} is made; its footage waits for the recorder.", { n: made.number })
        : t("Đã lập phát hiện số {n}; không còn hình để giữ.", "Finding {n} is made; there is no footage left to hold.", { n: made.number });
      toast(done, { undo: { label: t("Mở", "Open"), act: () => location.assign(`${this.page}/${made.id}`) } });
    } catch (refusal) {
      error.textContent = refusal.message;
      error.hidden = false;
      what.focus();
    }
  }
}
