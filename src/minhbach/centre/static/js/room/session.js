/**
 * What is being watched: live or a past moment, under which viewing, at which speed.
 *
 * Owns the viewing that feeds the page and the engine of the cameras it holds. Promises that no footage is asked for
 * without a viewing, that another day (or another part of it, where the regulation opens less at once or a stretch is
 * restricted) means another viewing, and that a right which ends blanks the page with the centre's own words and what can be done: `resume` goes
 * on from there. The picture goes with the person: a seek while playing plays on, a seek while paused shows the frame;
 * what is wished while a viewing is still being opened counts too, and whoever stops the live picture where nothing is
 * recorded yet is led to the nearest moment that is.
 */

import { Footage } from "../footage/engine.js";
import { Viewing } from "../footage/viewing.js";
import { Refused, reason } from "./api.js";
import { DAY, HOUR, SECOND, dayStart } from "../timeline/time.js";
import { pick, t } from "../words.js";

const TICK_MS = 250;
/** Footage can be played back once its segment is sealed. */
const CAUGHT_UP_US = 60 * SECOND;
const SEALED_US = 12 * SECOND;
const AGAIN_MS = 3000;
const PATIENCE_MS = 30000;
const HOLES = new Set(["gap", "ended", "failed"]);
const PART_ENDS_US = SECOND / 4;
const NO_PURPOSE = t("Chưa ghi mục đích nên chưa có hình.", "No purpose was written, so there is no picture yet.");
const NO_CAMERA = t("Không có camera nào của phòng đang ghi vào lúc này.", "No camera of this room is in use at this moment.");

export class Session extends EventTarget {
  /**
   * `hours`: what one playback may open at most. `shows(mode, us)` gives the tiles that have something to show then. Events: time {us, live} · mode {live, tiles} ·
   * playing {playing, speed} · state {line, …} · lost {words, code, us} · watching {people} · led {asked, us}.
   */
  constructor({ url, shows, purpose, csrf, sound, mayLive, hours = 24, asksPurpose }) {
    super();
    Object.assign(this, { url, shows, purpose, csrf, sound, mayLive, hours, asksPurpose });
    this.held = null;
    this.viewing = null;
    this.engine = null;
    this.tiles = [];
    this.heard = null;
    this.mode = null;
    this.speed = 1;
    this.playing = false;
    this.turn = 0;
    this.opening = null;
    this.stopping = null;
    setInterval(() => this.tick(), TICK_MS);
  }

  /** An engine for these tiles; the one there is when it is for the same. */
  equip(tiles) {
    if (this.engine && tiles.map(({ line }) => line).join() === this.tiles.map(({ line }) => line).join()) return;
    this.engine?.close();
    this.tiles = tiles;
    this.engine = new Footage({
      url: this.url,
      lease: () => this.viewing?.token ?? null,
      tiles: tiles.map(({ line, video }) => ({ camera: line, video, sound: line === this.heard })),
      on: {
        state: (line, state) => this.state(line, state),
        time: (us) => this.time(us),
        lost: (words) => this.ended(words),
      },
    });
  }

  /** Which camera is heard; null for none. */
  listen(line) {
    this.heard = line;
    if (this.viewing) this.engine?.sound(line);
  }

  state(line, state) {
    this.tell("state", { line, state });
    if (this.stopping) this.leadOn(line, state);
    const caughtUp = state.what === "ended" && this.mode === "playback" && this.playing;
    // Who plays up to now goes on with live pictures, as on any recorder.
    if (caughtUp && this.mayLive && Date.now() * 1000 - state.since_us < CAUGHT_UP_US) this.live();
  }

  time(us) {
    this.timeAt = performance.now();
    if (this.mode === "playback" && this.opening?.mode === "playback") return; // of the part that is being left
    if (this.mode === "playback" && this.playing && us >= this.held.end - PART_ENDS_US) {
      this.seek(this.held.end); // what follows is another viewing
      return;
    }
    this.tell("time", { us, live: this.mode === "live" });
  }

  /** Footage of a frame a minute tells no time between its frames, though it plays. */
  tick() {
    if (this.playing && this.mode === "playback" && performance.now() - (this.timeAt ?? 0) > TICK_MS) {
      const us = this.now();
      if (us && this.holds(us)) this.time(us);
    }
  }

  /** The day, or the part of it that one viewing may hold, in which a moment lies. */
  part(us) {
    const [day, length] = [dayStart(us), Math.min(DAY, this.hours * HOUR)];
    const begin = day + Math.floor((us - day) / length) * length;
    return { begin, end: Math.min(begin + length, day + DAY) };
  }

  /** Whether the viewing there is reaches a moment. */
  holds(us) { return this.held !== null && this.held.begin <= us && us < this.held.end; }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  /** Whether the picture of a moment that is asked for now is to stand still. */
  get stands() {
    if (this.opening?.mode === "playback") return this.opening.paused;
    return this.mode === "playback" && !this.playing;
  }

  now() { return this.engine?.now() ?? 0; }

  /** Live pictures of the room. */
  async live() {
    const viewing = await this.enter("live", null);
    if (!viewing) return;
    this.stopping = null;
    this.play(1, true);
    this.engine.live();
  }

  /** The picture of a moment; opens the viewing of its part of the day when needed. */
  async seek(us, { paused } = {}) {
    if (this.stopping?.us !== us) this.stopping = null;
    if (this.mode !== "playback" || !this.holds(us) || !this.viewing || this.opening) {
      const wish = { mode: "playback", paused: paused ?? this.stands };
      if (!(await this.enter("playback", us, wish))) return;
      this.tell("time", { us, live: false }); // whoever reads the page now must not take the live moment for this one
      this.setPlaying(!wish.paused);
    }
    this.engine.seek(us);
    if (this.playing) this.engine.play(this.speed);
    else this.engine.pause();
  }

  /** Opens the viewing that a mode needs, and closes the one before it. The newest wish wins. */
  async enter(mode, us, wish = { mode, paused: false }, again = false) {
    this.turn += 1;
    const turn = this.turn;
    this.opening = wish;
    const tiles = this.shows(mode, us);
    try {
      if (!tiles.length) throw new Refused(NO_CAMERA, 404, "none");
      const purpose = this.asksPurpose(mode) ? await this.purpose.need() : null;
      if (turn !== this.turn) return null;
      if (this.asksPurpose(mode) && !purpose) throw new Refused(NO_PURPOSE, 403, "purpose");
      const viewing = await Viewing.open(this.wish(mode, us, purpose, tiles));
      if (turn !== this.turn) {
        viewing.close();
        return null;
      }
      this.begin(viewing, mode, us, tiles);
      return viewing;
    } catch (refusal) {
      if (turn !== this.turn) return null;
      const code = refusal.code ?? refusal.said?.code ?? "failed";
      if (code === "purpose" && refusal.said && !again) {
        this.purpose.forget();
        return this.enter(mode, us, wish, true);
      }
      this.lose(reason(refusal), code, { mode, us, paused: wish.paused });
      return null;
    } finally {
      if (turn === this.turn) this.opening = null;
    }
  }

  begin(viewing, mode, us, tiles) {
    viewing.at = () => this.now() || us;
    this.viewing?.close();
    Object.assign(this, { viewing, mode, held: us === null ? null : reach(viewing) ?? this.part(us) });
    const held = new Set(viewing.cameras ?? tiles.map(({ camera }) => camera));
    this.equip(tiles.filter(({ camera }) => held.has(camera)));
    this.engine.anew();
    this.tell("mode", { live: mode === "live", tiles });
    for (const { camera, ...words } of viewing.refused ?? []) {
      const tile = tiles.find((each) => each.camera === camera);
      if (tile) this.tell("state", { line: tile.line, state: { what: "failed", since_us: 0, words } });
    }
  }

  wish(mode, us, purpose, tiles) {
    const playback = mode === "playback";
    const part = playback ? this.part(us) : null;
    const ended = (words) => this.ended(words);
    return {
      kind: mode,
      cameras: tiles.map(({ camera }) => camera),
      begin: part && iso(part.begin),
      end: part && iso(part.end),
      at_us: playback ? Math.round(us) : null,
      sound: this.sound,
      purpose,
      csrf: this.csrf,
      on: {
        ...{ refused: ended, purpose: ended, restricted: ended, over: ended },
        renewed: (answer) => {
          if (this.mode === "playback") this.held = reach(answer) ?? this.held;
          this.purpose.until(answer.purpose_until);
          this.tell("watching", { people: answer.watching ?? [] });
        },
      },
    };
  }

  /** The centre ended the viewing. When only the purpose ran out it is asked for anew, and the page goes on after it. */
  ended(words) {
    const code = words?.code ?? "refused";
    this.lose(pick(words) || t("Không được xem.", "Watching is not allowed."), code);
    if (code !== "purpose") return;
    this.purpose.forget();
    this.resume();
  }

  lose(words, code, { mode = this.mode, us = this.now(), paused = mode === "playback" && !this.playing } = {}) {
    this.was = { mode, us, paused };
    this.stopping = null;
    this.viewing?.close();
    this.viewing = null;
    this.mode = null;
    this.setPlaying(false);
    this.engine?.giveUp();
    this.tell("lost", { words, code, us: mode === "playback" ? us : null });
  }

  /** On from where it ended. */
  resume() {
    if (!this.was?.mode) return;
    if (this.was.mode === "live") this.live();
    else this.seek(this.was.us, { paused: this.was.paused });
  }

  // --- the transport ---------------------------------------------------------------------------------------------------

  toggle() {
    if (this.opening) this.wishPlaying(this.opening.paused);
    else if (!this.viewing) this.resume();
    else if (this.playing) this.pause();
    else this.play(this.speed);
  }

  /** Before the viewing is there: to play or to stand still is what it will begin with. */
  wishPlaying(playing) {
    if (this.opening.mode === "live" && !playing) this.stop(Date.now() * 1000);
    else this.opening.paused = !playing;
  }

  play(speed, quietly = false) {
    this.speed = speed;
    if (this.opening && !quietly) {
      this.wishPlaying(true);
      return;
    }
    this.setPlaying(true);
    if (!quietly && this.mode === "playback") this.engine.play(speed);
  }

  pause() {
    if (this.opening) {
      this.wishPlaying(false);
      return;
    }
    if (this.mode === "live") {
      this.stop(this.now());
      return;
    }
    this.setPlaying(false);
    this.engine?.pause();
  }

  /** A live picture that stands still would lie: pausing live is looking at the moment just past. */
  stop(us) {
    this.stopping = { us: us - SEALED_US, since: performance.now(), told: new Map(), led: false };
    if (this.opening) this.opening.paused = true;
    this.seek(this.stopping.us, { paused: true });
  }

  /** Nothing is recorded at the moment just past: to where footage begins, or ended, or once more in a while. */
  leadOn(line, { what, since_us: since, until_us: until }) {
    const { stopping } = this;
    if (this.mode !== "playback" || this.playing || performance.now() - stopping.since > PATIENCE_MS) {
      if (this.mode === "playback") this.stopping = null;
      return;
    }
    stopping.told.set(line, { what, since, until });
    const told = [...stopping.told.values()];
    if (told.some(({ what }) => what === "paused")) {
      this.stopping = null;
      return;
    }
    if (stopping.led || told.length < this.tiles.length || !told.every(({ what }) => HOLES.has(what))) return;
    const begins = told.filter(({ what, until }) => what === "gap" && until).map(({ until }) => until);
    const ends = told.filter(({ what, since }) => what === "ended" && since && since < stopping.us).map(({ since }) => since - SECOND / 2);
    stopping.led = true;
    if (begins.length || ends.length) {
      const us = begins.length ? Math.min(...begins) : Math.max(...ends);
      this.tell("led", { asked: stopping.us, us });
      this.stopping = null;
      this.seek(us, { paused: true });
    } else setTimeout(() => this.stopAgain(stopping), AGAIN_MS);
  }

  stopAgain(stopping) {
    if (this.stopping !== stopping || this.mode !== "playback" || this.playing) return;
    stopping.led = false;
    stopping.told.clear();
    this.seek(stopping.us, { paused: true });
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
    const here = this.mode === "playback" && this.holds(us) && this.tiles.some((tile) => tile.line === line);
    return here ? this.engine.still(line, us, width) : Promise.resolve(null);
  }
}

/** How far a right reaches: a restricted stretch cuts the day, and what lies behind it is another viewing. */
function reach({ begin, end }) {
  return begin && end ? { begin: Date.parse(begin) * 1000, end: Date.parse(end) * 1000 } : null;
}

function iso(us) { return new Date(us / 1000).toISOString(); }
