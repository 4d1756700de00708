/**
 * Moments as people read them: Vietnamese time, Vietnamese formats.
 *
 * Owns the step from microseconds (Unix time, UTC) to text and back to the start of a day. Promises the same answer in
 * every browser, whatever its own time zone: Vietnam has one zone, UTC+7, and no summer time.
 */

import { t } from "../words.js";

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const EAST = 7 * HOUR;

const two = (number) => String(number).padStart(2, "0");
const local = (us) => new Date((us + EAST) / 1000);

/** The midnight (Vietnamese time) at or before `us`. */
export function dayStart(us) {
  return Math.floor((us + EAST) / DAY) * DAY - EAST;
}

/** `09:04:12` */
export function clock(us) {
  const at = local(us);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** `09:04` */
export function minute(us) {
  return clock(us).slice(0, 5);
}

/** `09:04:12,480`: for the ruler and the playhead when seconds are wide. */
export function fine(us) {
  return `${clock(us)},${String(local(us).getUTCMilliseconds()).padStart(3, "0")}`;
}

/** `20/11` */
export function shortDate(us) {
  const at = local(us);
  return `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}`;
}

/** `20/11/2026` */
export function date(us) {
  return `${shortDate(us)}/${local(us).getUTCFullYear()}`;
}

/** `2026-11-20`, for addresses and date fields. */
export function isoDate(us) {
  return local(us).toISOString().slice(0, 10);
}

/** Midnight of `2026-11-20` in Vietnam; NaN when it is no date. */
export function fromIsoDate(text) {
  return Date.parse(`${text}T00:00:00+07:00`) * 1000;
}

/** `thứ Sáu`, `Chủ nhật` */
export function weekday(us) {
  const names = [
    t("Chủ nhật", "Sunday"), t("thứ Hai", "Monday"), t("thứ Ba", "Tuesday"), t("thứ Tư", "Wednesday"),
    t("thứ Năm", "Thursday"), t("thứ Sáu", "Friday"), t("thứ Bảy", "Saturday"),
  ];
  return names[local(us).getUTCDay()];
}

/** `40 phút`, `1 giờ 5 phút`, `12 giây`: a length, in at most two units. */
export function length(us) {
  const seconds = Math.max(0, Math.round(us / SECOND));
  if (seconds < 60) return t("{n} giây", "{n} s", { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    const rest = minutes < 10 ? seconds % 60 : 0;
    return t("{n} phút", "{n} min", { n: minutes }) + (rest ? ` ${t("{n} giây", "{n} s", { n: rest })}` : "");
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return t("{n} giờ", "{n} h", { n: hours }) + (rest ? ` ${t("{n} phút", "{n} min", { n: rest })}` : "");
  }
  return t("{n} ngày", "{n} days", { n: Math.round(hours / 24) });
}

/** `99,9 %`: rounded down, so that 100 % means all of it. */
export function percent(share) {
  const tenths = Math.floor(Math.min(1, Math.max(0, share)) * 1000 + 1e-6);
  const comma = t(",", ".");
  return tenths % 10 ? `${Math.floor(tenths / 10)}${comma}${tenths % 10} %` : `${tenths / 10} %`;
}
