# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The web page: strict policy, and in Chromium what a user sees and does."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from harbor_texts import C_COPY, COPY
from service_runs import running

sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))

import browser_pages

MISSING = browser_pages.missing()
in_browser = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
TEXT = f"# é 🚢\n{COPY}\n\nprint('own')\n"


def test_the_page_has_a_strict_policy_and_needs_nothing_else(served):
    status, headers, body = served.ask("GET", "/")
    assert status == 200
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(rb"(?:src|href)=.https?:", body)
    for name in re.findall(rb'"(/assets/[^"]+)"', body):
        status, headers, _ = served.ask("GET", name.decode())
        assert status == 200
        assert headers["content-security-policy"] == policy
    assert not re.search(rb"<script(?![^>]*src=)|style=|onclick", body)


@pytest.mark.parametrize("name", ["x.js", "..%2fsettings.py", "%2e%2e/settings.py", "page.js%00"])
def test_other_files_are_not_served(served, name):
    assert served.ask("GET", f"/assets/{name}")[0] == 404


def test_runs_are_listed_read_and_rendered(start, runs):
    service = start(runs=runs)
    listed = json.loads(service.ask("GET", "/v1/runs")[2])["runs"]
    [run] = listed
    assert run["run"] == "<img src=x>"
    read = json.loads(service.ask("GET", f"/v1/runs/{run['id']}")[2])
    assert len(read["findings"]) == 2
    status, headers, body = service.ask("GET", f"/runs/{run['id']}")
    assert status == 200
    assert headers["content-security-policy"].startswith("sandbox")
    assert b"tides.py" in body
    for other in ("0" * 16, "..", "x", run["id"].upper() + "0"):
        assert service.ask("GET", f"/v1/runs/{other}")[0] == 404


def test_without_a_folder_there_are_no_runs(served, runs):
    del runs
    assert json.loads(served.ask("GET", "/v1/runs")[2]) == {"runs": []}


def test_withheld_passages_are_not_in_reports(start, runs):
    service = start(runs=runs, withhold_passages=True)
    [run] = json.loads(service.ask("GET", "/v1/runs")[2])["runs"]
    assert service.ask("GET", f"/runs/{run['id']}")[0] == 403
    assert b"lowest = heights" not in service.ask("GET", f"/v1/runs/{run['id']}")[2]


@pytest.fixture(scope="module")
def browser():
    with browser_pages.browser() as started:
        yield started


class Tab:
    """A tab at the page, with all that it logs and asks for elsewhere."""

    def __init__(self, browser, service, *, dark=False, size=browser_pages.WIDE):
        self.messages = []
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.note(service, request.url))
        self.page.goto(service.url, wait_until="networkidle")

    def note(self, service, url):
        if not url.startswith(service.url):
            self.messages.append(url)

    def check(self, text):
        self.page.fill("#text", text)
        self.page.press("#text", "Control+Enter")
        self.page.wait_for_function(
            "() => !/Comparing/.test(document.getElementById('status').textContent)"
        )
        return self.page.inner_text("#status")

    def violations(self):
        from axe_playwright_python.sync_playwright import Axe

        reported = Axe().run(self.page).response["violations"]
        return [(each["id"], each["nodes"][0]["html"][:200]) for each in reported]


@pytest.fixture
def tab(browser, harbor_index, runs):
    tabs = []
    with running(harbor_index, threads=2, runs=runs) as service:

        def open_tab(**options):
            tabs.append(Tab(browser, service, **options))
            return tabs[-1]

        yield open_tab
        for each in tabs:
            each.context.close()


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
class TestInChromium:
    def test_passages_light_up_with_their_origin_and_keys_move(self, tab):
        opened = tab()
        page = opened.page
        assert "2 passages" in opened.check(TEXT + C_COPY)
        marks = page.eval_on_selector_all("mark", "all => all.map(one => one.textContent)")
        assert "".join(marks).startswith("def high_waters")
        assert page.inner_text("#marked").replace("\xa0", " ").startswith("# é 🚢")
        assert "AGPL-3.0-only" in page.inner_text("#detail")
        assert page.locator("mark.chosen.rare").count() == 1
        page.keyboard.press("j")
        assert "MIT" in page.inner_text("#detail")
        assert "Emil Prober" in page.inner_text("#detail")
        page.keyboard.press("k")
        assert page.locator("#passages button").first.get_attribute("aria-pressed") == "true"
        assert page.locator(".sides .same").count() > 10
        assert opened.messages == []

    @pytest.mark.parametrize(("text", "words"), [
        ("x = 1\n", "no passage"), ("", "Nothing was compared"), ("a\0b" * 50, "Nothing was"),
    ])  # fmt: skip
    def test_the_status_tells_clean_from_nothing(self, tab, text, words):
        opened = tab()
        assert words in opened.check(text)
        assert opened.page.locator("#result").is_hidden()

    @pytest.mark.parametrize("dark", [False, True])
    @pytest.mark.parametrize("size", [browser_pages.WIDE, browser_pages.NARROW])
    def test_axe_finds_nothing(self, tab, dark, size):
        opened = tab(dark=dark, size=size)
        assert opened.violations() == []
        opened.check(TEXT + C_COPY)
        assert opened.violations() == []
        opened.page.click("#to-runs")
        opened.page.wait_for_selector("#table tbody tr")
        assert opened.violations() == []
        assert opened.messages == []

    @pytest.mark.parametrize("size", [browser_pages.WIDE, browser_pages.NARROW])
    @pytest.mark.parametrize("line", ["x = 1", "# " + "wide " * 300, "w" * 3000])
    def test_long_lines_scroll_in_their_box(self, tab, size, line):
        opened = tab(size=size)
        opened.check(f"{line}\n{TEXT}{C_COPY}")
        sideways = "document.documentElement.scrollWidth - window.innerWidth"
        assert opened.page.evaluate(sideways) == 0

    def test_runs_are_browsed_sorted_searched_and_linked(self, tab):
        opened = tab()
        page = opened.page
        page.click("#to-runs")
        page.click("#table tbody a")
        page.wait_for_function("() => document.querySelectorAll('#table tbody tr').length === 2")
        assert "#runs/" in page.url
        licenses = "all => all.map(one => one.cells[4].textContent)"
        page.click("th:nth-child(5) button")
        first = page.eval_on_selector_all("#table tbody tr", licenses)
        page.click("th:nth-child(5) button")
        assert page.eval_on_selector_all("#table tbody tr", licenses) == first[::-1]
        page.fill("#search", "agpl tides")
        assert page.locator("#table tbody tr").count() == 1
        assert page.locator("img").count() == 0
        assert opened.messages == []

    def test_a_report_opens_where_a_token_is_needed(self, browser, harbor_index, runs):
        token = "harbor" * 4
        with running(harbor_index, threads=2, runs=runs, token=token) as service:
            opened = Tab(browser, service)
            page = opened.page
            page.click("#to-runs")
            page.fill("#token", token)
            page.press("#token", "Enter")
            page.click("#table tbody a")
            page.click("text=Open the report")
            page.wait_for_url("**/runs/*?ticket=*")
            assert "tides.py" in page.inner_text("body")
            assert (
                page.evaluate("() => { try { return localStorage.length } catch { return -1 } }")
                == -1
            )
            page.reload()
            assert "token is missing" in page.inner_text("body")
            opened.context.close()

    def test_names_of_strangers_are_text(self, tab):
        opened = tab()
        opened.check("<img src=x onerror=alert(1)>\n" + COPY)
        assert opened.page.locator("img").count() == 0
        assert "<img" in opened.page.inner_text("#marked")
        assert opened.messages == []
