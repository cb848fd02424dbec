# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Gather the first words of license names for `data/first_words.txt`.

They tell at once that a text names no license. To gather them takes longer than a small check.
"""

from __future__ import annotations

from codescan.licenses import spdx_list, text_normalization
from codescan.licenses.creative_commons import CREATIVE
from codescan.licenses.license_names import GNU_NAMES, NAMES
from codescan.licenses.official_names import name_key, official_names

__all__ = ["packed_words"]


def packed_words() -> bytes:
    """The data file: a sorted line of first words of names, and one of those that tell them apart.

    Of the latter "" is one: it stands for words that any name may have.
    """
    first = {name.partition(" ")[0] for name in (*NAMES, *GNU_NAMES, *official_names())}
    ids = map(text_normalization.plain, spdx_list.id_words())
    others = ("", "none", "noassertion", "licenseref", "documentref", *CREATIVE)
    telling = {
        name_key(name).partition(" ")[0] for name in (*NAMES, *official_names(), *ids, *others)
    }
    return "".join(f"{' '.join(sorted(words))}\n" for words in (first, telling)).encode()
