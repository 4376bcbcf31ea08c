// Files in: chosen, dropped, pasted; sent two at a time; what is refused says why and the others go on.
import { csrfToken, icon, typing } from "./app.js";

const AT_ONCE = 2;
const form = document.getElementById("drop");
const input = document.getElementById("files");
const panel = document.getElementById("uploads");
const list = document.getElementById("uploads-list");
const words = document.getElementById("upload-words").dataset;
const model = document.getElementById("upload-model");
const queue = [];
const counts = { all: 0, done: 0, refused: 0, sending: 0 };
let paused = false;

document.documentElement.classList.add("scripted");

let later = 0;

// A request that meets one under way is lost with the list that it replaces: ask once more a little later.
function showLetters() {
  const changed = () => document.body.dispatchEvent(new Event("letters-changed", { bubbles: true }));
  changed();
  clearTimeout(later);
  later = setTimeout(changed, 1500);
}

/** One file on its way: its line in the list and what becomes of it. */
class Sending {
  constructor(file) {
    this.file = file;
    this.line = model.content.firstElementChild.cloneNode(true);
    this.line.querySelector("[data-name]").textContent = file.name;
    this.part("again").addEventListener("click", () => { counts.refused -= 1; this.wait(); next(); });
    this.part("away").addEventListener("click", () => this.leave());
    list.append(this.line);
    counts.all += 1;
    this.wait();
  }

  part(name) { return this.line.querySelector(`[data-${name}]`); }

  show(state, symbol, text) {
    this.line.className = `upload upload-${state}`;
    this.part("icon").replaceChildren(icon(symbol));
    this.part("state").replaceChildren(...[text].flat());
    this.part("meter").hidden = state !== "sending";
    this.part("again").hidden = !this.mayTryAgain || state !== "refused";
    this.part("away").hidden = state === "sending";
    this.state = state;
    summary();
  }

  wait() {
    this.mayTryAgain = false;
    this.show("waiting", "clock", words.waiting);
    queue.push(this);
  }

  send() {
    if (this.file.size > Number(form.dataset.max)) return this.refuse(words.toobig);
    counts.sending += 1;
    this.show("sending", "upload", words.sending);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      this.part("meter").value = event.loaded / event.total;
      if (event.loaded === event.total) this.part("state").textContent = words.checking;
    });
    request.addEventListener("error", () => this.end(() => this.refuse(words.lost, true)));
    request.addEventListener("load", () => this.end(() => this.answered(request)));
    const body = new FormData();
    body.append("received_on", form.received_on.value);
    body.append("channel", form.channel.value);
    body.append("file", this.file, this.file.name);
    request.send(body);
  }

  end(outcome) {
    counts.sending -= 1;
    outcome();
    showLetters();
    next();
  }

  answered(request) {
    const answer = request.response;
    if (request.status === 201) {
      counts.done += 1;
      const number = document.createElement("strong");
      number.textContent = answer.number;
      this.show("done", "circle-check", [`${words.registered} `, number]);
      say(`${this.file.name} : ${words.registered} ${answer.number}`);
    } else if (answer?.number) {
      this.refuse(answer.message);
      this.line.classList.add("upload-known");
      const link = document.createElement("a");
      link.href = words.letter.replace("NUMBER", encodeURIComponent(answer.number));
      link.textContent = words.see;
      this.part("state").append(" ", link);
    } else if (answer?.message) {
      this.refuse(answer.message, request.status >= 500);
    } else if (request.status === 403 || new URL(request.responseURL).pathname === document.body.dataset.login) {
      this.refuse(words.session);
    } else {
      this.refuse(words.failed, true);
    }
  }

  refuse(reason, mayTryAgain = false) {
    counts.refused += 1;
    this.mayTryAgain = mayTryAgain;
    this.show("refused", "alert-circle", reason);
    list.prepend(this.line);
    say(`${this.file.name} ${words.refused} : ${reason}`);
  }

  leave() {
    const place = queue.indexOf(this);
    if (place >= 0) queue.splice(place, 1);
    counts.all -= 1;
    if (this.state === "refused") counts.refused -= 1;
    if (this.state === "done") counts.done -= 1;
    this.line.remove();
    summary();
  }
}

const say = (text) => { document.getElementById("uploads-said").textContent = text; };

function next() {
  while (!paused && counts.sending < AT_ONCE && queue.length) queue.shift().send();
  summary();
}

function summary() {
  const ended = counts.done + counts.refused;
  panel.hidden = counts.all === 0;
  document.getElementById("uploads-count").textContent = `${ended} ${words.of} ${counts.all}`;
  document.getElementById("uploads-meter").value = counts.all ? ended / counts.all : 0;
  document.getElementById("uploads-pause").hidden = queue.length === 0 && !paused;
  document.getElementById("uploads-clear").hidden = ended < counts.all;
}

function take(files) {
  for (const file of files) new Sending(file);
  next();
}

/** Files of a drop; a folder gives all files in it. */
async function dropped(items) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  const files = [];
  for (const entry of entries) files.push(...await filesOf(entry));
  take(files.filter((file) => !file.name.startsWith(".")));
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

input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
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
document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) take([...event.clipboardData.files]); });

document.getElementById("uploads-pause").addEventListener("click", (event) => {
  paused = !paused;
  event.target.setAttribute("aria-pressed", paused);
  event.target.textContent = paused ? words.resume : words.pause;
  next();
});
document.getElementById("uploads-clear").addEventListener("click", () => {
  list.replaceChildren();
  Object.assign(counts, { all: 0, done: 0, refused: 0 });
  summary();
});
window.addEventListener("beforeunload", (event) => { if (queue.length || counts.sending) event.preventDefault(); });

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
