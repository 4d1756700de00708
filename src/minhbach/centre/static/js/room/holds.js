/**
 * Footage kept for a matter: the range that is marked, or the minutes around the playhead.
 *
 * Owns the dialog. Promises to say what will be kept before it is asked for, that nothing a person wrote is lost by a
 * refusal, and that an order which waits for its recorder is called waiting. Leaves the holds themselves to their pages.
 */

import { ask } from "./api.js";
import { MINUTE, SECOND, clock, date, length } from "../timeline/time.js";
import { toast } from "../frame/toasts.js";
import { t } from "../words.js";

const AROUND = 5 * MINUTE;
const $ = (id) => document.getElementById(id);

export class Holds {
  /** `address` is where holds are asked for, `page` where they are read; `changed()` fetches the marks anew. */
  constructor({ address, page, timeline, changed }) {
    Object.assign(this, { address, page, timeline, changed });
    if (!$("hold")) return;
    $("hold").addEventListener("click", () => this.begin());
    $("holding").addEventListener("submit", (event) => this.save(event));
  }

  begin() {
    const { range, playhead, model } = this.timeline;
    const begin = Math.round(range ? range.begin : playhead - AROUND);
    const end = Math.round(Math.min(range ? range.end ?? playhead : playhead + AROUND, model.now));
    this.span = { begin: Math.min(begin, end - SECOND), end: Math.max(begin + SECOND, end) };
    const { begin: from, end: to } = this.span;
    $("hold-when").textContent = t("{from}–{to}, {day} ({length})", "{from}–{to}, {day} ({length})", {
      from: clock(from), to: clock(to), day: date(from), length: length(to - from),
    });
    $("hold-around").hidden = Boolean(range);
    $("hold-cameras").replaceChildren(...model.cameras.filter((camera) => camera.knows(from, to)).map(choice));
    $("hold-error").hidden = true;
    $("holding").showModal();
    $("hold-reason").focus();
  }

  async save(event) {
    event.preventDefault();
    const [field, error] = [$("hold-reason"), $("hold-error")];
    const cameras = [...$("hold-cameras").querySelectorAll("input:checked")].map(({ value }) => value);
    try {
      if (!field.value.trim()) throw new Error(t("Hãy ghi lý do giữ lại.", "Write why it is held."));
      if (!cameras.length) throw new Error(t("Hãy chọn ít nhất một camera.", "Choose one camera at least."));
      const made = await ask("POST", this.address, { ...this.span, cameras, reason: field.value, document: $("hold-document").value });
      $("holding").close();
      for (const id of ["hold-reason", "hold-document"]) $(id).value = "";
      await this.changed();
      toast(t("Đã ra lệnh giữ lại {from}–{to}, đang chờ đầu ghi xác nhận.", "Ordered to hold {from}–{to}; waiting for the recorder.", {
        from: clock(this.span.begin), to: clock(this.span.end),
      }), { undo: { label: t("Mở", "Open"), act: () => location.assign(`${this.page}/${made.id}`) } });
    } catch (refusal) {
      error.textContent = refusal.message;
      error.hidden = false;
      field.focus();
    }
  }
}

function choice(camera) {
  const [label, box] = [document.createElement("label"), document.createElement("input")];
  Object.assign(box, { type: "checkbox", value: camera.id, checked: true });
  label.append(box, ` ${camera.name}`);
  return label;
}
