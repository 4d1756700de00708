/**
 * The still of an acceptance page: a viewing is opened for one minute of the camera, one picture of it is shown.
 *
 * Owns the figure `#still` and the id of the viewing in the forms beside it. Promises that what is shown was recorded as
 * a viewing, and that a refusal is said in words. Leaves the verdicts to the forms.
 */

import { Footage } from "../footage/engine.js";
import { Viewing } from "../footage/viewing.js";
import { t } from "../words.js";

const WIDTH = 1280;
const BACK_MS = 60_000;
const JUST_NOW_MS = 8_000;
const PATIENCE_MS = 10_000;

const figure = document.getElementById("still");
const image = figure.querySelector("img");
const said = figure.querySelector("[data-said]");
const none = figure.querySelector(".none");
const again = figure.querySelector("[data-again]");

async function fetchStill() {
  again.disabled = true;
  say(t("Đang lấy ảnh từ đầu ghi", "Fetching a still from the recorder"));
  let viewing = null;
  let footage = null;
  try {
    const now = Date.now();
    viewing = await Viewing.open({
      kind: "still",
      cameras: [figure.dataset.camera],
      begin: new Date(now - BACK_MS).toISOString(),
      end: new Date(now).toISOString(),
      sound: false,
    });
    footage = new Footage({ url: figure.dataset.streamUrl, lease: () => viewing.token, tiles: [] });
    show(await inTime(footage.still(figure.dataset.line, (now - JUST_NOW_MS) * 1000, WIDTH)), now - JUST_NOW_MS);
    for (const field of document.querySelectorAll("[data-viewing]")) field.value = viewing.id;
  } catch (error) {
    say(
      error.words
        ? t(error.words.vi, error.words.en)
        : t("Chưa lấy được ảnh. Đầu ghi cần vài giây sau khi bắt đầu ghi.", "No still yet. The recorder needs some seconds after it began."),
    );
  } finally {
    footage?.close();
    viewing?.close();
    again.disabled = false;
  }
}

function inTime(promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));
  return Promise.race([promise, late]);
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
