# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tell whether the base revision of a project already holds a passage, in whatever file.

Code that is moved inside a project is not a new copy. The passage must occur in one file of the
base, line by line; only blank lines and indentation may differ.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from codescan.gate.change_set import MAX_BYTES
from codescan.gate.policy_files import CommitFiles
from codescan.git.command import Git
from codescan.text.lines import lines_of

if TYPE_CHECKING:
    from codescan.gate.changes import Repository
    from codescan.records import Finding

__all__ = ["BaseCopies", "holds_lines"]

_MOST_FILES = 20
"""Files of the base that are read for one passage."""
_SHORTEST = 8
"""Characters of a line that is searched for."""


class BaseCopies:
    """Looks for passages in the base revision.

    Args:
        repository: of the project.
        commit: the base revision; "" where there is none.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self._git = Git(repository.root or repository.git.folder, in_hook=True)
        self._commit = commit
        self._files = CommitFiles(repository.objects, commit) if commit else None

    def hold(self, finding: Finding, content: bytes) -> bool:
        """Whether the base holds the whole lines of a finding.

        Args:
            finding: of the text.
            content: the text.

        Raises:
            GitError: git fails.
        """
        if self._files is None:
            return False
        span = lines_of(content).span(finding.region)
        passage = content[span.start : span.end]
        telling = max((line.strip() for line in passage.splitlines()), key=len, default=b"")
        if len(telling) < _SHORTEST:
            return False
        output = self._git.answers(
            "grep", "-l", "-z", "-I", "-F", "-e", os.fsdecode(telling), self._commit, "--"
        )
        names = [name for name in os.fsdecode(output or b"").split("\0") if name]
        for name in names[:_MOST_FILES]:
            base = self._files.read(name.removeprefix(f"{self._commit}:"), MAX_BYTES)
            if base is not None and holds_lines(base, passage):
                return True
        return False


def holds_lines(text: bytes, passage: bytes) -> bool:
    """Whether the lines of a passage follow each other in a text.

    Args:
        text: to search.
        passage: whole lines. Blank lines and white space at the ends of lines do not count.
    """
    passage_lines = _bare(passage)
    return bool(passage_lines.strip()) and passage_lines in _bare(text)


def _bare(text: bytes) -> bytes:
    lines = (line.strip() for line in text.splitlines())
    return b"\n" + b"\n".join(line for line in lines if line) + b"\n"
