/**
 * The browser's security keys: make one, sign with one.
 *
 * Owns the way between base64url and bytes, and what a refusal of the browser means. Promises a sentence a person can
 * act on; what was signed is judged by the centre alone.
 */

import { t } from "../words.js";

const ES256 = -7;
const PATIENCE_MS = 120_000;

/** The key was not used; `message` is the sentence. */
export class NoKey extends Error {}

export function usable() {
  return Boolean(window.PublicKeyCredential && navigator.credentials);
}

/** Makes a key of this site; `known` are ids the person has already. Gives the fields of the form. */
export async function make({ challenge, name, handle, person, known }) {
  const made = await asked(() => navigator.credentials.create({ publicKey: {
    challenge: bytes(challenge),
    rp: { id: name, name: "Minh Bạch" },
    user: { id: bytes(handle), name: person, displayName: person },
    pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
    excludeCredentials: known.map((id) => ({ type: "public-key", id: bytes(id) })),
    authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    attestation: "none",
    timeout: PATIENCE_MS,
  } }));
  if (!made.response.getAuthenticatorData) {
    throw new NoKey(t("Trình duyệt này quá cũ. Hãy cập nhật rồi thử lại.", "This browser is too old. Update it, then try again."));
  }
  return { authenticator: text(made.response.getAuthenticatorData()), client: text(made.response.clientDataJSON) };
}

/** Signs the challenge with one of these keys. Gives the fields of the form. */
export async function sign({ challenge, name, keys }) {
  const { rawId, response } = await asked(() => navigator.credentials.get({ publicKey: {
    challenge: bytes(challenge),
    rpId: name,
    allowCredentials: keys.map((id) => ({ type: "public-key", id: bytes(id) })),
    userVerification: "required",
    timeout: PATIENCE_MS,
  } }));
  return {
    credential: text(rawId),
    authenticator: text(response.authenticatorData),
    client: text(response.clientDataJSON),
    signature: text(response.signature),
  };
}

async function asked(ask) {
  try {
    return await ask();
  } catch (error) {
    if (error.name === "InvalidStateError") throw new NoKey(t("Khóa này đã được thêm rồi.", "This key was added before."));
    if (error.name === "NotAllowedError" || error.name === "AbortError") {
      throw new NoKey(t("Chưa ký: khóa không được chạm, hoặc bạn đã hủy. Hãy thử lại.", "Not signed: the key was not touched, or you cancelled. Try again."));
    }
    throw new NoKey(t("Không dùng được khóa trên máy này. Hãy báo cán bộ kỹ thuật.", "The key cannot be used on this machine. Tell the technician."));
  }
}

function bytes(said) {
  const plain = atob(said.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
