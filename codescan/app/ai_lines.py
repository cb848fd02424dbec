# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Group the results of a change by the author of the lines: agent and model, or unmarked."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.errors import ConfigError, UsageError
from codescan.gate.ai_marks import Author, Mark, agent_trace_marks, assisted_by, git_ai_marks
from codescan.gate.change_set import MAX_BYTES
from codescan.gate.evaluation import File
from codescan.gate.line_diff import split_lines
from codescan.gate.policy_files import CommitFiles, DiskFiles, PolicyFiles
from codescan.gate.touched import Touch
from codescan.git.command import is_fixed
from codescan.git.objects import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.gate.changes import ChangeSet, Repository
    from codescan.records import Finding, Skipped

__all__ = ["AiLines"]

_TRACES = ".agent-trace"
_MAX_NOTE = 16 << 20
_MOST_COMMITS = 1_000
_MOST_PAIRS = 500_000_000
"""Maximum number of aligned line pairs when marks are followed to the end of the change."""
_MOST_WORK = 5_000_000
"""Maximum number of lines that all marks together name."""
_MOST_REVISIONS = 200
"""Maximum number of commits with marks for which renames are searched."""
_NOTES = "refs/notes/ai"


@dataclass(slots=True)
class AiLines:
    """Marks of a change, and the lines that it adds.

    Args:
        repository: repository of the change.
        change: change whose marks are read.
    """

    repository: Repository
    change: ChangeSet
    problems: list[str] = field(default_factory=list)
    """Sources that could not be read, with the reason."""
    _added: dict[str, set[int]] = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)
    _renames: dict[str, tuple[dict[str, str], ...]] = field(default_factory=dict)
    """By commit: old to new paths since then, first up to the last commit, then up to Git's index.
    """
    _pairs: int = _MOST_PAIRS
    _lost: int = 0
    """Pairs of a file and a commit whose lines could not be followed."""

    def watch(self, files: Iterable[File | Skipped]) -> Iterator[File | Skipped]:
        """Pass files through, and record the lines that they add."""
        for file in files:
            if isinstance(file, File) and file.lines is not None:
                regions = Touch(file.snippet.content, file.lines).regions
                lines = {
                    n for region in regions for n in range(region.start_line, region.end_line + 1)
                }
                path = file.snippet.path or file.snippet.id
                if lines:
                    self._added[path] = lines
                    self._contents[path] = file.snippet.content
            yield file

    def totals(self, findings: Iterable[Finding], failing: Iterable[Finding]) -> dict[str, object]:
        """Lines, findings and failing findings by author, for the report.

        Args:
            findings: findings of the change.
            failing: the failing ones among them.

        Raises:
            GitError: git fails.
        """
        authors = self._authors()
        lines: Counter[Author | None] = Counter()
        for path, added in self._added.items():
            for number in added:
                lines[authors.get((path, number))] += 1
        failing_ids = {id(each) for each in failing}
        counts: Counter[Author | None] = Counter()
        failed: Counter[Author | None] = Counter()
        for finding in findings:
            author = self._author_of(finding, authors)
            counts[author] += 1
            failed[author] += id(finding) in failing_ids
        rows = [
            {
                "agent": author.agent,
                "model": author.model,
                "lines": lines[author],
                "findings": counts[author],
                "failing": failed[author],
            }
            for author in sorted({*filter(None, lines), *filter(None, counts)})
        ]
        unmarked = {"lines": lines[None], "findings": counts[None], "failing": failed[None]}
        return {"agents": rows, "unmarked": unmarked, "problems": self.problems}

    def _author_of(self, finding: Finding, authors: dict[tuple[str, int], Author]) -> Author | None:
        """Author of most of the added lines of a finding; None if most are unmarked."""
        path = finding.snippet_path or finding.snippet_id
        region = finding.region
        added = self._added.get(path, set())
        numbers = [n for n in range(region.start_line, region.end_line + 1) if n in added]
        votes = Counter(authors.get((path, number)) for number in numbers)
        return votes.most_common(1)[0][0] if votes else None

    def _authors(self) -> dict[tuple[str, int], Author]:
        """The author of each marked line after the change."""
        authors: dict[tuple[str, int], Author] = {}
        places: dict[tuple[str, str], list[tuple[int, int]]] = {}
        work = 0
        for mark in self._marks():
            path = self._path_now(mark.path, mark.revision)
            if path not in self._added:
                continue
            key = mark.path, mark.revision
            if key not in places:
                places[key] = sorted(self._places(mark.path, path, mark.revision))
            pairs = places[key]
            for old, new in pairs[bisect_left(pairs, (mark.start_line, 0)) :]:
                if old > mark.end_line:
                    break
                authors[path, new] = mark.author
                work += 1
            if work > _MOST_WORK:
                self.problems.append("too many marks: the others are left out")
                break
        if self._lost:
            self.problems.append(
                f"{self._lost:,} marked versions of files are not there, or too long to follow"
            )
        return authors

    def _path_now(self, path: str, revision: str) -> str:
        """The path of a commit's file after the change."""
        if path in self._added or not revision:
            return path
        if revision not in self._renames:
            if len(self._renames) == _MOST_REVISIONS:
                self.problems.append("marks of too many commits: renames since some are not found")
            is_within = len(self._renames) < _MOST_REVISIONS
            self._renames[revision] = tuple(self._renames_since(revision)) if is_within else ()
        for renames in self._renames[revision]:
            path = renames.get(path, path)
        return path

    def _renames_since(self, revision: str) -> Iterator[dict[str, str]]:
        commit, last = self._commit(revision), self.change.head or self.change.base
        if commit and last and commit != last:
            yield self.repository.between(f"{commit}..{last}").renames()
        if commit and not self.change.head:
            yield self.change.renames()

    def _commit(self, revision: str) -> str:
        """The commit of a mark; "" for none.

        Only a full id counts: resolving a name would start git for each mark, and may give several
        commits.
        """
        is_id = revision != "HEAD" and revision.isalnum() and is_fixed(revision)
        return self.repository.commit(revision) if is_id else ""

    def _places(self, old_path: str, path: str, revision: str) -> Iterator[tuple[int, int]]:
        """(line in a commit, the same line after the change) of each added line.

        Args:
            old_path: path of the file in the commit.
            path: path of the file after the change.
            revision: id of the commit; "" for the lines after the change.
        """
        added, content = self._added[path], self._contents[path]
        if not revision:
            yield from ((number, number) for number in added)
            return
        commit = self._commit(revision)
        try:
            files = CommitFiles(self.repository.objects, commit) if commit else None
            old = files.read(old_path, MAX_BYTES) if files is not None else None
        except ConfigError:
            old = None
        if old is None:
            self._lost += 1
            return
        old_lines, new_lines = split_lines(old), split_lines(content)
        self._pairs -= len(old_lines) * len(new_lines) if old_lines != new_lines else 0
        if self._pairs < 0:
            self._lost += 1
            return
        yield from (pair for pair in _same_lines(old_lines, new_lines) if pair[1] in added)

    def _marks(self) -> Iterator[Mark]:
        yield from self._traces()
        if not self.change.head:
            return
        span = f"{self.change.base}..{self.change.head}" if self.change.base else self.change.head
        output = self.repository.git.run(
            "log", f"--max-count={_MOST_COMMITS}", "--format=%x00%H %P%n"
            "%(trailers:key=Assisted-by,valueonly,unfold)", span, "--",
        )  # fmt: skip
        # A message holds no zero, but may hold any other character.
        commits = [entry.split("\n") for entry in output.decode("utf-8", "replace").split("\0")[1:]]
        if len(commits) == _MOST_COMMITS:
            self.problems.append(f"marks of the last {_MOST_COMMITS:,} commits only are read")
        for lines in reversed(commits):
            commit, *parents = lines[0].split()
            values = [line for line in lines[1:] if line.strip()]
            if values and len(parents) > 1:  # what it adds to one parent, others may have written
                self.problems.append(f"trailer of the merge {commit[:12]}: its lines have marks")
            elif values:
                yield from self._commit_marks(commit, assisted_by(values[0]))
        yield from self._notes({lines[0].split()[0] for lines in commits})

    def _commit_marks(self, commit: str, author: Author) -> Iterator[Mark]:
        """The lines that a commit adds."""
        parent = self.repository.commit(f"{commit}^")
        change = (
            self.repository.between(f"{parent}..{commit}")
            if parent
            else self.repository.everything(commit)
        )
        for file in change.files():
            for region in Touch(file.content, file.lines).regions:
                yield Mark(file.path, region.start_line, region.end_line, author, commit)

    def _notes(self, commits: set[str]) -> Iterator[Mark]:
        listed = self.repository.git.answers("notes", f"--ref={_NOTES}", "list") or b""
        with ObjectReader(self.repository.git) as objects:
            for line in listed.decode("ascii", "replace").splitlines():
                note, _, commit = line.partition(" ")
                if commit not in commits:
                    continue
                content = objects.read(note, _MAX_NOTE)
                if content is None:
                    self.problems.append(f"note of {commit[:12]}: too large or missing")
                    continue
                try:
                    yield from git_ai_marks(content.decode("utf-8", "replace"), commit)
                except ValueError as error:
                    self.problems.append(f"note of {commit[:12]}: {str(error)[:100]}")

    def _traces(self) -> Iterator[Mark]:
        files: PolicyFiles
        if self.change.head:
            files = CommitFiles(self.repository.objects, self.change.head)
        elif self.repository.root is not None:
            files = DiskFiles(self.repository.root, {}, None)
        else:
            return
        try:
            names = files.names(_TRACES)
        except (ConfigError, UsageError):
            return
        for name in names:
            if not name.endswith((".json", ".jsonl")):
                continue
            path = f"{_TRACES}/{name}"
            try:
                content = files.read(path, _MAX_NOTE)
                if content is not None:
                    yield from agent_trace_marks(content.decode("utf-8", "replace"))
            except (ValueError, ConfigError) as error:
                self.problems.append(f"{path}: {str(error)[:100]}")


def _same_lines(
    old_lines: Sequence[bytes], new_lines: Sequence[bytes]
) -> Iterator[tuple[int, int]]:
    """(old line number, new line number) of the common lines."""
    if old_lines == new_lines:
        yield from ((number, number) for number in range(1, len(old_lines) + 1))
        return
    from rapidfuzz.distance import LCSseq

    ids: dict[bytes, int] = {}
    first = [ids.setdefault(line, len(ids)) for line in old_lines]
    second = [ids.setdefault(line, len(ids)) for line in new_lines]
    for step in LCSseq.opcodes(first, second):
        if step.tag == "equal":
            shift = step.dest_start - step.src_start
            yield from ((n, n + shift) for n in range(step.src_start + 1, step.src_end + 1))
