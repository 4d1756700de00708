/**
 * One clip on the desk: its pictures, under a viewing of its own whose purpose is the assessment.
 *
 * Owns the figures, the viewing and the engine of one clip. Promises that nothing outside the clip is asked for, that the
 * picture stands still at its end, and that what was opened is closed. A clip may be made ready while another is watched:
 * it then stands behind, at its first picture. Leaves which clip comes to `assessing`.
 */

import { Footage } from "../footage/engine.js";
import { Viewing } from "../footage/viewing.js";
import { Tiles } from "../room/tiles.js";
import { pick } from "../words.js";

const END_US = 200_000;
const FIRST = new Set(["paused", "playing"]);

export class Shown extends EventTarget {
  /** `work` is a clip as the centre gives it. Events: time (us) · first · ended · lost {words, code} · playing (whether). */
  constructor(work, { stage, url, viewer, sound, csrf }) {
    super();
    Object.assign(this, { work, url, sound, csrf });
    this.at = work.begin;
    this.speed = 1;
    this.playing = false;
    this.ready = false;
    this.place = document.createElement("section");
    this.place.className = "pictures behind";
    stage.append(this.place);
    this.lay(viewer);
  }

  lay(viewer) {
    const template = document.getElementById("tile");
    for (const { id, line, label, sound } of this.work.cameras) {
      const figure = template.content.firstElementChild.cloneNode(true);
      Object.assign(figure.dataset, { camera: id, line, sound: sound ? "1" : "" });
      figure.querySelector(".name").textContent = label;
      figure.querySelector("video").setAttribute("aria-label", label);
      this.place.append(figure);
    }
    this.tiles = new Tiles(this.place, viewer);
  }

  /** Opens the viewing and fetches the first picture; once. */
  open() {
    this.opening ??= this.begin();
    return this.opening;
  }

  async begin() {
    const { work } = this;
    const ended = (words) => this.lose(words);
    try {
      this.viewing = await Viewing.open({
        kind: "playback", cameras: work.cameras.map(({ id }) => id), begin: work.begin_at, end: work.end_at, at_us: work.begin,
        sound: this.sound, purpose: work.purpose, csrf: this.csrf,
        on: { refused: ended, purpose: ended, restricted: ended, over: ended },
      });
    } catch (refusal) {
      this.lose(refusal.words ? { ...refusal.said, ...refusal.words } : { code: "failed" });
      return;
    }
    if (this.closed) {
      this.viewing.close();
      return;
    }
    this.was = this.viewing.id; // what was watched stays watched when its right runs out
    this.viewing.at = () => this.at;
    const held = new Set(this.viewing.cameras);
    const tiles = this.tiles.all.filter(({ camera }) => held.has(camera));
    this.tiles.only(tiles);
    this.engine = new Footage({
      url: this.url,
      lease: () => this.viewing?.token ?? null,
      tiles: tiles.map(({ line, video }) => ({ camera: line, video })),
      on: {
        state: (line, state) => this.state(line, state),
        time: (us) => this.time(us),
        lost: (words) => this.lose(words),
      },
    });
    this.engine.seek(work.begin);
    if (this.playing) this.engine.play(this.speed);
  }

  /** Brought to the front, and played. */
  show() {
    this.place.classList.remove("behind");
    this.tiles.fit();
    this.play();
    return this.open();
  }

  state(line, state) {
    this.tiles.state(line, state);
    if (FIRST.has(state.what) && !this.ready) {
      this.ready = true;
      this.tell("first");
    }
  }

  time(us) {
    this.at = us;
    this.tiles.time(us);
    if (this.playing && us >= this.work.end - END_US) {
      this.pause();
      this.over = true;
      this.tell("ended");
    }
    this.tell("time", us);
  }

  tell(type, detail = null) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  play() {
    this.playing = true;
    if (this.over) this.seek(this.work.begin);
    this.engine?.play(this.speed);
    this.tell("playing", true);
  }

  pause() {
    this.playing = false;
    this.engine?.pause();
    this.tell("playing", false);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(us) {
    this.over = false;
    this.at = Math.min(Math.max(us, this.work.begin), this.work.end - END_US);
    this.engine?.seek(this.at);
    if (this.playing) this.engine?.play(this.speed);
  }

  fast(speed) {
    this.speed = speed;
    if (this.playing) this.engine?.play(speed);
  }

  /** The camera with sound is heard, or none. */
  listen(on) {
    const tile = on ? this.tiles.shown.find(({ hasSound }) => hasSound) ?? null : null;
    this.tiles.listenTo(tile);
    this.engine?.sound(tile?.line ?? null);
  }

  lose(words) {
    this.viewing?.close();
    this.viewing = null;
    this.engine?.close();
    this.engine = null;
    this.opening = null;
    this.tiles.blank(words?.vi ? pick(words) : "");
    this.tell("lost", words);
  }

  close() {
    this.closed = true;
    this.engine?.close();
    this.viewing?.close();
    this.tiles.close();
    this.place.remove();
  }
}
