// On a narrow screen a table of words that is wider than its box becomes a list of rows, each cell under its column's
// name. A table of figures alone stays a table, so that its numbers can be compared. The roles keep it a table for
// those who listen to it.
const narrow = window.matchMedia("(max-width: 575.98px)");

function foldable(table) {
  const head = table.tHead;
  if (!head || head.rows.length !== 1 || table.dataset.fold === "no") return false;
  if (![...table.querySelectorAll("tbody td")].some((cell) => !cell.classList.contains("num"))) return false;
  const box = table.parentElement;
  return box.scrollWidth > box.clientWidth + 1;
}

function fold(table) {
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.innerText.trim());
  table.setAttribute("role", "table");
  for (const part of table.querySelectorAll("thead, tbody, tfoot")) part.setAttribute("role", "rowgroup");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    let column = 0;
    for (const cell of row.cells) {
      const heads = cell.tagName === "TH";
      cell.setAttribute("role", heads ? (cell.scope === "row" ? "rowheader" : "columnheader") : "cell");
      if (!heads && cell.colSpan === 1 && names[column]) cell.dataset.label = names[column];
      column += cell.colSpan;
    }
  }
  table.classList.add("folded");
}

function foldAll() {
  if (!narrow.matches) return;
  for (const table of document.querySelectorAll(".table-responsive > .table:not(.folded)")) {
    if (foldable(table)) fold(table);
  }
}

foldAll();
narrow.addEventListener("change", foldAll);
