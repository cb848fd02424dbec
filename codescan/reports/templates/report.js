// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
"use strict";
// Filters, groups, sorts and links the findings. The page says everything without it.
(() => {
  const root = document.documentElement;
  const form = document.querySelector(".filter");
  const findings = Array.from(document.querySelectorAll(".finding"));
  const holder = document.querySelector(".groups");
  const firstGroups = holder ? Array.from(holder.children) : [];
  const texts = new Map();
  root.classList.add("js");

  // --- Deep links --------------------------------------------------------------------------
  function openAround(element) {
    const own = element.matches("details") ? element : element.querySelector(":scope > details");
    if (own) own.open = true;
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }

  function reveal() {
    let name = "";
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = name && document.getElementById(name);
    if (!target) return;
    if (target.matches(".finding") && target.hidden) {
      form.reset();
      apply();
    }
    openAround(target);
    target.scrollIntoView({ block: "start", behavior: "instant" });
  }

  // --- Copying -----------------------------------------------------------------------------
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  const COPIED = {
    link: (button) => `${location.href.split("#")[0]}#${button.closest(".finding").id}`,
    citation: (button) => button.closest(".finding").querySelector(".citation").textContent.trim(),
    statement: () =>
      Array.from(document.querySelectorAll(".statement dd"), (answer) => answer.textContent.trim()).join(" "),
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) {
      const label = button.textContent;
      await copy(COPIED[button.dataset.copy](button));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    }
    const link = event.target.closest("a[data-project]");
    const choice = link && form && form.elements.project;
    if (choice) {
      form.reset();
      choice.value = link.dataset.project;
      apply();
    }
  });

  // --- Printing: everything is open on paper -------------------------------------------------
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const details of closed) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
    closed = [];
  });

  // --- Tables ------------------------------------------------------------------------------
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.matches(".count") ? head.ariaSort !== "descending" : head.ariaSort === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = Array.from(body.rows);
        rows.sort((a, b) => {
          const [x, y] = [a, b].map((row) => row.cells[column].textContent);
          const order = head.matches(".count") ? Number(x) - Number(y) : x.localeCompare(y);
          return down ? -order : order;
        });
        body.append(...rows);
      });
    });
  }

  // --- Filter, group and sort ----------------------------------------------------------------
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const measureNames = new Map(
    form && form.elements.measure ? Array.from(form.elements.measure.options, (o) => [o.value, o.label.replace(/ \(\d+\)$/, "")]) : [],
  );

  function textOf(finding) {
    let text = texts.get(finding);
    if (text === undefined) {
      const parts = Array.from(finding.querySelectorAll("summary, td.l, pre, .facets"), (part) => part.textContent);
      const whole = finding.dataset.text && document.getElementById(finding.dataset.text);
      if (whole) parts.push(...Array.from(whole.querySelectorAll("pre"), (part) => part.textContent));
      text = `${finding.dataset.words} ${parts.join("\n")}`.toLowerCase();
      texts.set(finding, text);
    }
    return text;
  }

  function matcher() {
    const words = value("text").toLowerCase().match(/"[^"]+"|[^\s"]+/g) || [];
    const wanted = words.map((word) => word.replace(/^"|"$/g, ""));
    const [kind, license] = [value("license").split(":", 1)[0], value("license").replace(/^\w+:/, "")];
    return (finding) => {
      const data = finding.dataset;
      return (
        (!value("grade") || data.grade === value("grade")) &&
        (!value("project") || data.project === value("project")) &&
        (!license || data[kind === "category" ? "category" : "license"] === license) &&
        (!value("measure") || data.measures.split(" ").includes(value("measure"))) &&
        (!value("arm") || data.arm === value("arm")) &&
        wanted.every((word) => textOf(finding).includes(word))
      );
    };
  }

  const SORTS = {
    order: () => 0,
    tokens: (a, b) => b.dataset.tokens - a.dataset.tokens,
    project: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
    license: (a, b) => a.dataset.license.localeCompare(b.dataset.license),
    measure: (a, b) => b.dataset.measures.length - a.dataset.measures.length || a.dataset.measures.localeCompare(b.dataset.measures),
    arm: (a, b) => b.dataset.arm.localeCompare(a.dataset.arm),
    place: (a, b) => a.dataset.place.localeCompare(b.dataset.place),
  };

  function groupName(finding, by) {
    const data = finding.dataset;
    if (by === "measure") return data.measures.split(" ").map((word) => measureNames.get(word) || word).join(", ");
    if (by === "arm") return data.arm === "null" ? "Null arm: unseen text" : "Target arm";
    return data[by] || "Findings";
  }

  let arranged = "grade order";
  function arrange() {
    const [by, sort] = [value("group"), value("sort")];
    if (arranged === `${by} ${sort}`) return;
    arranged = `${by} ${sort}`;
    const inOrder = findings
      .slice()
      .sort((a, b) => SORTS[sort](a, b) || a.dataset.order - b.dataset.order);
    if (by === "grade") {
      for (const finding of inOrder) {
        firstGroups.find((group) => group.dataset.grade === finding.dataset.grade).append(finding);
      }
      holder.replaceChildren(...firstGroups);
      return;
    }
    const groups = new Map();
    for (const finding of inOrder) {
      const name = groupName(finding, by);
      if (!groups.has(name)) {
        const group = document.createElement("div");
        const head = group.appendChild(document.createElement("div"));
        group.className = "group";
        head.className = "group-head";
        head.appendChild(document.createElement("h3")).textContent = name;
        head.appendChild(document.createElement("span")).className = "soft count";
        groups.set(name, group);
      }
      groups.get(name).append(finding);
    }
    holder.replaceChildren(...groups.values());
  }

  function apply() {
    arrange();
    const fits = matcher();
    let shown = 0;
    for (const finding of findings) {
      finding.hidden = !fits(finding);
      if (!finding.hidden) shown += 1;
    }
    for (const group of holder.children) {
      const count = group.querySelectorAll(".finding:not([hidden])").length;
      group.hidden = !count;
      const label = group.querySelector(".group-head .count");
      if (label) label.textContent = count === 1 ? "1 finding" : `${count} findings`;
    }
    form.querySelector("output").textContent =
      shown === findings.length ? `${shown} findings` : `${shown} of ${findings.length} findings`;
  }

  function fold(open) {
    for (const finding of findings) {
      if (!finding.hidden) finding.querySelector("details").open = open;
    }
  }

  if (form) {
    for (const group of firstGroups) group.dataset.grade = group.querySelector(".finding").dataset.grade;
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(apply, 120);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    form.querySelector("[data-fold=open]").addEventListener("click", () => fold(true));
    form.querySelector("[data-fold=close]").addEventListener("click", () => fold(false));
    form.hidden = false;
    // What a link leads to must not end up under the bar.
    const measure = () => {
      const covers = getComputedStyle(form).position === "sticky";
      root.style.setProperty("--bar", covers ? `${form.offsetHeight}px` : "0px");
    };
    new ResizeObserver(measure).observe(form);
    measure();
    apply();
  }
  window.addEventListener("hashchange", reveal);
  window.addEventListener("load", reveal);
  reveal();
})();
