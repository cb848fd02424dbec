# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Backend `replay`: completions that a coding assistant has logged, one JSON object a line.

A row holds the completion and, as far as the log knows them, the prompt and a name:

    {"completion": "...", "prompt": "...", "id": "...", "language": "python", "path": "a.py",
     "model": "..."}

In place of "completion": "response", "text", "output", "answer"; or the body of an
OpenAI-compatible answer ("choices"), at the top or under "response"; or "messages", whose last
assistant message is the completion. In place of "prompt": "request", "messages", "input".
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import ModelError
from codescan.models.http.responses import Answer, answers_of, prompt_of
from codescan.records import Completion, Prompt, Sampling, Skipped
from codescan.text.languages import by_tag, detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from io import BufferedReader

__all__ = ["LONGEST_LINE", "ReplayModel"]

LONGEST_LINE = 32 << 20
"""Bytes of the longest row that is read; longer ones are skipped."""

_ID = re.compile(r".*@(?P<offset>[0-9a-f]{1,16})-(?P<digest>[0-9a-f]{12})", re.DOTALL)
_UNSAFE = re.compile(r"[^\w.:/+-]+")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that was read and understood."""

    prompt: Prompt
    answers: tuple[Answer, ...]
    model: str


class ReplayModel:
    """Gives the completions of a log instead of asking a model. Satisfies `Model`.

    The file is read row by row and never held whole: a prompt's id carries the place of its row.

    Args:
        path: a file in JSON Lines, UTF-8.

    Attributes:
        name: "replay:" and the file's name; a row's own "model" is what its completions carry.
        tokenizer: None; a log has text only.

    Raises:
        ModelError: there is no such file, or it is not text.
    """

    tokenizer = None

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path).expanduser()
        self.name = f"replay:{self._path.name}"
        with self._open() as stream:
            head = stream.read(4096)
        if b"\0" in head or head.startswith(b"\x1f\x8b"):
            raise ModelError(
                f"{self._path} is not a text file", "unpack it first: one JSON object a line"
            )

    def prompts(self) -> Iterator[Prompt | Skipped]:
        """Yield the prompt of every row in order; a row that cannot be used as Skipped.

        The prompts are those to hand to `generate`. Their text is empty where the log has none.

        Raises:
            ModelError: the file holds no row at all.
        """
        empty = True
        with self._open() as stream:
            for number, offset, line in _lines(stream):
                empty = False
                row = _read(number, offset, line)
                yield row if isinstance(row, Skipped) else row.prompt
        if empty:
            raise ModelError(f"{self._path} holds no rows", "one JSON object a line is expected")

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield the logged completions of each prompt, in order.

        `sampling` is not used: what was logged was sampled by others. A prompt that is not of
        this log is yielded as Skipped.
        """
        del sampling
        with self._open() as stream:
            for prompt in prompts:
                row = self._row_of(stream, prompt.id)
                if row is None:
                    yield Skipped(prompt.id, "elicit", "not-in-log", self.name)
                    continue
                for index, answer in enumerate(row.answers):
                    yield Completion(
                        prompt_id=prompt.id,
                        model=row.model or self.name,
                        text=answer.text,
                        index=index,
                        finish_reason=answer.finish_reason,
                    )

    def describe(self) -> dict[str, object]:
        """The log's name and digest."""
        with self._open() as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"backend": "replay", "name": self.name, "log_sha256": digest}

    def _open(self) -> BufferedReader:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise ModelError(
                f"the log {self._path} cannot be read: {error.strerror or error}",
                "give a file of logged completions: --model replay:FILE",
            ) from error

    @staticmethod
    def _row_of(stream: BufferedReader, prompt_id: str) -> _Row | None:
        place = _ID.fullmatch(prompt_id)
        if place is None:
            return None
        offset = int(place["offset"], 16)
        if offset >= os.fstat(stream.fileno()).st_size:
            return None
        stream.seek(offset)
        row = _read(0, offset, stream.readline(LONGEST_LINE + 1))
        same = isinstance(row, _Row) and row.prompt.id.endswith(f"-{place['digest']}")
        return row if same and isinstance(row, _Row) else None


def _lines(stream: BufferedReader) -> Iterator[tuple[int, int, bytes]]:
    """(number, byte offset, text) of every line that is not blank; long ones are cut off."""
    number = offset = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number, start = number + 1, offset
        offset += len(line)
        tail = line
        while not tail.endswith(b"\n") and len(tail) > LONGEST_LINE:  # skip the rest of the line
            tail = stream.readline(LONGEST_LINE + 1)
            offset += len(tail)
            if not tail:
                break
        if line.strip():
            yield number, start, line


def _read(number: int, offset: int, line: bytes) -> _Row | Skipped:
    where = f"line {number}"
    if len(line) > LONGEST_LINE:
        return Skipped(where, "elicit", "too-large", f"over {LONGEST_LINE >> 20} MiB")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Skipped(where, "elicit", "undecodable", f"not UTF-8: {error.reason}")
    except (ValueError, RecursionError) as error:
        return Skipped(where, "elicit", "not-json", str(error)[:200])
    if not isinstance(row, dict):
        return Skipped(where, "elicit", "bad-row", f"{type(row).__name__}, not an object")
    answers = answers_of(row)
    if not answers:
        return Skipped(where, "elicit", "no-completion", f"keys: {', '.join(map(str, row))[:200]}")
    given = row.get("id")
    label = _UNSAFE.sub("_", str(given))[:64] if isinstance(given, (str, int)) else "row"
    digest = hashlib.sha256(offset.to_bytes(8, "big") + line.strip()).hexdigest()[:12]
    prompt = Prompt(
        id=f"{label}@{offset:x}-{digest}",
        text=prompt_of(row),
        strategy="replay",
        language=_language(row),
    )
    model = row.get("model")
    return _Row(prompt, answers, model if isinstance(model, str) else "")


def _language(row: Mapping[str, object]) -> str:
    """The row's language, by its own word or its file's name; "prose" when it says nothing."""
    word, path = row.get("language"), row.get("path")
    found = by_tag(word) if isinstance(word, str) else None
    if found is None and isinstance(path, str):
        found = detect(path)
    return found or "prose"
