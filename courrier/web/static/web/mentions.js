// An @ in a note opens the list of those who may read the letter. Without it the name is typed whole.

const box = document.getElementById("mentions");
const list = box?.querySelector("[role=listbox]");
const said = box?.querySelector("[role=status]");
const NAME = /(?:^|[^\w@])@([\p{L}\p{N}_.+\- ]{0,40})$/u;
/** Milliseconds that somebody who types quickly is left alone. */
const PAUSE = 100;

let field = null;
let people = [];
let active = -1;
let waiting = 0;
let asked = null;
/** The field and the place of the @ that is dealt with: somebody was chosen, or Escape pressed. */
let settled = null;

/** What is typed behind the @ before the caret, and where that @ is. */
function typed(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const found = area.value.slice(0, area.selectionStart).match(NAME);
  return found && { words: found[1], at: area.selectionStart - found[1].length - 1 };
}

function close() {
  clearTimeout(waiting);
  asked?.abort();
  if (list.matches(":popover-open")) list.hidePopover();
  for (const name of ["aria-activedescendant", "aria-controls"]) field?.removeAttribute(name);
  [field, people, active] = [null, [], -1];
}

function mark(place) {
  active = place;
  [...list.children].forEach((line, number) => line.setAttribute("aria-selected", String(number === active)));
  const line = list.children[active];
  field.setAttribute("aria-activedescendant", line.id);
  line.scrollIntoView({ block: "nearest" });
}

function choose(place) {
  const [area, person] = [field, people[place]];
  const from = typed(area);
  close();
  if (!from) return;
  settled = { area, at: from.at };
  area.setRangeText(`@${person.username} `, from.at, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function drawn(person, number) {
  const line = document.createElement("div");
  line.id = `mention-${number}`;
  line.setAttribute("role", "option");
  const avatar = Object.assign(document.createElement("span"), { className: `avatar hue-${person.hue}`, textContent: person.initials });
  avatar.setAttribute("aria-hidden", "true");
  const name = Object.assign(document.createElement("span"), { className: "mention-name", textContent: person.name });
  const detail = Object.assign(document.createElement("small"), { textContent: [`@${person.username}`, person.detail].filter(Boolean).join(" · ") });
  line.append(avatar, name, detail);
  line.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  line.addEventListener("click", () => choose(number));
  return line;
}

/** The list stands under the field, above it where there is no room, beside no edge of the window. */
function lay() {
  const at = field.getBoundingClientRect();
  const [wide, high] = [Math.min(at.width, 400), list.offsetHeight];
  const below = at.bottom + 4 + high < innerHeight || at.top < high + 8;
  list.style.setProperty("width", `${wide}px`);
  list.style.setProperty("left", `${Math.max(4, Math.min(at.left, innerWidth - wide - 4))}px`);
  list.style.setProperty("top", `${below ? Math.min(at.bottom + 4, innerHeight - high - 4) : at.top - high - 4}px`);
}

function propose(area, found, written) {
  const words = !found.length && written.includes(" ") ? "" : found.length === 0 ? box.dataset.none : found.length === 1 ? box.dataset.one : `${found.length} ${box.dataset.many}`;
  if (said.textContent !== words) said.textContent = words;
  if (!found.length) return close();
  const home = area.closest("dialog") ?? document.body; // what lies outside an open dialog can't be pressed
  if (box.parentElement !== home) home.append(box);
  [field, people] = [area, found];
  list.replaceChildren(...found.map(drawn));
  if (!list.matches(":popover-open")) list.showPopover();
  area.setAttribute("aria-controls", list.id);
  mark(0);
  lay();
}

async function ask(area) {
  const from = typed(area);
  if (!from) { settled = null; return close(); }
  if (settled?.area === area && settled.at === from.at) return;
  clearTimeout(waiting);
  asked?.abort();
  const { signal } = asked = new AbortController();
  waiting = setTimeout(async () => {
    try {
      const answer = await fetch(`${box.dataset.url}?q=${encodeURIComponent(from.words)}`, { signal });
      if (!answer.ok || answer.redirected) return;
      const found = (await answer.json()).people;
      if (!signal.aborted && document.activeElement === area) propose(area, found, from.words);
    } catch (error) { if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; }
  }, PAUSE);
}

if (box) {
  document.addEventListener("input", (event) => { if (event.target.matches("[data-mentions]")) ask(event.target); });
  document.addEventListener("focusout", (event) => { if (event.target.matches("[data-mentions]")) close(); });
  document.addEventListener("scroll", (event) => { if (field && !list.contains(event.target)) lay(); }, { capture: true, passive: true });
  document.addEventListener("selectionchange", () => { if (field && typed(field) === null) close(); });
  // Before the keys of the page and of the dialog: while the list is open they are its own.
  document.addEventListener("keydown", (event) => {
    if (!field || event.target !== field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    const act = moves[event.key] ? () => mark((active + moves[event.key] + people.length) % people.length)
      : (event.key === "Enter" || event.key === "Tab") && !event.shiftKey ? () => choose(active)
      : event.key === "Escape" ? () => { settled = { area: field, at: typed(field)?.at }; close(); }
      : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, { capture: true });
}
