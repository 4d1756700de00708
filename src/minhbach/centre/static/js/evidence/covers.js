/**
 * What a person has decided so far about the covers of a copy; no page in it.
 *
 * Owns tracks, their boxes, the time that was looked at, the stretches that are silent. Promises decisions in the shape
 * that the centre reads (`copies/decisions.py`), that time counts as decided only as far as its pictures were seen, and
 * that nothing is said of the sound of other time, which leaves it silent.
 */

const SECOND = 1_000_000;

export class Book {
  #cameras = new Map();
  #seen = new Map();

  constructor(setup) {
    this.setup = setup;
    for (const { id, times } of setup.cameras) {
      const kept = setup.decisions?.cameras?.[id];
      this.#cameras.set(id, {
        times,
        tracks: (kept?.tracks ?? []).map((each) => ({ number: each.number, keys: new Map(each.keys), ends: each.ends_us })),
        decided: kept?.decided ?? [],
        // One that is as long as all of it says that everything is silent, which is not for each stretch to remember.
        muted: (kept?.sound ?? []).filter(([from, to, kind]) => kind === "muted" && (from > setup.begin_us || to < setup.end_us)).map(([from, to]) => [from, to]),
        chosen: null,
      });
      this.#seen.set(id, new Set());
    }
    this.camera = setup.cameras[0]?.id;
  }

  get #here() {
    return this.#cameras.get(this.camera);
  }

  get tracks() {
    return this.#here.tracks;
  }

  get track() {
    return this.tracks.find((each) => each.number === this.#here.chosen) ?? null;
  }

  get decided() {
    return this.#here.decided;
  }

  get muted() {
    return this.#here.muted;
  }

  /** How everything was treated, in what one goes on from, that is not silent. */
  get treated() {
    const kept = Object.values(this.setup.decisions?.cameras ?? {});
    return kept.some(({ sound }) => sound.some(([, , kind]) => kind === "distorted")) ? "distorted" : "muted";
  }

  choose(number) {
    this.#here.chosen = number;
  }

  /** A box of the chosen person at that moment; of a new one when nobody is chosen. */
  draw(us, box) {
    if (!this.track) {
      const number = Math.max(0, ...this.tracks.map((each) => each.number)) + 1;
      this.tracks.push({ number, keys: new Map(), ends: null });
      this.#here.chosen = number;
    }
    this.track.keys.set(us, box);
    if (this.track.ends !== null && this.track.ends <= us) this.track.ends = null;
  }

  /** The chosen person is gone from then on; false where that is no later than their last box. */
  gone(us) {
    if (!this.track || us <= Math.max(...this.track.keys.keys())) return false;
    this.track.ends = us;
    return true;
  }

  dropKey(us) {
    this.track?.keys.delete(us);
    if (this.track && !this.track.keys.size) this.dropTrack();
  }

  dropTrack() {
    this.#here.tracks = this.tracks.filter((each) => each !== this.track);
    this.#here.chosen = null;
  }

  /** What stands at that moment: drawn, or where it is by the boxes around it. */
  boxes(us) {
    return this.tracks.map((track) => ({ track, ...this.boxOf(track, us) })).filter((each) => each.box);
  }

  boxOf(track, us) {
    if (track.keys.has(us)) return { box: track.keys.get(us), drawn: true };
    const times = [...track.keys.keys()].sort((a, b) => a - b);
    if (us < times[0] - SECOND || (track.ends !== null && us >= track.ends)) return null;
    const before = times.filter((each) => each < us).at(-1);
    const after = times.find((each) => each > us);
    if (before === undefined || after === undefined) return { box: track.keys.get(before ?? after), drawn: false };
    const share = (us - before) / (after - before);
    const [from, to] = [track.keys.get(before), track.keys.get(after)];
    return { box: from.map((value, n) => Math.round(value + (to[n] - value) * share)), drawn: false };
  }

  drawnAt() {
    return this.tracks.flatMap((track) => [...track.keys.keys()]);
  }

  seen(us) {
    this.#seen.get(this.camera).add(us);
  }

  /** Everything from the first undecided second up to this one, if each of its pictures was shown. */
  decide(us) {
    const { times } = this.#here;
    const place = times.indexOf(us);
    const until = times[place + 1] ?? this.setup.end_us;
    const first = times.findIndex((each, n) => !this.#covers(n === 0 ? this.setup.begin_us : each));
    if (first < 0 || first > place) return first < 0 || this.#covers(us);
    const seen = this.#seen.get(this.camera);
    if (!times.slice(first, place + 1).every((each) => seen.has(each) || this.#covers(each))) return false;
    this.#here.decided = joined([...this.decided, [first === 0 ? this.setup.begin_us : times[first], until]]);
    return true;
  }

  undecide(us) {
    this.#here.decided = this.decided.filter(([from]) => from < us).map(([from, to]) => [from, Math.min(to, us)]);
  }

  undecided() {
    return this.#left(this.decided);
  }

  /** The same of all cameras together. */
  undecidedOfAll() {
    return [...this.#cameras.values()].reduce((sum, { decided }) => sum + this.#left(decided), 0);
  }

  #left(decided) {
    const done = decided.reduce((sum, [from, to]) => sum + to - from, 0);
    return Math.max(0, this.setup.end_us - this.setup.begin_us - done);
  }

  mute(from, to) {
    this.#here.muted = joined([...this.muted, [from, Math.min(to, this.setup.end_us)]]);
  }

  /** As the centre reads it; `sound` is how everything is treated that was looked at and is not silent. */
  written(sound) {
    const cameras = {};
    for (const [id, { tracks, decided, muted }] of this.#cameras) {
      const treated = sound === "muted" ? [] : decided.map(([from, to]) => [from, to, sound]);
      cameras[id] = {
        tracks: tracks.map(({ number, keys, ends }) => ({ number, keys: [...keys].sort(([a], [b]) => a - b), ends_us: ends })),
        decided,
        sound: [...treated, ...muted.map(([from, to]) => [from, to, "muted"])],
      };
    }
    return JSON.stringify({ cameras });
  }

  #covers(us) {
    return this.decided.some(([from, to]) => from <= us && us < to);
  }
}

/** Spans in order, those that touch made one. */
function joined(spans) {
  const found = [];
  for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
