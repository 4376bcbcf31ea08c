// The letter's page: zoom, turn, words over the image, marks drawn on a page, hits, keys.
import { typing } from "./app.js";
import "./letter_news.js";
import "./mentions.js";
import "./messages.js";
import { layTurned, turnOf, turnOn } from "./turning.js";

const SVG = "http://www.w3.org/2000/svg";
const viewer = document.querySelector("[data-viewer]");
const sheets = viewer.querySelector("[data-sheets]");
const pages = [...viewer.querySelectorAll("[data-page]")];

// Zoom: steps that the style sheet knows by name.
const STEPS = ["50", "75", "100", "125", "150", "200", "300"];
const shown = viewer.querySelector("[data-zoom-shown]");
const fitted = shown?.textContent;

function zoomTo(step) {
  const at = current();
  viewer.dataset.zoom = step;
  if (shown) shown.textContent = step === "fit" ? fitted : `${step} %`;
  sizeImages();
  for (const page of pages) layTurned(page);
  at?.scrollIntoView({ block: "start" });
  sheets.scrollLeft = (sheets.scrollWidth - sheets.clientWidth) / 2;
}

function zoomBy(by) {
  const width = pages[0]?.getBoundingClientRect().width / parseFloat(getComputedStyle(document.documentElement).fontSize);
  const now = viewer.dataset.zoom === "fit" ? (width / 56) * 100 : Number(viewer.dataset.zoom);
  const next = by > 0 ? STEPS.find((step) => step > now + 1) : STEPS.findLast((step) => step < now - 1);
  if (next) zoomTo(next);
}

const turnUrl = document.querySelector("[data-turn-url]")?.dataset.turnUrl;
function turn() {
  const page = current();
  if (page?.querySelector(".sheet-turn")) turnOn(page, viewer.querySelector(`[data-thumb="${page.dataset.page}"]`), turnUrl);
}
for (const page of pages) if (turnOf(page)) layTurned(page);

// The browser takes the image that fits the page as it is shown; all pages are as wide as the first.
function sizeImages() {
  const width = pages[0]?.clientWidth;
  if (!width) return;
  for (const image of sheets.querySelectorAll("img[srcset]")) image.sizes = `${Math.ceil(width)}px`;
}
sizeImages();
let fittedTo = 0;
new ResizeObserver(() => {
  if (sheets.clientWidth === fittedTo) return;
  fittedTo = sheets.clientWidth;
  sizeImages();
  for (const page of pages) if (turnOf(page)) layTurned(page);
}).observe(sheets);

// Words are fetched when their page comes near; the strip follows what is on screen. One observer serves both: a
// movement costs every page of every observer.
async function loadWords(page) {
  const layer = page.querySelector("[data-words-here]");
  if (!layer || layer.dataset.asked) return;
  layer.dataset.asked = "1";
  try {
    const answer = await fetch(page.dataset.words, { headers: { "X-Requested-With": "fetch" } });
    const words = answer.ok && !answer.redirected ? await answer.text() : null;
    if (words === null) delete layer.dataset.asked;
    else whenIdle(() => { if (layer.dataset.asked) layer.innerHTML = words; });
  } catch {
    delete layer.dataset.asked;
  }
}
const whenIdle = (act) => (window.requestIdleCallback ? requestIdleCallback(act, { timeout: 500 }) : setTimeout(act));
// They wait until the scrolling rests, the page in view first: pages that only fly past get none. Then those of pages
// far away are let go of: three hundred pages of them would weigh on every movement.
const RESTS = 150;
const KEPT = 6;
const around = new Set();
let resting = 0;
function restSoon() {
  clearTimeout(resting);
  resting = setTimeout(rest, RESTS);
}
function rest() {
  const at = pages.indexOf(current());
  const away = (page) => Math.abs(pages.indexOf(page) - at);
  for (const page of [...around].sort((one, other) => away(one) - away(other))) loadWords(page);
  for (const layer of sheets.querySelectorAll("[data-asked]")) {
    if (away(layer.closest("[data-page]")) <= KEPT || getSelection().containsNode(layer, true)) continue;
    whenIdle(() => layer.replaceChildren());
    delete layer.dataset.asked;
  }
}
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) around.add(target);
    else around.delete(target);
  }
  restSoon();
  followSoon();
}, { rootMargin: "50% 0px", scrollMargin: "50% 0px" });
for (const page of pages) near.observe(page);
document.addEventListener("scroll", (event) => {
  if (event.target !== sheets && event.target !== document) return;
  restSoon();
  followSoon();
}, { capture: true, passive: true });

const FOLLOWS = 100;
const thumbs = new Map([...viewer.querySelectorAll("[data-thumb]")].map((thumb) => [thumb.dataset.thumb, thumb]));
const place = viewer.querySelector("[data-page-at]");
let following = 0;
function followSoon() {
  if (place && !following) following = setTimeout(follow, FOLLOWS);
}
function follow() {
  following = 0;
  const at = current();
  if (!at || place.textContent === at.dataset.page) return;
  thumbs.get(place.textContent)?.removeAttribute("aria-current");
  place.textContent = at.dataset.page;
  thumbs.get(at.dataset.page)?.setAttribute("aria-current", "true");
  thumbs.get(at.dataset.page)?.scrollIntoView({ block: "nearest" });
}

/** The page of which most is on screen. */
function current() {
  const frame = sheets.getBoundingClientRect();
  const [top, bottom] = [Math.max(frame.top, 0), Math.min(frame.bottom, innerHeight)];
  const seen = (page) => {
    const box = page.getBoundingClientRect();
    return Math.min(box.bottom, bottom) - Math.max(box.top, top);
  };
  let [best, most] = [pages[0], 0];
  for (const page of around) {
    const part = seen(page);
    if (part > most) [best, most] = [page, part];
  }
  return best;
}
function goToPage(number) {
  const page = pages.find((each) => each.dataset.page === String(number));
  page?.scrollIntoView({ block: "start" });
}

// Words that answer the search.
const hits = [...viewer.querySelectorAll(".hit")];
const hitTools = viewer.querySelector("[data-hits]");
let hitAt = -1;
function goToHit(by) {
  if (!hits.length) return;
  hits[hitAt]?.classList.remove("is-at");
  hitAt = (hitAt + by + hits.length) % hits.length;
  hits[hitAt].classList.add("is-at");
  hits[hitAt].scrollIntoView({ block: "center", inline: "nearest" });
  if (hitTools) hitTools.querySelector("[data-hit-at]").textContent = hitAt + 1;
}
if (hitTools && hits.length) {
  hitTools.hidden = false;
  hitTools.querySelector("[data-hit-count]").textContent = hits.length;
  requestAnimationFrame(() => goToHit(1));
}

// Marks: draw a rectangle, or select words, then say something about the place.
const form = document.getElementById("mark-form");
const selectMark = document.getElementById("select-mark");
let drawing = "";
function draw(kind) {
  drawing = drawing === kind ? "" : kind;
  viewer.classList.toggle("is-drawing", Boolean(drawing));
  for (const button of viewer.querySelectorAll("[data-draws]")) button.setAttribute("aria-pressed", String(button.dataset.draws === drawing));
}
/** Where a pointer is on a page, in units of its overlay, however the page is turned. */
function placeOn(svg, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const { width, height } = svg.viewBox.baseVal;
  return [Math.min(Math.max(point.x, 0), width), Math.min(Math.max(point.y, 0), height)];
}
function askNote(svg, page, kind, [x0, y0, x1, y1]) {
  const { width, height } = svg.viewBox.baseVal;
  const box = [x0 / width, y0 / height, x1 / width, y1 / height].map((edge) => Math.min(Math.max(edge, 0), 1).toFixed(5));
  const fields = form.querySelector("form").elements;
  fields.kind.value = kind;
  fields.page.value = page;
  fields.box.value = box.join(",");
  fields.texte.value = "";
  form.querySelector("form").setAttribute("hx-select-oob", `#toasts:innerHTML,#page-${page}`);
  form.showModal();
}
let draft = null;
sheets.addEventListener("pointerdown", (event) => {
  const page = event.target.closest("[data-page]");
  const svg = page?.querySelector(".over");
  if (!drawing || !svg || event.button) return;
  event.preventDefault();
  sheets.setPointerCapture(event.pointerId);
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", "mark-draft");
  svg.append(rect);
  draft = { rect, svg, page: page.dataset.page, from: placeOn(svg, event), to: null };
});
sheets.addEventListener("pointermove", (event) => {
  if (!draft) return;
  draft.to = placeOn(draft.svg, event);
  const [x0, y0, x1, y1] = boxOf(draft);
  for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) draft.rect.setAttribute(name, value);
});
sheets.addEventListener("pointerup", () => {
  if (!draft) return;
  const done = draft;
  draft = null;
  done.rect.remove();
  const [x0, y0, x1, y1] = done.to ? boxOf(done) : [0, 0, 0, 0];
  if (x1 - x0 < 6 || y1 - y0 < 6) return;
  askNote(done.svg, done.page, drawing, [x0, y0, x1, y1]);
  draw(drawing);
});
sheets.addEventListener("pointercancel", () => { draft?.rect.remove(); draft = null; });
const boxOf = ({ from, to }) => [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];

/** The words selected on one page, as one box. */
function selectedBox() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const page = (range.startContainer.parentElement ?? range.startContainer).closest?.("[data-page]");
  const svg = page?.querySelector(".over");
  if (!svg) return null;
  const words = [...page.querySelectorAll(".words text")].filter((word) => range.intersectsNode(word)).map((word) => word.getBBox());
  if (!words.length) return null;
  return {
    svg,
    page: page.dataset.page,
    at: range.getBoundingClientRect(),
    box: [
      Math.min(...words.map((word) => word.x)), Math.min(...words.map((word) => word.y)),
      Math.max(...words.map((word) => word.x + word.width)), Math.max(...words.map((word) => word.y + word.height)),
    ],
  };
}
sheets.addEventListener("scroll", () => { if (selectMark) selectMark.hidden = true; }, { passive: true });
document.addEventListener("selectionchange", () => { if (selectMark && getSelection().isCollapsed) selectMark.hidden = true; });
document.addEventListener("pointerup", (event) => {
  if (!selectMark || event.target.closest("#select-mark") || drawing) return;
  setTimeout(() => {
    const found = selectedBox();
    selectMark.hidden = !found;
    if (!found) return;
    selectMark.style.setProperty("left", `${Math.max(found.at.left, 8)}px`);
    selectMark.style.setProperty("top", `${Math.max(found.at.top - 40, 8)}px`);
  });
});
selectMark?.addEventListener("click", () => {
  const found = selectedBox();
  selectMark.hidden = true;
  if (found) askNote(found.svg, found.page, "highlight", found.box);
});
/** Copied words come in lines, as they stand on the page. */
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || !selection.anchorNode?.parentElement?.closest(".words")) return;
  const range = selection.getRangeAt(0);
  const lines = [...document.querySelectorAll(".words g")].filter((line) => range.intersectsNode(line));
  const text = lines.map((line) => [...line.querySelectorAll("text")].filter((word) => range.intersectsNode(word)).map((word) => word.textContent).join(" "));
  event.clipboardData.setData("text/plain", text.join("\n"));
  event.preventDefault();
});

// Notes and their pins point at each other.
function pointAt(selector) {
  for (const each of document.querySelectorAll(".note.is-at, .mark.is-at")) each.classList.remove("is-at");
  const found = document.querySelector(selector);
  found?.classList.add("is-at");
  found?.scrollIntoView({ block: "center", inline: "nearest" });
  return found;
}
document.addEventListener("click", (event) => {
  const pin = event.target.closest("[data-pin]");
  const note = event.target.closest("[data-shows]");
  const thumb = event.target.closest("[data-thumb]");
  if (pin && document.getElementById(`note-${pin.dataset.pin}`)) { event.preventDefault(); pointAt(`#note-${pin.dataset.pin}`)?.focus({ preventScroll: true }); }
  if (note && document.getElementById(`mark-${note.dataset.shows}`)) { event.preventDefault(); pointAt(`#mark-${note.dataset.shows}`); }
  if (thumb) { event.preventDefault(); goToPage(thumb.dataset.thumb); }
  if (event.target.closest("[data-turns]")) turn();
  const zoom = event.target.closest("[data-zooms]")?.dataset.zooms;
  if (zoom) zoom === "fit" ? zoomTo("fit") : zoomBy(zoom === "in" ? 1 : -1);
  const kind = event.target.closest("[data-draws]")?.dataset.draws;
  if (kind) draw(kind);
  const step = event.target.closest("[data-hit-step]")?.dataset.hitStep;
  if (step) goToHit(Number(step));
});

// Of details under one name a browser keeps one open: those about to leave must not shut those that arrive.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "letter-side") for (const each of event.detail.target.querySelectorAll("details[name]")) each.removeAttribute("name");
});

// After an action the side is new: the person stays in it, and a page whose marks changed gets its words back.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "letter-side") return;
  if (form?.open) form.close();
  document.getElementById("letter-side").focus({ preventScroll: true });
  document.querySelector("#letter-side [role=alert]")?.scrollIntoView({ block: "center" });
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const page = document.getElementById(event.detail.target.id);
  if (!page?.matches("[data-page]")) return;
  const at = pages.findIndex((each) => each.id === page.id);
  near.unobserve(pages[at]);
  around.delete(pages[at]);
  pages[at] = page;
  near.observe(page);
  sizeImages();
  layTurned(page);
  loadWords(page);
});

const keys = {
  "+": () => zoomBy(1),
  "=": () => zoomBy(1),
  "-": () => zoomBy(-1),
  0: () => zoomTo("fit"),
  t: turn,
  s: () => form && draw("highlight"),
  e: () => form && draw("box"),
  g: () => goToHit(1),
  G: () => goToHit(-1),
  ArrowRight: () => goToPage(Number(current()?.dataset.page) + 1),
  ArrowLeft: () => goToPage(Number(current()?.dataset.page) - 1),
  n: () => document.querySelector("[data-focus-key=n]")?.focus(),
  Escape: () => drawing && draw(drawing),
};
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.matches("[data-submits]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  else if (named) {
    event.preventDefault();
    named.click();
    named.closest("details")?.querySelector("select, textarea")?.focus();
  }
});
