# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The steps of an audit: what is stored is not asked again, and the numbers are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from msgspec import structs

from codescan.__main__ import main
from codescan.audits import elicitation, runner
from codescan.audits.measures.extraction import extraction_statistics
from codescan.audits.parts import AuditParts
from codescan.audits.prompt_plan import PromptPlan
from codescan.audits.runner import run_audit
from codescan.errors import ModelError
from codescan.index import Index
from codescan.matchers.matching import Matching
from codescan.records import (
    Arm,
    Completion,
    Grade,
    LicenseBasis,
    LicenseClaim,
    Prompt,
    Region,
    Sampling,
    Score,
    Skipped,
    Snippet,
    Suppressed,
    coverage_of,
)
from codescan.records.json_form import encode
from codescan.reports.audit_sentences import audit_sentences
from codescan.reports.summary import headline
from codescan.runs import RunStore, read_run

REPORTED = {"tool": {"name": "codescan"}, "run": {}, "index": {}}


def prompt(number: int, **changes) -> Prompt:
    return Prompt(
        id=f"p{number}", text=f"text {number}", strategy="prefix", language="python", **changes
    )


class Parrot:
    """Answers every prompt; can be made to fail after some answers, and to score."""

    name = "parrot"
    tokenizer = None

    def __init__(self, fail_after=10**9, error=KeyboardInterrupt):
        self.asked = []
        self.fail_after = fail_after
        self.error = error

    def generate(self, prompts, sampling):
        for each in prompts:
            if len(self.asked) >= self.fail_after:
                raise self.error("stop")
            self.asked.append(each.id)
            for index in range(sampling.count):
                text = f"answer to {each.id}"
                yield Completion(each.id, self.name, text, index, tokens=10)

    def describe(self):
        return {"name": self.name}


class ScoringParrot(Parrot):
    """Follows the true continuation of even prompts to the end."""

    def __init__(self, **options):
        super().__init__(**options)
        self.scored = []

    def score(self, prompts):
        for each in prompts:
            self.scored.append(each.id)
            even = int(each.id[1:]) % 2 == 0
            yield Score(each.id, self.name, tokens=50, greedy_run=50 if even else 20, logprob=-1.0)


def python_snippets_of(completion, _prompt):
    yield Snippet(f"{completion.id}#python", completion.text.encode())


@pytest.fixture
def matching(sample_finding, built_index, monkeypatch):
    """Says that every answer to a prompt with a 3 is a copy; suppresses p1, skips p2."""

    def scan_snippets(snippets, _index, _matchers, **_options):
        for snippet in snippets:
            if "3" in snippet.id.partition("/")[0]:
                yield structs.replace(sample_finding, snippet_id=snippet.id)
            if snippet.id.startswith("p1/"):
                yield Suppressed(snippet.id, Region(1, 1), 40, "too-common")
            if snippet.id.startswith("p2/"):
                yield Skipped(snippet.id, "match", "binary")

    monkeypatch.setattr(elicitation, "snippets_of", python_snippets_of)
    monkeypatch.setattr(elicitation, "scan", scan_snippets)
    with Index.open(built_index) as index:
        yield Matching(index, ())


@pytest.fixture
def store(tmp_path):
    with RunStore(tmp_path / "run") as opened:
        opened.settle({"seed": 0})
        yield opened


@pytest.fixture
def parts(matching):
    def make(model, prompts=tuple(map(prompt, range(10))), sampling=Sampling()):  # noqa: B008
        return AuditParts(
            model=model,
            sampling=sampling,
            prompts=PromptPlan(prompts),
            matching=matching,
        )

    return make


def test_an_audit_reports_every_kind_of_outcome(parts, store):
    report = run_audit(parts(Parrot()), store, **REPORTED)
    assert [finding.snippet_id for finding in report.findings] == ["p3/0#python"]
    assert report.completions == {"p3/0#python": "answer to p3"}
    assert [item.reason for item in report.suppressed] == ["too-common"]
    assert [item.item for item in report.skipped] == ["p2/0#python"]
    assert report.statistics["prompts"] == 10
    assert report.statistics["tokens"] == 100
    assert report.statistics["copies"]["target"]["k"] == 1
    assert report.statistics["copies"]["target"]["n"] == 10
    assert report.statistics["findings_by_grade"] == {"A": 1, "B": 0, "C": 0, "D": 0}
    assert report.statistics["discoverable_extraction"] is None
    assert "consistent with memorization" in " ".join(audit_sentences(report))


def test_refused_and_filtered_answers_are_counted(parts, store):
    ends = {"p1": "refusal", "p2": "refusal", "p5": "filter"}

    class Unwilling(Parrot):
        def generate(self, prompts, sampling):
            for message in super().generate(prompts, sampling):
                end = ends.get(message.prompt_id, "stop")
                yield structs.replace(message, finish_reason=end)

    report = run_audit(parts(Unwilling()), store, **REPORTED)
    assert report.statistics["finish_reasons"] == {"filter": 1, "refusal": 2, "stop": 7}
    assert (
        "Of 10 completions, 2 were refused and 1 was held back by a filter; they count as "
        "completions." in audit_sentences(report)
    )


@pytest.mark.parametrize("chat", [False, True])
@pytest.mark.parametrize("template", [False, True])
def test_messages_to_a_model_without_a_chat_template_are_named(parts, store, template, chat):
    class Described(Parrot):
        def describe(self):
            return {**super().describe(), "chat_template": template}

    prompts = [structs.replace(prompt(1), chat=chat)]
    summary = audit_sentences(run_audit(parts(Described(), prompts), store, **REPORTED))
    assert any("no chat template" in line for line in summary) == (chat and not template)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ModelError])
def test_an_audit_that_was_stopped_goes_on_and_ends_with_the_same_report(
    parts, store, tmp_path, error
):
    stopped = ScoringParrot(fail_after=4, error=error)
    prompts = tuple(prompt(n, expected="x") for n in range(10))
    with pytest.raises(error):
        run_audit(parts(stopped, prompts), store, **REPORTED)
    going_on = ScoringParrot()
    report = run_audit(parts(going_on, prompts), store, **REPORTED)
    assert stopped.asked + going_on.asked == [f"p{n}" for n in range(10)]
    with RunStore(tmp_path / "other") as other:
        other.settle({"seed": 0})
        assert run_audit(parts(ScoringParrot(), prompts), other, **REPORTED) == report


def test_answers_of_a_batch_that_broke_off_are_kept(parts, store):
    stopped = Parrot(fail_after=4)
    with pytest.raises(KeyboardInterrupt):
        run_audit(parts(stopped), store, **REPORTED)
    assert [completion.prompt_id for completion in store.completions()] == stopped.asked


def test_a_finished_audit_asks_nothing_again(parts, store):
    prompts = tuple(prompt(n, expected="x") for n in range(10))
    first = run_audit(parts(ScoringParrot(), prompts), store, **REPORTED)
    idle = ScoringParrot()
    assert run_audit(parts(idle, ()), store, **REPORTED) == first
    assert idle.asked == idle.scored == []


def test_scores_of_a_batch_that_broke_off_are_kept(parts, store):
    class Breaking(ScoringParrot):
        def score(self, prompts):
            yield from super().score(prompts[:3])
            raise ModelError("out of memory")

    prompts = tuple(prompt(n, expected="x") for n in range(10))
    with pytest.raises(ModelError):
        run_audit(parts(Breaking(), prompts), store, **REPORTED)
    going_on = ScoringParrot()
    run_audit(parts(going_on, prompts), store, **REPORTED)
    assert going_on.scored == [f"p{n}" for n in range(3, 10)]


def test_discoverable_extraction_counts_what_was_followed_to_the_end(parts, store):
    prompts = [prompt(n, expected="x" if n < 8 else "") for n in range(10)]
    report = run_audit(parts(ScoringParrot(), tuple(prompts)), store, **REPORTED)
    extraction = report.statistics["discoverable_extraction"]
    assert (extraction["target"]["k"], extraction["target"]["n"]) == (4, 8)
    assert extraction["target"]["low"] < 0.5 < extraction["target"]["high"]
    assert extraction["longest_greedy_run"] == 50
    assert extraction["mean_greedy_run"] == 35
    assert report.statistics["by_strategy"]["prefix"]["discoverable_extraction"]["k"] == 4


def test_the_null_arm_is_counted_apart_and_taken_off(parts, store):
    prompts = [prompt(n, arm=Arm.NULL if n >= 5 else Arm.TARGET) for n in range(10)]
    report = run_audit(parts(Parrot(), tuple(prompts)), store, **REPORTED)
    copies = report.statistics["copies"]
    assert (copies["target"]["k"], copies["target"]["n"]) == (1, 5)
    assert (copies["null"]["k"], copies["null"]["n"]) == (0, 5)
    assert copies["excess"]["value"] == pytest.approx(0.2)
    assert report.statistics["by_language"]["python"]["prompts"] == 5
    assert any("cannot have seen" in line for line in audit_sentences(report))


def test_several_answers_to_one_prompt_count_one_prompt(parts, store):
    report = run_audit(parts(Parrot(), sampling=Sampling(count=3)), store, **REPORTED)
    copies = report.statistics["copies"]
    assert (copies["target"]["k"], copies["target"]["n"]) == (3, 30)
    assert (copies["prompts"]["k"], copies["prompts"]["n"]) == (1, 10)


def test_only_grades_a_and_b_make_a_headline_and_licenses_are_grouped(store, sample_finding):
    store.add_prompts(map(prompt, range(2)))
    store.save([Completion("p0", "m", "x"), Completion("p1", "m", "x")])
    strong = LicenseClaim("GPL-3.0-only", LicenseBasis.FILE_TAG, category="strong-copyleft")
    attribution = structs.replace(sample_finding.attribution, license=strong)
    entries = [
        structs.replace(sample_finding, grade=grade, snippet_id=snippet, attribution=attribution)
        for grade, snippet in [(Grade.B, "s0"), (Grade.A, "s0"), (Grade.C, "s1"), (Grade.D, "s1")]
    ]
    owners = {"s0": "p0/0", "s1": "p1/0"}
    statistics = encode(extraction_statistics(store, entries, owners, scorer=False))
    assert statistics["copies"]["target"]["k"] == 1
    assert statistics["by_license_category"] == {
        "strong-copyleft": {"findings": 2, "texts": 1, "packages": 1}
    }


def test_each_completion_is_written_once(parts, store, monkeypatch):
    written = Counter()
    save = RunStore.save

    def counting(self, items):
        items = list(items)
        written.update(item.id for item in items if isinstance(item, Completion))
        return save(self, items)

    monkeypatch.setattr(RunStore, "save", counting)
    prompts = tuple(prompt(number, expected="x") for number in range(20))
    run_audit(parts(Parrot(), prompts), store, **REPORTED)
    assert set(written.values()) == {1}
    assert len(written) == 20


def test_a_run_without_prompts_reports_that_nothing_was_checked(parts, store):
    report = run_audit(parts(Parrot(), ()), store, **REPORTED)
    assert headline(report) == "Nothing was checked"
    assert not coverage_of(report).is_complete


def test_the_watch_sees_every_step_and_never_more_than_there_is(parts, store):
    seen = []
    prompts = tuple(prompt(n, expected="x") for n in range(10))
    run_audit(
        parts(ScoringParrot(), prompts), store, **REPORTED, watch=lambda *step: seen.append(step)
    )
    assert [*dict.fromkeys(step for step, _, _ in seen)] == [
        "draw prompts",
        "ask the model",
        "score true continuations",
        "match completions",
    ]
    assert all(total is None or 0 <= done <= total for _, done, total in seen)
    assert seen[-1] == ("match completions", 10, 10)


def test_twelve_of_twenty_samples_that_agree_are_ranked_then_found_in_the_index(
    built_index, copied_function
):
    """A log whose one prompt has twenty answers: the planted function in twelve, little edited."""
    answers = []
    for number in range(20):
        source = "".join(f"value_{number}_{n} = {number * n} + other_{n}\n" for n in range(20))
        copied = copied_function.replace("rising", "climbing") if number % 4 else copied_function
        answers.append(copied if number % 5 < 3 else source)
    choices = [{"index": i, "text": text} for i, text in enumerate(answers)]
    row = {"id": "tides", "prompt": "write the tides", "choices": choices, "language": "python"}
    Path("samples.jsonl").write_text(json.dumps(row) + "\n")
    command = ["audit", "--replay", "samples.jsonl", "--index", str(built_index), "--out", "run"]
    assert main([*command, "-q"]) == 0
    report = json.loads(Path("run/report.json").read_text())
    (clique,) = report["statistics"]["agreement"]["cliques"]
    assert (clique["size"], clique["samples"]) == (12, 20)
    assert clique["grade"] == "A"
    assert clique["license"] == "AGPL-3.0-only"
    assert any("samples agree" in line for line in report["statistics"]["summary"])
    assert "12 of 20" in Path("run/report.html").read_text()


def test_a_report_reads_each_table_once(parts, store, monkeypatch):
    """Of a finished run: whatever is measured, with scores, samples and the null arm."""
    prompts = tuple(
        prompt(n, expected="x", frame="uniform", arm=Arm.TARGET if n % 5 else Arm.NULL)
        for n in range(600)
    )
    sampled = Sampling(count=3, temperature=1.0)
    first = run_audit(parts(ScoringParrot(), prompts, sampled), store, **REPORTED)
    assert first.statistics["agreement"] is not None
    statements = []

    def traced(opened):
        opened._db.conn.set_trace_callback(statements.append)
        return read_run(opened)

    monkeypatch.setattr(runner, "read_run", traced)
    assert run_audit(parts(ScoringParrot(), prompts, sampled), store, **REPORTED) == first
    store._db.conn.set_trace_callback(None)
    rows = {"prompts": 600, "completions": 1800, "scores": 600, "skipped": 0}
    for table, count in rows.items():
        reads = [
            statement
            for statement in statements
            if re.search(rf"from\s+.?{table}\b", statement) and "count(" not in statement
        ]
        begun = [
            statement for statement in reads if "> -1" in statement or "limit" not in statement
        ]
        assert len(begun) == 1, table
        assert len(reads) <= 2 + count / 256, f"{table}: not page by page"
