# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The baseline: passages that a reviewer has accepted, each in its file, possibly for a time.

An entry is keyed on the content of a passage and the family of its origin (the fingerprint) and
on the file that holds it, with the number of copies there. Moving lines keeps it, and so does
renaming the file. Another copy, in that file or in another one, is new; so is one whose origin
turns out to have another license.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from codescan.gate.baseline_entries import (
    FILE,
    MAX_BYTES,
    BaselineFile,
    Entry,
    is_nameable,
    parse_entries,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from codescan.records import Finding

__all__ = ["FILE", "MAX_BYTES", "Baseline", "Decision", "Entry", "Moves", "is_nameable"]


class Decision(Struct, frozen=True):
    """The decision of a baseline on one finding."""

    accepted: bool = False
    reason: str = ""
    """The person and the reason of the acceptance, or why an entry does not hold; "" for none."""
    in_change: bool = False
    """Whether the entry is part of the change under review."""


class Moves(Protocol):
    """The files of a project after a change: present, gone and renamed."""

    def exists(self, path: str) -> bool:
        """Whether the project has a file."""
        ...

    def may_follow(self, old: str, new: str) -> bool:
        """Whether an entry of a file that is gone may hold in another file."""
        ...

    def is_settled(self, old: str) -> bool:
        """Whether the check sees every file that an entry of a file that is gone may follow to."""
        ...


class Baseline:
    """The entries of one file. Use `Baseline.parse`.

    Args:
        entries: the accepted passages.
        moves: which files are gone, and where their entries may follow; None: none is gone.
        before: the baseline without the change under review; None: all entries are older.
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        *,
        moves: Moves | None = None,
        before: Baseline | None = None,
    ) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._by_passage: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._by_passage.setdefault(entry.fingerprint, []).append(entry)
        self._moves = moves
        self._before = before
        self._used_moved: Counter[tuple[str, str]] = Counter()
        self._moved_to: dict[tuple[str, str], Counter[str]] = {}

    @classmethod
    def parse(
        cls,
        content: bytes | None,
        name: str,
        *,
        moves: Moves | None = None,
        before: Baseline | None = None,
    ) -> Baseline:
        """Read a baseline; None is an empty one.

        Args:
            content: of the file.
            name: of the file, for messages.
            moves: as above.
            before: as above.

        Raises:
            ConfigError: it is not a baseline; a damaged one must not let anything through.
        """
        if content is None:
            return cls(moves=moves, before=before)
        entries = parse_entries(content, name)
        return cls(entries, moves=moves, before=before)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by path and fingerprint."""
        return tuple(self._entries[key] for key in sorted(self._entries, key=lambda k: k[::-1]))

    def added_since(self, before: Baseline) -> tuple[Entry, ...]:
        """Entries that another baseline does not hold just so."""
        return tuple(entry for entry in self.entries if before.entry(entry.key) != entry)

    def entry(self, key: tuple[str, str]) -> Entry | None:
        """The entry for a fingerprint and a path, or None."""
        return self._entries.get(key)

    def stale(self, complete: Mapping[str, frozenset[str]]) -> tuple[Entry, ...]:
        """Entries without effect.

        Args:
            complete: by path, the fingerprints of every passage of the files that were scanned.
        """
        return tuple(
            entry
            for entry in self.entries
            if (
                entry.fingerprint not in complete[entry.path]
                if entry.path in complete
                else self._is_lost(entry)
            )
        )

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    def text(self) -> str:
        """The file's content: sorted and indented, so that changes to it can be reviewed."""
        plain = to_builtins(BaselineFile(1, self.entries))
        return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"

    def decide(
        self, path: str, findings: Sequence[Finding], counted: Sequence[bool], today: date
    ) -> list[Decision]:
        """The decision of the baseline on each finding of one file.

        Args:
            path: of the file.
            findings: all of the file's, also those that the change under review does not touch.
            counted: for each, whether the change touches it. The others take what was accepted
                first, so that a copy that is added is the new one.
            today: for expiry.
        """
        room = Counter({key[0]: e.count for key, e in self._entries.items() if key[1] == path})
        order = sorted(range(len(findings)), key=lambda n: (counted[n], n))
        decisions = [Decision()] * len(findings)
        if not is_nameable(path):
            return [Decision(reason="no entry can name this file: its name is not UTF-8")] * len(
                findings
            )
        for number in order:
            decisions[number] = self._decide(path, findings[number], room, today)
        return decisions

    def _decide(
        self, path: str, finding: Finding, room: Counter[str], today: date
    ) -> Decision:  # fmt: skip
        entry = self._entries.get((finding.fingerprint, path))
        is_full = entry is None or room[finding.fingerprint] <= 0
        moved = self._moved(finding.fingerprint, path) if is_full else None
        entry = moved or entry
        if entry is None:
            elsewhere = self._by_passage.get(finding.fingerprint)
            if elsewhere:
                return Decision(
                    reason=f"a new copy of the passage that is accepted in {elsewhere[0].path} only"
                )
            return Decision()
        problem = _problem(entry, finding, today)
        if problem:
            return Decision(reason=f"{entry.words()}; {problem}")
        if moved is not None:
            self._used_moved[moved.key] += 1
            self._moved_to.setdefault(moved.key, Counter())[path] += 1
            return Decision(
                accepted=True,
                reason=f"{entry.words()} (then in {entry.path})",
                in_change=self._is_new(entry),
            )
        if room[finding.fingerprint] <= 0:
            return Decision(reason=f"another copy than the {entry.count} accepted in this file")
        room[finding.fingerprint] -= 1
        # A copy beyond those that were accepted before is accepted by the change itself.
        in_change = self._is_new(entry) and room[finding.fingerprint] < self._new_copies(entry)
        return Decision(accepted=True, reason=entry.words(), in_change=in_change)

    def _moved(self, fingerprint: str, path: str) -> Entry | None:
        """An entry of a file that is gone, with copies left, that may follow to a path."""
        if self._moves is None:
            return None
        return next(
            (
                entry
                for entry in self._by_passage.get(fingerprint, ())
                if self._used_moved[entry.key] < entry.count
                and self._is_gone(entry.path)
                and self._moves.may_follow(entry.path, path)
            ),
            None,
        )

    def holds_path(self, path: str) -> bool:
        """Whether an entry is for a file."""
        return any(entry.path == path for entry in self._entries.values())

    def _is_gone(self, path: str) -> bool:
        return self._moves is not None and not self._moves.exists(path)

    def _is_lost(self, entry: Entry) -> bool:
        """Whether the file of an entry is gone, and its passage too."""
        if self._moves is None or not self._is_gone(entry.path) or self._used_moved[entry.key]:
            return False
        return self._moves.is_settled(entry.path)

    def _is_new(self, entry: Entry) -> bool:
        return self._before is not None and self._before.entry(entry.key) != entry

    def _new_copies(self, entry: Entry) -> int:
        """Copies that an entry accepts beyond those of the baseline before the change."""
        old = self._before.entry(entry.key) if self._before is not None else None
        same = old is not None and replace(old, count=entry.count) == entry
        return max(0, entry.count - old.count) if old is not None and same else entry.count

    def updated(
        self,
        findings: Mapping[str, Sequence[Finding]],
        *,
        reviewer: str,
        reason: str,
        expires: date | None,
        today: date,
        complete: Mapping[str, frozenset[str]],
    ) -> Baseline:
        """This baseline with findings accepted.

        Args:
            findings: by path; those that this baseline does not let in yet.
            reviewer: who accepts them.
            reason: why.
            expires: the last day on which that holds, or None.
            today: the day of the decision.
            complete: by path, the fingerprints of every passage of the files that were scanned.
                Stale entries are dropped, and those of renamed files follow them.
        """
        stale = {entry.key for entry in self.stale(complete)}
        entries = {key: entry for key, entry in self._entries.items() if key not in stale}
        for old_key, places in self._moved_to.items():
            entry = entries.pop(old_key, None)
            if entry is None:
                continue
            for path, copies in sorted(places.items()):
                held = entries.get((old_key[0], path))
                count = copies + (held.count if held is not None else 0)
                entries[old_key[0], path] = replace(held or entry, path=path, count=count)
            unmoved = entry.count - places.total()
            if unmoved > 0 and self._moves is not None and not self._moves.is_settled(entry.path):
                entries[old_key] = replace(entry, count=unmoved)
        for path, file_findings in findings.items():
            for finding in file_findings:
                key = finding.fingerprint, path
                before = entries.get(key)
                valid = (
                    before is not None
                    and before.license == finding.attribution.license.expression
                    and (before.expires is None or before.expires >= today)
                )
                origin = finding.attribution.origin
                entries[key] = Entry(
                    fingerprint=finding.fingerprint,
                    path=path,
                    count=before.count + 1 if before is not None and valid else 1,
                    rule=finding.rule.value,
                    origin=f"{origin.package.purl}#{origin.path}",
                    license=finding.attribution.license.expression,
                    lines=f"{finding.region.start_line}-{finding.region.end_line}",
                    reviewer=reviewer,
                    reason=reason,
                    decided=today.isoformat(),
                    expires=expires,
                )
        return Baseline(entries.values())


def _problem(entry: Entry, finding: Finding, today: date) -> str:
    """Why an entry no longer applies; "" if it does."""
    if entry.expires is not None and entry.expires < today:
        return f"that expired on {entry.expires}"
    if entry.license != finding.attribution.license.expression:
        return f"its license was {entry.license} then"
    return ""
