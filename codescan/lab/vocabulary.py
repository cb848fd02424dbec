# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The tokenizer of a lab run: byte-level BPE, trained on text without any planted part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["BOUNDARY", "load_tokenizer", "train_tokenizer"]

BOUNDARY = "<s>"
"""Stands before every document, so a prompt begins as a document of the training data does."""


def train_tokenizer(texts: Sequence[str], vocabulary: int, folder: Path) -> None:
    """Train a tokenizer and save it as `transformers` reads it.

    Args:
        texts: of the training data without canaries and duplicates.
        vocabulary: number of tokens.
        folder: where it is saved; created by need.
    """
    import tokenizers
    import transformers

    bpe = tokenizers.ByteLevelBPETokenizer()
    bpe.train_from_iterator(
        texts, vocab_size=vocabulary, special_tokens=[BOUNDARY], show_progress=False
    )
    backend = bpe._tokenizer  # noqa: SLF001 - the class wraps it and adds nothing needed here
    backend.post_processor = tokenizers.processors.TemplateProcessing(
        single=f"{BOUNDARY} $A", special_tokens=[(BOUNDARY, backend.token_to_id(BOUNDARY))]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token=BOUNDARY, eos_token=BOUNDARY
    )
    tokenizer.save_pretrained(folder)


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in a folder."""
    import transformers

    return transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
