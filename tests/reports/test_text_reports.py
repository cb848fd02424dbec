# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Markdown, annotations, code quality and notices: read back by what will read them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec import structs

from codescan.records import Region
from codescan.reports.github import GithubReporter
from codescan.reports.gitlab import GitlabReporter
from codescan.reports.locations import relative_path
from codescan.reports.markdown import MarkdownReporter, _code, _plain
from codescan.reports.notice import NoticeReporter

COMMAND = re.compile(r"::(error|warning|notice|debug)(?: ([^:]*))?::(.*)")

markdown = MarkdownIt("gfm-like", {"linkify": False})


def tokens(text):
    for token in markdown.parse(text):
        yield token
        yield from token.children or ()


def test_the_summary_is_a_page_with_two_tables(sample):
    text = MarkdownReporter().render(sample)
    types = [token.type for token in tokens(text)]
    assert types.count("table_open") == 2
    assert "## codescan: 3 passages of 2 projects are consistent with memorization" in text
    assert "- Completions with a grade A or B finding: 3 of 500 (0.6 %;" in text
    assert "| `requests/utils.py` 573-580 | `Apache-2.0` |" in text


def test_hostile_text_makes_no_markup(hostile):
    for token in tokens(MarkdownReporter().render(hostile)):
        assert token.type not in {"link_open", "image", "html_block", "fence", "code_block"}
        if token.type == "html_inline":
            assert token.content in {"<code>", "</code>"}


@given(st.text(st.sampled_from("ab |`\\*_[]()<>!&#@:/.~^-+=1\"'$w{}")))
def test_a_foreign_name_in_a_table_reads_as_itself(name):
    html = markdown.render(f"| a | b |\n| --- | --- |\n| {_code(name)} | end |\n")
    cells = re.findall(r"<td>(.*?)</td>", html)
    assert cells[1:] == ["end"]
    shown = re.sub(r"</?code>", "", cells[0])
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, sign)
    assert " ".join(shown.split()) == " ".join(name.split())


@given(st.text(st.sampled_from("ab |`\\*_[]()<>!&#@:/.~^-+=1\"'$w{}")))
def test_a_foreign_name_in_a_sentence_opens_nothing(name):
    for token in tokens(f"- {_plain(name)} end"):
        assert token.type not in {
            "link_open", "image", "html_inline", "html_block", "em_open", "strong_open",
            "code_inline", "s_open", "heading_open", "blockquote_open", "fence", "hr",
        }  # fmt: skip


def test_annotations_are_commands_with_file_and_lines(sample):
    finding = structs.replace(sample.findings[1], snippet_path="src/a,b:c%.py")
    lines = GithubReporter().render(structs.replace(sample, findings=(finding,))).splitlines()
    name, properties, message = COMMAND.fullmatch(lines[0]).groups()
    assert name == "error"
    assert "file=src/a%2Cb%3Ac%25.py,line=4,endLine=11," in properties
    assert "Apache-2.0" in message
    assert lines[-1].startswith("::error title=codescan::")


def test_hostile_text_smuggles_no_command_in(hostile):
    lines = GithubReporter().render(hostile).splitlines()
    assert len(lines) == 3
    for line in lines:
        _, properties, _ = COMMAND.fullmatch(line).groups()
        keys = [part.split("=")[0] for part in properties.split(",")]
        assert keys in (["file", "line", "endLine", "title"], ["title"])


@pytest.mark.parametrize("name", ["sample", "hostile", "empty"])
def test_code_quality_entries_have_what_gitlab_requires(name, request):
    entries = json.loads(GitlabReporter().render(request.getfixturevalue(name)))
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert ".." not in entry["location"]["path"].split("/")
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_the_notice_names_work_license_holder_and_place(sample):
    text = NoticeReporter().render(sample)
    assert "requests 2.31.0\npkg:pypi/requests@2.31.0\n" in text
    assert "License: LGPL-2.1-or-later" in text
    assert "CSparse: Copyright (c) 2006, Timothy A. Davis" in text
    assert "completions/7f3a/0.txt:4-11 from requests/utils.py:573-580" in text
    assert "tensorkit" not in text  # common


def test_the_notice_depends_on_nothing_but_the_passages(sample):
    shuffled = structs.replace(
        sample,
        findings=sample.findings[::-1],
        run={},
        index={},
        statistics={},
        tool={},
        suppressed=(),
    )
    assert NoticeReporter().render(shuffled) == NoticeReporter().render(sample)


def test_the_notice_holds_each_license_text_once(sample):
    text = NoticeReporter().render(sample)
    assert text.count("License text: ") == 2
    apache = text.partition("License text: Apache-2.0\n")[2].partition("-" * 72)[0]
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in apache
    assert "License text: LGPL-2.1-or-later" in text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("LicenseRef-house-rules", "LicenseRef-house-rules: its text is not at hand; take it from"),
        ("NOASSERTION", "No license is known for the following; ask their owners:"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "License text: Classpath-exception-2.0"),
        ("MIT OR Apache-2.0", "License text: MIT"),
    ],
)
def test_the_notice_says_where_it_has_no_text(sample, expression, message):
    finding = sample.findings[1]
    claim = structs.replace(finding.attribution.license, expression=expression)
    attribution = structs.replace(finding.attribution, license=claim)
    finding = structs.replace(finding, attribution=attribution, policy=None)
    text = NoticeReporter().render(structs.replace(sample, findings=(finding,)))
    assert message in text
    assert "pkg:pypi/requests@2.31.0" in text


def test_the_notice_needs_the_text_of_the_chosen_license_only(sample):
    finding = sample.findings[1]
    claim = structs.replace(finding.attribution.license, expression="GPL-3.0-only OR MIT")
    attribution = structs.replace(finding.attribution, license=claim)
    policy = structs.replace(finding.policy, choice="MIT")
    finding = structs.replace(finding, attribution=attribution, policy=policy)
    text = NoticeReporter().render(structs.replace(sample, findings=(finding,)))
    assert "License text: MIT" in text
    assert "License text: GPL" not in text


def test_a_notice_without_passages_says_so(empty):
    assert "No passage of another work was found." in NoticeReporter().render(empty)


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("a/b.py", "a/b.py"),
        ("/etc/passwd", "etc/passwd"),
        ("../../x", "x"),
        ("a/../../b", "b"),
        ("C:\\a\\b", "C:/a/b"),
        ("./.", "_"),
        ("", "_"),
    ],
)
def test_a_path_is_made_relative(path, safe):
    assert relative_path(path) == safe


@given(st.text(st.sampled_from("ab./\\:")))
def test_a_relative_path_never_leaves(path):
    parts = relative_path(path).split("/")
    assert "" not in parts
    assert ".." not in parts
    assert "." not in parts


def test_a_region_of_one_line_reads_as_one(sample):
    finding = structs.replace(sample.findings[1], region=Region(4, 4))
    assert "4-4" in MarkdownReporter().render(structs.replace(sample, findings=(finding,)))
