# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Import blocks and lists of names are told from code by their lines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from _evaluation.common_text import mostly_names

COMMON = {
    "imports": ["import os", "from a import b", "#include <stdio.h>", "use crate::quay;"],
    "exports": ["exports.bind = bind;", "moment.locales = locales;", "export { a, b } from './a';"],
    "a list": ['  "EQK",', '  "EQI",', "};"],
    "an enumeration": ["  QUAY = 1,", "  BERTH = 2,", "}"],
    "two spellings": ['{"fefuncr", "feFuncR"},', '{"altglyph", "altGlyph"},'],
}
CODE = {
    "functions": ["export function quay(a) {", "  return a + 1;", "}"],
    "pairs": ['{"thruout", "throughout"},', '{"ths", "this"},'],
    "blocks": ["  else", "    memory(thing, encoding)", "  end", "end"],
    "calls": ["assertTrue(quay.covers(berth));", "assertFalse(berth.covers(quay));"],
    "brackets": ["{", "}", "});"],
}


@pytest.mark.parametrize("kind", COMMON)
def test_what_only_names_is_common(kind):
    assert mostly_names(COMMON[kind])


@pytest.mark.parametrize("kind", CODE)
def test_what_says_more_is_not(kind):
    assert not mostly_names(CODE[kind])
