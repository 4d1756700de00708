/**
 * The first picture of a camera that is not recorded yet: a viewing is opened, its lease goes to the recorder with the
 * question, one picture comes back.
 *
 * Owns the figure `#trial`. Promises that a refusal or a camera's trouble is said in words.
 */

import { Viewing } from "../footage/viewing.js";
import { t } from "../words.js";

const figure = document.getElementById("trial");
const image = figure.querySelector("img");
const said = figure.querySelector("[data-said]");
const none = figure.querySelector(".none");
const again = figure.querySelector("[data-again]");

async function fetchPicture() {
  again.disabled = true;
  said.textContent = t("Đầu ghi đang lấy một ảnh từ camera", "The recorder is fetching one picture");
  none.hidden = false;
  let viewing = null;
  try {
    const now = Date.now();
    const span = { begin: new Date(now).toISOString(), end: new Date(now + 1000).toISOString() };
    viewing = await Viewing.open({ kind: "still", cameras: [figure.dataset.camera], sound: false, ...span });
    show(await ask(viewing.token));
  } catch (error) {
    said.textContent = error.words
      ? t(error.words.vi, error.words.en)
      : t("Chưa lấy được ảnh. Hãy thử lại sau ít phút.", "No picture came. Try again in a few minutes.");
    none.hidden = false;
  } finally {
    viewing?.close();
    again.disabled = false;
  }
}

async function ask(lease) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const response = await fetch(figure.dataset.picture, { method: "POST", headers, body: new URLSearchParams({ lease }) });
  if (response.ok) return response.blob();
  const words = response.status === 422 ? await response.json() : null;
  throw Object.assign(new Error(`${response.status}`), words ? { words } : {});
}

function show(blob) {
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
  none.hidden = true;
  figure.querySelector("time").textContent = new Date().toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
}

again.addEventListener("click", fetchPicture);
fetchPicture();
