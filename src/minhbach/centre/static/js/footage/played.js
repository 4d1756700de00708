/**
 * One tile played back: its media, its pictures' times, its gaps.
 *
 * Owns what the tile has of the present epoch and whether it can show a moment. Promises that media of an older epoch
 * never reaches the player, and that a broken player is replaced by another and asks for its media anew. Leaves time,
 * speed and the other tiles to `conductor`.
 */

import { Player, UNPLAYABLE } from "./player.js";

const SECONDS = 1e6;
const NEAR_US = 150000;
const DRY_US = 600000;
const EARLY_US = 3000000;
const KEEP_S = 30;
const BACKOFF_MS = [0, 1000, 2000, 5000];

export class PlayedTile {
  #on;
  #player = null;
  #form = null;
  #gaps = [];
  #sounds = [];
  #failures = 0;
  #told = "";
  #trimmed_s = 0;
  /** Where the player was sent, µs: the moment that was asked for, or the first picture that may be shown; null before. */
  #placed_us = null;

  /** `on`: {state(what, since_us, until_us, words), grown(), presented(us), again()}. */
  constructor(tile, on) {
    this.camera = tile.camera;
    this.video = tile.video;
    this.epoch = -1;
    this.target_us = 0;
    this.times = [];
    this.ended_us = 0;
    this.failed = false;
    /** Its footage comes too late to go with the others: it waits for what they show, they do not wait for it. */
    this.excused = false;
    this.#on = on;
    this.video.requestVideoFrameCallback?.((now, frame) => this.#presented(frame));
    this.listeners = new AbortController();
    for (const name of ["seeked", "canplay", "loadeddata", "loadedmetadata"]) {
      this.video.addEventListener(name, () => this.#grown(), { signal: this.listeners.signal });
    }
  }

  /** Be at a moment, in a new epoch; media will come. */
  seek(us, epoch) {
    this.epoch = epoch;
    this.target_us = us;
    this.times = [];
    this.#gaps = [];
    this.#sounds = [];
    this.ended_us = 0;
    this.failed = this.excused = false;
    this.#form = null;
    this.#placed_us = null;
    this.video.pause();
  }

  form(form) {
    if (form.epoch !== this.epoch) return;
    if (!Player.plays(form.picture)) {
      this.#player?.close();
      this.#player = null;
      this.fail(UNPLAYABLE);
      return;
    }
    const same =
      this.#player !== null && this.#player.form.picture === form.picture && this.#player.form.sound === form.sound;
    const within = this.#form !== null;
    this.#form = form;
    if (same) {
      if (!within) this.#begin();
      return;
    }
    this.#player?.close();
    this.video.muted = !form.sound;
    this.#player = new Player(this.video, form, { grown: () => this.#grown(), failed: (reason) => this.#broken(reason) });
    this.#begin();
  }

  init(track, message) {
    if (message.epoch === this.epoch) this.#player?.append(track, message.data);
  }

  /** What failed for a while (a recorder that did not answer) and sends again has failed no more. */
  media(track, message) {
    if (message.epoch !== this.epoch) return;
    if (track === "picture") this.#remember(message.times);
    if (!this.#player) return;
    if (this.failed) {
      this.failed = false;
      this.tell("waiting");
    }
    this.#player.append(track, message.data);
  }

  /** From a moment on it is the camera's sound that is heard, or silence in its place. */
  hears({ epoch, from_us, real }) {
    if (epoch === this.epoch) this.#sounds.push([from_us, real]);
  }

  /** Which of the two now; null while it is not known. */
  get sounds() {
    const us = this.now_us + NEAR_US;
    return this.#sounds.findLast(([from]) => from <= us)?.[1] ?? (this.#form && !this.#form.sound ? false : null);
  }

  gap(from_us, until_us) {
    this.#gaps.push([from_us, until_us || Infinity]);
    this.#on.grown();
  }

  end(us) {
    this.ended_us = us;
    this.#on.grown();
  }

  fail(words) {
    this.failed = true;
    this.tell("failed", 0, 0, words);
    this.#on.grown();
  }

  /** The gap that a moment lies in, [from, until]; null for none. */
  gapAt(us) {
    return this.#gaps.find(([from, until]) => us >= from - this.#near_us && us < until) ?? null;
  }

  /** A player that has run dry stops some way before its media ends. */
  get #near_us() {
    return this.#placed_us !== null && !this.video.seeking && this.video.readyState < 3 ? DRY_US : NEAR_US;
  }

  /** Whether a moment, or what comes first behind it, can be shown now, without waiting. */
  shows(us) {
    if (this.#placed_us === null || this.video.seeking || this.video.readyState < 2) return false;
    const wanted_us = us === this.target_us ? this.#placed_us : us;
    return Math.abs(this.video.currentTime * SECONDS - wanted_us) < SECONDS;
  }

  /** Whether there is nothing to wait for at a moment. */
  settled(us) {
    return this.failed || this.gapAt(us) !== null || (this.ended_us > 0 && us >= this.ended_us - this.#near_us) || this.shows(us);
  }

  /** Whether pictures move here at a moment. */
  active(us) {
    return !this.failed && this.gapAt(us) === null && !(this.ended_us > 0 && us >= this.ended_us - this.#near_us);
  }

  get now_us() {
    return this.video.currentTime * SECONDS;
  }

  /** Go to a moment that is at hand. */
  jump(us) {
    this.video.currentTime = us / SECONDS;
  }

  /** Over a hole that nobody told of: it stands, and media goes on a little further. */
  leap() {
    const { video } = this;
    if (video.seeking || this.holds(this.now_us + NEAR_US)) return;
    const behind_s = this.#mediaBehind(video.currentTime, EARLY_US / SECONDS);
    if (behind_s !== null) video.currentTime = behind_s;
  }

  /** Where media begins behind a moment, if that is not further than so much. */
  #mediaBehind(time_s, within_s = Infinity) {
    const { buffered } = this.video;
    for (let index = 0; index < buffered.length; index += 1) {
      const ahead_s = buffered.start(index) - time_s;
      if (ahead_s > 0) return ahead_s < within_s ? buffered.start(index) + 0.001 : null;
    }
    return null;
  }

  /** The time of the picture before or behind the one shown at a moment; null when it is not at hand. */
  neighbour(us, direction) {
    const shown = this.times.findLastIndex((time) => time <= us + 1000);
    return this.times[(shown < 0 ? 0 : shown) + direction] ?? null;
  }

  holds(us) {
    const ranges = this.video.buffered;
    for (let index = 0; index < ranges.length; index += 1) {
      if (us / SECONDS >= ranges.start(index) && us / SECONDS < ranges.end(index)) return true;
    }
    return false;
  }

  trim(speed) {
    const time_s = this.video.currentTime;
    if (time_s - this.#trimmed_s < 5 * speed) return;
    this.#trimmed_s = time_s;
    this.#player?.trim(time_s - KEEP_S * Math.max(1, speed));
    this.times = this.times.filter((time) => time > (time_s - KEEP_S * Math.max(1, speed)) * SECONDS);
  }

  tell(what, since_us = 0, until_us = 0, words = null) {
    const told = `${what} ${since_us} ${words?.vi ?? ""} ${this.sounds}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#on.state(what, since_us, until_us, words);
  }

  /** Whether it was last said that a picture is to come. */
  get waiting() {
    return this.#told.startsWith("waiting");
  }

  close() {
    this.listeners.abort();
    this.blank();
  }

  /** Show nothing and hold nothing. */
  blank() {
    this.#player?.close();
    this.#player = null;
    this.#form = null;
    this.#told = "";
  }

  #begin() {
    this.#player.clear();
    this.#trimmed_s = this.target_us / SECONDS;
    this.#placed_us = null;
  }

  /** Not before there is media at the place and its length is known: a browser forgets a place that it cannot seek. */
  #place() {
    const ranges = this.video.buffered;
    if (this.#placed_us !== null || this.#form === null || this.#player?.clearing) return;
    if (!ranges.length || this.video.readyState === 0) return;
    const target_s = this.target_us / SECONDS;
    // The archive lets nothing out before a certain picture, or some are missing: then it is the first one there is. What
    // comes, comes in order, so none before it will.
    const placed_s = this.holds(this.target_us) ? target_s : this.#mediaBehind(target_s);
    if (placed_s === null) return;
    this.#placed_us = placed_s * SECONDS;
    this.video.currentTime = placed_s;
  }

  #grown() {
    this.#place();
    this.#failures = 0;
    this.#on.grown();
  }

  #remember(times) {
    const last = this.times.at(-1) ?? 0;
    const sorted = [...times].sort((a, b) => a - b);
    if (sorted[0] > last) this.times.push(...sorted);
    else this.times = [...new Set([...this.times, ...sorted])].sort((a, b) => a - b);
  }

  #presented(frame) {
    if (this.listeners.signal.aborted) return;
    this.#on.presented(frame.mediaTime * SECONDS);
    this.video.requestVideoFrameCallback((now, next) => this.#presented(next));
  }

  #broken(reason) {
    console.warn("footage: a player broke:", reason);
    this.blank();
    this.tell("waiting");
    const wait_ms = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)];
    this.#failures += 1;
    setTimeout(() => this.#on.again(), wait_ms);
  }
}
