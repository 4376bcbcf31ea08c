import { layTurned } from "./turning.js";

// Nothing typed is lost by leaving: the browser asks first. Ctrl-S saves the draft.
const form = document.querySelector(".reply-form");
if (form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", (event) => { if (event.submitter?.value !== "preview") changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=do][value=save]"));
    }
  });
}

// Pages that somebody turned are read here as they lie in the letter.
const turned = document.querySelectorAll(".reply-page[data-turn]");
if (turned.length) new ResizeObserver(() => turned.forEach(layTurned)).observe(document.querySelector(".reply-letter"));
