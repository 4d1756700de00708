/**
 * The two stills of a fault, asked for by a press of a button.
 *
 * Owns when a viewing is opened and that it is given back once the pictures are there: they stay on the page, nothing
 * more can be asked for. Promises that a refusal is told in the page's own words. Leaves the line to `footage/engine`.
 */

import { Footage } from "../footage/engine.js";
import { Viewing } from "../footage/viewing.js";

const WIDTH = 960;
const SLACK_S = 12;
const PATIENCE_MS = 15000;

const button = document.getElementById("show-stills");
const box = document.getElementById("stills");
const said = document.getElementById("stills-said");
const english = document.documentElement.lang === "en";

button?.addEventListener("click", show);

async function show() {
  button.disabled = true;
  said.textContent = english ? "Fetching the pictures…" : "Đang lấy ảnh…";
  const moments = [moment("before"), moment("after")].filter(Boolean);
  let viewing = null;
  let footage = null;
  try {
    viewing = await Viewing.open({
      kind: "still",
      cameras: [box.dataset.camera],
      begin: iso(moments[0].at_s - SLACK_S),
      end: iso(moments[moments.length - 1].at_s + SLACK_S),
      csrf: box.dataset.csrf,
    });
    footage = new Footage({ url: box.dataset.streamUrl, lease: () => viewing.token, tiles: [] });
    for (const each of moments) {
      const blob = await patiently(footage.still(box.dataset.line, each.at_s * 1e6, WIDTH));
      each.image.src = URL.createObjectURL(blob);
      box.hidden = false;
    }
    said.textContent = english ? "This viewing was written into the log." : "Lượt xem này đã được ghi vào nhật ký.";
  } catch (error) {
    const words = error.words ?? { vi: "Chưa lấy được ảnh. Hãy thử lại sau ít phút.", en: "No picture came. Try again in a few minutes." };
    said.textContent = english ? words.en : words.vi;
    button.disabled = false;
  } finally {
    footage?.close();
    viewing?.close();
  }
}

function moment(name) {
  const at_s = Number(box.dataset[name]);
  const image = document.getElementById(`still-${name}`);
  return at_s && image ? { at_s, image } : null;
}

function iso(at_s) {
  return new Date(at_s * 1000).toISOString();
}

function patiently(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS))]);
}
