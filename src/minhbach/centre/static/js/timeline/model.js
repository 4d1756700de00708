/**
 * What the server said about a room's time, ready to be asked thousands of times a second.
 *
 * Owns the reading of the timeline's JSON (docs: GET /api/timeline) and the questions about one moment: is there
 * footage, why not, since when. Promises to keep nothing that was not in it. Leaves drawing and pointing to others.
 */

import { Spans, union } from "./spans.js";
import { clock, dayStart, length, percent, shortDate } from "./time.js";
import { pick, t } from "../words.js";

export class Model {
  constructor(data) {
    this.begin = data.begin;
    this.end = data.end;
    this.now = data.now;
    const causes = data.causes.map((cause) => ({ ...cause, text: pick(cause) }));
    this.cameras = data.cameras.map((camera) => read(camera, causes));
    this.any = union(this.cameras.map((camera) => camera.runs));
    this.hours = new Spans(data.hours);
    this.restricted = new Spans(data.restricted);
    this.loudness = data.loudness ?? null;
    this.take(data.marks);
  }

  /** Takes marks anew, sorted: visits have a row of their own. */
  take(marks) {
    const all = marks.map((mark) => ({ ...mark, text: pick(mark.words) })).sort((a, b) => a.begin - b.begin);
    this.visits = all.filter((mark) => mark.kind === "visit");
    this.marks = all.filter((mark) => mark.kind !== "visit");
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

function read(camera, causes) {
  const flat = [];
  const about = [];
  for (const [begin, end, cause] of camera.gaps) {
    flat.push(begin, end);
    about.push(causes[cause]);
  }
  return {
    id: camera.id,
    name: camera.name,
    place: camera.place,
    runs: new Spans(camera.runs),
    gaps: new Spans(flat, about),
    unwitnessed: new Spans(camera.unwitnessed),
    late: new Spans(camera.late),
    knownUntil: camera.known_until,
  };
}
