/**
 * A camera's form: a maker's usual paths and a found host are filled into what is typed already.
 *
 * Owns the two address fields while something is chosen. Promises to touch no other field. Without it the links of found
 * cameras open the form anew with their address.
 */

const address = document.getElementById("id_address");
const small = document.getElementById("id_sub_address");
const maker = document.querySelector("[data-maker]");

/** "rtsp://host:port/" of what is typed, or a host to be replaced. */
function root() {
  const found = /^rtsps?:\/\/[^/]+/.exec(address.value.trim());
  return found ? `${found[0]}/` : "rtsp://";
}

function fill(base) {
  const [chosen] = maker.selectedOptions;
  address.value = base + chosen.value;
  if (chosen.value) small.value = base + chosen.dataset.small;
}

maker.addEventListener("change", () => {
  fill(root());
  address.focus();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-host]");
  if (!link) return;
  event.preventDefault();
  const host = link.dataset.host.includes(":") ? `[${link.dataset.host}]` : link.dataset.host;
  fill(`rtsp://${host}:554/`);
  document.getElementById("id_user_name").focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "outcome") event.target.querySelector("[data-focus]")?.focus();
});
