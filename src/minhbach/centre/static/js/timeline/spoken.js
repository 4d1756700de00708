/**
 * The timeline in words: for each camera how much of the day there is, and each gap with its cause.
 *
 * Owns a table beside the strip for who cannot see it, and for who wants to copy it into a report. Promises to say the
 * same as the strip does, from the same model. A gap's line leads to the ten seconds before it.
 */

import { DAY, SECOND, clock, date, dayStart, length } from "./time.js";
import { t } from "../words.js";

/** Fills `table` (a <table>) for the day of `us`; `go(us)` is called when a line is chosen. */
export function spell(table, model, us, go) {
  const begin = dayStart(us);
  const heads = [t("Camera", "Camera"), t("Từ", "From"), t("Đến", "To"), t("Lâu", "Length"), t("Vì sao không có hình", "Why no picture")];
  const caption = element("caption", t("Ngày {day}: độ phủ và khoảng trống", "{day}: coverage and gaps", { day: date(us) }));
  const head = element("tr");
  head.append(...heads.map((text) => Object.assign(element("th", text), { scope: "col" })));
  const lines = model.spoken(begin, begin + DAY).flatMap((camera) => linesOf(camera, go));
  const [thead, tbody] = [element("thead"), element("tbody")];
  thead.append(head);
  tbody.append(...lines);
  table.replaceChildren(caption, thead, tbody);
}

function linesOf({ camera, text, gaps }, go) {
  const whole = element("tr");
  const name = Object.assign(element("th", camera.place), { scope: "row" });
  const said = element("td", gaps.length ? t("có {share} thời gian", "{share} of the time", { share: text })
    : t("có {share} thời gian, không có khoảng trống", "{share} of the time, no gap", { share: text }));
  said.colSpan = 4;
  whole.append(name, said);
  return [whole, ...gaps.map((gap) => line(camera, gap, go))];
}

function line(camera, gap, go) {
  const row = element("tr");
  const button = element("button", clock(gap.begin));
  button.type = "button";
  button.className = "button plain";
  button.addEventListener("click", () => go(gap.begin - 10 * SECOND));
  const from = element("td");
  from.append(button);
  row.append(
    element("td", camera.place), from, element("td", clock(gap.end)), element("td", length(gap.end - gap.begin)),
    element("td", gap.cause.text),
  );
  return row;
}

function element(tag, text = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
