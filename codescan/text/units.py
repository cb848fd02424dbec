# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the definitions in a source file: functions, methods and classes, with their parts.

tree-sitter parses the file; `grammars` defines what counts as a definition. Any bytes are safe.
Counts limit the work (bytes, nesting, parser steps and definitions), so that the same file gives
the same result on every machine. Only malicious files that drive a grammar's error recovery into
quadratic time are stopped by a time limit, as no count detects them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from codescan.records import Language, Region, Span
from codescan.text.grammars import QUERIES
from codescan.text.languages import LANGUAGES
from codescan.text.lines import LineMap
from codescan.text.syntax_tree import MAX_MARKS, is_hostile, language_of, parse

if TYPE_CHECKING:
    from tree_sitter import Node, Query

__all__ = ["Unit", "UnitKind", "units"]

UnitKind = Literal["function", "method", "class"]

_MAX_BYTES = 1_000_000
_MAX_UNITS = 20_000
_MAX_NAME = 200
"""Maximum bytes of a name."""


class Unit(Struct, frozen=True):
    """A definition. Spans are byte offsets in the file."""

    kind: UnitKind
    name: str
    span: Span
    """The whole definition with its decorators or attributes, without a leading comment."""
    signature: Span
    """From the start of `span` to where the body begins, without the white space between."""
    body: Span
    """The body, with its braces if the language has them; in Python it begins at the docstring."""
    docstring: Span | None
    """Its documentation: the string at the start of the body, or the comment directly before it."""
    region: Region
    """The lines of `span`."""


def units(content: bytes, language: Language) -> tuple[Unit, ...]:
    """Every definition of a file, outermost first, in order of position.

    Empty if the grammar is not installed, for files over 1 MB, and for files whose parsing exceeds
    its limits.
    """
    spec = LANGUAGES.get(language)
    grammar = spec.grammar if spec is not None else None
    if grammar is None or grammar not in QUERIES or len(content) > _MAX_BYTES:
        return ()
    if is_hostile(content):
        return ()
    tree = parse(content, grammar)
    if tree is None or _is_degenerate(tree.root_node):
        return ()
    return _read(content, _capture(content, tree.root_node, grammar))


class _Captures(Struct):
    """The captures of a query, as byte ranges."""

    definitions: dict[int, Unit]
    """Definitions by the start of the body; if two share a body, the wider one."""
    openings: dict[int, int]
    """Start and end of each string at the start of a body."""
    comments: list[tuple[int, int]]
    decorators: list[tuple[int, int]]
    wrappers: list[tuple[int, int]]


def _is_degenerate(root: Node) -> bool:
    """Whether some node has a long run of bare marks among its children."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.child_count - node.named_child_count > MAX_MARKS:
            named = [i for i, child in enumerate(node.children) if child.is_named]
            edges = [-1, *named, node.child_count]
            if any(b - a > MAX_MARKS for a, b in pairwise(edges)):
                return True
        if node.descendant_count > MAX_MARKS:
            pending += [c for c in node.named_children if c.descendant_count > MAX_MARKS]
    return False


def _capture(content: bytes, root: Node, grammar: str) -> _Captures:
    from tree_sitter import QueryCursor

    captured = _Captures({}, {}, [], [], [])
    cursor = QueryCursor(_query(grammar), match_limit=10_000)
    for _, captures in cursor.matches(root):
        if "body" in captures:
            _add_definition(content, captured, captures)
        for node in captures.get("opening", ()):
            string = node
            if node.type == "expression_statement" and node.child_count == 1:
                string = node.child(0)
            if string.type == "string":
                captured.openings[node.start_byte] = node.end_byte
        for name, ranges in (
            ("comment", captured.comments),
            ("decorator", captured.decorators),
            ("wrapper", captured.wrappers),
        ):
            ranges += [node.byte_range for node in captures.get(name, ())]
        if len(captured.definitions) > _MAX_UNITS:
            break
    for ranges in (captured.comments, captured.decorators, captured.wrappers):
        ranges.sort()
    return captured


def _add_definition(content: bytes, captured: _Captures, captures: dict[str, list[Node]]) -> None:
    kind: UnitKind = "class" if "class" in captures else "function"
    node, body = captures[kind][0], captures["body"][0]
    known = captured.definitions.get(body.start_byte)
    if known is not None and len(known.span) >= node.end_byte - node.start_byte:
        return
    captured.definitions[body.start_byte] = Unit(
        kind=kind,
        name=_name(content, captures),
        span=Span(*node.byte_range),
        signature=Span(node.start_byte, body.start_byte),
        body=Span(*body.byte_range),
        docstring=None,
        region=Region(1, 1),
    )


def _name(content: bytes, captures: dict[str, list[Node]]) -> str:
    node = (captures.get("name") or captures["declarator"])[0]
    for _ in range(20):  # int *(*f(void))[3]: the name is nested in declarators
        inner = node.child_by_field_name("declarator")
        if inner is None:
            break
        node = inner
    end = min(node.end_byte, node.start_byte + _MAX_NAME)
    return content[node.start_byte : end].decode("utf-8", "replace")  # node.text reads it again


def _read(content: bytes, captures: _Captures) -> tuple[Unit, ...]:
    """Add the surrounding parts to each definition: wrapper, decorators, docstring, class."""
    lines = LineMap(content)
    drafts = sorted(
        captures.definitions.values(), key=lambda unit: (unit.span.start, -unit.span.end)
    )
    starts = [unit.span.start for unit in drafts]
    outer = {}
    for start, end in reversed(captures.wrappers):  # so that of nested wrappers the outermost wins
        first = bisect_left(starts, start)
        if first < len(drafts) and 0 <= end - drafts[first].span.end <= 1:
            outer[first] = Span(start, end)
    result: list[Unit] = []
    enclosing: list[Unit] = []
    for number, draft in enumerate(drafts):
        span = outer.get(number, draft.span)
        while enclosing and enclosing[-1].span.end < span.end:
            enclosing.pop()
        inside_class = bool(enclosing) and enclosing[-1].kind == "class"
        start, docstring = _leading(content, span.start, captures)
        if draft.body.start in captures.openings:
            docstring = Span(draft.body.start, captures.openings[draft.body.start])
        signature = content[start : draft.body.start].rstrip()
        unit = replace(
            draft,
            kind="method" if draft.kind == "function" and inside_class else draft.kind,
            span=Span(start, span.end),
            signature=Span(start, start + len(signature)),
            docstring=docstring,
            region=lines.region(Span(start, span.end)),
        )
        result.append(unit)
        enclosing.append(unit)
    return tuple(result)


def _leading(content: bytes, start: int, captures: _Captures) -> tuple[int, Span | None]:
    """The start of the decorators before a definition, and the comment that documents it.

    A comment counts if its lines have no code and no blank line follows it.
    """
    doc_start, doc_end, edge = start, -1, start
    while True:
        decorator = _ending_before(content, edge, captures.decorators)
        if decorator is not None:
            edge = start = decorator[0]
            continue
        comment = _ending_before(content, edge, captures.comments)
        if comment is None or not _alone(content, comment[0]):
            break
        edge = doc_start = comment[0]
        doc_end = max(doc_end, comment[1])
    if doc_end < 0:
        return start, None
    return start, Span(doc_start, doc_start + len(content[doc_start:doc_end].rstrip()))


def _ending_before(
    content: bytes, edge: int, ranges: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """The last range before `edge`, if only white space with at most one line end lies between."""
    at = bisect_right(ranges, (edge, -1)) - 1
    if at < 0:
        return None
    start, end = ranges[at]
    end = start + len(content[start:end].rstrip())  # some comments include the line end
    gap = content[end:edge] if edge - end <= _MAX_NAME else b"x"
    return (start, end) if end <= edge and not gap.strip() and gap.count(b"\n") <= 1 else None


def _alone(content: bytes, start: int) -> bool:
    line = content.rfind(b"\n", 0, start) + 1
    return not content[line:start].strip()


@cache
def _query(grammar: str) -> Query:
    from tree_sitter import Query

    return Query(language_of(grammar), QUERIES[grammar])
