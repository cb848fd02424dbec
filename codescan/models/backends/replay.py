# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Backend `replay`: the logged completions of a tool or a service.

`codescan.logs` reads the log, in any format of docs/log-formats.md. Each exchange of the log gives
a prompt and its responses. The log is streamed in one pass and never held in memory as a whole.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import ModelError
from codescan.logs.read import LogEntry, read_log
from codescan.records import Completion, Prompt, Sampling, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader

__all__ = ["ReplayModel"]

_UNSAFE = re.compile(r"[^\w.:/+-]+")


class ReplayModel:
    """Return the completions of a log instead of calling a model. Satisfies `Model`.

    Args:
        path: the log.

    Attributes:
        name: "replay:" and the file's name; each completion holds the model name from the log.
        tokenizer: None; a log has text only.

    Raises:
        ModelError: the file does not exist.
    """

    tokenizer = None

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path).expanduser()
        self.name = f"replay:{self._path.name}"
        self._pass: Iterator[tuple[Prompt, LogEntry]] | None = None
        with self._open():
            pass

    @staticmethod
    def check(reference: str, **_options: object) -> None:
        """Check that the log is readable.

        Raises:
            ModelError: the log cannot be opened.
        """
        ReplayModel(reference)

    def prompts(self) -> Iterator[Prompt | Skipped]:
        """Yield the prompt of every exchange in order, and a Skipped for each unreadable part.

        Pass these prompts to `generate`. Their text is empty if the log has no prompt.

        Raises:
            ModelError: the log cannot be read.
        """
        empty = True
        for number, item in enumerate(read_log(self._path)):
            if isinstance(item, LogEntry):
                yield _prompt(number, item)
            elif empty and item.reason == "unreadable":
                raise ModelError(
                    f"{self._path} cannot be read: {item.detail}",
                    "see docs/log-formats.md for what is read",
                )
            else:
                yield Skipped(item.place, "elicit", item.reason, item.detail)
            empty = False

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield the logged completions of each prompt, in the order of the log.

        `sampling` is ignored, because the log's completions already exist. A prompt from elsewhere
        is yielded as Skipped.
        """
        del sampling
        prompt_ids = {prompt.id for prompt in prompts}
        for entry_prompt, entry in self._entries(prompt_ids):
            prompt_ids.discard(entry_prompt.id)
            for index, response in enumerate(entry.exchange.responses):
                yield Completion(
                    prompt_id=entry_prompt.id,
                    model=entry.exchange.model or self.name,
                    text=response.text,
                    index=index,
                    finish_reason=response.finish_reason,
                )
        for prompt in prompts:
            if prompt.id in prompt_ids:
                yield Skipped(prompt.id, "elicit", "not-in-log", self.name)

    def describe(self) -> dict[str, object]:
        """The log's name and digest."""
        with self._open() as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"backend": "replay", "name": self.name, "log_sha256": digest}

    def _entries(self, prompt_ids: set[str]) -> Iterator[tuple[Prompt, LogEntry]]:
        """The entries of these prompts.

        Callers request prompts in the order of the log, so each call continues the pass of the
        previous call. Earlier prompts need one more pass from the start.
        """
        missing = set(prompt_ids)
        for is_fresh in (False, True):
            if not missing:
                return
            if is_fresh or self._pass is None:
                self._pass = self._numbered()
            for prompt, entry in self._pass:
                if prompt.id in missing:
                    missing.discard(prompt.id)
                    yield prompt, entry
                    if not missing:
                        return
            self._pass = None

    def _numbered(self) -> Iterator[tuple[Prompt, LogEntry]]:
        for number, item in enumerate(read_log(self._path)):
            if isinstance(item, LogEntry):
                yield _prompt(number, item), item

    def _open(self) -> BufferedReader:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise ModelError(
                f"the log {self._path} cannot be read: {error.strerror or error}",
                "give a file of logged completions: --model replay:FILE",
            ) from error


def _prompt(number: int, entry: LogEntry) -> Prompt:
    """The prompt of an exchange; its id consists of the exchange's position and digest."""
    exchange = entry.exchange
    label = _UNSAFE.sub("_", exchange.label)[:64]
    texts = [exchange.prompt, *(response.text for response in exchange.responses)]
    digest = hashlib.sha256(
        "\0".join([str(number), *texts]).encode("utf-8", "surrogatepass")
    ).hexdigest()[:12]
    return Prompt(
        id=f"{label}@{number:x}-{digest}",
        text=exchange.prompt,
        strategy="replay",
        language=exchange.language,
        expected=exchange.expected,
        variant=entry.format,
        group=exchange.group,
    )
