# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""codescan beside ScanCode on the labelled files: the same first 8 KiB of each for both."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from _evaluation import labelled_files, scancode_witness

from codescan.licenses.claim_precedence import strongest
from codescan.licenses.copyrights import copyright_lines
from codescan.licenses.detect import file_claims
from codescan.licenses.expressions import equivalent
from codescan.stats.intervals import rate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["save", "show"]

_BYTES = 8192
"""ScanCode takes minutes for large files; notices stand at their heads."""

Labelled = tuple[labelled_files.Label, bytes]


def _name(label: labelled_files.Label) -> str:
    return label.sha256[:16] + PurePosixPath(label.path).suffix


def _heads(source: labelled_files.Source) -> Iterator[Labelled]:
    """Each labelled file that is there, with its first bytes."""
    for label in labelled_files.labels():
        content = source.content(label)
        if content is not None:
            yield label, content[:_BYTES]


def save(source: labelled_files.Source, folder: Path) -> None:
    """Write the heads of the labelled files for `scancode --license --copyright --json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for label, head in _heads(source):
        (folder / _name(label)).write_bytes(head)


def show(source: labelled_files.Source, scans: list[Path]) -> None:
    """Print how many licenses and holders both read right, and where one of them alone does.

    ScanCode's answer counts as right where the label's license is among those that it joins.
    """
    licenses: dict[str, str] = {}
    statements: dict[str, tuple[str, ...]] = {}
    for scan in scans:
        licenses |= scancode_witness.expressions(scan)
        statements |= scancode_witness.holders(scan)
    heads = [(label, head) for label, head in _heads(source) if _name(label) in licenses]
    _show_licenses(heads, licenses)
    _show_holders(heads, statements)


def _show_licenses(heads: list[Labelled], licenses: dict[str, str]) -> None:
    counts = {"both": 0, "codescan": 0, "ScanCode": 0, "none": 0}
    lines: list[str] = []
    invented = {"codescan": 0, "ScanCode": 0}
    silent = 0
    for label, head in heads:
        claims = file_claims(head)
        own = strongest(claims).expression if claims else ""
        other = licenses[_name(label)]
        if label.states == "none":
            silent += 1
            invented["codescan"] += bool(own) and own != "NOASSERTION"
            invented["ScanCode"] += bool(other) and "unknown" not in other
        if label.states != "named":
            continue
        is_own = any(own == right or equivalent(own, right) for right in label.licenses)
        is_other = any(scancode_witness.is_same(right, other) for right in label.licenses)
        kind = (
            ("both" if is_other else "codescan") if is_own else "ScanCode" if is_other else "none"
        )
        counts[kind] += 1
        if kind != "both":
            right = " / ".join(label.licenses)
            answers = f"codescan {own or 'nothing'}, ScanCode {other or 'nothing'}"
            lines.append(f"right {right}: {answers}: {label.name}")
    total = sum(counts.values())
    _print_rate("side by side, license: codescan right", counts["both"] + counts["codescan"], total)
    _print_rate("side by side, license: ScanCode right", counts["both"] + counts["ScanCode"], total)
    print(f"side by side, license: both {counts['both']}, codescan alone {counts['codescan']},"
          f" ScanCode alone {counts['ScanCode']}, none {counts['none']}")  # fmt: skip
    for reader, count in invented.items():
        _print_rate(f"side by side, a license where the file states none: {reader}", count, silent)
    for line in sorted(lines):
        print(f"  {line}")


def _show_holders(heads: list[Labelled], statements: dict[str, tuple[str, ...]]) -> None:
    total = sum(len(label.holders) for label, _ in heads)
    for reader in ("codescan", "ScanCode"):
        correct = false = stated = 0
        for label, head in heads:
            lines = copyright_lines(head) if reader == "codescan" else statements[_name(label)]
            correct += len(labelled_files.found_holders(label, lines))
            false += len(labelled_files.false_lines(label, lines))
            stated += len(lines)
        _print_rate(f"side by side, holders found: {reader}", correct, total)
        _print_rate(f"side by side, statements that name no holder: {reader}", false, stated)


def _print_rate(title: str, count: int, total: int) -> None:
    if not total:
        print(f"{title}: not measured")
        return
    share = rate(count, total)
    print(f"{title}: {share.k} of {share.n} = {share.value:.4f}"
          f" (95 % interval {share.low:.4f} to {share.high:.4f})")  # fmt: skip
