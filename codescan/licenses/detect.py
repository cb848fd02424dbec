# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a file says about its license: tags, header notices, whole license texts.

Choices, where a text leaves room:

- A bare GPL, LGPL or AGPL text gives the "-only" id. "Or later" is granted by a notice, never by
  the license text; the narrower reading promises least. (GitHub's licensee does the same.)
- A pointer such as "see the LICENSE file" or "BSD-style license" claims nothing: the nearest
  license file answers.
- Several texts in one file all apply (AND). When much of the file is in neither, the claim is
  NOASSERTION and its evidence lists what was recognized.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from codescan._core import _native
from codescan.licenses import license_text_matcher, notices, spdx_tags, text_normalization
from codescan.licenses.categories import category
from codescan.licenses.expressions import all_of, any_of, normalize
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim, Span

__all__ = ["file_claims", "is_license_path", "is_license_text", "text_claim"]

HEAD_BYTES = 4096
"""A header notice must begin in the first bytes of a file."""

# Words without which no notice is a notice: checked before anything costs time.
_GATES = (b"licen", b"permission", b"redistribut", b"domain", b"blessing")
_ANY_GATE = _native.Words(_GATES)
# Long licenses printed in full speak of other licenses, which only `text_claim` sees through.
_WHOLE_TEXTS = (
    b" copy and distribute verbatim copies of this license ",
    b" terms and conditions for use reproduction and distribution ",
)
_BEFORE, _AFTER = 500, 2500
_MARK_BYTES = 20
"""Bytes of what begins or ends an ignored passage, at most."""
_STATED_WORDS = 64 * 1024

_MIN_EXPLAINED = 0.6
_NOTEWORTHY = 0.1
_CHOICE_WORDS = 150
_CHOICE_PARTS = 3
_TEXT_WORDS = 8
_MAX_NOTICE = 700
_PASSAGE_CONTAINED = 0.8
_PASSAGE_PAIRS = 6
_MAX_PASSAGE = 64 * 1024


def file_claims(content: bytes) -> tuple[LicenseClaim, ...]:
    """What a source file states about its own license, most specific first.

    Args:
        content: the raw bytes of the file, in any encoding that extends ASCII.

    Returns:
        At most two claims: of its SPDX tags (FILE_TAG) and of its header (FILE_HEADER).
    """
    tag = spdx_tags.file_tag(content)
    header = _header_claim(content)
    if tag is None and header is None:  # most files
        return ()
    return tuple(claim for claim in (tag, header) if claim is not None)


def _header_claim(content: bytes) -> LicenseClaim | None:
    if not _ANY_GATE.any_in(content, HEAD_BYTES):
        return None
    lower = content[:HEAD_BYTES].lower()
    hits = [at for gate in _GATES if (at := lower.find(gate)) >= 0]
    start = max(0, min(hits) - _BEFORE)
    head = content[: max(hits) + _AFTER]
    window = text_normalization.fold(head[start:])
    for span in spdx_tags.ignored(content[: len(head) + _MARK_BYTES]):
        if span.start < start + len(window) and span.end > start:
            window = _blanked(window, span.start - start, span.end - start)
    normalized = text_normalization.normal(window)
    if any(mark in normalized for mark in _WHOLE_TEXTS):
        whole = text_claim(content)
        return whole and replace(whole, basis=LicenseBasis.FILE_HEADER)
    found = notices.find_notices(normalized)
    if not found:
        return None
    expression = notices.combined(found, normalized)
    evidence = text_normalization.original(head[start:], found[0].position, normalized)
    return LicenseClaim(expression, LicenseBasis.FILE_HEADER, evidence, category(expression))


def _blanked(window: bytes, start: int, end: int) -> bytes:
    start, end = max(0, start), min(len(window), end)
    return window[:start] + b" " * (end - start) + window[end:]


def text_claim(content: bytes) -> LicenseClaim | None:
    """The license that a whole license file states.

    Args:
        content: the file; only its first 128 KiB are read.

    Returns:
        A claim with basis LICENSE_FILE, or None if the file states no license at all.
    """
    return _text_claim(content[: license_text_matcher.MAX_BYTES])


@lru_cache(maxsize=32)  # a license file is read for itself and for the files around it
def _text_claim(head: bytes) -> LicenseClaim | None:
    reading = license_text_matcher.read(head)
    stated = notices.find_notices(reading.rest[:_STATED_WORDS])
    if not reading.parts:
        if not stated:
            return None
        normalized = text_normalization.normal(
            text_normalization.fold(text_normalization.without_notices(head))
        )
        expression = notices.combined(stated, normalized)
        evidence = text_normalization.original(
            text_normalization.without_notices(head), stated[0].position, normalized
        )
    else:
        expression = _of_reading(reading, stated)
        evidence = _evidence(reading)[:200]
    return LicenseClaim(expression, LicenseBasis.LICENSE_FILE, evidence, category(expression))


def _of_reading(reading: license_text_matcher.Reading, stated: tuple[notices.Notice, ...]) -> str:
    if reading.close:
        return NOASSERTION
    expressions = _with_exceptions([part.license_id for part in reading.parts])
    # What the words around the texts grant, unless they only say how the texts apply.
    others = [n for n in stated if not _same_family(n.expression, expressions)]
    # Too much is left unexplained, unless a single text stands in a file of other words.
    needed = _MIN_EXPLAINED / 2 if len(expressions) == 1 else _MIN_EXPLAINED
    if reading.explained < needed and not others:
        return NOASSERTION
    expressions += [notice.expression for notice in others]
    # A choice counts where little else is said: it loosens everything, so it must be meant.
    short = reading.rest.count(b" ") <= _CHOICE_WORDS and len(expressions) <= _CHOICE_PARTS
    return (
        any_of(expressions)
        if short and notices.offers_choice(reading.rest)
        else all_of(expressions)
    )


def _same_family(expression: str, texts_found: list[str]) -> bool:
    """Whether a notice only says how a text in the same file applies, as the GPL's appendix does.

    The GNU licenses refer to each other; only what no text here accounts for is a grant.
    """
    return any(
        expression == other
        or expression.partition("-")[0] == other.partition("-")[0]
        or ("GPL-" in expression and "GPL-" in other)
        for other in texts_found
    )


def _with_exceptions(ids: list[str]) -> list[str]:
    """Ids with each exception joined to the GPL that stands beside it."""
    exceptions = [key for key in ids if "exception" in key]
    licenses = [key for key in ids if "exception" not in key]
    for exception in exceptions:
        for at, key in enumerate(licenses):
            joined = normalize(f"{key} WITH {exception}")
            if key.startswith("GPL-") and joined != NOASSERTION:
                licenses[at] = joined
                break
    return licenses or ids


def _evidence(reading: license_text_matcher.Reading) -> str:
    kind = "template" if reading.template else "filled-in copy"
    each = ", ".join(f"{part.license_id} ({part.coverage:.0%})" for part in reading.parts)
    other = 1 - reading.explained
    rest = f"; {other:.0%} of the file is other text" if other > _NOTEWORTHY else ""
    close = f"; {reading.close} fits equally well" if reading.close else ""
    return f"text of {each}, {kind}{rest}{close}"


_CODE_MARKS = 0.03
"""Share of brackets, semicolons and equals signs that no license text comes near."""
_LICENSE_STEMS = (b"licen", b"copyright", b"warrant", b"redistribut", b"permi", b"liab", b"spdx")


def is_license_text(content: bytes, span: Span) -> bool:
    """Whether a passage is part of a license text, a notice or a banner of copyright lines.

    Such passages are in a great many files, so their being equal proves no copying. Fragments
    from the middle of a license count: nearly all their neighboring words are neighbors in one
    license of the SPDX list.

    Args:
        content: the text that holds the passage.
        span: the passage, in bytes of `content`.
    """
    passage = content[span.start : min(span.end, span.start + _MAX_PASSAGE)]
    if _is_plainly_code(passage):
        return False
    rest = text_normalization.without_notices(passage)
    normalized = text_normalization.normal(text_normalization.fold(rest))
    tokens = normalized.split()
    if len(tokens) < _TEXT_WORDS:
        # Little is left: a banner if copyright or tag lines were taken away, else no license.
        return len(rest.strip()) < len(passage.strip()) // 2
    _, contained, pairs = license_text_matcher.best_containment(tokens, _PASSAGE_CONTAINED)
    if pairs >= _PASSAGE_PAIRS and contained >= _PASSAGE_CONTAINED:
        return True
    return _mostly_notice(normalized)


def _is_plainly_code(passage: bytes) -> bool:
    """Whether a passage has the marks of code and no word of a license: a quick way out."""
    marks = len(passage) - len(passage.translate(None, b"=;{}()[]"))
    if marks < _CODE_MARKS * len(passage):
        return False
    lower = passage.lower()
    return not any(word in lower for word in _LICENSE_STEMS)


def _mostly_notice(normalized: bytes) -> bool:
    """Whether a short passage consists of a license notice in the words of its author."""
    return len(normalized) <= _MAX_NOTICE and bool(notices.find_notices(normalized))


_PATH = re.compile(
    r"(?:^|/)(?:"
    r"(?:[\w.-]{1,40}[-_.])?(?:un)?licen[cs]es?(?:[-_.][\w.+-]{1,60})?"
    r"|copying(?:[-_.][\w.+-]{1,40})?"
    r"|(?:third[-_]?party[-_]?)?(?:notices?|licen[cs]es?)(?:\.(?:txt|md|rst|html?))?"
    r"|copyright(?:\.(?:txt|md|rst))?"
    r"|(?:gnu[-_]?)?(?:[al]?gpl)(?:[-_.]?v?\d(?:\.\d)?)?(?:\.(?:txt|md|rst))?"
    r")$",
    re.IGNORECASE,
)
_FOLDER = re.compile(r"(?:^|/)licen[cs]es/(?:[^/]{1,80}/){0,6}[^/]{1,80}(?<!\.py)$", re.IGNORECASE)
_TELLING = ("cen", "cop", "not", "gpl")
"""One of these is in whatever both patterns match: "license" and "licence", "copying", ..."""
_CODE = frozenset((
    "py", "pyi", "pyc", "js", "mjs", "cjs", "ts", "tsx", "jsx", "c", "h", "cc", "cpp", "hpp",
    "java", "kt", "go", "rs", "rb", "php", "cs", "swift", "scala", "lua", "sh", "pl", "json",
    "yaml", "yml", "toml", "ini", "cfg", "css", "scss", "sql", "xml", "svg", "png", "lock", "tmpl",
    "in", "vue", "ipynb", "r", "m", "ex", "exs", "po", "pot",
))  # fmt: skip


def is_license_path(path: str) -> bool:
    """Whether a file's name says that it holds license texts or notices.

    True for "LICENSE", "COPYING.LESSER", "LICENSE-MIT", "MIT-LICENSE.txt", "NOTICE",
    "LICENSES/MIT.txt"; false for sources such as "license.py".
    """
    lower = path.lower()
    if lower.rpartition(".")[2] in _CODE or not any(part in lower for part in _TELLING):
        return False
    path = path.replace("\\", "/")[-400:]
    return _PATH.search(path) is not None or _FOLDER.search(path) is not None
