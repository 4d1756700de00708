/**
 * Many spans of time in order, and quick questions about them.
 *
 * Owns sorted, non-overlapping half-open spans [begin, end) in microseconds. Promises an answer in logarithmic time, so
 * that a month of a failing camera draws as fluently as a calm day. Leaves to others what a span means.
 */

export class Spans {
  /** `flat` is [begin, end, begin, end, …] in order; `about` holds one thing for each span, if any. */
  constructor(flat, about = null) {
    this.flat = flat;
    this.about = about;
    this.count = flat.length >> 1;
  }

  begin(index) { return this.flat[2 * index]; }

  end(index) { return this.flat[2 * index + 1]; }

  /** Index of the first span that ends after `us`; `count` when there is none. */
  after(us) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.end(middle) > us) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Index of the span that holds `us`, or -1. */
  at(us) {
    const index = this.after(us);
    return index < this.count && this.begin(index) <= us ? index : -1;
  }

  /** Calls `draw(begin, end, index, last)` for what is seen between two times; what is nearer than `blur` becomes one. */
  each(begin, end, blur, draw) {
    let index = this.after(begin);
    while (index < this.count && this.begin(index) < end) {
      const first = index;
      let until = this.end(index);
      while (index + 1 < this.count && this.begin(index + 1) - until < blur && this.begin(index + 1) < end) {
        index += 1;
        until = this.end(index);
      }
      draw(this.begin(first), until, first, index);
      index += 1;
    }
  }

  /** These as far as `us`, the one that holds it cut there. */
  until(us) {
    const index = this.after(us);
    const cut = index < this.count && this.begin(index) < us;
    const flat = this.flat.slice(0, 2 * index);
    if (cut) flat.push(this.begin(index), us);
    return new Spans(flat, this.about && this.about.slice(0, cut ? index + 1 : index));
  }

  /** These and later ones; two of one kind that touch become one. */
  and(later) {
    const [last, first] = [this.count - 1, 0];
    const touch = this.count && later.count && this.end(last) === later.begin(first);
    const same = touch && (!this.about || this.about[last].code === later.about[first].code);
    if (!same) return new Spans(this.flat.concat(later.flat), this.about && this.about.concat(later.about));
    const flat = this.flat.slice(0, -1).concat(later.flat.slice(1));
    return new Spans(flat, this.about && this.about.concat(later.about.slice(1)));
  }

  /** How much of [begin, end) is covered, in microseconds. */
  covered(begin, end) {
    let sum = 0;
    for (let i = this.after(begin); i < this.count && this.begin(i) < end; i += 1) {
      sum += Math.min(end, this.end(i)) - Math.max(begin, this.begin(i));
    }
    return sum;
  }
}

/** The spans that any of several hold, joined. */
export function union(many) {
  const edges = [];
  for (const spans of many) for (let i = 0; i < spans.count; i += 1) edges.push([spans.begin(i), spans.end(i)]);
  edges.sort((a, b) => a[0] - b[0]);
  const flat = [];
  for (const [begin, end] of edges) {
    if (flat.length && begin <= flat[flat.length - 1]) flat[flat.length - 1] = Math.max(flat[flat.length - 1], end);
    else flat.push(begin, end);
  }
  return new Spans(flat);
}
