# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The annotations of REUSE.toml files about one file (REUSE 3.3, reuse.software/spec-3.3).

Within one REUSE.toml, the last matching annotation counts. From the root down, "override" ends the
search: nothing below it counts. "aggregate" adds to the statements of the file. "closest" replaces
missing statements of the file; the nearest REUSE.toml counts, separately for license and copyright.
"""

from __future__ import annotations

import tomllib
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.licenses.categories import category
from codescan.licenses.claim_precedence import OVERRIDE
from codescan.licenses.expressions import all_of, normalize
from codescan.licenses.globs import matches
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Annotation", "ReuseAnnotations", "ReuseInfo"]

_MAX_TOML = 1024 * 1024
_LICENSE = "SPDX" + "-License-Identifier"
_MAX_VALUES = 200


class Annotation(Struct, frozen=True):
    """One `[[annotations]]` table of a REUSE.toml."""

    folder: str
    patterns: tuple[str, ...]
    precedence: str
    expression: str
    """"" if it does not state a license."""
    copyrights: tuple[str, ...]

    def governs(self, path: str) -> bool:
        """Whether the annotation applies to a file, by its path from the root."""
        if self.folder and not path.startswith(self.folder + "/"):
            return False
        inside = path[len(self.folder) + 1 :] if self.folder else path
        return any(matches(pattern, inside, star_crosses=False) for pattern in self.patterns)

    def claim(self) -> LicenseClaim:
        """The annotation as a claim about a file."""
        is_override = self.precedence == "override"
        patterns = " ".join(self.patterns)[:80]
        evidence = f"{self.folder or '.'}/REUSE.toml: {patterns}: {self.expression}"
        return LicenseClaim(
            self.expression,
            LicenseBasis.FILE_TAG if is_override else LicenseBasis.LICENSE_FILE,
            f"{OVERRIDE if is_override else ''}{evidence}"[:200],
            category(self.expression),
        )


class ReuseInfo(Struct, frozen=True):
    """The annotations that count for one file."""

    override: Annotation | None = None
    aggregates: tuple[Annotation, ...] = ()
    """The annotations to add up, from the root down."""
    license: Annotation | None = None
    """The nearest with precedence "closest" that states a license."""
    holders: Annotation | None = None
    """The nearest with precedence "closest" that states a copyright."""


_NOTHING = ReuseInfo()


class ReuseAnnotations:
    """Every annotation of a project.

    Args:
        files: content by path from the root; files that are not a REUSE.toml are ignored.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._of_file: list[tuple[Annotation, ...]] = []
        annotation_files = [path for path in files if basename(path) == "REUSE.toml"]
        for path in sorted(annotation_files, key=lambda path: (path.count("/"), path)):
            listed = tuple(_annotations(dirname(path), files[path]))
            if listed:
                self._of_file.append(listed)

    def __bool__(self) -> bool:
        """Whether the project has an annotation."""
        return bool(self._of_file)

    def of(self, path: str) -> ReuseInfo:
        """The annotations that count for a file."""
        governing: list[Annotation] = []
        for listed in self._of_file:
            last = next((a for a in reversed(listed) if a.governs(path)), None)
            if last is not None:
                governing.append(last)
                if last.precedence == "override":
                    break
        if not governing:
            return _NOTHING
        closest = [a for a in reversed(governing) if a.precedence not in ("override", "aggregate")]
        return ReuseInfo(
            governing[-1] if governing[-1].precedence == "override" else None,
            tuple(a for a in governing if a.precedence == "aggregate"),
            next((a for a in closest if a.expression), None),
            next((a for a in closest if a.copyrights), None),
        )


def _annotations(folder: str, content: bytes) -> Iterable[Annotation]:
    """The annotations of a REUSE.toml, in its order.

    A REUSE.toml that cannot be read gives an unknown license for all files below it.
    """
    try:
        tables = tomllib.loads(content[: _MAX_TOML + 1].decode("utf-8-sig")).get("annotations", [])
        is_readable = len(content) <= _MAX_TOML and isinstance(tables, list)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        is_readable = False
    if not is_readable:
        yield Annotation(folder, ("**",), "closest", NOASSERTION, ())
        return
    for table in tables:
        if isinstance(table, dict):
            yield Annotation(
                folder=folder,
                patterns=_strings(table.get("path")),
                precedence=str(table.get("precedence", "closest")),
                expression=_expression(table.get(_LICENSE)),
                copyrights=_strings(table.get("SPDX-FileCopyrightText")),
            )


def _expression(value: object) -> str:
    """The licenses of an annotation; "" for none, NOASSERTION for a value that is not a string."""
    licenses = _strings(value)
    is_stated = value not in (None, [], "")
    return normalize(all_of(licenses)) if licenses else NOASSERTION if is_stated else ""


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))[:_MAX_VALUES]
    return ()
