// The command palette, Ctrl-K: go to a page or a letter, do what the page at hand offers.
import { icon } from "./app.js";

const palette = document.getElementById("palette");
const box = palette?.querySelector("input");
const list = document.getElementById("palette-list");
const said = palette?.querySelector("[data-said]");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

let pages = [];
let acts = [];
let letters = [];
let search = null;
let asked = null;
let waiting = 0;

/** The words on a button, without the key drawn on it. */
function wordsOn(thing) {
  const copy = thing.cloneNode(true);
  for (const each of copy.querySelectorAll("kbd, [aria-hidden=true]")) each.remove();
  return (thing.getAttribute("aria-label") ?? copy.textContent).replace(/\s+/g, " ").trim();
}

/** What can be done on the page: its buttons and what opens a form, also behind "Autres", by the words on them. */
function actsHere() {
  const found = new Map();
  for (const thing of document.querySelectorAll("main button, main summary.btn, main a.btn")) {
    const behind = [];
    for (let at = thing.parentElement.closest("details"); at; at = at.parentElement.closest("details")) {
      if (thing.parentElement !== at && !at.open) behind.push(at);
    }
    if (behind.length && !thing.matches("summary")) continue; // the button of a form that is not open yet
    if (thing.disabled || !(behind.at(-1) ?? thing).checkVisibility() || thing.closest("dialog")) continue;
    const label = wordsOn(thing);
    if (label.length > 2 && label.length < 60 && !found.has(label)) found.set(label, { thing, behind });
  }
  return [...found].map(([label, { thing, behind }]) => ({
    label, detail: palette.dataset.act, icon: "chevron-right",
    run() { for (const each of behind) each.open = true; thing.focus(); thing.click(); },
  }));
}

/** What the server proposes for these words; nothing where it does not answer, or is asked for other words meanwhile. */
async function ask(words, signal) {
  try {
    const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(words)}`, { signal });
    if (answer.ok && !answer.redirected) return await answer.json();
  } catch (error) { if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; }
  return { pages: [], letters: [], search: null };
}

async function open() {
  if (palette.open) return;
  acts = actsHere();
  [letters, search] = [[], null];
  box.value = "";
  palette.showModal();
  box.focus();
  draw();
  if (pages.length) return;
  pages = (await ask("")).pages;
  draw();
}

const matching = (all, words) => all.filter((each) => words.every((word) => plain(`${each.label} ${each.detail} ${each.words ?? ""}`).includes(word)));

function draw() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  const groups = [
    [palette.dataset.pages, matching(pages, words).slice(0, words.length ? 6 : 30)],
    [palette.dataset.act, words.length ? matching(acts, words).slice(0, 8) : acts.slice(0, 12)],
    [palette.dataset.letters, [...letters, ...(search ? [search] : [])]],
  ];
  const former = list.querySelector("[aria-selected=true]")?.dataset.at;
  list.replaceChildren();
  let at = 0;
  for (const [title, lines] of groups) {
    if (!lines.length) continue;
    const group = list.appendChild(document.createElement("div"));
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", title);
    group.append(Object.assign(document.createElement("div"), { className: "palette-title", textContent: title, ariaHidden: "true" }));
    for (const line of lines) group.append(drawn(line, at++));
  }
  if (!at) list.append(Object.assign(document.createElement("p"), { className: "palette-none", textContent: palette.dataset.none }));
  said.textContent = at === 0 ? palette.dataset.none : at === 1 ? palette.dataset.one : `${at} ${palette.dataset.many}`;
  choose(Math.min(words.length ? 0 : Number(former ?? 0), at - 1));
}

function drawn(line, at) {
  const option = document.createElement("div");
  Object.assign(option, { className: "palette-line", id: `palette-${at}` });
  option.dataset.at = at;
  option.setAttribute("role", "option");
  option.append(icon(line.icon), Object.assign(document.createElement("span"), { className: "palette-label", textContent: line.label }));
  if (line.detail && line.detail !== palette.dataset.act) option.append(Object.assign(document.createElement("span"), { className: "palette-detail", textContent: line.detail }));
  option.addEventListener("click", () => run(line));
  option.addEventListener("pointermove", () => choose(at));
  option.run = () => run(line);
  return option;
}

function run(line) {
  palette.close();
  if (line.run) line.run(); else location.assign(line.url);
}

function choose(at) {
  for (const each of list.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", String(Number(each.dataset.at) === at));
  const chosen = document.getElementById(`palette-${at}`);
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) box.setAttribute("aria-activedescendant", chosen.id); else box.removeAttribute("aria-activedescendant");
}

box?.addEventListener("input", () => {
  [letters, search] = [[], null];
  clearTimeout(waiting);
  asked?.abort();
  draw();
  const words = box.value.trim();
  if (!words) return;
  waiting = setTimeout(async () => {
    asked = new AbortController();
    const { signal } = asked;
    const found = await ask(words, signal);
    if (!signal.aborted) { ({ letters, search } = found); draw(); }
  }, 150);
});

box?.addEventListener("keydown", (event) => {
  const all = list.querySelectorAll("[role=option]").length;
  const now = Number(list.querySelector("[aria-selected=true]")?.dataset.at ?? -1);
  const to = { ArrowDown: (now + 1) % all, ArrowUp: (now - 1 + all) % all, PageDown: Math.min(now + 8, all - 1), PageUp: Math.max(now - 8, 0) }[event.key];
  if (to !== undefined && all) { event.preventDefault(); choose(to); }
  if (event.key === "Enter") {
    event.preventDefault();
    list.querySelector("[aria-selected=true]")?.run();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (palette.open) palette.close(); else if (!document.querySelector("dialog[open]")) open();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) open(); });
