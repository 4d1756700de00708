/**
 * Sentences of scripts in two languages, side by side: Vietnamese first, English second.
 *
 * Owns the choice by the page's `lang`, made once. Promises: a sentence without its twin cannot be written.
 */

const english = document.documentElement.lang.startsWith("en");

/** The sentence of the page's language, with `{name}` places filled from `values`. */
export function t(vi, en, values = {}) {
  return (english ? en : vi).replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** The side of a pair `{vi, en}` that came from the server. */
export function pick(words) {
  return words ? (english ? words.en : words.vi) : "";
}
