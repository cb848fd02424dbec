# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The eight license categories, by the conditions of a license; used for sorting and policies.

ScanCode's categories are the basis, corrected by the short tables below: licenses without any
condition count as public domain, and ScanCode has no category for network copyleft.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from codescan.licenses import spdx_list
from codescan.licenses.expressions import Branch, normalize, structure

if TYPE_CHECKING:
    from codescan.licenses.expressions import Tree

__all__ = ["CATEGORIES", "category", "strictest", "strictness"]

CATEGORIES = (
    "public-domain",
    "permissive",
    "weak-copyleft",
    "strong-copyleft",
    "network-copyleft",
    "source-available",
    "proprietary",
    "unknown",
)
"""From the fewest conditions to the most; code under an unknown license may not be used."""

_RANK = {name: rank for rank, name in enumerate(CATEGORIES)}

_SCANCODE = {
    "Public Domain": "public-domain",
    "Permissive": "permissive",
    "Copyleft Limited": "weak-copyleft",
    "Copyleft": "strong-copyleft",
    "Source-available": "source-available",
    "Free Restricted": "source-available",
    "Proprietary Free": "proprietary",
    "Commercial": "proprietary",
    # "Patent License", "CLA" and "Unstated License" do not regulate the use of the code.
}

# No condition at all, not even to keep a notice.
_UNCONDITIONAL = frozenset({"0BSD", "MIT-0", "CC-PDDC", "PDDL-1.0", "WTFPL", "FSFUL", "NIST-PD"})

# Offering the work over a network counts as distribution.
_NETWORK = frozenset(
    {
        "AGPL-1.0-only", "AGPL-1.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later",
        "APSL-1.0", "APSL-1.1", "APSL-1.2", "APSL-2.0", "CAL-1.0",
        "CAL-1.0-Combined-Work-Exception", "CPAL-1.0", "EUPL-1.0", "EUPL-1.1", "EUPL-1.2",
        "NPOSL-3.0", "OSL-1.0", "OSL-1.1", "OSL-2.0", "OSL-2.1", "OSL-3.0", "RPL-1.1", "RPL-1.5",
        "RPSL-1.0", "Watcom-1.0", "Parity-6.0.0", "Parity-7.0.0", "HPL-1.0",
    }
)  # fmt: skip

# Ids that are not on the list, in lower case: first prefix wins.
_PREFIXES = (
    ("licenseref-scancode-public-domain", "public-domain"),
    ("licenseref-scancode-commercial", "proprietary"),
    ("licenseref-scancode-proprietary", "proprietary"),
    ("licenseref-proprietary", "proprietary"),
    ("licenseref-commercial", "proprietary"),
)


def category(expression: str) -> str:
    """The category of an expression: one of `CATEGORIES`.

    AND has the strictest category of its parts, since all apply; OR the least strict one, since
    the user may choose. A known exception that ScanCode calls limited copyleft, such as the
    Classpath exception, weakens strong copyleft; an unknown exception is ignored.
    """
    return _category(normalize(expression))


@lru_cache(maxsize=4096)
def _category(expression: str) -> str:
    known = _of_id(expression)
    if known is not None:
        return known
    tree = structure(expression)
    return "unknown" if tree is None else _of_tree(tree)


def _of_tree(tree: Tree) -> str:
    if isinstance(tree, Branch):
        choose = max if tree.operator == "AND" else min
        return choose((_of_tree(part) for part in tree.parts), key=_RANK.__getitem__)
    identifier, _, exception = tree.expression.partition(" WITH ")
    base = _of_id(identifier) or "unknown"
    known = spdx_list.scancode_categories().get(exception, "")
    weakens = _SCANCODE.get(known) in {"permissive", "weak-copyleft"}
    return "weak-copyleft" if base == "strong-copyleft" and weakens else base


@lru_cache(maxsize=4096)
def _of_id(identifier: str) -> str | None:
    """The category of one id; None if the id is unknown."""
    if identifier in _NETWORK:
        return "network-copyleft"
    if identifier in _UNCONDITIONAL:
        return "public-domain"
    scancode = spdx_list.scancode_categories().get(identifier)
    if scancode is not None:
        return _SCANCODE.get(scancode, "unknown")
    if " " in identifier:
        return None
    lower = identifier.lower()
    return next((name for prefix, name in _PREFIXES if lower.startswith(prefix)), None)


def strictness(name: str) -> int:
    """The rank of a category in `CATEGORIES`; unknown words rank as "unknown"."""
    return _RANK.get(name, _RANK["unknown"])


def strictest(expressions: tuple[str, ...]) -> str:
    """The expression with the strictest category; the first among equals.

    Raises:
        ValueError: `expressions` is empty.
    """
    return max(expressions, key=lambda expression: strictness(category(expression)))
