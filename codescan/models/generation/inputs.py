# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The input tokens of a local model for a prompt, or the reason why there are none."""

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
    """Model tokens of a prompt. An empty prompt becomes an end token, as before a new document.

    Args:
        tokenizer: the model's tokenizer.
        prompt: the prompt.
        room: number of tokens to reserve for the completion.
        context: maximum context length in tokens; 0 if unknown.
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
