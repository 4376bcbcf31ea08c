// Sentences that come with a part of a page are said like all others.
import { toast } from "./app.js";

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id !== "toasts") return;
  for (const line of [...document.querySelectorAll("#toasts .toast-line")]) {
    if (line.dataset.said) continue;
    const kind = ["ok", "danger", "warn"].find((each) => line.classList.contains(`toast-${each}`)) ?? "info";
    const text = line.querySelector("span").textContent.trim();
    line.remove();
    toast(text, kind);
  }
  for (const line of document.querySelectorAll("#toasts .toast-line")) line.dataset.said = "1";
});
