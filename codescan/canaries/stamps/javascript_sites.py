# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sites of JavaScript source: quotes of plain strings, and the order of imported names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.canaries.stamps.sites import Edit, FileSites, LineOrder, Rewording
from codescan.text.syntax_tree import is_hostile, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

__all__ = ["EquivalentScripts", "javascript_sites"]

_GRAMMAR = "javascript"
_LARGEST = 1 << 20
_PLAIN = re.compile(rb"""(['"])([^'"\\\n\r]*)\1""")


def javascript_sites(source: str) -> FileSites:
    """The sites of a script; none where it does not parse or has unusual line ends."""
    root = _root(source)
    if (
        root is None
        or "\r" in source
        or len(source.splitlines())
        != source.count("\n") + (not source.endswith("\n") and bool(source))
    ):
        return FileSites()
    quotes: list[Rewording] = []
    orders: list[LineOrder] = []
    lines = source.splitlines(keepends=True)
    for statement in root.named_children:
        edits: list[Edit] = []
        for node in _nodes(statement):
            if node.type == "string" and _is_plain(node):
                edits.append(_edit(node, lines))
            elif node.type == "named_imports":
                orders += _imported_names(node, lines)
        if edits:
            quotes.append(Rewording("quotes", tuple(edits)))
    return FileSites(tuple(quotes), tuple(orders))


class EquivalentScripts:
    """The scripts that are equivalent to one.

    Args:
        source: of the script.
    """

    def __init__(self, source: str) -> None:
        root = _root(source)
        self._tokens = None if root is None else [*_tokens(root)]

    def includes(self, text: str) -> bool:
        """Whether a text has the same tokens, but for quotes and the order of imported names."""
        root = _root(text) if self._tokens is not None else None
        return root is not None and [*_tokens(root)] == self._tokens


def _root(source: str) -> Node | None:
    content = source.encode("utf-8", "replace")
    if len(content) > _LARGEST or is_hostile(content):
        return None
    tree = parse(content, _GRAMMAR)
    return None if tree is None or tree.root_node.has_error else tree.root_node


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(current.children)


def _is_plain(node: Node) -> bool:
    """Whether a string means the same in other quotes: no directive, no attribute of JSX."""
    parent = node.parent
    is_free = parent is None or parent.type not in {"expression_statement", "jsx_attribute"}
    return is_free and _PLAIN.fullmatch(node.text or b"") is not None


def _edit(node: Node, lines: list[str]) -> Edit:
    number, column = node.start_point
    start = len(lines[number].encode()[:column].decode("utf-8", "replace"))
    text = (node.text or b"").decode("utf-8", "replace")
    quote = '"' if text[0] == "'" else "'"
    return Edit(number, start, start + len(text), f"{quote}{text[1:-1]}{quote}")


def _imported_names(node: Node, lines: list[str]) -> Iterator[LineOrder]:
    names = tuple((child.text or b"").decode() for child in node.named_children)
    line = node.start_point[0]
    is_plain = all(child.type == "import_specifier" for child in node.named_children)
    if len(names) > 1 and is_plain and lines[line].count(", ".join(names)) == 1:
        yield LineOrder("imported-names", ((line, line + 1),), names)


def _tokens(root: Node) -> Iterator[tuple[str, bytes]]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "string" and _is_plain(node):
            yield "string", (node.text or b"")[1:-1]
        elif node.type == "named_imports":
            yield node.type, b",".join(sorted(child.text or b"" for child in node.named_children))
        elif node.children:
            waiting += reversed(node.children)
        else:
            yield node.type, node.text or b""
