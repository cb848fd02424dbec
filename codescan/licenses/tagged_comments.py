# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads sentences near the SPDX tags of a file: "you may not use this software for surveillance".

A tag names a license, and a sentence near it can remove rights that the license grants. A tag is a
statement about rights, so the sentences next to it are read like sentences near such a statement.
"""

from __future__ import annotations

from codescan._core import _native
from codescan.licenses import text_normalization
from codescan.licenses.categories import category
from codescan.licenses.comment_blocks import block_at, continues
from codescan.licenses.notice_sentences import decoded, split
from codescan.licenses.repeated_texts import kept_by_text
from codescan.licenses.restrictions import may_take, restriction
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["beside_tag", "is_in_comments"]

_MARK = b"License-" + b"Identifier:"
_TAG = lazy_pattern(rb"(?m)^[^\n]{0,60}\b[Ss][Pp][Dd][Xx]-" + _MARK + rb"[^\n]{0,200}$")
_HEAD = 4096
"""First bytes of a file in which a tag applies to the whole file."""
_MAX_COMMENT = 4096
_NEAR = 2
"""Number of sentences before and after a tag that are read."""
_MAX_EVIDENCE = 200


def is_in_comments(content: bytes, end: int) -> bool:
    """Whether the comment that `beside_tag` reads is among the leading comments.

    Args:
        content: the file.
        end: end of its leading comments.
    """
    at = content.find(_MARK, 0, _HEAD)
    return 0 <= at < end and not continues(content, end)


def beside_tag(content: bytes) -> LicenseClaim | None:
    """The claim of restricting sentences around the first tag of a file; None if there are none."""
    at = content.find(_MARK, 0, _HEAD)
    block = block_at(content, at) if at >= 0 else None
    if block is None:
        return None
    start = max(block[0], at - _MAX_COMMENT // 2)
    return _added(content[start : min(block[1], at + _MAX_COMMENT // 2)])


@kept_by_text(1024, _MAX_COMMENT)
def _added(comment: bytes) -> LicenseClaim | None:
    """The claim of the sentences around the tags of one comment."""
    text = _native.unmarked(comment)
    others = decoded(text_normalization.without_notices(text))
    if not others.strip() or not may_take([others], is_near=True):  # mostly
        return None
    parts = _TAG.split(text)
    near: list[str] = []
    for at, part in enumerate(parts):
        sentences = split(decoded(text_normalization.without_notices(part)))
        near += sentences[:_NEAR] if at else ()
        near += sentences[-_NEAR:] if at < len(parts) - 1 else ()
    sentence = restriction(list(dict.fromkeys(near)), is_notice=False, is_near=True)
    if not sentence:
        return None
    words = f"not understood: {' '.join(sentence.split())}"[:_MAX_EVIDENCE]
    return LicenseClaim(NOASSERTION, LicenseBasis.FILE_HEADER, words, category(NOASSERTION))
