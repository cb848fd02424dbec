# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What counts as a near tie, by type and by model."""

import pytest

from codescan.models.scoring import tie_tolerance
from codescan.models.scoring.tie_tolerance import TieTolerance


def test_the_greater_bound_counts():
    import torch

    first = torch.tensor([0.1, 8.0, -8.0, 100.0])
    bound = TieTolerance(0.01, 0.5)
    for below, near in ((0.49, [True] * 4), (0.51, [False, False, False, True])):
        assert bound.near(first, first - below).tolist() == near
    assert TieTolerance(0.01).near(first, first - 0.05).tolist() == [False, True, True, True]
    assert not TieTolerance(0.0).near(first, first - 1e-3).any()
    infinite = torch.tensor([float("inf"), float("nan")])
    assert not TieTolerance(0.01).near(infinite, first[:2]).any()


@pytest.mark.parametrize("kind", ["float32", "bfloat16", "float16"])
def test_half_precision_goes_by_the_spread_of_the_models_logits(tiny, kind):
    import copy

    import torch

    model = copy.deepcopy(tiny._model).to(getattr(torch, kind))
    tolerance = tie_tolerance.of_model(model)
    assert tolerance.relative == tie_tolerance.of_dtype(getattr(torch, kind)).relative
    assert (tolerance.absolute > 0) == (kind != "float32")
    with torch.no_grad():
        model.get_output_embeddings().weight *= 4
    assert tie_tolerance.of_model(model).absolute == pytest.approx(4 * tolerance.absolute, rel=0.05)
