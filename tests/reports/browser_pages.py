# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opens reports in headless Chromium, for tests and for screenshots.

Needs Chromium (Debian: `apt install chromium`), and the packages `playwright` and
`axe-playwright-python`. Pages are opened from files, as users do; nothing is downloaded.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
from pathlib import Path

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
WIDE, NARROW = (1280, 900), (390, 844)


def missing() -> str:
    """What is not installed, in words; "" for nothing."""
    if CHROMIUM is None:
        return "Chromium is not installed (Debian: apt install chromium)"
    for name, package in (
        ("playwright", "playwright"),
        ("axe_playwright_python", "axe-playwright-python"),
    ):
        if importlib.util.find_spec(name) is None:
            return f"the package {package} is not installed (pip install {package})"
    return ""


@contextlib.contextmanager
def browser():
    """A running browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield running
        finally:
            running.close()


class OpenPage:
    """A report in a tab of its own, with everything that it logs.

    Args:
        running: a browser.
        path: the file.
        anchor: fragment of the address, without "#".
        size: of the window, in pixels.
        dark: whether the user prefers dark colors.
        scripts: whether JavaScript runs.
    """

    def __init__(self, running, path: Path, anchor="", *, size=WIDE, dark=False, scripts=True):
        self.messages: list[str] = []
        self.context = running.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.context.set_offline(True)
        self.context.set_default_timeout(60_000)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", self._note_request)
        self.page.goto(path.as_uri() + (f"#{anchor}" if anchor else ""), wait_until="load")

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.context.close()

    def _note_request(self, request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.messages.append(f"asked for {request.url}")

    def violations(self, every=1):
        """What axe-core finds: rule, impact and first element of each violation.

        Args:
            every: check one in so many findings and texts, and remove the others before: axe takes
                half a second for each.
        """
        from axe_playwright_python.sync_playwright import Axe

        self.page.evaluate(
            """every => document.querySelectorAll(".finding, .text").forEach(
                (one, at) => { if (at % every) one.remove(); })""",
            every,
        )
        reported = Axe().run(self.page).response["violations"]
        return [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in reported]

    def shown(self):
        """Anchors of the findings that are shown, in the order of the page."""
        return self.page.eval_on_selector_all(
            ".finding", "all => all.filter(one => one.offsetParent).map(one => one.id)"
        )
