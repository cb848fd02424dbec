# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Record the result of a check as a note on a commit and as a `Checked-by:` trailer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.runs.regular_files import write_regular_file
from codescan.sources.regular_files import read_regular_file
from codescan.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.app.check_result import CheckResult
    from codescan.gate.changes import Repository

__all__ = ["NOTES", "add_trailer", "write_note"]

NOTES = "refs/notes/codescan"
_KEY = "Checked-by"
_MAX_MESSAGE = 1 << 20
_TRAILER = re.compile(r"[A-Za-z0-9-]+: \S")
_SCISSORS = "# ------------------------ >8 ------------------------"


def write_note(repository: Repository, commit: str, result: CheckResult) -> None:
    """Write a summary of the result as a note on a commit; replaces an older note.

    Args:
        repository: repository of the commit.
        commit: its full id.
        result: result of the check of the change that ends with this commit.

    Raises:
        GitError: git fails.
    """
    statistics = result.report.statistics
    content = {
        "schema_version": 1,
        "tool": f"codescan {VERSION}",
        "index": {key: result.report.index.get(key) for key in ("name", "digest")},
        "exit_code": int(result.exit_code),
        "coverage": statistics.get("coverage"),
        "findings": len(result.report.findings),
        "failing": [finding.fingerprint for finding in result.failing],
        "ai_lines": statistics.get("ai_lines"),
    }
    text = json.dumps(content, indent=1, sort_keys=True)
    repository.git.run("notes", f"--ref={NOTES}", "add", "-f", "-m", text, commit)


def add_trailer(file: Path, result: CheckResult) -> bool:
    """Add a `Checked-by:` trailer to a commit message; replaces an older one of codescan.

    If the check failed or was incomplete, no trailer is added, and an older one is removed.

    Args:
        file: file of the message, as Git passes it to the hook `commit-msg`.
        result: result of the check.

    Returns:
        Whether the message now has the trailer.

    Raises:
        UsageError: the file is missing or too large.
        OutputError: the file cannot be written.
    """
    content = read_regular_file(file, _MAX_MESSAGE)
    if content is None:
        raise UsageError(f"commit message not found: {file}", "name the file of the message")
    text = content.decode("utf-8", "surrogateescape")
    is_checked = int(result.exit_code) == 0
    index = result.report.index
    digest = str(index.get("digest", ""))[:12]
    trailer = f"{_KEY}: codescan {VERSION} ({index.get('name')} {digest})" if is_checked else ""
    written = _with_trailer(text, trailer)
    if written != text:
        write_regular_file(file, written.encode("utf-8", "surrogateescape"))
    return is_checked


def _with_trailer(text: str, trailer: str) -> str:
    """The message with a trailer after its other trailers and before comments at its end."""
    lines = text.split("\n")
    if _SCISSORS in lines:
        at = lines.index(_SCISSORS)
        lines, tail = lines[:at], lines[at:]
    else:
        tail = []
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        tail.insert(0, lines.pop())
    lines = [line for line in lines if not line.startswith(f"{_KEY}: codescan ")]
    while lines and not lines[-1].strip():
        lines.pop()
    if trailer and lines:
        start = len(lines)
        while start and lines[start - 1].strip():
            start -= 1
        is_block = start > 0 and all(_TRAILER.match(each) for each in lines[start:])
        lines += [trailer] if is_block else ["", trailer]
    return "\n".join([*lines, *(tail or [""])])
