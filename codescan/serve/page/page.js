// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
// Everything shown comes from texts and packages of strangers: it is set as text, never as HTML.
"use strict";

const $ = (id) => document.getElementById(id);
const state = { token: "", text: "", findings: [], chosen: -1, rows: [], columns: [], sort: "", up: true };

function make(name, content = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = content;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

async function ask(path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (state.token) headers["X-Codescan-Token"] = state.token;
  const answer = await fetch(path, {
    method: body === undefined ? "GET" : "POST", headers, cache: "no-store",
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await answer.json();
  if (answer.ok) return content;
  if (answer.status === 401) {
    $("token-form").hidden = false;
    $("token").focus();
  }
  const error = content.error || {};
  throw new Error([error.message || `status ${answer.status}`, error.hint].filter(Boolean).join(": "));
}

// Check a text

function rarity(finding) {
  const families = finding.spread.families;
  return families >= 4 ? "wide" : families >= 2 ? "few" : "rare";
}

function plural(count, noun) { return `${count} ${noun}${count === 1 ? "" : "s"}`; }

function place(holder) {
  const lines = holder.start_line === holder.end_line
    ? `line ${holder.start_line}` : `lines ${holder.start_line}–${holder.end_line}`;
  return `${holder.path || "text"}, ${lines}`;
}

// Offsets are bytes of UTF-8; strings are indexed by UTF-16 units.
function unitOffsets(text, offsets) {
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  const units = new Map();
  let bytes = 0, unit = 0, next = 0;
  for (const character of text) {
    while (next < sorted.length && sorted[next] <= bytes) units.set(sorted[next++], unit);
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    unit += character.length;
  }
  while (next < sorted.length) units.set(sorted[next++], unit);
  return units;
}

function showText() {
  const spans = state.findings.map((each) => [each.snippet.start_byte, each.snippet.end_byte]);
  const units = unitOffsets(state.text, spans.flat());
  const ends = [...new Set([0, state.text.length, ...units.values()])].sort((a, b) => a - b);
  const marked = $("marked");
  marked.replaceChildren();
  for (let at = 0; at + 1 < ends.length; at += 1) {
    const piece = state.text.slice(ends[at], ends[at + 1]);
    const owner = spans.findIndex(
      ([start, end]) => units.get(start) <= ends[at] && units.get(end) >= ends[at + 1]);
    if (owner < 0) {
      marked.append(piece);
      continue;
    }
    const mark = make("mark", piece, { class: rarity(state.findings[owner]), "data-at": owner });
    mark.addEventListener("click", () => choose(owner));
    marked.append(mark);
  }
}

function showPassages() {
  $("passages").replaceChildren(...state.findings.map((finding, at) => {
    const button = make("button", `${finding.origin.package} ${finding.origin.version}`.trim(), {
      type: "button", "aria-pressed": "false",
    });
    button.append(make("small",
      `${place(finding.snippet)} · ${finding.license.expression} · grade ${finding.grade} · `
      + plural(finding.spread.families, "owner")));
    button.addEventListener("click", () => choose(at));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

function choose(at) {
  state.chosen = at;
  document.querySelectorAll("#passages button").forEach((button, number) => {
    button.setAttribute("aria-pressed", String(number === at));
    if (number === at) button.focus();
  });
  document.querySelectorAll("mark").forEach((mark) => {
    const isChosen = Number(mark.dataset.at) === at;
    mark.classList.toggle("chosen", isChosen);
  });
  const first = document.querySelector("mark.chosen");
  if (first) first.scrollIntoView({ block: "nearest" });
  showDetail(state.findings[at]);
}

function holderOf(finding) {
  return { ...finding.origin, license: finding.license };
}

function showDetail(finding) {
  const facts = document.createElement("dl");
  const add = (name, value) => {
    if (value) facts.append(make("dt", name), make("dd", value));
  };
  add("Origin", finding.origin.purl);
  add("File", place(finding.origin));
  add("License", `${finding.license.expression} (${finding.license.category})`);
  add("Copyright", finding.copyrights.join("; "));
  add("Grade", `${finding.grade}: ${finding.grade_reasons.join("; ")}`);
  add("Copy", `${finding.kind}, ${plural(finding.tokens, "token")}, ${Math.round(finding.similarity * 100)} % the same`);
  add("Released", finding.origin.released);
  const sides = make("div", "", { class: "sides" });
  sides.append(side("In the text", place(finding.snippet), finding.snippet.text, finding.origin.text),
    side("In the origin", place(finding.origin), finding.origin.text || "", finding.snippet.text));
  $("detail").replaceChildren(
    make("h3", `${finding.origin.package}: ${place(finding.origin)}`), facts, sides, alternatives(finding, sides));
  $("detail").hidden = false;
}

function side(title, where, text, other) {
  const lines = new Set(other.split("\n").map((line) => line.trim()));
  const box = document.createElement("div");
  const pre = make("pre", "", { tabindex: "0", role: "region", "aria-label": `${title}: ${where}` });
  for (const line of text.split("\n")) {
    const isSame = line.trim() && lines.has(line.trim());
    pre.append(make("span", `${line}\n`, isSame ? { class: "same" } : {}));
  }
  if (!text) pre.textContent = "(source text is withheld)";
  box.append(make("h3", title), pre);
  return box;
}

function alternatives(finding, sides) {
  const box = document.createElement("div");
  if (!finding.alternatives.length) return box;
  box.append(make("h3", `Other holders (${finding.alternatives_total})`));
  const table = document.createElement("table");
  const head = document.createElement("tr");
  for (const name of ["Package", "File", "License", "Released"]) head.append(make("th", name, { scope: "col" }));
  table.append(document.createElement("thead"), document.createElement("tbody"));
  table.tHead.append(head);
  for (const other of [holderOf(finding), ...finding.alternatives]) {
    const row = document.createElement("tr");
    const cell = document.createElement("td");
    const button = make("button", `${other.package} ${other.version}`.trim(), { type: "button" });
    button.addEventListener("click", () => compare(finding, other, sides));
    cell.append(button);
    row.append(cell, make("td", place(other)), make("td", other.license.expression), make("td", other.released || ""));
    table.tBodies[0].append(row);
  }
  box.append(table);
  return box;
}

async function compare(finding, other, sides) {
  let text = "";
  try {
    const query = new URLSearchParams({
      purl: other.purl, path: other.path, start_line: other.start_line, end_line: other.end_line,
    });
    text = (await ask(`/v1/passages?${query}`)).text;
  } catch (error) {
    $("status").textContent = error.message;
  }
  sides.lastChild.replaceWith(side(`In ${other.package}`, place(other), text, finding.snippet.text));
}

const STATUSES = {
  clean: "Compared whole: no passage of the index was found.",
  nothing: "Nothing was compared: the text is empty or not text.",
  partial: "A part could not be compared. What was compared holds no passage of the index.",
};

async function check() {
  const text = $("text").value;
  $("status").textContent = "Comparing…";
  $("result").hidden = true;
  let answer;
  try {
    answer = await ask("/v1/scan", { text, language: $("language").value.trim() || null });
  } catch (error) {
    $("status").textContent = `Nothing was checked: ${error.message}`;
    return;
  }
  const result = answer.results[0];
  state.text = text;
  state.findings = result.findings;
  const reasons = result.skipped.map((skip) => `${skip.item}: ${skip.reason}`).join("; ");
  const unknown = result.unknown_language ? ` The language “${result.unknown_language}” is not known.` : "";
  const found = `${plural(result.findings.length, "passage")} of the index found.`;
  const rest = result.status === "findings" && !answer.complete ? " A part could not be compared." : "";
  $("status").textContent = (STATUSES[result.status] || found) + rest + (reasons ? ` (${reasons})` : "") + unknown;
  $("detail").hidden = true;
  if (result.findings.length) {
    showText();
    showPassages();
    $("result").hidden = false;
    choose(0);
  }
}

// Runs

async function showRuns(id) {
  $("runs-status").textContent = "Reading…";
  try {
    if (id) {
      const run = await ask(`/v1/runs/${encodeURIComponent(id)}`);
      state.columns = ["grade", "text", "package", "file", "license", "tokens"];
      state.rows = run.findings.map((each) => ({
        grade: each.grade, text: `${each.snippet.id}:${each.snippet.start_line}`,
        package: `${each.origin.package} ${each.origin.version}`.trim(), file: place(each.origin),
        license: each.license.expression, tokens: each.tokens,
      }));
      $("runs-status").textContent = `${run.headline} `;
      $("runs-status").append(reportLink(id));
    } else {
      const { runs } = await ask("/v1/runs");
      state.columns = ["run", "date", "state", "model", "index", "headline"];
      state.rows = runs.map((each) => ({ ...each, link: each.id ? `#runs/${each.id}` : "" }));
      $("runs-status").textContent = plural(runs.length, "run");
    }
  } catch (error) {
    state.rows = [];
    $("runs-status").textContent = error.message;
  }
  state.sort = "";
  showTable();
}

// A link cannot carry the token: a ticket, which opens this report once, stands for it.
function reportLink(id) {
  const path = `/runs/${encodeURIComponent(id)}`;
  const link = make("a", "Open the report", { href: path });
  link.addEventListener("click", async (event) => {
    if (!state.token) return;
    event.preventDefault();
    try {
      const { ticket } = await ask(`/v1${path}/ticket`, {});
      location.assign(`${path}?ticket=${ticket}`);
    } catch (error) {
      $("runs-status").textContent = error.message;
    }
  });
  return link;
}

function showTable() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = state.rows.filter((row) => {
    const text = state.columns.map((key) => row[key] ?? "").join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (state.sort) {
    const sign = state.up ? 1 : -1;
    rows.sort((a, b) => sign * String(a[state.sort] ?? "").localeCompare(String(b[state.sort] ?? ""), undefined, { numeric: true }));
  }
  const head = document.createElement("tr");
  for (const key of state.columns) {
    const sort = state.sort === key ? (state.up ? "ascending" : "descending") : "none";
    const cell = make("th", "", { scope: "col", "aria-sort": sort });
    const button = make("button", key, { type: "button" });
    button.addEventListener("click", () => {
      state.up = state.sort === key ? !state.up : true;
      state.sort = key;
      showTable();
    });
    cell.append(button);
    head.append(cell);
  }
  $("table").tHead.replaceChildren(head);
  $("table").tBodies[0].replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    state.columns.forEach((key, at) => {
      const cell = make("td", at === 0 && row.link ? "" : String(row[key] ?? ""));
      if (at === 0 && row.link) cell.append(make("a", String(row[key]), { href: row.link }));
      line.append(cell);
    });
    return line;
  }));
}

// Views and keys

function route() {
  const [view, id] = location.hash.replace(/^#/, "").split("/");
  const isRuns = view === "runs";
  $("check").hidden = isRuns;
  $("runs").hidden = !isRuns;
  $("to-runs").toggleAttribute("aria-current", isRuns);
  $("to-check").toggleAttribute("aria-current", !isRuns);
  for (const link of document.querySelectorAll("nav a[aria-current]")) link.setAttribute("aria-current", "page");
  if (isRuns) showRuns(id ? decodeURIComponent(id) : "");
}

document.addEventListener("keydown", (event) => {
  if (event.target === $("text") && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    check();
  }
  if (/^(TEXTAREA|INPUT)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step && state.findings.length && !$("result").hidden) {
    choose((state.chosen + step + state.findings.length) % state.findings.length);
  }
});
window.addEventListener("hashchange", route);
$("check-form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
$("search").addEventListener("input", showTable);
$("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.token = $("token").value;
  $("token-form").hidden = true;
  route();
});
ask("/healthz").then((health) => { $("index-name").textContent = `index ${health.index}`; }, () => {});
route();
