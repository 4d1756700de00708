/**
 * The rows of the strip from top to bottom, and which row lies at a height.
 *
 * Owns heights and distances on the 4 px grid, for a desk, for many cameras and for a phone. Promises the same rows for
 * the same model and room, so that labels beside the canvas and bands on it cannot part.
 */

import { t } from "../words.js";

const DAY = 12;
const RULER = 28;
const MARKS = 24;
const VISITS = 20;

/** Rows as {kind, top, height, camera?, label}, and the height of them all. */
export function rowsOf(model, narrow) {
  const many = model.cameras.length > 4;
  const band = narrow ? 18 : many ? 14 : 20;
  const rows = [];
  let top = 4;
  const add = (kind, height, after, more) => {
    rows.push({ kind, top, height, ...more });
    top += height + after;
  };
  add("day", DAY, 4, { label: t("Cả ngày", "Whole day") });
  add("ruler", RULER, 4, { label: t("Giờ", "Time") });
  for (const camera of model.cameras) add("camera", band, many || narrow ? 4 : 6, { camera, label: camera.place });
  if (model.visits.length) add("visits", VISITS, 4, { label: t("Lượt ở quầy", "Visits") });
  add("marks", MARKS, 4, { label: t("Mốc", "Marks") });
  return { rows, height: top };
}

/** The row at a height, or null between rows. */
export function rowAt(rows, y) {
  return rows.find((row) => y >= row.top - 2 && y < row.top + row.height + 2) ?? null;
}
