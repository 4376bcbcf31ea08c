// What happens elsewhere: heard by a stream while the page is seen, by asking where there is none.
// Tells the page by events of the document: live:letters, live:progress, live:present, live:all (ask for everything).
import { showCount, toast } from "./app.js";

const { live: stream, liveNews: news, liveCounts: counts, liveOver: over } = document.body.dataset;
const letter = document.querySelector("[data-letter-id]")?.dataset.letterId ?? "";
const HIDDEN_FOR = 20_000;
const HELLO_WITHIN = 10_000;
const ASK_EVERY = 10_000;
const ASK_SOON = 4_000;
const STREAM_AGAIN = 300_000;
const COUNTS_EVERY = 4_000;

let place = document.body.dataset.livePlace;
let source = null;
let asking = false;
let ended = false;
const timers = {};

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
const after = (name, delay, act) => { clearTimeout(timers[name]); timers[name] = setTimeout(act, delay); };
const spread = (delay) => delay + Math.random() * delay * .2;

// Nothing is told twice, however it came.
const heard = new Set();
function letters(all) {
  const fresh = all.filter((each) => each.id === undefined || !heard.has(each.id));
  for (const each of fresh) if (each.id !== undefined) heard.add(each.id);
  if (heard.size > 2000) for (const old of [...heard].slice(0, 1000)) heard.delete(old);
  if (!fresh.length) return;
  tell("letters", fresh);
  countSoon();
}
function bell(found) {
  for (const [name, count] of Object.entries(found)) showCount(name, count);
}

// The counts of the menu: one question for all that happens within a few seconds.
let countedAt = 0;
let countsWanted = false;
function countSoon() {
  if (countsWanted) return;
  countsWanted = true;
  const since = Date.now() - countedAt;
  setTimeout(async () => {
    countsWanted = false;
    countedAt = Date.now();
    const found = await asked(counts);
    if (!found) return;
    bell({ notifications: found.notifications });
    for (const shown of document.querySelectorAll("[data-count-at]")) {
      const count = found[shown.dataset.countAt];
      if (count !== undefined) shown.textContent = count > 0 ? count : "";
    }
  }, Math.max(200 + Math.random() * 800, COUNTS_EVERY - since));
}

async function asked(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) return end();
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function end() {
  if (!ended) toast(over, "warn");
  ended = true;
  silence();
  return null;
}

function silence() {
  source?.close();
  source = null;
  asking = false;
  for (const name of Object.keys(timers)) clearTimeout(timers[name]);
}

function listen() {
  if (ended || source || document.hidden) return;
  asking = false;
  clearTimeout(timers.ask);
  if (!window.EventSource) return ask();
  source = new EventSource(`${stream}?depuis=${place}&courrier=${letter}`);
  const mine = source;
  const on = (name, act) => mine.addEventListener(name, (event) => {
    if (mine !== source) return;
    if (event.lastEventId) place = event.lastEventId;
    act(JSON.parse(event.data));
  });
  on("hello", (said) => {
    clearTimeout(timers.hello);
    document.body.dataset.liveBy = "stream";
    if (said.all) everything();
  });
  on("letters", letters);
  on("progress", (pages) => tell("progress", pages));
  on("present", (there) => tell("present", there));
  on("counts", bell);
  on("end", end);
  // A server that is starting again refuses for a moment; one that holds no streams says so for good.
  mine.addEventListener("error", () => { if (mine === source && mine.readyState === EventSource.CLOSED) instead(); });
  after("hello", HELLO_WITHIN, () => { if (mine === source && mine.readyState === EventSource.OPEN) instead(); });
}

function everything() {
  tell("all");
  countSoon();
}

/** Ask from time to time, and try the stream again later. */
function instead() {
  source?.close();
  source = null;
  after("again", spread(STREAM_AGAIN), () => { if (!document.hidden) { asking = false; listen(); } });
  ask();
}

async function ask() {
  if (ended || document.hidden) return;
  asking = true;
  document.body.dataset.liveBy = "asking";
  const found = await asked(`${news}?depuis=${place}&courrier=${letter}`);
  if (!asking) return;
  if (found) {
    place = String(found.place);
    if (found.all) everything(); else letters(found.letters);
    if (found.progress.length) tell("progress", found.progress);
    if (found.present) tell("present", found.present);
    bell(found.counts);
  }
  after("ask", spread(found?.progress.length ? ASK_SOON : ASK_EVERY), ask);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return after("hide", HIDDEN_FOR, silence);
  clearTimeout(timers.hide);
  if (!source && !asking) listen();
});
window.addEventListener("pagehide", silence);
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
listen();

/** Call `act` soon after things happened, and at most once in `gap` milliseconds. */
export function gently(act, gap) {
  let at = 0;
  let wanted = 0;
  return () => {
    if (wanted) return;
    wanted = setTimeout(() => { wanted = 0; at = Date.now(); act(); }, Math.max(100 + Math.random() * 200, gap - (Date.now() - at)));
  };
}
