# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of a true continuation from a service that echoes a text with its log-probabilities.

The completions endpoint of OpenAI's API, as vLLM, llama.cpp's Python server and others keep it:
"echo" with "logprobs" gives the tokens of the text sent, where each begins, its log-probability and
those of the likeliest tokens there. Untrusted JSON: what is not understood is None, never raised.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from codescan.models.http.top_logprobs import ListedToken

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["echo_body", "listed_tokens"]


def echo_body(text: str, alternatives: int) -> dict[str, Any]:
    """What to send besides the model's name.

    One token more is asked for and not used: to some servers none means as many as they like.
    """
    return {"prompt": text, "echo": True, "logprobs": alternatives, "max_tokens": 1}


def listed_tokens(
    answer: Mapping[str, object], start: int, end: int
) -> tuple[ListedToken, ...] | None:
    """The tokens of the text from `start` to `end` (characters); None where they cannot be told.

    A token that reaches across either end cannot be told: the continuation alone is what counts.
    """
    columns = _columns(answer)
    if columns is None:
        return None
    offsets, own, best = columns
    places = [i for i, offset in enumerate(offsets) if start <= offset < end]
    if not places or offsets[places[0]] != start or end not in offsets:
        return None
    found = []
    for place in places:
        chance, likeliest = _logprob(own[place]), []
        for value in _mapping(best[place]).values():
            listed = _logprob(value)
            likeliest += [] if listed is None else [listed]
        if chance is None or not likeliest:
            return None
        found.append(ListedToken(chance, tuple(sorted(likeliest, reverse=True))))
    return tuple(found)


def _columns(
    answer: Mapping[str, object],
) -> tuple[Sequence[int], Sequence[Any], Sequence[Any]] | None:
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    logprobs = _mapping(_mapping(first).get("logprobs"))
    columns = [logprobs.get(name) for name in ("text_offset", "token_logprobs", "top_logprobs")]
    if not all(isinstance(column, list) for column in columns):
        return None
    offsets, own, best = (column if isinstance(column, list) else [] for column in columns)
    if not len(offsets) == len(own) == len(best):
        return None
    if not all(isinstance(offset, int) for offset in offsets):
        return None
    if any(one > other for one, other in pairwise(offsets)):
        return None
    return offsets, own, best


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _logprob(value: object) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or math.isnan(value):
        return None
    # Rounding may put a certain token a little above 0.
    return min(0.0, float(value)) if value < 1e-3 else None  # noqa: PLR2004
