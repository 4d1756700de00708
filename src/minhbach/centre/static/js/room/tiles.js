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
const [GAP, BAR, SMALL_BAR] = [8, 32, 26];
const NEARLY = 0.85;
const phone = window.matchMedia("(max-width: 640px)");
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
      label: figure.querySelector(".name").textContent, hasSound: Boolean(figure.dataset.sound), what: "waiting", sound: null,
    }));
    if (alone) for (const tile of this.all) this.listen(tile);
    if (alone) document.addEventListener("fullscreenchange", () => this.pressed());
    this.stamp();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(place);
    this.fit();
  }

  /** Other figures take the place. */
  close() { this.observer.disconnect(); }

  /** Those that have something to show now; the others give their room away. */
  only(tiles) {
    for (const tile of this.all) tile.figure.hidden = !tiles.includes(tile);
    if (this.chosen?.figure.hidden) this.enlarge(null);
    if (this.loud?.figure.hidden) this.listenTo(null);
    this.fit();
  }

  get shown() { return this.all.filter(({ figure }) => !figure.hidden); }

  /** As many columns as make the pictures largest; as many as rows where that is nearly as large and leaves no hole. */
  fit() {
    const { place } = this;
    const count = place.classList.contains("one") ? 1 : this.shown.length;
    const { paddingLeft, paddingRight } = getComputedStyle(place);
    const room = { width: place.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) + GAP, height: place.clientHeight + GAP };
    if (!count || place.clientWidth === 0 || place.clientHeight === 0) return;
    if (phone.matches) {
      place.classList.remove("small", "tiny"); // one below the other, as wide as the screen
      place.style.gridAutoRows = "";
      return;
    }
    const sizes = Array.from({ length: count }, (_, index) => sizeOf(count, index + 1, room));
    const even = Math.ceil(Math.sqrt(count));
    const best = Math.max(...sizes);
    const columns = count % even === 0 && sizes[even - 1] >= NEARLY * best ? even : sizes.indexOf(best) + 1;
    const size = sizes[columns - 1];
    // A large tile is as large as its picture, so that name and clock stand on it; a small one needs the width for them.
    const large = size >= SMALL;
    place.style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${large ? `${Math.floor(size)}px` : "1fr"}))`;
    place.style.gridAutoRows = large ? `minmax(0, ${Math.floor((size * 9) / 16 + BAR)}px)` : "";
    place.classList.toggle("small", !large);
    place.classList.toggle("tiny", size < TINY);
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
  state(line, { what, since_us: since, words, lawful = false, sound = null }, why = "") {
    const tile = this.all.find((each) => each.line === line);
    if (!tile) return;
    Object.assign(tile, { what, sound });
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
    const said = what === "stalled" && words ? pick(words) : this.plain(tile, what);
    state.replaceChildren(Object.assign(document.createElement("span"), { textContent: said }));
  }

  plain(tile, what) {
    return {
      playing: this.heard(tile),
      paused: t("Đang dừng", "Paused"),
      waiting: t("Đang lấy hình", "Fetching"),
      stalled: t("Đang chờ hình", "Waiting for picture"),
      gap: t("Không có hình", "No picture"),
      failed: t("Không xem được", "Cannot be shown"),
      offline: t("Mất kết nối", "Offline"),
      ended: t("Hết bản ghi", "End of recording"),
    }[what] ?? what;
  }

  /** Sound is spoken of where it is listened for: a microphone on paper is not sound in the footage. */
  heard(tile) {
    if (tile !== this.loud) return t("Có hình", "Picture");
    return tile.sound === false ? t("Có hình, không có tiếng", "Picture, no sound") : t("Có hình, có tiếng", "Picture and sound");
  }

  /** Nothing may be shown: every tile is veiled by the reason. The pictures themselves are the engine's to take away. */
  blank(words) {
    for (const { line } of this.all) this.state(line, { what: "failed", since_us: 0, words: null, lawful: true }, words);
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
      if (each.what === "playing") each.figure.querySelector(".state > span").textContent = this.heard(each);
    }
    this.tell("sound", { line: tile?.line ?? null });
  }

  /** The one with sound: on or off by key. */
  toggleSound() {
    const first = this.shown.find((tile) => tile.hasSound && (!this.place.classList.contains("one") || tile === this.chosen));
    this.listenTo(this.loud ? null : first ?? null);
  }

  /** One picture large, or all again. An upright phone shows each as wide as it is: there it takes the whole screen. */
  enlarge(tile) {
    if (phone.matches) {
      if (document.fullscreenElement) document.exitFullscreen();
      else tile?.figure.requestFullscreen?.().catch(() => {});
      return;
    }
    const one = Boolean(tile) && this.chosen !== tile && this.shown.length > 1;
    this.chosen = one ? tile : null;
    this.place.classList.toggle("one", one);
    this.fit();
    for (const each of this.all) each.figure.classList.toggle("chosen", each === this.chosen);
    this.pressed();
  }

  pressed() {
    for (const { figure } of this.all) {
      const large = figure === document.fullscreenElement || figure === this.chosen?.figure;
      figure.querySelector(".whole").setAttribute("aria-pressed", String(large));
    }
  }

  number(count) { if (this.shown[count - 1]) this.enlarge(this.shown[count - 1]); }
}

/** How wide a picture of 16:9 is with so many columns. */
function sizeOf(count, columns, { width, height }) {
  const across = width / columns - GAP;
  const down = height / Math.ceil(count / columns) - GAP;
  const large = Math.min(across, ((down - BAR) * 16) / 9);
  return large < SMALL ? Math.min(across, ((down - SMALL_BAR) * 16) / 9) : large;
}
