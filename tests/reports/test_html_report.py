# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page stands alone, shows both sides, and keeps strangers' text text."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from msgspec import structs

from codescan.records import Prompt, Region, ReportedPrompt, Span
from codescan.reports import side_by_side
from codescan.reports.html import HtmlReporter

render = HtmlReporter().render

VOID = {"meta", "link", "input", "br", "col", "line", "rect"}
TAGS = {
    "html", "head", "meta", "title", "link", "style", "script", "body", "a", "div", "header", "p",
    "b", "span", "h1", "h2", "h3", "h4", "dl", "dt", "dd", "main", "section", "svg", "line", "rect",
    "ul", "li", "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "input",
    "fieldset", "legend", "label", "select", "option", "button", "output", "article", "details",
    "summary", "code", "mark", "pre", "footer", "br", "form", "optgroup",
}  # fmt: skip


class Page(HTMLParser):
    """Parses a page, checks that every element is closed, and keeps tags and attributes."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def test_both_sides_license_and_holders_are_on_the_page(sample):
    text = Page(render(sample)).text
    for part in (
        "3 passages of 2 projects are consistent with memorization; 1 passage is common",
        "; 2 inputs were not checked.",
        "pkg:pypi/requests@2.31.0",
        "requests/utils.py, lines 573\u2013580",
        "def iter_slices(string, slice_length):",
        "def iter_chunks(text, chunk_size):",
        "(c) 2012 by Kenneth Reitz.",
        "notice in the file",
        "Earliest trustworthy date in the index: 2023-05-22.",
        "pip/_vendor/requests/utils.py",
        "and 3 more",
        "Ambiguous:",
        "unknown license",
        "3 of 500 (0.6 %; 95 % interval 0.12 % to 1.7 %)",
        "below-threshold",
        "minified",
        "guarantee tokens",
        "20231",
    ):
        assert part in text


def test_what_differs_is_marked(sample):
    marked = re.findall(r"<mark>(.*?)</mark>", render(sample))
    assert "iter_chunks" in marked
    assert "iter_slices" in marked
    assert "pos" not in marked


def test_lines_that_differ_by_names_alone_stand_beside_each_other(sample):
    renames = tuple((name, f"q{at}") for at, name in enumerate(("red", "green", "blue", "mean")))
    origin = "red = mean - blue\ngreen = red\nkept = 1\n"
    text = origin
    for old, new in renames:
        text = re.sub(rf"\b{old}\b", new, text)
    finding = structs.replace(
        sample.findings[0], renames=renames, snippet_text=text, origin_text=origin
    )
    page = render(structs.replace(sample, findings=(finding,), completions={}))
    assert 'class="only"' not in page
    assert {"q0", "q3", "red", "mean"} <= set(re.findall(r"<mark>(.*?)</mark>", page))


def test_the_page_reaches_for_nothing(sample, hostile):
    for report in (sample, hostile):
        for tag, attributes in Page(render(report)).elements:
            assert "src" not in attributes
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            if tag == "link":
                assert attributes["href"] == "data:,"


def test_links_lead_only_to_the_page_and_the_web(sample, hostile):
    for report in (sample, hostile):
        for tag, attributes in Page(render(report)).elements:
            if tag == "a":
                assert re.match(r"#|https?://[a-z]", attributes["href"])


def test_the_policy_admits_exactly_the_pages_own_style_and_script(sample):
    text = render(sample)
    (policy,) = (
        a["content"]
        for tag, a in Page(text).elements
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_hostile_text_opens_no_element_and_leaves_no_attribute(hostile):
    text = render(hostile)
    page = Page(text)
    assert {tag for tag, _ in page.elements} <= TAGS
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert "<script>alert" not in text
    assert "<script>alert(1)</script>" in page.text
    assert "{{7*7}}" in page.text
    assert "⟨U+202E⟩gnp.exe" in page.text


def test_every_anchor_leads_somewhere_and_no_id_is_used_twice(sample, large):
    for report in (sample, large):
        elements = Page(render(report)).elements
        ids = [a["id"] for _, a in elements if "id" in a]
        assert len(ids) == len(set(ids))
        targets = {a["href"][1:] for tag, a in elements if tag == "a" and a["href"].startswith("#")}
        assert targets <= set(ids)
        assert {a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a} <= set(ids)


def test_a_page_without_findings_says_so(empty):
    text = Page(render(empty)).text
    assert "No passage is consistent with memorization." in text
    assert "Nothing was found in common with the index" in text
    assert "filter" not in {a.get("class") for _, a in Page(render(empty)).elements}


def test_thousands_of_findings_stay_light(huge):
    text = render(huge)
    assert text.count('<article class="finding"') == 2_000
    assert text.count("Left out to keep the page light") > 0
    assert len(text) < 13_000_000


def test_text_outside_the_passage_is_toned_down(sample):
    finding = sample.findings[1]
    answer = sample.completions[finding.snippet_id]
    start = len(answer[: answer.index("iter_slices(string")].encode())
    end = len(answer[: answer.index("+= slice")].encode())
    inner = structs.replace(finding, span=Span(start, end))
    text = render(structs.replace(sample, findings=(inner,)))
    assert '<span class="out">def </span>' in text
    assert re.search(r'pos <span class="out">\+= slice_length</span>', text)


@pytest.mark.parametrize(
    ("span", "region"), [((0, 10**9), (1, 10**9)), ((50, 20), (9, 2)), ((10**8, 10**9), (4, 11))]
)
def test_offsets_that_do_not_fit_the_text_are_harmless(sample, span, region):
    odd = structs.replace(sample.findings[1], span=Span(*span), region=Region(*region))
    assert "iter_slices" in render(structs.replace(sample, findings=(odd,)))


def test_a_passage_without_text_says_so(sample):
    bare = structs.replace(sample.findings[0], snippet_text="", origin_text="")
    text = render(structs.replace(sample, findings=(bare,), completions={}))
    assert "The report holds no text of this passage." in text
    assert "Read the whole" not in text


def test_a_card_shows_the_policy_and_how_the_owners_rank(sample):
    page = render(sample)
    assert '<span class="badge tone-strong" title="policy">conflict</span>' in page
    assert "<li>Disclose the source of the library.</li>" in page
    assert "<td>not-vendored</td><td></td><td>in _vendor/</td>" in page
    assert "margin 0.28 of 1" in page
    assert "Licenses of all owners: Apache-2.0 (1), MIT (1)." in page
    assert "Earliest in index: chunks 24.0" in page


def test_a_text_is_divided_into_lines_once_for_all_its_findings(sample, monkeypatch):
    divided = []

    class Counting(side_by_side.LineMap):
        def __init__(self, content):
            divided.append(len(content))
            super().__init__(content)

    monkeypatch.setattr(side_by_side, "LineMap", Counting)
    finding = sample.findings[1]
    findings = tuple(structs.replace(finding, fingerprint=f"{n:032x}") for n in range(50))
    render(structs.replace(sample, findings=findings))
    assert len(divided) == 1


def test_a_prompt_stands_beside_its_completion(sample):
    page = render(sample)
    assert page.count('<pre class="prompt">') >= 4
    text = Page(page).text
    assert "Write a function that iterates over chunks of a text." in text
    assert "null arm: unseen text" in text
    assert "Greedy decoding emits it token for token." in text
    assert "The report holds no prompt of this completion." in text


def test_a_long_prompt_is_shortened_and_says_so(sample):
    long = ReportedPrompt.of(Prompt("7f3a", "head\n" + "x" * 30_000 + "\nthe end", "prefix"))
    assert len(long.text) < 20_200
    assert "10,013 characters left out" in long.text
    assert long.characters == 30_013
    page = render(structs.replace(sample, prompts=(long,)))
    assert "the end" in page
    assert "30,013 characters." in page
