# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Align a service's listed tokens with a part of the echoed text.

`text_offset` cannot be trusted. vLLM counts it as a running sum of the lengths of decoded tokens
(`OpenAIServingCompletion._create_completion_logprobs`). These include special tokens that are not
in the text, and replacement characters for tokens that hold a part of a character. Therefore the
tokens are aligned with the bytes of the text. If several alignments disagree on a boundary, the
result is None.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["token_range"]

_REPLACEMENT = "\ufffd"
_SPECIAL = re.compile(r"<[^<>\s]{1,64}>|\[[A-Z]{2,16}\]|<\uff5c[^<>]{1,64}\uff5c>")
_BYTES = re.compile(r"bytes:((?:\\x[0-9a-fA-F]{2})+)")
_MOST_PLACES = 64  # ways to lay out the tokens so far that are followed
_LEADING = 4  # tokens that may occur before the text
_BROKEN = 3  # bytes that one replacement character may stand for, at most


def token_range(
    tokens: Sequence[object], text: bytes, start: int, count: int | None = None
) -> tuple[int, int] | None:
    """The tokens of the text from `start` to its end; None if they are ambiguous.

    Args:
        tokens: decoded one by one, from the beginning of the text, then the one generated. A list
            without the generated token gives None: llama-cpp-python omits it, and its
            log-probabilities are shifted by one token.
        text: in UTF-8.
        start: offset in bytes.
        count: number of tokens from `start` to the end of the text, if the tokenizer is known; it
            decides between several alignments of parts of characters.
    """
    layers = _layers(tokens, text)
    end = len(tokens) - 1
    if not 0 <= end < len(layers) or len(text) not in layers[end]:
        return None
    starts = [number for number in range(end + 1) if start in layers[number]]
    reached = [number for number in starts if _reaches(tokens[number:end], text, start)]
    if not reached:
        return None
    if count is not None:
        return (end - count, end) if end - count in reached else None
    first, last = reached[0], reached[-1]
    # Between two boundaries at the same place stand tokens without text of their own.
    if last != first and any(_has_text(token) for token in tokens[first:last]):
        return None
    return last, end


def _layers(tokens: Sequence[object], text: bytes) -> list[set[int]]:
    """Possible start offsets of each token, and finally the possible end offsets of the last."""
    layers: list[set[int]] = [{0}]
    for number, token in enumerate(tokens):
        places = _after(token, text, layers[-1], leading=number < _LEADING)
        layers.append(places)
        if not places:
            break
    return layers


def _reaches(tokens: Sequence[object], text: bytes, start: int) -> bool:
    """Whether these tokens can make up the text from `start` to its end."""
    places = {start}
    for token in tokens:
        places = _after(token, text, places, leading=False)
    return len(text) in places


def _after(token: object, text: bytes, places: Iterable[int], *, leading: bool) -> set[int]:
    """Possible end offsets of a token that begins at one of these offsets."""
    if not isinstance(token, str):
        return set()
    after: set[int] = set()
    for place in places:
        if leading and place == 0 and (_SPECIAL.fullmatch(token) or not token):
            after.add(0)
        matched = _matched(token, text, place)
        # SentencePiece decodes a token alone without the space before it.
        if not matched and text[place : place + 1] == b" ":
            matched = _matched(token, text, place + 1)
        after |= matched
    return after if len(after) <= _MOST_PLACES else set()


def _matched(token: str, text: bytes, place: int) -> set[int]:
    """Possible end offsets of a token that begins exactly at `place`."""
    spelled = _BYTES.fullmatch(token)
    if spelled:  # OpenAI's way to write a part of a character
        raw = bytes.fromhex(spelled[1].replace("\\x", ""))
        return {place + len(raw)} if text.startswith(raw, place) else set()
    if not token:  # a part of a character, in some versions
        return set(range(place, min(place + _BROKEN, len(text)) + 1))
    ends = {place}
    pieces = token.split(_REPLACEMENT)
    for number, piece in enumerate(pieces):
        if number:
            ends = {
                end + size
                for end in ends
                for size in range(1, _BROKEN + 1)
                if end + size <= len(text) and _is_broken(text, end, size)
            }
        raw = piece.encode("utf-8", "surrogatepass")
        ends = {end + len(raw) for end in ends if text.startswith(raw, end)}
    return ends


def _is_broken(text: bytes, place: int, size: int) -> bool:
    """Whether bytes may be part of a character or encode the replacement character itself."""
    part = text[place : place + size]
    return all(byte >= 0x80 for byte in part)  # noqa: PLR2004 - no ASCII


def _has_text(token: object) -> bool:
    # An empty one may hold a part of a character: llama-cpp-python drops what it cannot decode.
    return not isinstance(token, str) or _SPECIAL.fullmatch(token) is None
