# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Anchors are stable, distinct and safe; a citation names the finding in one line."""

import re

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sample_report import sample as sample_report

from codescan.reports.deep_links import citation, finding_anchors, text_anchor

SAFE = re.compile(r"[a-z0-9-]+")


def test_an_anchor_ends_in_the_fingerprint(sample):
    assert finding_anchors(sample.findings) == [
        f"finding-{finding.fingerprint}" for finding in sample.findings
    ]


def test_one_passage_in_many_places_has_an_anchor_for_each(sample):
    first = sample.findings[0]
    copies = [structs.replace(first, snippet_id=f"{n}/0") for n in range(50)]
    anchors = finding_anchors([first, *copies, first, first])
    assert len(set(anchors)) == len(anchors)
    assert all(anchor.startswith(f"finding-{first.fingerprint}") for anchor in anchors)
    fewer = finding_anchors([first, *copies[20:]])
    assert set(fewer) < set(anchors)


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_fingerprint_gives_a_safe_and_distinct_anchor(names):
    finding = sample_report().findings[0]
    findings = [structs.replace(finding, fingerprint=name) for name in names]
    anchors = finding_anchors(findings)
    assert len(set(anchors)) == len(anchors)
    assert all(SAFE.fullmatch(anchor) for anchor in anchors)


@given(st.text())
def test_any_text_has_a_safe_anchor(name):
    assert SAFE.fullmatch(text_anchor(name))


def test_a_citation_is_one_visible_line(sample, hostile):
    for report in (sample, hostile):
        for finding in report.findings:
            cited = citation(report, finding)
            assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", cited)
            assert len(cited) < 5_000
    cited = citation(sample, sample.findings[1])
    assert cited.startswith("84 tokens (verbatim, grade A) of requests 2.31.0, requests/utils.py")
    assert sample.findings[1].fingerprint in cited
    assert "settings 0b57" in cited
