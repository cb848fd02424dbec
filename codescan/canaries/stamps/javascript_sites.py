# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sites of JavaScript source: quotes of plain strings, and the order of imported names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

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
    script = _script(source)
    if (
        script is None
        or "\r" in source
        or len(source.splitlines())
        != source.count("\n") + (not source.endswith("\n") and bool(source))
    ):
        return FileSites()
    quotes: list[Rewording] = []
    orders: list[LineOrder] = []
    lines = source.splitlines(keepends=True)
    for statement in script.root.named_children:
        edits: list[Edit] = []
        for node in _nodes(statement):
            if node.type == "string" and _is_plain(node, script):
                edits.append(_edit(node, script, lines))
            elif node.type == "named_imports":
                orders += _imported_names(node, script, lines)
        if edits:
            quotes.append(Rewording("quotes", tuple(edits)))
    return FileSites(tuple(quotes), tuple(orders))


class EquivalentScripts:
    """The scripts that are equivalent to one.

    Args:
        source: of the script.
    """

    def __init__(self, source: str) -> None:
        script = _script(source)
        self._tokens = None if script is None else [*_tokens(script)]

    def includes(self, text: str) -> bool:
        """Whether a text has the same tokens, but for quotes and the order of imported names."""
        script = _script(text) if self._tokens is not None else None
        return script is not None and [*_tokens(script)] == self._tokens


class _Script(NamedTuple):
    """A parsed script."""

    content: bytes
    root: Node

    def source_of(self, node: Node) -> bytes:
        """The source of a node."""
        return self.content[node.start_byte : node.end_byte]


def _script(source: str) -> _Script | None:
    content = source.encode("utf-8", "replace")
    if len(content) > _LARGEST or is_hostile(content):
        return None
    tree = parse(content, _GRAMMAR)
    if tree is None or tree.root_node.has_error:
        return None
    return _Script(content, tree.root_node)


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(current.children)


def _is_plain(node: Node, script: _Script) -> bool:
    """Whether a string means the same in other quotes: no directive, no attribute of JSX."""
    parent = node.parent
    is_free = parent is None or parent.type not in {"expression_statement", "jsx_attribute"}
    return is_free and _PLAIN.fullmatch(script.source_of(node)) is not None


def _edit(node: Node, script: _Script, lines: list[str]) -> Edit:
    number, column = node.start_point
    start = len(lines[number].encode()[:column].decode("utf-8", "replace"))
    text = script.source_of(node).decode("utf-8", "replace")
    quote = '"' if text[0] == "'" else "'"
    return Edit(number, start, start + len(text), f"{quote}{text[1:-1]}{quote}")


def _imported_names(node: Node, script: _Script, lines: list[str]) -> Iterator[LineOrder]:
    names = tuple(script.source_of(child).decode() for child in node.named_children)
    line = node.start_point[0]
    is_plain = all(child.type == "import_specifier" for child in node.named_children)
    if len(names) > 1 and is_plain and lines[line].count(", ".join(names)) == 1:
        yield LineOrder("imported-names", ((line, line + 1),), names)


def _tokens(script: _Script) -> Iterator[tuple[str, bytes]]:
    waiting = [script.root]
    while waiting:
        node = waiting.pop()
        if node.type == "string" and _is_plain(node, script):
            yield "string", script.source_of(node)[1:-1]
        elif node.type == "named_imports":
            yield (
                node.type,
                b",".join(sorted(script.source_of(child) for child in node.named_children)),
            )
        elif node.children:
            waiting += reversed(node.children)
        else:
            yield node.type, script.source_of(node)
