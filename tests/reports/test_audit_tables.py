# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tables of an audit: whole where the statistics are, absent where they are not what they say."""

import math
import re
from dataclasses import replace

import pytest
from markupsafe import Markup

from codescan.audits.measures.discoverability import Discoverability
from codescan.records import Decoding, Prompt, Report, SampledLogprob, Score
from codescan.records.json_form import encode
from codescan.reports import summary
from codescan.reports.audit_sentences import audit_sentences
from codescan.reports.audit_tables import rate_tables, tables
from codescan.reports.escaping import visible
from codescan.reports.html import HtmlReporter
from codescan.reports.json import JsonReporter, loads
from codescan.reports.markdown import MarkdownReporter
from codescan.reports.terminal import TerminalReporter
from codescan.stats.intervals import chao1, excess, good_turing, rate


def report(statistics):
    return Report({"name": "codescan", "version": "1"}, {"command": "audit"}, {}, statistics)


@pytest.fixture
def discoverability():
    rendered = Discoverability()
    for number, chance in enumerate((0.6, 0.05)):
        logprob = math.log(chance)
        sampled = (SampledLogprob(Decoding(1.0, top_k=40), logprob),)
        prompt = Prompt(f"p{number}", "t", "prefix", document_id=f"pkg:pypi/<b>{number}@1#a.py")
        rendered.add(prompt, Score(prompt.id, "m", 50, 0, logprob, sampled=sampled))
    return encode(rendered.tables())


def test_the_attempts_are_a_table_in_plain_words(discoverability):
    (table,) = tables(report({"discoverability": discoverability}))
    assert table.heads == ("Attempts", "Probability 0.5", "Probability 0.9")
    assert [row[0] for row in table.rows] == ["1", "10", "100", "1,000", "10,000"]
    assert table.rows[0][1].startswith("1 of 2")
    assert table.rows[2][2].startswith("2 of 2")
    assert "asks once" in table.notes[0]


def test_what_is_a_table_is_no_bar_and_no_fact(discoverability):
    rendered = report({"discoverability": discoverability})
    assert summary.intervals(rendered) == []
    page = HtmlReporter().render(rendered)
    assert page.count("asks 14 times") == 1
    assert "<b>1@1" not in page


@pytest.mark.parametrize(
    "odd", [None, 3, "x", [], {}, [3], [{"table": [3], "decoding": 1}], {"cliques": [1, {}]}]
)
def test_odd_statistics_do_no_harm(odd):
    statistics = {**dict.fromkeys(summary.TABULATED, odd), "by_variant": odd, "copies": odd}
    for reporter in (HtmlReporter(), MarkdownReporter(), TerminalReporter()):
        reporter.render(report(statistics))


EVIL = "pkg:pypi/<img src=x>|`@everyone`\x1b[31m"


def one(k, n, frame="uniform"):
    return encode(replace(rate(k, n), frame=frame))


@pytest.fixture
def whole():
    """Everything an audit measures, with a stranger's names in it."""
    pair = {"copies": one(3, 9), "discoverable_extraction": one(2, 9)}
    return {
        "frame": "uniform",
        "completions": 9,
        "copies": {"target": one(3, 9), "null": one(0, 9), "excess": encode(excess(3, 9, 0, 9))},
        "by_variant": {"prefix, 16 tokens": pair, "prefix, 50 tokens": pair},
        "by_language": {"python": pair},
        "by_copies_in_the_index": {"1": pair, "2 to 3": pair},
        "shuffled_index": {
            "description": "shuffled", "found": one(0, 9), "excess": encode(excess(3, 9, 0, 9)),
        },
        "reference_model": {"model": EVIL, "frame": "uniform", "measures": [{
            "measure": "prompts with a copy of grade A or B", "a": one(1, 9), "b": one(3, 9),
            "frame": "uniform", "pairs": 9, "p_value_adjusted": 0.5,
            "difference": encode(excess(3, 9, 1, 9)),
        }]},
        "prior_aware": {"rule": {"least_bits": 20.0}, "continuations": [{
            "document_id": EVIL, "bits": 1.25, "prior_bits": 60.0, "gain_bits": 58.75,
            "zlib_bits": 900, "reference_gain_bits": 33.0,
        }]},
        "unseen_passages": [{
            "strategy": "unconditional", "completions": 9, "with_copies": one(3, 9), "passages": 3,
            "seen_once": 2, "seen_twice": 1, "unseen_mass": encode(good_turing([2, 1, 1])),
            "all_passages": encode(chao1([2, 1, 1])),
        }],
        "tests": {"test": "Fisher's exact", "false_share": 0.05, "tested": 2, "groups": [
            {"group": EVIL, "measure": "m", "k": 3, "n": 3, "null_k": 0, "null_n": 9,
             "p_value": 0.001, "p_value_adjusted": 0.002},
            {"group": "quiet", "measure": "m", "k": 0, "n": 3, "null_k": 0, "null_n": 9,
             "p_value": 1.0, "p_value_adjusted": 1.0},
        ]},
    }  # fmt: skip


def rendered(statistics):
    run = {
        "command": "audit", "command_line": "codescan audit --model m", "settings_hash": "5e" * 32,
        "model": {"name": "m", "gguf_sha256": "ab" * 32}, "sampling": {"seed": 7},
        "versions": {"python": "3.11", "torch": "2.13"},
    }  # fmt: skip
    index = {"name": "texts", "digest": "d1" * 32}
    return Report({"name": "codescan", "version": "1"}, run, index, statistics)


def test_rates_are_tables_where_there_are_parts_to_compare(whole):
    titles = [table.title for table in rate_tables(rendered(whole))]
    assert titles == [
        "By length of the prompt, or form of the strategy",
        "By number of packages that hold the file",
    ]


def test_every_measure_has_its_table_and_only_what_stands_out_is_named(whole):
    by_anchor = {table.anchor: table for table in tables(rendered(whole))}
    assert set(by_anchor) == {"without-memory", "prior-aware", "unseen", "tests"}
    assert [row[1] for row in by_anchor["without-memory"].rows] == [
        "null arm: unseen text", "shuffled index: shuffled", f"reference model: {EVIL}",
    ]  # fmt: skip
    assert by_anchor["prior-aware"].rows[0][1:] == ("1.2", "60.0", "58.8", "900.0", "33.0")
    assert by_anchor["unseen"].rows[0][-2].startswith("50%")
    assert [row[0] for row in by_anchor["tests"].rows] == [EVIL]


@pytest.mark.parametrize("reporter", [HtmlReporter, MarkdownReporter, TerminalReporter])
def test_every_format_has_the_breakdowns_and_what_repeats_the_run(whole, reporter):
    text = reporter().render(rendered(whole))
    plain = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), text)
    for expected in (
        "prefix, 50 tokens", "2 to 3", "uniform frame", "codescan audit --model m", "5e" * 32,
        "ab" * 32, "d1" * 32, "torch",
    ):  # fmt: skip
        assert expected in plain
    assert "\x1b" not in text
    assert "<img" not in text or reporter is TerminalReporter
    assert "@everyone" not in text or reporter is not MarkdownReporter


def test_the_json_report_has_all_of_it(whole):
    again = loads(JsonReporter().render(rendered(whole)))
    assert again.statistics == whole


def test_the_page_says_every_sentence_beside_the_rates(whole):
    page = Markup(HtmlReporter().render(rendered(whole))).striptags()  # noqa: S704  our own page
    for sentence in audit_sentences(rendered(whole)):
        assert " ".join(visible(sentence).split())[:60] in page
    assert "How often, and how sure" in page
