# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sections of a license file about bundled parts of a package.

Wheels and source archives append the licenses of bundled parts to their own license: SciPy's file
states BSD-3-Clause and then lists OpenBLAS, LAPACK and the GCC runtime library. Such a section
applies to the bundled part, not to the package's own code.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from codescan.licenses import license_names
from codescan.licenses.globs import matches
from codescan.licenses.license_text_matcher import is_covered
from codescan.licenses.notice_reading import read_notice
from codescan.licenses.notice_sentences import decoded
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["Section", "own_part", "sections"]

_MAX_BYTES = 512 * 1024
_MAX_SECTIONS = 200
_MIN_OWN = 120
"""Minimum bytes of the package's own license: a shorter text is only an introduction."""
_BUNDLES = lazy_pattern(
    rb"^[^\w\n]{0,12}(?:"
    rb"(?:this|the)\b[^\n]{0,80}\b(?:distribution|package|product|project|software|library|wheel|"
    rb"repository|source|release|archive|program|binary|installer"
    rb"|sdist)\b[^\n]{0,60}\b(?:also[ \t]+)?"
    rb"(?:bundles?|includes?|contains?|incorporates?|vendors?|ships?|redistributes?|embeds?"
    rb"|uses?)\b"
    rb"[^\n]{0,100}\b(?:software|code|components?|libraries|packages?|files?|projects?|third"
    rb"|parts?|"
    rb"licenses?|work|modules?|following)"
    rb"|(?:third[- ]part(?:y|ies)|bundled|vendored|included|external|additional|subcomponents?"
    rb"|other)\b"
    rb"[^\n]{0,40}\b(?:software|code|components?|libraries|licen[sc]es?|notices?|dependencies"
    rb"|packages|"
    rb"projects|attributions?)\b[^\n.]{0,60}:?[ \t]*$"
    rb"|(?:licen[sc]es?|notices?|copyright)[ \t]+(?:for|of)[ \t]+(?:bundled|third|included"
    rb"|external|"
    rb"vendored|other|the following|embedded|dependencies)[^\n]{0,80}$"
    rb"|[^\n]{0,120}\blicensed as follows\b"
    rb"|[^\n]{0,60}\blibraries from which parts of\b"
    rb"|(?:[A-Z][\w .,'-]{0,30} )?SUBCOMPONENTS:?[^\n]{0,40}$"
    rb"|(?:parts|portions|some parts|some files|some code|several files)\b[^\n]{0,60}\b(?:are"
    rb"|is|were)\b"
    rb"[^\n]{0,60}\b(?:from|derived|based|taken|copied|licensed|covered|under)\b"
    rb"|(?:the[ \t]+)?(?:following|remaining|other)[ \t]+(?:files?|libraries|components?"
    rb"|directories|"
    rb"code|software|packages?|licen[sc]es?)\b[^\n]{0,80}"
    rb"|(?:name|library|component|package|software|files|project|dependency"
    rb"|module)[ \t]*:[ \t]*\S[^\n]{0,80}\n"
    rb"(?:[^\n]{0,160}\n){0,6}?[^\w\n]{0,6}(?:licen[sc]e|files|availability|version|source|url|"
    rb"description|copyright)[ \t]*:"
    rb")",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = lazy_pattern(
    rb"^[^\w\n]{0,6}(?:name|library|component|package|software|project"
    rb"|dependency)[ \t]*:[ \t]*([^\n]{1,120})$",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = lazy_pattern(
    rb"^[^\w\n]{0,6}(files|licen[sc]e)[ \t]*:[ \t]*([^\n]{1,300})$", re.IGNORECASE | re.MULTILINE
)


class Section(Struct, frozen=True):
    """The section of a license file about one bundled part."""

    file: str
    name: str
    patterns: tuple[str, ...]
    expression: str
    evidence: str

    def governs(self, path: str) -> bool:
        """Whether the section applies to the file at this path in the source tree."""
        return any(
            matches(pattern.rstrip("/") + tail, path, star_crosses=True)
            for pattern in self.patterns
            for tail in ("", "/*")
        )


def own_part(content: bytes) -> bytes:
    """A license file up to its first section about bundled parts, or the whole file if it has none.

    A file that begins with such a section is returned whole: it has no license of its own.
    """
    at = _first_section(content[:_MAX_BYTES])
    return content if at is None else content[:at]


_RULE = lazy_pattern(rb"(?<=\n\n)[-=*_#]{4,}[ \t]*\n(?=\n?[^\n]{1,80}\n)")
_MANY_RULES = 4
"""Separator lines from which a file is a list of components; fewer may separate own licenses."""


_MOST_READ = 16
"""Maximum number of section starts that are tried; each try reads the file up to there."""


def _starts(content: bytes) -> list[int]:
    rules = [match.start() for match in _RULE.finditer(content)]
    named = [match.start() for match in _BUNDLES.finditer(content)]
    return sorted([*named, *(rules[:1] if len(rules) >= _MANY_RULES else [])])


def _first_section(content: bytes) -> int | None:
    starts = [start for start in _starts(content) if start >= _MIN_OWN]
    for start in starts[:_MOST_READ]:
        if is_covered(content[:_MAX_BYTES], start):
            continue  # this is part of a license text
        reading = read_notice(content[:start], is_license_file=True)
        if reading is not None and reading.has_text:
            return start
        if start > _MAX_BYTES // 4:
            break
    return None


@lru_cache(maxsize=32)
def _parsed(content: bytes) -> tuple[tuple[str, tuple[str, ...], str, str], ...]:
    starts = [match.start() for match in _NAME.finditer(content)][:_MAX_SECTIONS]
    sections = []
    ends = [*starts[1:], len(content)]
    for start, end in zip(starts, ends[: len(starts)], strict=True):
        body = content[start:end]
        name = _NAME.match(body)
        fields = {m.group(1).lower()[:1]: m.group(2) for m in _FIELD.finditer(body)}
        if name is None or b"f" not in fields or b"l" not in fields:
            continue
        stated = decoded(fields[b"l"]).strip()
        expression = license_names.lookup(stated)
        if expression == NOASSERTION:
            reading = read_notice(body, is_license_file=True)
            expression = reading.expression if reading is not None else NOASSERTION
        patterns = tuple(
            word.strip(",;") for word in decoded(fields[b"f"]).split() if "*" in word or "/" in word
        )
        sections.append((decoded(name.group(1)).strip()[:60], patterns, expression, stated[:80]))
    return tuple(sections)


def sections(path: str, content: bytes) -> tuple[Section, ...]:
    """The sections of a license file that name files: "Name:", "Files:" and "License:" lines."""
    if b"iles:" not in content:
        return ()
    return tuple(Section(path, *fields) for fields in _parsed(content[:_MAX_BYTES]))
