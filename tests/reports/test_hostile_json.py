# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A report of anyone is read, or refused with the place of what is wrong; it never crashes."""

import copy
import json
import random

import pytest

from codescan.errors import UsageError
from codescan.reports.json import JsonReporter, loads

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
    whole = json.loads(JsonReporter().render(sample))
    rng, every = random.Random(seed), list(paths(whole))
    refused = []
    for _ in range(200):
        data = copy.deepcopy(whole)
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
    assert len(refused) > 20
    assert all(error.message.startswith("report") and error.hint for error in refused)


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "[" * 10**6, "9" * 10**4, '"\\ud800"',
                                  '{"schema_version": 1.0}', '{"schema_version": 1}'])  # fmt: skip
def test_a_text_that_is_no_report_is_refused(text):
    with pytest.raises(UsageError):
        loads(text)
