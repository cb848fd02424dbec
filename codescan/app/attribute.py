# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Attribute third-party passages: tag them in the files, and write the notices they need."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.app.change_inputs import WholeFiles, repository_at
from codescan.app.check import gate_of
from codescan.app.file_changes import Changes, read_current, write_changes
from codescan.app.indexes import minimum_tokens, open_index
from codescan.app.origin_texts import verify_on_texts
from codescan.app.outcome import ExitCode
from codescan.app.policy_source import PolicyRequest, read_policy
from codescan.errors import CodescanError
from codescan.gate.evaluation import File
from codescan.gate.notices import license_texts, missing_texts, notice
from codescan.gate.origin_license_texts import own_texts
from codescan.gate.policy_result import DECLARABLE, declaration
from codescan.gate.tagging import tagged
from codescan.matchers.matching import Matching
from codescan.records import Skipped, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.records import Finding, Snippet

__all__ = [
    "AttributeOptions",
    "AttributeResult",
    "AttributeSummary",
    "UnattributedFinding",
    "attribute",
]

_MARK = "\N{BYTE ORDER MARK}".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeOptions:
    """Options of `codescan attribute`; see `codescan attribute --help`."""

    paths: tuple[str, ...]
    index_folder: Path | None = None
    corpus: str | None = None
    verify: bool = False
    """Whether matches of a sketch are verified on fetched origin files."""
    dry_run: bool = False
    grade: str = "B"
    notice: Path | None = None
    config_file: Path | None = None


@dataclass(frozen=True, slots=True)
class UnattributedFinding:
    """A finding that was not attributed."""

    fingerprint: str
    reason: str


@dataclass(frozen=True, slots=True)
class AttributeSummary:
    """Files and fingerprints of the attributed findings."""

    schema_version: int
    written: bool
    """Whether the changes are on disk; false for a dry run."""
    files: tuple[str, ...]
    """Changed files, relative to the current folder."""
    attributed: tuple[str, ...]
    """Fingerprints."""
    unattributed: tuple[UnattributedFinding, ...]
    conflicting: tuple[str, ...]
    """Fingerprints of attributed findings whose license still conflicts with the project."""
    unchecked: tuple[Skipped, ...]
    """Inputs that could not be read."""


@dataclass(frozen=True, slots=True)
class AttributeResult:
    """Changes of fix mode, and the findings that it did not attribute."""

    changes: Changes
    root: Path
    """Root of the project; patches use paths relative to it."""
    written: bool
    """Whether the changes are on disk; False for a dry run."""
    attributed: tuple[Finding, ...]
    unattributed: tuple[tuple[Finding, str], ...]
    """Each finding that was not attributed, with the reason."""
    conflicting: tuple[Finding, ...]
    """Attributed findings whose license still conflicts with the project."""

    unchecked: tuple[Skipped, ...] = ()
    """Inputs that could not be read."""

    @property
    def summary(self) -> AttributeSummary:
        """Result for `--format json`."""
        return AttributeSummary(
            schema_version=1,
            written=self.written,
            files=tuple(Path(os.path.relpath(path)).as_posix() for path in self.changes),
            attributed=tuple(finding.fingerprint for finding in self.attributed),
            unattributed=tuple(
                UnattributedFinding(finding.fingerprint, reason)
                for finding, reason in self.unattributed
            ),
            conflicting=tuple(finding.fingerprint for finding in self.conflicting),
            unchecked=self.unchecked,
        )

    @property
    def exit_code(self) -> ExitCode:
        """1 if `codescan check` would still reject a finding, 5 for unchecked inputs, else 0."""
        if self.unattributed or self.conflicting:
            return ExitCode.FINDINGS
        return ExitCode.UNCHECKED if self.unchecked else ExitCode.NOTHING_FOUND


def attribute(options: AttributeOptions) -> AttributeResult:
    """Tag passages with their origin, and write LICENSES/ and NOTICE.

    Raises:
        CodescanError: the index or an input is missing, or a file cannot be written, for example
            because NOTICE is a link. A file is written as a whole or not at all.
    """
    repository = repository_at(Path.cwd(), needed=False)
    source = read_policy(
        PolicyRequest(
            folder=Path.cwd(),
            repository=repository,
            change=None,
            config_file=options.config_file,
        )
    )
    config, root = source.config, source.root
    with contextlib.closing(open_index(options.index_folder, options.corpus, config)) as index:
        if options.verify:
            verify_on_texts(index)
        today = datetime.now(UTC).date()
        least = minimum_tokens(index, None, config)
        gate = gate_of(source, Matching.of(index), today, min_tokens=least)
        files = list(WholeFiles(paths=options.paths, root=root, repository=repository).files())
        texts = {f.snippet.id: f.snippet for f in files if isinstance(f, File)}
        evaluation = gate.evaluate(files)
        open_findings = [
            finding
            for finding in evaluation.findings
            if finding.grade.value <= options.grade
            and finding.policy
            and not finding.policy.accepted
        ]
        origin_texts = own_texts(open_findings, index)
    # Tags do not settle a conflict; they are not written a second time, though.
    already_tagged = [f for f in open_findings if declaration(f, texts[f.snippet_id].content)[0]]
    untagged = [finding for finding in open_findings if finding not in already_tagged]
    tagged_files, attributed, unattributed = _tag(untagged, texts, root, origin_texts)
    # Notices first: a run that is killed in between is completed by the next one.
    changes = _notices(attributed, options.notice or root / "NOTICE", root, origin_texts)
    changes |= tagged_files
    if not options.dry_run:
        write_changes(changes, root)
    return AttributeResult(
        changes,
        root,
        not options.dry_run,
        tuple(attributed),
        tuple(unattributed),
        tuple(
            finding
            for finding in (*attributed, *already_tagged)
            if finding.policy is None or finding.policy.state not in DECLARABLE
        ),
        tuple(skip for skip in evaluation.skipped if skip.is_unchecked),
    )


def _tag(
    findings: Iterable[Finding], texts: Mapping[str, Snippet], root: Path, own: Mapping[str, str]
) -> tuple[Changes, list[Finding], list[tuple[Finding, str]]]:
    by_file: dict[str, list[Finding]] = {}
    unattributed: list[tuple[Finding, str]] = []
    for finding in findings:
        expression = finding.attribution.license.expression
        missing = [key for key in missing_texts(expression) if key not in own]
        if missing:
            unattributed.append(
                (finding, f"the license text of {', '.join(missing)} is not known; add it by hand")
            )
        else:
            by_file.setdefault(finding.snippet_id, []).append(finding)
    changes: Changes = {}
    attributed: list[Finding] = []
    for id_, file_findings in by_file.items():
        snippet = texts[id_]
        path = _absolute(root, id_)
        try:
            content = read_current(path, root)
        except CodescanError as error:
            unattributed += [(file_finding, error.message) for file_finding in file_findings]
            continue
        if content is None or content.removeprefix(_MARK) != snippet.content.removeprefix(_MARK):
            unattributed += [
                (file_finding, "its file changed, or is not in UTF-8")
                for file_finding in file_findings
            ]
            continue
        result = tagged(
            content, snippet.language, [_moved(f, content, snippet) for f in file_findings], id_
        )
        unattributed += result.unattributed
        attributed += result.written
        if result.written:
            changes[path] = content, result.content
    return changes, attributed, unattributed


def _moved(finding: Finding, content: bytes, snippet: Snippet) -> Finding:
    """A finding with its span adjusted for a byte-order mark of the file."""
    more = len(content) - len(snippet.content)
    span = Span(finding.span.start + more, finding.span.end + more)
    return replace(finding, span=span) if more else finding


def _absolute(root: Path, id_: str) -> Path:
    inside = root / id_
    return inside if inside.is_file() else Path(id_)


def _notices(
    attributed: list[Finding], notice_file: Path, root: Path, own: Mapping[str, str]
) -> Changes:
    changes: Changes = {}
    for key, text in license_texts(attributed, own).items():
        path = root / "LICENSES" / f"{key}.txt"
        if not os.path.lexists(path):
            changes[path] = None, text.encode()
    before = read_current(notice_file, root)
    after = notice((before or b"").decode("utf-8", "surrogateescape"), attributed).encode(
        "utf-8", "surrogateescape"
    )
    if after != (before or b""):
        changes[notice_file] = before, after
    return changes
