/* What every page has: menus that close, dialogs that open, toasts that go, keys that are printed on the screen. */
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./keys.js";
import "./dates.js";
import "./kept.js";
import "./sending.js";
import "./lengths.js";
import "./scanner.js";

/* A form that came back with errors says so first. */
const wrong = document.querySelector("[data-focus]");
if (wrong && !wrong.closest(".sample")) wrong.focus();
