"use strict";
// What is shown of the tables: filters, search, the first rows or all, their order, and the address that keeps the choices.
const FIRST = 10;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const by = id => document.getElementById(id);
const form = by("filters"), every = by("all-statistics"), kept = by("signal-kept"), full = by("full");
const kinds = all("fieldset[data-kind]", form).map(group => group.dataset.kind);
const boxes = kind => all(`input[data-filter=${kind}]`, form);
const chosen = kind => new Set(boxes(kind).filter(box => box.checked).map(box => box.value));
let at = "";  // the part of the page to which the address leads

// The text of a cell as a reader sees it: a line break is a space, and the small second line is in parentheses.
const text = node => [...node.childNodes].map(part => part.nodeName === "BR" ? " " : part.nodeName === "SMALL" ? ` (${text(part)})`
  : part.childNodes.length ? text(part) : part.textContent).join("").trim();
const words = new Map();
const wordsOf = row => words.get(row) ?? words.set(row, [...row.cells].map(text).join(" ").toLowerCase()).get(row);

function show(block, passes) {
  const rows = [...block.querySelector("tbody").rows], open = "open" in block.dataset;
  const wanted = block.querySelector(".find").value.toLowerCase().split(/\s+/);
  const fitting = rows.filter(row => passes(row) && wanted.every(word => wordsOf(row).includes(word)));
  const shown = new Set(open ? fitting : fitting.slice(0, FIRST));
  rows.forEach(row => row.hidden = !shown.has(row));
  const more = block.querySelector(".more"), save = block.querySelector(".save");
  more.hidden = fitting.length <= FIRST;
  more.textContent = open ? `first ${FIRST}` : `all ${fitting.length}`;
  more.setAttribute("aria-expanded", open);
  save.hidden = !shown.size;
  save.textContent = `download the ${shown.size === 1 ? "row" : `${shown.size} rows`} shown (CSV)`;
  const left = rows.length - fitting.length;
  block.querySelector(".said").textContent = `${shown.size} of ${fitting.length} rows shown`
    + (left ? `; filters and search leave out ${left}` : "");
}

function apply() {
  const [studies, animals, models, measures] = ["study", "animal", "model", "measure"].map(chosen);
  const passes = row => models.has(row.dataset.model) && (!("minus" in row.dataset) || models.has(row.dataset.minus))
    && (!row.dataset.measure || measures.has(row.dataset.measure))
    && (row.dataset.primary !== "false" || every.checked) && (row.dataset.signal !== "kept" || kept.checked);
  const sections = all("section[data-study]");
  for (const section of sections) section.hidden = !studies.has(section.dataset.study) || !animals.has(section.dataset.animal);
  by("nothing").hidden = sections.some(section => !section.hidden);
  for (const cell of all("th[data-measure], td[data-measure]")) cell.hidden = !measures.has(cell.dataset.measure);
  for (const block of all(".tabulated")) show(block, passes);
  const part = kind => [boxes(kind).filter(box => box.checked).length, boxes(kind).length];
  const active = kinds.filter(kind => part(kind)[0] < part(kind)[1]);
  for (const note of all(".unfiltered")) note.hidden = !active.some(kind => kind === "model" || kind === "measure");
  by("filters-state").textContent = active.length === 0 ? "none in use"
    : active.map(kind => `${form.querySelector(`[data-kind=${kind}] legend`).textContent}: ${part(kind).join(" of ")}`).join("; ");
}

// The address: the values of a kind that are chosen, or those that are not if these are fewer; then the state of each table.
function remember() {
  const state = new URLSearchParams();
  for (const kind of kinds) {
    const on = boxes(kind).filter(box => box.checked), off = boxes(kind).filter(box => !box.checked);
    if (!off.length) continue;
    if (!on.length) state.append(kind, "");
    else if (on.length <= off.length) on.forEach(box => state.append(kind, box.value));
    else off.forEach(box => state.append(`not-${kind}`, box.value));
  }
  if (every.checked) state.set("statistics", "all");
  if (kept.checked) state.set("signal", "kept");
  for (const block of all(".tabulated")) {
    if ("open" in block.dataset) state.append("all", block.dataset.table);
    if (block.querySelector(".find").value) state.set(`find-${block.dataset.table}`, block.querySelector(".find").value);
  }
  if (at) state.set("at", at);
  history.replaceState(null, "", `#${state}`);
}

function recall() {
  const hash = location.hash.slice(1);
  if (hash && !hash.includes("=")) {  // a link to a part of the page, which leaves the choices as they are
    at = new URLSearchParams(`at=${hash.replaceAll("+", "%2B")}`).get("at");
    return;
  }
  const found = new URLSearchParams(hash);
  for (const kind of kinds) {
    const on = found.getAll(kind), off = found.getAll(`not-${kind}`);
    boxes(kind).forEach(box => box.checked = found.has(kind) ? on.includes(box.value) : !off.includes(box.value));
  }
  every.checked = found.get("statistics") === "all";
  kept.checked = found.get("signal") === "kept";
  for (const block of all(".tabulated")) {
    if (found.getAll("all").includes(block.dataset.table)) block.dataset.open = "";
    else delete block.dataset.open;
    block.querySelector(".find").value = found.get(`find-${block.dataset.table}`) ?? "";
  }
  at = found.get("at") ?? "";
}

function update() { apply(); remember(); }

const value = cell => { const said = text(cell).replace("−", "-").replace("< ", ""); return said === "–" ? -Infinity : said === "" || isNaN(said) ? said : Number(said); };
function sort(heading) {
  const column = [...heading.parentNode.children].indexOf(heading), up = heading.getAttribute("aria-sort") !== "ascending";
  all("th", heading.parentNode).forEach(other => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", up ? "ascending" : "descending");
  const body = heading.closest("table").tBodies[0], order = up ? 1 : -1;
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  [...body.rows].sort((a, b) => order * compare(value(a.cells[column]), value(b.cells[column]))).forEach(row => body.append(row));
  apply();
}

function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The rows and columns that are shown. In cells with numbers, minus signs are those of programs, and a missing value is empty.
function csv(block) {
  const rows = [block.querySelector("thead tr"), ...[...block.querySelector("tbody").rows].filter(row => !row.hidden)];
  const plain = cell => cell.tagName === "TH" || cell.classList.contains("text") ? text(cell) : text(cell).replaceAll("−", "-").replace(/^–$/, "");
  const quoted = said => /[",\r\n]/.test(said) ? `"${said.replaceAll('"', '""')}"` : said;
  return rows.map(row => [...row.cells].filter(cell => !cell.hidden).map(cell => quoted(plain(cell))).join(",") + "\r\n").join("");
}

function enlarge(figure) {
  const image = figure.querySelector("img"), copy = full.querySelector("img");
  for (const name of ["src", "alt", "width"]) copy.setAttribute(name, image.getAttribute(name));
  full.showModal();
}

form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("change", update);
form.addEventListener("click", event => {
  const button = event.target.closest("fieldset[data-kind] button");
  if (!button) return;
  const own = button.parentNode.querySelector("input");
  for (const box of boxes(button.closest("fieldset").dataset.kind))
    box.checked = button.className === "every" || (button.className === "only" && box === own);
  update();
});
for (const block of all(".tabulated")) {
  block.querySelector(".find").addEventListener("input", update);
  block.querySelector(".more").addEventListener("click", () => { if ("open" in block.dataset) delete block.dataset.open; else block.dataset.open = ""; update(); });
  block.querySelector(".save").addEventListener("click", () => save(block.dataset.file, csv(block), "text/csv"));
  for (const button of all("thead button", block)) button.addEventListener("click", () => sort(button.parentNode));
}
for (const figure of all("figure")) {
  figure.querySelector(".enlarge").addEventListener("click", () => enlarge(figure));
  figure.querySelector("img").addEventListener("click", () => enlarge(figure));
}
full.querySelector(".close").addEventListener("click", () => full.close());
by("save-config").hidden = false;
by("save-config").addEventListener("click", () => save("study.yaml", by("config").textContent, "text/yaml"));
addEventListener("hashchange", () => { recall(); update(); });
addEventListener("beforeprint", () => all("details").forEach(part => part.open = true));
recall();
apply();
if (at) by(at)?.scrollIntoView();
