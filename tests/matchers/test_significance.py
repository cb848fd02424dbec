# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""E-values, what they decide, and what a tool wrote."""

from __future__ import annotations

import pytest
from stdlib_index import document

from codescan._core import _native
from codescan.matchers import thresholds
from codescan.matchers.renamed import RenamedMatcher
from codescan.matchers.significance import SearchSpace, weaker
from codescan.matchers.tool_output import tool_stretches
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Finding, Grade, MatchKind, Snippet

LONG_LINES = """\
        String berthReport = formatter.describe(tideTable.levelAt(clock.instant()), masterName);
        if (berthReport.contains(galeWarning) && pilotRegister.availablePilots().isEmpty()) {
            signalMast.hoist(GaleCone.NORTH, Duration.ofMinutes(galeSchedule.minutesUntilDusk()));
            throw new BerthClosedException("closed by the master: " + berthReport, galeWarning);
        }
"""
HELPER = """\
"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
"""


def findings(index, text, language):
    matchers = [VerbatimMatcher(index), RenamedMatcher(index)]
    snippet = Snippet("s", text.encode(), language)
    return [f for f in scan([snippet], index, matchers) if isinstance(f, Finding)]


@pytest.mark.parametrize("kind", list(MatchKind))
@pytest.mark.parametrize("lexer", sorted(_native.LEXERS.values()))
def test_the_least_score_is_the_inverse_of_the_e_value(kind, lexer):
    space = SearchSpace(lexer, 800, 50_000_000)
    for e_value in (1e-9, 1e-6, 1e-4):
        assert space.e_value(kind, space.least_bits(kind, e_value)) == pytest.approx(e_value)


@pytest.mark.parametrize("kind", list(MatchKind))
def test_more_to_compare_and_less_in_common_give_more_chance_matches(kind):
    lexer = _native.LEXERS["python"]
    e_value = SearchSpace(lexer, 800, 50_000_000).e_value(kind, 150)
    longer = SearchSpace(lexer, 1600, 50_000_000).e_value(kind, 150)
    assert 1.5 * e_value < longer <= 2 * e_value
    assert SearchSpace(lexer, 800, 100_000_000).e_value(kind, 150) > e_value
    assert SearchSpace(lexer, 800, 50_000_000).e_value(kind, 140) > e_value
    assert weaker(e_value, kind, lexer, 10) > e_value


def test_five_long_lines_are_strong(make_index):
    body = "class Five {\n  void run() {\n" + LONG_LINES + "  }\n}\n"
    index = make_index([document("Five.java", body.encode(), "five", "java")])
    (finding,) = findings(index, LONG_LINES, "java")
    assert finding.grade is Grade.A
    assert finding.e_value <= thresholds.STRONG_E_VALUE


def test_a_widely_copied_passage_is_strong_and_its_spread_is_reported(make_index):
    holders = [
        document(f"m{n}.java", f"class C{n} {{\n{LONG_LINES}}}\n".encode(), f"p{n}", "java")
        for n in range(5)
    ]
    (finding,) = findings(make_index(holders), LONG_LINES, "java")
    assert finding.grade is Grade.A
    assert finding.spread.families == len(holders)


def test_the_helper_of_a_compiler_is_its_output(make_index):
    tokens = _native.lex(HELPER.encode(), _native.LEXERS["c"])
    assert [stretch.tool.name for stretch in tool_stretches(tokens)] == ["TypeScript"]
    origin = HELPER + "exports.tide = require('./tide').tide;\n"
    index = make_index([document("a.js", origin.encode(), "a", "javascript")])
    results = findings(index, HELPER + "console.log(1);\n", "javascript")
    assert [finding.grade for finding in results] == [Grade.C]
    assert results[0].grade_reasons[0].startswith("output of TypeScript")
