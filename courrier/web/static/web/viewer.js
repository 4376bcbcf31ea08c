// Pages beside a form: zoom, thumbnails, words lit where a field's value comes from, words taken from the page.

import { typing } from "./app.js";
import { layTurned, turnOf, turnOn } from "./turning.js";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = [.5, .67, .8, 1, 1.25, 1.5, 2, 2.5, 3];
const still = matchMedia("(prefers-reduced-motion: reduce)");
let zoom = 1;
/** Ends the keys of the letter before: the pages of one letter hear them, wherever the focus is. */
let keys = new AbortController();

/** Tie the pages of `root` to the fields of `form`. `filled` and `nothing` are called after words were picked. */
export function attachViewer(root, form, { filled, nothing }) {
  const viewer = root.querySelector("[data-viewer]");
  const sheets = viewer?.querySelector("[data-sheets]");
  keys.abort();
  if (!sheets) return;
  keys = new AbortController();
  attachZoom(viewer, sheets);
  attachThumbs(viewer, sheets);
  attachTurning(viewer, sheets);
  attachEvidence(form, sheets);
  const picked = lastField(form);
  for (const page of sheets.querySelectorAll(".sheet-page")) attachPicking(page, picked, filled, nothing);
}

function onKey(act) {
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) act(event);
  }, { signal: keys.signal });
}

function attachZoom(viewer, sheets) {
  const shown = viewer.querySelector("[data-zoom-shown]");
  const apply = (value) => {
    const ratio = sheets.scrollHeight ? (sheets.scrollTop + sheets.clientHeight / 2) / sheets.scrollHeight : 0;
    zoom = value;
    if (zoom === 1) sheets.style.removeProperty("--page-width");
    else sheets.style.setProperty("--page-width", `calc(min(100%, 54rem) * ${zoom})`);
    shown.textContent = `${Math.round(zoom * 100)} %`;
    sheets.dispatchEvent(new Event("zoomed"));
    if (sheets.scrollTop) sheets.scrollTop = ratio * sheets.scrollHeight - sheets.clientHeight / 2;
  };
  const step = (way) => {
    const next = way > 0 ? STEPS.find((value) => value > zoom) : STEPS.findLast((value) => value < zoom);
    apply(next ?? zoom);
  };
  const act = { in: () => step(1), out: () => step(-1), fit: () => apply(1) };
  for (const button of viewer.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => act[button.dataset.zoom]());
  sheets.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    step(event.deltaY < 0 ? 1 : -1);
  }, { passive: false });
  onKey((event) => {
    if (event.key === "PageDown" || event.key === "PageUp") {
      event.preventDefault();
      sheets.scrollBy({ top: (event.key === "PageDown" ? 1 : -1) * sheets.clientHeight * .85, behavior: still.matches ? "auto" : "smooth" });
    }
    if (typing(event)) return;
    const key = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key];
    if (key) { event.preventDefault(); act[key](); }
  });
  apply(zoom);
}

/** Turn the page in view a quarter to the right, by its button or by T. */
function attachTurning(viewer, sheets) {
  const pages = [...sheets.querySelectorAll(".sheet-page")];
  const turn = () => {
    const frame = sheets.getBoundingClientRect();
    const middle = frame.top + frame.height / 2;
    const page = pages.find((each) => each.getBoundingClientRect().bottom > middle) ?? pages.at(-1);
    if (page) turnOn(page, viewer.querySelector(`.thumb[data-page="${page.dataset.page}"]`), viewer.dataset.turnUrl);
  };
  viewer.querySelector("[data-turns]")?.addEventListener("click", turn);
  onKey((event) => {
    if (event.key.toLowerCase() !== "t" || typing(event)) return;
    event.preventDefault();
    turn();
  });
  const lay = () => pages.filter(turnOf).forEach(layTurned);
  lay();
  new ResizeObserver(lay).observe(sheets);
  sheets.addEventListener("zoomed", lay);
}

/** A place seen on a turned page, in fractions, as it lies on the page itself. */
const unturned = ([x, y], turned) => ({ 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] })[turned] ?? [x, y];

function attachThumbs(viewer, sheets) {
  const thumbs = [...viewer.querySelectorAll(".thumb")];
  for (const thumb of thumbs) {
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      sheets.querySelector(`[data-page="${thumb.dataset.page}"]`).scrollIntoView({ block: "start" });
    });
  }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const thumb of thumbs) thumb.toggleAttribute("aria-current", thumb.dataset.page === entry.target.dataset.page);
      thumbs.find((thumb) => thumb.hasAttribute("aria-current"))?.scrollIntoView({ block: "nearest" });
    }
  }, { root: sheets, rootMargin: "-45% 0px -45% 0px" });
  if (thumbs.length) for (const page of sheets.querySelectorAll(".sheet-page")) seen.observe(page);
}

function attachEvidence(form, sheets) {
  const light = (field) => {
    for (const rect of sheets.querySelectorAll("rect.lit")) rect.remove();
    const boxes = outermost(JSON.parse(field?.dataset.evidence || "[]"));
    let first = null;
    for (const [page, ...box] of boxes) {
      const marks = sheets.querySelector(`[data-page="${page}"] .marks`);
      if (!marks) continue;
      const rect = drawn(marks, box, "lit", .004);
      first ??= rect;
    }
    if (first) bringIntoView(first, sheets);
  };
  form.addEventListener("focusin", (event) => light(event.target.closest("[data-evidence]")));
  form.addEventListener("change", (event) => { if (event.target.matches("[name=department]")) light(event.target.closest("[data-evidence]")); });
}

/** Boxes that lie in no other one: words inside a phrase are lit with it. */
function outermost(boxes) {
  const within = ([page, a, b, c, d], [other, x0, y0, x1, y1]) => page === other && a >= x0 - .002 && b >= y0 - .002 && c <= x1 + .002 && d <= y1 + .002;
  return boxes.filter((box, place) => !boxes.some((other, at) => at !== place && within(box, other) && (!within(other, box) || at < place)));
}

/** Scroll the pages, and only them, so that a mark is seen. */
function bringIntoView(rect, sheets) {
  const mark = rect.getBoundingClientRect();
  const frame = sheets.getBoundingClientRect();
  if (mark.top < frame.top + 16 || mark.bottom > frame.bottom - 16) {
    sheets.scrollTop += mark.top - frame.top - frame.height / 3;
  }
  if (mark.left < frame.left || mark.right > frame.right) sheets.scrollLeft += mark.left - frame.left - 32;
}

function drawn(marks, [x0, y0, x1, y1], name, around = 0) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", name);
  rect.setAttribute("x", x0 - around);
  rect.setAttribute("y", y0 - around);
  rect.setAttribute("width", x1 - x0 + 2 * around);
  rect.setAttribute("height", y1 - y0 + 2 * around);
  rect.setAttribute("rx", .003);
  marks.append(rect);
  return rect;
}

/** The text field that had the focus last. */
function lastField(form) {
  let last = null;
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea, input:not([type=radio], [type=checkbox], [type=hidden])")) last = event.target;
    else if (event.target.matches("input, select")) last = null;
  });
  return () => last;
}

function attachPicking(page, field, filled, nothing) {
  const marks = page.querySelector(".marks");
  let words = null;
  const load = () => { words ??= fetch(page.dataset.words).then((response) => response.json()).then((answer) => answer.words).catch(() => { words = null; return []; }); };
  page.addEventListener("pointerenter", load, { once: true });
  let start = null;
  let rect = null;
  const place = (event) => {
    const frame = marks.getBoundingClientRect();
    return unturned([(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height], turnOf(page));
  };
  marks.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    event.preventDefault();
    load();
    start = place(event);
    marks.setPointerCapture(event.pointerId);
  });
  marks.addEventListener("pointermove", (event) => {
    if (!start) return;
    rect?.remove();
    rect = drawn(marks, sorted(start, place(event)), "drawn");
  });
  const end = async (event) => {
    if (!start) return;
    const box = sorted(start, place(event));
    start = null;
    rect?.remove();
    if (event.type === "pointercancel" || (box[2] - box[0] < .004 && box[3] - box[1] < .004)) return;
    const text = textIn(box, await words);
    const target = field();
    if (!text) nothing();
    else if (target) { fill(target, text); filled(); }
  };
  marks.addEventListener("pointerup", end);
  marks.addEventListener("pointercancel", end);
}

const sorted = ([x, y], [u, v]) => [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];

/** Words whose middle lies in the box, in reading order. */
function textIn([x0, y0, x1, y1], words) {
  const inside = words.filter(([, a, b, c, d]) => (a + c) / 2 >= x0 && (a + c) / 2 <= x1 && (b + d) / 2 >= y0 && (b + d) / 2 <= y1);
  inside.sort((one, other) => one[6] - other[6] || one[1] - other[1]);
  return inside.map((word) => word[0]).join(" ");
}

function fill(target, text) {
  if (target.type === "date") {
    const day = isoDay(text);
    if (!day) return;
    target.value = day;
  } else if (target.type === "email") {
    target.value = text.match(/\S+@\S+\w/)?.[0] ?? text.replaceAll(" ", "");
  } else {
    target.value = text.slice(0, target.maxLength > 0 ? target.maxLength : undefined);
  }
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.focus({ preventScroll: true });
}

const MONTHS = ["jan", "fev", "mar", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec"];

/** A day written as 12/03/2024, 12.03.24 or 12 mars 2024, as 2024-03-12; "" where there is none. */
export function isoDay(text) {
  const plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const figures = plain.match(/(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})/);
  const named = plain.match(/(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?\s+(\d{4})/);
  const found = figures ?? named;
  if (!found) return "";
  const month = figures ? Number(found[2]) : MONTHS.findIndex((name) => found[2].startsWith(name)) + 1;
  const year = Number(found[3]) + (found[3].length === 2 ? 2000 : 0);
  const day = new Date(Date.UTC(year, month - 1, Number(found[1])));
  if (!month || day.getUTCMonth() !== month - 1) return "";
  return day.toISOString().slice(0, 10);
}
