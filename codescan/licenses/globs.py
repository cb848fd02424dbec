# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Path patterns of REUSE.toml and of Debian copyright files.

Both formats define their own globs, which no library implements. Patterns are untrusted, so the
time is at most pattern length times path length.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["matches"]

_MAX_LENGTH = 1000
_MAX_FOLDERS = 3
_ANY = "any"  # any run of characters
_SEGMENT = "segment"  # any run of characters without a slash
_ONE = "one"  # exactly one character


_Tokens = tuple[tuple[str, str], ...]
_ANYTHING: _Tokens = ((_ANY, ""),)


@lru_cache(maxsize=8192)
def _compiled(pattern: str, star_crosses: bool) -> tuple[str, _Tokens, str]:
    """The text before the first wildcard, the tokens up to the last wildcard, the text after it.

    Most patterns of a copyright file name one file or one folder, and a package has some hundred
    patterns and thousands of paths: text is compared first.
    """
    tokens = _tokens(pattern, star_crosses)
    wild = [at for at, (kind, _) in enumerate(tokens) if kind]
    first, last = (wild[0], wild[-1] + 1) if wild else (len(tokens), len(tokens))
    before = "".join(literal for _, literal in tokens[:first])
    return before, tokens[first:last], "".join(literal for _, literal in tokens[last:])


def _tokens(pattern: str, star_crosses: bool) -> _Tokens:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            at += 1
            tokens.append(("", pattern[at]))
        elif char == "*":
            end = at
            while end < len(pattern) and pattern[end] == "*":
                end += 1
            kind = _ANY if star_crosses or end - at > 1 else _SEGMENT
            tokens.append((kind, ""))
            at = end - 1
        elif char == "?" and star_crosses:
            tokens.append((_ONE, ""))
        else:
            tokens.append(("", char))
        at += 1
    return tuple(tokens)


def matches(pattern: str, path: str, *, star_crosses: bool) -> bool:
    """Whether a whole path matches a pattern.

    Args:
        pattern: `*`, `**` and a backslash for literal characters; with `star_crosses` also `?`.
        path: with forward slashes, without a leading "./".
        star_crosses: DEP-5, where `*` matches slashes too. Otherwise REUSE.toml, where only `**`
            does.
    """
    if len(pattern) > _MAX_LENGTH or len(path) > _MAX_LENGTH:
        return False
    plain = pattern.removeprefix("./")
    if star_crosses or "**/" not in plain:
        return _matches(plain, path, star_crosses=star_crosses)
    return any(_matches(each, path, star_crosses=False) for each in _with_folders(plain))


@lru_cache(maxsize=1024)
def _with_folders(pattern: str) -> tuple[str, ...]:
    """The pattern, and its variants in which "**/" matches no folder, as in the reuse tool."""
    prefixes = [""]
    pieces = re.split(r"(?:(?<=/)|^)\*\*/", pattern, maxsplit=_MAX_FOLDERS)
    for number, piece in enumerate(pieces):
        heads = (
            prefixes
            if not number
            else [f"{head}{mark}" for head in prefixes for mark in ("**/", "")]
        )
        prefixes = [head + piece for head in heads]
    return tuple(prefixes)


def _matches(pattern: str, path: str, *, star_crosses: bool) -> bool:
    before, tokens, behind = _compiled(pattern, star_crosses)
    if not tokens:
        return path == before
    end = len(path) - len(behind)
    if end < len(before) or not path.startswith(before) or not path.endswith(behind):
        return False
    if tokens == _ANYTHING:
        return True
    # States of a nondeterministic automaton: positions in `tokens` that have been reached.
    states = _closed({0}, tokens)
    for char in path[len(before) : end]:
        states = _closed(_step(states, tokens, char), tokens)
        if not states:
            return False
    return len(tokens) in states


def _step(states: set[int], tokens: _Tokens, char: str) -> set[int]:
    after: set[int] = set()
    for state in states:
        if state == len(tokens):
            continue
        kind, literal = tokens[state]
        if kind == _ANY or (kind == _SEGMENT and char != "/"):
            after.add(state)
        elif kind == _ONE or (not kind and literal == char):
            after.add(state + 1)
    return after


def _closed(states: set[int], tokens: _Tokens) -> set[int]:
    """The states, plus the states that are reached if a star matches nothing."""
    reached = set(states)
    for state in sorted(states):
        at = state
        while at < len(tokens) and tokens[at][0] in {_ANY, _SEGMENT}:
            at += 1
            reached.add(at)
    return reached
