# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check the edits of a coding agent: the lines that they add, against the policy of the base.

The agent must not choose its own rules, so configuration, baseline and allow comments come from the
last commit. Text that this commit already contains is not a finding.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from codescan.app.change_inputs import repository_at
from codescan.app.check import gate_of, policy_of
from codescan.app.indexes import minimum_tokens
from codescan.app.outcome import failing_grades
from codescan.app.policy_source import PolicyRequest, PolicySource, read_policy
from codescan.app.text_files import read_text
from codescan.errors import ConfigError
from codescan.gate.change_set import MAX_BYTES
from codescan.gate.evaluation import File, failing
from codescan.gate.held_passages import BaseCopies
from codescan.gate.line_diff import LineChanges, compare_lines
from codescan.gate.policy_files import CommitFiles
from codescan.records import Skipped, Snippet, Span
from codescan.records.coverage import is_unchecked
from codescan.text.decoding import decode_text
from codescan.text.languages import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codescan.config import Config
    from codescan.gate.changes import Repository
    from codescan.licenses.policy import Policy
    from codescan.matchers.matching import Matching
    from codescan.records import Finding

__all__ = ["Edit", "EditCheck", "EditPolicy", "check_edits", "edit_policy", "project_policy"]

_HEAD = 8192
_SENT = " (as sent)"
_MOST_PLACES = 1_000
"""Maximum examined positions of one new text in a file."""


class Edit(Struct, frozen=True):
    """An edit or a command of an agent."""

    path: str
    """Path of the file, absolute or relative to the project; "" for a command."""
    new_texts: tuple[str, ...] | None = None
    """Inserted texts; None if the whole file is new."""
    after: str | None = None
    """The complete text after the edit; None if it is on disk."""
    sent: tuple[str, ...] = ()
    """Texts of the event; those missing from the file are compared separately."""
    unread: str = ""
    """Description of the unreadable part of the event; otherwise only `path` is set."""


class EditCheck(Struct):
    """The result of a check."""

    failing: list[Finding] = field(default_factory=list)
    """Findings that the policy rejects, in the order of files and text."""
    passing: list[Finding] = field(default_factory=list)
    """Findings that are accepted, too weak, or without license conditions."""
    skipped: list[Skipped] = field(default_factory=list)
    checked_lines: int = 0
    """Added lines that were compared."""
    unchecked_lines: int = 0
    """Added lines that were not compared."""
    policy_origin: str = ""
    """File or revision of the policy."""

    @property
    def unchecked(self) -> list[Skipped]:
        """Uncompared inputs that may hold text."""
        return [skip for skip in self.skipped if is_unchecked(skip)]


class EditPolicy(Struct, frozen=True):
    """The project of some edits and its policy."""

    folder: Path
    source: PolicySource
    repository: Repository | None
    base: str
    """Id of the base commit; "" for none."""

    @property
    def config(self) -> Config:
        """The applied configuration."""
        return self.source.config


def edit_policy(
    folder: Path, config_file: Path | None = None, *, from_working_tree: bool = False
) -> EditPolicy:
    """The policy for edits in a folder, from the last commit if there is one.

    Args:
        folder: folder of the project.
        config_file: configuration instead of the project's own.
        from_working_tree: whether to read the policy from the current files, as for a human author.
            Text of the last commit is never a finding.

    Raises:
        ConfigError: the configuration is wrong.
        GitError: git fails or cannot read the repository.
    """
    repository = repository_at(folder, needed=False)
    base = repository.commit("HEAD") if repository is not None else ""
    request = PolicyRequest(
        folder=folder,
        repository=repository,
        change=None,
        policy_from=None if from_working_tree else base or None,
        config_file=config_file,
    )
    source = replace(read_policy(request), strict=bool(base) and not from_working_tree)
    return EditPolicy(folder, source, repository, base)


def project_policy(policy: EditPolicy) -> Policy:
    """The rules of a project with its license filled in."""
    rules = policy_of(policy.config)
    return replace(rules, project_license=policy.source.projects.of().license)


def check_edits(edits: Iterable[Edit], policy: EditPolicy, matching: Matching) -> EditCheck:
    """Check edits.

    Args:
        edits: edits of one event.
        policy: policy of their project.
        matching: the index.

    Raises:
        CodescanError: git fails, or the index is damaged.
    """
    source, config = policy.source, policy.config
    today = datetime.now(UTC).date()
    least = minimum_tokens(matching.index, None, config)
    gate = gate_of(source, matching, today, min_tokens=least)
    result = EditCheck(policy_origin=source.config_origin)
    files = [file for edit in edits for file in _files(edit, policy, result)]
    evaluation = gate.evaluate(files)
    result.skipped += evaluation.skipped
    texts = {file.snippet.id: file.snippet.content for file in files if isinstance(file, File)}
    grades, states = failing_grades(config.fail_on or "B"), frozenset(config.fail_states)
    is_held = _base_test(policy)
    for finding in _once(evaluation.findings):
        fails = failing(finding, grades, states)
        if fails and not is_held(finding, texts[finding.snippet_id]):
            result.failing.append(finding)
        else:
            result.passing.append(finding)
    unread = {skip.item for skip in evaluation.skipped if is_unchecked(skip)}
    for file in files:
        if isinstance(file, File):
            lines = _added_lines(file)
            if file.snippet.id in unread:
                result.unchecked_lines += lines
            else:
                result.checked_lines += lines
    return result


def _base_test(policy: EditPolicy) -> Callable[[Finding, bytes], bool]:
    if policy.repository is None or not policy.base:
        return lambda _finding, _content: False
    return BaseCopies(policy.repository, policy.base).hold


def _once(findings: list[Finding]) -> Iterator[Finding]:
    """The findings without those of sent texts that a file holds in another layout."""
    in_files = {
        (f.snippet_path, f.fingerprint) for f in findings if not f.snippet_id.endswith(_SENT)
    }
    for finding in findings:
        is_sent = finding.snippet_id.endswith(_SENT)
        if not is_sent or (finding.snippet_path, finding.fingerprint) not in in_files:
            yield finding


def _files(edit: Edit, policy: EditPolicy, result: EditCheck) -> Iterator[File | Skipped]:
    """The texts of an edit: the file, and the sent texts that it does not hold.

    A tool may have written elsewhere, or a formatter may have changed the file.
    """
    file = _file(edit, policy, result)
    if file is not None:
        yield file
    if not isinstance(file, File):
        return
    content = file.snippet.content.replace(b"\r\n", b"\n")
    sent = (text.replace("\r\n", "\n").encode("utf-8", "replace") for text in edit.sent)
    absent = b"\n".join(text for text in sent if text.strip() and text not in content)
    if absent:
        path = file.snippet.path or ""
        snippet = Snippet(path + _SENT, absent, detect(path, absent[:_HEAD]), path=path)
        yield File(snippet, compare_lines(file.base or b"", absent), file.base)


def _file(edit: Edit, policy: EditPolicy, result: EditCheck) -> File | Skipped | None:
    """The text of an edit with its new lines, or why it is unreadable; None if nothing is left."""
    if edit.unread:
        result.unchecked_lines += 1
        return Skipped(edit.path, "read", "undecodable", edit.unread)
    name, disk = _place(edit.path, policy)
    if edit.after is not None:
        content: bytes | Skipped = edit.after.encode("utf-8", "replace")
    else:
        content = read_text(disk)
    if isinstance(content, bytes):
        decoded = decode_text(content, name)
        content = Skipped(name, "read", decoded.reason) if decoded.reason else decoded.content
    if isinstance(content, Skipped):
        skip = replace(content, item=name)
        if is_unchecked(skip):
            result.unchecked_lines += _lines_of_texts(edit)
        return skip
    base = _base_content(name, policy)
    lines = compare_lines(base or b"", content)
    if edit.new_texts is not None:
        lines = _only(lines, content, edit.new_texts)
    snippet = Snippet(name, content, detect(name, content[:_HEAD]), path=name)
    return File(snippet, lines, base)


def _place(path: str, policy: EditPolicy) -> tuple[str, Path]:
    """The path of a file relative to the root of the project, and its path on disk."""
    if not path:
        return "<command>", Path("/dev/null")
    disk = policy.folder / path
    try:
        resolved = (disk.parent.resolve() / disk.name).relative_to(policy.source.root.resolve())
    except (OSError, RuntimeError, ValueError):
        return disk.as_posix(), disk
    return resolved.as_posix(), disk


def _base_content(name: str, policy: EditPolicy) -> bytes | None:
    """The text of a file in the base revision; None if the file does not exist there."""
    if policy.repository is None or not policy.base or name.startswith(("/", "<")):
        return None
    try:
        content = CommitFiles(policy.repository.objects, policy.base).read(name, MAX_BYTES)
    except ConfigError:  # not a file there
        return None
    return decode_text(content).content if content is not None else None


def _only(lines: LineChanges, content: bytes, texts: tuple[str, ...]) -> LineChanges:
    """The added lines that hold a piece of the new texts; all lines if a piece is not found.

    A formatter may have changed a piece.
    """
    places: list[Span] = []
    for text in texts:
        piece = text.encode("utf-8", "replace")
        if not piece.strip():
            continue
        at = content.find(piece)
        if at < 0:
            return lines
        while at >= 0 and len(places) < _MOST_PLACES:
            start = content.rfind(b"\n", 0, at) + 1
            end = content.find(b"\n", at + len(piece) - 1) + 1 or len(content)
            places.append(Span(start, end))
            at = content.find(piece, at + len(piece))
    added: list[Span] = []
    for span in lines.added:
        cuts = sorted(
            (max(span.start, place.start), min(span.end, place.end))
            for place in places
            if place.start < span.end and span.start < place.end
        )
        for start, end in cuts:
            if added and added[-1].end >= start:
                added[-1] = Span(added[-1].start, max(end, added[-1].end))
            else:
                added.append(Span(start, end))
    return LineChanges(tuple(added), lines.removed)


def _added_lines(file: File) -> int:
    added = file.lines.added if file.lines is not None else ()
    content = file.snippet.content
    return sum(
        content.count(b"\n", span.start, span.end) + (content[span.end - 1 : span.end] != b"\n")
        for span in added
    )


def _lines_of_texts(edit: Edit) -> int:
    texts = edit.new_texts if edit.after is None else (edit.after,)
    return sum(len(text.splitlines()) for text in texts or ()) or 1
