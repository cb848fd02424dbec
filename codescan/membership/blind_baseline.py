# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A classifier that never sees the model: a classifier of the two sets by text alone.

Members and non-members of many published sets differ by date, topic or length, and a bag of words
tells them apart (Das et al. 2024, arXiv 2406.16201). Then no score of a model shows memory. The
baseline is fitted on half of the groups of texts and scores the other half. Cross-validation would
score all of them, but its folds share their texts, and no interval allows for that.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.errors import MissingExtraError
from codescan.prompts.slicing import hashed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEAST_GROUPS", "blind_scores", "require_classifier", "second_half"]

LEAST_GROUPS = 5
"""Groups of each set in each half below which nothing is fitted."""
_FEATURES = 1 << 14
_SHAPE_WEIGHT = 0.3
"""Of length and shape beside words, whose rows have length 1."""
_STRENGTH = 10.0
"""Inverse of the penalty."""
_LONGEST = 20_000
"""Characters of a text that are looked at."""


def require_classifier() -> None:
    """Check that the libraries of membership tests are installed.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    if find_spec("sklearn") is None:
        raise MissingExtraError("measuring membership with a blind baseline", "membership")


def blind_scores(
    texts: Sequence[str], is_member: Sequence[bool], groups: Sequence[int], seed: int = 0
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A score of half of the texts by a classifier of words, word pairs, length and shape.

    Args:
        texts: of both sets.
        is_member: [texts].
        groups: [texts], a number for each group of dependent texts; a group lies in one half.
        seed: of the division into halves.

    Returns:
        [texts], log-odds of membership; NaN for the half that it was fitted on, and everywhere
        where a half has fewer than `LEAST_GROUPS` groups of either set.
    """
    labels, numbers = np.asarray(is_member, dtype=bool), np.asarray(groups)
    scores = np.full(len(labels), math.nan)
    is_scored = second_half(numbers, labels, seed)
    sizes = [
        len(set(numbers[(labels == side) & (is_scored == half)].tolist()))
        for side in (True, False)
        for half in (True, False)
    ]
    if min(sizes) < LEAST_GROUPS:
        return scores
    heads = [text[:_LONGEST] for text in texts]
    fitted = [head for head, scored in zip(heads, is_scored, strict=True) if not scored]
    held_out = [head for head, scored in zip(heads, is_scored, strict=True) if scored]
    features = _features()
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=500)
    with threadpool_limits(1):  # threads cost more than such small fits give
        model.fit(features.fit_transform(fitted), labels[~is_scored])
        scores[is_scored] = model.decision_function(features.transform(held_out))
    return scores


def second_half(groups: Any, is_member: Any, seed: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The texts that are scored rather than fitted: every second group of each set, hashed."""
    chosen: set[int] = set()
    for side in (True, False):
        own = sorted(set(groups[is_member == side].tolist()), key=lambda g: hashed(seed, g))
        chosen.update(own[1::2])
    return np.isin(groups, sorted(chosen))


def _features() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.pipeline import FeatureUnion, make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    words = HashingVectorizer(
        n_features=_FEATURES,
        ngram_range=(1, 2),
        token_pattern=r"\w+|[^\w\s]",  # noqa: S106 - a pattern of tokens, not a secret
        lowercase=False,
        alternate_sign=False,
    )
    shapes = make_pipeline(FunctionTransformer(_shapes), StandardScaler())
    return FeatureUnion(
        [("words", words), ("shape", shapes)], transformer_weights={"shape": _SHAPE_WEIGHT}
    )


def _shapes(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([_shape(text) for text in texts], dtype=float)


def _shape(text: str) -> tuple[float, ...]:
    """Length, lines, and shares of kinds of characters."""
    size = max(1, len(text))
    lines = text.count("\n") + 1
    return (
        math.log(size),
        math.log(lines),
        size / lines,
        sum(map(str.isspace, text)) / size,
        sum(map(str.isupper, text)) / size,
        sum(map(str.isdigit, text)) / size,
        len(text.encode("utf-8", "replace")) / size,
    )
