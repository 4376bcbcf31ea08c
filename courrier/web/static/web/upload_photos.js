// Photographs of one letter: page after page, put in order, taken out again, then sent as one.
import { take } from "./upload_queue.js";
import { forget, keep, left } from "./upload_store.js";

const camera = document.getElementById("camera");
const panel = document.getElementById("photos");
const list = document.getElementById("photo-list");
const model = document.getElementById("photo-model");
const words = panel.dataset;
const { owner } = document.getElementById("drop").dataset;
const said = document.getElementById("uploads-said");
let photos = [];

const isPhoto = (file) => file.type.startsWith("image/");

class Photo {
  constructor(file, id = null) {
    Object.assign(this, { file, id });
    this.line = model.content.firstElementChild.cloneNode(true);
    const image = this.line.querySelector("img");
    image.src = URL.createObjectURL(file);
    image.addEventListener("error", () => { image.hidden = true; }); // HEIC is shown by few browsers, and read all the same
    for (const button of this.line.querySelectorAll("[data-does]")) button.addEventListener("click", () => this[button.dataset.does](button));
  }

  move(by, button) {
    const at = photos.indexOf(this);
    const to = at + by;
    if (to < 0 || to >= photos.length) return;
    photos.splice(to, 0, ...photos.splice(at, 1));
    draw();
    button.focus();
    said.textContent = words.moved.replace("N", to + 1);
  }

  up(button) { this.move(-1, button); }

  down(button) { this.move(1, button); }

  away() {
    const at = photos.indexOf(this);
    photos.splice(at, 1);
    this.drop();
    draw();
    (photos[Math.min(at, photos.length - 1)]?.line.querySelector("[data-does=away]") ?? camera).focus();
    said.textContent = words.removed;
  }

  drop() {
    URL.revokeObjectURL(this.line.querySelector("img").src);
    forget(this.id);
  }
}

function draw() {
  panel.hidden = photos.length === 0;
  list.replaceChildren(...photos.map((photo) => photo.line));
  for (const [at, photo] of photos.entries()) {
    photo.line.querySelector("[data-page]").textContent = words.page.replace("N", at + 1);
    for (const button of photo.line.querySelectorAll("[data-does]")) button.setAttribute("aria-label", `${button.title} : ${words.page.replace("N", at + 1)}`);
    photo.line.querySelector("[data-does=up]").disabled = at === 0;
    photo.line.querySelector("[data-does=down]").disabled = at === photos.length - 1;
  }
  document.getElementById("photos-send").textContent = (photos.length > 1 ? words.sendmany : words.sendone).replace("N", photos.length);
}

/** Lay photographs in the tray; it outlives a telephone that forgets the page while the camera is open. */
export async function lay(files) {
  for (const file of files.filter(isPhoto)) {
    const photo = new Photo(file);
    photos.push(photo);
    keep({ files: [file], name: file.name, tray: true, owner }).then((id) => { photo.id = id; if (!photos.includes(photo)) forget(id); });
  }
  draw();
  if (photos.length) said.textContent = words.count.replace("N", photos.length);
}

camera.addEventListener("change", () => { lay([...camera.files]); camera.value = ""; });
document.getElementById("photos-send").addEventListener("click", () => {
  const sent = photos;
  photos = [];
  take([{ files: sent.map((photo) => photo.file), name: words.name }]).then(() => { for (const photo of sent) photo.drop(); });
  draw();
  camera.focus();
});
document.getElementById("photos-drop").addEventListener("click", () => {
  for (const photo of photos) photo.drop();
  photos = [];
  draw();
  camera.focus();
});

left(owner).then((entries) => {
  photos.unshift(...entries.filter((each) => each.tray).map((entry) => new Photo(entry.files[0], entry.id)));
  draw();
});
