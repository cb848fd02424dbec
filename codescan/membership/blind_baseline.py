# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A classifier that never sees the model: what the two sets' texts alone give away.

Members and non-members of many published sets differ by date, topic or length, and a bag of words
tells them apart (Das et al. 2024, arXiv 2406.16201). Then no score of a model shows memory. The
baseline is fitted on some groups of texts and scores the others.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["blind_scores", "cross_fitted", "require_classifier"]

_FOLDS = 5
_FEATURES = 1 << 14
_SHAPE_WEIGHT = 0.3
"""Of length and shape beside words, whose rows have length 1."""
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
    """A score of each text by a classifier of words, word pairs, length and shape.

    Returns:
        [texts], each from a fit without the text's group; NaN where there are too few groups.
    """
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
    union = FeatureUnion(
        [("words", words), ("shape", shapes)], transformer_weights={"shape": _SHAPE_WEIGHT}
    )
    features = union.fit_transform([text[:_LONGEST] for text in texts])
    return cross_fitted(features, is_member, groups, seed=seed, strength=10.0)


def cross_fitted(
    features: Any,
    is_member: Sequence[bool],
    groups: Sequence[int],
    *,
    seed: int = 0,
    strength: float = 1.0,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Log-odds of membership by logistic regression, each from a fit without the text's group.

    Args:
        features: [texts, features], an array or a sparse matrix.
        is_member: [texts].
        groups: [texts], a number for each group of dependent texts.
        seed: of the division into folds.
        strength: inverse of the penalty.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from threadpoolctl import threadpool_limits

    labels, numbers = np.asarray(is_member, dtype=int), np.asarray(groups)
    scores = np.full(len(labels), math.nan)
    smallest = min(len(set(numbers[labels == label].tolist())) for label in (0, 1))
    folds = min(_FOLDS, smallest)
    if folds < 2:  # noqa: PLR2004 - one to fit, one to score
        return scores
    divided = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for fitted, held_out in divided.split(features, labels, numbers):
        if len(set(labels[fitted].tolist())) < 2:  # noqa: PLR2004 - two classes
            continue
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=500)
        with threadpool_limits(1):  # threads cost more than such small fits give
            model.fit(features[fitted], labels[fitted])
        scores[held_out] = model.decision_function(features[held_out])
    return scores


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
