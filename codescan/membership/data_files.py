# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the texts of a membership test: two folders, or the rows of a table.

A folder with `members` and `non-members` holds both sets, each a folder of files or a table. A
table (JSON Lines, CSV, TSV, Parquet) has a text column and perhaps one with the label. Any other
folder is one unlabeled set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codescan.errors import ModelError, SourceError, UsageError
from codescan.logs.log_file import rows
from codescan.logs.records import Unchecked
from codescan.membership.texts import CandidateText, TextSet
from codescan.records import Skipped
from codescan.sources.assemble import Unread
from codescan.sources.directory import SKIPPED_FOLDERS, read_file
from codescan.sources.folder_walk import walk_folder
from codescan.text.decoding import decode_text
from codescan.text.lone_surrogates import valid_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["TextColumns", "free_id", "read_texts"]

_MEMBERS = ("members", "member", "train")
_NON_MEMBERS = ("non-members", "nonmembers", "non_members", "non-member", "heldout", "held-out")
_TABLES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".pq")
_PACKED = ("", ".gz", ".zst", ".xz", ".bz2")
_TEXT_COLUMNS = ("text", "content", "code", "snippet", "input")
_LABEL_COLUMNS = ("is_member", "member", "membership", "label")
_GROUP_COLUMNS = ("group", "repo", "repository", "package", "owner")
_ID_COLUMNS = ("id", "path", "name")
_LANGUAGE_COLUMNS = ("language", "lang")
_LABELS: Mapping[str, bool] = {
    "1": True, "true": True, "yes": True, "member": True, "in": True, "seen": True,
    "0": False, "false": False, "no": False, "non-member": False, "nonmember": False,
    "non_member": False, "out": False, "unseen": False,
}  # fmt: skip
_LARGEST = 4 << 20
"""Bytes of the largest file that is read."""


@dataclass(frozen=True, slots=True)
class TextColumns:
    """The columns of a table; "" chooses among the usual names."""

    text: str = ""
    label: str = ""
    group: str = ""


def read_texts(path: Path, columns: TextColumns = TextColumns()) -> TextSet:
    """Read a set of texts.

    Args:
        path: a folder or a table; see the module's own text.
        columns: names of columns.

    Raises:
        UsageError: the path is not there, or a table lacks a column.
        SourceError: it cannot be read at all.
    """
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}", "check the path")
    items: Iterable[CandidateText | Skipped]
    if not path.is_dir():
        items = _table(path, columns)
    elif (pair := _labeled_parts(path)) is not None:
        members, others = pair
        items = (*_part(members, columns, is_member=True), *_part(others, columns, is_member=False))
    else:
        items = _folder(path, path.name)
    return _as_set(items)


def _labeled_parts(folder: Path) -> tuple[Path, Path] | None:
    """The two sets in a folder; None where it is one unlabeled set.

    Raises:
        UsageError: only one of the two is there.
    """
    files = [_named(folder, names) for names in (_MEMBERS, _NON_MEMBERS)]
    if files[0] is not None and files[1] is not None:
        return files[0], files[1]
    if files[1] is not None or (files[0] is not None and files[0].stem != "train"):
        missing = "members" if files[0] is None else "non-members"
        raise UsageError(
            f"{folder} has no {missing}", "put both sets into it: members and non-members"
        )
    return None


def _named(folder: Path, names: Iterable[str]) -> Path | None:
    for name in names:
        candidates = [folder / name]
        candidates += [folder / f"{name}{end}{packed}" for end in _TABLES for packed in _PACKED]
        for candidate in candidates:
            if candidate.exists():
                return candidate
    return None


def _part(path: Path, columns: TextColumns, *, is_member: bool) -> list[CandidateText | Skipped]:
    """One of two sets; its label is that of its folder."""
    items = _folder(path, path.name) if path.is_dir() else _table(path, columns, labeled=False)
    return [
        replace(item, id=f"{path.stem}/{item.id}", is_member=is_member)
        if isinstance(item, CandidateText)
        else item
        for item in items
    ]


def _folder(root: Path, name: str) -> Iterator[CandidateText | Skipped]:
    """Each file of a folder; files below one folder of its top belong together."""
    if root.is_symlink():
        raise UsageError(f"{root} is a symbolic link", "name the folder itself")
    for folder, files in walk_folder(root, SKIPPED_FOLDERS):
        for file in files:
            path = f"{folder}/{file}"[len(str(root)) + 1 :]
            entry = read_file(root, path, _LARGEST)
            if isinstance(entry, Unread):
                yield Skipped(f"{name}/{entry.path}", "read", entry.reason, entry.detail)
                continue
            decoded = decode_text(entry[1], path)
            if decoded.reason:
                yield Skipped(f"{name}/{path}", "read", decoded.reason)
                continue
            top = path.partition("/")[0] if "/" in path else ""
            yield CandidateText(path, decoded.content.decode("utf-8", "replace"), group=top)


def _table(
    path: Path, columns: TextColumns, *, labeled: bool = True
) -> Iterator[CandidateText | Skipped]:
    """Each row of a table.

    Raises:
        UsageError: no row has the text column, or none that was named.
        SourceError: the file cannot be read.
    """
    names: dict[str, str] | None = None
    try:
        for number, row in enumerate(rows(path), start=1):
            if isinstance(row, Unchecked):
                yield Skipped(f"{path.name}, {row.place}", "read", row.reason, row.detail)
                continue
            fields = row.value if isinstance(row.value, dict) else {}
            if names is None and fields:
                names = _columns(path, fields, columns, labeled=labeled)
            yield _text_of_row(f"{path.name}, {row.place}", number, fields, names or {})
    except ModelError as error:
        raise SourceError(error.message.replace("the log ", ""), "check the file") from error


def _columns(
    path: Path, fields: Mapping[str, object], columns: TextColumns, *, labeled: bool
) -> dict[str, str]:
    """The column of each field, by the first row that is an object.

    Raises:
        UsageError: the table has no such column.
    """
    column_names = {
        "text": (columns.text, _TEXT_COLUMNS),
        "label": (columns.label, _LABEL_COLUMNS if labeled else ()),
        "group": (columns.group, _GROUP_COLUMNS),
        "id": ("", _ID_COLUMNS),
        "language": ("", _LANGUAGE_COLUMNS),
    }
    names: dict[str, str] = {}
    for field, (named, usual) in column_names.items():
        if named and named not in fields and (labeled or field != "label"):
            raise UsageError(
                f"{path} has no column {named!r}", f"its columns: {', '.join(sorted(fields))[:300]}"
            )
        chosen = named if named in fields else next((n for n in usual if n in fields), None)
        if chosen is not None:
            names[field] = chosen
    if "text" not in names:
        raise UsageError(
            f"{path} has no text column",
            f"name it with --text-column; its columns: {', '.join(sorted(fields))[:300]}",
        )
    return names


def _text_of_row(
    place: str, number: int, fields: Mapping[str, object], names: Mapping[str, str]
) -> CandidateText | Skipped:
    text = fields.get(names.get("text", ""))
    if not isinstance(text, str):
        return Skipped(place, "read", "bad-row", "no text in the text column")
    if not text.strip():
        return Skipped(place, "read", "empty")
    label = None
    if "label" in names:
        label = _LABELS.get(str(fields.get(names["label"])).strip().lower().removesuffix(".0"))
        if label is None:
            shown = repr(fields.get(names["label"]))[:60]
            return Skipped(place, "read", "bad-row", f"{shown} is not a label: use 1 and 0")
    group, language = fields.get(names.get("group", "")), fields.get(names.get("language", ""))
    own_id = fields.get(names.get("id", ""))
    return CandidateText(
        valid_text(str(own_id)[:300]) if own_id not in (None, "") else f"row {number}",
        valid_text(text),
        label,
        group="" if group is None else valid_text(str(group)[:300]),
        language=str(language).lower() if isinstance(language, str) else None,
    )


def free_id(own_id: str, taken: dict[str, int]) -> str:
    """The id, or with a number where it is taken; then taken, too.

    Args:
        own_id: of a text.
        taken: how often each id was requested.
    """
    free, number = own_id, taken.get(own_id, 0)
    while free in taken:
        number += 1
        free = f"{own_id} ({number})"
    taken[own_id] = max(number, 1)
    taken.setdefault(free, 1)
    return free


def _as_set(items: Iterable[CandidateText | Skipped]) -> TextSet:
    """The texts with unique ids; further copies and texts with both labels are left out.

    Copies are one observation: intervals that count them several times are too narrow. A text with
    both labels is a member and a non-member at once, so no rate over it means anything.
    """
    texts: list[CandidateText] = []
    skipped: list[Skipped] = []
    taken: dict[str, int] = {}
    labels: dict[str, set[bool | None]] = {}
    for item in items:
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        texts.append(replace(item, id=free_id(item.id, taken)))
        labels.setdefault(item.text, set()).add(item.is_member)
    unique: dict[str, CandidateText] = {}
    for text in texts:
        if len(labels[text.text]) > 1:
            skipped.append(Skipped(text.id, "read", "both-labels", "also in the other set"))
        elif text.text in unique:
            same = f"the same text as {unique[text.text].id}"
            skipped.append(Skipped(text.id, "read", "repeated-text", same))
        else:
            unique[text.text] = text
    return TextSet(tuple(unique.values()), tuple(skipped))
