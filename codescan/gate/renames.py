# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pair new files with deleted ones of nearly the same lines, without asking git's attributes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from codescan.gate.line_diff import split_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.git.objects import ObjectReader

__all__ = ["find_renames"]

_SIMILAR = 0.5
"""Share of bytes, in lines that both have, of the larger text: as git's own default."""
_MAX_FILE = 1 << 20
_MAX_TOTAL = 64 << 20
"""Bytes that are compared in all; files beyond it count as new."""
_MAX_HOLDERS = 32
"""A line of more deleted files than that tells nothing."""


def find_renames(
    objects: ObjectReader, deleted: Sequence[tuple[str, str]], added: Sequence[tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """New path to (old path, old object id), each old file used once.

    Pairs that are not found only make lines count as added.

    Args:
        objects: where the contents are.
        deleted: (path, object id) of files that the change deletes.
        added: (path, object id) of files that it adds.
    """
    if not deleted or not added:
        return {}
    room = _MAX_TOTAL
    holders: dict[bytes, list[int]] = defaultdict(list)
    sizes: list[int] = []
    lines_of: list[Counter[bytes]] = []
    for number, (_, object_id) in enumerate(deleted):
        content = objects.read(object_id, min(_MAX_FILE, room)) or b""
        room -= len(content)
        sizes.append(len(content))
        lines_of.append(Counter(split_lines(content)))
        for line in lines_of[-1]:
            if len(holders[line]) <= _MAX_HOLDERS:
                holders[line].append(number)
    scored: list[tuple[float, bool, int, int]] = []
    for at, (path, object_id) in enumerate(added):
        content = objects.read(object_id, min(_MAX_FILE, room)) or b""
        room -= len(content)
        shared: Counter[int] = Counter()
        for line, count in Counter(split_lines(content)).items():
            numbers = holders.get(line, ())
            for number in numbers if len(numbers) <= _MAX_HOLDERS else ():
                shared[number] += len(line) * min(count, lines_of[number][line])
        for number, common in shared.items():
            share = common / max(len(content), sizes[number])
            same_name = path.rpartition("/")[2] == deleted[number][0].rpartition("/")[2]
            if share >= _SIMILAR:
                scored.append((share, same_name, at, number))
    scored.sort(key=lambda each: (-each[0], not each[1], each[2], each[3]))
    renames: dict[str, tuple[str, str]] = {}
    used: set[int] = set()
    for _, _, at, number in scored:
        path = added[at][0]
        if path not in renames and number not in used:
            used.add(number)
            renames[path] = deleted[number]
    return renames
