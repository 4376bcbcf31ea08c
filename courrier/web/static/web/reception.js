// The reception desk: files chosen, dropped or pasted go into the queue; the list follows what happens.
import { typing } from "./app.js";
import { gently } from "./live.js";
import { lay } from "./upload_photos.js";
import { begin, take } from "./upload_queue.js";

const form = document.getElementById("drop");
const input = document.getElementById("files");

document.documentElement.classList.add("scripted");

let later = 0;

// A request that meets one under way is lost with the list that it replaces: ask once more a little later.
function showLetters() {
  const changed = () => document.body.dispatchEvent(new Event("letters-changed", { bubbles: true }));
  changed();
  clearTimeout(later);
  later = setTimeout(changed, 1500);
}

/** Files of a drop; a folder gives all files in it. */
async function dropped(items) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  const files = [];
  for (const entry of entries) files.push(...await filesOf(entry));
  hand(files.filter((file) => !file.name.startsWith(".")));
}

async function filesOf(entry) {
  if (entry instanceof File) return [entry];
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    for (const child of some) found.push(...await filesOf(child));
  }
  return found.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
}

/** Each file is a letter, unless the person said that these photographs are one. */
function hand(files) {
  if (form.together?.checked && files.length && files.every((file) => file.type.startsWith("image/"))) lay(files);
  else take(files.map((file) => ({ files: [file], name: file.name })));
}

input.addEventListener("change", () => { hand([...input.files]); input.value = ""; });
form.addEventListener("submit", (event) => event.preventDefault());

const veil = document.getElementById("drop-veil");
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => { if (carriesFiles(event)) { event.preventDefault(); veil.hidden = false; } });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) veil.hidden = true; });
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  veil.hidden = true;
  dropped(event.dataTransfer.items);
});
document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) hand([...event.clipboardData.files]); });

// What happens to letters shows in the list; pages read, in their line alone.
const lettersSoon = gently(showLetters, 2000);
document.addEventListener("live:letters", lettersSoon);
document.addEventListener("live:all", lettersSoon);
document.addEventListener("live:progress", (event) => {
  const text = document.getElementById("letters").dataset.pageWords;
  for (const { letter, done, total } of event.detail.filter((each) => each.total > 1)) {
    const shown = document.querySelector(`[data-line="${letter}"] [data-pages]`);
    if (shown) shown.textContent = text.replace("DONE", done).replace("TOTAL", total);
    else if (document.querySelector(`[data-line="${letter}"]`)) lettersSoon();
  }
});

// Say aloud how many letters wait, when that changed while the list renewed itself.
let waiting = document.querySelector(".call-words")?.textContent ?? "";
document.addEventListener("htmx:afterSettle", () => {
  const now = document.querySelector(".call-words")?.textContent ?? "";
  if (now !== waiting) document.getElementById("letters-live").textContent = now.replace(/(\d)(?=\p{L})/u, "$1 ").replace(/\s+/g, " ").trim();
  waiting = now;
});

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "d") input.click();
  if (event.key === "q") document.getElementById("start-qualifying")?.click();
});
begin(showLetters);
