// Opened to be printed: show the printer's window once everything is there.
const print = () => window.print();
if (document.readyState === "complete") print(); else window.addEventListener("load", print);
document.querySelector("[data-print]")?.addEventListener("click", (event) => { event.preventDefault(); print(); });
