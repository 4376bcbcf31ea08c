// What others do to the letter while it is open: said above it, shown when the person asks; who else has it open.
import { icon } from "./app.js";
import { gently } from "./live.js";

const letter = document.querySelector("[data-letter-id]");
const news = document.getElementById("letter-news");
const present = document.getElementById("letter-present");
const side = () => document.getElementById("letter-side");
let told = 0;

// An action of one's own brings a new side, which knows of it: only what is newer is news.
async function look() {
  if (!document.querySelector("[data-viewer] [data-page]")) {
    if (!side().querySelector("textarea:focus")) location.reload();
    return;
  }
  const { place } = side().dataset;
  const query = new URLSearchParams(location.search);
  query.set("depuis", place);
  try {
    const answer = await fetch(`${news.dataset.news}?${query}`);
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    if (side().dataset.place === place) news.innerHTML = html;
    else if (told > Number(side().dataset.place)) lookSoon();
  } catch {
    // told at the next event
  }
}
const lookSoon = gently(look, 1500);

document.addEventListener("live:letters", (event) => {
  for (const each of event.detail.filter((one) => String(one.letter) === letter.dataset.letterId)) {
    told = Math.max(told, each.id ?? Infinity);
  }
  if (told > Number(side().dataset.place)) lookSoon();
  if (document.querySelector("#replies[data-sending]") && told) refresh();
});
document.addEventListener("live:all", lookSoon);

document.addEventListener("live:present", (event) => {
  const { letter: which, people } = event.detail;
  if (!present || String(which) !== letter.dataset.letterId) return;
  if (!people.length) return present.replaceChildren();
  const words = people.length === 1
    ? present.dataset.one.replace("NAME", people[0])
    : present.dataset.many.replace("NAMES", people.slice(0, -1).join(", ")).replace("LAST", people.at(-1));
  const line = document.createElement("span");
  line.textContent = words;
  if (present.textContent.trim() !== words) present.replaceChildren(icon("eye", "icon-s"), line);
});

/** What is typed in the forms of the side, to be put back into the one that replaces it. */
function keepTyped() {
  const fields = [...side().querySelectorAll("textarea, input:not([type=hidden]), select")].filter((field) => field.id);
  const kept = fields.map((field) => [field.id, field.value, field.closest("details")?.open, document.activeElement === field]);
  return () => {
    for (const [id, value, open, focused] of kept) {
      const field = document.getElementById(id);
      if (!field || !value || field.value === value) continue;
      field.value = value;
      if (open) field.closest("details").open = true;
      if (focused) field.focus({ preventScroll: true });
    }
  };
}

async function refresh() {
  const putBack = keepTyped();
  await window.htmx.ajax("GET", location.href, { source: side(), target: "#letter-side", select: "#letter-side", swap: "outerHTML show:none" });
  news.replaceChildren();
  putBack();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-refreshes]")) return;
  event.preventDefault();
  refresh();
});
// After an action of one's own nothing said before is news any more.
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "letter-side") news.replaceChildren(); });
