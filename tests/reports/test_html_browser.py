# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser: no console error, no foreign script, quick with 2,000 findings."""

import re
import shutil
import subprocess
import time

import pytest

from codescan.reports.html import HtmlReporter

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
render = HtmlReporter().render


def browse(page, folder, *options):
    """Open a page without a window; its output and what it logs."""
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr",
            "--window-size=1280,1600", *options, path.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.parametrize("name", ["sample", "empty", "hostile"])
def test_it_opens_without_a_console_message(name, request, tmp_path):
    page = render(request.getfixturevalue(name))
    dom, messages = browse(page, tmp_path, "--dump-dom")
    assert messages == []
    assert "</html>" in dom


def test_its_script_runs_and_counts_the_findings(sample, tmp_path):
    dom, _ = browse(render(sample), tmp_path, "--dump-dom")
    assert re.search(r"<output[^>]*>5 findings</output>", dom)
    assert 'role="search">' in dom  # no longer hidden


def test_a_foreign_script_would_be_refused(sample, tmp_path):
    """The policy is a second lock: it holds even where escaping would fail."""
    page = render(sample).replace("</main>", "<script>document.title='owned'</script></main>")
    dom, messages = browse(page, tmp_path, "--dump-dom")
    assert "<title>owned" not in dom
    assert any("Content Security Policy" in line for line in messages)


def test_a_picture_can_be_taken(sample, tmp_path):
    browse(render(sample), tmp_path, f"--screenshot={tmp_path / 'report.png'}")
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")


def test_thousands_of_findings_open_within_seconds(huge, tmp_path):
    page = render(huge)
    start = time.monotonic()
    _, messages = browse(page, tmp_path, f"--screenshot={tmp_path / 'report.png'}")
    assert messages == []
    assert time.monotonic() - start < 30
