# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compares two texts as programs: what is left of their syntax trees without comments.

A text whose language has no grammar is compared by its tokens. Python is compared by its own
parser as well. Scripts and styles in markup are compared as what they are.
"""

from __future__ import annotations

import ast
import hashlib
import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.gate.comment_forms import CommentForm, embedded_form
from codescan.text.syntax_tree import is_hostile, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

__all__ = ["Embedded", "embedded_parts", "fingerprint", "masked"]

_MAX_BYTES = 1_000_000
_ELEMENT = re.compile(r"(script|style)_element")
_ATTRIBUTE = re.compile(
    rb"([\w:-]{1,40})(?:\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?"
)
_TAGS = {
    "jinja": re.compile(rb"\{\{.{0,4000}?\}\}|\{%.{0,4000}?%\}|\{#.{0,4000}?#\}", re.DOTALL),
    "erb": re.compile(rb"<%.{0,4000}?%>", re.DOTALL),
    "mustache": re.compile(rb"\{\{.{0,4000}?\}\}\}?", re.DOTALL),
}
_STATEMENTS = (b"{%", b"{#", b"{{#", b"{{/", b"{{!", b"{{^", b"{{-", b"{{ if", b"{{ end", b"<%#")


class Embedded:
    """A script or style element of markup.

    Args:
        start: offset of its content.
        end: likewise, exclusive.
        form: how to comment in it.
    """

    __slots__ = ("end", "form", "start")

    def __init__(self, start: int, end: int, form: CommentForm) -> None:
        self.start, self.end, self.form = start, end, form


def masked(content: bytes, template: str) -> bytes:
    """A template with its tags replaced: values by a name, statements by blanks; same length."""
    pattern = _TAGS.get(template)
    return pattern.sub(_mask, content) if pattern is not None else content


def _mask(match: re.Match[bytes]) -> bytes:
    tag = match[0]
    is_value = not tag.startswith(_STATEMENTS) and (not tag.startswith(b"<%") or tag[2:3] == b"=")
    return re.sub(rb"[^\n]", b"x" if is_value else b" ", tag)


def fingerprint(content: bytes, form: CommentForm) -> bytes | None:
    """Equal for two texts that are the same program; None where a text cannot be parsed."""
    if len(content) > _MAX_BYTES or is_hostile(content):
        return None
    plain = masked(content, form.template)
    digest = hashlib.sha256()
    if form.grammar:
        tree = parse(plain, form.grammar)
        if tree is None:
            return None
        parts = {part.start: part for part in _parts(tree.root_node, plain, form)}
        for event in _events(tree.root_node, plain, parts):
            digest.update(b"%d:" % len(event) + event)
    else:
        # Some comments of a format are unknown to the lexer of its family.
        comment = re.escape(form.opening.encode())
        plain = re.sub(rb"(?m)^[ \t]{0,200}" + comment + rb"[ \t][^\n]*$", b"", plain)
        lexed = _native.lex(plain, _native.LEXERS[form.lexer])
        digest.update(lexed.hashes().tobytes())
    if form.grammar == "python" and not form.template:
        digest.update(_python(content))
    return digest.digest()


def embedded_parts(content: bytes, form: CommentForm) -> tuple[Embedded, ...]:
    """The scripts and styles of a page, in order."""
    if form.grammar != "html":
        return ()
    plain = masked(content, form.template)
    tree = parse(plain, form.grammar)
    return tuple(_parts(tree.root_node, plain, form)) if tree is not None else ()


def _parts(root: Node, content: bytes, form: CommentForm) -> Iterator[Embedded]:
    if form.grammar != "html":
        return
    pending = [root]
    while pending:
        node = pending.pop()
        element = _ELEMENT.fullmatch(node.type)
        if element is None:
            pending += reversed(node.named_children)
            continue
        raw = next((c for c in node.children if c.type == "raw_text"), None)
        tag = next((c for c in node.children if c.type == "start_tag"), None)
        if raw is None or tag is None:
            continue
        opening = content[tag.start_byte : tag.end_byte][len(element[1]) + 1 :]
        attributes = {
            name.decode().lower(): (a or b or c).decode("utf-8", "replace")
            for name, a, b, c in _ATTRIBUTE.findall(opening)
        }
        yield Embedded(raw.start_byte, raw.end_byte, embedded_form(element[1], attributes))


def _events(root: Node, content: bytes, parts: dict[int, Embedded]) -> Iterator[bytes]:
    """The tree in order: kinds of nodes, texts of leaves; no comments, no blanks."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is None:
            return
        descends = False
        if not _is_comment(node, content):
            if node.child_count and "scalar" not in node.type:
                if node.is_named:
                    yield node.type.encode()
                descends = cursor.goto_first_child()
            else:
                yield from _leaf(node, content, parts)
        if descends:
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            if cursor.node is not None and cursor.node.is_named:
                yield b")"


def _is_comment(node: Node, content: bytes) -> bool:
    if node.type == "html_block":  # of Markdown
        return content[node.start_byte :].lstrip().startswith(b"<!--")
    return "comment" in node.type.lower() or node.type == "pod"


def _leaf(node: Node, content: bytes, parts: dict[int, Embedded]) -> Iterator[bytes]:
    text = content[node.start_byte : node.end_byte]
    part = parts.get(node.start_byte)
    if part is not None and node.type == "raw_text" and not part.form.refusal:
        yield fingerprint(text, part.form) or text
    elif text.strip():
        yield node.type.encode() + b" " + text.strip()
    elif node.is_missing:
        yield node.type.encode() + b" missing"


def _python(content: bytes) -> bytes:
    """The syntax tree of a text by Python's own parser; nothing if it does not parse."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(content, type_comments=True)).encode("utf-8", "replace")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return b""
