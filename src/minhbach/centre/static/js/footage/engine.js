/**
 * Footage on a page: live or recorded, one socket, one viewing at a time, any number of tiles.
 *
 *   const footage = new Footage({
 *     url,                                  // the stream's address, from the page's data-stream-url
 *     lease: () => token,                   // the newest token; asked twice a second; see viewing.js
 *     tiles: [{camera, video, sound}],      // camera as leases name it; sound: whether it is heard from the start
 *     on: {state(camera, {what, since_us, until_us, words}), time(us), lost(words)},
 *   });
 *   footage.live();
 *   footage.seek(us); footage.play(2); footage.pause(); footage.step(-1); footage.now();
 *   footage.sound(camera); await footage.still(camera, us, 320); footage.close();
 *
 * `what` is one of waiting, playing, paused, gap, stalled, offline, failed, ended. Owns the conversation with the stream
 * and what a hidden page does (it lets go of live pictures and pauses). Promises that a page which loses its right shows
 * nothing any more. Leaves opening and renewing a viewing to `viewing`.
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
  #listeners = new AbortController();

  constructor({ url, lease, tiles, on = {} }) {
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
          state: (what, since_us) => this.#state(number, what, since_us),
          rejoin: (key) => this.#rejoin(number, key),
          time: (us) => {
            if (number === 0) this.#on.time?.(us);
          },
        }),
    );
    for (const number of this.#specs.keys()) this.#state(number, "waiting", 0);
    this.#open();
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
    return this.#conductor?.now_us ?? this.#tiles[0]?.now_us ?? 0;
  }

  /** Which camera is heard; null for none. The lease must include sound. */
  sound(camera) {
    const number = this.#specs.findIndex((spec) => spec.camera === camera);
    this.#specs.forEach((spec, index) => (spec.sound = index === number));
    this.#epoch = (this.#epoch + 1) % MOST_EPOCHS;
    this.#socket.send({ t: "listen", tile: number < 0 ? null : number, epoch: this.#epoch });
    if (this.#conductor) this.#conductor.seek(Math.round(this.#conductor.now_us));
  }

  /** One picture as a JPEG blob; an older request that is still open is rejected. */
  still(camera, us, width) {
    this.#stills?.reject(new Error("superseded"));
    this.#stillNumber = (this.#stillNumber + 1) % MOST_EPOCHS;
    const number = this.#stillNumber;
    return new Promise((resolve, reject) => {
      this.#stills = { number, resolve, reject };
      this.#socket.send({ t: "still", number, camera, at_us: Math.round(us), width: Math.round(width) });
    });
  }

  close() {
    clearInterval(this.#timer);
    this.#listeners.abort();
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
    } else if (this.#conductor) {
      this.#conductor.seek(Math.round(this.#conductor.now_us));
    }
  }

  #sendOpen(values) {
    const token = this.#lease();
    if (!token || token === this.#refusedToken || !this.#socket.open) return;
    this.#lost = false;
    this.#sent = token;
    this.#socket.send({
      t: "open",
      lease: token,
      tiles: this.#specs.map(({ camera, sound }) => ({ camera, sound: Boolean(sound) })),
      codecs: Player.plays(H265) ? ["h264", "h265"] : ["h264"],
      ...values,
    });
  }

  #renew() {
    const token = this.#lease();
    if (!token || token === this.#sent || token === this.#refusedToken || this.#mode === null) return;
    if (this.#sent === null || this.#lost) {
      this.#socket.hurry();
      if (this.#socket.open) this.#open();
      return;
    }
    this.#sent = token;
    this.#socket.send({ t: "lease", lease: token });
  }

  #rejoin(number, key) {
    if (this.#asleep) return;
    this.#socket.send({ t: "rejoin", tile: number, epoch: this.#epoch, key });
  }

  #text(said) {
    const tile = this.#tiles[said.tile];
    if (said.t === "refused") this.#refused(said);
    else if (said.t === "still") this.#answered(said.number, null, said);
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

  #answered(number, blob, said) {
    if (this.#stills?.number !== number) return;
    const { resolve, reject } = this.#stills;
    this.#stills = null;
    if (blob) resolve(blob);
    else reject(Object.assign(new Error(said.en ?? "no still"), { words: said }));
  }

  #refused(said) {
    this.#lost = true;
    this.#refusedToken = this.#sent;
    this.#sent = null;
    this.#blank();
    this.#on.lost?.({ vi: said.vi, en: said.en, code: said.code });
  }

  #ended(code) {
    if (code === REFUSED) return;
    this.#sent = null;
    for (const number of this.#specs.keys()) if (this.#mode) this.#state(number, "waiting", Date.now() * 1000);
  }

  /** What was shown under a right that is gone is taken away. */
  #blank() {
    if (this.#conductor) this.#conductor.pause();
    for (const [number, tile] of this.#tiles.entries()) {
      tile.blank();
      this.#state(number, "failed", Date.now() * 1000);
    }
  }

  #state(number, what, since_us = 0, until_us = 0, words = null) {
    const camera = this.#specs[number]?.camera;
    const said = words?.vi ? { vi: words.vi, en: words.en, code: words.code } : null;
    this.#on.state?.(camera, { what, since_us, until_us, words: said });
  }

  #visibility() {
    clearTimeout(this.#hidden);
    if (document.hidden) this.#hidden = setTimeout(() => this.#sleep(), HIDDEN_MS);
    else if (this.#asleep) this.#wake();
  }

  #sleep() {
    this.#asleep = true;
    if (this.#mode === "live") {
      this.#socket.send({ t: "sleep" });
      for (const tile of this.#tiles) tile.blank();
    } else {
      this.#conductor?.pause();
    }
  }

  #wake() {
    this.#asleep = false;
    if (this.#mode !== "live") return;
    for (const number of this.#tiles.keys()) {
      this.#state(number, "waiting", 0);
      this.#rejoin(number, false);
    }
  }
}
