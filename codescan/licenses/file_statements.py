# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the license and copyright statements of a file, once for all files with the same head.

Most files state their rights only in their leading comments, and many files of a package have the
same leading comments. If the native core finds no words about rights after them, the result depends
only on the leading comments and is cached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.licenses import copyrights, detect
from codescan.licenses.comment_blocks import continues
from codescan.licenses.notice_comments import notice_scanner
from codescan.licenses.repeated_texts import kept_by_text

if TYPE_CHECKING:
    from codescan.records import LicenseClaim

__all__ = ["FileStatements", "file_statements"]

_NOTE_BYTES = 512
"""First bytes that are searched for a note that the license is at the end of the file."""
_MAX_HEAD = 8192
_HEADS = 2048


class FileStatements(NamedTuple):
    """The claims and copyright statements of one file."""

    licenses: tuple[LicenseClaim, ...]
    """The result of `detect.file_claims`."""
    copyrights: tuple[str, ...]
    """The result of `copyrights.copyright_lines`."""


def file_statements(content: bytes, *, is_prose: bool = False) -> FileStatements:
    """The license and copyright statements of a source file.

    Args:
        content: the raw bytes of the file, in any encoding that extends ASCII.
        is_prose: whether the file is a document, whose text is read without comment marks.
    """
    quiet = notice_scanner().quiet_head(
        content, detect.HEAD_BYTES, _NOTE_BYTES, copyrights.HEAD_BYTES, copyrights.MARKS, is_prose
    )
    if quiet is not None:
        head, behind = quiet
        of_head = _of_head(head, is_prose)
        if of_head is not None and not (of_head[1] and continues(content, len(head))):
            statements = of_head[0]
            if not behind:
                return statements
            lines = copyrights.with_lines(statements.copyrights, behind)
            return FileStatements(statements.licenses, lines)
    claims = detect.file_claims(content, is_prose=is_prose)
    return FileStatements(claims, copyrights.copyright_lines(content))


@kept_by_text(_HEADS, _MAX_HEAD)
def _of_head(head: bytes, is_prose: bool) -> tuple[FileStatements, bool] | None:
    """The statements of leading comments, and whether an SPDX tag is among them.

    None if the comments end at another position when the rest of the file follows them.
    """
    if _native.leading_end(head) != len(head):
        return None
    claims = detect.file_claims(head, is_prose=is_prose)
    lines = copyrights.copyright_lines(head)
    return FileStatements(claims, lines), b"spdx-" in head.lower()
