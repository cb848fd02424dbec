# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The baseline: passages that a reviewer has accepted, each at its place, possibly for a time.

An entry is keyed on the content of a passage and the family of its origin (the fingerprint) and
on the file that holds it, with the number of copies there. Moving lines keeps it. Another copy,
in that file or in another one, is new; so is one whose origin turns out to have another license.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from codescan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from codescan.records import Finding

__all__ = ["FILE", "Baseline", "Entry"]

FILE = ".codescan.baseline.json"
_VERSION = 1
_HINT = "correct it, or write it anew with --update-baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted passage."""

    fingerprint: str
    path: str
    count: int = 1
    """Copies of the passage in that file."""
    rule: str
    origin: str
    """Package URL and path, for people."""
    license: str
    lines: str
    """Where it stood when it was accepted, for people."""
    reviewer: str
    reason: str
    decided: str
    """Date, YYYY-MM-DD."""
    expires: str | None = None
    """The last day on which it holds, or None for ever."""

    def words(self) -> str:
        """Who accepted it, when and why."""
        return f"accepted by {self.reviewer} on {self.decided}: {self.reason}"


class Baseline:
    """The entries of one file. Use `Baseline.load`."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {(entry.fingerprint, entry.path): entry for entry in entries}

    @classmethod
    def load(cls, file: Path) -> Baseline:
        """Read a baseline; no file is an empty one.

        Raises:
            ConfigError: it is no baseline; a damaged one must not let anything through.
        """
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file} cannot be read: {error}", _HINT) from error
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{file} is not JSON: {error}", _HINT) from error
        if not isinstance(data, dict) or data.get("schema_version") != _VERSION:
            raise ConfigError(f"{file} is no baseline of schema version {_VERSION}", _HINT)
        listed = data.get("entries")
        if not isinstance(listed, list):
            raise ConfigError(f"{file} has no list of entries", _HINT)
        return cls(_entry(item, f"{file}, entry {n}") for n, item in enumerate(listed, start=1))

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    def text(self) -> str:
        """The file's content: sorted and indented, so that changes to it can be reviewed."""
        entries = [
            asdict(self._entries[key]) for key in sorted(self._entries, key=lambda k: k[::-1])
        ]
        return json.dumps(
            {"schema_version": _VERSION, "entries": entries}, indent=2, ensure_ascii=False
        ) + "\n"  # fmt: skip

    def accepted(
        self, path: str, findings: Sequence[Finding], counted: Sequence[bool], today: date
    ) -> list[tuple[bool, str]]:
        """For each finding of one file, whether it is accepted, and by whom or why not.

        Args:
            path: of the file.
            findings: all of the file's, also those that the change under review does not touch.
            counted: for each, whether the change touches it. The others take what was accepted
                first, so that a copy that is added is the new one.
            today: for expiry.
        """
        room = Counter(
            {print_: entry.count for (print_, at), entry in self._entries.items() if at == path}
        )
        order = sorted(range(len(findings)), key=lambda n: (counted[n], n))
        answers = [(False, "")] * len(findings)
        for number in order:
            answers[number] = self._answer(path, findings[number], room, today)
        return answers

    def _answer(
        self, path: str, finding: Finding, room: Counter[str], today: date
    ) -> tuple[bool, str]:
        entry = self._entries.get((finding.fingerprint, path))
        if entry is None:
            elsewhere = sorted(at for print_, at in self._entries if print_ == finding.fingerprint)
            if elsewhere:
                return False, f"a new copy of the passage that is accepted in {elsewhere[0]} only"
            return False, ""
        if entry.expires is not None and date.fromisoformat(entry.expires) < today:
            return False, f"{entry.words()}; that expired on {entry.expires}"
        expression = finding.attribution.license.expression
        if entry.license != expression:
            return False, f"{entry.words()}; its license was {entry.license} then"
        if room[finding.fingerprint] <= 0:
            return False, f"another copy than the {entry.count} accepted in this file"
        room[finding.fingerprint] -= 1
        return True, entry.words()

    def updated(
        self,
        findings: Mapping[str, Sequence[Finding]],
        *,
        reviewer: str,
        reason: str,
        expires: str | None,
        today: date,
        complete: Mapping[str, frozenset[str]],
    ) -> Baseline:
        """This baseline with findings accepted.

        Args:
            findings: by path; those that this baseline does not let in yet.
            reviewer: who accepts them.
            reason: why.
            expires: the last day on which that holds, YYYY-MM-DD, or None.
            today: the day of the decision.
            complete: by path, the fingerprints of every passage of the files that were looked
                at as a whole; entries of these files that are not among them are dropped.
        """
        entries = {
            key: entry
            for key, entry in self._entries.items()
            if key[1] not in complete or key[0] in complete[key[1]]
        }
        for path, found in findings.items():
            for finding in found:
                key = finding.fingerprint, path
                before = entries.get(key)
                valid = (
                    before is not None
                    and before.license == finding.attribution.license.expression
                    and (before.expires is None or date.fromisoformat(before.expires) >= today)
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


def _entry(item: object, place: str) -> Entry:
    known = {field.name: field for field in fields(Entry)}
    if not isinstance(item, dict):
        raise ConfigError(f"{place} is no mapping", _HINT)
    unknown = sorted(set(item) - set(known))
    if unknown:
        raise ConfigError(f"{place} has an unknown key {unknown[0]!r}", _HINT)
    for name in known:
        value = item.get(name)
        if name == "count":
            fine = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        elif name == "expires":
            fine = value is None or _is_date(value)
        else:
            fine = isinstance(value, str) and bool(value.strip())
        if not fine:
            raise ConfigError(f"{place}: {name} is {value!r}", _HINT)
    return Entry(**item)


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)
