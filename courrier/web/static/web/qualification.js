// One letter after the other: Enter sends it and shows the next, which is there already.
import { csrfToken, showCount, toast, typing } from "./app.js";
import { attachViewer } from "./viewer.js";
import { attachSenders } from "./senders.js";
import { keepTurns } from "./turning.js";

const desk = document.getElementById("desk");
const words = document.getElementById("qualification-words").dataset;
/** Milliseconds in which the next letter is drawn before the network is busied. */
const PAINT = 40;
/** Milliseconds in which nobody has read a letter: a key that bounced must not send the next one. */
const UNREAD = 350;
const settledHere = [];
let upcoming = null;
let shownAt = -Infinity;

const workspace = () => document.getElementById("workspace");
const form = () => document.getElementById("q-form");
const say = (text) => { document.getElementById("said").textContent = text; };

/** Fetch a letter's workspace and decode its first page, so that showing it takes no time. */
async function fetched(address) {
  const without = [...settledHere.slice(-20), workspace().dataset.number].join(",");
  const response = await fetch(`${address}?sans=${encodeURIComponent(without)}`, { headers: { "X-Fragment": "1" } });
  if (!response.ok || response.redirected) return null;
  const model = document.createElement("template");
  model.innerHTML = await response.text();
  const element = document.importNode(model.content, true).firstElementChild;
  const image = element?.querySelector(".sheet-page img");
  if (image) await image.decode().catch(() => {});
  return element;
}

function prepare() {
  const address = workspace().dataset.next;
  upcoming = address ? { address, element: fetched(address).catch(() => null) } : null;
}

/** Put a letter on the desk. */
function show(element, address, remember = true) {
  element.classList.add("q-arriving");
  desk.replaceChildren(element);
  if (remember) history.pushState({}, "", address);
  document.title = document.title.replace(/\S+ · /, `${element.dataset.number} · `);
  attach();
  say(`${words.letter} ${element.dataset.number}`);
  shownAt = performance.now();
  performance.mark("letter-shown");
}

async function goOn(address) {
  const ready = upcoming?.address === address ? await upcoming.element : null;
  if (ready) show(ready, address); else location.assign(address);
}

/** Send what stands in the form while the next letter is shown; what fails comes back as it was typed. */
async function send(action, body, element, address) {
  const number = element.dataset.number;
  try {
    const response = await fetch(action, { method: "POST", body, headers: { "X-Fragment": "1", "X-CSRFToken": csrfToken() } });
    if (response.ok && !response.redirected) {
      const answer = await response.json();
      toast(answer.message, "ok");
      showCount("qualification", answer.left);
      for (const place of desk.querySelectorAll("[data-left-count]")) place.textContent = Math.max(0, answer.left - 1);
      return true;
    }
    if (response.status === 422) {
      const model = document.createElement("template");
      model.innerHTML = await response.text();
      const corrected = document.importNode(model.content, true).firstElementChild;
      const reason = corrected.querySelector(".notice p, .field-error:not(:empty)")?.textContent.trim() ?? "";
      failed(number, reason, () => show(corrected, address));
      return false;
    }
    failed(number, document.body.dataset.failed, () => location.assign(address));
  } catch {
    failed(number, words.network, () => show(element, address));
  }
  return false;
}

/** Say that a letter did not leave, with the way back to it. */
function failed(number, reason, back) {
  settledHere.splice(settledHere.indexOf(number), 1);
  toast(`${number} ${words.notsent} ${reason} `, "danger");
  const line = document.getElementById("toasts").lastElementChild;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "q-again";
  button.textContent = words.again;
  button.addEventListener("click", () => { line.remove(); back(); });
  line.querySelector("[data-text]").append(button);
}

async function submitted(event) {
  const sent = event.target;
  if (event.submitter?.hasAttribute("data-plain")) return;
  event.preventDefault();
  if (performance.now() - shownAt < UNREAD) return;
  if (!departmentChosen(sent)) return missingDepartment(sent);
  const element = workspace();
  const address = location.pathname;
  const following = upcoming;
  settledHere.push(element.dataset.number);
  performance.mark("letter-accepted");
  keepTurns();
  const body = new FormData(sent);
  if (following) {
    setTimeout(() => send(sent.action, body, element, address), PAINT);
    goOn(following.address);
  } else if (await send(sent.action, body, element, address)) {
    location.assign(desk.dataset.empty);
  }
}

function departmentChosen(sent) {
  return Boolean(sent.querySelector("[name=department]:checked")?.value || sent.other_department.value);
}

function missingDepartment(sent) {
  document.getElementById("department-error").textContent = words.choose;
  sent.other_department.setAttribute("aria-invalid", "true");
  sent.other_department.focus();
}

/** Ties between fields: another department, a due date that follows the type, counts of copies, a further reference. */
function attachFields(here) {
  const other = here.other_department;
  other.addEventListener("change", () => {
    const radio = document.getElementById("other-choice");
    if (radio) radio.checked = Boolean(other.value);
    const first = here.querySelector("[data-key='1']");
    if (!other.value && first) first.checked = true;
    if (other.value) { other.removeAttribute("aria-invalid"); document.getElementById("department-error").textContent = ""; }
  });
  let dueByHand = false;
  here.due_on.addEventListener("input", () => { dueByHand = true; });
  here.document_type.addEventListener("change", () => {
    const due = here.document_type.selectedOptions[0]?.dataset.due;
    if (due && !dueByHand) here.due_on.value = due;
  });
  const others = here.querySelector("[data-others]");
  const count = () => {
    const names = [...here.querySelectorAll(".others input:checked")].map((box) => box.closest("tr").querySelector("th").textContent);
    others.textContent = names.length ? `· ${names.join(", ")}` : "";
  };
  here.querySelector(".others").addEventListener("change", count);
  count();
  const references = here.querySelector("[data-references]");
  references.addEventListener("input", () => {
    const last = references.lastElementChild;
    if (!last.querySelector("input").value) return;
    const row = last.cloneNode(true);
    row.querySelector("input").value = "";
    references.append(row);
  });
  here.subject.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); here.requestSubmit(); }
  });
}

function attach() {
  const here = form();
  window.htmx?.process(desk);
  if (!here) return;
  here.addEventListener("submit", submitted);
  attachFields(here);
  attachSenders(here, desk.dataset.senders);
  attachViewer(workspace(), here, { filled: () => say(words.filled), nothing: () => toast(words.nowords, "info") });
  const shown = document.querySelector("[data-skip]");
  shown?.addEventListener("click", (event) => { event.preventDefault(); goOn(shown.getAttribute("href")); });
  const wrong = here.querySelector("[aria-invalid=true]");
  (wrong ?? here.querySelector("[name=department]:checked") ?? here.other_department).focus({ preventScroll: !wrong });
  prepare();
}

const KEYS = {
  a: () => form().other_department.focus(),
  o: () => form().subject.focus(),
  e: () => form().elements.name.focus(),
  d: () => form().letter_date.focus(),
  j: () => form().querySelector("[data-attach]")?.click(),
  p: () => document.querySelector("[data-skip]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!form() || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && typing(event)) {
    (form().querySelector("[name=department]:checked") ?? desk.querySelector("[data-sheets]"))?.focus();
    return;
  }
  if (typing(event)) return;
  const candidate = form().querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (candidate) {
    candidate.checked = true;
    candidate.focus({ preventScroll: true });
  } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
    event.preventDefault();
    form().requestSubmit();
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});
document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.repeat) event.preventDefault(); }, true);
window.addEventListener("popstate", () => location.reload());

attach();
