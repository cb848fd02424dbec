# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shared by all strategies: a document's text, hashed choices, and the making of a prompt."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.records import Document, Prompt
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["at_least", "hashed", "make_prompt", "path_comment", "printable", "prompt_id", "text_of"]


def text_of(document: Document) -> str | None:
    """The text of a document; None if it is not UTF-8: a prompt must not invent characters."""
    try:
        return document.content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def hashed(*parts: object) -> int:
    """A 64-bit number that looks random and depends on `parts` alone."""
    key = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")


def prompt_id(strategy: str, document_id: str, text: str) -> str:
    """32 hex digits: the key under which work on a prompt is resumed."""
    key = f"{strategy}\x00{document_id}\x00{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=16).hexdigest()


def make_prompt(  # noqa: PLR0913 - what a prompt may carry
    strategy: str,
    document: Document,
    text: str,
    expected: str,
    *,
    variant: str = "",
    suffix: str = "",
    infill_order: str = "",
    prompt_tokens: Sequence[int] = (),
    expected_tokens: Sequence[int] = (),
    chat: bool = False,
) -> Prompt:
    """The prompt `text`, drawn from `document`, whose true continuation is `expected`."""
    license_ = document.licenses[0].category if document.licenses else "unknown"
    parts = [text, *([suffix] if suffix else []), *([infill_order] if infill_order else [])]
    return Prompt(
        id=prompt_id(strategy, document.id, "\x00".join(parts)),
        text=text,
        strategy=strategy,
        language=document.language,
        document_id=document.id,
        expected=expected,
        prompt_tokens=tuple(prompt_tokens),
        suffix=suffix,
        infill_order=infill_order,
        expected_tokens=tuple(expected_tokens),
        variant=variant,
        license_category=license_,
        copies=document.families,
        chat=chat,
    )


def path_comment(document: Document) -> str:
    """The path in a comment of its own line; "" where the language has no comments."""
    spec = LANGUAGES.get(document.language)
    if spec is None:
        return ""
    opening, closing = (spec.line_comment.strip(), "") if spec.line_comment else ("", "")
    if not opening and spec.block_comment is not None:
        opening, closing = spec.block_comment
    path = printable(document.origin.path)
    return f"{opening} {path} {closing}".rstrip() + "\n" if opening else ""


def printable(name: str) -> str:
    """A name from outside without control characters or line ends."""
    return "".join(character if character.isprintable() else "?" for character in name)


def at_least(strategy: str, option: str, value: int, least: int) -> int:
    """`value`, checked.

    Raises:
        UsageError: it is below `least`.
    """
    if value < least:
        raise UsageError(
            f"{option} of the prompt strategy {strategy!r} is {value}",
            f"give {least} or more",
        )
    return value
