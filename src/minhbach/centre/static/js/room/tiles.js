/**
 * The pictures of a room: what each shows, and what it says when it shows nothing.
 *
 * Owns the figures of the page. Promises that a tile never shows an old picture as if it were a new one: whatever is
 * not playing is veiled by words, with the cause and since when. Leaves bytes to the engine.
 */

import { clock, length } from "../timeline/time.js";
import { pick, t } from "../words.js";

const KINDS = { playing: "ok", paused: "ok", waiting: "soon", stalled: "soon", gap: "fault", failed: "fault", offline: "fault", ended: "unseen" };
/** Of tiles.css: between tiles, and the bar above a picture. */
const [GAP, BAR] = [8, 32];
const [SMALL, TINY] = [360, 200];
const SHOWN = new Set(["playing", "paused", "stalled"]);

export class Tiles extends EventTarget {
  /** `place` holds the figures; `alone`: enlarging is done here. Events: sound {line|null} · onward {camera}. */
  constructor(place, viewer, { alone = true } = {}) {
    super();
    this.place = place;
    this.viewer = viewer;
    this.all = [...place.querySelectorAll("figure[data-line]")].map((figure) => ({
      figure, line: figure.dataset.line, camera: figure.dataset.camera, video: figure.querySelector("video"),
      label: figure.querySelector(".name").textContent, hasSound: Boolean(figure.dataset.sound), what: "waiting",
    }));
    if (alone) for (const tile of this.all) this.listen(tile);
    this.stamp();
    new ResizeObserver(() => this.fit()).observe(place);
    this.fit();
  }

  /** As many columns as make the pictures largest in the room there is. */
  fit() {
    const { place } = this;
    const count = place.classList.contains("one") ? 1 : this.all.length;
    const [width, height] = [place.clientWidth, place.clientHeight];
    if (!count || !width || !height) return;
    let best = { columns: 1, size: 0 };
    for (let columns = 1; columns <= count; columns += 1) {
      const across = (width - GAP * columns) / columns;
      const down = height / Math.ceil(count / columns) - GAP - BAR;
      const size = Math.min(across, (down * 16) / 9);
      if (size > best.size) best = { columns, size };
    }
    place.style.gridTemplateColumns = `repeat(${best.columns}, minmax(0, 1fr))`;
    place.classList.toggle("small", best.size < SMALL);
    place.classList.toggle("tiny", best.size < TINY);
  }

  listen(tile) {
    tile.figure.querySelector(".whole").addEventListener("click", () => this.enlarge(tile));
    tile.figure.querySelector(".sound")?.addEventListener("click", () => this.listenTo(tile === this.loud ? null : tile));
    tile.figure.querySelector(".next").addEventListener("click", () => this.tell("onward", { camera: tile.camera }));
    tile.figure.addEventListener("click", (event) => {
      if (!event.target.closest("button") && event.detail === 2) this.enlarge(tile);
    });
  }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  /** Who watches and when, on every picture: a photograph of the screen says whose screen it was. */
  stamp() {
    const now = new Date();
    const when = `${now.toLocaleDateString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" })} ${clock(now.getTime() * 1000).slice(0, 5)}`;
    for (const { figure } of this.all) {
      figure.querySelector(".stamp").textContent = t("Người xem: {who} · {when}", "Viewer: {who} · {when}", { who: this.viewer, when });
    }
  }

  /** The engine says what a camera does: {what, since_us, words}. */
  state(line, { what, since_us: since, words, lawful = false }, why = "") {
    const tile = this.all.find((each) => each.line === line);
    if (!tile) return;
    tile.what = what;
    tile.figure.classList.remove("waiting");
    const none = tile.figure.querySelector(".none");
    const veiled = !SHOWN.has(what);
    tile.figure.classList.toggle("veiled", veiled && what !== "waiting");
    none.hidden = !veiled || what === "waiting";
    none.querySelector(".what").textContent = why || pick(words) || this.plain(tile, what);
    none.querySelector(".since").textContent = since ? t("từ {when}, {length}", "since {when}, {length}", {
      when: clock(since), length: length(Date.now() * 1000 - since),
    }) : "";
    if (why) none.querySelector(".since").textContent = "";
    const next = none.querySelector(".next");
    if (next) next.hidden = what !== "gap";
    tile.figure.querySelector(".at").textContent = veiled ? "" : this.said ?? "";
    const state = tile.figure.querySelector(".state");
    state.className = `status ${lawful ? "unseen" : KINDS[what] ?? "unseen"} state`;
    state.replaceChildren(Object.assign(document.createElement("span"), { textContent: this.plain(tile, what) }));
  }

  plain(tile, what) {
    return {
      playing: tile.hasSound ? t("Có hình, có tiếng", "Picture and sound") : t("Có hình", "Picture"),
      paused: t("Đang dừng", "Paused"),
      waiting: t("Đang lấy hình", "Fetching"),
      stalled: t("Đang chờ hình", "Waiting for picture"),
      gap: t("Không có hình", "No picture"),
      failed: t("Không xem được", "Cannot be shown"),
      offline: t("Mất kết nối", "Offline"),
      ended: t("Hết bản ghi", "End of recording"),
    }[what] ?? what;
  }

  /** Nothing may be shown: every tile goes blank and says why. */
  blank(words) {
    for (const tile of this.all) {
      tile.video.removeAttribute("src");
      tile.video.load();
      this.state(tile.line, { what: "ended", since_us: 0, words: null }, words);
    }
  }

  time(us) {
    const text = clock(us);
    if (text === this.said) return;
    this.said = text;
    for (const tile of this.all) tile.figure.querySelector(".at").textContent = SHOWN.has(tile.what) ? text : "";
  }

  listenTo(tile) {
    this.loud = tile;
    for (const each of this.all) {
      each.figure.classList.toggle("loud", each === tile);
      each.figure.querySelector(".sound")?.setAttribute("aria-pressed", String(each === tile));
    }
    this.tell("sound", { line: tile?.line ?? null });
  }

  /** The one with sound: on or off by key. */
  toggleSound() {
    const first = this.all.find((tile) => tile.hasSound && (!this.place.classList.contains("one") || tile === this.chosen));
    this.listenTo(this.loud ? null : first ?? null);
  }

  /** One picture large, or all again. */
  enlarge(tile) {
    const one = tile && this.chosen !== tile && this.all.length > 1;
    this.chosen = one ? tile : null;
    this.place.classList.toggle("one", one);
    this.fit();
    for (const each of this.all) {
      each.figure.classList.toggle("chosen", each === this.chosen);
      each.figure.querySelector(".whole").setAttribute("aria-pressed", String(each === this.chosen));
    }
  }

  number(count) { if (this.all[count - 1]) this.enlarge(this.all[count - 1]); }
}
