# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Continuations cut at a model's own tokens, so that all that are rated are equally long."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from codescan.protocols import Tokenizer

__all__ = ["EXPECTED_TOKENS", "Continuation", "continued", "filled"]

EXPECTED_TOKENS = 50
"""Of a continuation that is rated: the length that the literature compares."""
_CHARACTERS = 16
"""Text encoded for each token wanted."""


class Continuation(NamedTuple):
    """A true continuation with the model tokens of both sides; none without a tokenizer."""

    text: str
    prompt_tokens: tuple[int, ...] = ()
    expected_tokens: tuple[int, ...] = ()


def continued(
    tokenizer: Tokenizer | None, prefix: str, continuation: str, count: int = EXPECTED_TOKENS
) -> Continuation:
    """The continuation of `prefix` by the first tokens of `continuation`.

    It carries tokens only where those of the joined text part exactly at the boundary and give back
    their text, as they did in training; else it is text alone, and is not rated.
    """
    window = continuation[: _CHARACTERS * count]
    if tokenizer is None:
        return Continuation(window)
    head = tokenizer.encode(prefix)
    joined = tokenizer.encode(prefix + window)
    token_ids = tuple(joined[len(head) : len(head) + count])
    if joined[: len(head)] != head or len(token_ids) < count:
        return Continuation(window)
    text = tokenizer.decode([*head, *token_ids])
    if not (text.startswith(prefix) and (prefix + continuation).startswith(text)) or text == prefix:
        return Continuation(window)
    return Continuation(text[len(prefix) :], tuple(head), token_ids)


def filled(tokenizer: Tokenizer | None, hole: str) -> Continuation:
    """The text that fills a hole; models were trained on a middle that is encoded by itself."""
    if tokenizer is None:
        return Continuation(hole)
    tokens = tokenizer.encode(hole)
    return Continuation(hole, (), tuple(tokens) if tokenizer.decode(tokens) == hole else ())
