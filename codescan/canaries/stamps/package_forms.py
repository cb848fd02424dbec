# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Forms of the files of a package: one published, the others private, all drawn alike by a key."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.stamps.equivalence import EquivalentModules
from codescan.canaries.stamps.javascript_sites import EquivalentScripts, javascript_sites
from codescan.canaries.stamps.python_sites import python_sites
from codescan.canaries.stamps.sites import FileSites, draw_ways, write_ways

__all__ = [
    "FORMS", "StampedFile", "forms_of", "published_form", "stamp_file", "stamped_before"
]  # fmt: skip

FORMS = 16
"""Forms of a file that a key draws; one of them is published."""
_SCRIPTS = (".js", ".mjs", ".cjs")
_TEST = re.compile(r"(?:^|/)(?:tests?/|conftest\.py|test_[^/]*\.py|[^/]*_test\.py|setup\.py)")


@dataclass(frozen=True, slots=True)
class StampedFile:
    """A file, its sites and its published form."""

    path: str
    """The path below the package, with forward slashes."""
    source: str
    published: str
    sites: FileSites

    @property
    def bits(self) -> float:
        """log2 of the number of its forms."""
        return self.sites.bits


def stamp_file(path: str, source: str, key: str, forms: int = FORMS) -> StampedFile | str:
    """The published form of a file; or the reason why it stays as it is.

    Every form that a test will compare is checked to be equivalent to the source.

    Args:
        path: below the package, with forward slashes.
        source: the file's text.
        key: the secret of the stamp.
        forms: forms that a test will compare.
    """
    file = _file_with_sites(path, source)
    if isinstance(file, str):
        return file
    equivalent = EquivalentScripts(source) if _is_script(path) else EquivalentModules(source)
    texts = forms_of(file, key, forms)
    if not all(map(equivalent.includes, texts)):
        return "not-equivalent"
    return replace(file, published=texts[published_form(path, key, forms)])


def stamped_before(path: str, source: str, key: str, forms: int = FORMS) -> StampedFile | str:
    """A file that `stamp_file` stamped, without checking its forms again."""
    file = _file_with_sites(path, source)
    if isinstance(file, str):
        return file
    return replace(file, published=forms_of(file, key, forms)[published_form(path, key, forms)])


def _file_with_sites(path: str, source: str) -> StampedFile | str:
    is_script = _is_script(path)
    if not is_script and PurePath(path).suffix != ".py":
        return "other-kind"
    if _TEST.search(path):
        return "test"
    sites = javascript_sites(source) if is_script else python_sites(source)
    return StampedFile(path, source, "", sites) if sites.count else "no-sites"


def _is_script(path: str) -> bool:
    return PurePath(path).suffix.lower() in _SCRIPTS


def forms_of(file: StampedFile, key: str, forms: int = FORMS) -> list[str]:
    """Forms of a file. Each is a new draw over all its sites, so none is special."""
    lines = file.source.splitlines(keepends=True)
    return [
        "".join(
            write_ways(
                lines, file.sites, draw_ways(file.sites, DrawStream(key, "form", file.path, number))
            )
        )
        for number in range(forms)
    ]


def published_form(path: str, key: str, forms: int = FORMS) -> int:
    """Number of the form that is published: each is equally likely."""
    return DrawStream(key, "published", path).below(forms)
