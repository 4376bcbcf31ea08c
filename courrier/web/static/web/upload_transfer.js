// One file to the server, piece by piece: what it has is never sent again.
import { csrfToken } from "./app.js";
import { sha256 } from "./sha256.js";

/** The server says no, and why; `number` where it has the file under that number. */
export class Refusal extends Error {
  constructor(status, answer) {
    super(answer?.message ?? "");
    this.status = status;
    this.number = answer?.number;
    this.code = answer?.code;
  }
}

/** The line or the server is down: nothing is lost, try again later. */
export class Offline extends Error {}

/** The session is over: the server shows its sign-in page. */
export class SignedOut extends Error {}

/** The file can't be read any more: moved, renamed or changed since it was chosen. */
export class Unreadable extends Error {}

function exchange(method, address, body, { headers = {}, signal, progress } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.timeout = 120_000;
    if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.onload = () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* no words of ours */ }
      const login = new URL(request.responseURL || address, location.href).pathname === document.body.dataset.login;
      if (login || (request.status === 403 && !answer)) reject(new SignedOut());
      else if (request.status >= 500 && !answer) reject(new Offline());
      else resolve({ status: request.status, answer });
    };
    request.onerror = request.ontimeout = () => reject(new Offline());
    request.onabort = () => reject(new DOMException("", "AbortError"));
    if (signal?.aborted) return request.onabort();
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

export const ask = (address, body, signal) => exchange("POST", address, JSON.stringify(body), { headers: { "Content-Type": "application/json" }, signal });

const sums = new WeakMap();
async function summed(file) {
  if (!sums.has(file)) {
    try {
      sums.set(file, await sha256(file));
    } catch {
      throw new Unreadable();
    }
  }
  return sums.get(file);
}

/** Send what the server lacks of `file`; `progress(bytes)` says how many it has. Where they go, to be forgotten by DELETE. */
export async function deliver(file, { announce, again, signal, progress }) {
  const asked = { sha256: await summed(file), size: file.size, again };
  const begun = await ask(announce, asked, signal);
  if (begun.status !== 200) throw new Refusal(begun.status, begun.answer);
  let { offset } = begun.answer;
  const { url, piece } = begun.answer;
  for (let vain = 0; offset < file.size && vain < 5;) {
    const from = offset;
    progress(from);
    const sent = await exchange("PUT", url, file.slice(from, from + piece), {
      headers: { "Content-Type": "application/octet-stream", "Upload-Offset": String(from) },
      signal,
      progress: (loaded) => progress(Math.min(from + loaded, file.size)),
    });
    if (sent.status === 423) throw new Offline();
    if (typeof sent.answer?.offset !== "number") throw new Refusal(sent.status, sent.answer);
    offset = sent.answer.offset;
    vain = offset > from ? 0 : vain + 1;
  }
  if (offset < file.size) throw new Offline();
  progress(file.size);
  return { sha256: asked.sha256, size: file.size, url };
}

/** Tell the server that a file will not come; whether it hears does not matter: it forgets by itself. */
export function takeBack(url) {
  exchange("DELETE", url, null).catch(() => {});
}
