# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a local model is given for a prompt: its tokens, or why it cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.models.generation.infill import infill_tokens
from codescan.records import Skipped

if TYPE_CHECKING:
    from codescan.models.loading.hf_tokenizer import HubTokenizer
    from codescan.records import Prompt

__all__ = ["input_tokens"]


def input_tokens(
    tokenizer: HubTokenizer, prompt: Prompt, room: int, context: int, ends: frozenset[int]
) -> tuple[int, ...] | Skipped:
    """Model tokens of a prompt; an empty one begins after the end of another text.

    Args:
        tokenizer: the model's.
        prompt: what is asked.
        room: tokens that are to follow.
        context: tokens that the model takes; 0 where it does not say.
        ends: tokens that end a text.
    """
    if prompt.suffix:
        token_ids = infill_tokens(tokenizer, prompt)
        if isinstance(token_ids, str):
            return Skipped(prompt.id, "elicit", "no-infill", token_ids)
    else:
        token_ids = tokenizer.prompt_tokens(prompt) or sorted(ends)[:1]
    if not token_ids:
        return Skipped(prompt.id, "elicit", "empty-prompt")
    if context and len(token_ids) + room > context:
        detail = f"{len(token_ids)} + {room} model tokens, the model takes {context}"
        return Skipped(prompt.id, "elicit", "too-long", detail)
    return tuple(token_ids)
