/* Dialogs: `data-open="id"` opens the <dialog> of that id, `data-close` closes the one it stands in. A click on the veil
   closes too: nothing in a dialog is done until its button is pressed. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog && !dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  else if (event.target instanceof HTMLDialogElement) event.target.close();
});
