/**
 * What is being watched: live or a past moment, under which viewing, at which speed.
 *
 * Owns the one engine of the page and the viewing that feeds it. Promises that no footage is asked for without a viewing,
 * that another day means another viewing, and that a lost right blanks the page with the centre's own words. The picture
 * goes with the person: a seek while playing plays on, a seek while paused shows the frame.
 */

import { Footage } from "../footage/engine.js";
import { Viewing } from "../footage/viewing.js";
import { reason } from "./api.js";
import { DAY, SECOND, dayStart } from "../timeline/time.js";
import { pick, t } from "../words.js";

const TICK_MS = 250;
/** Footage can be played back once its segment is sealed. */
const CAUGHT_UP_US = 60 * SECOND;
const DAY_ENDS_US = SECOND / 4;

export class Session extends EventTarget {
  /** Events: time {us, live} · mode {live} · playing {playing, speed} · state {line, …} · lost {words} · watching {people}. */
  constructor({ url, tiles, purpose, csrf, sound, mayLive, asksPurpose }) {
    super();
    Object.assign(this, { tiles, purpose, csrf, sound, mayLive, asksPurpose });
    this.viewing = null;
    this.mode = null;
    this.speed = 1;
    this.playing = false;
    this.turn = 0;
    setInterval(() => this.tick(), TICK_MS);
    this.engine = new Footage({
      url,
      lease: () => this.viewing?.token ?? null,
      tiles: tiles.map(({ line, video }) => ({ camera: line, video })),
      on: {
        state: (line, state) => this.state(line, state),
        time: (us) => this.time(us),
        lost: (words) => this.lose(pick(words)),
      },
    });
  }

  state(line, state) {
    this.tell("state", { line, state });
    const caughtUp = state.what === "ended" && this.mode === "playback" && this.playing;
    // Who plays up to now goes on with live pictures, as on any recorder.
    if (caughtUp && this.mayLive && Date.now() * 1000 - state.since_us < CAUGHT_UP_US) this.live();
  }

  time(us) {
    this.timeAt = performance.now();
    if (this.mode === "playback" && this.playing && us >= this.day + DAY - DAY_ENDS_US) {
      this.seek(this.day + DAY); // the next day is another viewing
      return;
    }
    this.tell("time", { us, live: this.mode === "live" });
  }

  /** Footage of a frame a minute tells no time between its frames, though it plays. */
  tick() {
    if (this.playing && this.mode === "playback" && performance.now() - (this.timeAt ?? 0) > TICK_MS) {
      const us = this.engine.now();
      if (us && dayStart(us) === this.day) this.time(us);
    }
  }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  now() { return this.engine.now(); }

  /** Live pictures of the room. */
  async live() {
    const viewing = await this.enter("live", null);
    if (!viewing) return;
    this.play(1, true);
    this.engine.live();
  }

  /** The picture of a moment; opens the viewing of its day when needed. */
  async seek(us, { paused = false } = {}) {
    const day = dayStart(us);
    if (this.mode !== "playback" || this.day !== day || !this.viewing) {
      const arrived = this.mode !== "playback";
      if (!(await this.enter("playback", us))) return;
      if (arrived) this.setPlaying(!paused);
    }
    this.engine.seek(us);
    if (this.playing) this.engine.play(this.speed);
    else this.engine.pause();
  }

  /** Opens the viewing that a mode needs, and closes the one before it. The newest wish wins. */
  async enter(mode, us, again = false) {
    this.turn += 1;
    const turn = this.turn;
    try {
      const purpose = this.asksPurpose(mode) ? await this.purpose.need() : null;
      if (turn !== this.turn || (this.asksPurpose(mode) && !purpose)) return null;
      const viewing = await Viewing.open(this.wish(mode, us, purpose));
      viewing.at = () => this.engine.now() ?? us;
      if (turn !== this.turn) {
        viewing.close();
        return null;
      }
      this.viewing?.close();
      Object.assign(this, { viewing, mode, day: us === null ? null : dayStart(us) });
      this.tell("mode", { live: mode === "live" });
      return viewing;
    } catch (refusal) {
      if (turn !== this.turn) return null;
      if (refusal.said?.code === "purpose" && !again) {
        this.purpose.forget();
        return this.enter(mode, us, true);
      }
      this.lose(reason(refusal));
      return null;
    }
  }

  wish(mode, us, purpose) {
    const playback = mode === "playback";
    return {
      kind: mode,
      cameras: this.tiles.map(({ camera }) => camera),
      begin: playback ? iso(dayStart(us)) : null,
      end: playback ? iso(dayStart(us) + DAY) : null,
      at_us: playback ? Math.round(us) : null,
      sound: this.sound,
      purpose,
      csrf: this.csrf,
      on: {
        refused: (words) => this.lose(pick(words)),
        renewed: (answer) => {
          this.purpose.until(answer.purpose_until);
          this.tell("watching", { people: answer.watching ?? [] });
        },
      },
    };
  }

  lose(words) {
    this.viewing?.close();
    this.viewing = null;
    this.mode = null;
    this.setPlaying(false);
    this.engine.pause();
    this.tell("lost", { words: words || t("Không được xem.", "Watching is not allowed.") });
  }

  // --- the transport ---------------------------------------------------------------------------------------------------

  toggle() {
    if (this.playing) this.pause();
    else this.play(this.speed);
  }

  play(speed, quietly = false) {
    this.speed = speed;
    this.setPlaying(true);
    if (!quietly && this.mode === "playback") this.engine.play(speed);
  }

  pause() {
    if (this.mode === "live") {
      // A live picture that stands still would lie: pausing live is looking at the moment just past.
      this.seek(this.now() - 12 * SECOND, { paused: true });
      return;
    }
    this.setPlaying(false);
    this.engine.pause();
  }

  step(direction) {
    if (this.mode !== "playback") return;
    if (this.playing) this.pause();
    this.engine.step(direction);
  }

  setPlaying(playing) {
    this.playing = playing;
    this.tell("playing", { playing, speed: this.speed });
  }

  still(line, us, width) {
    return this.mode === "playback" && dayStart(us) === this.day ? this.engine.still(line, us, width) : Promise.resolve(null);
  }
}

function iso(us) { return new Date(us / 1000).toISOString(); }
