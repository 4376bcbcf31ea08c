// The inbox by keyboard: j and k move, Enter opens, x ticks, p takes in hand.
import { typing } from "./app.js";
import { gently } from "./live.js";
import "./messages.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.querySelector("[data-row].is-current");

function go(row) {
  if (!row) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  row.querySelector(".row-link").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest("[data-row]") ?? current());
  go(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function count() {
  const picked = document.querySelectorAll("[name=assignment]:checked").length;
  const number = document.querySelector("[data-picked]");
  if (!number) return;
  const word = number.nextElementSibling;
  number.textContent = picked;
  word.textContent = picked > 1 ? word.dataset.many : word.dataset.one;
}

let last = null;
/** Shift and a click tick everything between two boxes. */
function range(event) {
  const box = event.target.closest("[name=assignment]");
  if (!box) return;
  if (event.shiftKey && last?.isConnected) {
    const all = [...document.querySelectorAll("[name=assignment]")];
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  count();
}

/** Open the form of an act for the ticked letters, ready to be filled in. */
function form(key) {
  const summary = document.querySelector(`[data-bulk-key=${key}]`);
  if (!summary || !document.querySelector("[name=assignment]:checked")) return;
  summary.parentElement.open = true;
  summary.parentElement.querySelector("select, textarea")?.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: (row) => row?.querySelector("[name=assignment]")?.click(),
  p: (row) => {
    const picked = document.querySelector("[name=assignment]:checked");
    if (picked) document.querySelector(".bulk [data-take]").click();
    else row?.querySelector(".row-take")?.click();
  },
  a: () => { for (const each of document.querySelectorAll("[name=assignment]")) each.checked = true; count(); },
  r: () => form("r"),
  c: () => form("c"),
  g: () => form("g"),
  Escape: () => {
    const open = document.querySelector(".bulk-act[open]");
    if (open) open.open = false;
    else document.querySelector(".bulk [type=reset]")?.click();
  },
};

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act(document.activeElement?.closest("[data-row]") ?? current());
});
document.addEventListener("click", range);
document.addEventListener("change", count);
document.addEventListener("reset", () => setTimeout(count));
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || row === current()) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
});
// What was refused as a whole comes back with its form, as it was typed.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422 || event.detail.target.id !== "inbox") return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "inbox") return;
  count();
  // The form it replaces was open: of a group of details, the one that comes in is shut.
  const again = document.querySelector(".bulk-act[data-again]");
  if (again) {
    again.open = true;
    again.querySelector("select, textarea").focus();
  }
});
// After an action the list is new: stay where the person was.
let place = -1;
document.addEventListener("htmx:beforeSwap", () => { place = rows().indexOf(current()); });
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement !== document.body) return;
  if (event.detail.target.id === "inbox" && rows().length && place >= 0) go(rows()[Math.min(place, rows().length - 1)]);
});

// New letters appear by themselves, as long as nothing is ticked or being chosen.
const said = document.getElementById("inbox-said");
let waiting = false;
const busy = () => typing({ target: document.activeElement }) || document.querySelector("[name=assignment]:checked, dialog[open]");
function renew() {
  waiting = Boolean(document.hidden || busy());
  if (!waiting) window.htmx?.ajax("GET", location.href, { source: "#renews", target: "#inbox", select: "#inbox", swap: "outerHTML show:none" });
}
const renewSoon = gently(renew, 2000);
document.addEventListener("live:letters", renewSoon);
document.addEventListener("live:all", renewSoon);
for (const name of ["focusout", "change", "reset", "close", "visibilitychange"]) document.addEventListener(name, () => { if (waiting) renewSoon(); }, true);

// Say aloud what came in.
const known = new Set(rows().map((row) => row.id));
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "inbox") return;
  const came = rows().filter((row) => !known.has(row.id));
  for (const row of came) known.add(row.id);
  if (came.length && said && event.detail.requestConfig?.elt?.id === "renews") said.textContent = `${said.dataset.words} ${came[0].querySelector(".row-link").textContent.trim()}`;
});
