/**
 * The wall: 4, 9, 16 or 25 live pictures, silent; one at a time large and with sound.
 *
 * Owns which cameras are on the wall now, pages of them, and the turning from page to page, which stops when somebody
 * touches anything. Promises that only what is seen is fetched: a page that goes takes its viewing with it. What is wrong
 * comes first, in the order the centre gives. Leaves footage to the engine and the right to it to the centre.
 */

import { Footage } from "../footage/engine.js";
import { Viewing } from "../footage/viewing.js";
import { explain, isTyping } from "../frame/keys.js";
import { toast } from "../frame/toasts.js";
import { ask, reason } from "../room/api.js";
import { noNotice, notice } from "../room/notice.js";
import { Purpose } from "../room/purpose.js";
import { Tiles } from "../room/tiles.js";
import { clock } from "../timeline/time.js";
import { pick, t } from "../words.js";

const TURN_MS = 20_000;
const FRESH_MS = 15_000;
/** What a camera's smaller stream (mostly 640 or 352 wide) fills without looking blurred. */
const SMALL_PX = 480;
const NO_PURPOSE = t("Chưa ghi mục đích nên chưa có hình.", "No purpose was written, so there is no picture yet.");
const $ = (id) => document.getElementById(id);
const page = $("main");
const touched = ["pointerdown", "keydown"];

class Wall {
  constructor() {
    this.cameras = [...document.querySelectorAll("#cameras li")].map(({ dataset }) => ({ ...dataset }));
    this.place = $("tiles");
    this.asking = new Set(page.dataset.asking.split(" ").filter(Boolean));
    this.purpose = new Purpose([...this.asking]);
    this.states = new Map();
    this.first = 0;
    this.one = null;
    this.turn = 0;
    this.size = this.remembered();
  }

  remembered() {
    const kept = Number(localStorage.getItem("wall-size"));
    if ([4, 9, 16, 25].includes(kept)) return kept;
    return [4, 9, 16, 25].find((size) => size >= this.cameras.length) ?? 25;
  }

  get pages() { return Math.max(1, Math.ceil(this.cameras.length / this.size)); }

  /** Shows what should be seen now; the newest wish wins. */
  async show(again = false) {
    this.turn += 1;
    const turn = this.turn;
    this.end();
    const shown = this.one ? [this.one] : this.cameras.slice(this.first, this.first + this.size);
    this.lay(shown);
    this.say();
    const asking = shown.some(({ place }) => this.asking.has(place));
    // What is seen comes first: a purpose speaks of so many rooms and no more.
    this.purpose.rooms = [...new Set([...shown.map(({ place }) => place).filter((place) => this.asking.has(place)), ...this.asking])];
    try {
      const purpose = asking ? await this.purpose.need() : null;
      if (turn !== this.turn) return;
      if (asking && !purpose) {
        this.refuse(NO_PURPOSE, "purpose");
        return;
      }
      const viewing = await Viewing.open(this.wish(shown, purpose));
      if (turn !== this.turn) {
        viewing.close();
        return;
      }
      this.begin(viewing);
    } catch (refusal) {
      if (turn !== this.turn) return;
      const code = refusal.said?.code ?? "failed";
      if (code === "purpose" && !again) {
        this.purpose.forget();
        this.show(true);
      } else this.refuse(reason(refusal), code);
    }
  }

  wish(shown, purpose) {
    const ended = (words) => this.ended(words);
    return {
      kind: "live", cameras: shown.map(({ camera }) => camera), sound: Boolean(this.one?.sound), purpose, csrf: page.dataset.csrf,
      on: { refused: ended, purpose: ended, restricted: ended, over: ended, renewed: (answer) => this.purpose.until(answer.purpose_until) },
    };
  }

  begin(viewing) {
    this.viewing = viewing;
    noNotice();
    const held = new Set(viewing.cameras ?? this.tiles.all.map(({ camera }) => camera));
    for (const { camera, ...words } of viewing.refused ?? []) {
      this.state(this.tiles.all.find((tile) => tile.camera === camera)?.line, { what: "failed", since_us: 0, words });
    }
    this.engine = new Footage({
      url: page.dataset.streamUrl,
      lease: () => viewing.token,
      small: SMALL_PX,
      tiles: this.tiles.all.filter(({ camera }) => held.has(camera)).map(({ line, video }) => ({ camera: line, video })),
      on: {
        state: (line, state) => this.state(line, state),
        time: (us) => this.tiles.time(us),
        lost: (words) => this.ended(words),
      },
    });
    this.engine.live();
    if (this.one?.sound) {
      this.engine.sound(this.one.line);
      this.tiles.listenTo(this.tiles.all[0]);
    }
  }

  /** A live picture of a camera that does not record is shown, and what is wrong is said. */
  state(line, state) {
    this.states.set(line, state);
    const camera = this.cameras.find((each) => each.line === line);
    this.tiles.state(line, state, this.known(camera, state));
    if (state.what !== "playing" || !camera || camera.kind === "ok") return;
    const label = this.place.querySelector(`[data-line="${line}"] .state`);
    label.className = `status ${camera.kind} state`;
    label.firstElementChild.textContent = camera.state;
  }

  /** What the centre knows of a camera that gives no picture: cause and since when. */
  known(camera, state) {
    if (!["offline", "failed", "gap"].includes(state.what) || state.words?.code === "restricted" || !camera || camera.kind === "ok") return "";
    return camera.since ? t("{state}, từ {when}", "{state}, since {when}", { state: camera.state, when: clock(Number(camera.since)) }) : camera.state;
  }

  end() {
    this.engine?.close();
    this.viewing?.close();
    [this.engine, this.viewing] = [null, null];
  }

  /** The viewing ended; when only the purpose ran out it is asked for anew. */
  ended(words) {
    const code = words?.code ?? "refused";
    this.refuse(pick(words) || t("Không được xem.", "Watching is not allowed."), code);
    if (code !== "purpose") return;
    this.purpose.forget();
    this.show();
  }

  refuse(words, code) {
    this.end();
    this.tiles?.blank(words);
    const way = {
      purpose: t("Ghi mục đích", "Write the purpose"), over: t("Mở lại", "Open again"), failed: t("Thử lại", "Try again"),
    }[code];
    notice(words, way ? { words: way, act: () => this.show() } : null);
  }

  lay(shown) {
    this.tiles?.close();
    this.states = new Map();
    this.place.classList.toggle("one", Boolean(this.one));
    this.place.replaceChildren(...shown.map((camera) => this.figure(camera)));
    this.tiles = new Tiles(this.place, page.dataset.viewer, { alone: false });
  }

  figure(camera) {
    const figure = $("tile").content.firstElementChild.cloneNode(true);
    // Every unit on the wall is a people's committee: what tells them apart comes first.
    const name = [camera.unit.replace(/^UBND (.)/, (_, first) => first.toUpperCase()), camera.label].join(" · ");
    figure.dataset.line = camera.line;
    figure.dataset.camera = camera.camera;
    figure.dataset.sound = camera.sound;
    figure.classList.toggle("amiss", camera.kind === "fault" || camera.kind === "late");
    figure.querySelector(".name").textContent = name;
    figure.querySelector(".name").title = `${name}, ${camera.room}`;
    figure.querySelector("video").setAttribute("aria-label", name);
    figure.querySelector(".state").className = `status ${camera.kind} state`;
    figure.querySelector(".state span").textContent = camera.state;
    const way = figure.querySelector(".tool.room");
    way.href = camera.way;
    way.setAttribute("aria-label", t("Vào phòng {room}, {unit}", "To the room {room}, {unit}", camera));
    const whole = figure.querySelector(".whole");
    whole.setAttribute("aria-label", t("Phóng to {name}", "Enlarge {name}", { name }));
    whole.setAttribute("aria-pressed", String(this.one === camera));
    figure.classList.toggle("chosen", this.one === camera);
    figure.addEventListener("click", (event) => { if (!event.target.closest("a")) this.enlarge(this.one ? null : camera); });
    return figure;
  }

  enlarge(camera) {
    this.one = camera;
    this.show();
  }

  /** To the next page, round and round. */
  go(step) {
    this.one = null;
    this.first = ((Math.floor(this.first / this.size) + step + this.pages) % this.pages) * this.size;
    this.show();
  }

  resize(size) {
    localStorage.setItem("wall-size", size);
    this.size = size;
    this.first = Math.floor(this.first / size) * size;
    this.one = null;
    this.show();
  }

  say() {
    const number = Math.floor(this.first / this.size) + 1;
    $("pages-said").textContent = this.one ? `${this.one.unit} · ${this.one.label}` : t("Trang {n}/{of} · {count} camera", "Page {n}/{of} · {count} cameras", {
      n: number, of: this.pages, count: this.cameras.length,
    });
    for (const button of $("sizes").children) button.setAttribute("aria-pressed", String(Number(button.dataset.size) === this.size));
  }

  /** States anew; the order changes only when a page turns, or nothing would stay where the eye is. */
  async fresh() {
    const states = await ask("GET", "/api/wall/states").catch(() => null);
    if (!states) return;
    const found = new Map(states.map((state, place) => [state.camera, { ...state, place }]));
    for (const camera of this.cameras) {
      const state = found.get(camera.camera);
      if (state) Object.assign(camera, { kind: state.kind, state: pick(state), since: state.since ?? "", rank: state.place });
      const figure = this.place.querySelector(`[data-camera="${camera.camera}"]`);
      figure?.classList.toggle("amiss", camera.kind === "fault" || camera.kind === "late");
      if (figure && this.states.has(camera.line)) this.state(camera.line, this.states.get(camera.line));
    }
    this.waiting = true;
  }

  reorder() {
    if (!this.waiting) return;
    this.cameras.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    this.waiting = false;
  }
}

/** Turning: a bar fills, the page turns; any touch ends it. */
class Turning {
  constructor(wall) {
    this.wall = wall;
    $("turn").addEventListener("click", () => (this.timer ? this.stop() : this.start()));
    for (const kind of touched) {
      page.addEventListener(kind, (event) => {
        if (!event.target.closest?.("#turn") && event.key !== "r") this.stop();
      });
    }
    if (localStorage.getItem("wall-turns") === "1" && wall.pages > 1) this.start();
  }

  start() {
    localStorage.setItem("wall-turns", "1");
    $("turn").setAttribute("aria-pressed", "true");
    $("turning").hidden = false;
    this.fill();
    this.timer = setInterval(() => {
      this.wall.reorder();
      this.wall.go(1);
      this.fill();
    }, TURN_MS);
  }

  fill() {
    $("turning").firstElementChild.animate([{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }], { duration: TURN_MS });
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    localStorage.setItem("wall-turns", "0");
    $("turn").setAttribute("aria-pressed", "false");
    $("turning").hidden = true;
  }
}

function keys(wall) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const number = Number(event.key);
    if (event.key === "ArrowRight") wall.go(1);
    else if (event.key === "ArrowLeft") wall.go(-1);
    else if (event.key === "Escape" && wall.one) wall.enlarge(null);
    else if (number >= 1 && number <= 9) {
      const camera = wall.one ? null : wall.cameras.slice(wall.first, wall.first + wall.size)[number - 1];
      if (camera || wall.one) wall.enlarge(camera);
    } else return;
    event.preventDefault();
  });
  explain([
    [["←", "→"], t("trang trước, sau", "page before, after")],
    [["1", "…", "9"], t("phóng to một hình, có tiếng", "enlarge one picture, with sound")],
    [["Esc"], t("trở lại tường", "back to the wall")],
  ]);
}

function start() {
  $("unready").remove();
  const wall = new Wall();
  if (!wall.cameras.length) return;
  for (const button of $("sizes").children) button.addEventListener("click", () => wall.resize(Number(button.dataset.size)));
  $("full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : page.requestFullscreen()));
  wall.purpose.addEventListener("refused", ({ detail }) => toast(detail, { level: "error" }));
  keys(wall);
  new Turning(wall);
  setInterval(() => { if (!document.hidden) wall.fresh(); wall.tiles?.stamp(); }, FRESH_MS);
  wall.show();
  document.body.dataset.ready = "1";
}

start();
