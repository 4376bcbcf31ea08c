// Pages turned on screen. What is turned by who may write on the letter stays so for everyone; the scan is never touched.
import { csrfToken, toast } from "./app.js";

/** Milliseconds after the last quarter until it is kept: four quarters in a row are one change, or none. */
const SETTLED = 700;
const waiting = new Map();

/** How far a page is turned, in degrees to the right. */
export const turnOf = (page) => Number(page.dataset.turn ?? 0);

/** Lay a page as it is turned, within the width it has. */
export function layTurned(page) {
  const sheet = page.querySelector(".sheet-turn");
  if (!sheet) return;
  for (const name of ["transform", "transform-origin", "width"]) sheet.style.removeProperty(name);
  page.style.removeProperty("height");
  const image = sheet.querySelector("img");
  const ratio = image.getAttribute("height") / image.getAttribute("width");
  const turned = turnOf(page);
  if (!turned || !ratio) return;
  const width = page.clientWidth;
  const aside = turned % 180 !== 0;
  const inner = aside ? width / ratio : width;
  const height = inner * ratio;
  const [x, y] = { 90: [width, 0], 180: [width, height], 270: [0, inner] }[turned];
  sheet.style.width = `${inner}px`;
  sheet.style.transformOrigin = "0 0";
  sheet.style.transform = `translate(${x}px, ${y}px) rotate(${turned}deg)`;
  page.style.height = `${aside ? inner : height}px`;
}

/** Turn a page and its thumbnail a quarter to the right. `address` keeps it, with 0 in the place of the page; "" keeps nothing. */
export function turnOn(page, thumb, address) {
  page.dataset.turn = (turnOf(page) + 90) % 360;
  layTurned(page);
  if (thumb) thumb.dataset.turn = page.dataset.turn;
  if (!address) return;
  const url = address.replace("/0/", `/${page.dataset.page}/`);
  clearTimeout(waiting.get(url)?.timer);
  waiting.set(url, { degrees: page.dataset.turn, timer: setTimeout(() => keep(url), SETTLED) });
}

async function keep(url) {
  const body = new URLSearchParams({ degres: waiting.get(url).degrees });
  waiting.delete(url);
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, keepalive: true });
    if (answer.ok) return;
  } catch {
    // said below
  }
  toast(document.body.dataset.failed, "warn");
}

/** Keep now what was turned a moment ago: the page is being left. */
export function keepTurns() {
  for (const [url, { timer }] of [...waiting]) {
    clearTimeout(timer);
    keep(url);
  }
}
window.addEventListener("pagehide", keepTurns);
