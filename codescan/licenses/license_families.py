# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The ids of an ambiguous license name such as "BSD license"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["is_of_family"]

_FAMILIES = {
    "bsd": ("BSD-", "0BSD"), "apache": ("Apache-",),
    "asl": ("Apache-",), "artistic": ("Artistic-",),
    "mpl": ("MPL-",), "mozilla": ("MPL-",), "epl": ("EPL-",), "eclipse": ("EPL-",), "cc": ("CC-",),
    "creative": ("CC-",), "zpl": ("ZPL-",), "zope": ("ZPL-",),
    "python": ("PSF-", "Python-", "CNRI-"),
    "eupl": ("EUPL-",), "european": ("EUPL-",), "elastic": ("Elastic-",), "afl": ("AFL-",),
    "academic": ("AFL-",), "ofl": ("OFL-",), "cecill": ("CECILL-",), "mit": ("MIT",),
    "bsl": ("BSL-", "BUSL-"), "busl": ("BUSL-",), "business": ("BUSL-",), "unicode": ("Unicode-",),
}  # fmt: skip


def is_of_family(name: str, ids: Collection[str]) -> bool:
    """Whether all ids belong to the family at the start of a name; false without ids.

    Args:
        name: the name as written, for example "the BSD license".
        ids: licenses of the SPDX list.
    """
    first = re.split(r"[^a-z]", name.lower().removeprefix("the "))[0]
    family = _FAMILIES.get(first, ())
    return bool(family and ids) and all(each.startswith(family) for each in ids)
