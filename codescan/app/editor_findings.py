# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Findings in an open file of an editor, and the edits that resolve them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.edit_check import Edit, EditCheck, check_edits, edit_policy
from codescan.gate.comment_forms import comment_form
from codescan.gate.tagging import tagged
from codescan.text.languages import detect

if TYPE_CHECKING:
    from codescan.app.shared_index import SharedIndex
    from codescan.records import Finding

__all__ = ["EditorFile", "accepted_text", "check_file", "tagged_text"]

_HEAD = 8192


@dataclass(frozen=True, slots=True)
class EditorFile:
    """The result for one version of an open file."""

    path: Path
    text: str
    result: EditCheck


def check_file(
    path: Path, text: str, index: SharedIndex, config_file: Path | None = None
) -> EditorFile:
    """Check the text of an open file: the lines that the last commit does not have.

    Args:
        path: path of the file.
        text: text in the editor.
        index: index to compare with.
        config_file: configuration instead of the project's own.

    Raises:
        CodescanError: git fails, the configuration is wrong, or the index is damaged.
    """
    folder = next(filter(Path.is_dir, path.parents), Path.cwd())
    policy = edit_policy(folder, config_file, from_working_tree=True)
    with index.lease() as opened:
        edit = Edit(str(path), None, text)
        return EditorFile(path, text, check_edits([edit], policy, opened.matching))


def tagged_text(file: EditorFile, finding: Finding) -> str | None:
    """The text with a notice around a passage; None if the language has no comments there."""
    content = file.text.encode("utf-8", "replace")
    language = detect(file.path.name, content[:_HEAD])
    result = tagged(content, language, [finding], file.path.name)
    return result.content.decode() if result.written else None


def accepted_text(file: EditorFile, finding: Finding) -> str | None:
    """The text with an allow comment above a passage; the user must add the reason.

    Without a reason the comment has no effect. None if no comment can be placed there.
    """
    content = file.text.encode("utf-8", "replace")
    form = comment_form(file.path.name, content, detect(file.path.name, content[:_HEAD]))
    if form.refusal or not form.opening:
        return None
    purl = finding.attribution.origin.package.purl.partition("@")[0]
    lines = file.text.split("\n")
    at = finding.region.start_line - 1
    line = lines[at] if at < len(lines) else ""
    indent = "" if form.is_unindented else line[: len(line) - len(line.lstrip())]
    comment = f"{indent}{form.opening} codescan: allow-next {purl} reason= {form.closing}".rstrip()
    comment += "\r" if line.endswith("\r") else ""
    return "\n".join([*lines[:at], comment, *lines[at:]])
