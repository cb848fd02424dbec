# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Wires fix mode together: judge whole files, tag what may stay, write files or show a diff."""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.change_inputs import files_of, repository_at
from codescan.app.check import gate_of, project_root
from codescan.app.settings import project_config
from codescan.cli.console import Console
from codescan.errors import OutputError
from codescan.gate.baseline import FILE, Baseline
from codescan.gate.evaluation import File
from codescan.gate.notices import license_texts, missing_texts, notice
from codescan.gate.origin_license_texts import own_texts
from codescan.gate.policy_result import DECLARABLE, declaration
from codescan.gate.tagging import tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.records import Finding, Snippet

__all__ = ["AttributeOptions", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeOptions:
    """As given; see `codescan attribute --help`."""

    paths: tuple[str, ...]
    index_folder: Path | None
    corpus: str | None
    dry_run: bool
    grade: str
    notice: Path | None
    format_: str
    config_file: Path | None
    quiet: bool


def run(options: AttributeOptions) -> int:
    """Attribute; returns 1 when a passage is left that the gate would refuse.

    Raises:
        CodescanError: something is missing, or a file cannot be written.
    """
    from codescan.app.indexes import Matching, open_index

    config = project_config(options.config_file)
    console = Console(options.quiet)
    repository = repository_at(Path.cwd(), needed=False)
    root = project_root(config, repository)
    baseline = Baseline.load(config.baseline or root / FILE)
    texts = {}
    with contextlib.closing(open_index(options.index_folder, options.corpus, config)) as index:
        gate = gate_of(
            config, root, repository, Matching.of(index), baseline, datetime.now(UTC).date()
        )
        files = list(
            files_of(options.paths, repository, staged=False, diff=None, stdin_filename=None)
        )
        texts = {f.snippet.id: f.snippet for f in files if isinstance(f, File)}
        judged = gate.judge(files)
        wanted = [
            finding
            for finding in judged.findings
            if finding.grade.value <= options.grade
            and finding.policy
            and not finding.policy.accepted
        ]
        own = own_texts(wanted, index)
    # Tags do not settle a conflict; they are not written a second time, though.
    tagged_before = [f for f in wanted if declaration(f, texts[f.snippet_id].content)[0]]
    wanted = [finding for finding in wanted if finding not in tagged_before]
    changes, kept, left = _tag(wanted, texts, root, own)
    changes |= _notices(kept, options.notice or root / "NOTICE", root, own)
    for finding, reason in left:
        place = f"{finding.snippet_id}:{finding.region.start_line}-{finding.region.end_line}"
        console.say(f"{place}: not attributed: {reason}")
    refused = [
        finding
        for finding in (*kept, *tagged_before)
        if finding.policy is None or finding.policy.state not in DECLARABLE
    ]
    for finding in refused:
        place = f"{finding.snippet_id}:{finding.region.start_line}"
        console.say(f"{place}: attributed, but its license does not fit: see `codescan check`")
    if not options.dry_run:
        for path, (_, after) in changes.items():
            _write(path, after)
    if options.format_ == "json":
        console.json(_as_json(changes, kept, left, written=not options.dry_run))
    elif options.dry_run:
        console.result("".join(_diff(path, *change) for path, change in changes.items()))
    else:
        listed = "".join(f"\n  {_shown(path)}" for path in changes)
        console.result(f"{len(kept)} attributed, {len(left)} left; written:{listed or ' nothing'}")
    return int(bool(left or refused))


_Changes = dict[Path, tuple[bytes, bytes]]


def _as_json(
    changes: _Changes, kept: list[Finding], left: list[tuple[Finding, str]], *, written: bool
) -> dict[str, object]:
    return {
        "schema_version": 1,
        "written": written,
        "files": [_shown(path) for path in changes],
        "attributed": [finding.fingerprint for finding in kept],
        "left": [
            {"fingerprint": finding.fingerprint, "reason": reason} for finding, reason in left
        ],
    }


def _tag(
    findings: Iterable[Finding], texts: Mapping[str, Snippet], root: Path, own: Mapping[str, str]
) -> tuple[_Changes, list[Finding], list[tuple[Finding, str]]]:
    by_file: dict[str, list[Finding]] = {}
    left: list[tuple[Finding, str]] = []
    for finding in findings:
        expression = finding.attribution.license.expression
        missing = [key for key in missing_texts(expression) if key not in own]
        if missing:
            left.append((finding, f"there is no text of {', '.join(missing)} to reproduce"))
        else:
            by_file.setdefault(finding.snippet_id, []).append(finding)
    changes: _Changes = {}
    kept: list[Finding] = []
    for id_, found in by_file.items():
        snippet = texts[id_]
        result = tagged(snippet.content, snippet.language, found)
        left += result.left
        kept += result.written
        if result.written:
            changes[_absolute(root, id_)] = snippet.content, result.content
    return changes, kept, left


def _absolute(root: Path, id_: str) -> Path:
    inside = root / id_
    return inside if inside.is_file() else Path(id_)


def _notices(
    kept: list[Finding], notice_file: Path, root: Path, own: Mapping[str, str]
) -> _Changes:
    changes: _Changes = {}
    for key, text in license_texts(kept, own).items():
        path = root / "LICENSES" / f"{key}.txt"
        if not path.exists():
            changes[path] = b"", text.encode()
    before = notice_file.read_bytes() if notice_file.is_file() else b""
    after = notice(before.decode("utf-8", "surrogateescape"), kept).encode(
        "utf-8", "surrogateescape"
    )
    if after != before:
        changes[notice_file] = before, after
    return changes


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step; its permissions stay."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        if path.exists():
            shutil.copymode(path, aside)
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}", "check its permissions") from (
            error
        )
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _diff(path: Path, before: bytes, after: bytes) -> str:
    name = _shown(path)
    return "".join(
        difflib.unified_diff(
            before.decode("utf-8", "replace").splitlines(keepends=True),
            after.decode("utf-8", "replace").splitlines(keepends=True),
            f"a/{name}",
            f"b/{name}",
        )
    )


def _shown(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()
