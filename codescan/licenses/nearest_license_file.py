# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the license files of a package that apply to one of its files.

The order is: `REUSE.toml` (REUSE 3.3), `.reuse/dep5` and `debian/copyright` (DEP-5), then the
nearest LICENSE or COPYING up the tree. Texts in `LICENSES/` are only stored there and do not apply
to any file by themselves.
"""

from __future__ import annotations

import re
from functools import cached_property
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.licenses import debian
from codescan.licenses.bundled_sections import own_part, sections
from codescan.licenses.categories import category, strictness
from codescan.licenses.claim_precedence import COLLECTION, OWN_PART, precedence
from codescan.licenses.copyrights import copyright_lines, license_file_holders
from codescan.licenses.detect import file_claims, text_claim
from codescan.licenses.expressions import all_of, any_of, covers
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.manifests import (
    inherits_license,
    is_manifest,
    is_workspace,
    manifest_claims,
    readme_claim,
)
from codescan.licenses.offered_choices import offers_choice
from codescan.licenses.reuse_annotations import ReuseAnnotations
from codescan.licenses.text_normalization import normal
from codescan.licenses.wide_texts import as_utf8
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LicenseFiles"]

_MAX_FILES = 2000
_MAX_CHOICE = 1000  # bytes
_MAX_HOLDERS = 20
_REUSE_DEP5 = ".reuse/dep5"
_DEP5 = (_REUSE_DEP5, "debian/copyright", "copyright")
_ASIDE = ("notice", "third", "patents", "authors")
_BUNDLED = ("bundled", "third", "vendor", "dependencies", "3rd")


class LicenseFiles:
    """The license files of one package or repository.

    Args:
        files: path in the package, with forward slashes, to content: every file for which
            `detect.is_license_path` holds, and REUSE.toml, .reuse/dep5, debian/copyright.
        declared: the claims of the whole package, which apply to each of its files too.
    """

    def __init__(self, files: Mapping[str, bytes], declared: tuple[LicenseClaim, ...] = ()) -> None:
        ordered = sorted(files)[:_MAX_FILES]
        files = {path: as_utf8(content) for path, content in files.items()}
        self._reuse = ReuseAnnotations({path: files[path] for path in ordered})
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
        self._manifests: dict[str, list[str]] = {}
        for path in ordered:
            if is_manifest(basename(path)):
                self._manifests.setdefault(dirname(path), []).append(path)
        self._own_claims: dict[str, LicenseClaim | None] = {}
        self._stated: dict[str, tuple[LicenseClaim, ...]] = {}
        self._claims: dict[str, LicenseClaim | None] = {}
        self._of_folder: dict[str, tuple[LicenseClaim, ...]] = {}
        self._holders: dict[str, tuple[str, ...]] = {}

    def claims_for(self, path: str, own: tuple[LicenseClaim, ...] = ()) -> tuple[LicenseClaim, ...]:
        """Every claim about one file, most specific first.

        REUSE 3.3 applies: a `.license` file next to the file replaces its statements, an
        annotation with precedence "override" overrides them, and "aggregate" adds to them. Files
        of a folder without their own claims share one tuple.

        Args:
            path: the file.
            own: its own claims.
        """
        folder = _folder(path)
        adjacent = self._files.get(f"{path}.license")
        if adjacent is not None:
            beside = file_claims(adjacent, is_prose=True)
            own = own if not beside and self._says_nothing(path) else beside
        if self._reuse or self._dep5:
            return self._with_annotations(path, own)
        claims = self._of_folder.get(folder)
        if claims is None:
            claims = tuple(sorted(self._around(folder), key=precedence))
            self._of_folder[folder] = claims
        bundled = self._bundled_claim(path)
        if bundled is not None:
            own = (*own, bundled)
        return tuple(sorted(own + claims, key=precedence)) if own else claims

    def _says_nothing(self, path: str) -> bool:
        """Whether no REUSE.toml states the license of a file."""
        reuse = self._reuse.of(path)
        stated = (reuse.override, reuse.license, *reuse.aggregates)
        return not any(each is not None and each.expression for each in stated)

    def _with_annotations(
        self, path: str, own: tuple[LicenseClaim, ...]
    ) -> tuple[LicenseClaim, ...]:
        reuse = self._reuse.of(path)
        around = self._around(_folder(path))
        added = [a.claim() for a in reuse.aggregates if a.expression]
        closest = [reuse.license.claim()] if reuse.license is not None else []
        if reuse.override is not None and reuse.override.expression:
            # This file is not read; as in the reuse tool, an annotation further up replaces it.
            stated = _joined([reuse.override.claim(), *added, *closest])
            return (stated, *sorted([*own, *around], key=precedence))
        reviewed: list[LicenseClaim] = []
        for file, parsed in self._dep5:
            paragraph = parsed.paragraph_for(path)
            if paragraph is not None and paragraph.license_name:
                claim = debian.paragraph_claim(paragraph, file)
                if file == _REUSE_DEP5:  # which adds to what a file says (REUSE 3.3)
                    added.append(claim)
                elif paragraph.patterns == ("*",):
                    around.append(claim)
                else:
                    reviewed.append(claim)
                break
        if added:
            first = own[:1] or tuple(closest[:1])
            claims = [_joined([*first, *added]), *own[1:], *closest, *reviewed, *around]
        else:
            claims = [*own, *closest, *reviewed, *around]
        return tuple(sorted(claims, key=precedence))

    def _around(self, folder: str) -> list[LicenseClaim]:
        nearest = self._nearest(folder)
        declared, nested = self._declared_for(folder)
        surrounding = [*declared] if nearest is None else [nearest, *declared]
        if (
            nearest is not None
            and declared
            and nested is not None
            and nested > self._place_of(folder)
        ):
            # A manifest below the license file, such as that of one package of several.
            first = declared[0]
            if strictness(first.category) > strictness(nearest.category):
                surrounding = [replace(first, basis=LicenseBasis.LICENSE_FILE), *surrounding]
        if (
            all(claim.expression == NOASSERTION for claim in surrounding)
            and self._readme is not None
        ):
            surrounding.append(self._readme)
        return surrounding

    def _place_of(self, folder: str) -> int:
        """The depth of the license file that applies to a folder."""
        while folder and self._claim_in(folder) is None:
            folder = _folder(folder)
        return 1 + folder.count("/") if folder else 0

    def _declared_for(self, folder: str) -> tuple[tuple[LicenseClaim, ...], int | None]:
        """The claims of the nearest manifest and its depth; None for the package's own manifest."""
        while folder:
            claims = self._manifest_claims(folder) if folder in self._manifests else ()
            if claims:
                return claims, 1 + folder.count("/")
            folder = _folder(folder)
        return self._declared or self._manifest_claims(""), None

    def _manifest_claims(self, folder: str) -> tuple[LicenseClaim, ...]:
        if folder not in self._stated:
            files = {basename(path): self._files[path] for path in self._manifests.get(folder, ())}
            workspace = b""
            if "Cargo.toml" in files and inherits_license(files["Cargo.toml"]):
                workspace = self._workspace_above(folder)
            self._stated[folder] = tuple(
                replace(claim, evidence=f"{folder}/: {claim.evidence}"[:200]) if folder else claim
                for claim in manifest_claims(files, workspace)
            )
        return self._stated[folder]

    def _workspace_above(self, folder: str) -> bytes:
        """The Cargo.toml of the workspace that a folder lies in."""
        while folder:
            folder = _folder(folder)
            content = self._files.get(f"{folder}/Cargo.toml" if folder else "Cargo.toml")
            if content is not None and is_workspace(content):
                return content
        return b""

    @cached_property
    def _readme(self) -> LicenseClaim | None:
        """The claim of the README at the root, for packages without another statement."""
        for path in sorted(self._files):
            if "/" not in path and path.lower().startswith("readme"):
                claim = readme_claim(path, self._files[path])
                if claim is not None:
                    return claim
        return None

    def _bundled_claim(self, path: str) -> LicenseClaim | None:
        """The claim about one file in a license file's section about bundled parts."""
        for section in self._bundled:
            if section.governs(path):
                evidence = f"{section.file}: {section.name}: {section.evidence}"
                return LicenseClaim(
                    section.expression, LicenseBasis.LICENSE_FILE, evidence[:200],
                    category(section.expression),
                )  # fmt: skip
        return None

    def copyrights_for(self, path: str, own: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Copyright lines of one file: its own, and those that REUSE.toml or a DEP-5 file adds.

        A file without its own lines gets those of its folder's license file. A license file at the
        root belongs to the whole package and is not used here.

        Args:
            path: the file.
            own: what it says itself; a `.license` file beside it speaks in its place.
        """
        adjacent = self._files.get(f"{path}.license")
        reuse = self._reuse.of(path)
        if adjacent is not None:
            beside = copyright_lines(adjacent)
            own = beside if beside or reuse.holders is not None else own
        added = [line for a in reuse.aggregates for line in a.copyrights]
        if reuse.override is not None and reuse.override.copyrights:
            own = reuse.override.copyrights
        elif not own and reuse.holders is not None:
            own = reuse.holders.copyrights
        for file, parsed in self._dep5:
            paragraph = parsed.paragraph_for(path)
            if paragraph is not None and (file == _REUSE_DEP5 or not own):
                added += paragraph.copyrights
                break
        lines = tuple(dict.fromkeys((*own, *added)))
        if lines:
            return lines
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
            claim = self._claim_in(folder)
            if claim is not None or not folder:
                break
            folder = _folder(folder)
        else:
            claim = self._claims[folder]
        for each in walked:
            self._claims[each] = claim
        return claim

    def _claim_in(self, folder: str) -> LicenseClaim | None:
        if folder not in self._own_claims:
            self._own_claims[folder] = self._claim_of(folder)
        return self._own_claims[folder]

    def _claim_of(self, folder: str) -> LicenseClaim | None:
        """The combined claim of the license files of one folder."""
        expressions = [
            (path, claim)
            for path in self._folders.get(folder, ())
            if (claim := text_claim(own_part(self._files[path]))) is not None
        ]
        if not expressions:
            return None
        if len(expressions) == 1:
            path, claim = expressions[0]
            several = COLLECTION if " AND " in claim.expression else ""
            if not several and len(own_part(self._files[path])) < len(self._files[path]):
                several = OWN_PART
            return _renamed(claim, claim.expression, f"{several}{path}: {claim.evidence}")
        known = [c.expression for _, c in expressions if c.expression != NOASSERTION]
        listed = ", ".join(f"{basename(p)}: {c.expression}" for p, c in expressions)
        # A statement that names the other files, such as "either LICENSE.APACHE or LICENSE.BSD"
        # next to both texts, is the claim of the folder.
        for path, claim in expressions:
            if all(covers(claim.expression, other) for other in known) and known:
                several = COLLECTION if " AND " in claim.expression else ""
                return _renamed(claim, claim.expression, f"{several}{path}: {listed}")
        # "... either of the licenses found in LICENSE.APACHE or LICENSE.BSD" names none itself.
        choice = _is_usual_choice([p for p, _ in expressions], known) or any(
            len(self._files[path]) <= _MAX_CHOICE and offers_choice(normal(self._files[path]))
            for path in self._folders[folder]
        )
        parts = _without_companions(known)
        expression = any_of(parts) if choice else all_of(parts)
        several = COLLECTION if " AND " in expression else ""
        return _renamed(expressions[0][1], expression, f"{several}{folder or '.'}: {listed}")


def _joined(claims: Sequence[LicenseClaim]) -> LicenseClaim:
    """Claims that apply together, as one claim with the level of the first."""
    if len(claims) == 1:
        return claims[0]
    expression = all_of(claim.expression for claim in claims)
    evidence = "; ".join(claim.evidence for claim in claims)
    return LicenseClaim(expression, claims[0].basis, evidence[:200], category(expression))


def _folder(path: str) -> str:
    """`dirname` of a path inside a package, but much faster."""
    return path.rpartition("/")[0]


_CHOICE_NAME = re.compile(
    r"(?:un)?licen[sc]e[-_.](?:mit|apache)\b|(?:mit|apache)[-_.]licen[sc]e", re.IGNORECASE
)


def _is_usual_choice(paths: list[str], known: list[str]) -> bool:
    """Whether LICENSE-MIT is next to LICENSE-APACHE: by convention the user may choose."""
    names = (_CHOICE_NAME.search(basename(path)) for path in paths)
    return sorted(known) == ["Apache-2.0", "MIT"] and all(names)


def _without_companions(expressions: list[str]) -> list[str]:
    """Expressions without the GPL 3.0 if it only accompanies the LGPL 3.0, which refers to it."""
    lesser = any(expression.startswith("LGPL-3.0") for expression in expressions)
    return [e for e in expressions if not (lesser and e == "GPL-3.0-only")]


def _renamed(claim: LicenseClaim, expression: str, evidence: str) -> LicenseClaim:
    return LicenseClaim(expression, claim.basis, evidence[:200], category(expression))


def _speaks(path: str) -> bool:
    """Whether a license file applies to its folder: not a stored text, notice or copyright list."""
    name = basename(path).lower()
    if not is_license_path(path) or name.startswith(_ASIDE) or name == "copyright":
        return False
    if any(word in name for word in _BUNDLED):
        return False
    if name.endswith(".license") and name.count(".") > 1 and not name[0].isdigit():
        return name.split(".")[-2].isdigit()  # apache-2.0.LICENSE, not main.py.license
    return basename(dirname(path)) != "LICENSES"
