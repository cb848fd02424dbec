# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Inserts canaries into Python source between top-level statements, so that it means the same."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.canaries.canary import Canary
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["insert_canary", "insertion_points", "parsed"]

_LARGEST = 1 << 20
"""Characters of the largest text that is parsed."""
_ATTEMPTS = 8
"""Places that are tried in a text."""
_LINE_END = re.compile(r"\r\n|\r|\n")


def parsed(text: str) -> ast.Module | None:
    """The syntax tree of Python source; None where it has none."""
    if len(text) > _LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


def insertion_points(text: str, tree: ast.Module) -> list[int]:
    """Offsets of lines before which a top-level statement may stand, ascending.

    Points lie after the docstring and the imports of `__future__`, where statements of both sides
    are on lines of their own, and at the end of the text.
    """
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    body, points = tree.body, []
    first = 0
    if ast.get_docstring(tree, clean=False) is not None:
        first = 1
    while first < len(body) and _is_future(body[first]):
        first += 1
    for number in range(max(first, 1), len(body)):
        end = body[number - 1].end_lineno or 0
        begin = min(
            [body[number].lineno]
            + [item.lineno for item in getattr(body[number], "decorator_list", ())]
        )
        if begin > end and end < len(starts):
            points.append(starts[end])
    if len(body) >= first:
        points.append(len(text))
    return points


def insert_canary(text: str, canary: Canary, stream: DrawStream) -> tuple[str, int] | None:
    """The source with a canary in it, and the canary's offset; None where none can be inserted.

    The tree of the result is that of the source with the canary's statements added: checked here.
    Line ends are those of the source.

    Args:
        text: Python source.
        canary: what is inserted.
        stream: chooses the place.
    """
    tree = parsed(text)
    if tree is None:
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    block = canary.text.replace("\n", newline)
    points = insertion_points(text, tree)
    stream.shuffle(points)
    for point in points[:_ATTEMPTS]:
        before, after = text[:point], text[point:]
        opening = newline if before and not before.endswith(("\n", "\r")) else ""
        changed = f"{before}{opening}{newline}{block}{newline}{after}"
        if _adds_only(tree, parsed(changed), block):
            return changed, len(before) + len(opening) + len(newline)
    return None


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _adds_only(tree: ast.Module, changed: ast.Module | None, block: str) -> bool:
    """Whether a tree is another one with the statements of a block in between, and nothing else."""
    added = parsed(block)
    if changed is None or added is None:
        return False
    old, new = ([ast.dump(node) for node in each.body] for each in (tree, changed))
    own = [ast.dump(node) for node in added.body]
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    after = same + len(own)
    return new[same:after] == own and new[after:] == old[same:]
