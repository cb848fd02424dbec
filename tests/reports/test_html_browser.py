# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page in headless Chromium, at 0, 1, 20 and 1,000 findings."""

from __future__ import annotations

import re
import time

import browser_pages
import pytest
from msgspec import structs
from sample_report import empty, hostile, large, sample

from codescan.records import Arm
from codescan.reports.html import HtmlReporter

MISSING = browser_pages.missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]

COUNTS = (0, 1, 20, 1_000)


@pytest.fixture(scope="module")
def running():
    with browser_pages.browser() as started:
        yield started


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write a report's page; gives its path."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name, report):
        path = folder / f"{name}.html"
        if not path.exists():
            text = HtmlReporter().render(report)
            path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def of_count(written):
    """The page of so many findings."""

    def write(count):
        return written(f"count-{count}", large(count) if count else empty())

    return write


@pytest.fixture
def opened(running):
    """Open a page; it is closed after the test."""
    pages = []

    def start(path, anchor="", **options):
        pages.append(browser_pages.OpenPage(running, path, anchor, **options))
        return pages[-1]

    yield start
    for page in pages:
        page.context.close()


def anchors_of(path):
    return re.findall(r'<article class="finding" id="([^"]+)"', path.read_text(encoding="utf-8"))


def choose(tab, name, value):
    """Set a field of the filter, and wait until the page has followed."""
    field = tab.page.locator(f".filter [name={name}]")
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    tab.page.wait_for_timeout(400)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(
    ("dark", "size"),
    [(False, browser_pages.WIDE), (True, browser_pages.NARROW)],
    ids=["light-wide", "dark-narrow"],
)
def test_axe_finds_nothing(opened, of_count, count, dark, size):
    tab = opened(of_count(count), dark=dark, size=size)
    assert tab.violations(every=100 if count > 20 else 1) == []
    assert tab.messages == []


@pytest.mark.parametrize("make", [sample, hostile])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_report_with_everything_open(opened, written, make, dark):
    tab = opened(written(make.__name__, make()), dark=dark)
    tab.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.violations() == []
    assert tab.messages == []


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("size", [browser_pages.WIDE, browser_pages.NARROW], ids=["wide", "narrow"])
def test_nothing_is_wider_than_the_window(opened, of_count, count, size):
    tab = opened(of_count(count), size=size)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("count", COUNTS[1:])
@pytest.mark.parametrize("size", [browser_pages.WIDE, browser_pages.NARROW], ids=["wide", "narrow"])
def test_a_deep_link_lands_on_its_finding(opened, of_count, count, size):
    """Its top edge is below the filter bar, at most 40 pixels, or the page ends before that."""
    path = of_count(count)
    anchors = anchors_of(path)
    for anchor in {anchors[0], anchors[count // 2], anchors[-1]}:
        tab = opened(path, anchor, size=size)
        assert_lands(tab, anchor)


def assert_lands(tab, anchor):
    """The page comes to rest on the finding; a slow machine takes its time."""
    places = []
    for _ in range(100):
        tab.page.wait_for_timeout(250)
        places.append(place_of(tab, anchor))
        distance, to_the_end, is_open = places[-1]
        is_there = is_open and distance >= 0 and (distance <= 40 or to_the_end < 1)
        if is_there and places[-2:-1] == places[-1:]:
            return
    raise AssertionError(places[-1])


def place_of(tab, anchor):
    """Pixels from the bar to the finding, pixels below the window, and whether it is open."""
    return tab.page.evaluate(
        """id => {
            const bar = document.querySelector(".filter");
            const covers = getComputedStyle(bar).position === "sticky";
            const floor = covers ? bar.getBoundingClientRect().bottom : 0;
            const end = document.documentElement.scrollHeight - innerHeight - scrollY;
            const target = document.getElementById(id);
            return [target.getBoundingClientRect().top - floor, end,
                    target.querySelector("details").open];
        }""",
        anchor,
    )


def test_a_link_lands_also_when_followed_and_when_everything_is_open(opened, of_count):
    path = of_count(1_000)
    anchors = anchors_of(path)
    tab = opened(path)
    tab.page.click("[data-fold=open]")
    for anchor in (anchors[900], anchors[10], anchors[500]):
        tab.page.evaluate("id => { location.hash = id; }", anchor)
        assert_lands(tab, anchor)


def test_a_link_shows_a_finding_that_the_filter_hides(opened, of_count):
    path = of_count(20)
    tab = opened(path)
    choose(tab, "text", "weigh_3")
    hidden = next(one for one in anchors_of(path) if one not in tab.shown())
    tab.page.evaluate("id => { location.hash = id; }", hidden)
    tab.page.wait_for_timeout(500)
    assert_lands(tab, hidden)


def test_links_stay_the_same_when_other_findings_come_and_go(written):
    before = anchors_of(written("twenty", large(20)))
    fewer = large(20)
    fewer = structs.replace(fewer, findings=fewer.findings[5:])
    assert set(anchors_of(written("fifteen", fewer))) < set(before)


def test_link_citation_and_statement_are_copied(opened, written):
    tab = opened(written("sample", sample()))
    finding = tab.page.locator(".finding").first
    finding.locator("[data-copy=link]").click()
    link = tab.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{tab.page.url}#{finding.get_attribute('id')}"
    finding.locator("[data-copy=citation]").click()
    cited = tab.page.evaluate("navigator.clipboard.readText()")
    assert "requests 2.31.0, requests/utils.py, lines 573\u2013580 (Apache-2.0)" in cited
    assert "completion 7f3a/0 of gemma-3-270m" in cited
    tab.page.click("[data-copy=statement]")
    stated = tab.page.evaluate("navigator.clipboard.readText()")
    assert "600 prompts drawn from the corpus installed" in stated
    assert "3 passages of 2 projects are consistent with memorization" in stated


def test_the_prompt_stands_beside_the_completion(opened, written):
    tab = opened(written("sample", sample()))
    inner_left, right = tab.page.evaluate(
        """[...document.querySelector(".finding .asked").children].map(
            (one) => [one.getBoundingClientRect().top, one.textContent])"""
    )
    assert inner_left[0] == right[0]
    assert "def iter_slices(" in inner_left[1]
    assert "Hope this helps." in right[1]


def test_findings_are_filtered_by_each_property(opened, written):
    tab = opened(written("sample", sample()))
    assert len(tab.shown()) == 5
    for name, value, count in (
        ("grade", "B", 2),
        ("project", "pypi/requests", 2),
        ("license", "license:LGPL-2.1-or-later", 1),
        ("license", "category:permissive", 3),
        ("measure", "extraction", 1),
        ("text", "cs_cumsum", 1),
        ("text", "Hope this helps", 1),
        ("text", '"over chunks of a text"', 1),
        ("text", "no such words", 0),
    ):
        choose(tab, name, value)
        assert len(tab.shown()) == count, (name, value)
        assert tab.page.inner_text(".filter output").startswith(str(count))
        tab.page.click(".filter [type=reset]")
        tab.page.wait_for_timeout(200)
    assert len(tab.shown()) == 5


def test_findings_are_filtered_by_arm(opened, written):
    report = sample()
    first, *others = report.findings
    mixed = structs.replace(report, findings=(structs.replace(first, arm=Arm.NULL), *others))
    tab = opened(written("arms", mixed))
    choose(tab, "arm", "null")
    assert len(tab.shown()) == 1
    choose(tab, "arm", "")
    choose(tab, "group", "arm")
    assert tab.page.locator(".group-head h3").all_inner_texts() == [
        "Target arm", "Null arm: unseen text",
    ]  # fmt: skip


def test_findings_are_grouped_and_sorted(opened, written):
    tab = opened(written("sample", sample()))
    choose(tab, "group", "project")
    heads = tab.page.locator(".group-head h3").all_inner_texts()
    assert sorted(heads) == ["npm/tensorkit", "pypi/gitter", "pypi/igraph", "pypi/requests"]
    for by in ("license", "measure", "arm", ""):
        choose(tab, "group", by)
        assert len(tab.shown()) == 5
    choose(tab, "sort", "tokens")
    tokens = tab.page.eval_on_selector_all(".finding", "all => all.map(one => +one.dataset.tokens)")
    assert tokens == sorted(tokens, reverse=True)
    choose(tab, "sort", "project")
    names = tab.page.eval_on_selector_all(".finding", "all => all.map(one => one.dataset.name)")
    assert names == sorted(names)
    choose(tab, "sort", "measure")
    assert tab.page.locator(".finding").first.get_attribute("data-measures") == "copy extraction"
    choose(tab, "sort", "arm")
    assert len(tab.shown()) == 5
    choose(tab, "group", "grade")
    assert [head[-1] for head in tab.page.locator(".group-head h3").all_inner_texts()] == [
        "A", "B", "C", "D",
    ]  # fmt: skip


def test_the_projects_table_is_complete_sorts_and_leads_to_findings(opened, written):
    tab = opened(written("sample", sample()))
    rows = tab.page.locator("table.sortable tbody tr")
    assert rows.count() == 4
    tab.page.click("table.sortable th:has-text('Findings') button")
    assert rows.first.inner_text().startswith("requests")
    tab.page.click("table.sortable a:has-text('requests')")
    tab.page.wait_for_timeout(500)
    assert len(tab.shown()) == 2
    assert_lands(tab, tab.shown()[0])


def test_a_null_result_is_one_sentence(opened, written):
    tab = opened(written("empty", empty()))
    assert not tab.page.locator("table").all() or not any(
        table.is_visible() for table in tab.page.locator("table").all()
    )
    assert tab.page.inner_text("h1") == "No passage is consistent with memorization."


def test_five_hundred_findings_are_printed_whole(opened, written, tmp_path):
    pdfium = pytest.importorskip("pypdfium2")
    report = large(500)
    tab = opened(written("five-hundred", report))
    tab.context.set_default_timeout(300_000)
    tab.page.pdf(path=tmp_path / "report.pdf", format="A4")
    printed = set()
    document = pdfium.PdfDocument(tmp_path / "report.pdf")
    for page in document:
        text = "".join(page.get_textpage().get_text_range().split())
        printed |= set(re.findall(r"Fingerprint([0-9a-f]{32})", text))
    document.close()
    assert printed == {finding.fingerprint for finding in report.findings}
    tab.page.emulate_media(media="print")
    tab.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    closed = tab.page.locator("details:not([open])").count()
    cut = tab.page.evaluate(
        """[...document.querySelectorAll(".scroll")].filter(
            (one) => getComputedStyle(one).overflowX !== "visible").length"""
    )
    assert (closed, cut) == (0, 0)
    tab.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.page.locator("details:not([open])").count() > 0


def test_the_page_is_read_without_scripts(opened, written):
    tab = opened(written("sample", sample()), scripts=False)
    assert tab.page.locator(".finding").count() == 5
    assert not tab.page.locator(".filter").is_visible()
    assert not tab.page.locator("[data-copy=link]").first.is_visible()


def test_hostile_text_runs_nothing_and_asks_for_nothing(opened, written):
    tab = opened(written("hostile", hostile()))
    tab.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    choose(tab, "group", "project")
    choose(tab, "sort", "place")
    choose(tab, "text", "<script>alert(1)</script>")
    tab.page.locator("[data-copy=citation]").first.click()
    assert tab.page.locator("img, iframe, object, embed").count() == 0
    assert tab.page.locator("script").count() == 1
    assert tab.messages == []


def test_a_foreign_script_would_be_refused(opened, written, tmp_path):
    """The policy is a second lock: it holds even where escaping would fail."""
    page = written("sample", sample()).read_text(encoding="utf-8")
    path = tmp_path / "owned.html"
    path.write_text(
        page.replace("</main>", "<script>document.title='owned'</script></main>"), encoding="utf-8"
    )
    tab = opened(path)
    assert tab.page.title() != "owned"
    assert any("Content Security Policy" in message for message in tab.messages)


def test_a_thousand_findings_open_and_filter_within_seconds(opened, of_count):
    path = of_count(1_000)
    start = time.monotonic()
    tab = opened(path)
    assert time.monotonic() - start < 60
    start = time.monotonic()
    choose(tab, "text", "weigh_77")
    assert 0 < len(tab.shown()) < 100
    assert time.monotonic() - start < 30
