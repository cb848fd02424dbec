# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The interfaces of codescan's plug-ins.

An implementation is one class in one file, named in `registry.py` (or by an entry point) and
tested by `tests/contracts/`. Protocols are structural: an implementation need not inherit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.records import (
        Completion,
        Document,
        Match,
        Prompt,
        Report,
        Sampling,
        Score,
        Skipped,
        Snippet,
        Suppressed,
    )

__all__ = [
    "Catalogue",
    "Matcher",
    "Model",
    "PromptStrategy",
    "Reporter",
    "Scorer",
    "Source",
    "Tokenizer",
]


@runtime_checkable
class Source(Protocol):
    """Reads a corpus."""

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield every file as a Document, or as Skipped with the reason.

        Documents are read lazily, in a deterministic order. A bad item is yielded as Skipped, not
        raised; `SourceError` means that nothing can be read. Code of the corpus is never run.
        """
        ...

    def parts(self) -> Iterator[Source]:
        """Yield independent, picklable sources that together hold the same documents.

        A part is the unit of parallel work: a package, an archive, a slice of a dataset. A source
        that cannot be divided yields itself.
        """
        ...


@runtime_checkable
class Tokenizer(Protocol):
    """The tokenizer of a model."""

    def encode(self, text: str) -> list[int]:
        """Model tokens of `text`, without added special tokens."""
        ...

    def decode(self, tokens: Sequence[int]) -> str:
        """Text of model tokens."""
        ...


@runtime_checkable
class PromptStrategy(Protocol):
    """Draws prompts from a document."""

    name: str

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield prompts drawn from `document`; pure and deterministic, possibly none."""
        ...


@runtime_checkable
class Model(Protocol):
    """Continues prompts."""

    name: str
    tokenizer: Tokenizer | None
    """None if the backend does not expose its tokens."""

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield `sampling.count` completions for each prompt, as soon as they are ready.

        Order may differ from that of `prompts`. A prompt that fails is yielded as Skipped
        (item = prompt id, stage "elicit"); `ModelError` means that the model cannot go on.
        """
        ...

    def describe(self) -> dict[str, object]:
        """Everything that identifies the model: name, revision or file hash, dtype, device."""
        ...


@runtime_checkable
class Scorer(Protocol):
    """Scores true continuations; separate from Model because most services cannot do it."""

    def score(self, prompts: Sequence[Prompt]) -> Iterator[Score | Skipped]:
        """Yield a Score for each prompt that has an `expected` text."""
        ...


@runtime_checkable
class Matcher(Protocol):
    """Finds passages of a snippet in an index."""

    name: str

    def match(self, snippet: Snippet) -> Iterator[Match | Suppressed]:
        """Yield every verified match of `snippet`; spans are valid in both texts. Pure.

        A shared run that is deliberately not a match is yielded as Suppressed with the reason.
        """
        ...


@runtime_checkable
class Catalogue(Protocol):
    """Looks up the origins and texts of contents; `codescan.index.Index` is one."""

    def documents(self, content_id: int) -> tuple[Document, ...]:
        """Every file that has this content, without text, ordered by package URL and path."""
        ...

    def content(self, content_id: int) -> bytes:
        """The text of a content, byte for byte as indexed."""
        ...


@runtime_checkable
class Reporter(Protocol):
    """Renders a report."""

    name: str
    media_type: str
    suffix: str
    """File name extension with its dot, for example ".html"."""

    def render(self, report: Report) -> str | bytes:
        """The report in this format; bytes if the format is binary.

        Pure: the same report gives the same output, without clock or network.
        """
        ...
