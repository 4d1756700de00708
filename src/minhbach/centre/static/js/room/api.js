/**
 * The pages' way to the centre's JSON: one function, one kind of error.
 *
 * Owns the token against forged forms and the reading of refusals. Promises that a failure carries a sentence a person
 * can act on, in the page's language: the centre's own when it gave one, else what to do.
 */

import { pick, t } from "../words.js";

/** The centre did not do it; `message` is the sentence, `status` the HTTP status (0: no answer), `code` why, if told. */
export class Refused extends Error {
  constructor(words, status, code = undefined) {
    super(words);
    Object.assign(this, { status, code });
  }
}

const NO_ANSWER = t("Máy chủ không trả lời. Hãy kiểm tra mạng rồi thử lại.", "The server does not answer. Check the network, then try again.");

const STRANGE = t(
  "Máy chủ trả lời không đúng dạng. Hãy tải lại trang; nếu vẫn vậy, báo cán bộ kỹ thuật (mã JSON).",
  "The server gave an answer that cannot be read. Reload the page; if it happens again, tell the technician (code JSON).",
);

/** Sends `body` as JSON (or nothing) and gives the JSON of the answer; throws Refused. */
export async function ask(method, address, body = undefined) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused(NO_ANSWER, 0);
  }
  if (!answer.ok) throw new Refused(await sentence(answer), answer.status);
  if (answer.status === 204) return null;
  // Something between here and the centre may answer in its place: a sign-in page of the network, an error page.
  return answer.json().catch(() => { throw new Refused(STRANGE, answer.status); });
}

function token() {
  return document.querySelector("[data-csrf]")?.dataset.csrf ?? "";
}

async function sentence(answer) {
  try {
    const said = await answer.json();
    if (said.vi && said.en) return pick(said);
  } catch {
    // no JSON: say it ourselves
  }
  return plain(answer.status);
}

/** What to say of any failure of footage or of the centre's JSON. */
export function reason(error) {
  if (error.words) return pick(error.words);
  if (error instanceof Refused) return error.message;
  return /^\d{3}$/.test(error.message) ? plain(error.message) : NO_ANSWER;
}

function plain(status) {
  if (Number(status) === 401) return t("Phiên đăng nhập đã hết. Hãy tải lại trang và đăng nhập.", "You are signed out. Reload the page and sign in.");
  return t("Không làm được (mã {status}). Hãy thử lại; nếu vẫn lỗi, báo cán bộ kỹ thuật.", "It could not be done (code {status}). Try again; if it fails again, tell the technician.", { status });
}
