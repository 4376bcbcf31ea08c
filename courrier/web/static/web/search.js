// Results by keyboard: j and k move, Enter opens.
import { typing } from "./app.js";

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const links = [...document.querySelectorAll("[data-hit] .hit-link")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
  event.preventDefault();
});
const box = document.getElementById("q");
box?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") box.blur();
});
