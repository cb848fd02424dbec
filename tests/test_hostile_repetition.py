# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that repeat a few signs, as an attacker writes them, are read in linear time.

Each text took minutes with a pattern that starts anew at every place. The bound is a hundred times
what a linear reading takes.
"""

from __future__ import annotations

import time

import pytest

from codescan.audits.shuffling import _PIECE
from codescan.hooks.hidden_texts import encoded_texts
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.logs.rendered import turns_of
from codescan.logs.tool_calls import inserted_parts
from codescan.text.redaction import without_url_secrets

READERS = {
    "license file": lambda text: LicenseFiles({"LICENSE": text.encode()}).claims_for("a.py"),
    "manifest": lambda text: LicenseFiles({"setup.cfg": text.encode()}).claims_for("a.py"),
    "tool call": lambda text: inserted_parts('{"a": "' + text + "\\"),
    "rendered conversation": lambda text: turns_of("<PRE> " + text),
    "fill in the middle": lambda text: turns_of("<|fim_prefix|>" + text),
    "redaction": without_url_secrets,
    "hook": encoded_texts,
    "shuffled index": _PIECE.findall,
}
UNITS = [
    "Files: *\n", '\\"', "<SUF>", "<|fim_middle|", "x.y", "?key", "&a=", "=", " ", "\t", "a=", "'",
    '"', "\\", "$'", "A1b+", "License: ", "(c) ", "://", "-", "1, ",
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_hostile_repetition_does_not_hang(name):
    start = time.process_time()
    for unit in UNITS:
        READERS[name](unit * (100_000 // len(unit)))
    assert time.process_time() - start < 10
