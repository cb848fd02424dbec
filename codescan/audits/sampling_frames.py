# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sampling frames: which files of an index an audit draws its prompts from.

One model emitted no copy for uniformly drawn prompts, but 8 % of passages chosen as frequent and
hard to guess. A rate therefore means little without its frame. Frames are drawn and counted
separately, and every figure names its frame. Only `uniform` and `copies` estimate a share of the
corpus; `worst-case` does not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.audits.worst_case import worst_case
from codescan.errors import UsageError
from codescan.prompts.null_arm import NullStrategy, with_null_arm
from codescan.prompts.sampler import draw
from codescan.records.enums import FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.index import Index
    from codescan.protocols import PromptStrategy
    from codescan.records import Document, Prompt

__all__ = [
    "CORPUS_FRAMES",
    "GIVEN",
    "WORST_CASE",
    "Drawing",
    "allotted",
    "copies_bin",
    "frame_of",
]

PACKAGES, UNIFORM, COPIES, WORST_CASE = FRAMES
CORPUS_FRAMES = frozenset({UNIFORM, COPIES})
"""Frames whose prompts are a random sample of the text of the corpus."""

GIVEN = "given"
"""Frame of prompts that were read from a file instead of drawn."""

_LOOKED_AT = 4
"""Documents kept per prompt of a stratum, because not every document gives a prompt."""
_MAX_DOCUMENT_BYTES = 256 << 20


def frame_of(prompt: Prompt) -> str:
    """The frame of a prompt, or `GIVEN`."""
    return prompt.frame or GIVEN


def copies_bin(copies: int) -> str:
    """Range of copies by powers of two: "1", "2 to 3", "4 to 7", ...; "" if unknown."""
    if copies <= 1:
        return str(copies or "")
    low = 1 << (copies.bit_length() - 1)
    return f"{low} to {2 * low - 1}"


def allotted(population: Mapping[str, int], limit: int) -> dict[str, int]:
    """Number of prompts for each stratum: equal shares, limited by the documents of the stratum.

    Args:
        population: documents by stratum.
        limit: total number of prompts.
    """
    quotas = dict.fromkeys(population, 0)
    remaining = limit
    open_ = sorted(population, key=lambda name: (population[name], name))
    for place, name in enumerate(open_):
        quotas[name] = min(population[name], remaining // (len(open_) - place))
        remaining -= quotas[name]
    return quotas


@dataclass(slots=True)
class _Yield:
    """Prompts of the sampled documents of one stratum."""

    sampled: set[str] = field(default_factory=set)
    yielded: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Number of prompts that fit side by side in a document, by document id."""

    def files(self, population: int) -> float:
        """Estimated number of files that give a prompt."""
        return population * len(self.yielded) / len(self.sampled)

    def prompts(self, population: int, strategies: int) -> int:
        """Upper bound on the prompts of all files."""
        each = sum(self.yielded.values()) / max(1, len(self.yielded))
        return math.ceil(population * max(1.0, each) * strategies)


@dataclass(slots=True)
class _CountedStrategy:
    """A strategy that counts its documents and those that give prompts."""

    strategy: PromptStrategy
    yields: _Yield
    name: str = ""

    def __post_init__(self) -> None:
        self.name = self.strategy.name

    def prompts(self, document: Document) -> Iterator[Prompt]:
        self.yields.sampled.add(document.id)
        for prompt in self.strategy.prompts(document):
            stretch = len((prompt.text + prompt.expected).encode("utf-8", "replace"))
            fitting = len(document.content) / max(1, stretch)
            self.yields.yielded[document.id] += max(1.0, fitting)
            yield prompt


@dataclass(slots=True)
class Drawing:
    """Draws the prompts of frames, target and null arm, from one index."""

    index: Index
    strategies: Sequence[PromptStrategy]
    seed: int = 0
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Estimated number of files that give a prompt, by frame and stratum; filled by drawing."""
    population: dict[str, dict[str, int]] = field(default_factory=dict)
    """Upper bound on the prompts of the frame, by frame and stratum; filled by drawing."""
    training_copies: Mapping[str, int] | None = None
    """Copies of each content in the training data, by SHA-256; None counts families instead."""
    family_sizes: Counter[str] | None = None
    """Number of files of each family; counted when a file of several families is drawn."""
    comparable: Sequence[PromptStrategy] = field(init=False)
    """Strategies that also work on text that the model cannot have seen."""

    def __post_init__(self) -> None:
        self.comparable = with_null_arm(self.strategies, self.index.sample(1, self.seed))

    def target(self, frame: str, limit: int) -> Iterator[Prompt]:
        """Up to `limit` prompts of one frame; lazy if the frame allows it, deterministic."""
        yield from self._named(frame, self._prompts_of(frame, self.strategies, limit, target=True))

    def null(
        self, frame: str, limit: int, corpus: Iterable[Document] | None = None
    ) -> Iterator[Prompt]:
        """The null arm of a frame: the same selection on text that the model cannot have seen.

        Args:
            frame: the frame of the target arm.
            limit: maximum number of prompts.
            corpus: documents that the model cannot have seen; None uses documents of the index with
                new identifiers. The null arm has no strata.
        """
        if corpus is None:
            unseen = [NullStrategy(strategy, self.seed) for strategy in self.comparable]
            yield from self._named(frame, self._prompts_of(frame, unseen, limit, target=False))
            return
        unchanged = [NullStrategy(strategy, None) for strategy in self.comparable]
        if frame == WORST_CASE:
            null_prompts = worst_case(self.index, unchanged, limit, self.seed, documents=corpus)
        else:
            null_prompts = draw(corpus, unchanged, limit, self.seed, evenly=frame == PACKAGES)
        yield from self._named(frame, null_prompts)

    def _prompts_of(
        self, frame: str, strategies: Sequence[PromptStrategy], limit: int, *, target: bool
    ) -> Iterator[Prompt]:
        if frame == WORST_CASE:
            return worst_case(self.index, strategies, limit, self.seed)
        if frame == COPIES:
            return self._stratified(strategies, limit, target=target)
        documents = self.index.sample(len(self.index), self.seed)
        if frame == UNIFORM:
            return self._uniform(documents, strategies, limit, target=target)
        return draw(documents, strategies, limit, self.seed)

    def _uniform(
        self,
        documents: Iterable[Document],
        strategies: Sequence[PromptStrategy],
        limit: int,
        *,
        target: bool,
    ) -> Iterator[Prompt]:
        """Prompts of random files, and an estimate of their total number."""
        yields = _Yield()
        watched = [_CountedStrategy(strategy, yields) for strategy in strategies]
        yield from draw(documents, watched, limit, self.seed, evenly=False)
        self._note(UNIFORM, "", len(self.index), yields, target=target)

    def _stratified(
        self, strategies: Sequence[PromptStrategy], limit: int, *, target: bool
    ) -> Iterator[Prompt]:
        """The same number of prompts from each range of copies, and the weight of each range."""
        index = self.index
        population = Counter(copies_bin(self._copies(n)) for n in range(len(index)))
        quotas = allotted(population, limit)
        first_documents = _first_of_each(
            self._with_copies(index.sample(len(index), self.seed)),
            {name: min(population[name], _LOOKED_AT * quota) for name, quota in quotas.items()},
        )
        for name in sorted(first_documents, key=lambda name: (len(name), name)):
            yields = _Yield()
            watched = [_CountedStrategy(strategy, yields) for strategy in strategies]
            for prompt in draw(
                first_documents[name], watched, quotas[name], self.seed, evenly=False
            ):
                yield replace(prompt, stratum=name)
            self._note(COPIES, name, population[name], yields, target=target)

    def _copies(self, content_id: int) -> int:
        """Number of copies of a content: files of the training data, or families with it.

        Raises:
            UsageError: the training data does not hold it.
        """
        if self.training_copies is None:
            return len(self.index.families(content_id))
        sha256 = self.index.documents(content_id)[0].origin.sha256
        copies = self.training_copies.get(sha256)
        if copies is None:
            raise UsageError(
                f"the index {self.index.manifest.name} holds files that the training data lacks",
                "the data has changed since it was indexed: remove that index, or give another "
                "folder",
            )
        return copies

    def _with_copies(self, documents: Iterable[Document]) -> Iterator[Document]:
        counts = self.training_copies
        for document in documents:
            if counts is None:
                yield document
            else:
                yield replace(document, families=counts.get(document.origin.sha256, 0))

    def _note(self, frame: str, stratum: str, files: int, yields: _Yield, *, target: bool) -> None:
        if target and yields.sampled:
            self.weights.setdefault(frame, {})[stratum] = yields.files(files)
            prompts = yields.prompts(files, len(self.strategies))
            self.population.setdefault(frame, {})[stratum] = prompts

    def _named(self, frame: str, prompts: Iterable[Prompt]) -> Iterator[Prompt]:
        """The prompts with the name of their frame and the family of their file.

        A prompt that two frames draw counts in each of them.
        """
        for prompt in prompts:
            name = prompt.id if frame == PACKAGES else f"{frame}-{prompt.id}"
            group = prompt.group or self._family(prompt.document_id)
            yield replace(prompt, id=name, frame=frame, group=group)

    def _family(self, document_id: str) -> str:
        """The family of a file; if there are several, the one with the fewest files.

        This is more likely the project itself than a project that bundles many others.
        """
        purl, _, path = document_id.partition("#")
        content = self.index.content_at(purl, path) if purl else None
        families = self.index.families(content) if content is not None else ()
        if len(families) <= 1:
            return next(iter(families), "")
        sizes = self.family_sizes
        if sizes is None:
            index = self.index
            sizes = Counter(name for n in range(len(index)) for name in index.families(n))
            self.family_sizes = sizes
        return min(families, key=lambda name: (sizes[name], name))


def _first_of_each(
    documents: Iterable[Document], counts: Mapping[str, int]
) -> dict[str, list[Document]]:
    """The first documents of each stratum, up to the requested number or the memory limit."""
    by_frame: dict[str, list[Document]] = {name: [] for name, count in counts.items() if count}
    missing = sum(counts.values())
    size = 0
    for document in documents:
        if missing <= 0 or size > _MAX_DOCUMENT_BYTES:
            break
        name = copies_bin(document.families)
        if name in by_frame and len(by_frame[name]) < counts[name]:
            by_frame[name].append(document)
            missing -= 1
            size += len(document.content)
    return by_frame
