/**
 * The copy of a round as it is watched: piece by piece, some seconds ahead of what is shown.
 *
 * Owns the media of one video element. Promises that nothing is asked for which is further ahead, that it waits where the
 * centre says so, that what was shown long ago is forgotten, and that nothing is left once it is closed. Leaves the right
 * to see, and every request, to whoever gives `ask`.
 */

const SECOND = 1_000_000;
const AHEAD_S = 8;
const KEEP_S = 30;
const NEAR_S = 2;
const TOO_FAST = 429;

export class Film {
  #video;
  #address;
  #ask;
  #failed;
  #source = null;
  #url = "";
  #buffer = null;
  #pieces = [];
  #here = new Set();
  #busy = false;
  #closed = false;
  #timer = 0;
  #waits = false;
  #listeners = new AbortController();

  /** `ask(address)`: a promise of the response, also of one that says to wait; `failed(error)`: it came to its end. */
  constructor(video, address, { ask, failed }) {
    this.#video = video;
    this.#address = address;
    this.#ask = ask;
    this.#failed = failed;
  }

  /** Begin; rejects where the copy cannot be had at all. */
  async start() {
    const { head, codecs, begins_us: begins, end_us: end } = await (await this.#ask(this.#address)).json();
    if (this.#closed) return;
    this.#pieces = begins.map((us, n) => ({ us, from: (us - begins[0]) / SECOND, to: ((begins[n + 1] ?? end) - begins[0]) / SECOND }));
    const { signal } = this.#listeners;
    this.#source = new MediaSource();
    const opened = new Promise((done) => this.#source.addEventListener("sourceopen", done, { once: true, signal }));
    this.#url = URL.createObjectURL(this.#source);
    this.#video.src = this.#url;
    await opened;
    if (this.#closed) return;
    this.#buffer = this.#source.addSourceBuffer(`video/mp4; codecs="${codecs}"`);
    this.#source.duration = this.#pieces.at(-1).to;
    await this.#append(Uint8Array.from(atob(head), (letter) => letter.charCodeAt(0)));
    this.#video.addEventListener("timeupdate", () => this.#go(), { signal });
    this.#video.addEventListener("seeking", () => this.#sought(), { signal });
    this.#go();
  }

  /** Nothing of it is shown any more. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.abort();
    URL.revokeObjectURL(this.#url);
    if (this.#url && this.#video.src === this.#url) {
      this.#video.removeAttribute("src");
      this.#video.load();
    }
  }

  /** Ask for what is missing, one piece after the other. */
  async #go() {
    // What is played and sought meanwhile asks for no less patience.
    if (this.#busy || this.#closed || this.#waits) return;
    this.#busy = true;
    try {
      for (let piece = this.#next(); piece; piece = this.#next()) {
        const answer = await this.#ask(`${this.#address}?tu=${piece.us}`);
        if (this.#closed) return;
        if (answer.status === TOO_FAST) return this.#later(Number(answer.headers.get("Retry-After")) || 1);
        const data = await answer.arrayBuffer();
        if (this.#closed) return;
        await this.#forget();
        await this.#append(data);
        this.#here.add(piece);
        this.#near();
        if (piece === this.#pieces.at(-1) && this.#source.readyState === "open") this.#source.endOfStream();
      }
    } catch (error) {
      if (this.#closed) return;
      this.close();
      this.#failed(error);
    } finally {
      this.#busy = false;
    }
  }

  #next() {
    if (this.#closed) return null;
    const now = this.#video.currentTime;
    return this.#pieces.find((piece) => piece.to > now && piece.from < now + AHEAD_S && !this.#here.has(piece)) ?? null;
  }

  #later(wait_s) {
    this.#waits = true;
    this.#timer = setTimeout(() => { this.#waits = false; this.#go(); }, wait_s * 1000);
  }

  /** What the browser let go of by itself is asked for again. */
  #sought() {
    for (const piece of this.#here) if (!this.#has((piece.from + piece.to) / 2)) this.#here.delete(piece);
    this.#go();
  }

  #has(time_s) {
    const { buffered } = this.#video;
    for (let n = 0; n < buffered.length; n++) if (buffered.start(n) <= time_s && time_s < buffered.end(n)) return true;
    return false;
  }

  /** A copy whose first picture is shown a little after its begin would wait for ever. */
  #near() {
    const { buffered, currentTime: now } = this.#video;
    if (this.#has(now)) return;
    for (let n = 0; n < buffered.length; n++) {
      if (buffered.start(n) > now && buffered.start(n) < now + NEAR_S) this.#video.currentTime = buffered.start(n);
    }
  }

  async #forget() {
    const now = this.#video.currentTime;
    for (const piece of this.#here) {
      if (piece.to < now - KEEP_S || piece.from > now + KEEP_S) {
        this.#here.delete(piece);
        await this.#done(() => this.#buffer.remove(piece.from, piece.to));
      }
    }
  }

  #append(data) {
    return this.#done(() => this.#buffer.appendBuffer(data));
  }

  #done(begin) {
    const heard = new AbortController();
    const { signal } = heard;
    return new Promise((done, failed) => {
      this.#buffer.addEventListener("updateend", done, { signal });
      this.#buffer.addEventListener("error", () => failed(new Error("media")), { signal });
      begin();
    }).finally(() => heard.abort());
  }
}
