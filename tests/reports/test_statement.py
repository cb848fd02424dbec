# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The statement answers what was asked, of which model, how often, what came, and how sure."""

import pytest
from msgspec import structs

from codescan.records import Report
from codescan.records.json_form import encode
from codescan.reports.statement import null_sentence, quotation, statement
from codescan.stats.intervals import excess, rate


def audit_report(**more):
    statistics = {
        "prompts": 40,
        "completions": 40,
        "frame": "packages",
        "null_arm_completions": 20,
        "copies": {
            "target": encode(rate(0, 20)),
            "null": encode(rate(0, 20)),
            "excess": encode(excess(0, 20, 0, 20)),
        },
        **more.pop("statistics", {}),
    }
    run = {
        "command": "audit",
        "model": {"name": "m", "revision": "abc"},
        "strategies": ["prefix", "signature"],
        "sampling": {"count": 3, "temperature": 0.8, "top_k": 40, "max_new_tokens": 64, "seed": 7},
        **more.pop("run", {}),
    }
    index = {"name": "installed", "packages": 3, "files": 1_200}
    return Report(tool={}, run=run, index=index, statistics=statistics, **more)


def test_every_question_is_answered():
    answers = {part.question: part.answer for part in statement(audit_report())}
    assert answers["What was asked"] == (
        "40 prompts drawn from the corpus installed (3 packages, 1,200 files) with the prompt "
        "strategies prefix and signature, packages frame; 20 completions are of the null arm "
        "(unseen text)."
    )
    assert answers["Which model"] == "The model is m (revision abc)."
    assert answers["How often"] == (
        "The model was asked to complete each prompt 3 times, sampled at temperature 0.8, top-k "
        "40, up to 64 model tokens each; seed 7."
    )
    assert "40 completions" in answers["What came"]
    assert "0 of 20" in answers["How sure"]
    assert "excess" in answers["How sure"]


def test_settings_that_the_service_refused_are_not_claimed():
    model = {"name": "m", "observed": {"refused_fields": ["seed dropped", "temperature dropped"]}}
    words = quotation(audit_report(run={"model": model}))
    assert "decoded as the service does by default" in words
    assert "temperature 0.8" not in words
    assert "seed 7" not in words
    assert "The service refused to be told seed and temperature, so its own values hold." in words


def test_scoring_alone_is_not_called_a_completion():
    words = quotation(audit_report(run={"sampling": {"count": 0, "temperature": 0.0}}))
    assert "The model wrote no completion." in words
    assert "0 times" not in words


def test_a_null_result_is_one_sentence_with_its_bound():
    message = null_sentence(audit_report())
    assert message.count(".") - message.count(" %") <= 2
    assert "0 of 20" in message
    assert message.startswith("No measure shows memorization")


def test_a_finding_or_a_scan_has_no_null_sentence(sample_finding):
    assert null_sentence(audit_report(findings=(sample_finding,))) == ""
    scan = Report(tool={}, run={"command": "scan"}, index={}, statistics={"snippets": 1})
    assert (null_sentence(scan), statement(scan), quotation(scan)) == ("", (), "")


def test_a_log_is_not_called_a_model():
    report = audit_report(run={"replay": {"name": "log.jsonl"}})
    message = quotation(report)
    assert "40 prompts of the log log.jsonl were read" in message
    assert "The model is" not in message
    assert "The model was asked" not in message


@pytest.mark.parametrize(
    ("strategies", "words"),
    [
        ([], "40 prompts of the file own.jsonl were used; completions were compared with the"),
        (["prefix"], "with the prompt strategy prefix or taken from the file own.jsonl"),
    ],
)
def test_prompts_of_a_file_are_not_called_drawn_from_a_corpus(strategies, words):
    run = {"prompt_file": {"name": "own.jsonl"}, "strategies": strategies}
    assert words in quotation(audit_report(run=run))


@pytest.mark.parametrize(
    "junk", [None, 3, "x", [], {"a": 1}, True, float("nan"), float("inf"), 10**400]
)
def test_junk_of_a_foreign_report_gives_no_error(junk):
    report = audit_report()
    for table in ("run", "statistics", "index"):
        held = getattr(report, table)
        for key in held:
            if key == "command":
                continue
            odd = structs.replace(report, **{table: {**held, key: junk}})
            assert isinstance(quotation(odd), str)
            assert isinstance(null_sentence(odd), str)
