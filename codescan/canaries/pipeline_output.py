# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the output of a training pipeline: texts, or rows of tokens with a loss mask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.canaries.training_data import (
    TEXT_FIELDS,
    TrainingFile,
    left_out,
    rows_of,
    training_files,
)
from codescan.errors import SourceError, UsageError
from codescan.records import Skipped
from codescan.sources.dataset_rows import parquet_columns, pieces
from codescan.sources.regular_files import read_bounded
from codescan.text.decoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["OutputText", "output_texts"]

_LARGEST = 256 << 20
_PARQUET = (".parquet", ".pq")
_ROWS = (".jsonl", ".ndjson", *(f".jsonl{packed}" for packed in (".gz", ".xz", ".zst")))
_IGNORED = -100
"""Label of a token without loss (torch.nn.CrossEntropyLoss)."""
_MASKS = ("loss_mask", "assistant_masks", "completion_mask")
_TOKENS = "input_ids"


@dataclass(frozen=True, slots=True)
class OutputText:
    """One document, or one packed row, as a trainer gets it."""

    name: str
    text: str = field(default="", repr=False)
    """"" where only tokens are given."""
    tokens: Sequence[int] = field(default=(), repr=False)
    in_loss: Sequence[bool] = field(default=(), repr=False)
    """Of each token; empty: every token is."""


def output_texts(data: Path, text_field: str = "") -> Iterator[OutputText | Skipped]:
    """Yield every document of a pipeline's output.

    Args:
        data: a folder, or a file of JSON Lines or Parquet rows.
        text_field: of rows; "" for the usual ones.

    Raises:
        SourceError: the data cannot be read.
    """
    if data.is_dir():
        yield from left_out(data)
    files = [TrainingFile(data.name, data)] if data.is_file() else training_files(data)
    for file in files:
        lower = file.name.lower()
        if lower.endswith((*_ROWS, *_PARQUET)):
            yield from _rows(file, text_field)
        elif data.is_file() and _begins_with_object(file.path):
            yield from _lines(file, text_field)
        else:
            yield _whole(file)


def _begins_with_object(path: Path) -> bool:
    """Whether the first line is a JSON object: a file of rows, whatever its name is."""
    try:
        row = next(rows_of(TrainingFile(path.name, path)), None)
    except SourceError:
        return False
    return row is not None and row.values is not None


def _lines(file: TrainingFile, text_field: str) -> Iterator[OutputText | Skipped]:
    names = (text_field,) if text_field else TEXT_FIELDS
    for row in rows_of(file):
        name = f"{file.name}:{row.number}"
        if row.values is not None:
            yield _row(name, row.values, names)
        elif row.raw.strip():
            yield Skipped(name, "read", "bad-json")


def _whole(file: TrainingFile) -> OutputText | Skipped:
    try:
        content = read_bounded(file.path, _LARGEST)
    except OSError as error:
        return Skipped(file.name, "read", "unreadable", error.strerror or str(error))
    if not isinstance(content, bytes):
        reason = "too-large" if content is not None else "special-file"
        return Skipped(file.name, "read", reason)
    decoded = decode_text(content, file.name)
    if decoded.reason:
        return Skipped(file.name, "read", decoded.reason)
    return OutputText(file.name, decoded.content.decode("utf-8", "replace"))


def _rows(file: TrainingFile, text_field: str) -> Iterator[OutputText | Skipped]:
    names = (text_field,) if text_field else TEXT_FIELDS
    columns: tuple[str, ...] = ()
    if file.name.lower().endswith(_PARQUET):
        known = parquet_columns(file.path)
        column_names = (*names, _TOKENS, "labels", *_MASKS)
        columns = tuple(name for name in column_names if name in known)
        if not {*names, _TOKENS}.intersection(columns):
            raise UsageError(
                f"{file.path} has neither a text nor tokens",
                f"name the column of the text with --text-column: {', '.join(known[:30])}",
            )
    for piece in pieces(file.path):
        for number, row in enumerate(piece.rows(columns), start=piece.first + 1):
            name = f"{file.name}:{number}"
            if isinstance(row, str):
                yield Skipped(name, "read", row)
            else:
                yield _row(name, row, names)


def _row(name: str, row: Mapping[str, object], names: Sequence[str]) -> OutputText | Skipped:
    tokens = row.get(_TOKENS)
    if isinstance(tokens, list) and all(type(token) is int for token in tokens):
        in_loss = _in_loss(row, len(tokens))
        if in_loss is None:
            return Skipped(name, "read", "bad-row", "labels and input_ids differ in length")
        return OutputText(name, tokens=tokens, in_loss=in_loss)
    text = next((value for key in names if isinstance(value := row.get(key), str)), None)
    if text is None:
        return Skipped(name, "read", "bad-row", f"fields: {', '.join(sorted(row))[:200]}")
    return OutputText(name, text)


def _in_loss(row: Mapping[str, Any], count: int) -> tuple[bool, ...] | None:
    """The tokens that get loss; None where labels or masks do not fit the tokens."""
    flags = [True] * count
    columns = [("labels", _IGNORED), *((name, 0) for name in _MASKS)]
    for name, without in columns:
        values = row.get(name)
        if values is None:
            continue
        if not isinstance(values, list) or len(values) != count:
            return None
        flags = [flag and value != without for flag, value in zip(flags, values, strict=True)]
    return tuple(flags)
