/**
 * The two stills of a fault, asked for by a press of a button.
 *
 * Owns when a viewing is opened and that it is given back once the pictures are there: they stay on the page, nothing
 * more can be asked for. Promises that a refusal is told in its own words. Leaves the line to `footage/stills`.
 */

import { Stills } from "../footage/stills.js";
import { Viewing } from "../footage/viewing.js";
import { t } from "../words.js";

const WIDTH = 960;
const SLACK_MS = 12_000;

const button = document.getElementById("show-stills");
const box = document.getElementById("stills");
const said = document.getElementById("stills-said");

async function show() {
  button.disabled = true;
  said.textContent = t("Đang lấy ảnh từ đầu ghi…", "Fetching the pictures from the recorder…");
  const wanted = [still("before"), still("after")].filter((each) => each !== null);
  let viewing = null;
  let stills = null;
  try {
    viewing = await Viewing.open({
      kind: "still",
      cameras: [box.dataset.camera],
      begin: new Date(wanted[0].at_ms - SLACK_MS).toISOString(),
      end: new Date(wanted[wanted.length - 1].at_ms + SLACK_MS).toISOString(),
      sound: false,
    });
    stills = new Stills({ url: box.dataset.streamUrl, lease: () => viewing.token, camera: box.dataset.line });
    for (const { image, at_ms } of wanted) {
      image.src = URL.createObjectURL(await stills.at(at_ms * 1000, WIDTH));
      image.hidden = false;
      box.hidden = false;
    }
    said.textContent = t("Lượt xem này đã được ghi vào nhật ký.", "This viewing was written into the log.");
  } catch (error) {
    said.textContent = error.words
      ? t(error.words.vi, error.words.en)
      : t("Chưa lấy được ảnh. Hãy thử lại sau ít phút.", "No picture came. Try again in a few minutes.");
    button.disabled = false;
  } finally {
    stills?.close();
    viewing?.close();
  }
}

function still(name) {
  const image = document.getElementById(`still-${name}`);
  return image && box.dataset[name] ? { image, at_ms: Number(box.dataset[name]) } : null;
}

button.addEventListener("click", show);
