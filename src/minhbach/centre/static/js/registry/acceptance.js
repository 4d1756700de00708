/**
 * What an acceptance page shows and lets hear: one still of the camera, or its live picture with sound.
 *
 * Owns the figure `#still`. Promises that what is shown is a viewing and that a refusal is said in words, before anybody
 * waits. Leaves the verdicts to the forms, and to the server whether enough was seen and heard for one.
 */

import { Footage } from "../footage/engine.js";
import { Stills } from "../footage/stills.js";
import { Viewing } from "../footage/viewing.js";
import { t } from "../words.js";

const WIDTH = 1280;
const BACK_MS = 60_000;
/** Footage is looked up where it is sealed: the newest seconds are not there yet. */
const SEALED_MS = 14_000;
const FIRST_SEALED_MS = 24_000;
const AGAIN_MS = 2_000;
const TRIES = 4;

const figure = document.getElementById("still");
const image = figure.querySelector("img");
const said = figure.querySelector("[data-said]");
const none = figure.querySelector(".none");
const again = figure.querySelector("[data-again]");
const listen = figure.querySelector("[data-listen]");
const video = figure.querySelector("video");
let hearing = null;

async function fetchStill() {
  again.disabled = true;
  let viewing = null;
  let stills = null;
  try {
    viewing = await openStill(); // first of all, so that who may not look need not wait
    if (waitForSealed() > 0) {
      viewing.close();
      await untilSealed();
      viewing = await openStill();
    }
    say(t("Đang lấy ảnh từ đầu ghi", "Fetching a still from the recorder"));
    const at_ms = Math.max(Number(figure.dataset.since), Date.now() - SEALED_MS);
    const { streamUrl: url, line: camera } = figure.dataset;
    stills = new Stills({ url, lease: () => viewing.token, camera });
    show(await persistently(() => stills.at(at_ms * 1000, WIDTH)), at_ms);
  } catch (error) {
    say(wordsOf(error, t("Chưa lấy được ảnh. Hãy thử lại sau ít phút.", "No still came. Try again in a few minutes.")));
  } finally {
    stills?.close();
    viewing?.close();
    again.disabled = false;
  }
}

function openStill() {
  const now = Date.now();
  const begin = Math.max(now - BACK_MS, Number(figure.dataset.since));
  const span = { begin: new Date(begin).toISOString(), end: new Date(Math.max(now, begin + 1)).toISOString() };
  return Viewing.open({ kind: "still", cameras: [figure.dataset.camera], sound: false, ...span });
}

function waitForSealed() {
  return Number(figure.dataset.since) + FIRST_SEALED_MS - Date.now();
}

/** A camera that was switched on a moment ago has no sealed footage yet: the seconds are counted down. */
async function untilSealed() {
  for (let wait_ms = waitForSealed(); wait_ms > 0; wait_ms = waitForSealed()) {
    const n = Math.ceil(wait_ms / 1000);
    say(t("Đầu ghi vừa bắt đầu ghi; ảnh đầu tiên có sau {n} giây", "The recorder has just begun; the first still comes in {n} seconds", { n }));
    await later(Math.min(wait_ms, 1000));
  }
}

/** Live picture with sound, until pressed again: what was heard is counted by the stream. */
async function toggleHearing() {
  if (hearing) {
    stopHearing();
    return;
  }
  listen.disabled = true;
  const { streamUrl: url, line: camera } = figure.dataset;
  try {
    const on = { refused: (words) => stopHearing(t(words.vi, words.en)) };
    const viewing = await Viewing.open({ kind: "live", cameras: [figure.dataset.camera], sound: true, on });
    const footage = new Footage({ url, lease: () => viewing.token, tiles: [{ camera, video, sound: true }] });
    hearing = { viewing, footage };
    video.hidden = false;
    image.hidden = true;
    none.hidden = true;
    listen.setAttribute("aria-pressed", "true");
    footage.live();
  } catch (error) {
    say(wordsOf(error, t("Chưa nghe được. Hãy thử lại sau ít phút.", "No sound came. Try again in a few minutes.")));
  } finally {
    listen.disabled = false;
  }
}

function stopHearing(words) {
  hearing?.footage.close();
  hearing?.viewing.close();
  hearing = null;
  video.hidden = true;
  image.hidden = !image.src;
  none.hidden = Boolean(image.src);
  listen.setAttribute("aria-pressed", "false");
  if (words) say(words);
}

function wordsOf(error, otherwise) {
  return error.words ? t(error.words.vi, error.words.en) : otherwise;
}

async function persistently(ask) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries >= TRIES) throw error;
      await later(AGAIN_MS);
    }
  }
}

function later(wait_ms) {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}

function show(blob, at_ms) {
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
  none.hidden = true;
  figure.querySelector("time").textContent = new Date(at_ms).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
}

function say(words) {
  said.textContent = words;
  none.hidden = false;
}

again.addEventListener("click", fetchStill);
listen?.addEventListener("click", toggleHearing);
if (figure.dataset.done) say(t("Camera đã nghiệm thu xong. Ảnh chỉ lấy khi cần.", "The camera is accepted. A still is fetched only when it is needed."));
else fetchStill();
