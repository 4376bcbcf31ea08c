// What every page needs: messages, lost sessions, the table of keys.

const toasts = document.getElementById("toasts");

/** Say something at the foot of the page; `kind` is info, ok, warn or danger. Errors stay until closed. */
export function toast(text, kind = "info") {
  const line = document.getElementById("toast-model").content.firstElementChild.cloneNode(true);
  line.classList.add(`toast-${kind}`);
  if (kind === "ok") for (const earlier of toasts.querySelectorAll(".toast-ok")) earlier.remove();
  line.querySelector("[data-text]").textContent = text;
  for (const icon of line.querySelectorAll("[data-kind]")) if (!icon.dataset.kind.split(" ").includes(kind)) icon.remove();
  show(line, kind !== "danger" && kind !== "warn");
}

function show(line, passes) {
  line.querySelector("button").addEventListener("click", () => line.remove());
  if (!line.isConnected) toasts.append(line);
  if (passes) setTimeout(() => line.remove(), 6000);
}

/** Show how many things wait behind an entry of the navigation. */
export function showCount(name, count) {
  for (const place of document.querySelectorAll(`[data-count="${name}"]`)) place.textContent = count > 0 ? count : "";
}

/** The token that a form posted by script must carry. */
export const csrfToken = () => document.querySelector("meta[name=csrf]").content;

/** True while the person writes: single-letter keys must then stay letters. */
export const typing = (event) => event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;

/** Draw an icon of the sprite. */
export function icon(name, extra = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.querySelector("meta[name=sprite]").content}#${name}`);
  svg.append(use);
  return svg;
}

for (const line of toasts?.querySelectorAll(".toast-line") ?? []) show(line, line.matches(".toast-ok, .toast-info"));

// An answer that is the sign-in page means that the session is over: say it where the person is, on a whole page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = new URL(event.detail.xhr.responseURL || location.href);
  if (address.pathname === document.body.dataset.login) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  const said = (xhr.getResponseHeader("HX-Trigger") ?? "").includes('"toast"');
  if (!elt.hasAttribute("data-poll") && !said) toast(document.body.dataset.failed, "danger");
});
document.addEventListener("htmx:sendError", (event) => {
  if (!event.detail.elt.hasAttribute("data-poll")) toast(document.body.dataset.offline, "danger");
});
document.addEventListener("counts", (event) => {
  for (const [name, count] of Object.entries(event.detail)) showCount(name, count);
});
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));

// What htmx loads into the common dialog opens it; an answer without content closes it.
document.addEventListener("htmx:afterSwap", (event) => {
  const sheet = event.detail.target.closest("dialog.sheet");
  if (!sheet) return;
  if (sheet.textContent.trim() === "") sheet.close();
  else if (!sheet.open) sheet.showModal();
});

// Dialogs: <button data-opens="id">, <button data-closes>.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  const dialog = event.target.closest("[data-closes]")?.closest("dialog");
  if (dialog) { event.preventDefault(); dialog.close(); }
  if (event.target.matches("dialog.sheet")) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "?" && !typing(event) && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    document.getElementById("keys")?.showModal();
  }
  if (event.key === "/" && !typing(event) && !document.querySelector("dialog[open]")) {
    const search = document.querySelector("[data-search-key]");
    if (search) {
      event.preventDefault();
      if (search.matches("input")) search.focus(); else search.click();
    }
  }
});
