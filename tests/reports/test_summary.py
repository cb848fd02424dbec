# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Statistics of any shape are found and named; settings become lines."""

from codescan.records import Report
from codescan.reports import summary


def report(statistics) -> Report:
    return Report(tool={}, run={}, index={}, statistics=statistics)


def rate(k=1, n=10):
    return {"k": k, "n": n, "value": k / n, "low": 0.0, "high": 0.5}


def test_rates_are_found_wherever_they_stand():
    shown = summary.intervals(
        report(
            {
                "copies": {"unit": "x", "target": rate(), "null": rate(0), "excess": None},
                "by_strategy": {"prefix": {"prompts": 3, "copies": rate(2)}},
                "rates": [{**rate(), "label": "Own label", "arm": "null"}],
            }
        )
    )
    assert [(i.group, i.label) for i in shown] == [
        ("", "Completions with a copy of grade A or B"),
        ("", "Completions with a copy of grade A or B, null arm"),
        ("by strategy", "prefix"),
        ("", "Own label (null)"),
    ]
    assert shown[0].words == "1 of 10, 0.1 (0 to 0.5)"


def test_a_part_that_is_called_like_a_measure_keeps_its_name():
    frames = {name: {"copies": {"target": rate(), "null": rate(0)}} for name in ("copies", "null")}
    assert [i.label for i in summary.intervals(report({"by_frame": frames}))] == [
        "copies", "copies, null arm", "null", "null, null arm",
    ]  # fmt: skip


def test_counting_by_prompts_is_reported_only_where_it_differs():
    same = {"copies": {"target": rate(), "prompts": rate()}}
    other = {"copies": {"target": rate(3, 30), "prompts": rate()}}
    assert len(summary.intervals(report(same))) == 1
    assert [i.label for i in summary.intervals(report(other))][1].endswith("counted by prompts")


def test_differences_are_intervals_but_no_shares():
    (shown,) = summary.intervals(report({"excess": {"value": -0.1, "low": -0.2, "high": 0.1}}))
    assert not shown.is_share


def test_a_loop_of_nesting_ends():
    deep = {"k": 1}
    for _ in range(5_000):
        deep = {"x": deep}
    assert summary.intervals(report(deep)) == []
    assert len(summary.facts(deep)) <= 1


def test_settings_read_as_lines():
    facts = summary.facts(
        {
            "max_new_tokens": 12_800,
            "model": {"name": "m", "greedy": True, "empty": ""},
            "seeds": [1, 2],
            "seed": 20231,
            "rate": rate(),
            "parts": [{"a": 1}, {"a": 2}],
        }
    )
    assert [(fact.name, fact.value) for fact in facts] == [
        ("max new tokens", "12,800"),
        ("model, name", "m"),
        ("model, greedy", "yes"),
        ("seeds", "1, 2"),
        ("seed", "20231"),
        ("parts, a", "1"),
        ("parts, a", "2"),
    ]
