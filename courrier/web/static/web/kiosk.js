// The kiosk: whoever goes leaves nothing on the screen; what was chosen is shown; a deposit is sent once.

const PATIENCE = 120 // seconds without a touch before the page asks
const ANSWER = 30 // seconds to answer it

const again = document.body.dataset.again
const asks = document.querySelector("#still-there")
const left = asks.querySelector("[data-left]")
let quiet = 0

function leave() {
  location.replace(again)
}

function stay() {
  quiet = 0
  if (asks.open) asks.close()
}

function tick() {
  quiet += 1
  if (quiet === PATIENCE) asks.showModal()
  if (quiet >= PATIENCE) left.textContent = String(Math.max(0, PATIENCE + ANSWER - quiet))
  if (quiet >= PATIENCE + ANSWER) leave()
}

// Before anybody has touched the first page there is nothing to clear.
if (again) {
  let timer = 0
  const begin = () => { timer ||= setInterval(tick, 1000) }
  if (location.pathname !== again || document.querySelector(".kiosk-receipt, .notice")) begin()
  for (const event of ["pointerdown", "keydown", "input", "scroll"]) {
    addEventListener(event, () => { begin(); if (!asks.open) quiet = 0 }, { passive: true })
  }
  asks.querySelector("[data-stay]").addEventListener("click", stay)
  asks.addEventListener("close", stay)
  addEventListener("pageshow", (event) => { if (event.persisted) leave() })
}

const form = document.querySelector(".kiosk-form")
const input = form?.querySelector("input[type=file]")

input?.addEventListener("change", () => {
  const list = form.querySelector("[data-files]")
  list.replaceChildren(...[...input.files].map((file) => {
    const line = document.createElement("li")
    line.textContent = `${file.name} (${Math.max(1, Math.round(file.size / 1024))} ko)`
    return line
  }))
})

form?.addEventListener("submit", () => {
  const button = form.querySelector("[data-send]")
  if (!button) return
  button.disabled = true
  button.querySelector("span").textContent = button.dataset.busy
})

const print = document.querySelector("[data-print]")
if (print) {
  print.hidden = false
  print.addEventListener("click", () => window.print())
}

// The square of a receipt brings number and code behind the #. They go into the form, and out of the address and its history.
const carried = new URLSearchParams(location.hash.slice(1))
const asked = document.querySelector("[data-follows]")
if (asked && carried.has("code")) {
  asked.elements.number.value = carried.get("numero") ?? ""
  asked.elements.code.value = carried.get("code")
  history.replaceState(null, "", location.pathname)
  asked.querySelector("button").focus()
}
