/**
 * The page of `minhbach bench live`: watches as a person would, and reads the clock that is burned into each picture.
 *
 * Owns the measuring in the browser; tells its findings to the stand-in of the pages. Leaves sums to `live.py`.
 */

import { Footage } from "/static/js/footage/engine.js";
import { Viewing } from "/static/js/footage/viewing.js";

const CELLS = 80;
const LATE_MS = 5000;
const EARLIER_US = 3e6;
const BODY_AT = 4;
const COUNTER_BITS = 24;
const MILLISECOND_BITS = 44;
const WORKLET = `
registerProcessor("beeps", class extends AudioWorkletProcessor {
  constructor() { super(); this.quiet = 0; this.wave = 0; }
  process(inputs) {
    const samples = inputs[0][0];
    if (!samples) return true;
    for (let index = 0; index < samples.length; index += 1) {
      if (Math.abs(samples[index]) > 0.08) {
        if (this.quiet > sampleRate / 2) this.port.postMessage(currentTime + index / sampleRate);
        this.quiet = 0;
      } else {
        this.quiet += 1;
      }
    }
    return true;
  }
});`;

const canvas = document.createElement("canvas");
const context = canvas.getContext("2d", { willReadFrequently: true });

/** Unix ms that the picture says it was taken; null where the row cannot be read. */
export function stamp(video) {
  const cell = Math.floor(video.videoWidth / CELLS);
  if (!cell) return null;
  canvas.width = CELLS * cell;
  canvas.height = 1;
  context.drawImage(video, 0, video.videoHeight - Math.ceil(cell / 2), CELLS * cell, 1, 0, 0, CELLS * cell, 1);
  const pixels = context.getImageData(0, 0, CELLS * cell, 1).data;
  const bits = [];
  for (let index = 0; index < CELLS; index += 1) bits.push(pixels[4 * Math.floor((index + 0.5) * cell)] > 126 ? 1 : 0);
  if (bits.slice(0, BODY_AT).join("") !== "1011") return null;
  const body = bits.slice(BODY_AT, BODY_AT + COUNTER_BITS + MILLISECOND_BITS);
  if (check(body) !== number(bits.slice(-8))) return null;
  return number(body.slice(COUNTER_BITS));
}

function number(bits) {
  return bits.reduce((sum, bit) => sum * 2 + bit, 0);
}

function check(bits) {
  let rest = 0;
  for (const bit of [...bits, 0, 0, 0, 0, 0, 0, 0, 0]) {
    const top = rest & 0x80;
    rest = ((rest << 1) | bit) & 0xff;
    if (top) rest ^= 0x07;
  }
  return rest;
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const wallClock = (time) => performance.timeOrigin + time;
const cameras = JSON.parse(document.body.dataset.cameras);
const videos = [...document.querySelectorAll("video")];
const url = document.body.dataset.streamUrl;

async function watch(sound, count = 1) {
  const viewing = await Viewing.open({ kind: "live", cameras: cameras.slice(0, count), sound });
  const tiles = cameras.slice(0, count).map((camera, index) => ({ camera, video: videos[index], sound }));
  const footage = new Footage({ url, lease: () => viewing.token, tiles });
  return { viewing, footage };
}

function firstPicture(video) {
  return new Promise((done) => video.requestVideoFrameCallback((now, frame) => done({ now, frame })));
}

/** From the click to the first picture, in ms, the way to the pages included. */
async function joins(count) {
  const found = [];
  for (let turn = 0; turn < count; turn += 1) {
    await sleep(300 + 137 * (turn % 13));
    const begin = performance.now();
    const shown = firstPicture(videos[0]);
    const { viewing, footage } = await watch(true);
    footage.live();
    const { now } = await shown;
    found.push(now - begin);
    footage.close();
    viewing.close();
  }
  return found;
}

/** How old each picture is when it is shown, and how far sound lies behind its picture. */
async function stay(seconds) {
  const { viewing, footage } = await watch(true);
  const [video] = videos;
  video.muted = false;
  const audio = new AudioContext();
  await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" })));
  const beeps = new AudioWorkletNode(audio, "beeps");
  const ages = [];
  const offsets = [];
  let stalls = 0;
  let last = 0;
  beeps.port.onmessage = ({ data }) => {
    const { contextTime, performanceTime } = audio.getOutputTimestamp();
    const heard = wallClock(performanceTime + (data - contextTime) * 1000);
    const recent = ages.slice(-15).sort((a, b) => a - b);
    if (recent.length < 15) return;
    const age = heard - (recent[7] + 0);
    offsets.push(age - Math.round(age / 1000) * 1000);
  };
  const look = (now, frame) => {
    const taken = stamp(video);
    if (taken !== null) ages.push(wallClock(Math.max(now, frame.expectedDisplayTime)) - taken);
    if (last && now - last > 500) stalls += 1;
    last = now;
    video.requestVideoFrameCallback(look);
  };
  footage.live();
  await firstPicture(video);
  audio.createMediaElementSource(video).connect(beeps).connect(audio.destination);
  await sleep(3000);
  video.requestVideoFrameCallback(look);
  await sleep(seconds * 1000);
  const quality = video.getVideoPlaybackQuality();
  footage.close();
  viewing.close();
  return { ages, offsets, stalls, shown: quality.totalVideoFrames, dropped: quality.droppedVideoFrames };
}

/** Clicks on a timeline: ms until the picture of the moment, and how far from it that is. */
async function seeks(count, begin, end, tiles) {
  const own = videos.map((video) => {
    const fresh = video.cloneNode();
    video.replaceWith(fresh);
    return fresh;
  });
  // From a whole group of pictures earlier: what lies before a right begins is not given even to a decoder.
  const span = { begin: begin - EARLIER_US, end };
  const viewing = await Viewing.open({ kind: "playback", cameras: cameras.slice(0, tiles), ...span, sound: true });
  const footage = new Footage({
    url,
    lease: () => viewing.token,
    tiles: cameras.slice(0, tiles).map((camera, index) => ({ camera, video: own[index], sound: index === 0 })),
  });
  const [video] = own;
  const waits = [];
  const errors = [];
  let missed = 0;
  let seed = 7;
  for (let turn = 0; turn < count; turn += 1) {
    seed = (seed * 16807) % 2147483647;
    const us = begin + ((end - begin) * seed) / 2147483647;
    const clicked = performance.now();
    footage.seek(us);
    const shown = await presentedAt(video, us);
    waits.push(performance.now() - clicked);
    if (shown === null) missed += 1;
    else errors.push(shown - us / 1000);
    await sleep(400);
  }
  footage.seek(begin + 1e6);
  footage.play(1);
  const sync = await drift(own.slice(0, tiles), 12);
  const speeds = {};
  for (const speed of [0.5, 2, 4, 8, 16]) {
    footage.seek(begin + 1e6);
    footage.play(speed);
    await sleep(speed > 8 ? 800 : 2000);
    const [from, at] = [footage.now(), performance.now()];
    await sleep(speed > 8 ? 1200 : 2500);
    speeds[speed] = (footage.now() - from) / 1000 / (performance.now() - at);
  }
  footage.close();
  viewing.close();
  return { waits, errors, missed, sync, speeds };
}

/** Unix ms of the picture that is shown for a moment; null where none comes in time. */
async function presentedAt(video, us) {
  const deadline = performance.now() + LATE_MS;
  while (performance.now() < deadline) {
    const shown = await Promise.race([firstPicture(video), sleep(deadline - performance.now())]);
    if (shown && Math.abs(shown.frame.mediaTime * 1e6 - us) < 1e6) return stamp(video) ?? shown.frame.mediaTime * 1000;
  }
  return null;
}

/** How far the tiles' pictures lie apart, in ms, by what is burned into them. */
async function drift(own, seconds) {
  const found = [];
  const latest = own.map(() => null);
  let running = true;
  own.forEach((video, index) => {
    const look = () => {
      latest[index] = stamp(video);
      if (running) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });
  await sleep(3000);
  for (let turn = 0; turn < seconds * 10; turn += 1) {
    await sleep(100);
    if (latest.every((taken) => taken !== null)) found.push(Math.max(...latest) - Math.min(...latest));
  }
  running = false;
  return found;
}

/** A page of `count` tiles in sight, the cameras one after the other and again. */
function wallOf(count) {
  const columns = Math.ceil(Math.sqrt(count));
  document.body.replaceChildren();
  document.body.style.cssText = `margin:0;display:grid;grid-template-columns:repeat(${columns},1fr);gap:2px;height:100vh`;
  return Array.from({ length: count }, (_, index) => {
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true });
    video.style.cssText = "width:100%;height:100%;min-height:0";
    document.body.append(video);
    return { camera: cameras[index % cameras.length], video, sound: false };
  });
}

const quality = (tiles, name) => tiles.reduce((sum, { video }) => sum + video.getVideoPlaybackQuality()[name], 0);

/** `count` live tiles: ms to each first picture, ages, pictures shown and dropped, bytes that came. */
async function wall(count, settle_s, seconds, small) {
  let bytes = 0;
  const Usual = window.WebSocket;
  window.WebSocket = class extends Usual {
    constructor(...values) {
      super(...values);
      this.addEventListener("message", ({ data }) => (bytes += data.byteLength ?? data.length));
    }
  };
  const tiles = wallOf(count);
  const begun = performance.now();
  const shown = tiles.map(({ video }) => firstPicture(video).then(({ now }) => now - begun));
  const viewing = await Viewing.open({ kind: "live", cameras: cameras.slice(0, count), sound: false });
  const footage = new Footage({ url, lease: () => viewing.token, tiles, small });
  footage.live();
  const waits = await Promise.all(shown.map((each) => Promise.race([each, sleep(settle_s * 1000).then(() => settle_s * 1000)])));
  await sleep(Math.max(0, settle_s * 1000 - (performance.now() - begun)));
  const ages = [];
  let looking = true;
  tiles.forEach(({ video }, index) => {
    let number = index;
    const look = (now, frame) => {
      // Reading a clock costs what a picture costs: one in eight is enough.
      const taken = number++ % 8 ? null : stamp(video);
      if (taken !== null) ages.push(wallClock(Math.max(now, frame.expectedDisplayTime)) - taken);
      if (looking) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });
  const before = { shown: quality(tiles, "totalVideoFrames"), dropped: quality(tiles, "droppedVideoFrames"), bytes };
  const moments = tiles.map(({ video }) => video.currentTime);
  await sleep(seconds * 1000);
  looking = false;
  const result = {
    waits,
    ages,
    shown: quality(tiles, "totalVideoFrames") - before.shown,
    dropped: quality(tiles, "droppedVideoFrames") - before.dropped,
    bytes: bytes - before.bytes,
    idle: tiles.filter(({ video }, index) => video.currentTime - moments[index] < seconds / 2).length,
  };
  footage.close();
  viewing.close();
  window.WebSocket = Usual;
  return result;
}

/** `count` tiles played back: ms from a click until all show the moment, and how far they lie apart while playing. */
async function together(count, begin, end) {
  const tiles = wallOf(count);
  const span = { begin: begin - EARLIER_US, end };
  const viewing = await Viewing.open({ kind: "playback", cameras: cameras.slice(0, count), ...span, sound: false });
  const footage = new Footage({ url, lease: () => viewing.token, tiles });
  const waits = [];
  let missed = 0;
  for (let turn = 0; turn < 12; turn += 1) {
    const us = begin + ((end - begin) * ((turn * 7) % 12)) / 12;
    const clicked = performance.now();
    footage.seek(us);
    const shown = await Promise.all(tiles.map(({ video }) => presentedAt(video, us)));
    waits.push(performance.now() - clicked);
    if (shown.includes(null)) missed += 1;
    await sleep(300);
  }
  const before = { shown: quality(tiles, "totalVideoFrames"), dropped: quality(tiles, "droppedVideoFrames") };
  footage.seek(begin + 1e6);
  footage.play(1);
  const apart = await drift(tiles.map(({ video }) => video), 8);
  const result = {
    waits,
    missed,
    apart,
    shown: quality(tiles, "totalVideoFrames") - before.shown,
    dropped: quality(tiles, "droppedVideoFrames") - before.dropped,
  };
  footage.close();
  viewing.close();
  return result;
}

const WORK = { joins, stay, seeks, wall, together };

async function main() {
  for (;;) {
    const order = await (await fetch("/order", { method: "POST", body: "{}" })).json();
    if (!order.work) {
      await sleep(200);
      continue;
    }
    let result;
    try {
      result = await WORK[order.work](...order.values);
    } catch (error) {
      result = { failed: String(error?.stack ?? error) };
    }
    await fetch("/told", { method: "POST", body: JSON.stringify({ work: order.work, result }) });
  }
}

if (new URLSearchParams(location.search).size || location.search.endsWith("live.js")) main();
