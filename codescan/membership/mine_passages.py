# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The passages of one owner's code to elicit from a model: the rarest first.

Prompts are the owner's own file headers and signatures, and the first lines of files. Rarity is
the information of the true continuation under the token model that ships with codescan: common
code, which a model may write by itself, comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.index.token_model import token_model
from codescan.prompts.file_header import FileHeaderStrategy
from codescan.prompts.first_lines import FirstLinesStrategy
from codescan.prompts.null_arm import NullStrategy
from codescan.prompts.signature import SignatureStrategy
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.protocols import PromptStrategy
    from codescan.records import Document, Prompt

__all__ = ["MOST_PER_FILE", "Passage", "rarest_passages"]

MOST_PER_FILE = 5
"""Passages of one file: more would say little about others."""
_TOKENS = 400
"""Tokens of a continuation that are counted."""
_LEAST_BITS = 60.0
"""Continuations below that belong to nobody in particular."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A prompt and the rarity of what follows it."""

    prompt: Prompt
    bits: float
    """Information of the true continuation, up to 400 tokens."""
    null_prompt: Prompt | None
    """The same prompt from the same file with other names and literals."""


def rarest_passages(documents: Iterable[Document], limit: int, seed: int = 0) -> list[Passage]:
    """The rarest passages of some files.

    Args:
        documents: the files.
        limit: passages in all.
        seed: of the names in null prompts.

    Returns:
        At most `limit` passages, rarest first, and at most 5 of a file.
    """
    passages: list[Passage] = []
    model = token_model()
    for document in documents:
        own = [
            passage
            for strategy in (
                FileHeaderStrategy(),
                SignatureStrategy(per_document=MOST_PER_FILE),
                FirstLinesStrategy(),
            )
            for passage in _passages(strategy, document, seed, model)
            if passage.bits >= _LEAST_BITS
        ]
        passages += sorted(own, key=_order)[:MOST_PER_FILE]
        if len(passages) > 4 * limit:  # keep memory bounded
            passages = sorted(passages, key=_order)[:limit]
    return sorted(passages, key=_order)[:limit]


def _order(passage: Passage) -> tuple[float, str]:
    return -passage.bits, passage.prompt.id


def _passages(
    strategy: PromptStrategy, document: Document, seed: int, model: _native.TokenModel
) -> list[Passage]:
    prompts = list(strategy.prompts(document))
    null_prompts: list[Prompt | None] = list(NullStrategy(strategy, seed).prompts(document))
    if len(null_prompts) != len(prompts):
        null_prompts = [None] * len(prompts)
    return [
        Passage(prompt, _bits(prompt, model), null_prompt)
        for prompt, null_prompt in zip(prompts, null_prompts, strict=True)
    ]


def _bits(prompt: Prompt, model: _native.TokenModel) -> float:
    spec = LANGUAGES.get(prompt.language)
    if spec is None:
        return 0.0
    content = prompt.expected.encode("utf-8", "replace")
    tokens = _native.lex(content, _native.LEXERS[spec.lexer])
    _structure, full = model.score(tokens, content)
    return float(full[min(_TOKENS, len(full) - 1)]) if len(full) else 0.0
