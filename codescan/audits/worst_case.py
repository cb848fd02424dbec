# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The worst-case frame: the informative passages that are likeliest to be extracted.

As in the extraction challenge for language models (Carlini et al. 2023) and in outside audits of
models that were reported to memorize nothing, a passage is:

- *well specified*: no file of the index goes on otherwise after the same text;
- *high information*: not boilerplate, which any model would guess;
- *frequent*: many files, such as versions of one package, hold it;
- of few independent families, as only such passages count as a copy.

The rate among them shows what an attacker can extract, not how often a user sees copies.
"""

from __future__ import annotations

import heapq
from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan._core import _native
from codescan.licenses.detect import is_license_text
from codescan.licenses.license_paths import is_license_path
from codescan.prompts.slicing import hashed
from codescan.records import Arm, Span
from codescan.records.licensing import WIDELY_COPIED_FAMILIES
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.index import Index
    from codescan.protocols import PromptStrategy
    from codescan.records import Document, Prompt

__all__ = ["MIN_BITS", "information", "well_specified", "worst_case"]

MIN_BITS = 60.0
"""Minimum information content of the continuation under the token statistics of the index; shorter
text can be guessed.
"""

_POOL = 20
"""Documents examined per prompt, most copies first."""
_LEAST_POOL = 200
_AGREE = 16
"""Tokens before a continuation that must be equal for a file to have another continuation."""
_FOLLOW = 8
"""Tokens after which two continuations count as equal."""


def worst_case(
    index: Index,
    strategies: Sequence[PromptStrategy],
    limit: int,
    seed: int = 0,
    *,
    documents: Iterable[Document] | None = None,
) -> Iterator[Prompt]:
    """Up to `limit` prompts, the same number per strategy, best first; deterministic.

    Prompts are drawn from packages in turn, so that one package of large tables does not give them
    all. Prompts without an expected continuation cannot be ranked and keep their order.

    Args:
        index: index whose statistics rank and compare continuations.
        strategies: at least one.
        limit: maximum number of prompts.
        seed: breaks ties between files with the same number of copies.
        documents: documents to draw from instead of the index, such as a null corpus.
    """
    pool = max(_LEAST_POOL, _POOL * limit)
    pool_documents = list(_pool(index, pool, seed) if documents is None else documents)[:pool]
    remaining = limit
    for place, strategy in enumerate(strategies):
        share = remaining // (len(strategies) - place)
        for prompt in _best(index, strategy, pool_documents, share):
            remaining -= 1
            yield prompt


def information(index: Index, text: str, language: str) -> float:
    """Information content of a text in bits, by the index; 0 for an unknown language."""
    tokens = _lexed(text, language)
    return float(index.scores(tokens, text.encode()).full[-1]) if tokens is not None else 0.0


def well_specified(index: Index, prompt: Prompt) -> bool:
    """Whether no file of the index continues the prompt's last 16 tokens differently.

    Files are found by the index's fingerprints. A file that shares fewer tokens with the prompt and
    continuation than the guarantee is missed.
    """
    tokens = _lexed(prompt.text + prompt.expected, prompt.language)
    if tokens is None:
        return False
    border = len(prompt.text.encode())
    ends = [end for _, end in tokens.spans().tolist()]
    before = sum(end <= border for end in ends)
    own_hashes = tokens.hashes().tolist()
    last_hashes = own_hashes[max(0, before - _AGREE) : before]
    for candidate in index.candidates(tokens, 0).ordered:
        start = candidate.content_token - candidate.query_token
        origin_hashes = index.tokens(candidate.content_id).hashes()[
            max(0, start + before - _AGREE) : start + before + _FOLLOW
        ].tolist()  # fmt: skip
        if origin_hashes[: len(last_hashes)] != last_hashes:
            continue
        follow = origin_hashes[len(last_hashes) :]
        if follow != own_hashes[before : before + len(follow)]:
            return False
    return True


def _pool(index: Index, size: int, seed: int) -> Iterator[Document]:
    """Documents of few families, those in most files first; one pass over the catalog."""

    def ranked() -> Iterator[tuple[int, int, int]]:
        for content in range(len(index)):
            documents = index.documents(content)
            families = {document.origin.package.family for document in documents}
            if not documents or len(families) >= WIDELY_COPIED_FAMILIES:
                continue
            if is_license_path(documents[0].origin.path):
                continue
            yield -len(documents), hashed(seed, documents[0].origin.sha256), content

    for _, _, content in heapq.nsmallest(size, ranked()):
        documents = index.documents(content)
        yield replace(
            documents[0], content=index.content(content), families=len(index.families(content))
        )


def _best(
    index: Index, strategy: PromptStrategy, documents: Sequence[Document], limit: int
) -> Iterator[Prompt]:
    rated: list[tuple[float, str, str, Prompt]] = []
    for document in documents:
        family = document.origin.package.family or document.origin.package.purl
        for prompt in strategy.prompts(document):
            bits = information(index, prompt.expected, prompt.language) if prompt.expected else 0.0
            if prompt.expected and (bits < MIN_BITS or _is_license(prompt.expected)):
                continue
            rated.append((-bits, family, prompt.id, prompt))
    rated.sort(key=lambda one: one[:3])
    turns: Counter[str] = Counter()
    ordered = []
    for bits, family, name, prompt in rated:
        ordered.append((turns[family], bits, name, prompt))
        turns[family] += 1
    ordered.sort(key=lambda one: one[:3])
    package_names: set[str] = set()
    for _, _, name, prompt in ordered:
        if len(package_names) >= limit:
            return
        if name in package_names:
            continue
        needs_check = prompt.arm is Arm.TARGET and bool(prompt.expected)
        if not needs_check or well_specified(index, prompt):
            package_names.add(name)
            yield prompt


def _is_license(text: str) -> bool:
    content = text.encode()
    return is_license_text(content, Span(0, len(content)))


def _lexed(text: str, language: str) -> _native.Tokens | None:
    spec = LANGUAGES.get(language)
    if spec is None:
        return None
    return _native.lex(text.encode("utf-8", "replace"), _native.LEXERS[spec.lexer])
