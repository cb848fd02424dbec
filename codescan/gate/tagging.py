# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the tags of SPDX 2.3 (annex H) and REUSE 3.3 around passages, in comments of the file.

Only comments are added, where `comment_places` allows them, and only if the file stays the same
program as before. Where no such place is near, the passage is left alone with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from codescan.gate.comment_forms import CommentForm, comment_form
from codescan.gate.comment_places import CommentPlaces
from codescan.gate.program_comparison import fingerprint
from codescan.licenses.spdx_tags import snippet_tags
from codescan.records import NOASSERTION, Finding, Region
from codescan.reports.escaping import clip, visible
from codescan.reports.json import qualified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Tagged", "tagged"]

# Split, so that this file does not seem to carry the tags that it writes.
_MARK = "SPDX" + "-"
_VALUE = 400  # characters of a value; readers of tags take 500
_HOLDERS = 20
_REACH = 60  # lines by which a tag may move out of a string or a continued line
_TRIES = 12  # places that are tried for one passage
_INDENT = 16  # readers of tags allow 24 characters before the tag, comment marks included
_BOM = b"\xef\xbb\xbf"
_ENDS = re.compile(
    r"\*/|/\*|-->|<!--|\(\*|\*\)|\{-|-\}|\?>|<\?|<%|%>|\{\{|\}\}|\{%|%\}|\{#|#\}|</|\]\]|\|#|#\||=#|#>"
)
"""Marks that begin or end comments and tags in some format."""
_COOKIE = re.compile(rb"[^\n]{0,200}coding[:=][ \t]{0,8}([-\w.]{1,40})")
_UNICODE = frozenset((b"utf-8", b"utf8", b"utf-8-unix"))


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text with tags."""

    content: bytes
    written: tuple[Finding, ...]
    unattributed: tuple[tuple[Finding, str], ...]
    """Passages that could not be tagged, and why."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Tags for one passage: what is inserted before which lines."""

    finding: Finding
    first: int
    behind: int
    """The line before which the end is marked."""


def tagged(
    content: bytes, language: str | None, findings: Sequence[Finding], path: str = ""
) -> Tagged:
    """Put tags around passages.

    Args:
        content: the whole text, with its byte-order mark.
        language: of the text; one without comments cannot be tagged.
        findings: passages of the text. Of those that share lines, the one with most tokens is
            tagged.
        path: of the text, where formats of one language differ.
    """
    form = comment_form(path, content, language)
    before = fingerprint(content, form) if not form.refusal else None
    if before is None:
        reason = form.refusal or "it is too large or too deeply nested to be sure of"
        return Tagged(content, (), tuple((finding, reason) for finding in findings))
    places = CommentPlaces(content, form, language or "")
    refused: list[tuple[Finding, str]] = []
    chosen: list[_Placed] = []
    for finding in sorted(findings, key=lambda f: (-f.tokens, f.span.start)):
        if _is_tagged(content, finding):
            refused.append((finding, "it is tagged already, but not with all of its lines"))
            continue
        near = finding.region
        if any(near.start_line < c.behind and c.first <= near.end_line for c in chosen):
            refused.append((finding, "it shares lines with a longer passage, which is tagged"))
            continue
        placed = _place(content, places, form, finding, before, chosen)
        if placed is None:
            refused.append((finding, "no comment can stand beside it"))
        else:
            chosen.append(placed)
    chosen.sort(key=lambda placed: placed.first)
    written = _with_tags(content, places, chosen)
    return Tagged(written, tuple(placed.finding for placed in chosen), tuple(refused))


def _is_tagged(content: bytes, finding: Finding) -> bool:
    """Whether tags of an earlier run stand around most of a passage and name the same origin."""
    origin = finding.attribution.origin
    words = f"from {origin.package.purl} {origin.path} "
    for tag in snippet_tags(content):
        common = min(tag.span.end, finding.span.end) - max(tag.span.start, finding.span.start)
        if 2 * common >= len(finding.span) and tag.comment.startswith(_safe(words)):
            return True
    return False


def _place(
    content: bytes,
    places: CommentPlaces,
    form: CommentForm,
    finding: Finding,
    before: bytes,
    chosen: Sequence[_Placed],
) -> _Placed | None:
    """The nearest lines around a passage between which tags leave the program as it is."""
    tries = 0
    for first, behind in _pairs(places, finding.region):
        if any(first < other.behind and other.first < behind for other in chosen):
            continue
        placed = _Placed(finding, first, behind)
        if fingerprint(_with_tags(content, places, [placed]), form) == before:
            return placed
        tries += 1
        if tries >= _TRIES:
            break
    return None


def _pairs(places: CommentPlaces, region: Region) -> Iterator[tuple[int, int]]:
    """Lines before which the tags may open and close, the nearest first."""
    last = len(places.lines) + 1
    top = max(region.start_line, places.head + 1)
    bottom = min(region.end_line + 1, last)
    if places.is_tail(bottom - 1):
        bottom -= 1
    opens = _open_lines(places, range(top, max(places.head, top - _REACH), -1))
    opens = opens or _open_lines(places, range(top + 1, bottom))
    closes = _open_lines(places, range(bottom, min(last, bottom + _REACH) + 1))
    closes = closes or _open_lines(places, range(bottom - 1, top, -1))
    pairs = [
        (first, behind)
        for first in opens
        for behind in closes
        if first < behind and places.zone_at(first) == places.zone_at(behind)
    ]
    yield from sorted(pairs, key=lambda pair: (abs(pair[0] - top) + abs(pair[1] - bottom), pair))


def _opening(finding: Finding) -> tuple[str, ...]:
    attribution = finding.attribution
    origin, region = attribution.origin, attribution.region
    comment = (
        f"from {origin.package.purl} {origin.path} lines {region.start_line}-{region.end_line} "
        f"{qualified(attribution.swhid, region)}"
    )
    return (
        f"{_MARK}SnippetBegin",
        *(
            f"{_MARK}SnippetCopyrightText: {holder}"
            for holder in attribution.copyrights[:_HOLDERS] or (NOASSERTION,)
        ),
        f"{_MARK}Snippet-License-Identifier: {attribution.license.expression}",
        f"{_MARK}SnippetComment: {comment}",
    )


def _open_lines(places: CommentPlaces, lines: range) -> list[int]:
    """The first lines of a range before which comments may stand."""
    return list(islice((line for line in lines if places.is_open(line)), _TRIES))


def _with_tags(content: bytes, places: CommentPlaces, chosen: Sequence[_Placed]) -> bytes:
    """The text with the tags of passages that share no line."""
    pieces: list[bytes] = []
    at = 0
    is_plain = not _is_unicode(content)
    for placed in sorted(chosen, key=lambda placed: placed.first):
        for line, texts in ((placed.first, _opening(placed.finding)),
                            (placed.behind, (f"{_MARK}SnippetEnd",))):  # fmt: skip
            offset = places.offset(line)
            if offset == 0 and content.startswith(_BOM):
                offset = len(_BOM)
            pieces.append(content[at:offset])
            at = offset
            pieces.append(_block(content, places, line, texts, offset, placed, is_plain=is_plain))
    return b"".join([*pieces, content[at:]])


def _block(
    content: bytes,
    places: CommentPlaces,
    line: int,
    texts: Sequence[str],
    offset: int,
    placed: _Placed,
    *,
    is_plain: bool,
) -> bytes:
    """The comment lines that are inserted at an offset."""
    form = places.form_at(placed.first)
    ending = b"\r\n" if _uses_crlf(content, offset) else b"\n"
    body = content[places.offset(placed.first) :].removeprefix(_BOM)
    above = content[: places.offset(line)].rstrip(b"\r\n").rpartition(b"\n")[2]
    indents = [_indent(body)] if line == placed.first else [_indent(body), _indent(above)]
    indent = b"" if form.is_unindented else min(indents, key=len)[:_INDENT]
    comments = [indent + _comment(text, form, is_plain=is_plain) + ending for text in texts]
    begins_line = offset in (0, len(_BOM)) or content[offset - 1 : offset] == b"\n"
    gap = b"" if begins_line else ending
    if form.needs_blank_lines:
        last = line > len(places.lines)
        return gap + (ending if last else b"") + b"".join(comments) + (b"" if last else ending)
    return gap + b"".join(comments)


def _indent(text: bytes) -> bytes:
    return text[: len(text) - len(text.lstrip(b" \t"))]


def _uses_crlf(content: bytes, offset: int) -> bool:
    """Whether the line before an offset, or else the next one, ends with both characters."""
    end = content.rfind(b"\n", 0, offset)
    end = end if end >= 0 else content.find(b"\n", offset)
    return end > 0 and content[end - 1 : end] == b"\r"


def _is_unicode(content: bytes) -> bool:
    """Whether a text is in UTF-8 and says nothing else in its first two lines."""
    for line in content.split(b"\n", 2)[:2]:
        cookie = _COOKIE.match(line)
        if cookie is not None and cookie[1].lower() not in _UNICODE:
            return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _comment(text: str, form: CommentForm, *, is_plain: bool) -> bytes:
    """One line with a comment that nothing in the text can end."""
    plain = clip(_safe(text), _VALUE)
    if form.closing == "-->":
        plain = re.sub("-(?=-)", "- ", plain)
    if form.forbidden:
        plain = re.sub(f"[{re.escape(form.forbidden)}]", " ", plain)
    if is_plain:
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return f"{form.opening} {plain} {form.closing}".rstrip().encode()


def _safe(text: str) -> str:
    """A value in which nothing ends a comment or a template's tag, on one line."""
    return _ENDS.sub(lambda mark: " ".join(mark[0]), visible(text)).replace("\\", "/")
