# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads prompts that a user has written.

A file called *.jsonl or *.ndjson holds one JSON object a line:

    {"prompt": "...", "id": "...", "expected": "...", "suffix": "...", "language": "python"}

Only "prompt" is needed; other keys are ignored. Any other file is one prompt as it stands, in the
language that its name says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.errors import UsageError
from codescan.prompts.slicing import prompt_id
from codescan.records import Prompt
from codescan.records.json_decode import DecodingError, decode_json
from codescan.text.languages import by_tag, detect

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STRATEGY", "read_prompts"]

STRATEGY = "file"
"""The value of `Prompt.strategy` for these prompts."""

_MAX_BYTES = 16 << 20
"""Maximum bytes of one prompt with its row."""
_MAX_ID = 200
_HINT = 'one JSON object a line: {"prompt": "...", "expected": "...", "language": "python"}'


def read_prompts(path: Path | str) -> Iterator[Prompt]:
    """Yield the prompts of a file, in its order, row by row.

    Raises:
        UsageError: the file cannot be read, a row is not understood (the message says which line
            and why), two rows have one id, or there is no prompt at all.
    """
    path = Path(path)
    try:
        if path.suffix.lower() in {".jsonl", ".ndjson"}:
            yield from _rows(path)
        else:
            yield _single_prompt(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"the prompt file {path} cannot be read: {reason}", "check its path and permissions"
        ) from error


def _single_prompt(path: Path) -> Prompt:
    with path.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise UsageError(
            f"the prompt file {path} is larger than {_MAX_BYTES >> 20} MiB",
            "a file that is not called *.jsonl is one prompt",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the prompt file {path} is not UTF-8 text: {error.reason}", "save the file as UTF-8"
        ) from error
    if not text.strip():
        raise UsageError(f"the prompt file {path} is empty", "write a prompt into it")
    return Prompt(
        id=prompt_id(STRATEGY, "", text),
        text=text,
        strategy=STRATEGY,
        language=detect(path.name, data) or "prose",
    )


def _rows(path: Path) -> Iterator[Prompt]:
    lines_of: dict[str, int] = {}
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_MAX_BYTES + 1):
            number += 1
            where = f"{path}, line {number}"
            if len(line) > _MAX_BYTES:
                raise UsageError(f"{where}: longer than {_MAX_BYTES >> 20} MiB", _HINT)
            if not line.strip(b"\xef\xbb\xbf \t\r\n"):
                continue
            prompt = _row(line, where)
            if prompt.id in lines_of:
                raise UsageError(
                    f"{where}: the same prompt or id as in line {lines_of[prompt.id]}",
                    'give each row an "id" of its own, or leave out the copy',
                )
            lines_of[prompt.id] = number
            yield prompt
    if not lines_of:
        raise UsageError(f"the prompt file {path} is empty", _HINT)


class _Row(Struct, frozen=True):
    prompt: str | None = None
    suffix: str | None = None
    expected: str | None = None
    language: str | None = None
    id: str | int | None = None


def _row(line: bytes, where: str) -> Prompt:
    try:
        row = decode_json(line, _Row)
    except DecodingError as error:
        raise UsageError(f"{where}: {error}", _HINT) from error
    text, suffix = row.prompt or "", row.suffix or ""
    if not text and not suffix:
        raise UsageError(f'{where}: no "prompt"', _HINT)
    language = by_tag(row.language) if row.language else "prose"
    if language is None:
        raise UsageError(f"{where}: unknown language {row.language!r}", "for example python")
    stated_id = "" if row.id is None else str(row.id)
    if len(stated_id) > _MAX_ID or not stated_id.isprintable():
        raise UsageError(
            f'{where}: "id" is longer than {_MAX_ID} characters or not printable',
            "give a short name, or leave it out",
        )
    return Prompt(
        id=stated_id or prompt_id(STRATEGY, suffix, text),
        text=text,
        strategy=STRATEGY,
        language=language,
        expected=row.expected or "",
        suffix=suffix,
    )
