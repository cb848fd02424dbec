# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The terminal summary says what was found, in fixed width and without control codes."""

from msgspec import structs
from rich.console import Console

from codescan.records import Region
from codescan.records.json_form import encode
from codescan.reports.terminal import TerminalReporter
from codescan.stats.intervals import rate

render = TerminalReporter().render


def test_it_names_counts_origins_and_licenses(sample):
    text = render(sample)
    for part in (
        "3 passages of 2 projects are consistent with memorization; 1 passage is",
        "3 of 500 (0.6 %; 95 % interval 0.12 % to 1.7 %)",
        "requests 2.31.0",
        "lines 573\u2013580",
        "LGPL-2.1-or-later",
        "ambiguous",
        "4 other holders",
        "Suppressed",
    ):
        assert part in text


def test_it_never_accuses(sample, empty):
    for report in (sample, empty):
        assert "infring" not in render(report).lower()


def test_it_says_so_when_nothing_was_found(empty):
    text = render(empty)
    assert "No passage is consistent with memorization." in text
    assert "0 of 600 (≤ 0.5 %, 95 % bound)" in text


def test_files_are_reported_to_be_copied_not_memorized(sample):
    scan = structs.replace(sample, run={"command": "scan"}, statistics={"snippets": 12})
    assert "consistent with copying;" in render(scan)
    assert "12 texts compared" in render(scan)


def test_the_audits_own_sentences_stand_for_its_rates(sample):
    copies = {"target": encode(rate(0, 600)), "null": None}
    report = structs.replace(sample, statistics={**sample.statistics, "copies": copies})
    assert "No null arm was run" in render(report)
    assert "95 % interval" not in render(report)


def test_lines_are_no_wider_than_a_page(sample, hostile):
    for report in (sample, hostile):
        assert max(map(len, render(report).splitlines())) <= 100


def test_many_findings_are_cut_and_counted(large):
    text = render(large)
    assert "and 50 more" in text
    assert len(text.splitlines()) < 300


def test_the_window_does_not_change_the_plain_form(sample, monkeypatch):
    before = render(sample)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert render(sample) == before


def test_color_comes_only_from_the_console_it_is_shown_on(hostile):
    console = Console(
        record=True, width=80, force_terminal=True, color_system="truecolor", file=None
    )
    with console.capture() as capture:
        console.print(TerminalReporter().renderable(hostile))
    shown = capture.get()
    assert "\x1b[1;31m" in shown
    assert "\x1b[2J" not in shown
    assert "\x1b]0;" not in shown


def test_a_single_line_reads_as_one(sample):
    finding = structs.replace(sample.findings[1], region=Region(7, 7))
    assert "line 7\n" in render(structs.replace(sample, findings=(finding,))).replace(" " * 3, "\n")
