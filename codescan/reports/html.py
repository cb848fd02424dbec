# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One self-contained HTML file: passages beside their origins, no network, no foreign code.

Three locks keep untrusted text text: Jinja2 escapes every value, hidden characters are shown by
name, and a content security policy admits only the style and the script whose hashes it names.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from codescan.reports.escaping import visible
from codescan.reports.html_page import page_of

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from codescan.records import Report

__all__ = ["HtmlReporter", "page_template", "style_source"]


class HtmlReporter:
    """Renders a page that opens anywhere, in light and dark, on paper and without JavaScript."""

    name = "html"
    media_type = "text/html"
    suffix = ".html"

    def render(self, report: Report) -> str:
        """The whole page."""
        from markupsafe import Markup

        style, script = _resource("report.css"), _resource("report.js")
        return (
            page_template("report.html.j2")
            .render(
                page=page_of(report),
                style=Markup(style),  # noqa: S704  (our own files, not the report's text)
                script=Markup(script),  # noqa: S704
                style_hash=_source_hash(style),
                script_hash=_source_hash(script),
            )
            .strip()
            + "\n"
        )


def style_source(*names: str) -> tuple[Markup, str]:
    """Style sheets as one, and its hash for the content security policy.

    Templates write it as it is: a style sheet that is escaped has another hash, and is refused.
    """
    from markupsafe import Markup

    style = "".join(map(_resource, names))
    return Markup(style), _source_hash(style)  # noqa: S704 - our own files


@cache
def page_template(name: str) -> Template:
    """A template that escapes every value and shows hidden characters by name."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def neutral(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, Markup):
            return visible(value, keep="\n\t")
        return value

    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=neutral,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _resource(name: str) -> str:
    return files("codescan.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _source_hash(text: str) -> str:
    """A hash source of Content Security Policy Level 3."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
