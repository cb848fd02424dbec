# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the license statements of a file: tags, header notices, whole license texts.

Decisions for ambiguous texts:

- A GPL, LGPL or AGPL text alone gives the "-only" id. Only a notice grants "or later", never the
  license text, so the narrower license is assumed, as in GitHub's licensee.
- A pointer such as "see the LICENSE file" or "BSD-style license in LICENSE" is not a claim: the
  nearest license file decides. A named but unknown license is a claim, NOASSERTION.
- Several texts in one file all apply (AND). If much of the file belongs to no text, the claim is
  NOASSERTION and its evidence lists what was recognized.
- In code, only comments are read: a license in a string is data. `file_claims` reads the notices at
  the head of a file, `passage_notices` reads the nearest notice above a passage.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from codescan._core import _native
from codescan.licenses import spdx_list, spdx_tags, text_normalization
from codescan.licenses.categories import category, strictness
from codescan.licenses.data_notices import is_about_data
from codescan.licenses.expressions import all_of, leaves
from codescan.licenses.license_addresses import answer_site
from codescan.licenses.notice_blocks import MAX_PLACES, notice_blocks, without_ignored
from codescan.licenses.notice_comments import notice_scanner
from codescan.licenses.repeated_texts import kept_by_text
from codescan.licenses.rights_words import ANY_STATING
from codescan.licenses.short_statements import short_statement
from codescan.licenses.tagged_comments import beside_tag, is_in_comments
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim, Span
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from codescan.licenses.notice_reading import NoticeReading

__all__ = [
    "block_claim",
    "body_claim",
    "file_claims",
    "is_license_text",
    "text_claim",
]

HEAD_BYTES = 4096
"""A notice for a whole file begins in its leading comment or in this many first bytes."""
_FOOT_BYTES = 8192

_END_NOTE = lazy_pattern(rb"(?:end|bottom|foot) of (?:this |the )?file", re.IGNORECASE)
_DUNDER = lazy_pattern(rb"^__licen[sc]e__[ \t]*=[ \t]*[\"']([^\"'\n]{1,200})", re.MULTILINE)
_DUNDER_TEXT = lazy_pattern(
    rb"^__licen[sc]e__[ \t]*=[ \t]*(?:\([ \t]*\n[ \t]*)?[rRuU]?(\"{3}|'{3})(.{1,16384}?)\1",
    re.MULTILINE | re.DOTALL,
)
_DUNDER_NAME = b"__licen"
_TAG_IN_FIELD = lazy_pattern(rb"^\s*spdx-licen[sc]e-identifier:\s*", re.IGNORECASE)
_TEXT_WORDS = 8
_MAX_NOTICE = 700
_PASSAGE_CONTAINED = 0.8
_NOTICE_CONTAINED = 0.5
_BANNER_WORDS = 24
_PASSAGE_PAIRS = 6
_MAX_PASSAGE = 64 * 1024
_MAX_EVIDENCE = 200


class _Head(NamedTuple):
    """The result of the notice scanner for a file, see `HeadScan` of the native core."""

    marks: int
    """The sum of `_TAGGED` and similar marks."""
    end: int
    comments: tuple[tuple[bytes, bool], ...]
    is_cut: bool
    places: list[int]


_TAGGED, _IGNORING, _ASSIGNED, _NOTED = 1, 2, 4, 8


def file_claims(content: bytes, *, is_prose: bool = False) -> tuple[LicenseClaim, ...]:
    """The statements of a source file about its own license, most specific first.

    Args:
        content: the raw bytes of the file, in any encoding that extends ASCII.
        is_prose: whether the file is a document, whose text is read without comment marks.

    Returns:
        At most two claims: one of its SPDX tags (FILE_TAG) and one of its header (FILE_HEADER).
    """
    marks, end, comments, is_cut, places = notice_scanner().scan(
        content, HEAD_BYTES, MAX_PLACES, is_prose
    )
    if not (marks or comments or places):  # most files
        return ()
    tag = spdx_tags.file_tag(content) if marks & _TAGGED else None
    is_leading = not (marks & ~_TAGGED or places)
    header = _claim_of_comments(comments) if is_leading and comments else None
    if not is_leading or (is_cut and header is not None and header.expression == NOASSERTION):
        head = _Head(marks, end, comments, is_cut, places)
        header = _header_claim(content, head, is_prose=is_prose)
    if tag is None and header is None:
        return ()
    if tag is not None and header is not None and _is_tag_of_text(tag, header):
        return (header,)
    if tag is not None and header is not None and answer_site(header.evidence):
        header = None  # the tag also covers the code that the file took from others
    if tag is not None and header is None:
        is_bare = not any(text for text, _ in comments)
        header = None if is_bare and is_in_comments(content, end) else beside_tag(content)
    return tuple(claim for claim in (tag, header) if claim is not None)


def _is_tag_of_text(tag: LicenseClaim, header: LicenseClaim) -> bool:
    """Whether the tags of a file belong to the license text in its header, as in CAL-1.0."""
    text = spdx_list.license_text(header.expression) or ""
    named = spdx_tags.file_tag(text.encode())
    return named is not None and set(leaves(tag.expression)) <= set(leaves(named.expression))


def _header_claim(content: bytes, head: _Head, *, is_prose: bool) -> LicenseClaim | None:
    end = head.end
    claims: list[LicenseClaim] = []
    if end:
        leading = _leading_claim(content[:end], head)
        if leading is not None:
            claims.append(leading)
    for start, stop in notice_blocks(content, end, head.places, is_prose=is_prose):
        claim = body_claim(content, start, stop)
        if claim is not None:
            claims.append(claim)
    is_noted = not claims and head.marks & _NOTED
    if is_noted and _END_NOTE.search(content, 0, max(end, 512)):
        foot = max(end, len(content) - _FOOT_BYTES)
        places = ANY_STATING.places_in(content[foot:])[:MAX_PLACES]
        for start, stop in notice_blocks(content, foot, places, is_prose=is_prose):
            claim = block_claim(content[start:stop])
            if claim is not None:
                claims.append(claim)
    is_assigned = not claims and head.marks & _ASSIGNED
    if is_assigned:
        return _assigned_claim(content, end, HEAD_BYTES)
    return _combined(claims)


def _assigned_claim(content: bytes, start: int, end: int) -> LicenseClaim | None:
    """The claim of a value that is assigned to `__license__` in a part of a text."""
    if content.find(_DUNDER_NAME, start, end) < 0:  # nearly always
        return None
    text = _DUNDER_TEXT.search(content, start)
    if text is not None and text.start() < end:
        return block_claim(text.group(2))
    match = _DUNDER.search(content, start, end)
    return None if match is None else _field_claim(match.group(1))


def _leading_claim(text: bytes, head: _Head) -> LicenseClaim | None:
    """The claim of the comments at the head of a file."""
    scanner = notice_scanner()
    comments, is_cut = head.comments, head.is_cut
    if head.marks & _IGNORING and (bare := without_ignored(text)) != text:
        text = bare
        comments, is_cut = scanner.bare_notices(text)
    stated = _claim_of_comments(comments) if comments else None
    if is_cut and stated is not None and stated.expression == NOASSERTION:
        # Some license texts require the words of a copyright notice.
        comments = scanner.notices(text)
        stated = _claim_of_comments(comments)
    is_assigned = stated is None and head.marks & _ASSIGNED
    return _assigned_claim(text, 0, len(text)) if is_assigned else stated


@lru_cache(maxsize=1024)  # headers repeat within a package
def _claim_of_comments(comments: tuple[tuple[bytes, bool], ...]) -> LicenseClaim | None:
    """The claim of the comments at the head of a file, read together."""
    claims = [_comment_claim(*comment, is_head=True) for comment in comments]
    return _combined([claim for claim in claims if claim is not None])


def block_claim(block: bytes) -> LicenseClaim | None:
    """The claim of one comment or paragraph in the body of a file, with its marks."""
    return _comment_claim(*notice_scanner().notice(block), is_head=False)


def body_claim(content: bytes, start: int, stop: int) -> LicenseClaim | None:
    """The claim of a comment in the body of a file; None if it is about data."""
    claim = block_claim(without_ignored(content[start:stop]))
    return None if claim is None or is_about_data(content, start, stop, claim) else claim


@kept_by_text(2048, 8192)
def _comment_claim(text: bytes, may_be_short: bool, *, is_head: bool) -> LicenseClaim | None:
    """The claim of one comment.

    Args:
        text: the comment without its marks, as far as it may be about rights.
        may_be_short: whether it has a word of short statements.
        is_head: whether it is at the head of the file, where a few words can apply to the file.
    """
    states = ANY_STATING.any_in(text)
    if not (states or may_be_short):
        return None
    from codescan.licenses.notice_reading import NoticeReading, read_notice  # most files need none

    reading = read_notice(text) if states else None
    if (reading is None or _is_bare_grant(reading)) and may_be_short:
        short = short_statement(text, is_head=is_head)
        if short is not None and (reading is None or _is_fuller(short[0], reading.expression)):
            doubt = "not understood: " if short[0] == NOASSERTION else ""
            expression = short[0]
            if doubt == "" and reading is not None and reading.expression not in leaves(expression):
                expression = all_of((reading.expression, expression))
            reading = NoticeReading(expression, f"{doubt}{short[1]}"[:_MAX_EVIDENCE])
    return None if reading is None else _claim(reading, LicenseBasis.FILE_HEADER)


def _is_fuller(short: str, expression: str) -> bool:
    """Whether a short statement is not understood, or names stricter licenses too."""
    if short == NOASSERTION:
        return True
    least = strictness(category(expression))
    return any(strictness(category(each)) > least for each in leaves(short))


def _is_bare_grant(reading: NoticeReading) -> bool:
    """Whether a license was read by its name only, so that a condition may occur beside it."""
    return not reading.has_text and reading.expression != NOASSERTION


def _field_claim(value: bytes) -> LicenseClaim | None:
    return block_claim(b"License: " + _TAG_IN_FIELD.sub(b"", value))


def _claim(reading: NoticeReading, basis: LicenseBasis) -> LicenseClaim:
    return LicenseClaim(reading.expression, basis, reading.evidence, category(reading.expression))


def _combined(claims: list[LicenseClaim]) -> LicenseClaim | None:
    """One claim for all notices of a file: all apply, and if one is not understood, none is."""
    if len(claims) < 2:  # noqa: PLR2004 - nothing to combine
        return claims[0] if claims else None
    doubt = next((claim for claim in claims if claim.expression == NOASSERTION), None)
    if doubt is not None:
        return doubt
    expression = all_of(claim.expression for claim in claims)
    return replace(claims[0], expression=expression, category=category(expression))


def text_claim(content: bytes) -> LicenseClaim | None:
    """The license that a whole license file states.

    Args:
        content: the file; only its first 128 KiB are read.

    Returns:
        A claim with basis LICENSE_FILE, or None if the file does not state a license.
    """
    from codescan.licenses.license_text_matcher import MAX_BYTES  # here: not needed for code

    return _text_claim(content[:MAX_BYTES])


@lru_cache(maxsize=32)  # a license file is read once for itself and once for the files around it
def _text_claim(head: bytes) -> LicenseClaim | None:
    from codescan.licenses.notice_reading import read_notice

    reading = read_notice(_native.unmarked(head), is_license_file=True)
    return None if reading is None else _claim(reading, LicenseBasis.LICENSE_FILE)


_CODE_MARKS = 0.03
"""Share of brackets, semicolons and equals signs far above that of any license text."""
_LICENSE_STEMS = (b"licen", b"copyright", b"warrant", b"redistribut", b"permi", b"liab", b"spdx")


def is_license_text(content: bytes, span: Span) -> bool:
    """Whether a passage is part of a license text, a notice or a banner of copyright lines.

    Very many files contain such passages, so that equal text is not evidence of copying. Fragments
    from the middle of a license count too: nearly all of their word pairs are in one license of
    the SPDX list.

    Args:
        content: the text that holds the passage.
        span: the passage, in bytes of `content`.
    """
    passage = content[span.start : min(span.end, span.start + _MAX_PASSAGE)]
    if _is_plainly_code(passage):
        return False
    words = text_normalization.without_notices(passage)
    normalized = text_normalization.normal(words)
    tokens = normalized.split()
    if len(tokens) < _TEXT_WORDS:
        # Little text is left: a banner if copyright or tag lines were removed, else no license.
        return len(words.strip()) < len(passage.strip()) // 2
    if len(tokens) <= _BANNER_WORDS and len(words) < len(passage) and b"licen" in normalized:
        return True  # the title of a file, its copyright lines, a pointer to its license
    from codescan.licenses.license_text_matcher import best_containment  # here: not for code

    _, contained, pairs = best_containment(tokens, _NOTICE_CONTAINED)
    if pairs >= _PASSAGE_PAIRS and contained >= _PASSAGE_CONTAINED:
        return True
    return _mostly_notice(normalized, contained if pairs >= _PASSAGE_PAIRS else 0.0)


def _is_plainly_code(passage: bytes) -> bool:
    """Whether a passage has the marks of code and no word of a license: a fast check."""
    marks = len(passage) - len(passage.translate(None, b"=;{}()[]"))
    if marks < _CODE_MARKS * len(passage):
        return False
    lower = passage.lower()
    return not any(word in lower for word in _LICENSE_STEMS)


def _mostly_notice(normalized: bytes, contained: float) -> bool:
    """Whether a passage consists of a license notice in the author's own words.

    It is short, or most of its word pairs are in a license text.
    """
    is_notice = len(normalized) <= _MAX_NOTICE or contained >= _NOTICE_CONTAINED
    from codescan.licenses import notices

    return is_notice and bool(notices.find_notices(normalized))
