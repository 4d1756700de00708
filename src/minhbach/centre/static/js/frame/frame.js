/* What every page has: menus that close, dialogs that open, toasts that go, keys that are printed on the screen. */
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./keys.js";

/* A form that came back with errors says so first. */
document.querySelector("[data-focus]")?.focus();
