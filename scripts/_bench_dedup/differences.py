# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Why another program drops a document that codescan keeps: one class for each.

text-dedup compares sets of five words by MinHash, joins candidates without looking at the texts,
and filters documents of fewer than five words. The nearest other document by the exact Jaccard
index of these sets says which of this made it drop a document.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from _bench_dedup.planted import copied_share

from codescan._core import _native

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["classes_of"]

_WORDS = re.compile(r"\W")
_GRAM = 5
_JACCARD = 0.7
"""The threshold of text-dedup."""
_SHARE = 0.8


def classes_of(
    dropped: Iterable[str],
    texts: Mapping[str, tuple[str, bytes]],
    tokens: Mapping[str, int],
    kept_by_both: set[str],
) -> Counter[str]:
    """Count documents by the reason for which text-dedup alone drops them.

    Args:
        dropped: documents that it drops and codescan keeps.
        texts: path and content of every document.
        tokens: that codescan compares, of every document.
        kept_by_both: documents that neither program drops.
    """
    grams = {name: _grams(texts[name][1]) for name in dropped}
    holders: dict[int, list[str]] = defaultdict(list)
    for name, own in grams.items():
        for gram in own:
            holders[gram].append(name)
    nearest: dict[str, tuple[float, str]] = dict.fromkeys(grams, (0.0, ""))
    for other, (_path, content) in texts.items():
        other_grams = _grams(content)
        shared = Counter(name for gram in other_grams for name in holders.get(gram, ()))
        for name, count in shared.items():
            if name != other:
                index = count / (len(grams[name]) + len(other_grams) - count)
                nearest[name] = max(nearest[name], (index, other))
    return Counter(
        _class(name, nearest[name], texts, tokens[name], is_kept=nearest[name][1] in kept_by_both)
        for name in grams
    )


def _class(
    name: str,
    nearest: tuple[float, str],
    texts: Mapping[str, tuple[str, bytes]],
    tokens: int,
    *,
    is_kept: bool,
) -> str:
    path, content = texts[name]
    if len(_WORDS.split(content.decode("utf-8", "replace").lower())) < _GRAM:
        return "fewer than five words: filtered, whatever else is in the data"
    if tokens < _native.MIN_NEAR_TOKENS:
        return f"fewer than {_native.MIN_NEAR_TOKENS} tokens: codescan tells only equal ones"
    index, other = nearest
    if not other:
        return "no document shares five words with it"
    if index < _JACCARD:
        return f"its nearest document has a Jaccard index below {_JACCARD}: never verified"
    share = copied_share(path, content, texts[other][1])
    if share >= _SHARE:
        decision = "kept" if is_kept else "dropped as well"
        return f"at least {_SHARE} of the tokens in common with a document that is {decision}"
    return f"similar sets of words, but less than {_SHARE} of the tokens in common, in order"


def _grams(content: bytes) -> set[int]:
    """Hashes of the runs of five words, as text-dedup divides a text."""
    words = _WORDS.split(content.decode("utf-8", "replace").lower())
    return {hash(tuple(words[at : at + _GRAM])) for at in range(max(1, len(words) - _GRAM + 1))}
