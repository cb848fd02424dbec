# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of true continuations from a service that echoes a text with its log-probabilities.

Uses the completions endpoint of OpenAI's API, which vLLM, llama.cpp's Python server and others also
have. "echo" with "logprobs" gives the tokens of the text sent, the log-probability of each, and
those of the likeliest tokens there. The JSON is untrusted: an invalid value gives None, never an
exception.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codescan.models.http.token_alignment import token_range
from codescan.models.http.top_logprobs import ListedToken

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["echo_body", "listed_tokens"]

_REPLACEMENT = "\ufffd"


def echo_body(text: str, alternatives: int) -> dict[str, Any]:
    """The fields of the request, besides the model's name.

    The request asks for one extra token, which is not used: some servers read 0 as unlimited.
    """
    return {"prompt": text, "echo": True, "logprobs": alternatives, "max_tokens": 1}


def listed_tokens(
    answer: Mapping[str, object],
    text: str,
    start: int,
    alternatives: int,
    count: int | None = None,
) -> tuple[ListedToken, ...] | None:
    """The tokens of a text from `start` to its end; None if they are ambiguous.

    The result is None if a token crosses either end: a score covers the continuation alone.

    Args:
        answer: the response.
        text: text of the request.
        start: offset of the continuation, in characters.
        alternatives: number of likeliest tokens requested.
        count: number of tokens of the continuation, if known.
    """
    columns = _columns(answer)
    if columns is None:
        return None
    tokens, own, best = columns
    sent = text.encode("utf-8", "replace")
    positions = token_range(tokens, sent, len(text[:start].encode("utf-8", "replace")), count)
    if positions is None:
        return None
    listed = []
    for place in range(*positions):
        chance, likeliest = _logprob(own[place]), _likeliest(best[place], alternatives)
        if chance is None or not likeliest:
            return None
        listed.append(ListedToken(chance, likeliest))
    return tuple(listed) or None


def _likeliest(listed: object, alternatives: int) -> tuple[float, ...]:
    """The log-probabilities of the likeliest tokens, descending; () if they are ambiguous.

    Services list tokens by text. Tokens with parts of characters share one text, and the list keeps
    only one of them. A short list with such a text may therefore lack the likeliest token.
    """
    values = _mapping(listed)
    if len(values) < alternatives and any(_REPLACEMENT in name or not name for name in values):
        return ()
    logprobs = [value for value in map(_logprob, values.values()) if value is not None]
    return tuple(sorted(logprobs, reverse=True))


def _columns(
    answer: Mapping[str, object],
) -> tuple[Sequence[object], Sequence[Any], Sequence[Any]] | None:
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    logprobs = _mapping(_mapping(first).get("logprobs"))
    tokens, own, best = (
        logprobs.get(name) for name in ("tokens", "token_logprobs", "top_logprobs")
    )
    if not (isinstance(tokens, list) and isinstance(own, list) and isinstance(best, list)):
        return None
    return (tokens, own, best) if len(tokens) == len(own) == len(best) else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _logprob(value: object) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or math.isnan(value):
        return None
    # Rounding may put a certain token a little above 0.
    return min(0.0, float(value)) if value < 1e-3 else None  # noqa: PLR2004
