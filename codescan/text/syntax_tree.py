# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Parses source files with tree-sitter. Any bytes are safe.

Counts limit the work (bytes, nesting and parser steps), so that the same file gives the same result
on every machine. Only malicious files that drive a grammar's error recovery into quadratic time
are stopped by a time limit, as no count detects them.
"""

from __future__ import annotations

import threading
import warnings
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from time import thread_time
from typing import TYPE_CHECKING, cast

from codescan.text.grammars import PACKAGES

if TYPE_CHECKING:
    from tree_sitter import Language as TreeSitterLanguage
    from tree_sitter import Tree

__all__ = ["MAX_MARKS", "has_grammar", "is_hostile", "language_of", "parse"]

MAX_MARKS = 1_000
"""Maximum marks in a row, such as "((((": parsers and queries take quadratic time for more."""
_PACK = "tree_sitter_language_pack"
_MAX_NESTING = 250
"""Maximum number of open brackets at one position; each one is a level of the tree."""
_MAX_SECONDS = 1.0
"""Limit of processor time, which does not depend on how busy the machine is."""

_CHUNK = 8_192
"""Bytes that a parser reads at a time."""

_MARKS = bytes.maketrans(b"[]{}(),;:.", b"(" * 10)
_MARK_RUN = b"(" * MAX_MARKS
_BRACKETS = bytes.maketrans(b"([{)]}", bytes([1, 1, 1, 0, 0, 0]))
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"()[]{}")))


def is_hostile(content: bytes) -> bool:
    """Whether a text is nested or repeats marks more than any text that people or tools write."""
    if _MARK_RUN in content.translate(_MARKS, b" \t\r\n"):
        return True
    depth = 0
    for mark in content.translate(_BRACKETS, _NO_BRACKETS):
        depth += mark or -(depth > 0)
        if depth > _MAX_NESTING:
            return True
    return False


class _ReadBuffer(threading.local):
    """A buffer from which a parser reads: every read returns the same objects.

    py-tree-sitter 0.26 never releases the objects that a read returns. A service that parses its
    requests would leak memory.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(_CHUNK)
        self._views: dict[int, memoryview] = {}

    def filled(self, piece: bytes) -> memoryview:
        """The buffer filled with these bytes, at most _CHUNK; valid until the next call."""
        size = len(piece)
        self._buffer[:size] = piece
        view = self._views.get(size)
        if view is None:
            view = self._views[size] = memoryview(self._buffer)[:size]
        return view


_READ = _ReadBuffer()


def parse(content: bytes, grammar: str) -> Tree | None:
    """The syntax tree of a text; None if the work exceeds its limits.

    Args:
        content: the text.
        grammar: a name that `has_grammar` knows.
    """
    steps = 1_000 + len(content) // 32  # an ordinary file takes a fifth of this
    deadline = thread_time() + _MAX_SECONDS

    def stop(_offset: int, _has_error: bool) -> bool:
        nonlocal steps
        steps -= 1
        return steps < 0 or thread_time() > deadline

    from tree_sitter import Parser

    try:  # a new parser each time: a stopped parser would keep its memory
        return Parser(language_of(grammar)).parse(
            lambda offset, _point: _READ.filled(content[offset : offset + _CHUNK]),
            progress_callback=stop,
        )
    except ValueError:  # stopped
        return None


@cache
def language_of(grammar: str) -> TreeSitterLanguage:
    """The language of a grammar, from its own package or from tree-sitter-language-pack.

    Raises:
        ImportError: neither is installed.
    """
    from tree_sitter import Language

    package, function = PACKAGES.get(grammar, ("", ""))
    with warnings.catch_warnings():
        # The grammar of Perl returns an address; the others return a capsule.
        warnings.filterwarnings("ignore", "int argument support", DeprecationWarning)
        if package and find_spec(package) is not None:
            return Language(getattr(import_module(package), function)())
        return cast("TreeSitterLanguage", import_module(_PACK).get_language(grammar))


@cache
def has_grammar(grammar: str) -> bool:
    """Whether a grammar is installed."""
    try:
        language_of(grammar)
    except (ImportError, LookupError):
        return False
    return True
