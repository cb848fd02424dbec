// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
"use strict";
// Filters and folds the findings. The page says everything without it.
(() => {
  const bar = document.querySelector(".filter");
  if (!bar) return;
  const findings = Array.from(document.querySelectorAll(".finding"));
  const groups = Array.from(document.querySelectorAll(".grade"));
  const search = bar.querySelector("input[type=search]");
  const category = bar.querySelector("select");
  const boxes = Array.from(bar.querySelectorAll("input[type=checkbox]"));
  const output = bar.querySelector("output");

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const grades = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const finding of findings) {
      const data = finding.dataset;
      const fits =
        grades.has(data.grade) &&
        (!category.value || data.category === category.value) &&
        words.every((word) => data.words.includes(word));
      finding.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const group of groups) group.hidden = !group.querySelector(".finding:not([hidden])");
    output.textContent = shown === findings.length ? `${shown} findings` : `${shown} of ${findings.length}`;
  }

  function fold(open) {
    for (const finding of findings) {
      if (!finding.hidden) finding.querySelector("details").open = open;
    }
  }

  function reveal() {
    if (!/^#(finding|answer)-\d+$/.test(location.hash)) return;
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    const details = target.matches("details") ? target : target.querySelector("details");
    for (let box = details; box; box = box.parentElement && box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView();
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });
  for (const control of [category, ...boxes]) control.addEventListener("change", apply);
  bar.querySelector("[data-fold=open]").addEventListener("click", () => fold(true));
  bar.querySelector("[data-fold=close]").addEventListener("click", () => fold(false));
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => fold(true));
  bar.hidden = false;
  apply();
  reveal();
})();
