/**
 * One live tile: as close to now as it can stay without stumbling.
 *
 * Owns the distance to the newest picture: what counts is the least that was left of the buffer in the last two seconds
 * (a little faster while that is too much, slower while too little, a jump when it is far too much or behind a hole), and
 * each time it was not enough a little more is kept for a while, unless no buffer of ours would have been enough. Owns also what happens when the browser's player breaks:
 * another one, from the next key frame, since what is at hand broke the last. Promises that a tile which shows nothing
 * new, or shows it late, says so and since when. Evaluated whenever something was appended, never
 * by a timer alone: timers starve in hidden tabs. Leaves the socket to `engine`.
 */

import { Player, UNPLAYABLE } from "./player.js";

const SECONDS = 1e6;
const START_S = { sound: 0.25, silent: 0.1 };
const MARGIN_S = { sound: 0.12, silent: 0.06 };
const WINDOW_MS = 2000;
const BAND_S = 0.04;
const FAR_S = 0.3;
const LEARN_S = 0.1;
const MOST_LEARNT_S = 0.8;
const FORGET_MS = 8000;
const JUMP_S = 2.5;
const NEEDLESS_S = 0.8;
const FRESH_MS = 1500;
const KEEP_S = 15;
const STALLED_MS = 3000;
const STUCK_MS = 1500;
const STUCK_S = 1;
const SILENT_MS = 2000;
const BACKOFF_MS = [0, 1000, 2000, 5000];
const CALM_MS = 30000;
const LATE_MS = 3000;
const LATE_NO_MORE_MS = 1500;
/** Clocks of page and camera drift: the quickest picture of so long says how long the way takes at best. */
const BEST_OF_MS = 600000;
const LATE = {
  code: "late",
  vi: "Đường truyền chậm, hình đến trễ",
  en: "The line is slow; pictures come late",
};

export class LiveTile {
  #tile;
  #video;
  #on;
  #player = null;
  #newest_us = 0;
  #step_us = 66667;
  #started = false;
  #came_ms = 0;
  #moved = { time_s: 0, at_ms: 0 };
  #failures = 0;
  #failed_ms = 0;
  #trimmed_s = 0;
  #timer = 0;
  #shown = false;
  #left = [];
  #learnt_s = 0;
  #learnt_ms = 0;
  #dry_ms = 0;
  #started_ms = 0;
  #best_ms = [Infinity, Infinity];
  #best_since_ms = 0;
  #late = false;
  #nudged = false;
  #real = null;
  #silence = 0;
  #awaited = 0;
  #listeners = new AbortController();

  /** `on`: {state(what, since_us, words), heard(), rejoin(key), time(us)}. */
  constructor(tile, on) {
    this.#tile = tile;
    this.#video = tile.video;
    this.#on = on;
    this.#timer = setInterval(() => this.#look(), 500);
    this.#video.addEventListener("waiting", () => this.#ranDry(), { signal: this.#listeners.signal });
  }

  /** What the player must be made for; the one at hand goes on where it can, so that no tile turns black in between. */
  form(form) {
    if (!Player.plays(form.picture)) {
      this.#player?.close();
      this.#player = null;
      this.#on.state("failed", 0, UNPLAYABLE);
      return;
    }
    this.#started = this.#shown = this.#late = false;
    this.#newest_us = 0;
    this.#video.muted = !form.sound;
    if (this.#player?.reform(form)) return;
    this.#player?.close();
    this.#player = new Player(this.#video, form, {
      grown: () => this.#control(),
      failed: (reason) => this.#broken(reason),
    });
    this.#await();
  }

  /** Whether it is the camera's sound that is heard; null while it is not known. */
  get sounds() {
    return this.#player?.form.sound ? this.#real : this.#player ? false : null;
  }

  /** A camera's sound began or ended; one that stumbles for a moment has not ended. */
  hears({ real }) {
    clearTimeout(this.#silence);
    const tell = () => {
      if (this.#real === real) return;
      this.#real = real;
      this.#on.heard();
    };
    if (real) tell();
    else this.#silence = setTimeout(tell, SILENT_MS);
  }

  init(track, data) {
    this.#player?.append(track, data);
  }

  media(track, message) {
    if (track === "picture") {
      const step_us = message.us - this.#newest_us;
      if (step_us > 5000 && step_us < 1e6) this.#step_us = step_us;
      this.#newest_us = Math.max(this.#newest_us, message.us);
      this.#came_ms = performance.now();
      this.#learnBest(this.#came_ms - message.us / 1000);
    }
    if (this.#dry_ms) this.#learn();
    this.#player?.append(track, message.data);
  }

  /** The footage time that is shown, µs. */
  get now_us() {
    return this.#video.currentTime * SECONDS;
  }

  close() {
    clearInterval(this.#timer);
    clearTimeout(this.#silence);
    this.#listeners.abort();
    this.#player?.close();
    this.#player = null;
  }

  /** Show nothing and hold nothing, until another form comes. */
  blank() {
    this.#player?.close();
    this.#player = null;
    this.#came_ms = 0;
  }

  #learnBest(way_ms) {
    if (this.#came_ms - this.#best_since_ms > BEST_OF_MS) {
      this.#best_ms = [Infinity, this.#best_ms[0]];
      this.#best_since_ms = this.#came_ms;
    }
    this.#best_ms[0] = Math.min(this.#best_ms[0], way_ms);
  }

  /** How much older the shown picture is than the quickest way would have it, ms. */
  get #behind_ms() {
    const best_ms = Math.min(...this.#best_ms);
    return Number.isFinite(best_ms) ? performance.now() - this.#video.currentTime * 1000 - best_ms : 0;
  }

  get #kind() {
    return this.#player.form.sound ? "sound" : "silent";
  }

  get #target_s() {
    return START_S[this.#kind] + this.#learnt_s;
  }

  #ranDry() {
    if (!this.#started || this.#video.seeking || document.hidden) return;
    this.#dry_ms = performance.now();
    this.#left = [];
  }

  /** A line that was away for longer than is ever kept says nothing about how much to keep. */
  #learn() {
    const now_ms = performance.now();
    if (now_ms - this.#dry_ms < MOST_LEARNT_S * 1000) {
      this.#learnt_s = Math.min(MOST_LEARNT_S, this.#learnt_s + LEARN_S);
      this.#learnt_ms = now_ms;
    }
    this.#dry_ms = 0;
  }

  /** The least that was left in the last two seconds, beyond what shall be left. */
  #excess(lag_s) {
    const now_ms = performance.now();
    if (this.#learnt_s > 0 && now_ms - this.#learnt_ms > FORGET_MS) {
      this.#learnt_s = Math.max(0, this.#learnt_s - LEARN_S);
      this.#learnt_ms = now_ms;
    }
    this.#left = this.#left.filter(([at_ms]) => now_ms - at_ms < WINDOW_MS);
    this.#left.push([now_ms, lag_s]);
    const least_s = Math.min(...this.#left.map(([, left_s]) => left_s));
    return least_s - MARGIN_S[this.#kind] - this.#learnt_s;
  }

  /** The end of what can be shown: durations are stretched, so the picture's is reckoned from its newest time. */
  get #end_s() {
    if (!this.#newest_us) return null;
    const picture_s = (this.#newest_us + this.#step_us) / SECONDS;
    if (!this.#player.form.sound) return picture_s;
    const sound_s = this.#player.soundEnd_s;
    return sound_s === null ? null : Math.min(picture_s, sound_s);
  }

  #control() {
    const video = this.#video;
    const end_s = this.#player ? this.#end_s : null;
    if (end_s === null || !video.buffered.length) return;
    const last = video.buffered.length - 1;
    if (!this.#started) {
      this.#start(Math.max(video.buffered.start(last), end_s - this.#target_s));
      return;
    }
    const lag_s = end_s - video.currentTime;
    const hole = video.buffered.start(last) > video.currentTime && video.readyState < 3;
    const excess_s = this.#excess(lag_s);
    if ((hole && end_s - video.buffered.start(last) > 0.05) || lag_s > JUMP_S || this.#mayJump(lag_s, excess_s)) {
      video.currentTime = Math.max(video.buffered.start(last), end_s - this.#target_s);
      this.#left = [];
    } else {
      video.playbackRate = rateFor(excess_s);
    }
    if (video.currentTime - this.#trimmed_s > 5) {
      this.#trimmed_s = video.currentTime;
      this.#player.trim(video.currentTime - KEEP_S);
    }
  }

  /** Of what came in one burst the player began with the oldest; or there was far too much left for two seconds. */
  #mayJump(lag_s, excess_s) {
    const now_ms = performance.now();
    if (this.#video.seeking) return false;
    if (now_ms - this.#started_ms < FRESH_MS) return lag_s > this.#target_s + FAR_S;
    return excess_s > NEEDLESS_S && now_ms - this.#left[0][0] > 0.75 * WINDOW_MS;
  }

  #start(time_s) {
    this.#started = true;
    this.#started_ms = performance.now();
    this.#dry_ms = 0;
    this.#left = [];
    this.#trimmed_s = time_s;
    this.#video.currentTime = time_s;
    this.#video.play().catch((error) => {
      if (error.name !== "NotAllowedError") return;
      // Sound needs a gesture first; the picture does not wait for it.
      this.#video.muted = true;
      this.#video.play().catch(() => {});
    });
  }

  /** The next picture; asked for once at a time, however many players there were. */
  #await() {
    this.#video.cancelVideoFrameCallback?.(this.#awaited);
    this.#awaited = this.#video.requestVideoFrameCallback?.((now, frame) => this.#presented(frame));
  }

  #presented(frame) {
    if (!this.#player) return;
    // A first picture of long ago comes out of the decoder after a pause: not shown as if it were now.
    if (!this.#shown && this.#newest_us / SECONDS - frame.mediaTime < JUMP_S) this.#show();
    this.#on.time(frame.mediaTime * SECONDS);
    this.#await();
  }

  #show() {
    const late = this.#behind_ms > (this.#late ? LATE_NO_MORE_MS : LATE_MS);
    if (this.#shown && late === this.#late) return;
    this.#shown = true;
    this.#late = late;
    if (late) this.#on.state("stalled", this.now_us, LATE);
    else this.#on.state("playing", 0);
  }

  #look() {
    if (!this.#player || document.hidden) return;
    const now_ms = performance.now();
    if (this.#came_ms && now_ms - this.#came_ms > STALLED_MS) {
      if (this.#shown) this.#on.state("stalled", this.#newest_us);
      this.#shown = this.#late = false;
      return;
    }
    if (this.#shown) this.#show();
    if (this.#video.currentTime !== this.#moved.time_s) {
      this.#moved = { time_s: this.#video.currentTime, at_ms: now_ms };
      this.#nudged = false;
      if (!this.#shown && this.#started && this.#video.readyState > 2) this.#show();
      if (this.#failures && now_ms - this.#failed_ms > CALM_MS) this.#failures = 0;
    } else if (this.#started && now_ms - this.#moved.at_ms > STUCK_MS) {
      this.#moved.at_ms = now_ms;
      this.#unstick();
    }
  }

  /** Pictures are at hand and none is shown: go where they are, and if that was no help, begin anew. */
  #unstick() {
    const ranges = this.#video.buffered;
    const end_s = this.#end_s;
    if (this.#video.paused) this.#video.play().catch(() => {});
    // Where little is at hand the line is at fault, and another player would show no more than this one.
    if (end_s !== null && end_s - this.#video.currentTime < Math.max(2 * this.#target_s, STUCK_S)) return;
    if (ranges.length && end_s !== null && !this.#nudged) {
      this.#nudged = true;
      this.#video.currentTime = Math.max(ranges.start(ranges.length - 1), end_s - this.#target_s);
    } else if (performance.now() - this.#came_ms < STUCK_MS) {
      this.#broken();
    }
  }

  #broken(reason = "stuck") {
    console.warn("footage: a player broke:", reason);
    this.#player?.close();
    this.#player = null;
    this.#on.state("waiting", Date.now() * 1000);
    const wait_ms = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)];
    this.#failures += 1;
    this.#failed_ms = performance.now();
    setTimeout(() => this.#on.rejoin(true), wait_ms);
  }
}

function rateFor(excess_s) {
  if (excess_s > FAR_S) return 1.15;
  if (excess_s > BAND_S) return 1.05;
  if (excess_s < -BAND_S) return 0.95;
  return 1;
}
