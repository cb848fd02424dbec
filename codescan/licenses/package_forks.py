# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Detects packages that are copies of each other with other names: forks, mirrors, new uploads.

Their families differ, since no metadata connects them, but a passage in all of them was written
only once. Two packages are copies if most files of each are in the other, byte for byte, or if
nearly all of their paths are equal. This affects only the number of families: a fork may have
another license, so it keeps its own place in the ranking.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from codescan.licenses.ranking import Candidate
    from codescan.protocols import Catalogue

__all__ = ["independent_families"]

_SAME_FILES = 0.6
"""Two packages are copies if each has at least this share of the other's files."""
_SAME_PATHS = 0.9
"""Or if each has at least this share of the other's paths below the first folder."""
_LEAST_PATHS = 10
"""Packages with fewer files often have the same paths by convention."""
_SAMPLED = 48
"""Maximum number of files of a package that are looked up, evenly spread over its paths."""
_MOST_COMPARED = 16
"""Maximum number of compared families; a passage in more families is widely copied anyway."""
_MOST_REMEMBERED = 512


class _Sample(NamedTuple):
    """A sample of the files of one package."""

    held: Counter[str]
    """For each other package, the number of sampled files whose content it has too."""
    sampled: int
    paths: frozenset[str]
    """Paths below the first folder, which often contains the package name and version."""


_Samples = dict[str, _Sample]
_SAMPLES: WeakKeyDictionary[Catalogue, _Samples] = WeakKeyDictionary()


def independent_families(ranked: Sequence[Candidate], catalogue: Catalogue) -> int:
    """The number of families that hold a passage; packages that are copies count as one.

    Looks up at most 48 files of each of the first 16 families.

    Args:
        ranked: one candidate for each family, the best first.
        catalogue: the index; if it cannot list the files of a package, each family counts.
    """
    files_of = getattr(catalogue, "files_of", None)
    compared = [candidate for candidate in ranked[:_MOST_COMPARED] if candidate.copy is None]
    if files_of is None or len(compared) < 2:  # noqa: PLR2004 - nothing to compare
        return len(ranked)
    known = _SAMPLES.setdefault(catalogue, {})
    samples = [_sample(known, one.package.purl, catalogue, files_of) for one in compared]
    purls = [candidate.package.purl for candidate in compared]
    group = list(range(len(purls)))
    for first, second in itertools.combinations(range(len(purls)), 2):
        if group[first] != group[second] and _is_same(
            purls[first], samples[first], purls[second], samples[second]
        ):
            joined = group[second]
            group = [group[first] if each == joined else each for each in group]
    return len(ranked) - len(purls) + len(set(group))


def _sample(
    known: _Samples,
    purl: str,
    catalogue: Catalogue,
    files_of: Callable[[str], Iterable[tuple[str, int]]],
) -> _Sample:
    sample = known.get(purl)
    if sample is None:
        files = list(files_of(purl))
        chosen = files[:: max(1, len(files) // _SAMPLED)]
        held: Counter[str] = Counter()
        for _path, content in chosen:
            held.update({d.origin.package.purl for d in catalogue.documents(content)})
        paths = frozenset(path.partition("/")[2] or path for path, _content in files)
        sample = _Sample(held, len(chosen), paths)
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
        known[purl] = sample
    return sample


def _is_same(one: str, first: _Sample, other: str, second: _Sample) -> bool:
    if (
        first.held[other] >= _SAME_FILES * first.sampled > 0
        and second.held[one] >= _SAME_FILES * second.sampled > 0
    ):
        return True
    most = max(len(first.paths), len(second.paths))
    return most >= _LEAST_PATHS and len(first.paths & second.paths) >= _SAME_PATHS * most
