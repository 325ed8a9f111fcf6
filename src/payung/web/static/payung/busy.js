// Says that a long step is under way, and keeps a second press from starting it twice.
for (const form of document.querySelectorAll("[data-busy]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const words = form.querySelector("[data-busy-words]");
    if (words) words.textContent = words.dataset.busyWords;
  });
}
