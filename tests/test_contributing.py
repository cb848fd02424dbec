# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The examples of CONTRIBUTING.md work as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import types
from contextlib import closing
from pathlib import Path

import pytest

from codescan import registry
from codescan.errors import ModelError, SourceError
from codescan.index import Index, build
from codescan.protocols import Matcher, Model, PromptStrategy, Reporter, Source
from codescan.records import (
    Completion,
    Document,
    Match,
    Prompt,
    Report,
    Sampling,
    Skipped,
    Snippet,
    Suppressed,
)
from codescan.records.json_form import encode

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = dict(
    re.findall(r"^```python\n# (codescan/\S+\.py)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
)


@pytest.fixture
def example(monkeypatch):
    """Run an example as a module of its own; gives what it defines."""

    def run(path: str):
        module = types.ModuleType(f"example_{Path(path).stem}")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(compile(EXAMPLES[path], path, "exec"), module.__dict__)  # noqa: S102 - our own page
        return module

    return run


AXES_OF_FOLDERS = {"audits": "measures"}
"""Where an axis is not called as the folder of its plug-ins."""


@pytest.fixture
def installed_examples(tmp_path):
    """A folder for `sys.path`: the examples as a package that somebody else ships."""
    folder, described = tmp_path / "contributed", tmp_path / "contributed-1.dist-info"
    folder.mkdir()
    described.mkdir()
    lines = {}
    for path, code in EXAMPLES.items():
        stem = Path(path).stem
        (folder / f"{stem}.py").write_text(code, encoding="utf-8")
        module = path.removesuffix(".py").replace("/", ".")
        ((name, target),) = re.findall(rf'"([\w-]+)": "{re.escape(module)}:(\w+)"', PAGE)
        group = path.split("/")[1]
        group = AXES_OF_FOLDERS.get(group, group)
        lines.setdefault(group, []).append(f"{name} = contributed.{stem}:{target}\n")
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: contributed\nVersion: 1\n")
    (described / "entry_points.txt").write_text(
        "".join(f"[codescan.{group}]\n{''.join(each)}" for group, each in lines.items())
    )
    return tmp_path


@pytest.mark.slow
def test_the_examples_pass_the_contract_tests_that_their_sections_name(installed_examples):
    """As entry points of another package, which the tests find as any user's."""
    named = sorted(set(re.findall(r"`(tests/contracts/\w+\.py)`", PAGE)))
    examples = "tsv or notebooks or half-file or command or question-answer or longest"
    assert len(named) >= 5
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *named, "-k", examples],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(installed_examples)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 40


def test_there_is_an_example_for_each_axis():
    folders = {path.split("/")[1] for path in EXAMPLES}
    assert {AXES_OF_FOLDERS.get(name, name) for name in folders} == set(registry.AXES)


def test_each_example_is_registered_under_the_class_it_defines():
    for path, code in EXAMPLES.items():
        module = path.removesuffix(".py").replace("/", ".")
        (target,) = re.findall(rf'"[\w-]+": "{re.escape(module)}:(\w+)"', PAGE)
        assert f"class {target}" in code


def test_the_examples_pass_the_lint_rules(tmp_path):
    for path, code in EXAMPLES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    config = ["--config", ROOT / "pyproject.toml", "--no-cache"]
    for command in (["check", "--quiet", "--ignore=INP001"], ["format", "--check", "--quiet"]):
        done = subprocess.run(
            [*ruff, *command, *config], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_the_reporter_renders(example, sample_finding):
    reporter = example("codescan/reports/tsv.py").TsvReporter()
    assert isinstance(reporter, Reporter)
    report = Report(tool={}, run={}, index={}, statistics={}, findings=(sample_finding,))
    assert reporter.render(report).splitlines() == [
        "grade\tsnippet\tpackage\tversion\tpath\tline\tlicense",
        "A\t'=s1\tlocks\t1.0\tlocks/levels.py\t6\tGPL-3.0-or-later",
    ]


def test_the_source_reads_notebooks_and_skips_broken_ones(example, tmp_path):
    module = example("codescan/sources/notebooks.py")
    cells = [
        {"cell_type": "markdown", "source": ["# Title"]},
        {"cell_type": "code", "source": ["import math\n", "print(math.pi)\n"]},
    ]
    (tmp_path / "good.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (tmp_path / "bad.ipynb").write_text("{", encoding="utf-8")
    source = module.NotebooksSource(str(tmp_path))
    assert isinstance(source, Source)
    skipped, document = source.documents()
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "undecodable"
    assert isinstance(document, Document)
    assert (document.language, document.origin.path) == ("python", "good.ipynb.py")
    assert document.content == b"import math\nprint(math.pi)\n"
    with pytest.raises(SourceError):
        next(module.NotebooksSource(str(tmp_path / "none")).documents())


def test_the_strategy_expects_what_follows_its_prompt(example, make_document):
    strategy = example("codescan/prompts/half_file.py").HalfFileStrategy(max_lines=50)
    assert isinstance(strategy, PromptStrategy)
    document = make_document()
    (prompt,) = strategy.prompts(document)
    assert document.content.decode() == prompt.text + prompt.expected
    assert prompt.expected
    assert list(strategy.prompts(make_document("too short\n"))) == []
    assert [prompt] == list(strategy.prompts(document))


def test_the_model_runs_a_command_and_reports_its_failures(example):
    module = example("codescan/models/backends/command.py")
    prompt = Prompt(id="p", text="abc", strategy="file")
    model = module.CommandModel("tr a-z A-Z")
    assert isinstance(model, Model)
    assert list(model.generate([prompt], Sampling(count=2))) == [
        Completion("p", "command:tr a-z A-Z", "ABC", index, finish_reason="stop")
        for index in (0, 1)
    ]
    (failed,) = module.CommandModel("false").generate([prompt], Sampling())
    assert isinstance(failed, Skipped)
    with pytest.raises(ModelError):
        list(module.CommandModel("/no/such/program").generate([prompt], Sampling()))


def test_the_detector_finds_its_keys(example):
    from codescan.private_data.records import Detector
    from codescan.private_data.searched_text import SearchedText

    detector = example("codescan/private_data/radio_keys.py").RadioKeys()
    assert isinstance(detector, Detector)
    key = "radio_live_" + "0f1e2d3c4b" * 4
    token = "Zq8Lw3Xn5Vb7Mk2Jh9Gf4Ds6Ap1Oi0Uy"  # noqa: S105 - made up
    text = f"key = '{key}'\nBEACON_TOKEN={token}\n"
    values = {each.kind: each.value for each in detector.find(SearchedText(text))}
    assert values == {"radio-key": key, "beacon-token": token}


def test_the_canary_family_draws_from_its_stream_alone(example):
    from codescan.canaries.draw_stream import DrawStream

    family = example("codescan/canaries/families/port_list.py").PortListFamily()
    drawn = [family.draw(DrawStream("seed", number)) for number in range(50)]
    assert drawn == [family.draw(DrawStream("seed", number)) for number in range(50)]
    assert len({secret for _prefix, secret, _suffix in drawn}) == 50
    for parts in drawn:
        compile("".join(parts), "canary", "exec")
    assert family.bits == pytest.approx(95.9, abs=0.1)


def test_the_membership_score_is_not_measured_without_log_probabilities(example):
    from codescan.membership.texts import TextEvidence
    from codescan.records.scores import Score, TokenStatistics

    score = example("codescan/membership/scores/worst_token.py").WorstTokenScore()
    assert score.of(TextEvidence("text")) is None
    statistics = TokenStatistics((-0.5, -3.0, -1.0), (0, 9, 1), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    scored = Score("p", "m", 3, 0, -4.5, token_statistics=statistics)
    assert score.of(TextEvidence("text", scored)) == -3.0


def test_the_matcher_keeps_the_longest_match(example, corpus_folder, tmp_path):
    source = registry.load("sources", "directory")(str(corpus_folder))
    build([source], tmp_path / "index", name="tiny", recipe={}, workers=1)
    code = (corpus_folder / "locks/levels.py").read_bytes()
    half = code[: code.index(b"            if abs")]
    twice = half + b"\n\nclass Other:\n    pass\n\n\n" + code
    with closing(Index.open(tmp_path / "index")) as index:
        matcher = example("codescan/matchers/longest.py").LongestMatcher(index)
        assert isinstance(matcher, Matcher)
        matches = list(matcher.match(Snippet("s", twice, language="python")))
        none = list(matcher.match(Snippet("none", b"x = 1\n", language="python")))
    (match,) = [item for item in matches if isinstance(item, Match)]
    assert twice[match.span.start : match.span.end].endswith(b"return levels")
    assert "not-the-longest" in {item.reason for item in matches if isinstance(item, Suppressed)}
    assert none == []


def test_the_log_reader_reads_rows_and_names_those_without_an_answer(example):
    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import LogReader
    from codescan.logs.records import Exchange, Row, Unchecked

    module = example("codescan/logs/readers/question_answer.py")
    reader = module.QuestionAnswerReader(Conversations())
    assert isinstance(reader, LogReader)
    full, bare = {"question": "q", "answer": "a"}, {"question": "q", "answer": ""}
    assert reader.recognizes(full)
    assert not reader.recognizes({"question": "q"})
    (exchange,) = reader.read(Row("line 1", full), full)
    assert isinstance(exchange, Exchange)
    assert (exchange.prompt, exchange.responses[0].text) == ("q", "a")
    (unchecked,) = reader.read(Row("line 2", bare), bare)
    assert isinstance(unchecked, Unchecked)


def test_the_measure_gives_a_rate(example, tmp_path):
    from types import SimpleNamespace

    from codescan.audits.measure import Measure
    from codescan.runs import RunStore

    measure = example("codescan/audits/measures/empty_completions.py").EmptyCompletionsMeasure()
    assert isinstance(measure, Measure)
    with RunStore(tmp_path / "run") as store:
        store.add_prompts([Prompt("a", "one", "t"), Prompt("b", "two", "t")])
        state = SimpleNamespace(store=store)
        assert not measure.applies(state)
        store.save([Completion("a", "m", " "), Completion("b", "m", "text")])
        assert measure.applies(state)
        held = encode(measure.run(state))
    assert (held["target"]["k"], held["target"]["n"]) == (1, 2)
