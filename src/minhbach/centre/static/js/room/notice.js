/**
 * The line above the pictures that says what happened, and the one thing to do about it.
 *
 * Owns the page's notice of room and wall. Promises one at a time: the newest; none when things go on.
 */

const place = document.getElementById("notices");

/** Says `text`, with a button when there is a way on: {words, act}. */
export function notice(text, way = null) {
  const box = Object.assign(document.createElement("div"), { className: "notice late" });
  const [icon, said] = [document.createElement("span"), document.createElement("p")];
  said.textContent = text;
  box.append(icon, said);
  if (way) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: way.words });
    button.addEventListener("click", way.act);
    box.append(button);
  }
  place.replaceChildren(box);
}

export function noNotice() { place.replaceChildren(); }
