# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which license files of a package speak for one of its files.

In order: `REUSE.toml` (REUSE 3.3), `.reuse/dep5` and `debian/copyright` (DEP-5), then the nearest
LICENSE or COPYING up the tree. Texts in `LICENSES/` are only kept there and speak for nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from codescan.licenses import debian
from codescan.licenses.bundled_sections import own_part, sections
from codescan.licenses.categories import category
from codescan.licenses.claim_precedence import COLLECTION, OVERRIDE, OWN_PART, precedence
from codescan.licenses.copyrights import license_file_holders
from codescan.licenses.detect import file_claims, text_claim
from codescan.licenses.expressions import all_of, any_of, covers, normalize
from codescan.licenses.globs import matches
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.manifests import readme_claim
from codescan.licenses.notices import offers_choice
from codescan.licenses.text_normalization import fold, normal
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LicenseFiles"]

_MAX_TOML = 1024 * 1024
_MAX_FILES = 2000
_MAX_CHOICE = 1000  # bytes
_MAX_HOLDERS = 20
_DEP5 = (".reuse/dep5", "debian/copyright", "copyright")
_ASIDE = ("notice", "third", "patents", "authors")
_BUNDLED = ("bundled", "third", "vendor", "dependencies", "3rd")


@dataclass(frozen=True, slots=True)
class _Annotation:
    """One `[[annotations]]` table of a REUSE.toml."""

    folder: str
    patterns: tuple[str, ...]
    precedence: str
    expression: str
    copyrights: tuple[str, ...]

    def governs(self, path: str) -> bool:
        inside = path[len(self.folder) + 1 :] if self.folder else path
        if self.folder and not path.startswith(self.folder + "/"):
            return False
        return any(matches(pattern, inside, star_crosses=False) for pattern in self.patterns)


class LicenseFiles:
    """The license files of one package or repository.

    Args:
        files: path in the package, with forward slashes, to content: every file for which
            `detect.is_license_path` holds, and REUSE.toml, .reuse/dep5, debian/copyright.
        declared: what the package as a whole declares, which holds for each of its files too.
    """

    def __init__(self, files: Mapping[str, bytes], declared: tuple[LicenseClaim, ...] = ()) -> None:
        ordered = sorted(files)[:_MAX_FILES]
        self._annotations = [
            annotation
            for path in ordered
            if basename(path) == "REUSE.toml"
            for annotation in _annotations(dirname(path), files[path])
        ]
        # The REUSE.toml nearest to a file goes first.
        self._annotations.sort(key=lambda a: -a.folder.count("/") - bool(a.folder))
        self._dep5 = [
            (path, parsed)
            for path in _DEP5
            if path in files and (parsed := debian.parse(files[path])) is not None
        ]
        self._folders: dict[str, list[str]] = {}
        for path in ordered:
            if _speaks(path):
                self._folders.setdefault(dirname(path), []).append(path)
        self._files = files
        self._bundled = tuple(
            section for path in ordered if _speaks(path) for section in sections(path, files[path])
        )
        self._declared = declared
        self._claims: dict[str, LicenseClaim | None] = {}
        self._of_folder: dict[str, tuple[LicenseClaim, ...]] = {}
        self._holders: dict[str, tuple[str, ...]] = {}

    def claims_for(self, path: str, own: tuple[LicenseClaim, ...] = ()) -> tuple[LicenseClaim, ...]:
        """Every claim about one file, most specific first.

        As REUSE 3.3 has it, a `.license` file beside the file speaks in its place, an annotation
        with precedence "override" goes before what the file says, "aggregate" adds to it. Where
        nothing is said about single files, those of a folder share one tuple.

        Args:
            path: the file.
            own: what it says itself.
        """
        folder = _folder(path)
        adjacent = self._files.get(f"{path}.license")
        if adjacent is not None:
            own = file_claims(adjacent, is_prose=True) or own
        if self._annotations or self._dep5:
            return self._with_annotations(path, own)
        claims = self._of_folder.get(folder)
        if claims is None:
            claims = tuple(sorted(self._around(folder), key=precedence))
            self._of_folder[folder] = claims
        bundled = self._bundled_claim(path)
        if bundled is not None:
            own = (*own, bundled)
        return tuple(sorted(own + claims, key=precedence)) if own else claims

    def _with_annotations(
        self, path: str, own: tuple[LicenseClaim, ...]
    ) -> tuple[LicenseClaim, ...]:
        claims = [*own, *self._around(_folder(path))]
        annotation = self._annotation(path)
        if annotation is not None:
            stated = _annotation_claim(annotation)
            if annotation.precedence == "override":
                return (stated, *sorted(claims, key=precedence))
            if annotation.precedence == "aggregate" and own:
                expression = all_of((own[0].expression, stated.expression))
                evidence = f"{own[0].evidence}; {stated.evidence}"
                joined = LicenseClaim(
                    expression, own[0].basis, evidence[:200], category(expression)
                )
                return (joined, *sorted([*claims, stated], key=precedence))
            claims.append(stated)
        for file, parsed in self._dep5:
            paragraph = parsed.paragraph_for(path)
            if paragraph is not None and paragraph.license_name:
                claims.append(debian.paragraph_claim(paragraph, file))
                break
        return tuple(sorted(claims, key=precedence))

    def _annotation(self, path: str) -> _Annotation | None:
        """The annotation that governs a path: the outermost override, else the nearest file's.

        Within one REUSE.toml the last one that matches.
        """
        governing: dict[str, _Annotation] = {}
        for annotation in self._annotations:
            if annotation.expression and annotation.governs(path):
                governing.setdefault(annotation.folder, annotation)
        overrides = [a for a in governing.values() if a.precedence == "override"]
        if overrides:
            return overrides[-1]
        return next(iter(governing.values()), None)

    def _around(self, folder: str) -> list[LicenseClaim]:
        nearest = self._nearest(folder)
        found = [*self._declared] if nearest is None else [nearest, *self._declared]
        if all(claim.expression == NOASSERTION for claim in found) and self._readme is not None:
            found.append(self._readme)
        return found

    @cached_property
    def _readme(self) -> LicenseClaim | None:
        """What the README at the root states, for packages that state it nowhere else."""
        for path in sorted(self._files):
            if "/" not in path and path.lower().startswith("readme"):
                claim = readme_claim(path, self._files[path])
                if claim is not None:
                    return claim
        return None

    def _bundled_claim(self, path: str) -> LicenseClaim | None:
        """What the section of a license file about bundled parts says of one file."""
        for section in self._bundled:
            if section.governs(path):
                evidence = f"{section.file}: {section.name}: {section.evidence}"
                return LicenseClaim(
                    section.expression, LicenseBasis.LICENSE_FILE, evidence[:200],
                    category(section.expression),
                )  # fmt: skip
        return None

    def copyrights_for(self, path: str) -> tuple[str, ...]:
        """Holders that REUSE.toml, a DEP-5 file or its folder's license file names for one file.

        A license file at the root speaks for the whole package and is left to it.
        """
        found: dict[str, None] = {}
        for annotation in self._annotations:
            if annotation.governs(path):
                found.update(dict.fromkeys(annotation.copyrights))
                break
        for _, parsed in self._dep5:
            paragraph = parsed.paragraph_for(path)
            if paragraph is not None:
                found.update(dict.fromkeys(paragraph.copyrights))
                break
        if found:
            return tuple(found)
        folder = _folder(path)
        holders = self._holders.get(folder)
        if holders is None:
            holders = self._holders[folder] = self._holders_above(folder)
        return holders

    def _holders_above(self, folder: str) -> tuple[str, ...]:
        """Copyright lines of the nearest license files below the root."""
        while folder:
            lines = [
                line
                for path in self._folders.get(folder, ())
                for line in license_file_holders(self._files[path])
            ]
            if lines:
                return tuple(dict.fromkeys(lines))[:_MAX_HOLDERS]
            folder = _folder(folder)
        return ()

    def _nearest(self, folder: str) -> LicenseClaim | None:
        walked = []
        claim = None
        while folder not in self._claims:
            walked.append(folder)
            claim = self._claim_of(folder)
            if claim is not None or not folder:
                break
            folder = _folder(folder)
        else:
            claim = self._claims[folder]
        for each in walked:
            self._claims[each] = claim
        return claim

    def _claim_of(self, folder: str) -> LicenseClaim | None:
        """The license files of one folder taken together."""
        found = [
            (path, claim)
            for path in self._folders.get(folder, ())
            if (claim := text_claim(own_part(self._files[path]))) is not None
        ]
        if not found:
            return None
        if len(found) == 1:
            path, claim = found[0]
            several = COLLECTION if " AND " in claim.expression else ""
            if not several and len(own_part(self._files[path])) < len(self._files[path]):
                several = OWN_PART
            return _renamed(claim, claim.expression, f"{several}{path}: {claim.evidence}")
        known = [c.expression for _, c in found if c.expression != NOASSERTION]
        listed = ", ".join(f"{basename(p)}: {c.expression}" for p, c in found)
        # A statement that already names the others, such as "either LICENSE.APACHE or
        # LICENSE.BSD" beside both texts, speaks for the folder.
        for path, claim in found:
            if all(covers(claim.expression, other) for other in known) and known:
                several = COLLECTION if " AND " in claim.expression else ""
                return _renamed(claim, claim.expression, f"{several}{path}: {listed}")
        # "... either of the licenses found in LICENSE.APACHE or LICENSE.BSD" names none itself.
        choice = _is_usual_choice([p for p, _ in found], known) or any(
            len(self._files[path]) <= _MAX_CHOICE and offers_choice(normal(fold(self._files[path])))
            for path in self._folders[folder]
        )
        parts = _without_companions(known)
        expression = any_of(parts) if choice else all_of(parts)
        several = COLLECTION if " AND " in expression else ""
        return _renamed(found[0][1], expression, f"{several}{folder or '.'}: {listed}")


def _folder(path: str) -> str:
    """`dirname` of a path inside a package, a good deal faster."""
    return path.rpartition("/")[0]


_CHOICE_NAME = re.compile(
    r"(?:un)?licen[sc]e[-_.](?:mit|apache)\b|(?:mit|apache)[-_.]licen[sc]e", re.IGNORECASE
)


def _is_usual_choice(paths: list[str], known: list[str]) -> bool:
    """Whether LICENSE-MIT stands beside LICENSE-APACHE: by convention the user may choose."""
    names = (_CHOICE_NAME.search(basename(path)) for path in paths)
    return sorted(known) == ["Apache-2.0", "MIT"] and all(names)


def _without_companions(found: list[str]) -> list[str]:
    """The LGPL 3.0 is printed with the GPL 3.0 beside it, which it refers to."""
    lesser = any(expression.startswith("LGPL-3.0") for expression in found)
    return [e for e in found if not (lesser and e == "GPL-3.0-only")]


def _renamed(claim: LicenseClaim, expression: str, evidence: str) -> LicenseClaim:
    return LicenseClaim(expression, claim.basis, evidence[:200], category(expression))


def _speaks(path: str) -> bool:
    """Whether a license file speaks for its folder: not a stored text, notice or copyright list."""
    name = basename(path).lower()
    if not is_license_path(path) or name.startswith(_ASIDE) or name == "copyright":
        return False
    if any(word in name for word in _BUNDLED):
        return False
    if name.endswith(".license") and name.count(".") > 1 and not name[0].isdigit():
        return name.split(".")[-2].isdigit()  # apache-2.0.LICENSE, not main.py.license
    return basename(dirname(path)) != "LICENSES"


def _annotations(folder: str, content: bytes) -> list[_Annotation]:
    """The annotations of a REUSE.toml; an unreadable file has none."""
    if len(content) > _MAX_TOML:
        return []
    try:
        tables = tomllib.loads(content.decode("utf-8")).get("annotations", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return []
    found = []
    for table in tables if isinstance(tables, list) else []:
        if not isinstance(table, dict):
            continue
        licenses = _strings(table.get("SPDX-License-Identifier"))
        found.append(
            _Annotation(
                folder=folder,
                patterns=_strings(table.get("path")),
                precedence=str(table.get("precedence", "closest")),
                expression=normalize(all_of(licenses)) if licenses else "",
                copyrights=_strings(table.get("SPDX-FileCopyrightText")),
            )
        )
    # REUSE 3.3: of several matching annotations the last one counts.
    return found[::-1]


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))[:200]
    return ()


def _annotation_claim(annotation: _Annotation) -> LicenseClaim:
    override = annotation.precedence == "override"
    patterns = " ".join(annotation.patterns)[:80]
    evidence = f"{annotation.folder or '.'}/REUSE.toml: {patterns}: {annotation.expression}"
    if override:
        evidence = f"{OVERRIDE}{evidence}"
    return LicenseClaim(
        annotation.expression,
        LicenseBasis.FILE_TAG if override else LicenseBasis.LICENSE_FILE,
        evidence[:200],
        category(annotation.expression),
    )
