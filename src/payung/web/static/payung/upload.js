// Drag a file in, and see how far its sending has come. Without this script the form works as any other.
const form = document.querySelector("[data-upload]");
const input = form.querySelector('input[type="file"]');
const drop = form.querySelector("[data-drop]");
const panel = form.querySelector("[data-progress]");
const bar = panel.querySelector("progress");
const words = panel.querySelector("[data-progress-words]");
const button = form.querySelector('button[type="submit"]');

drop.querySelector("[data-drop-hint]").hidden = false;
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("drop-over");
  });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.classList.remove("drop-over"));
}
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
});

form.addEventListener("submit", (event) => {
  if (!input.files.length) return;
  event.preventDefault();
  button.disabled = true;
  panel.hidden = false;
  words.textContent = words.dataset.sending;
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) bar.value = Math.round((100 * sent.loaded) / sent.total);
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    words.textContent = words.dataset.reading;
  });
  request.addEventListener("load", () => {
    if (request.status < 300 && request.responseURL !== location.href) {
      location.assign(request.responseURL);
      return;
    }
    // The form came back with what is wrong: show it as the browser would have.
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.addEventListener("error", () => {
    button.disabled = false;
    words.textContent = words.dataset.failed;
  });
  request.send(new FormData(form));
});
