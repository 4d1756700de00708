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
/** A moment is on the recorder's disk as a whole file so long after it was. */
const SEALED_MS = 14_000;

const button = document.getElementById("show-stills");
const box = document.getElementById("stills");
const said = document.getElementById("stills-said");

async function show() {
  button.disabled = true;
  const wanted = [still("before"), still("after")].filter((each) => each !== null);
  // The right is for one look of seconds and is not renewed: whatever must be waited for comes before it.
  await sealed(wanted[wanted.length - 1].at_ms);
  said.textContent = t("Đang lấy ảnh từ đầu ghi…", "Fetching the pictures from the recorder…");
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
    const found = await Promise.allSettled(wanted.map((each) => fetched(stills, each)));
    const missing = found.find((each) => each.status === "rejected");
    if (missing) throw missing.reason;
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

/** One of the two may be missing: the other is shown all the same. */
async function fetched(stills, { image, at_ms }) {
  image.src = URL.createObjectURL(await stills.at(at_ms * 1000, WIDTH));
  image.hidden = false;
  box.hidden = false;
}

/** Wait until the moment can be asked for; never longer than it takes, whatever the clock here says. */
async function sealed(at_ms) {
  const left_ms = Math.min(at_ms + SEALED_MS - Date.now(), SEALED_MS);
  if (left_ms <= 0) return;
  said.textContent = t("Ảnh trong sự cố có sau ít giây…", "The picture within the fault comes in some seconds…");
  await new Promise((done) => setTimeout(done, left_ms));
}

function still(name) {
  const image = document.getElementById(`still-${name}`);
  return image && box.dataset[name] ? { image, at_ms: Number(box.dataset[name]) } : null;
}

button.addEventListener("click", show);
