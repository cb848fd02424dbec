# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The shipped log of assistant answers, end to end: whose is what, and what is nobody's."""

from __future__ import annotations

import json
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from codescan.index import Index, build
from codescan.pipeline import scan, snippets_of
from codescan.records import Completion, Finding, Grade, Prompt
from codescan.registry import AXES, load

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ORIGINS = json.loads((EXAMPLES / "assistant_answers.origins.json").read_text(encoding="utf-8"))
LOG = (EXAMPLES / "assistant_answers.jsonl").read_text(encoding="utf-8")
ANSWERS = {row["id"]: row for row in map(json.loads, LOG.splitlines())}
HEADLINE = {Grade.A, Grade.B}


def installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


COPIES = [copy for copy in ORIGINS["copies"] if installed(copy["package"])]


@pytest.fixture(scope="module")
def findings(tmp_path_factory) -> dict[str, list[Finding]]:
    """Every finding by answer, against an index of the packages the log names."""
    folder = tmp_path_factory.mktemp("example") / "index"
    names = tuple({copy["package"] for copy in COPIES})
    build([load("sources", "installed")(names=names)], folder, name="log", recipe={}, workers=1)
    by_answer: dict[str, list[Finding]] = {name: [] for name in ANSWERS}
    with closing(Index.open(folder)) as index:
        matchers = [load("matchers", name)(index) for name in AXES["matchers"]]
        for name, row in ANSWERS.items():
            prompt = Prompt(id=name, text=row["prompt"], strategy="replay")
            snippets = snippets_of(Completion(name, "log", row["completion"]), prompt)
            by_answer[name] = [i for i in scan(snippets, index, matchers) if isinstance(i, Finding)]
    return by_answer


@pytest.mark.parametrize("copy", COPIES, ids=[f"{c['id']}/{c['name']}" for c in COPIES])
def test_a_copied_function_is_found_in_its_file_with_its_license(copy, findings):
    finding = max(
        (f for f in findings[copy["id"]] if f.attribution.origin.path == copy["path"]),
        key=lambda f: f.tokens,
    )
    assert finding.grade in HEADLINE
    attribution = finding.attribution
    assert attribution.origin.package.version == version(copy["package"])
    assert copy["license"] in attribution.license.expression
    assert finding.kind == copy["kind"]
    answer = ANSWERS[copy["id"]]["completion"].encode()
    passage = answer[finding.span.start : finding.span.end].decode()
    assert finding.tokens >= 31
    assert "```" not in passage
    first = answer[: finding.span.start].count(b"\n") + 1
    assert finding.region.start_line == first


@pytest.mark.parametrize("name", ORIGINS["clean"])
def test_an_answer_of_ones_own_has_no_finding(name, findings):
    assert findings[name] == []


@pytest.mark.parametrize("name", ORIGINS["common"])
def test_common_text_is_never_a_headline(name, findings):
    assert not HEADLINE & {finding.grade for finding in findings[name]}
