# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The identifiers, literals and comments of code, by character.

A syntax tree tells, where a grammar for the language is installed; a string that stands alone as a
statement, such as a docstring, counts as a comment.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.membership.texts import TextPart
from codescan.text.identification import identify
from codescan.text.languages import LANGUAGES, detect
from codescan.text.syntax_tree import has_grammar, is_hostile, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.membership.texts import CandidateText, TextEvidence

__all__ = ["char_parts", "language_of", "maskable_spans", "part_mean", "token_parts"]

_LITERALS = ("string", "char", "integer", "float", "number")
_STATEMENTS = ("expression_statement",)
_LARGEST = 1 << 18
"""Bytes of the longest text that is parsed."""


def language_of(candidate: CandidateText) -> str:
    """The language of a text: as given, by its file name, or by its content."""
    if candidate.language in LANGUAGES:
        return str(candidate.language)
    content = candidate.text.encode("utf-8", "replace")
    return detect(candidate.id, content[:8192]) or identify(content).best


def char_parts(text: str, language: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The `TextPart` of each character; all OTHER where the language has no grammar here."""
    content = text.encode("utf-8", "replace")
    of_bytes = np.zeros(len(content), dtype=np.uint8)
    for start, end, part in _leaves(content, language):
        of_bytes[start:end] = part
    if len(content) == len(text):
        return of_bytes
    starts = (np.frombuffer(content, dtype=np.uint8) & 0xC0) != 0x80  # noqa: PLR2004 - UTF-8
    of_characters: np.ndarray[Any, np.dtype[np.uint8]] = of_bytes[starts]
    return of_characters


def token_parts(text: str, language: str, spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The `TextPart` of each token.

    A token belongs to the part of most of its characters that are not white space.

    Args:
        text: the text.
        language: its language.
        spans: first character and end of each token.
    """
    parts = char_parts(text, language)
    is_space = np.array([character.isspace() for character in text], dtype=bool)
    parts_of_tokens = []
    for start, end in spans:
        inside = parts[start:end][~is_space[start:end]]
        parts_of_tokens.append(int(np.bincount(inside, minlength=4).argmax()) if len(inside) else 0)
    return tuple(parts_of_tokens)


def part_mean(evidence: TextEvidence, part: int) -> float | None:
    """Mean log-probability of the tokens of one part, in nats; None where there are none."""
    statistics = evidence.score.token_statistics if evidence.score is not None else None
    if statistics is None or len(statistics.logprobs) != len(evidence.parts):
        return None
    chosen = [
        logprob
        for logprob, own in zip(statistics.logprobs, evidence.parts, strict=True)
        if own == part
    ]
    return sum(chosen) / len(chosen) if chosen else None


def maskable_spans(text: str, language: str, least: int = 3) -> list[tuple[int, int]]:
    """Identifiers, literals and comments of at least `least` characters, in characters."""
    parts = char_parts(text, language)
    if not len(parts):
        return []
    edges = np.flatnonzero(np.diff(parts)) + 1
    bounds = [0, *edges.tolist(), len(parts)]
    return [
        (start, end)
        for start, end in itertools.pairwise(bounds)
        if parts[start] and end - start >= least
    ]


def _leaves(content: bytes, language: str) -> list[tuple[int, int, int]]:
    """Start, end and part of identifiers, literals and comments, outer nodes first."""
    spec = LANGUAGES.get(language)
    grammar = spec.grammar if spec is not None else None
    if grammar is None or len(content) > _LARGEST or is_hostile(content):
        return []
    if not has_grammar(grammar):
        return []
    tree = parse(content, grammar)
    if tree is None:
        return []
    leaves: list[tuple[int, int, int]] = []
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if "comment" in kind or _is_docstring(node):
            leaves.append((node.start_byte, node.end_byte, TextPart.COMMENT))
        elif kind.endswith("identifier") and not node.child_count:
            leaves.append((node.start_byte, node.end_byte, TextPart.IDENTIFIER))
        elif any(word in kind for word in _LITERALS) and node.is_named:
            leaves.append((node.start_byte, node.end_byte, TextPart.LITERAL))
        else:
            waiting.extend(reversed(node.children))
    return leaves


def _is_docstring(node: Any) -> bool:
    return (
        node.type == "string"
        and node.parent is not None
        and node.parent.type in _STATEMENTS
        and node.parent.named_child_count == 1
    )
