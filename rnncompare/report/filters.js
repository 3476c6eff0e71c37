"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const chosen = kind => new Set(all(`input[data-filter=${kind}]`).filter(box => box.checked).map(box => box.value));
function filter() {
  const studies = chosen("study"), models = chosen("model");
  const every = document.getElementById("all-statistics").checked, kept = document.getElementById("signal-kept").checked;
  for (const section of all("section[data-study]")) section.hidden = !studies.has(section.dataset.study);
  for (const row of all("tr[data-model]")) row.hidden = !models.has(row.dataset.model)
    || ("minus" in row.dataset && !models.has(row.dataset.minus))
    || (row.dataset.primary === "false" && !every) || (row.dataset.signal === "kept" && !kept);
}
const value = cell => { const text = cell.textContent.trim().replace("−", "-").replace("< ", ""); return text === "–" ? -Infinity : isNaN(text) ? text : Number(text); };
function sort(heading) {
  const column = [...heading.parentNode.children].indexOf(heading), up = heading.getAttribute("aria-sort") !== "ascending";
  all("th", heading.parentNode).forEach(other => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", up ? "ascending" : "descending");
  const body = heading.closest("table").tBodies[0], order = up ? 1 : -1;
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  [...body.rows].sort((a, b) => order * compare(value(a.cells[column]), value(b.cells[column]))).forEach(row => body.append(row));
}
document.getElementById("filters").addEventListener("change", filter);
all("table.sortable thead th").forEach(heading => heading.firstElementChild.addEventListener("click", () => sort(heading)));
addEventListener("beforeprint", () => all("details").forEach(part => part.open = true));
filter();
