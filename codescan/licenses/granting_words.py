# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The words of a notice that may grant a license, without mentions and links.

Most notices have no mentions or links, so that all of their words are used.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from codescan.licenses.notice_sentences import (
    has_links,
    is_as_written,
    plain_words,
    translated,
    without_links,
    without_mentions,
)
from codescan.licenses.repeated_texts import kept_by_text

__all__ = ["GrantingWords", "granting_words"]

_MAX_STATED = 64 * 1024


class GrantingWords(Struct, frozen=True):
    """Plain words of some sentences, in order, each word with single spaces around it."""

    sentences: list[str]
    words: bytes
    linkless: bytes
    """The words without addresses and without brackets that contain addresses."""

    def by_sentence(self) -> bytes:
        """The words without addresses, with "~" after each sentence."""
        return _joined([f"{_stated(sentence).linkless} ~" for sentence in self.sentences])


def granting_words(sentences: list[str]) -> GrantingWords:
    """The words of sentences; only the first 64 KiB are kept."""
    text = "\n".join(sentences)
    if text.isascii():
        words = plain_words(text)
        if is_as_written(words):
            encoded = words.encode()[:_MAX_STATED]
            if not has_links(text):
                return GrantingWords(sentences, encoded, encoded)
            linkless = plain_words("\n".join(map(without_links, sentences)))
            if is_as_written(linkless):
                return GrantingWords(sentences, encoded, linkless.encode()[:_MAX_STATED])
    stated = [_stated(sentence) for sentence in sentences]
    full = _joined([each.words for each in stated])
    if all(each.words is each.linkless for each in stated):
        return GrantingWords(sentences, full, full)
    return GrantingWords(sentences, full, _joined([each.linkless for each in stated]))


class _Sentence(NamedTuple):
    """One sentence in plain words, with and without its links."""

    words: str
    linkless: str


@kept_by_text(2048, 2048)
def _stated(sentence: str) -> _Sentence:
    words = without_mentions(translated(plain_words(sentence)))
    linkless = without_links(sentence)
    if linkless == sentence:
        return _Sentence(words, words)
    return _Sentence(words, without_mentions(translated(plain_words(linkless))))


def _joined(parts: list[str]) -> bytes:
    words = f" {' '.join(' '.join(parts).split())} "
    return words.encode("ascii", "replace")[:_MAX_STATED]
