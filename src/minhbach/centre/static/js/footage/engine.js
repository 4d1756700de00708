/**
 * Footage on a page: live or recorded, one socket, one viewing at a time, any number of tiles.
 *
 *   const footage = new Footage({
 *     url,                                  // the stream's address, from the page's data-stream-url
 *     lease: () => token,                   // the newest token; asked twice a second; see viewing.js
 *     tiles: [{camera, video, sound}],      // camera as leases name it; sound: whether it is heard from the start
 *     small: 480,                           // live tiles no wider than that (device pixels) may have the smaller stream
 *     on: {state(camera, {what, since_us, until_us, words, sound}), time(us), lost(words)},
 *   });
 *   footage.live();
 *   footage.seek(us); footage.play(2); footage.pause(); footage.step(-1); footage.now();
 *   footage.sound(camera); await footage.still(camera, us, 320); footage.giveUp(); footage.anew(); footage.close();
 *
 * `what` is one of waiting, playing, paused, gap, stalled, offline, failed, ended; `sound` says whether what is heard is the
 * camera's sound (true) or silence in its place (false), null where nobody listens. Owns the conversation with the stream,
 * what a hidden page does (it lets go of live pictures and pauses) and what a tile out of sight does (it lets go of its
 * live picture). Promises that a page which loses its right shows nothing any more, also when nobody can tell it so: a
 * lease that is not renewed is over by the page's own clock. `lost` is called when stream or recorder say no; that the
 * centre did is told by `viewing`, and `giveUp` blanks the page at once (`lease` giving null does so too). Where only the line to the centre is
 * gone, the tiles say so and come back with the next lease. Leaves opening and renewing to `viewing`.
 */

import { Conductor } from "./conductor.js";
import { LiveTile } from "./live.js";
import { PlayedTile } from "./played.js";
import { Player } from "./player.js";
import { Socket } from "./socket.js";
import { PICTURE, PICTURE_INIT, SOUND, SOUND_INIT, STILL } from "./wire.js";

const LEASE_EVERY_MS = 500;
const HIDDEN_MS = 5000;
const KEYS_ABOVE = 4;
const SOUND_UP_TO = 2;
const REFUSED = 4403;
const LEASE_MS = 10000;
const UNSEEN_MS = 1000;
const RESIZED_MS = 500;
const STILL_MS = 10000;
const LAPSED = {
  code: "lapsed",
  vi: "Mất liên lạc với trung tâm nên quyền xem chưa được gia hạn; hệ thống đang tự thử lại",
  en: "The centre cannot be reached, so the right to view was not renewed; the system keeps trying",
};
const H265 = 'video/mp4; codecs="hvc1.1.6.L120.90"';
const MOST_EPOCHS = 60000;

export class Footage {
  #lease;
  #on;
  #specs;
  #socket;
  #sent = null;
  #refusedToken = null;
  #mode = null;
  #tiles = [];
  #conductor = null;
  #epoch = 0;
  #stills = null;
  #stillNumber = 0;
  #timer;
  #hidden = 0;
  #asleep = false;
  #lost = false;
  #token = { text: null, since_ms: 0 };
  #resume = false;
  #sight = null;
  #small;
  #sizes = null;
  #listeners = new AbortController();

  constructor({ url, lease, tiles, small = 0, on = {} }) {
    this.#small = small;
    this.#lease = lease;
    this.#on = on;
    this.#specs = tiles.map((tile) => ({ sound: false, ...tile }));
    this.#socket = new Socket(url, {
      open: () => this.#open(),
      text: (said) => this.#text(said),
      binary: (message) => this.#binary(message),
      ended: (code) => this.#ended(code),
    });
    this.#timer = setInterval(() => this.#renew(), LEASE_EVERY_MS);
    this.#watchSight();
    const { signal } = this.#listeners;
    document.addEventListener("visibilitychange", () => this.#visibility(), { signal });
    window.addEventListener("pagehide", () => this.#socket.close(), { signal });
  }

  /** Show what is now, under a live lease. */
  live() {
    this.#leave();
    this.#mode = "live";
    this.#tiles = this.#specs.map(
      (spec, number) =>
        new LiveTile(spec, {
          state: (what, since_us, words) => this.#state(number, what, since_us, 0, words),
          heard: () => this.#state(number, ...this.#specs[number].told),
          rejoin: (key) => this.#rejoin(number, key),
          time: (us) => {
            if (number === this.#first) this.#on.time?.(us);
          },
        }),
    );
    for (const number of this.#specs.keys()) this.#state(number, "waiting", 0);
    this.#open();
  }

  /** The page holds no right any more, and knows why: nothing of it is shown a moment longer. */
  giveUp() {
    this.#lost = true;
    this.#sent = null;
    this.#socket.send({ t: "sleep", tile: null });
    this.#blank(null);
  }

  /** Another viewing has begun: what is wished next is asked for under its lease, which the one before never covers. */
  anew() {
    this.#sent = null;
  }

  /** Be at a moment (Unix µs), under a playback lease; playing or paused as before. */
  seek(us) {
    const at_us = Math.round(us);
    if (this.#mode !== "playback") this.#enterPlayback();
    this.#conductor.seek(at_us);
  }

  /** Play at 0.5 to 16 times the speed. */
  play(speed = 1) {
    this.#conductor?.play(speed);
  }

  pause() {
    this.#conductor?.pause();
  }

  /** One picture forward (1) or back (-1). */
  step(direction) {
    this.#conductor?.step(direction);
  }

  /** The time of what is shown, Unix µs. */
  now() {
    return this.#conductor?.now_us ?? this.#tiles[this.#first]?.now_us ?? 0;
  }

  /** The live tile whose time is the page's. */
  get #first() {
    return Math.max(0, this.#specs.findIndex((spec) => !spec.unseen));
  }

  /** Which camera is heard; null for none. The lease must include sound. */
  sound(camera) {
    const number = this.#specs.findIndex((spec) => spec.camera === camera);
    this.#specs.forEach((spec, index) => (spec.sound = index === number));
    this.#epoch = (this.#epoch + 1) % MOST_EPOCHS;
    this.#socket.send({ t: "listen", tile: number < 0 ? null : number, epoch: this.#epoch });
    // To be heard or not was to be joined again: not those whom nobody sees.
    this.#specs.forEach((spec, index) => spec.visible === false && this.#letGo(index));
    if (this.#conductor) this.#conductor.seek(Math.round(this.#conductor.now_us));
  }

  /** One picture as a JPEG blob; rejected when there is none, a newer one is asked for, or nobody can answer any more. */
  still(camera, us, width) {
    this.#noStill("superseded");
    this.#stillNumber = (this.#stillNumber + 1) % MOST_EPOCHS;
    const number = this.#stillNumber;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#noStill("no answer"), STILL_MS);
      this.#stills = { number, resolve, reject, timer };
      if (!this.#socket.open) this.#noStill("no line");
      this.#socket.send({ t: "still", number, camera, at_us: Math.round(us), width: Math.round(width) });
    });
  }

  close() {
    clearInterval(this.#timer);
    this.#sight?.disconnect();
    this.#sizes?.disconnect();
    for (const spec of this.#specs) for (const timer of [spec.leaving, spec.resizing]) clearTimeout(timer);
    this.#listeners.abort();
    this.#noStill("closed");
    for (const tile of this.#tiles) tile.blank();
    this.#leave();
    this.#socket.close();
  }

  #enterPlayback() {
    this.#leave();
    this.#mode = "playback";
    this.#sent = null;
    this.#tiles = this.#specs.map(
      (spec, number) =>
        new PlayedTile(spec, {
          state: (what, since_us, until_us, words) => this.#state(number, what, since_us, until_us, words),
          grown: () => this.#conductor?.tick(),
          presented: (us) => this.#conductor?.presented(this.#tiles[number], us),
          again: () => this.#conductor?.seek(Math.round(this.#conductor.now_us)),
        }),
    );
    this.#conductor = new Conductor(this.#tiles, {
      seek: (us, speed, playing) => this.#seekAt(us, speed, playing),
      form: (speed) => (speed > KEYS_ABOVE ? "keys" : speed > SOUND_UP_TO && this.#heard ? "silent" : "all"),
      at: (us, speed, playing) => this.#socket.send({ t: "at", at_us: us, speed, playing }),
      time: (us) => this.#on.time?.(us),
    });
  }

  get #heard() {
    return this.#specs.some((spec) => spec.sound);
  }

  #seekAt(us, speed, playing) {
    this.#epoch = (this.#epoch + 1) % MOST_EPOCHS;
    const values = { epoch: this.#epoch, at_us: us, speed, playing };
    if (this.#sent === null) this.#sendOpen(values);
    else this.#socket.send({ t: "seek", ...values });
    return this.#epoch;
  }

  #leave() {
    this.#conductor?.close();
    if (this.#mode === "live") for (const tile of this.#tiles) tile.close();
    this.#conductor = null;
    this.#tiles = [];
    this.#mode = null;
  }

  #open() {
    this.#sent = null;
    if (this.#mode === "live") {
      this.#epoch = (this.#epoch + 1) % MOST_EPOCHS;
      this.#sendOpen({ epoch: this.#epoch, at_us: 0, speed: 1, playing: true });
      for (const [number, spec] of this.#specs.entries()) if (spec.unseen) this.#letGo(number);
    } else if (this.#conductor) {
      this.#conductor.seek(Math.round(this.#conductor.now_us));
      if (this.#resume) this.#conductor.play(this.#conductor.speed);
    }
    this.#resume = false;
  }

  #sendOpen(values) {
    const token = this.#lease();
    if (!token || token === this.#refusedToken || !this.#socket.open) return;
    this.#lost = false;
    this.#sent = token;
    this.#socket.send({
      t: "open",
      lease: token,
      tiles: this.#specs.map((spec) => ({ camera: spec.camera, sound: Boolean(spec.sound), small: this.#measured(spec) })),
      codecs: Player.plays(H265) ? ["h264", "h265"] : ["h264"],
      ...values,
    });
  }

  #renew() {
    const token = this.#lease();
    const now_ms = performance.now();
    if (token !== this.#token.text) this.#token = { text: token, since_ms: now_ms };
    if (this.#mode === null) return;
    if (this.#sent !== null && !token) this.giveUp();
    else if (this.#sent !== null && now_ms - this.#token.since_ms > LEASE_MS) this.#refused({ code: "expired" });
    if (!token || token === this.#sent || token === this.#refusedToken) return;
    if (this.#sent === null || this.#lost) {
      this.#socket.hurry();
      if (this.#socket.open) this.#open();
      return;
    }
    this.#sent = token;
    this.#socket.send({ t: "lease", lease: token });
  }

  #rejoin(number, key) {
    if (this.#asleep || this.#specs[number].unseen) return;
    this.#socket.send({ t: "rejoin", tile: number, epoch: this.#epoch, key, small: this.#measured(this.#specs[number]) });
  }

  #text(said) {
    const tile = this.#tiles[said.tile];
    if (said.t === "refused") this.#refused(said);
    if (this.#lost) return; // still under way when the right ended
    if (said.t === "still") this.#answered(said.number, null, said);
    else if (said.t === "sound") tile?.hears(said);
    else if (said.t === "form" && (this.#mode === "live" || tile)) tile?.form(said);
    else if (said.t === "state" && this.#mode === "live" && said.what !== "live") {
      if (said.what === "failed") tile?.blank();
      this.#state(said.tile, said.what, said.since_us, 0, said);
    } else if (said.t === "played" && this.#mode === "playback" && tile?.epoch === said.epoch) {
      if (said.what === "gap") tile.gap(said.from_us, said.until_us);
      else if (said.what === "end") tile.end(said.from_us);
      else tile.fail({ vi: said.vi, en: said.en });
    }
  }

  #binary(message) {
    if (this.#lost) return;
    if (message.kind === STILL) {
      this.#answered(message.epoch, new Blob([message.data], { type: "image/jpeg" }), null);
      return;
    }
    const tile = this.#tiles[message.tile];
    if (!tile) return;
    const track = message.kind === PICTURE || message.kind === PICTURE_INIT ? "picture" : "sound";
    const init = message.kind === PICTURE_INIT || message.kind === SOUND_INIT;
    if (!init && message.kind !== PICTURE && message.kind !== SOUND) return;
    if (this.#mode === "live") {
      if (init) tile.init(track, message.data);
      else tile.media(track, message);
    } else if (init) tile.init(track, message);
    else tile.media(track, message);
  }

  /** Who waits for a picture waits no longer. */
  #noStill(why) {
    const waiting = this.#stills;
    this.#stills = null;
    clearTimeout(waiting?.timer);
    waiting?.reject(new Error(why));
  }

  #answered(number, blob, said) {
    if (this.#stills?.number !== number) return;
    const { resolve, reject, timer } = this.#stills;
    clearTimeout(timer);
    this.#stills = null;
    if (blob) resolve(blob);
    else reject(Object.assign(new Error(said.en ?? "no still"), { words: said }));
  }

  #refused(said) {
    if (this.#lost && this.#sent === null) return;
    this.#lost = true;
    this.#refusedToken = this.#sent;
    this.#sent = null;
    // A lease that ran out while the page held the newest there is: the centre said neither yes nor no.
    const lapsed = said.code === "expired";
    this.#resume = lapsed && Boolean(this.#conductor?.playing);
    this.#blank(lapsed ? LAPSED : said.vi ? said : null);
    if (!lapsed) this.#on.lost?.({ vi: said.vi, en: said.en, code: said.code });
  }

  #ended(code) {
    this.#sent = null;
    this.#noStill("no line");
    if (code === REFUSED || this.#lost) return;
    for (const number of this.#specs.keys()) if (this.#mode) this.#state(number, "waiting", Date.now() * 1000);
  }

  /** What was shown under a right that is gone is taken away. */
  #blank(words) {
    this.#noStill("no right");
    if (this.#conductor) this.#conductor.pause();
    for (const [number, tile] of this.#tiles.entries()) {
      tile.blank();
      this.#state(number, "failed", Date.now() * 1000, 0, words);
    }
  }

  #state(number, what, since_us = 0, until_us = 0, words = null) {
    const { camera, sound } = this.#specs[number] ?? {};
    if (camera) this.#specs[number].told = [what, since_us, until_us, words];
    const said = words?.vi ? { vi: words.vi, en: words.en, code: words.code } : null;
    const real = sound ? (this.#tiles[number]?.sounds ?? null) : null;
    this.#on.state?.(camera, { what, since_us, until_us, words: said, sound: real });
  }

  #visibility() {
    clearTimeout(this.#hidden);
    if (document.hidden) this.#hidden = setTimeout(() => this.#sleep(), HIDDEN_MS);
    else if (this.#asleep) this.#wake();
  }

  #sleep() {
    this.#asleep = true;
    if (this.#mode === "live") {
      this.#socket.send({ t: "sleep", tile: null });
      for (const tile of this.#tiles) tile.blank();
    } else {
      this.#conductor?.pause();
    }
  }

  #wake() {
    this.#asleep = false;
    if (this.#mode !== "live") return;
    for (const number of this.#tiles.keys()) this.#comeBack(number);
  }

  /** A live picture that nobody sees (scrolled away, behind a large one) costs nothing. */
  #watchSight() {
    if (typeof IntersectionObserver === "undefined") return;
    this.#sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.#seen(this.#specs.findIndex(({ video }) => video === target), isIntersecting);
    });
    for (const { video } of this.#specs) this.#sight.observe(video);
    if (!this.#small) return;
    this.#sizes = new ResizeObserver((entries) => {
      for (const { target } of entries) this.#resized(this.#specs.findIndex(({ video }) => video === target));
    });
    for (const { video } of this.#specs) this.#sizes.observe(video);
  }

  /** A tile that grew or shrank for good gets the stream that fits. */
  #resized(number) {
    const spec = this.#specs[number];
    clearTimeout(spec.resizing);
    spec.resizing = setTimeout(() => {
      if (this.#mode === "live" && this.#sent !== null && spec.small !== this.#isSmall(spec)) this.#rejoin(number, false);
    }, RESIZED_MS);
  }

  #isSmall({ video }) {
    return video.clientWidth > 0 && video.clientWidth * window.devicePixelRatio <= this.#small;
  }

  #measured(spec) {
    return (spec.small = this.#isSmall(spec));
  }

  #seen(number, visible) {
    const spec = this.#specs[number];
    clearTimeout(spec.leaving);
    spec.visible = visible;
    if (!visible) {
      spec.leaving = setTimeout(() => this.#letGo(number), UNSEEN_MS);
    } else if (spec.unseen) {
      spec.unseen = false;
      if (this.#mode === "live" && !this.#asleep) this.#comeBack(number);
    }
  }

  #letGo(number) {
    const spec = this.#specs[number];
    spec.unseen = !spec.sound;
    if (this.#mode !== "live" || this.#asleep || spec.sound) return;
    this.#socket.send({ t: "sleep", tile: number });
    this.#tiles[number].blank();
  }

  #comeBack(number) {
    if (this.#specs[number].unseen) return;
    this.#state(number, "waiting", 0);
    this.#rejoin(number, false);
  }
}
