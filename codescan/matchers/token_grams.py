# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sets of k-grams of tokens as 32-bit hashes: shipped data names texts without holding them."""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["packed_hashes"]

_BYTES = 4


def packed_hashes(ordered: Sequence[int]) -> bytes:
    """Ascending 32-bit hashes as bytes that compress well; `_native.GramSet.unpacked` reads them.

    Their differences have few upper bits, which are stored column by column.
    """
    steps = array("I", [after - before for before, after in pairwise([0, *ordered])]).tobytes()
    return b"".join(steps[column::_BYTES] for column in range(_BYTES))
