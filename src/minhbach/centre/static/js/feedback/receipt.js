/**
 * What the QR code of a receipt says, filled into the form: `#<16 digits>-<6 digits>`.
 *
 * Owns reading it from behind the `#`, which no browser sends to anybody, and taking it out of the address at once, so
 * that no history keeps it. Leaves everything else to the form.
 */

const form = document.querySelector("form[data-receipt]");
const said = /^#(\d{16})-(\d{6})$/.exec(location.hash);

if (form && said) {
  history.replaceState(null, "", location.pathname + location.search);
  const [, scan, secret] = said;
  form.elements.scan.value = scan;
  form.elements.secret.value = secret;
  if (form.elements.score === undefined && form.elements.content === undefined) form.requestSubmit();
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
