# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Forms of the files of a package: one published, the others private, all drawn alike by a key."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.stamps.equivalence import EquivalentModules
from codescan.canaries.stamps.javascript_sites import EquivalentScripts, javascript_sites
from codescan.canaries.stamps.python_sites import python_sites
from codescan.canaries.stamps.sites import FileSites, render
from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FORMS", "StampedFile", "form_prompts", "forms_of", "published_form", "stamp_file",
    "stamped_before", "window_sites",
]  # fmt: skip

FORMS = 16
"""Forms of a file, the published one among them, that a test compares."""
_SCRIPTS = (".js", ".mjs", ".cjs")
_TEST = re.compile(r"(?:^|/)(?:tests?/|conftest\.py|test_[^/]*\.py|[^/]*_test\.py|setup\.py)")
_CONTEXT = 1200
"""Characters before a window that a model is given."""
_WINDOW = 1600
"""Characters of a window, about."""
_LARGEST_WINDOW = 4000


@dataclass(frozen=True, slots=True)
class StampedFile:
    """A file, its sites and its published form."""

    path: str
    """With forward slashes, below the package."""
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
        "".join(render(lines, file.sites, DrawStream(key, "form", file.path, number)))
        for number in range(forms)
    ]


def published_form(path: str, key: str, forms: int = FORMS) -> int:
    """Number of the form that is published: each is equally likely."""
    return DrawStream(key, "published", path).below(forms)


def form_prompts(file: StampedFile, key: str, forms: int = FORMS) -> Iterator[Prompt]:
    """Yield prompts that score every form of a file, window by window.

    A window is a run of whole lines, the same lines in every form; its prompt is the text before
    it. Ids are "PATH|FORM|WINDOW".
    """
    windows = list(_windows(file))
    for number, text in enumerate(forms_of(file, key, forms)):
        lines = text.splitlines(keepends=True)
        for place, (first, end) in enumerate(windows):
            before = "".join(lines[:first])[-_CONTEXT:]
            yield Prompt(
                id=f"{file.path}|{number}|{place}",
                text=before or "\n",
                strategy="stamp",
                language="javascript" if file.path.endswith(_SCRIPTS) else "python",
                expected="".join(lines[first:end]),
            )


def window_sites(file: StampedFile) -> list[int]:
    """Number of sites with a line in each window of `form_prompts`; at least 1."""
    places = [{edit.line for edit in site.edits} for site in file.sites.rewordings]
    places += [
        {line for first, end in site.blocks for line in range(first, end)}
        for site in (*file.sites.name_orders, *file.sites.orders)
    ]
    return [
        sum(any(first <= line < end for line in lines) for lines in places)
        for first, end in _windows(file)
    ]


def _windows(file: StampedFile) -> Iterator[tuple[int, int]]:
    """Runs of lines that hold a site and divide no order."""
    lines = file.source.splitlines(keepends=True)
    changed = file.sites.lines
    joined = {
        line
        for order in file.sites.orders
        for line in range(order.blocks[0][0] + 1, order.blocks[-1][1])
    }
    first = size = 0
    for number in range(len(lines) + 1):
        is_end = number == len(lines)
        if is_end or (size >= _WINDOW and number not in joined):
            has_site = any(line in changed for line in range(first, number))
            if has_site and 0 < size <= _LARGEST_WINDOW:
                yield first, number
            first, size = number, 0
        if not is_end:
            size += len(lines[number])
