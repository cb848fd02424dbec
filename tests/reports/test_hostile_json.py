# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A report of anyone is read, or refused with the place of what is wrong; it never crashes."""

import copy
import json
import random

import pytest
from msgspec import structs

from codescan.errors import UsageError
from codescan.records.json_form import encode
from codescan.registry import load
from codescan.reports.json import JsonReporter, loads
from codescan.stats.intervals import excess, rate

VALUES = [
    None, True, 0, -1, 10**400, 1e308, float("nan"), float("inf"), "", "\ud800", [], [[]], {},
    {"a": 1}, 2**63, -(2**70), 1.5,
]  # fmt: skip


def paths(node, path=()):
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_report_is_read_or_refused(sample, seed):
    text = JsonReporter().render(sample)
    rng, every = random.Random(seed), list(paths(json.loads(text)))
    refused = []
    for _ in range(120):
        data = json.loads(text)
        *outer, last = rng.choice(every)
        target = data
        for key in outer:
            target = target[key]
        if rng.random() < 0.2:
            del target[last]
        else:
            target[last] = rng.choice(VALUES)
        try:
            loads(json.dumps(data))
        except UsageError as error:
            refused.append(error)
    assert len(refused) > 15
    assert all(error.message.startswith("report") and error.hint for error in refused)


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "[" * 10**6, "9" * 10**4, '"\\ud800"',
                                  '{"schema_version": 1.0}', '{"schema_version": 1}'])  # fmt: skip
def test_a_text_that_is_no_report_is_refused(text):
    with pytest.raises(UsageError):
        loads(text)


STATISTICS = {
    "summary": ["x"],
    "frame": "packages",
    "prompts": 4,
    "completions": 4,
    "null_arm_completions": 2,
    "finish_reasons": {"stop": 3, "filter": 1},
    "copies": {
        "target": encode(rate(1, 2)),
        "null": encode(rate(0, 2)),
        "excess": encode(excess(1, 2, 0, 2)),
    },
    "discoverable_extraction": {"target": encode(rate(1, 2)), "longest_greedy_run": 3},
    "by_strategy": {"prefix": {"copies": encode(rate(0, 2))}},
    "agreement": {"target": encode(rate(1, 2)), "cliques": [{"prompt_id": "7f3a", "size": 3}]},
    "prior_aware": {"rule": {"least_bits": 20}, "continuations": [{"gain_bits": 30.0}]},
    "shuffled_index": {"found": encode(rate(0, 2)), "excess": encode(excess(1, 2, 0, 2))},
    "coverage": {"state": "complete", "checked": 4, "unchecked": {}, "allowed": []},
}


@pytest.mark.parametrize("format_", ["html", "terminal", "markdown", "csv", "sarif"])
def test_a_report_with_any_statistics_is_rendered(sample, format_):
    whole = {
        "statistics": STATISTICS,
        "run": {**sample.run, "replay": {"name": "log"}},
        "index": sample.index,
    }
    reporter, rng = load("reports", format_)(), random.Random(format_)
    for path in paths(whole):
        data = copy.deepcopy(whole)
        target = data
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = rng.choice(VALUES)
        if all(isinstance(part, dict) for part in data.values()):
            assert reporter.render(structs.replace(sample, findings=(), **data))
