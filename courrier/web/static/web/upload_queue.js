// Letters on their way in: sent two at a time, paused, gone on with after a cut or a reload; one that is refused says why.
import { icon } from "./app.js";
import { forget, keep, left } from "./upload_store.js";
import { Offline, Refusal, SignedOut, Unreadable, ask, deliver, takeBack } from "./upload_transfer.js";

const AT_ONCE = 2;
const MOST_TRIES = 8;
const SAID_EVERY = 4000;
const form = document.getElementById("drop");
const panel = document.getElementById("uploads");
const list = document.getElementById("uploads-list");
const words = document.getElementById("upload-words").dataset;
const model = document.getElementById("upload-model");
const { announce, finish, owner } = form.dataset;
const all = new Set();
let paused = false;
let changed = () => {};

const of = (...states) => [...all].filter((each) => states.includes(each.state));

/** A letter on its way: one file, or photographs that become its pages. */
class Sending {
  constructor({ id = null, files, name, day, channel, again = false, asked = false }) {
    Object.assign(this, { id, files, name, day, channel, again, asked, tries: 0, had: files.map(() => 0), urls: [] });
    this.size = files.reduce((sum, file) => sum + file.size, 0);
    this.line = model.content.firstElementChild.cloneNode(true);
    this.part("name").textContent = files.length > 1 ? `${name} (${words.photos.replace("N", files.length)})` : name;
    this.part("again").addEventListener("click", () => { this.again = this.again || this.known; this.tries = 0; this.wait(); next(); });
    this.part("away").addEventListener("click", () => this.leave());
    list.append(this.line);
    all.add(this);
    this.wait();
  }

  part(name) { return this.line.querySelector(`[data-${name}]`); }

  show(state, symbol, text) {
    const active = document.activeElement;
    this.state = state;
    this.line.className = `upload upload-${state}`;
    this.part("icon").replaceChildren(icon(symbol));
    this.part("state").replaceChildren(...[text].flat());
    this.part("meter").hidden = !["sending", "offline"].includes(state);
    const button = this.part("again");
    button.hidden = !(state === "offline" || (state === "refused" && (this.mayTryAgain || this.known)));
    button.querySelector("[data-words]").textContent = this.known && state === "refused" ? words.anyway : words.retry;
    const away = ["done", "refused"].includes(state) ? words.away : words.cancel;
    this.part("away").setAttribute("aria-label", `${away} : ${this.name}`);
    if (active && button.hidden && active === button) this.part("away").focus();
    summary();
  }

  wait() {
    this.mayTryAgain = this.known = false;
    this.show("waiting", "clock", paused ? words.paused : words.waiting);
  }

  async send() {
    if (this.files.some((file) => file.size > Number(form.dataset.max))) return this.refuse(words.toobig);
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.show("sending", "upload", words.sending);
    try {
      for (let round = 0; ; round += 1) {
        const files = [];
        for (const [place, file] of this.files.entries()) files.push(await this.deliverOne(file, place, signal));
        this.part("state").textContent = words.checking;
        const before = this.asked;
        await this.noteAsked();
        const asked = { files, name: this.name, received_on: this.day, channel: this.channel, again: this.again };
        const { status, answer } = await ask(finish, asked, signal);
        // Answered, it is not in doubt any more; one that meets another (423) is as much in doubt as before.
        this.asked = status === 423 && before;
        this.askedAgain = false;
        if (status === 201) return this.registered(answer.number);
        if (status === 423) throw new Offline();
        if (answer?.code !== "incomplete" || round === 2) throw new Refusal(status, answer);
      }
    } catch (error) {
      this.failed(error);
    } finally {
      this.stop = null;
      next();
    }
  }

  /** From here on the server may have registered it though the answer was lost: to find it there is no refusal. */
  async noteAsked() {
    this.askedAgain = this.again;
    if (this.asked || this.again) return;
    this.asked = true;
    const { id, files, name, day, channel } = this;
    if (id != null) await keep({ id, files, name, day, channel, owner, asked: true });
  }

  async deliverOne(file, place, signal) {
    // Photographs are pages of a letter: whether one is registered already is asked of the letter, not of them.
    const again = this.again || this.files.length > 1;
    const { url, ...sent } = await deliver(file, { announce, again, signal, progress: (bytes) => this.moved(place, bytes) });
    this.urls[place] = url;
    return sent;
  }

  moved(place, bytes) {
    if (bytes > this.had[place]) this.tries = 0;
    this.had[place] = bytes;
    this.part("meter").value = this.size ? this.sent / this.size : 0;
    summary();
  }

  get sent() { return this.had.reduce((sum, bytes) => sum + bytes, 0); }

  registered(number) {
    forget(this.id);
    this.had = this.files.map((file) => file.size);
    const shown = document.createElement("strong");
    shown.textContent = number;
    this.show("done", "circle-check", [`${words.registered} `, shown]);
    say(`${this.name} : ${words.registered} ${number}`);
    changed();
  }

  failed(error) {
    if (error.name === "AbortError") {
      if (all.has(this)) this.wait();
    } else if (error instanceof Offline) {
      this.later();
    } else if (error instanceof SignedOut) {
      this.refuse(words.session, true);
      pause(true);
    } else if (error instanceof Unreadable) {
      forget(this.id);
      this.refuse(words.unreadable);
    } else if (error instanceof Refusal) {
      this.refused(error);
    } else {
      this.refuse(words.failed, true);
    }
  }

  /** The line is down: go on by itself, later each time; in the end when somebody asks. */
  later() {
    // Asked to register it a second time, the server may have done so: once more would be a third.
    if (this.askedAgain) {
      forget(this.id);
      return this.refuse(words.unsure);
    }
    this.tries += 1;
    if (this.tries > MOST_TRIES) return this.refuse(words.failed, true);
    this.show("offline", "clock-exclamation", words.lost);
    if (this.tries === 1) say(words.lost);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.resume(), Math.min(1000 * 2 ** this.tries, 30_000));
  }

  resume() {
    if (this.state !== "offline") return;
    this.wait();
    next();
  }

  refused(refusal) {
    if (refusal.number && this.asked && !this.again) return this.registered(refusal.number);
    if (refusal.number) {
      this.known = true;
      this.refuse(refusal.message);
      this.line.classList.add("upload-known");
      const link = document.createElement("a");
      link.href = words.letter.replace("NUMBER", encodeURIComponent(refusal.number));
      link.textContent = words.see;
      this.part("state").append(" ", link);
    } else {
      const passing = refusal.status === 429 || refusal.status >= 500 || !refusal.message;
      if (!passing) forget(this.id);
      this.refuse(refusal.message || words.failed, passing);
    }
  }

  refuse(reason, mayTryAgain = false) {
    this.mayTryAgain = mayTryAgain;
    this.show("refused", "alert-circle", reason);
    list.prepend(this.line);
    say(`${this.name} ${words.refused} : ${reason}`, true);
  }

  /** Off the list: cancelled while it was on its way, or done with. */
  leave() {
    clearTimeout(this.timer);
    all.delete(this);
    this.stop?.abort();
    if (this.state !== "done") for (const url of this.urls.filter(Boolean)) takeBack(url);
    forget(this.id);
    const beside = this.line.nextElementSibling ?? this.line.previousElementSibling;
    this.line.remove();
    (beside?.querySelector("[data-away]") ?? document.getElementById("files")).focus({ preventScroll: true });
    summary();
    next();
  }
}

// What is said aloud: each refusal, and between them how far it all is, not three hundred names.
const spoken = document.getElementById("uploads-said");
let saidAt = 0;
let saidLater = 0;
function say(text, now = false) {
  clearTimeout(saidLater);
  const few = all.size <= 3 || now;
  const speak = () => { saidAt = Date.now(); spoken.textContent = few ? text : total(); };
  if (few || Date.now() - saidAt > SAID_EVERY) speak(); else saidLater = setTimeout(speak, SAID_EVERY);
}
const total = () => words.total.replace("DONE", of("done").length).replace("ALL", all.size).replace("BAD", of("refused").length);

function next() {
  while (!paused && of("sending").length < AT_ONCE) {
    const first = of("waiting")[0];
    if (!first) break;
    first.send();
  }
  summary();
}

let drawn = 0;
function summary() {
  drawn ||= requestAnimationFrame(() => {
    drawn = 0;
    const ended = of("done", "refused").length;
    panel.hidden = all.size === 0;
    document.getElementById("uploads-count").textContent = total();
    const bytes = [...all].reduce((sum, each) => sum + each.size, 0);
    const sent = [...all].reduce((sum, each) => sum + (["done", "refused"].includes(each.state) ? each.size : each.sent), 0);
    document.getElementById("uploads-meter").value = bytes ? sent / bytes : 0;
    document.getElementById("uploads-pause").hidden = ended === all.size && !paused;
    document.getElementById("uploads-clear").hidden = ended < all.size;
  });
}

/** Stop sending, or go on; what the server has of a file is not sent again. */
function pause(wanted) {
  paused = wanted;
  const button = document.getElementById("uploads-pause");
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? words.resume : words.pause;
  if (paused) for (const each of of("sending")) each.stop?.abort();
  for (const each of of("waiting")) each.wait();
  next();
}

/** Take letters in; each of `letters` is `{ files, name }`. Done once the browser keeps them. */
export async function take(letters) {
  const kept = letters.map(({ files, name }) => {
    const entry = { files, name, day: form.received_on.value, channel: form.channel.value };
    const sending = new Sending(entry);
    return keep({ ...entry, owner }).then((id) => {
      sending.id = id;
      if (sending.state === "done" || !all.has(sending)) forget(id);
    });
  });
  next();
  await Promise.all(kept);
}

/** Begin: `whenRegistered` is called after each letter. What was left by a reload goes on. */
export async function begin(whenRegistered) {
  changed = whenRegistered;
  const before = (await left(owner)).filter((entry) => !entry.tray);
  for (const entry of before) new Sending(entry);
  if (before.length) say(words.back.replace("N", before.length), true);
  next();
}

document.getElementById("uploads-pause").addEventListener("click", () => pause(!paused));
document.getElementById("uploads-clear").addEventListener("click", () => {
  for (const each of of("done", "refused")) { forget(each.id); all.delete(each); each.line.remove(); }
  summary();
  document.getElementById("files").focus();
});
window.addEventListener("online", () => { for (const each of of("offline")) each.resume(); });
// Where this browser keeps nothing, leaving would lose what is not sent.
window.addEventListener("beforeunload", (event) => {
  if (of("waiting", "sending", "offline").some((each) => each.id == null)) event.preventDefault();
});
