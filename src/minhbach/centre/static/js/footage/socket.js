/**
 * One WebSocket to the stream, dialled again whenever it ends by itself.
 *
 * Owns the connection, the wait between two attempts, and telling how much has come: by that alone the stream knows how
 * quick the line is. Promises that `on.open` is called for each connection before
 * anything else of it, and that after `close` nothing is called any more. Leaves what is said to the engine.
 */

import { read } from "./wire.js";

const WAITS_MS = [250, 500, 1000, 2000, 5000];
const TELL_MS = 100;
const TELL_BYTES = 65536;

export class Socket {
  #url;
  #on;
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #closed = false;
  #count = 0;
  #told_ms = 0;
  #untold = 0;
  #telling = 0;

  /** `on`: {open(), text(object), binary(message), ended(code)}. */
  constructor(url, on) {
    this.#url = url;
    this.#on = on;
    this.#dial();
  }

  /** Say something; lost when there is no connection: who opens again says what is so then. */
  send(values) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(values));
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Hang up for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#telling);
    this.#socket?.close();
  }

  /** Dial now rather than later. */
  hurry() {
    if (this.#closed || this.#socket !== null) return;
    clearTimeout(this.#timer);
    this.#dial();
  }

  #dial() {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#count = this.#untold = 0;
    socket.addEventListener("open", () => {
      if (!this.#closed) this.#on.open();
    });
    socket.addEventListener("message", (event) => this.#heard(event.data));
    socket.addEventListener("close", (event) => this.#ended(event.code));
  }

  #heard(data) {
    if (this.#closed) return;
    this.#attempt = 0;
    if (typeof data === "string") this.#on.text(JSON.parse(data));
    else {
      this.#count += 1;
      this.#untold += data.byteLength;
      this.#tell();
      this.#on.binary(read(data));
    }
  }

  #tell() {
    clearTimeout(this.#telling);
    const now_ms = performance.now();
    if (now_ms - this.#told_ms < TELL_MS && this.#untold < TELL_BYTES) {
      this.#telling = setTimeout(() => this.#tell(), TELL_MS);
      return;
    }
    this.#told_ms = now_ms;
    this.#untold = 0;
    this.send({ t: "got", count: this.#count });
  }

  #ended(code) {
    this.#socket = null;
    if (this.#closed) return;
    this.#on.ended(code);
    const wait = WAITS_MS[Math.min(this.#attempt, WAITS_MS.length - 1)];
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#dial(), wait * (0.75 + Math.random() / 2));
  }
}
