# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Machine-readable Debian copyright files (DEP-5, format 1.0), also `.reuse/dep5`.

The standard library's header parser reads the stanzas. Of the two libraries for this format,
python-debian is GPL-2.0-or-later and debian-inspector depends on chardet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.licenses import license_names
from codescan.licenses.categories import category
from codescan.licenses.detect import text_claim
from codescan.licenses.expressions import normalize
from codescan.licenses.globs import matches
from codescan.licenses.notice_reading import read_notice
from codescan.licenses.spdx_list import canonical_id
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CopyrightFile", "FilesParagraph", "debian_claims", "license_expression", "parse"]

MAX_BYTES = 4 * 1024 * 1024
_MAX_PARAGRAPHS = 5000
_MAX_PATTERNS = 5000
_FORMAT = re.compile(r"^Format(?:-Specification)?:", re.IGNORECASE | re.MULTILINE)
_FORMAT_WITHIN = 4096
_EMPTY_LINE = re.compile(r"^\.$")

# Short names of the format that are not SPDX ids (DEP-5, "Short name").
_SHORT = {
    "expat": "MIT", "apache-1.0": "Apache-1.0", "apache-2.0": "Apache-2.0", "apache": "",
    "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "bsd-4-clause": "BSD-4-Clause",
    "artistic": "Artistic-1.0-Perl", "artistic-1.0": "Artistic-1.0", "cc0": "CC0-1.0",
    "zope-1.1": "ZPL-1.1", "zope-2.0": "ZPL-2.0", "zope-2.1": "ZPL-2.1", "psf-2": "PSF-2.0",
    "psf-2.0": "PSF-2.0", "perl": "GPL-1.0-or-later OR Artistic-1.0-Perl", "w3c": "W3C",
    "public-domain": "LicenseRef-scancode-public-domain", "gfdl": "GFDL-1.1-or-later",
    "gfdl-niv": "", "bsl-1.0": "BSL-1.0", "boost-1.0": "BSL-1.0", "mit": "MIT", "zlib": "Zlib",
    "ofl-1.1": "OFL-1.1", "sil-1.1": "OFL-1.1", "cpl": "CPL-1.0", "lppl": "", "qpl": "QPL-1.0",
    "python-2.0": "Python-2.0", "eupl-1.1": "EUPL-1.1", "unicode": "",
}  # fmt: skip
_GNU = re.compile(r"^(gpl|lgpl|agpl|gfdl)(?:-(?:v)?(\d)(?:\.(\d))?)?(\+)?$")
_OPERATOR = re.compile(r"(?:^|,?\s+)(and|or)(?:/(?:and|or))?\s+|,\s*", re.IGNORECASE)
_EXCEPTION = re.compile(r"^(\S+)\s+with\s+(.{1,60}?)(?:\s+exception)?$", re.IGNORECASE)
_EXCEPTIONS = {
    "openssl": "x11vnc-openssl-exception", "classpath": "Classpath-exception-2.0",
    "autoconf": "Autoconf-exception-generic", "libtool": "Libtool-exception",
    "bison": "Bison-exception-2.2", "font": "Font-exception-2.0",
}  # fmt: skip


class FilesParagraph(Struct, frozen=True):
    """File patterns, with the copyright and license of the matching files."""

    patterns: tuple[str, ...]
    license_name: str
    """As written, for example "GPL-2+ or Expat"."""
    expression: str
    copyrights: tuple[str, ...]


class CopyrightFile(Struct, frozen=True):
    """A parsed copyright file."""

    paragraphs: tuple[FilesParagraph, ...]

    def paragraph_for(self, path: str) -> FilesParagraph | None:
        """The paragraph that applies to a path: the last one that matches (DEP-5)."""
        for paragraph in reversed(self.paragraphs):
            if any(matches(pattern, path, star_crosses=True) for pattern in paragraph.patterns):
                return paragraph
        return None


def parse(content: bytes) -> CopyrightFile | None:
    """Read a copyright file; None if it is not in the machine-readable format."""
    text = content[:MAX_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")
    if not _FORMAT.search(text[:_FORMAT_WITHIN]):
        return None
    stanzas = [s for s in re.split(r"\n[ \t]*\n", text.strip("\n")) if s.strip()][:_MAX_PARAGRAPHS]
    if not stanzas:
        return None
    # Imported here: a scan at commit time does not read such files.
    from email import policy
    from email.parser import HeaderParser

    parser = HeaderParser(policy=policy.compat32)
    header = parser.parsestr(_uncommented(stanzas[0]))
    if not (header.get("Format") or header.get("Format-Specification")):
        return None
    paragraphs = []
    budget = _MAX_PATTERNS
    listed = [parser.parsestr(_uncommented(stanza)) for stanza in stanzas[1:]]
    local = _LocalTexts(str(fields.get("License", "")) for fields in (header, *listed))
    for fields in listed:
        patterns = tuple(str(fields.get("Files", "")).split())[:budget]
        if not patterns:
            continue
        budget -= len(patterns)
        name = str(fields.get("License", "")).strip().split("\n", 1)[0].strip()
        lines = str(fields.get("Copyright", "")).split("\n")
        holders = tuple(line.strip() for line in lines if _is_text(line))
        expression = license_expression(name)
        if expression == NOASSERTION:
            expression = local.expression(name)
        paragraphs.append(FilesParagraph(patterns, name, expression, holders))
    return CopyrightFile(tuple(paragraphs))


class _LocalTexts:
    """License names that a copyright file defines by including their texts.

    Args:
        fields: every License field: a name, possibly with its text below.
    """

    def __init__(self, fields: Iterable[str]) -> None:
        self._texts: dict[str, str] = {}
        self._known: dict[str, str] = {}
        for field in fields:
            name, _, text = field.strip().partition("\n")
            if text.strip() and name.strip():
                self._texts.setdefault(name.strip().lower(), text)

    def expression(self, name: str) -> str:
        """The expression of a synopsis, with each name resolved by its text."""
        pieces: list[str] = []
        for word in [word for word in _OPERATOR.split(name) if word][:40]:
            if word.lower() in {"and", "or"}:
                pieces.append(word.upper())
                continue
            known = license_expression(word)
            pieces.append(f"({self._by_text(word) if known == NOASSERTION else known})")
        normalized = normalize(" ".join(pieces))
        # A text under the whole synopsis, such as "BSD-foo with addition".
        return self._by_text(name) if normalized == NOASSERTION else normalized

    def _by_text(self, name: str) -> str:
        key = name.strip().lower()
        if key not in self._known:
            self._known[key] = _license_of(self._texts.get(key, ""))
        return self._known[key]


def _license_of(text: str) -> str:
    """The license of a text or notice in a field, where "." means an empty line."""
    lines = (line.strip() for line in text.split("\n"))
    content = "\n".join("" if line == "." else line for line in lines).strip().encode()
    if not content:
        return NOASSERTION
    claim = text_claim(content)
    if claim is not None and claim.expression != NOASSERTION:
        return claim.expression
    reading = read_notice(content)
    return reading.expression if reading is not None else NOASSERTION


def _uncommented(stanza: str) -> str:
    return "\n".join(line for line in stanza.split("\n") if not line.startswith("#"))


def _is_text(line: str) -> bool:
    return bool(line.strip()) and _EMPTY_LINE.match(line.strip()) is None


def license_expression(name: str) -> str:
    """The SPDX expression of a DEP-5 license synopsis, for example "GPL-2+ and (Expat or BSD)".

    If a name is defined only in this file ("BSD-Foo"), the whole expression is NOASSERTION.
    """
    exact = normalize(name)
    if exact != NOASSERTION:
        return exact
    # DEP-5: a comma before "and" or "or" lowers its precedence; SPDX needs parentheses for this.
    for separator, operator in ((r",\s+and\s+", " AND "), (r",\s+or\s+", " OR ")):
        parts = re.split(separator, name, flags=re.IGNORECASE)
        if len(parts) > 1:
            return normalize(operator.join(f"({license_expression(part)})" for part in parts))
    words = [word for word in _OPERATOR.split(name) if word]
    pieces = []
    for word in words[:40]:
        lower = word.strip().lower()
        short = lower.upper() if lower in {"and", "or"} else _short(word.strip())
        bare = lower in {"and", "or"} or canonical_id(short) is not None
        pieces.append(short if bare else f"({short})")
    return normalize(" ".join(pieces))


def _short(name: str) -> str:
    lower = name.lower().removesuffix("~")
    if lower in _SHORT:
        return _SHORT[lower] or NOASSERTION
    gnu = _GNU.match(lower)
    if gnu is not None:
        family, major, minor, later = gnu.groups()
        if major is None:
            return license_names.lookup(name)
        suffix = "or-later" if later else "only"
        return normalize(f"{family.upper()}-{major}.{minor or '0'}-{suffix}")
    exception = _EXCEPTION.match(name)
    if exception is not None:
        base = _short(exception.group(1))
        known = _EXCEPTIONS.get(exception.group(2).split()[0].strip('"').lower())
        joined = normalize(f"{base} WITH {known}") if known else NOASSERTION
        return joined if joined != NOASSERTION else base
    return license_names.lookup(name)


def debian_claims(content: bytes, paths: Iterable[str] = ()) -> tuple[LicenseClaim, ...]:
    """The claims of a copyright file about the package: each expression once, most files first.

    Args:
        content: the copyright file.
        paths: files of the package; if given, only paragraphs that apply to one of them count.
    """
    parsed = parse(content)
    if parsed is None:
        return ()
    counts: dict[FilesParagraph, int] = {}
    listed = list(paths)
    if listed:
        for path in listed:
            paragraph = parsed.paragraph_for(path)
            if paragraph is not None:
                counts[paragraph] = counts.get(paragraph, 0) + 1
    else:
        counts = {p: sum(pattern == "*" for pattern in p.patterns) for p in parsed.paragraphs}
    ordered = sorted(counts, key=lambda p: -counts[p])
    return tuple({p.expression: paragraph_claim(p) for p in reversed(ordered)}.values())[::-1]


def paragraph_claim(paragraph: FilesParagraph, file: str = "debian/copyright") -> LicenseClaim:
    """The claim of one paragraph, for a file that it applies to."""
    evidence = (
        f"{file}: Files: {' '.join(paragraph.patterns)[:80]}; License: {paragraph.license_name}"
    )
    return LicenseClaim(
        paragraph.expression,
        LicenseBasis.LICENSE_FILE,
        evidence[:200],
        category(paragraph.expression),
    )
