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

// Ways to end what is typed, a moment after the last key; the box works without them.
let waiting = 0;
let asked = null;
box?.addEventListener("input", (event) => {
  clearTimeout(waiting);
  asked?.abort();
  if (event.inputType === "insertReplacementText" || !event.inputType || !box.value.trim()) return;
  waiting = setTimeout(propose, 150);
});
async function propose() {
  asked = new AbortController();
  try {
    const answer = await fetch(`${box.dataset.completes}?q=${encodeURIComponent(box.value)}`, { signal: asked.signal });
    if (!answer.ok || answer.redirected) return;
    const { completions } = await answer.json();
    box.list.replaceChildren(...completions.map(({ text, label }) => Object.assign(document.createElement("option"), { value: text, label: label === text ? "" : label })));
  } catch (error) {
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  }
}
