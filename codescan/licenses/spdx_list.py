# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The SPDX license list that ships with codescan: ids, ScanCode categories, texts.

Built by `scripts/make_license_data`; `data/README.md` names sources, dates and licenses.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
import zstandard

from codescan.packaged_data import packaged_data

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PUBLIC_DOMAIN",
    "canonical_id",
    "data",
    "former_id",
    "id_words",
    "is_exception",
    "license_text",
    "scancode_categories",
    "text_ids",
]

PUBLIC_DOMAIN = "LicenseRef-scancode-public-domain"
"""The id of a plain dedication to the public domain, for which the SPDX list has no id."""


def data(name: str) -> bytes:
    """The raw bytes of a file of `codescan/licenses/data`, decompressed if it ends in ".zst"."""
    raw = packaged_data("codescan.licenses", f"data/{name}")
    return zstandard.ZstdDecompressor().decompress(raw) if name.endswith(".zst") else raw


@cache
def _lines() -> tuple[tuple[str, ...], ...]:
    lines = data("categories.tsv").decode("utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines)


@cache
def _rows() -> Mapping[str, tuple[str, bool]]:
    kinds = {"license": False, "exception": True}
    return {key: (category, kinds[kind]) for key, category, kind in _lines() if kind in kinds}


@cache
def _folded() -> Mapping[str, str]:
    return {key.lower(): key for key in _rows()}


@cache
def _former() -> Mapping[str, tuple[str, bool]]:
    kinds = {"former license": False, "former exception": True}
    return {key.lower(): (now, kinds[kind]) for key, now, kind in _lines() if kind in kinds}


def canonical_id(identifier: str) -> str | None:
    """The id in the spelling of the SPDX list, for any letter case; None if it is not on the list.

    Deprecated ids such as "GPL-2.0+" do not count: see `former_id`.
    """
    return _folded().get(identifier.lower())


def former_id(identifier: str) -> str | None:
    """The current id for a former id of the list, in any letter case; None for others."""
    row = _former().get(identifier.lower())
    return row[0] if row is not None else None


@cache
def id_words() -> frozenset[str]:
    """The words of current and former ids, in lower case; nearly every id is one word."""
    return frozenset(word for key in (*_folded(), *_former()) for word in key.split())


def is_exception(identifier: str) -> bool:
    """Whether a current or former id is an exception, which is valid only after WITH."""
    row = _rows().get(canonical_id(identifier) or "") or _former().get(identifier.lower())
    return row is not None and row[1]


@cache
def scancode_categories() -> Mapping[str, str]:
    """ScanCode's category of each id of the SPDX list, for example "Copyleft Limited"."""
    return {key: category for key, (category, _) in _rows().items()}


@cache
def _texts() -> Mapping[str, str]:
    texts: dict[str, str] = msgspec.json.decode(data("texts.json.zst"), type=dict[str, str])
    return texts


def text_ids() -> tuple[str, ...]:
    """Every current id whose text is shipped, sorted."""
    return tuple(key for key in sorted(_texts()) if canonical_id(key) == key)


def license_text(identifier: str) -> str | None:
    """The full text of a license of the SPDX list, or None; for `LICENSES/` and notices."""
    return _texts().get(identifier)
