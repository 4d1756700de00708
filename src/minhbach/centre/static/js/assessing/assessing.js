/**
 * The assessor's desk: one clip at a time, answered by one key for each item, the next already there.
 *
 * Owns the page: which clip is watched, which is made ready, what is sent and what can be taken back. Promises that the
 * next clip is taken while this one is watched, that its viewing is opened only shortly before it is needed, and that
 * nothing that was answered is lost by a refusal. How long a change took is written on the page (`data-switched-ms`).
 */

import { explain, isTyping } from "../frame/keys.js";
import { toast } from "../frame/toasts.js";
import { Refused, ask, reason } from "../room/api.js";
import { noNotice, notice } from "../room/notice.js";
import { SECOND, clock, date, length } from "../timeline/time.js";
import { pick, t } from "../words.js";
import { Form } from "./form.js";
import { Shown } from "./shown.js";

const AHEAD_US = 20 * SECOND;
const HALF = 0.5;
const AGAIN_MS = 5000;
const LONGEST_MS = 60_000;
const SPEEDS = [1, 2, 4];
const $ = (id) => document.getElementById(id);
const page = $("main");
const api = page.dataset.api;

class Desk {
  constructor() {
    this.form = new Form($("items"));
    this.form.addEventListener("changed", () => this.changed());
    this.shown = null;
    this.next = null;
    this.taking = null;
    this.later = 0;
    this.wait_ms = AGAIN_MS;
    this.last = null;
    this.resume = false;
    this.sound = false;
    this.speed = 1;
    $("form").addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    $("play").addEventListener("click", () => this.shown?.toggle());
    $("rest").addEventListener("click", () => this.form.rest("unseen"));
    $("speed").addEventListener("click", () => this.faster());
    $("sound")?.addEventListener("click", () => this.listen(!this.sound));
    $("undo").addEventListener("click", () => this.undo());
    $("leave").addEventListener("click", () => this.askToLeave());
    $("leaving").addEventListener("submit", (event) => this.leave(event));
    $("find")?.addEventListener("click", () => this.find());
    $("finding")?.addEventListener("submit", (event) => this.saveFinding(event));
    $("finding")?.addEventListener("close", () => { if (this.resume) this.shown?.play(); });
    document.addEventListener("keydown", (event) => this.key(event));
    for (const button of document.querySelectorAll(".play-line .button, .form-side .button")) button.addEventListener("mousedown", (event) => event.preventDefault());
    this.onward();
  }

  make(work) {
    const { streamUrl: url, viewer, csrf } = page.dataset;
    const shown = new Shown(work, { stage: $("stage"), url, viewer, csrf, sound: Boolean(page.dataset.maySound) });
    shown.addEventListener("lost", ({ detail }) => this.lost(shown, detail));
    return shown;
  }

  /** A clip of the centre's choice, beside those that are here; null where nothing waits. Throws Refused. */
  async take() {
    const have = [this.shown, this.next].filter(Boolean).map(({ work }) => work.id);
    try {
      return this.make(await ask("POST", `${api}/next`, { have }));
    } catch (refusal) {
      if (refusal instanceof Refused && refusal.status === 404) return null;
      throw refusal;
    }
  }

  /** The next one to the front; what was there is closed. */
  async onward(shown = null, answers = {}) {
    const began = performance.now();
    this.shown?.close();
    this.shown = null;
    clearTimeout(this.later);
    this.wait_ms = AGAIN_MS;
    let following;
    try {
      following = shown ?? this.next ?? (await this.taking) ?? (await this.take());
    } catch (refusal) {
      this.put(null);
      $("nothing").hidden = true;
      notice(reason(refusal), { words: t("Thử lại", "Try again"), act: () => { noNotice(); this.onward(); } });
      return;
    }
    if (!shown) this.next = null;
    this.put(following, answers);
    if (!following) return;
    const told = () => { page.dataset.switchedMs = String(Math.round(performance.now() - began)); };
    if (following.ready) told();
    else following.addEventListener("first", told, { once: true });
    following.show();
    this.follow(following);
  }

  follow(shown) {
    shown.addEventListener("first", () => this.prepare(), { once: true });
    if (shown.ready) this.prepare();
    shown.addEventListener("time", ({ detail }) => this.time(detail));
    shown.addEventListener("playing", ({ detail }) => document.body.classList.toggle("playing", detail));
    shown.listen(this.sound);
    shown.fast(this.speed);
    document.body.classList.toggle("playing", shown.playing);
  }

  put(shown, answers = {}) {
    this.shown = shown;
    this.span = null;
    noNotice();
    $("nothing").hidden = Boolean(shown);
    for (const id of ["leave", "find", "rest"]) if ($(id)) $(id).disabled = !shown;
    $("comment").value = "";
    $("form-error").hidden = true;
    this.form.ask(shown?.work.form ?? [], answers);
    const work = shown?.work;
    $("heading").textContent = work ? `${work.room_name}, ${work.unit_name}` : t("Bàn đánh giá", "Assessor's desk");
    $("when").textContent = work ? `${clock(work.begin)}–${clock(work.end)}, ${date(work.begin)}` : "";
    $("why").textContent = work ? work.why.map(pick).join(" · ") : "";
    this.time(work?.begin ?? 0);
  }

  /** Taken now, so that nobody else gets it; its footage only shortly before. */
  prepare() {
    if (this.next || this.taking) return;
    this.taking = this.take().catch(() => { this.again(); return null; }).then((found) => {
      [this.next, this.taking] = [found, null];
      this.nearly();
      return found;
    });
  }

  /** What gave no answer is prepared once more, each time after a longer while: nobody is kept from what is watched. */
  again() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.prepare(), this.wait_ms);
    this.wait_ms = Math.min(2 * this.wait_ms, LONGEST_MS);
  }

  nearly() {
    if (!this.next || !this.shown) return;
    const left = this.shown.work.end - this.shown.at;
    if (left < AHEAD_US || this.form.share >= HALF) this.next.open();
  }

  time(us) {
    const work = this.shown?.work;
    $("progress").value = work ? Math.round((1000 * (us - work.begin)) / (work.end - work.begin)) : 0;
    $("at").textContent = work ? `${clock(us)} · ${t("còn {left}", "{left} left", { left: length(Math.max(0, work.end - us)) })}` : "";
    this.nearly();
  }

  changed() {
    $("save").disabled = !this.form.complete;
    this.nearly();
  }

  async save() {
    const { shown } = this;
    if (!shown || !this.form.complete || this.saving) return;
    this.saving = true;
    try {
      const said = { answers: this.form.answers, comment: $("comment").value, viewing: shown.was };
      const made = await ask("POST", `${api}/clips/${shown.work.id}/answers`, said);
      this.last = { id: made.id, answers: { ...this.form.answers } };
      $("undo").hidden = false;
      this.told();
      await this.onward();
    } catch (refusal) {
      $("form-error").textContent = reason(refusal);
      $("form-error").hidden = false;
    } finally {
      this.saving = false;
    }
  }

  told() { document.body.dispatchEvent(new CustomEvent("assessed", { bubbles: true })); }

  async undo() {
    if (!this.last) return;
    try {
      const work = await ask("DELETE", `${api}/${this.last.id}`);
      const { answers } = this.last;
      this.last = null;
      $("undo").hidden = true;
      // What was watched goes on waiting behind it.
      if (this.shown) { this.next?.close(); this.next = this.make(this.shown.work); }
      this.told();
      await this.onward(this.make(work), answers);
    } catch (refusal) {
      toast(reason(refusal), { level: "error" });
    }
  }

  askToLeave() {
    $("leaving-error").hidden = true;
    $("leaving").showModal();
    $("leaving-words").focus();
  }

  async leave(event) {
    event.preventDefault();
    try {
      await ask("POST", `${api}/clips/${this.shown.work.id}/leaving`, { words: $("leaving-words").value });
      $("leaving").close();
      $("leaving-words").value = "";
      this.told();
      await this.onward();
    } catch (refusal) {
      $("leaving-error").textContent = reason(refusal);
      $("leaving-error").hidden = false;
    }
  }

  mark(edge) {
    if (!this.shown) return;
    const { begin, end } = this.span ?? this.shown.work;
    this.span = edge === "begin" ? { begin: Math.round(this.shown.at), end } : { begin, end: Math.round(this.shown.at) };
    if (this.span.end - this.span.begin < SECOND) this.span = null;
    const span = this.span ?? this.shown.work;
    toast(t("Đoạn phát hiện: {from}–{to}", "Range of the finding: {from}–{to}", { from: clock(span.begin), to: clock(span.end) }));
  }

  find() {
    const { work } = this.shown;
    const { begin, end } = this.span ?? work;
    $("finding-when").textContent = `${clock(begin)}–${clock(end)}, ${date(begin)}`;
    const none = Object.assign(document.createElement("option"), { value: "", textContent: t("Chọn nội dung", "Choose") });
    const options = Object.entries(work.situations).map(([value, words]) => Object.assign(document.createElement("option"), { value, textContent: pick(words) }));
    $("finding-situation").replaceChildren(none, ...options);
    $("finding-situation").value = this.form.situation;
    $("finding-error").hidden = true;
    this.resume = this.shown.playing;
    this.shown.pause();
    $("finding").showModal();
    $(this.form.situation ? "finding-note" : "finding-situation").focus();
  }

  async saveFinding(event) {
    event.preventDefault();
    const { begin, end } = this.span ?? this.shown.work;
    try {
      const said = { begin, end, situation: $("finding-situation").value, note: $("finding-note").value };
      const made = await ask("POST", `${api}/clips/${this.shown.work.id}/findings`, said);
      $("finding").close();
      $("finding-note").value = "";
      const words = t("Đã lập phát hiện số {n}.", "Finding {n} is made.", { n: made.number });
      toast(words, { undo: { label: t("Mở", "Open"), act: () => open(`${page.dataset.found}/${made.id}`, "_blank", "noopener") } });
    } catch (refusal) {
      $("finding-error").textContent = refusal.message;
      $("finding-error").hidden = false;
      $("finding-situation").focus();
    }
  }

  lost(shown, words) {
    if (shown !== this.shown) {
      // One that was to be made ready is not asked for again at every picture of this one: later, or when its turn comes.
      if (shown !== this.next) return;
      this.next.close();
      this.next = null;
      if (words?.code === "failed") this.again();
      return;
    }
    // A purpose that ran out is written anew with the next clip that is given; this one is given again.
    const act = words?.code === "purpose" ? () => this.onward() : () => { noNotice(); shown.open(); };
    notice(words?.vi ? pick(words) : t("Không lấy được hình.", "The picture did not come."), { words: t("Thử lại", "Try again"), act });
  }

  faster() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    $("speed-words").textContent = `${this.speed}×`;
    this.shown?.fast(this.speed);
  }

  listen(on) {
    this.sound = on;
    $("sound").setAttribute("aria-pressed", String(on));
    this.shown?.listen(on);
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (this.pressed(event.key)) event.preventDefault();
  }

  pressed(key) {
    if (!this.shown) return false;
    if (key === " ") this.shown.toggle();
    else if (key === "Enter") this.save();
    else if (key === "ArrowLeft" || key === "ArrowRight") this.shown.seek(this.shown.at + (key === "ArrowLeft" ? -5 : 5) * SECOND);
    else if (key === "[") this.mark("begin");
    else if (key === "]") this.mark("end");
    else if (key === "c") $("comment").focus();
    else return this.form.key(key);
    return true;
  }
}

explain([
  [["1", "2", "3"], t("đạt, chưa đạt, không thấy rõ", "met, not met, not seen")],
  [["↑", "↓"], t("mục trước, sau", "item before, after")],
  [["Enter"], t("lưu, xem tiếp", "save, next")],
  [["Space"], t("phát, dừng", "play, pause")],
  [["←", "→"], t("5 giây", "5 seconds")],
  [["[", "]"], t("đầu, cuối đoạn phát hiện", "range of a finding")],
  [["C"], t("nhận xét", "comment")],
]);
$("unready").remove();
new Desk();
document.body.dataset.ready = "1";
