/**
 * Bookmarks: a moment or a range of the room, with a note, for all who may play it back.
 *
 * Owns the dialog, and undo. Promises that nothing a person wrote is lost by a refusal: the dialog stays with the text.
 * Leaves keeping them to the centre, drawing them to the timeline.
 */

import { ask } from "./api.js";
import { clock, date } from "../timeline/time.js";
import { toast } from "../frame/toasts.js";
import { t } from "../words.js";

const $ = (id) => document.getElementById(id);

export class Bookmarks {
  /** `address` is where bookmarks are made; `changed()` fetches the marks anew. */
  constructor({ address, timeline, changed }) {
    Object.assign(this, { address, timeline, changed });
    $("bookmark")?.addEventListener("click", () => this.begin());
    $("bookmarking").addEventListener("submit", (event) => this.save(event));
  }

  begin() {
    const { range, playhead } = this.timeline;
    const begin = Math.round(range ? range.begin : playhead);
    const end = Math.round(range ? range.end ?? playhead : playhead);
    this.span = { begin: Math.min(begin, end), end: Math.max(begin, end) };
    const until = this.span.end > this.span.begin ? `–${clock(this.span.end)}` : "";
    $("bookmark-when").textContent = `${clock(this.span.begin)}${until}, ${date(this.span.begin)}`;
    $("bookmark-field").value = "";
    $("bookmark-error").hidden = true;
    $("bookmarking").showModal();
    $("bookmark-field").focus();
  }

  async save(event) {
    event.preventDefault();
    const [field, error] = [$("bookmark-field"), $("bookmark-error")];
    const note = field.value.trim();
    try {
      if (!note) throw new Error(t("Hãy viết vài chữ để sau này biết vì sao đánh dấu.", "Write a few words, so that later one knows why."));
      const made = await ask("POST", this.address, { ...this.span, note });
      $("bookmarking").close();
      await this.changed();
      toast(t("Đã đánh dấu {when}: {note}", "Bookmarked {when}: {note}", { when: clock(this.span.begin), note }), {
        undo: { label: t("Bỏ", "Undo"), act: () => this.remove(made.id) },
      });
    } catch (refusal) {
      error.textContent = refusal.message;
      error.hidden = false;
      field.focus();
    }
  }

  async remove(id) {
    try {
      await ask("DELETE", `${this.address}/${id}`);
      await this.changed();
    } catch (refusal) {
      toast(refusal.message, { level: "error" });
    }
  }
}
