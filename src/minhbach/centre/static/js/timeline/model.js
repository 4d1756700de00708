/**
 * What the server said about a room's time, ready to be asked thousands of times a second.
 *
 * Owns the reading of the timeline's JSON (GET /api/rooms/<id>/timeline) and the questions about one moment: is there
 * footage, why not, since when. Promises to keep nothing that was not in it, and to take what came since without reading
 * a month again. Leaves drawing and pointing to others.
 */

import { Spans, union } from "./spans.js";
import { clock, dayStart, length, percent, shortDate } from "./time.js";
import { pick, t } from "../words.js";

/** What happens to a citizen at a counter, many times an hour. */
export const VISITS = new Set(["called", "received", "refused", "supplement", "supplemented", "handed_back", "rated"]);

export class Model {
  constructor(data) {
    this.cameras = data.cameras.map((camera) => read(camera, kindsOf(data)));
    this.any = union(this.cameras.map((camera) => camera.runs));
    this.learn(data);
  }

  learn(data) {
    this.begin = data.begin;
    this.end = data.end;
    this.now = data.now;
    this.names = data.names;
    this.hours = new Spans(data.hours);
    this.restricted = new Spans(data.restricted);
    this.take(data.marks);
  }

  /** From when on things may have changed; 0: all of it, there is nothing yet. */
  get open() {
    const edges = this.cameras.map(({ knownUntil, unwitnessed }) => (unwitnessed.count ? unwitnessed.begin(0) : knownUntil));
    return edges.length ? Math.min(...edges) : 0;
  }

  /** Takes an answer that tells coverage from `since` on; false when it is about other cameras. */
  extend(data, since) {
    if (data.cameras.map(({ id }) => id).join() !== this.cameras.map(({ id }) => id).join()) return false;
    const newer = data.cameras.map((camera) => read(camera, kindsOf(data)));
    this.cameras = newer.map((camera, index) => {
      const older = this.cameras[index];
      const lists = ["runs", "gaps", "unwitnessed", "late"].map((name) => [name, older[name].until(since).and(camera[name])]);
      return { ...camera, ...Object.fromEntries(lists) };
    });
    this.any = this.any.until(since).and(union(newer.map((camera) => camera.runs)));
    this.learn(data);
    return true;
  }

  /** Takes marks anew, sorted: visits have a row of their own. */
  take(marks) {
    const all = marks.map((mark) => ({ ...mark, text: pick(mark.words) })).sort((a, b) => a.begin - b.begin);
    this.visits = all.filter((mark) => VISITS.has(mark.kind));
    this.marks = all.filter((mark) => !VISITS.has(mark.kind));
  }

  /** What the unit was called then, where that is another name than today's; else nothing. */
  nameThen(us) {
    const name = this.names.filter(({ begin }) => begin <= us).pop()?.name ?? this.names[0]?.name;
    return name === this.names[this.names.length - 1]?.name ? "" : name;
  }

  camera(id) { return this.cameras.find((camera) => camera.id === id) ?? null; }

  /** What a camera has at a moment: {have, gap, text}. */
  moment(camera, us) {
    if (this.restricted.at(us) >= 0) return { have: false, gap: null, text: t("hạn chế", "restricted") };
    const gap = camera.gaps.at(us);
    if (gap >= 0) {
      const [begin, end] = [camera.gaps.begin(gap), camera.gaps.end(gap)];
      const words = t("{cause}, {from}–{to}, {length}", "{cause}, {from}–{to}, {length}", {
        cause: camera.gaps.about[gap].text, from: when(begin, us), to: when(end, us), length: length(end - begin),
      });
      return { have: false, gap, text: words };
    }
    if (camera.runs.at(us) >= 0) return { have: true, gap: null, text: this.proof(camera, us) };
    if (us >= this.now) return { have: false, gap: null, text: t("chưa tới", "not yet") };
    if (us >= camera.knownUntil) {
      return { have: false, gap: null, text: t("chưa nhận được từ đầu ghi", "not yet received from the recorder") };
    }
    return { have: false, gap: null, text: t("không có bản ghi", "no recording") };
  }

  proof(camera, us) {
    if (camera.unwitnessed.at(us) >= 0) return t("có hình, chưa được làm chứng", "footage, not yet witnessed");
    if (camera.late.at(us) >= 0) return t("có hình, làm chứng muộn", "footage, witnessed late");
    return t("có hình", "footage");
  }

  /** The gap before or after a moment, over all cameras: {camera, begin, end, cause} or null. Lawful absence is none. */
  gapFrom(us, direction) {
    let best = null;
    for (const camera of this.cameras) {
      for (let i = 0; i < camera.gaps.count; i += 1) {
        const begin = camera.gaps.begin(i);
        if (camera.gaps.about[i].lawful || (direction > 0 ? begin <= us : begin >= us)) continue;
        if (!best || (begin - best.begin) * direction < 0) {
          best = { camera, begin, end: camera.gaps.end(i), cause: camera.gaps.about[i] };
        }
      }
    }
    return best;
  }

  markFrom(us, direction) {
    const later = this.marks.filter((mark) => (direction > 0 ? mark.begin > us : mark.begin < us));
    return later[direction > 0 ? 0 : later.length - 1] ?? null;
  }

  /** Lines for a person who does not see the strip: coverage of each camera between two times, and each gap. */
  spoken(begin, end) {
    const until = Math.min(end, this.now);
    return this.cameras.map((camera) => {
      const gaps = [];
      camera.gaps.each(begin, until, 0, (from, to, index) => {
        gaps.push({ begin: Math.max(from, begin), end: Math.min(to, until), cause: camera.gaps.about[index] });
      });
      const share = until > begin ? camera.runs.covered(begin, until) / (until - begin) : 0;
      return { camera, share, text: percent(share), gaps };
    });
  }
}

/** The clock, with the day when it is another than that of `us`. */
function when(at, us) { return dayStart(at) === dayStart(us) ? clock(at) : `${clock(at)} ${shortDate(at)}`; }

function kindsOf(data) { return data.kinds.map((kind) => ({ ...kind, text: pick(kind) })); }

/** A camera's stretches, parted into footage and gaps; what nobody accounts for is neither. */
function read(camera, kinds) {
  const [runs, gaps, about] = [[], [], []];
  let at = camera.begin;
  camera.lengths_ms.forEach((length, index) => {
    const kind = kinds[camera.kinds[index]];
    const end = at + length * 1000;
    if (kind.code === "footage") {
      if (runs[runs.length - 1] === at) runs[runs.length - 1] = end;
      else runs.push(at, end);
    } else if (kind.code !== "unknown") {
      gaps.push(at, end);
      about.push(kind);
    }
    at = end;
  });
  return {
    id: camera.id,
    name: camera.name,
    place: camera.place,
    runs: new Spans(runs),
    gaps: new Spans(gaps, about),
    unwitnessed: new Spans(camera.unwitnessed),
    late: new Spans(camera.late),
    knownUntil: camera.known_until,
    /** Whether the log says anything about a stretch of time. */
    knows(begin, end) { return [this.runs, this.gaps].some((spans) => spans.after(begin) < spans.count && spans.begin(spans.after(begin)) < end); },
  };
}
