# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Types of values in a JSON report, beside those of records: to decode one, and for its schema."""

from __future__ import annotations

import msgspec

__all__ = ["LICENSES_SEEN", "LicenseSeen"]


class LicenseSeen(msgspec.Struct):
    """A license of some of the families that hold a passage."""

    expression: str
    families: int


LICENSES_SEEN = tuple[LicenseSeen, ...]
