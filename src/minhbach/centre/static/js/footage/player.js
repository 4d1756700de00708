/**
 * A MediaSource with one or two tracks under a video element.
 *
 * Owns the source buffers, the queue before each (what has come while one was busy is appended in one go), and how much
 * is kept behind. Promises that an error of the browser's player or of an append is told once and that nothing is
 * called after `close`. Leaves when to play, how fast and what to do about an error to `live` and `played`.
 */

const FULL_TRIES = 3;

/** What is said where `Player.plays` is false. */
export const UNPLAYABLE = {
  code: "unsupported",
  vi: "Trình duyệt này không giải mã được hình của camera (thường là H.265). Hãy bật luồng phụ H.264 trên camera hoặc dùng máy có bộ giải mã H.265.",
  en: "This browser cannot decode the camera's picture (mostly H.265). Switch on an H.264 sub-stream in the camera, or use a computer that decodes H.265.",
};

export class Player {
  #video;
  #source = new MediaSource();
  #url;
  #on;
  #tracks = new Map();
  #closed = false;
  #failed = false;
  #listeners = new AbortController();

  /** `form`: {picture: type, sound: type or null}; `on`: {grown(), failed(reason)}. */
  constructor(video, form, on) {
    this.#video = video;
    this.#on = on;
    this.form = form;
    const { signal } = this.#listeners;
    this.#source.addEventListener("sourceopen", () => this.#opened(), { once: true, signal });
    video.addEventListener("error", () => this.#fail(video.error?.message ?? "player"), { signal });
    this.#url = URL.createObjectURL(this.#source);
    for (const track of form.sound ? ["picture", "sound"] : ["picture"]) {
      this.#tracks.set(track, { buffer: null, queue: [], removals: [], removing: false, type: null, full: 0 });
    }
    video.src = this.#url;
  }

  /** Whether this browser can play a form at all. */
  static plays(type) {
    return typeof MediaSource !== "undefined" && MediaSource.isTypeSupported(type);
  }

  /** Queue bytes of "picture" or "sound"; those of a track that this player does not have are ignored. */
  append(track, data) {
    const found = this.#tracks.get(track);
    if (!found || this.#closed) return;
    found.queue.push(data);
    this.#work(found);
  }

  /** Go on with media of another form, the picture on the screen stays until the first of it; false: it takes another player. */
  reform(form) {
    const same = Boolean(form.sound) === Boolean(this.form.sound);
    if (!same || this.#closed || this.#failed || this.#source.readyState !== "open") return false;
    this.form = form;
    for (const [track, found] of this.#tracks) {
      if (!found.buffer?.changeType) return false;
      found.queue.length = 0;
      found.removals.push([0, Infinity]);
      found.type = form[track];
      this.#work(found);
    }
    return true;
  }

  /** Forget all media; what is queued behind this is appended after it. */
  clear() {
    for (const found of this.#tracks.values()) {
      found.queue.length = 0;
      found.removals.push([0, Infinity]);
      this.#work(found);
    }
  }

  /** Whether media is still there that is to go. */
  get clearing() {
    return [...this.#tracks.values()].some((found) => found.removals.length > 0 || found.removing);
  }

  /** Forget what lies before `time_s`. */
  trim(time_s) {
    for (const found of this.#tracks.values()) {
      const ranges = found.buffer?.buffered;
      if (ranges?.length && ranges.start(0) < time_s - 1) {
        found.removals.push([0, time_s]);
        this.#work(found);
      }
    }
  }

  /** Until when both tracks have media, as the last range says; null without any. */
  get end_s() {
    const ends = [...this.#tracks.values()].map(({ buffer }) =>
      buffer?.buffered.length ? buffer.buffered.end(buffer.buffered.length - 1) : null,
    );
    return ends.includes(null) ? null : Math.min(...ends);
  }

  /** Until when there is sound; null without any. */
  get soundEnd_s() {
    const ranges = this.#tracks.get("sound")?.buffer?.buffered;
    return ranges?.length ? ranges.end(ranges.length - 1) : null;
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.abort();
    for (const found of this.#tracks.values()) found.queue.length = 0;
    URL.revokeObjectURL(this.#url);
    if (this.#video.src === this.#url) {
      this.#video.removeAttribute("src");
      this.#video.load();
    }
  }

  #opened() {
    if (this.#closed) return;
    try {
      for (const [track, found] of this.#tracks) {
        found.buffer = this.#source.addSourceBuffer(this.form[track]);
        found.buffer.addEventListener("updateend", () => this.#updated(found));
        found.buffer.addEventListener("error", () => this.#fail("append"));
      }
    } catch (error) {
      this.#fail(String(error));
      return;
    }
    for (const found of this.#tracks.values()) this.#work(found);
  }

  #updated(found) {
    if (this.#closed) return;
    found.removing = false;
    this.#on.grown();
    this.#work(found);
  }

  #work(found) {
    const { buffer, queue, removals } = found;
    if (!buffer || buffer.updating || this.#closed || this.#failed || this.#source.readyState !== "open") return;
    try {
      // There is nothing to remove from an empty buffer, and before the first beginning it may not be asked.
      if (!buffer.buffered.length) removals.length = 0;
      if (removals.length) {
        buffer.remove(...removals.shift());
        found.removing = true;
      } else if (found.type) {
        buffer.changeType(found.type);
        found.type = null;
        this.#work(found);
      } else if (queue.length) {
        this.#appendAll(found);
      }
    } catch (error) {
      if (error.name === "QuotaExceededError" && found.full < FULL_TRIES) this.#makeRoom(found);
      else this.#fail(error.name);
    }
  }

  #appendAll(found) {
    const data = joined(found.queue);
    found.buffer.appendBuffer(data);
    found.queue.length = 0;
    found.full = 0;
  }

  #makeRoom(found) {
    found.full += 1;
    found.removals.push([0, Math.max(0.1, this.#video.currentTime - 2)]);
    setTimeout(() => this.#work(found), 50);
  }

  #fail(reason) {
    if (this.#closed || this.#failed) return;
    this.#failed = true;
    this.#on.failed(reason);
  }
}

function joined(parts) {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
