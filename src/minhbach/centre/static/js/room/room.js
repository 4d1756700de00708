/**
 * The room: live and playback in one place.
 *
 * Owns the page: brings timeline, pictures, transport, purpose, bookmarks and keys together and moves what one says to
 * the others. Promises that the address of the page always leads back to the moment shown. Each part says for itself
 * what it owns.
 */

import { Days } from "./days.js";
import { Bookmarks } from "./bookmarks.js";
import { leadToExtraction } from "./extraction.js";
import { Findings } from "./findings.js";
import { Holds } from "./holds.js";
import { Peek } from "./peek.js";
import { Purpose } from "./purpose.js";
import { Session } from "./session.js";
import { Tiles } from "./tiles.js";
import { Transport } from "./transport.js";
import { Refused, ask } from "./api.js";
import { listen } from "./keys.js";
import { noNotice, notice } from "./notice.js";
import { toast } from "../frame/toasts.js";
import { Timeline, ZOOMS } from "../timeline/timeline.js";
import { spell } from "../timeline/spoken.js";
import { DAY, MINUTE, clock, date, dayStart, isoDate, length, weekday } from "../timeline/time.js";
import { t } from "../words.js";

const FRESH_MS = 30_000;
const REMEMBER_MS = 300;
const NEAR = 10 * MINUTE;
/** Old footage changes too, by being deleted; that may show a little later. */
const WHOLE_EVERY = 20;
const $ = (id) => document.getElementById(id);
const page = $("main");
const may = { live: Boolean(page.dataset.mayLive), playback: Boolean(page.dataset.mayPlayback), sound: Boolean(page.dataset.maySound) };

function parts(data) {
  const tiles = new Tiles($("pictures"), page.dataset.viewer);
  const timeline = new Timeline($("timeline"), data, { at: asked() ?? data.now });
  const purpose = new Purpose([page.dataset.room]);
  const session = new Session({
    url: page.dataset.streamUrl, shows: (mode, us) => inUse(tiles, timeline.model, mode, us), purpose, csrf: page.dataset.csrf, sound: may.sound, mayLive: may.live,
    hours: Number(page.dataset.playbackHours) || 24,
    asksPurpose: (mode) => page.dataset.purpose.split(" ").includes(mode),
  });
  const transport = new Transport(session, timeline);
  return { tiles, timeline, purpose, session, transport };
}

/** Live: the cameras that are not retired. Playback: those that the log of that day knows, or all when it knows none. */
function inUse(tiles, model, mode, us) {
  if (mode === "live") return tiles.all.filter(({ figure }) => !figure.dataset.retired);
  const day = dayStart(us);
  const known = tiles.all.filter(({ camera }) => model.camera(camera)?.knows(day, day + DAY));
  return known.length ? known : tiles.all;
}

/** The moment in the address: ?luc=2026-11-20T09:04:12, Vietnamese time. */
function asked() {
  const us = Date.parse(`${new URLSearchParams(location.search).get("luc")}+07:00`) * 1000;
  return Number.isFinite(us) ? us : null;
}

let remembering = 0;

function remember(us) {
  clearTimeout(remembering);
  const moment = us === null ? "" : `?luc=${isoDate(us)}T${clock(us)}`;
  history.replaceState(null, "", `${location.pathname}${moment}`);
}

/** A key held down steps thirty pictures a second; browsers refuse an address that changes so often. */
function rememberSoon(us) {
  clearTimeout(remembering);
  remembering = setTimeout(() => remember(us), REMEMBER_MS);
}

function heading(us, live, name) {
  const then = name ? t(" · khi đó: {name}", " · then: {name}", { name }) : "";
  const title = live ? t("Trực tiếp", "Live") : t("Xem lại {day}, {date}", "Playback {day}, {date}", { day: weekday(us), date: date(us) }) + then;
  if ($("heading").textContent !== title) $("heading").textContent = title;
  $("live")?.setAttribute("aria-pressed", String(live));
}

/** What the timeline says goes to the footage, and back. */
function wire({ tiles, timeline, session, transport }, fresh) {
  timeline.addEventListener("seek", ({ detail }) => session.seek(detail.us));
  timeline.addEventListener("range", ({ detail }) => showRange(detail, timeline));
  timeline.addEventListener("mark", ({ detail: { mark } }) => {
    toast(mark.text, mark.href ? { undo: { label: t("Mở", "Open"), act: () => location.assign(mark.href) } } : {});
  });
  session.addEventListener("time", ({ detail: { us, live } }) => {
    timeline.time(us, live);
    tiles.time(us);
    heading(us, live, timeline.model.nameThen(us));
    if (!live && !session.playing) rememberSoon(us);
    if (timeline.range?.end === null) showRange(timeline.range, timeline);
  });
  session.addEventListener("state", ({ detail: { line, state } }) => {
    const { text, lawful } = why(timeline, tiles, line, state);
    tiles.state(line, { ...state, lawful }, text);
  });
  session.addEventListener("mode", ({ detail }) => {
    heading(timeline.playhead, detail.live, timeline.model.nameThen(timeline.playhead));
    tiles.only(detail.tiles);
    noNotice();
    if (detail.live) remember(null);
  });
  session.addEventListener("playing", ({ detail }) => { if (!detail.playing && session.mode === "playback") remember(timeline.playhead); });
  session.addEventListener("led", ({ detail: { asked, us } }) => {
    toast(t("Lúc {asked} chưa có bản ghi; đây là hình gần nhất, lúc {us}.", "Nothing is recorded at {asked}; this is the nearest picture, of {us}.", { asked: clock(asked), us: clock(us) }));
  });
  session.addEventListener("watching", ({ detail }) => watching(detail.people));
  tiles.addEventListener("sound", ({ detail }) => session.listen(detail.line));
  tiles.addEventListener("onward", ({ detail }) => onward(timeline, detail.camera));
  $("live")?.addEventListener("click", () => { transport.halt(); session.live(); });
  $("pick-clear")?.addEventListener("click", () => timeline.setRange(null));
  setInterval(() => { if (!document.hidden) fresh(); tiles.stamp(); }, FRESH_MS);
}

/** The cause of a gap, from the timeline: the engine only knows that nothing came. */
function why(timeline, tiles, line, state) {
  const camera = state.what === "gap" && timeline.model.camera(tiles.all.find((tile) => tile.line === line)?.camera);
  if (!camera) return { text: "", lawful: false };
  const { text, gap } = timeline.model.moment(camera, timeline.playhead);
  return { text, lawful: gap !== null && camera.gaps.about[gap].lawful };
}

function onward(timeline, id) {
  const runs = timeline.model.camera(id)?.runs;
  const next = runs?.after(timeline.playhead);
  if (runs && next < runs.count) timeline.seek(Math.max(runs.begin(next), timeline.playhead));
}

function showRange(range, timeline) {
  if (!$("pick")) return;
  $("pick").classList.toggle("some", Boolean(range));
  $("pick-clear").hidden = !range;
  const end = range?.end ?? timeline.playhead;
  $("pick-times").textContent = range ? `${clock(range.begin)}–${clock(end)}` : "";
  $("pick-length").textContent = range ? length(end - range.begin) : "";
}

/** Who else is here; oneself stands first and is called so. */
function watching(people) {
  const place = $("watching");
  const own = page.dataset.viewer;
  const names = people.map(({ name }) => name).sort((a, b) => (b === own) - (a === own));
  const said = names.map((name) => (name === own ? t("{name} (bạn)", "{name} (you)", { name }) : name)).join(", ");
  const text = names.length ? t("{n} người đang xem: {names}", "{n} watching: {names}", { n: names.length, names: said }) : "";
  if (!place || place.title === text) return;
  place.title = text;
  $("watching-count").textContent = names.length ? t("{n} người đang xem", "{n} watching", { n: names.length }) : "";
  const faces = Object.assign(document.createElement("span"), { className: "row" });
  faces.setAttribute("aria-hidden", "true");
  faces.append(...names.slice(0, 3).map((name) => Object.assign(document.createElement("span"), {
    className: "avatar", textContent: name.trim().split(/\s+/).pop().slice(0, 2).toUpperCase(),
  })));
  const line = Object.assign(document.createElement("span"), { className: "cut", textContent: text });
  place.replaceChildren(...(names.length ? [faces, line] : []));
}

function zooms(timeline) {
  const buttons = ZOOMS.map((span) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: length(span) });
    button.addEventListener("click", () => timeline.level(span));
    return button;
  });
  $("zooms").replaceChildren(...buttons);
  const mark = ({ detail }) => buttons.forEach((button, index) => {
    button.setAttribute("aria-pressed", String(Math.abs(detail.span / ZOOMS[index] - 1) < 0.02));
  });
  timeline.addEventListener("shown", mark);
  mark({ detail: timeline.shown });
}

function words(timeline) {
  const [button, place] = [$("say"), $("spoken")];
  const fill = () => spell(place.querySelector("table"), timeline.model, timeline.playhead, (us) => timeline.seek(us));
  button.addEventListener("click", () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    if (place.hidden) return;
    fill();
    place.focus();
  });
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    button.click();
    button.focus();
  });
  timeline.addEventListener("seek", () => { if (!place.hidden) fill(); });
  window.addEventListener("beforeprint", fill);
}

/** What a person can do about the end of a viewing: {words, act}, or null. */
function wayOn({ code, us }, session, timeline) {
  const words = {
    purpose: t("Ghi mục đích", "Write the purpose"), over: t("Mở lại", "Open again"), failed: t("Thử lại", "Try again"),
  }[code];
  if (words) return { words, act: () => session.resume() };
  if (code !== "restricted" || us === null) return null;
  const act = () => {
    const { restricted } = timeline.model;
    const closed = restricted.at(us);
    timeline.seek(closed < 0 ? us : restricted.end(closed));
  };
  return { words: t("Xem tiếp sau đoạn hạn chế", "Go on after the restricted time"), act };
}

async function copyLink(timeline) {
  const address = `${location.origin}${location.pathname}?luc=${isoDate(timeline.playhead)}T${clock(timeline.playhead)}`;
  await navigator.clipboard.writeText(address);
  toast(t("Đã chép liên kết đến {when}. Người mở cũng phải có quyền xem.", "Copied the link to {when}. Whoever opens it needs the right too.", { when: clock(timeline.playhead) }));
}

async function start() {
  $("unready").remove();
  const fetchTimeline = (since) => ask("GET", `${page.dataset.timeline}?since=${Math.floor(since)}`);
  const data = await fetchTimeline(0);
  const all = parts(data);
  const { timeline, session, tiles, purpose } = all;
  $("known").textContent = clock(data.known_until ?? data.now);
  let times = 0;
  const fresh = async () => {
    times += 1;
    const since = times % WHOLE_EVERY ? timeline.model.open : 0;
    const newer = await fetchTimeline(since).catch(() => null);
    if (!newer) return;
    timeline.update(newer, since);
    $("known").textContent = clock(newer.known_until ?? newer.now);
  };
  wire(all, fresh);
  zooms(timeline);
  words(timeline);
  const peek = new Peek(timeline, {
    still: (line, us, width) => session.still(line, us, width),
    lineOf: (id) => tiles.all.find((tile) => tile.camera === id)?.line,
    first: () => tiles.chosen?.camera,
  });
  session.addEventListener("lost", ({ detail }) => {
    tiles.blank(detail.words);
    peek.forget();
    notice(detail.words, wayOn(detail, session, timeline));
    if (detail.code === "restricted") fresh();
  });
  purpose.addEventListener("refused", ({ detail }) => toast(detail, { level: "error" }));
  if (may.playback) new Days(timeline);
  if (may.playback) new Bookmarks({ address: page.dataset.bookmarks, timeline, changed: fresh });
  leadToExtraction(timeline);
  new Findings({ address: page.dataset.findings, page: page.dataset.found, timeline, changed: fresh });
  new Holds({ address: page.dataset.holds, page: page.dataset.held, timeline, changed: fresh });
  $("link")?.addEventListener("click", () => copyLink(timeline));
  listen({ ...all, may });
  const moment = asked();
  // Whoever comes from a receipt wants to see what happened around that minute, not the afternoon.
  if (new URLSearchParams(location.search).has("ho-so")) timeline.level(NEAR);
  if (moment !== null && may.playback) timeline.seek(moment);
  else if (may.live) session.live();
  showFirst(tiles);
  document.body.dataset.ready = "1";
}

/** Whoever comes from a counter's moment sees its camera large; 0 or Esc shows all of them. */
function showFirst(tiles) {
  const camera = new URLSearchParams(location.search).get("camera");
  const tile = tiles.shown.find((each) => each.camera === camera);
  if (tile && tile !== tiles.chosen) tiles.enlarge(tile);
}

start().catch((error) => {
  console.error(error); // for a technician; nobody else can do anything with a script's words
  const failed = t("Trang gặp lỗi nên chưa dùng được. Hãy tải lại; nếu vẫn lỗi, báo cán bộ kỹ thuật.", "The page failed and cannot be used. Reload it; if it fails again, tell the technician.");
  notice(error instanceof Refused ? error.message : failed);
});
