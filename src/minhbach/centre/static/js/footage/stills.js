/**
 * Single pictures under a still's lease, for pages that play nothing.
 *
 *   const stills = new Stills({ url, lease: () => viewing.token, camera });   // camera as leases name it
 *   image.src = URL.createObjectURL(await stills.at(us, 960));
 *   stills.close();
 *
 * Owns one connection: it opens under the lease, keeps it renewed, and asks for one picture after the other. Promises
 * that `at` ends, with a JPEG blob or with an error (`words` {vi, en} where the stream or the recorder said why). Leaves
 * the viewing to `viewing`, pages that also play to `engine`.
 */

import { Socket } from "./socket.js";
import { STILL } from "./wire.js";

const LEASE_EVERY_MS = 500;
const PATIENCE_MS = 12_000;
const MOST_NUMBERS = 60_000;

export class Stills {
  #lease;
  #camera;
  #sent = null;
  #number = 0;
  #waiting = new Map();
  #socket;
  #timer;

  constructor({ url, lease, camera }) {
    this.#lease = lease;
    this.#camera = camera;
    this.#socket = new Socket(url, {
      open: () => this.#open(),
      text: (said) => this.#text(said),
      binary: (message) => {
        if (message.kind === STILL) this.#settle(message.epoch, new Blob([message.data], { type: "image/jpeg" }));
      },
      ended: () => (this.#sent = null),
    });
    this.#timer = setInterval(() => this.#renew(), LEASE_EVERY_MS);
  }

  /** The picture of a moment (Unix µs), `width` pixels wide at most. */
  at(us, width) {
    this.#number = (this.#number + 1) % MOST_NUMBERS;
    const number = this.#number;
    const question = { t: "still", number, camera: this.#camera, at_us: Math.round(us), width: Math.round(width) };
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#settle(number, null, {}), PATIENCE_MS);
      this.#waiting.set(number, { question, resolve, reject, late });
      if (this.#sent !== null) this.#socket.send(question);
    });
  }

  close() {
    clearInterval(this.#timer);
    this.#socket.close();
    for (const number of [...this.#waiting.keys()]) this.#settle(number, null, {});
  }

  #open() {
    const token = this.#lease();
    if (!token) return;
    this.#sent = token;
    const tiles = [{ camera: this.#camera, sound: false }];
    const at = { epoch: 0, at_us: 0, speed: 1, playing: false };
    this.#socket.send({ t: "open", lease: token, tiles, codecs: ["h264"], ...at });
    for (const { question } of this.#waiting.values()) this.#socket.send(question);
  }

  #renew() {
    const token = this.#lease();
    if (!token || token === this.#sent || !this.#socket.open) return;
    if (this.#sent === null) {
      this.#open();
      return;
    }
    this.#sent = token;
    this.#socket.send({ t: "lease", lease: token });
  }

  #text(said) {
    if (said.t === "still") this.#settle(said.number, null, said);
    else if (said.t === "refused") for (const number of [...this.#waiting.keys()]) this.#settle(number, null, said);
  }

  #settle(number, blob, said) {
    const asked = this.#waiting.get(number);
    if (!asked) return;
    this.#waiting.delete(number);
    clearTimeout(asked.late);
    if (blob) asked.resolve(blob);
    else asked.reject(Object.assign(new Error(said.en ?? "late"), said.vi ? { words: said } : {}));
  }
}
