# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Gather the first words of license names for `data/first_words.txt`.

They tell at once that a text names no license. To gather them takes longer than a small check.
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

    The first words of names; those that tell them apart, of which "" stands for words that any
    name may have; the one or two words that names start with, `LOOSE_WORDS` left out.
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
