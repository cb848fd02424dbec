# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The expected effect of removal: the mean chance of a leak, by a measured curve.

The curve gives the chance that a model reproduces a text by the number of its copies in the
training set. The interval is that of the curve's own estimates (delta method); whether the curve
holds for another model or another kind of text, it cannot say.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from codescan.errors import ConfigError
from codescan.records.duplicates import ExpectedLeaks, LeakCurve
from codescan.records.json_decode import decode_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["expected_leaks", "read_leak_curve"]

_LARGEST = 1 << 20  # bytes
_NORMAL_95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""


def read_leak_curve(path: Path) -> LeakCurve:
    """Read a curve: JSON with intercept, slope, covariance (2 by 2) and source.

    Raises:
        ConfigError: it cannot be read, or is not a curve.
    """
    hint = 'it holds {"intercept": ..., "slope": ..., "covariance": [[..], [..]], "source": ...}'
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(
            f"the leak curve {path} cannot be read: {error.strerror}", "check the path"
        ) from error
    try:
        if len(text) > _LARGEST:
            raise ValueError("it is larger than 1 MiB")  # noqa: TRY301
        curve = decode_json(text, LeakCurve)
    except ValueError as error:
        raise ConfigError(f"{path} is not a leak curve: {error}", hint) from error
    (a, b), (c, d) = curve.covariance
    is_finite = all(map(math.isfinite, (curve.intercept, curve.slope, a, b, c, d)))
    if not is_finite or a < 0 or d < 0 or not math.isclose(b, c, abs_tol=1e-12) or b * b > a * d:
        raise ConfigError(f"{path} is not a leak curve: its covariance matrix is invalid", hint)
    return curve


def expected_leaks(curve: LeakCurve, histogram: Mapping[int, int]) -> ExpectedLeaks | None:
    """The mean chance of a leak of a file, before and after each is left once.

    Args:
        curve: as measured.
        histogram: number of different files by their number of copies.

    Returns:
        None where there is no file.
    """
    files = sum(histogram.values())
    if not files:
        return None
    before = gradient = slope_gradient = 0.0
    for copies, count in sorted(histogram.items()):
        chance = _chance(curve, copies)
        before += count * chance
        gradient += count * chance * (1 - chance)
        slope_gradient += count * chance * (1 - chance) * math.log(copies)
    once = _chance(curve, 1)
    before /= files
    # d change / d intercept and / d slope; ln(1) = 0 for the files after removal.
    change_gradient = once * (1 - once) - gradient / files
    change_slope = -slope_gradient / files
    (a, b), (_, d) = curve.covariance
    variance = change_gradient**2 * a + 2 * change_gradient * change_slope * b + change_slope**2 * d
    change = once - before
    half = _NORMAL_95 * math.sqrt(max(0.0, variance))
    return ExpectedLeaks(files, before, once, change, change - half, change + half, curve.source)


def _chance(curve: LeakCurve, copies: int) -> float:
    exponent = curve.intercept + curve.slope * math.log(copies)
    if exponent >= 0:
        return 1 / (1 + math.exp(-exponent))
    odds = math.exp(max(exponent, -700.0))
    return odds / (1 + odds)
