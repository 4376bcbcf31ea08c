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
