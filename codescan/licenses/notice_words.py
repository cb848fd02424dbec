# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A fast check whether a comment may name a license: most comments have none of the words."""

from __future__ import annotations

import re

from codescan._core import _native
from codescan.licenses import notices
from codescan.licenses.license_addresses import answer_site
from codescan.licenses.license_phrases import opening
from codescan.licenses.rights_words import ANY_LEGAL
from codescan.licenses.unknown_names import may_have_unknown_names
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["ANY_DERIVED", "MAY_BE_TITLE", "is_legal", "may_name_license"]

MAY_BE_TITLE = lazy_pattern(r"licen[sc]e|[a-z]-\d\.\d", re.IGNORECASE)
"""Every line that consists only of a license name matches this."""
ANY_DERIVED = _native.Words([
    b"contains", b"includes", b"incorporates", b"taken", b"copied", b"based", b"derived",
    b"adapted", b"ported", b"borrowed", b"extracted", b"forked",
])  # fmt: skip
"""Every sentence about the origin of a part contains one of these."""
_GPL = lazy_pattern(r"gpl", re.IGNORECASE)
_LEGAL = (
    b" warranties ", b" liable ", b" redistributions ", b" permission is ", b" hereby ",
    b" warranty ", b" liability ",
)  # fmt: skip


def may_name_license(text: str, words: bytes) -> bool:
    """Whether a text may grant a license or point to one; else it can only have restrictions.

    Args:
        text: the comment without its marks.
        words: the comment in the form of `text_normalization.normal`.
    """
    return (
        not text.isascii()
        or ANY_LEGAL.any_in(words)
        or notices.may_have_notices(words)
        or may_have_unknown_names(words)
        or bool(opening(words))
        or bool(answer_site(text))
        or MAY_BE_TITLE.search(text) is not None
        or (_GPL.search(text) is not None and ANY_DERIVED.any_in(text.encode()))
    )


def is_legal(words: bytes) -> bool:
    """Whether words belong to a license text, whose title alone does not identify it."""
    return bool(opening(words)) or any(word in words for word in _LEGAL)
