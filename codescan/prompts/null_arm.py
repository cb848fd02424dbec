# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The null arm: the same strategies on text that the model cannot have seen."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.prompts.identifier_randomization import rewritten
from codescan.prompts.slicing import hashed
from codescan.records import Arm, Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.protocols import PromptStrategy, Source
    from codescan.records import Prompt, Skipped

__all__ = ["NullStrategy", "shuffled", "with_null_arm"]

_DOCUMENTS = 20_000
"""Documents of a null corpus that are looked at."""
_BYTES = 256 << 20


class NullStrategy:
    """A strategy that draws from a document that it has rewritten, or is given as it is.

    Prompts that take nothing from a document are none of a null arm: they are left out.

    Args:
        strategy: what draws.
        seed: of the fresh names; None draws from the document as it is.
    """

    def __init__(self, strategy: PromptStrategy, seed: int | None) -> None:
        self._strategy = strategy
        self._seed = seed
        self.name = strategy.name

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield the strategy's prompts, as those of the null arm."""
        null_document = document if self._seed is None else rewritten(document, self._seed)
        if null_document is None:
            return
        for prompt in self._strategy.prompts(null_document):
            if prompt.document_id:
                yield replace(prompt, id=f"null-{prompt.id}", arm=Arm.NULL, copies=0)


def with_null_arm(
    strategies: Sequence[PromptStrategy], documents: Iterable[Document]
) -> list[PromptStrategy]:
    """The strategies whose prompts take something from a document, judged by a few documents.

    The others have no null arm, so that each document of an index would be tried in vain.
    """
    looked_at = tuple(documents)
    return [
        strategy
        for strategy in strategies
        if all(
            prompt.document_id for document in looked_at for prompt in strategy.prompts(document)
        )
    ]


def shuffled(sources: Iterable[Source], seed: int) -> list[Document]:
    """Documents of a null corpus in an order that a hash decides; those of a large one in part.

    Of each content one document; at most the first 20,000 documents or 256 MiB are looked at.
    """
    heap: list[tuple[int, int, Document]] = []
    content_hashes: set[str] = set()
    size = 0
    documents: Iterable[Document | Skipped] = (
        item for source in sources for item in source.documents()
    )
    for number, item in enumerate(itertools.islice(documents, _DOCUMENTS)):
        if not isinstance(item, Document) or item.origin.sha256 in content_hashes:
            continue
        size += len(item.content)
        if size > _BYTES:
            break
        content_hashes.add(item.origin.sha256)
        heapq.heappush(heap, (hashed(seed, item.origin.sha256), number, item))
    return [heapq.heappop(heap)[2] for _ in range(len(heap))]
