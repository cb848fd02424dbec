# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Collect the first words of license names for `data/first_words.txt`.

They allow a fast check that a text names no license. Computing them takes longer than a small scan.
"""

from __future__ import annotations

from codescan.licenses import spdx_list, text_normalization
from codescan.licenses.creative_commons import CREATIVE
from codescan.licenses.gnu_names import GNU_NAMES
from codescan.licenses.license_names import NAMES
from codescan.licenses.official_names import key_words, name_key, official_names

__all__ = ["packed_words"]


def packed_words() -> bytes:
    """The data file: three sorted lines of words, the third with "_" between two words.

    The lines are: the first words of names; the distinctive words, where "" means words that any
    name may have; the first one or two words of names without `LOOSE_WORDS`.
    """
    first = {name.partition(" ")[0] for name in (*NAMES, *GNU_NAMES, *official_names())}
    ids = [text_normalization.plain(word) for word in spdx_list.id_words()]
    others = ("", "none", "noassertion", "licenseref", "documentref", *CREATIVE)
    telling = {
        name_key(name).partition(" ")[0] for name in (*NAMES, *official_names(), *ids, *others)
    }
    keys = map(key_words, map(str.split, (*NAMES, *GNU_NAMES, *official_names(), *ids, *others)))
    starts = {"_".join(key[:2]) for key in keys if key}
    return "".join(f"{' '.join(sorted(words))}\n" for words in (first, telling, starts)).encode()
