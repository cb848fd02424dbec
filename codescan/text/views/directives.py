# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Code blocks of reStructuredText that name their language: `.. code-block:: python`.

Literal blocks after `::` name none and stay in the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.languages import by_tag, kind
from codescan.text.views.lines import indented_end
from codescan.text.views.part import Part, Place, pieces_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_DIRECTIVE = re.compile(
    rb"^(?P<indent>[ \t]*+)\.\.[ \t]+(?:code-block|code|sourcecode|highlight)::[ \t]*+"
    rb"(?P<tag>[^\s]{1,40}+)[^\n]*+\n(?:[ \t]+:[\w-]+:[^\n]*\n)*+",
    re.MULTILINE,
)

_NAMES = (b"code::", b"code-block::", b"highlight::")
"""One of these is in each directive."""


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the code blocks of known language, in order."""
    if not any(name in content for name in _NAMES):
        return
    at = number = 0
    while directive := _DIRECTIVE.search(content, at):
        number += 1
        at = directive.end()
        language = by_tag(directive["tag"].decode("utf-8", "replace"))
        if kind(language) == "prose":
            continue
        end = indented_end(content, at, len(directive["indent"]))
        if end > at:
            name = f"code-block {number}"
            yield Part(name, directive.start(), end, pieces_between(at, end), language, Place.APART)
            at = end
