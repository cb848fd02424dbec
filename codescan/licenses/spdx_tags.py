# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX tags in source files, as REUSE 3.3 and SPDX 2.3 (annexes E and H) define them.

A tag must be on its own line, after comment marks only, so that a program that contains the words
is not taken for a licensed file. `REUSE-IgnoreStart` and `-IgnoreEnd` are honored.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from codescan._core import _native
from codescan.licenses import expressions, license_names
from codescan.licenses.categories import category
from codescan.licenses.repeated_texts import kept_by_text
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim, Span
from codescan.text.lazy_patterns import lazy_pattern

__all__ = [
    "SnippetTag",
    "file_tag",
    "ignored",
    "is_within_snippet",
    "snippet_tags",
]

# The mark is split so that this file does not contain the tags that it searches for.
_MARK = b"SPDX" + b"-"
_LICENSE = "license-identifier"
"""The name of the tag; other spellings are accepted too."""
_MAX_TAGS = 64
_MAX_BEFORE = 64
_MAX_IGNORED = 512
_MAX_LINE = 640
"""Bytes before and after a mark that are examined."""
_MAX_SNIPPETS = 256

_START = rb"^[^\w\n\r]{0,24}(?:(?:dnl|rem|c)[ \t]{1,8})?"
_TAG = lazy_pattern(
    _START + rb"SPDX-(Licen[sc]e(?:-Ident[a-z]{2,9})?|FileCopyrightText|SnippetBegin|SnippetEnd"
    rb"|Snippet-License-Identifier|SnippetLicenseConcluded|SnippetCopyrightText"
    rb"|SnippetComment)(?:[ \t]{0,4}[:=][ \t]{0,8}([^\n\r]{0,500})|[^\n\r]{0,40}(?=[\n\r]|\Z))",
    re.MULTILINE | re.IGNORECASE,
)
_CLOSING = lazy_pattern(
    rb"[ \t]*(?:\*/|-->|\*\)|%>|\?>|#\}|--\}|-\}|\"\"\"|'''|[\"'\]}>*#;,/ \t])*$"
)
_IGNORE = lazy_pattern(rb"REUSE-Ignore(Start|End)")


class SnippetTag(Struct, frozen=True):
    """A passage that its file declares as copied from elsewhere."""

    span: Span
    """From the start of the line of SnippetBegin to the end of the line of SnippetEnd."""
    claim: LicenseClaim
    copyrights: tuple[str, ...] = ()
    comment: str = ""


def ignored(content: bytes) -> tuple[Span, ...]:
    """Passages between REUSE-IgnoreStart and REUSE-IgnoreEnd, or the end of the text."""
    if b"REUSE-" + b"Ignore" not in content:
        return ()
    spans: list[Span] = []
    start: int | None = None
    for match in islice(_IGNORE.finditer(content), _MAX_IGNORED):
        if match.group(1) == b"Start" and start is None:
            start = match.start()
        elif match.group(1) == b"End" and start is not None:
            spans.append(Span(start, match.end()))
            start = None
    if start is not None:
        spans.append(Span(start, len(content)))
    return tuple(spans)


def _tags(content: bytes) -> list[tuple[str, str, int, int]]:
    """(tag in lower case, value, start of line, end of line), in order."""
    folded = content.upper()
    if _MARK not in folded:
        return []
    skipped = ignored(content)
    tags: list[tuple[str, str, int, int]] = []
    at = folded.find(_MARK)
    while at >= 0 and len(tags) < _MAX_TAGS + 4 * _MAX_SNIPPETS:
        before = max(0, at - _MAX_BEFORE)
        line = max(content.rfind(b"\n", before, at), content.rfind(b"\r", before, at)) + 1
        if line == 0 and before > 0:  # too much occurs before the tag on its line
            at = folded.find(_MARK, at + len(_MARK))
            continue
        match = _TAG.match(content, line)
        if match is not None and not any(s.start <= at < s.end for s in skipped):
            value = _CLOSING.sub(b"", match.group(2) or b"").decode("utf-8", "replace").strip()
            name = match.group(1).decode("ascii").lower()
            name = _LICENSE if name.startswith("licen") else name
            tags.append((name, value, line, match.end()))
        at = folded.find(_MARK, match.end() if match is not None else at + len(_MARK))
    return tags


def file_tag(content: bytes) -> LicenseClaim | None:
    """The claim of a file's License-Identifier tags; several tags apply together (REUSE: AND).

    Tags inside snippets count for the snippet only.
    """
    if b"REUSE-" + b"Ignore" in content and ignored(content):
        return _file_tag_of(content)
    lines = _native.tag_lines(content, _MAX_LINE, _MAX_TAGS + 4 * _MAX_SNIPPETS)
    return _file_tag_of(lines) if lines else None


@kept_by_text(1024, 4096)  # tags repeat within a package
def _file_tag_of(content: bytes) -> LicenseClaim | None:
    values: list[str] = []
    depth = 0
    for tag, value, _, _ in _tags(content):
        if tag == "snippetbegin":
            depth += 1
        elif tag == "snippetend":
            depth = max(0, depth - 1)
        elif tag == _LICENSE and depth == 0 and value:
            values.append(value)
    distinct = tuple(dict.fromkeys(values))[:_MAX_TAGS]
    if not distinct:
        return None
    return _claim(distinct, LicenseBasis.FILE_TAG, "License-Identifier")


@lru_cache(maxsize=256)
def _claim(values: tuple[str, ...], basis: LicenseBasis, tag: str) -> LicenseClaim:
    expression = expressions.all_of(_read(value) for value in values)
    evidence = "; ".join(f"SPDX-{tag}: {value}" for value in values)
    return LicenseClaim(expression, basis, evidence[:200], category(expression))


def _read(value: str) -> str:
    """The expression of a tag; informal names such as "Apache 2.0" are read as well."""
    expression = expressions.normalize(value)
    return expression if expression != NOASSERTION else license_names.lookup(value)


def snippet_tags(content: bytes) -> tuple[SnippetTag, ...]:
    """Every tagged snippet with its license; without an end tag, it ends with the text.

    Snippets may nest; they are returned in the order of their ends, inner ones first.
    """
    if _MARK + b"Snippet" not in content:
        return ()
    tags: list[SnippetTag] = []
    opened: list[tuple[int, dict[str, list[str]]]] = []
    for tag, value, start, end in _tags(content):
        if tag == "snippetbegin":
            opened.append((start, {}))
        elif tag == "snippetend" and opened:
            tags.append(_snippet(*opened.pop(), end))
        elif opened and value:
            opened[-1][1].setdefault(tag, []).append(value)
        if len(tags) >= _MAX_SNIPPETS:
            break
    while opened and len(tags) < _MAX_SNIPPETS:
        tags.append(_snippet(*opened.pop(), len(content)))
    return tuple(tags)


def _snippet(start: int, values: dict[str, list[str]], end: int) -> SnippetTag:
    licenses = values.get("snippet-license-identifier") or values.get("license-identifier") or []
    claim = _claim(tuple(licenses), LicenseBasis.SNIPPET_TAG, "Snippet-License-Identifier")
    return SnippetTag(
        span=Span(start, end),
        claim=claim,
        copyrights=tuple(values.get("snippetcopyrighttext", ())),
        comment=" ".join(values.get("snippetcomment", ()))[:400],
    )


def is_within_snippet(content: bytes, at: int) -> bool:
    """Whether an offset is between the tags that begin and end a snippet."""
    if _MARK + b"Snippet" not in content:
        return False
    return any(tag.span.start <= at < tag.span.end for tag in snippet_tags(content))
