/**
 * What somebody wrote, given back when the centre refused it and led back to the page.
 *
 * Owns one note in the tab's own storage, from the sending of a form to the next page; whatever that page is, the note is
 * gone. Promises that nothing of a password, a code, a file or a hidden field is ever noted, and that nothing comes back
 * but to the form it was written in. Forms that come back with their own values need none of it.
 */

const NOTE = "minhbach.written";
const WRITTEN = "textarea, select, input:not([type]), input[type=text], input[type=search], input[type=tel], input[type=number], input[type=date], input[type=time]";
const SECRET = "[autocomplete=one-time-code], [autocomplete$=password], [data-secret]";

function noted() {
  try {
    const note = JSON.parse(sessionStorage.getItem(NOTE) ?? "null");
    sessionStorage.removeItem(NOTE);
    return note;
  } catch {
    return null;
  }
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(WRITTEN) && !field.matches(SECRET));

function give(note) {
  const form = [...document.forms].find((each) => each.method === "post" && each.action === note.action);
  if (!form) return;
  for (const field of fieldsOf(form)) {
    if (field.value === field.defaultValue || !field.value) field.value = note.values[field.name] ?? field.value;
  }
}

const note = noted();
if (note && document.querySelector(".toasts > .toast[data-level=error]")) give(note);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.querySelector("input[type=password]")) return;
  const values = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
  if (Object.values(values).some(Boolean)) sessionStorage.setItem(NOTE, JSON.stringify({ action: form.action, values }));
});
