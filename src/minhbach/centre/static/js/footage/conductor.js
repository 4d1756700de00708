/**
 * The one clock of a page that plays back: all tiles at the same moment.
 *
 * Owns where the page is, how fast it goes and which tile leads: the heard one or the first with footage; the others are
 * kept beside it by changes of speed, by a jump when far, and all go slower while a machine at its limits keeps one of
 * them behind: to hurry that one alone would ask still more of it. Promises that nobody starts before all who have footage can
 * show the moment (or have had their time), that a hole in one tile stops no other, that one whose footage comes late
 * holds up the others once and then says that it waits, instead of showing another moment beside theirs, and that a hole
 * which all share is jumped. Leaves media to `played`, the socket to `engine`.
 */

const SECONDS = 1e6;
const TICK_MS = 100;
const READY_MS = 1500;
const STALL_MS = 300;
const HOLD_MS = 5000;
const REPORT_MS = 1000;
const TELL_MS = 250;
const DEAD_S = 0.015;
const FAR_S = 0.5;
const LATE_US = 100000;
/** Only tiles that are not heard are steered, so nobody hears how much. */
const MOST_CHANGE = 0.5;
const GAIN = 2;
/** A tile further behind than this is waited for, by going towards it; no further than so much. */
const SLACK_S = 0.04;
const MOST_WAIT_S = 0.15;
const KEYS_ABOVE = 4;

export class Conductor {
  #tiles;
  #on;
  #phase = "idle";
  #us = 0;
  #speed = 1;
  #served = 1;
  #playing = false;
  #leader = null;
  #since_ms = 0;
  #waited_ms = 0;
  #reported_ms = 0;
  #told_ms = 0;
  #owed = 0;
  #owed_ms = 0;
  #timer;

  /** `on`: {seek(us, speed, playing) → epoch, form(speed) → what must be played for it, at(us, speed, playing), time(us)}. */
  constructor(tiles, on) {
    this.#tiles = tiles;
    this.#on = on;
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  get now_us() {
    return this.#phase === "running" && this.#leader ? this.#leader.now_us : this.#us;
  }

  /** Who pauses wants every picture, however fast it went before. */
  get #wanted() {
    return this.#playing || this.#speed <= KEYS_ABOVE ? this.#speed : 1;
  }

  get playing() {
    return this.#playing;
  }

  get speed() {
    return this.#speed;
  }

  seek(us) {
    this.#us = us;
    this.#phase = "seeking";
    this.#owed = 0;
    this.#leader = null;
    this.#since_ms = performance.now();
    this.#served = this.#wanted;
    const epoch = this.#on.seek(us, this.#served, this.#playing);
    for (const tile of this.#tiles) {
      tile.seek(us, epoch);
      tile.tell("waiting");
    }
  }

  /** Play at a speed; where that needs another form of media, it is a seek. */
  play(speed) {
    this.#us = this.now_us;
    this.#speed = speed;
    this.#playing = true;
    this.#owed = 0;
    if (this.#phase === "idle" || this.#on.form(this.#served) !== this.#on.form(speed)) this.seek(this.#us);
    else if (this.#phase !== "seeking") this.#start();
    this.#report();
  }

  pause() {
    this.#us = this.now_us;
    this.#playing = false;
    if (this.#served !== this.#wanted && this.#phase !== "idle") {
      this.seek(this.#us);
      return;
    }
    if (this.#phase === "running" || this.#phase === "holding") {
      this.#phase = "paused";
      for (const tile of this.#tiles) tile.excused = false;
      for (const tile of this.#tiles) {
        tile.video.pause();
        if (tile.active(this.#us)) tile.tell("paused");
      }
      for (const tile of this.#tiles) if (tile.active(this.#us) && tile.holds(this.#us)) tile.jump(this.#us);
    }
    this.#report();
  }

  /** One picture forward (1) or back (-1), of the tile that leads; forward it waits for what is on its way. */
  step(direction) {
    if (this.#playing) this.pause();
    if (this.#phase === "paused" && this.#owed === 0 && this.#stepped(direction)) return;
    if (direction < 0 || this.#phase === "idle" || this.#tiles.every((tile) => !tile.active(this.#us))) {
      this.seek(this.#beside(direction));
      return;
    }
    this.#owed += 1;
    this.#owed_ms = performance.now();
  }

  /** Whether the picture beside the one that is shown is at hand, and shown now. */
  #stepped(direction) {
    const leader = this.#choose();
    const next_us = leader?.neighbour(this.#us, direction) ?? null;
    if (next_us === null || !leader.holds(next_us)) return false;
    this.#us = next_us;
    for (const tile of this.#tiles) if (tile.active(next_us) && tile.holds(next_us)) tile.jump(next_us + 2000);
    this.#on.time(next_us);
    this.#report();
    return true;
  }

  /** Steps that wait for their pictures. What has not come after a while never will: there the footage ends. */
  #pay(now_ms) {
    while (this.#owed > 0 && this.#stepped(1)) {
      this.#owed -= 1;
      this.#owed_ms = now_ms;
    }
    if (this.#owed > 0 && now_ms - this.#owed_ms > HOLD_MS) this.seek(this.#beside(1));
  }

  /** Where a step leads for which no picture is at hand: a little on, and out of a hole that all share. */
  #beside(direction) {
    const behind_us = Math.min(...this.#tiles.map((tile) => tile.gapAt(this.#us)?.[1] ?? Infinity));
    const shared = this.#tiles.every((tile) => !tile.active(this.#us));
    if (direction > 0 && shared && Number.isFinite(behind_us)) return behind_us;
    return Math.max(0, this.#us + direction * 60000);
  }

  presented(tile, us) {
    if (this.#phase === "running" && tile === this.#leader) this.#tell(us);
    if (this.#phase === "seeking") this.tick();
  }

  /** Everything that depends on time; also called when something came. */
  tick() {
    const now_ms = performance.now();
    if (this.#phase === "seeking") this.#wait(now_ms);
    else if (this.#phase === "holding") this.#hold(now_ms);
    else if (this.#phase === "running") this.#run(now_ms);
    else if (this.#phase === "paused") {
      for (const tile of this.#tiles) if (tile.waiting && tile.shows(this.#us)) this.#tellState(tile, "paused");
      this.#pay(now_ms);
    }
    if (now_ms - this.#reported_ms > REPORT_MS && this.#phase !== "idle" && this.#phase !== "seeking") this.#report();
  }

  close() {
    clearInterval(this.#timer);
    this.#phase = "idle";
    for (const tile of this.#tiles) tile.close();
  }

  #wait(now_ms) {
    const late = now_ms - this.#since_ms > READY_MS;
    if (this.#tiles.every((tile) => tile.settled(this.#us))) this.#arrived();
    else if (late && this.#tiles.some((tile) => tile.shows(this.#us))) this.#arrived();
  }

  #arrived() {
    this.#leader = this.#choose();
    if (this.#leader === null && this.#jumpHole()) return;
    // Where the archive lets out nothing before a certain picture, the page is at that picture.
    const shown_us = Math.min(...this.#tiles.filter((tile) => tile.active(this.#us) && tile.shows(this.#us)).map((tile) => tile.now_us));
    if (Number.isFinite(shown_us) && shown_us > this.#us + LATE_US) this.#us = shown_us;
    this.#on.time(this.#us);
    if (this.#playing) {
      this.#start();
      return;
    }
    this.#phase = "paused";
    for (const tile of this.#tiles) this.#tellState(tile, "paused");
  }

  #start() {
    this.#phase = "running";
    this.#waited_ms = 0;
    for (const tile of this.#tiles) {
      tile.excused = false;
      if (tile.active(this.#us)) this.#go(tile);
      this.#tellState(tile, "playing");
    }
    this.#leader = this.#choose();
  }

  #go(tile) {
    tile.video.playbackRate = this.#speed;
    if (Math.abs(tile.now_us - this.#us) > FAR_S * SECONDS && tile.holds(this.#us)) tile.jump(this.#us);
    tile.video.play().catch((error) => {
      if (error.name !== "NotAllowedError") return;
      tile.video.muted = true;
      tile.video.play().catch(() => {});
    });
  }

  #choose() {
    const able = this.#tiles.filter((tile) => tile.active(this.#us) && !tile.excused && tile.video.readyState > 0);
    return able.find((tile) => !tile.video.muted) ?? able[0] ?? null;
  }

  #run(now_ms) {
    const leader = this.#leader;
    if (leader !== null) this.#us = leader.now_us;
    // Footage of one picture a minute moves too: time is told also where no picture says it.
    if (now_ms - this.#told_ms > TELL_MS) this.#tell(this.#us);
    for (const tile of this.#tiles) this.#tellState(tile, "playing");
    if (leader === null || leader.excused || !leader.active(this.#us)) {
      this.#leader = this.#choose();
      if (this.#leader === null) this.#jumpHole();
      return;
    }
    const waiting = this.#tiles.some((tile) => tile.active(this.#us) && !tile.excused && tile.video.readyState < 3);
    if (!waiting) this.#waited_ms = now_ms;
    if (this.#waited_ms === 0) this.#waited_ms = now_ms;
    if (now_ms - this.#waited_ms > STALL_MS) {
      this.#phase = "holding";
      this.#since_ms = now_ms;
      for (const tile of this.#tiles) tile.video.pause();
      return;
    }
    const aim_s = this.#aim(leader);
    for (const tile of this.#tiles) {
      tile.trim(this.#speed);
      if (tile !== leader && tile.active(this.#us)) this.#steer(tile, leader, aim_s);
    }
    // Who is heard keeps the pace: everybody hears that it changes.
    const ahead_s = leader.video.muted ? leader.video.currentTime - aim_s : 0;
    leader.video.playbackRate = this.#rate(ahead_s);
  }

  /** Where all should be: with the leader, or between it and the one that is furthest behind. */
  #aim(leader) {
    const now_s = leader.video.currentTime;
    const lags = this.#tiles.filter((tile) => tile.active(this.#us) && !tile.excused).map((tile) => now_s - tile.video.currentTime);
    const furthest_s = Math.max(0, ...lags.filter((lag_s) => lag_s <= FAR_S * Math.max(1, this.#speed)));
    return now_s - Math.max(0, Math.min(MOST_WAIT_S, furthest_s - SLACK_S));
  }

  #steer(tile, leader, aim_s) {
    const error_s = tile.video.currentTime - leader.video.currentTime;
    if (tile.excused || Math.abs(error_s) > FAR_S * Math.max(1, this.#speed)) {
      if (!tile.holds(leader.now_us)) {
        this.#excuse(tile);
        return;
      }
      tile.excused = false;
      tile.jump(leader.now_us);
      this.#go(tile);
      return;
    }
    if (tile.video.paused) this.#go(tile);
    tile.video.playbackRate = this.#rate(tile.video.currentTime - aim_s);
  }

  /** How fast to go for who is so far ahead of where all should be. */
  #rate(ahead_s) {
    const wanted = (GAIN * ahead_s) / this.#speed;
    const change = Math.abs(ahead_s) < DEAD_S ? 0 : Math.max(-MOST_CHANGE, Math.min(MOST_CHANGE, wanted));
    return Math.min(16, this.#speed * (1 - change));
  }

  /** The last moment stays on the screen, and it says so. */
  #excuse(tile) {
    tile.excused = true;
    tile.video.pause();
    tile.tell("stalled", this.#us);
  }

  #hold(now_ms) {
    const active = this.#tiles.filter((tile) => tile.active(this.#us) && !tile.excused);
    const late = active.filter((tile) => tile.video.readyState < 3);
    for (const tile of late) tile.leap();
    if (late.length && now_ms - this.#since_ms < HOLD_MS) return;
    if (late.length && late.length === active.length) {
      for (const tile of late) tile.tell("stalled", this.#us);
      return;
    }
    for (const tile of late) this.#excuse(tile);
    this.#leader = this.#choose();
    this.#phase = "running";
    this.#waited_ms = now_ms;
    for (const tile of active) if (!tile.excused) this.#go(tile);
  }

  /** Nobody has footage here: go to where somebody has. */
  #jumpHole() {
    const ends = this.#tiles.map((tile) => tile.gapAt(this.#us)?.[1] ?? Infinity);
    const until_us = Math.min(...ends);
    if (!Number.isFinite(until_us) || !this.#playing) {
      if (this.#tiles.every((tile) => !tile.active(this.#us))) {
        for (const tile of this.#tiles) this.#tellState(tile, "paused");
      }
      return false;
    }
    this.seek(until_us);
    return true;
  }

  #tellState(tile, what) {
    const gap = tile.gapAt(this.#us);
    if (tile.failed) return;
    if (gap) {
      tile.video.pause();
      tile.tell("gap", gap[0], Number.isFinite(gap[1]) ? gap[1] : 0);
    } else if (tile.ended_us && !tile.active(this.#us)) {
      tile.tell("ended", tile.ended_us);
    } else if (!tile.excused) {
      tile.tell(what);
    }
  }

  #tell(us) {
    this.#told_ms = performance.now();
    this.#on.time(us);
  }

  #report() {
    this.#reported_ms = performance.now();
    const moving = this.#playing && this.#phase !== "holding";
    this.#on.at(Math.round(this.now_us), this.#wanted, moving);
  }
}
