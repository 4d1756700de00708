/**
 * The still of an acceptance page: a viewing is opened for one minute of the camera, one picture of it is shown.
 *
 * Owns the figure `#still` and the id of the viewing in the forms beside it. Promises that what is shown was recorded as
 * a viewing, and that a refusal is said in words. Leaves the verdicts to the forms.
 */

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

async function fetchStill() {
  again.disabled = true;
  let viewing = null;
  let stills = null;
  try {
    await untilSealed();
    say(t("Đang lấy ảnh từ đầu ghi", "Fetching a still from the recorder"));
    const now = Date.now();
    const begin = Math.max(now - BACK_MS, Number(figure.dataset.since));
    const at_ms = Math.max(begin, now - SEALED_MS);
    const span = { begin: new Date(begin).toISOString(), end: new Date(now).toISOString() };
    viewing = await Viewing.open({ kind: "still", cameras: [figure.dataset.camera], sound: false, ...span });
    const { streamUrl: url, line: camera } = figure.dataset;
    stills = new Stills({ url, lease: () => viewing.token, camera });
    show(await persistently(() => stills.at(at_ms * 1000, WIDTH)), at_ms);
    for (const field of document.querySelectorAll("[data-viewing]")) field.value = viewing.id;
  } catch (error) {
    say(
      error.words
        ? t(error.words.vi, error.words.en)
        : t("Chưa lấy được ảnh. Hãy thử lại sau ít phút.", "No still came. Try again in a few minutes."),
    );
  } finally {
    stills?.close();
    viewing?.close();
    again.disabled = false;
  }
}

/** A camera that was switched on a moment ago has no sealed footage yet. */
async function untilSealed() {
  const wait_ms = Number(figure.dataset.since) + FIRST_SEALED_MS - Date.now();
  if (wait_ms <= 0) return;
  const seconds = Math.ceil(wait_ms / 1000);
  say(t("Đầu ghi vừa bắt đầu ghi; ảnh đầu tiên có sau {n} giây", "The recorder has just begun; the first still comes in {n} seconds", { n: seconds }));
  await later(wait_ms);
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
fetchStill();
