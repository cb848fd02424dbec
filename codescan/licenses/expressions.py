# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX license expressions (SPDX 2.3, annex D), parsed by the license-expression library."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codescan.licenses import spdx_list
from codescan.records import NOASSERTION

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "NONE",
    "Branch",
    "Leaf",
    "Tree",
    "all_of",
    "any_of",
    "covers",
    "equivalent",
    "leaves",
    "normalize",
    "parse",
    "structure",
]

NONE = "NONE"
"""SPDX value for "it is known that the file has no license"."""

# A person does not write longer or deeper expressions, and the parser is recursive.
_MAX_LENGTH = 1000
_MAX_DEPTH = 50
_REFERENCES = ("licenseref-", "documentref-")
_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+", re.IGNORECASE)
_DEFINED = (
    "licenseref-scancode-", "licenseref-fedora-", "licenseref-kde-", "licenseref-kfqf-",
    "licenseref-publicdomain",
)  # fmt: skip
"""References with the same meaning everywhere. Each document defines its other references."""
_WORDS = re.compile(r"[^\s()]+")
_OPERATORS = frozenset(("and", "or", "with"))


@lru_cache(maxsize=1)
def _licensing() -> Any:
    from license_expression import get_spdx_licensing

    licensing = get_spdx_licensing()
    for symbol in licensing.known_symbols.values():  # "LicenseRef-MIT-Bootstrap" is not MIT
        symbol.aliases = tuple(each for each in symbol.aliases if not _is_own_reference(each))
    return licensing


def _is_own_reference(word: str) -> bool:
    """Whether a word is a reference that only its document defines."""
    return _REFERENCE.fullmatch(word) is not None and not word.lower().startswith(_DEFINED)


@lru_cache(maxsize=4096)
def parse(expression: str) -> Any:
    """The license-expression tree of a valid expression with duplicates removed, or None.

    None if it is not understood: a syntax error, an unknown id, NOASSERTION, NONE.
    """
    if not expression or len(expression) > _MAX_LENGTH or expression.count("(") > _MAX_DEPTH:
        return None
    if not all(_may_stand(word) for word in _WORDS.findall(expression)):
        return None
    licensing = _licensing()
    try:
        tree = licensing.parse(expression)
        if tree is None or not _understood(licensing, tree):
            return None
        return licensing.dedup(tree)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError):
        return None
    except Exception as error:
        # The library's own errors derive directly from Exception; any other class is a bug.
        if type(error).__module__.partition(".")[0] in {"license_expression", "boolean"}:
            return None
        raise


def _may_stand(word: str) -> bool:
    """Whether a word can be part of an expression; if one cannot, parsing is not needed."""
    lower = word.lower()
    return lower in _OPERATORS or lower in spdx_list.id_words() or lower.startswith(_REFERENCES)


class Leaf(Struct, frozen=True):
    """One license, possibly WITH an exception."""

    expression: str


class Branch(Struct, frozen=True):
    """Licenses that all apply (AND), or of which the user may choose one (OR)."""

    operator: str
    parts: tuple[Tree, ...]


Tree = Leaf | Branch


def structure(expression: str) -> Tree | None:
    """An expression as a tree; None if it is not understood."""
    text = normalize(expression)
    if text in {NOASSERTION, NONE}:
        return None
    flat = _flat(text)
    if flat is None:
        return _structure(parse(text))
    operator, ids = flat
    return Leaf(ids[0]) if len(ids) == 1 else Branch(operator, tuple(map(Leaf, ids)))


def _flat(expression: str) -> tuple[str, tuple[str, ...]] | None:
    """The operator and its ids if the expression has only one operator, as nearly all expressions.

    This avoids loading the library, which takes longer than the rest of most runs.
    """
    if len(expression) > _MAX_LENGTH:
        return None
    for operator in ("AND", "OR"):
        license_ids = [_license_id(word) for word in expression.split(f" {operator} ")]
        ids = tuple(dict.fromkeys(each for each in license_ids if each is not None))
        if None not in license_ids:
            return operator, ids
    return None


def _license_id(words: str) -> str | None:
    """The current id of a license that is or was on the list, with its exception if it has one.

    References are unchanged. None for other words.
    """
    license_id, operator, exception = words.partition(" WITH ")
    known = spdx_list.canonical_id(license_id) or spdx_list.former_id(license_id)
    if known is None and _is_own_reference(license_id):
        known = license_id
    if known is None or spdx_list.is_exception(license_id) or not operator:
        return None if known is None or spdx_list.is_exception(license_id) else known
    added = spdx_list.canonical_id(exception) if spdx_list.is_exception(exception) else None
    return None if added is None or " " in known else f"{known} WITH {added}"


def _structure(tree: Any) -> Tree:
    operator = str(getattr(tree, "operator", "")).strip()
    if operator in {"AND", "OR"}:
        return Branch(operator, tuple(_structure(part) for part in tree.args))
    return Leaf(str(tree.render()))


def leaves(expression: str) -> tuple[str, ...]:
    """Every license of an expression, exceptions included, each once; () if not understood."""
    tree = structure(expression)
    license_ids: dict[str, None] = {}
    todo = [] if tree is None else [tree]
    while todo:
        part = todo.pop(0)
        if isinstance(part, Leaf):
            license_ids.setdefault(part.expression)
        else:
            todo[:0] = part.parts
    return tuple(license_ids)


def _understood(licensing: Any, tree: Any) -> bool:
    """Whether all ids are known or references, and no exception is used as a license."""
    unknown = licensing.unknown_license_keys(tree, unique=True)
    return all(str(key).lower().startswith(_REFERENCES) for key in unknown) and not any(
        getattr(symbol, "is_exception", False)
        for symbol in licensing.license_symbols(tree, decompose=False)
    )


@lru_cache(maxsize=4096)
def normalize(expression: str) -> str:
    """The canonical spelling of an SPDX expression.

    Deprecated ids are replaced by their current form ("GPL-2.0+" becomes "GPL-2.0-or-later"), and
    letter case becomes that of the list. LicenseRef ids and NONE are unchanged. Everything else
    that is not a valid expression of known ids becomes NOASSERTION.
    """
    text = expression.strip()
    if text == NONE:
        return NONE
    flat = _flat(text)
    if flat is not None:
        operator, ids = flat
        return f" {operator} ".join(ids)
    tree = parse(text)
    return NOASSERTION if tree is None else str(tree.render())


def all_of(expressions: Iterable[str]) -> str:
    """The AND of expressions: all of them apply. NOASSERTION if one of them is unknown."""
    return _join(expressions, " AND ")


def any_of(expressions: Iterable[str]) -> str:
    """The OR of expressions: the user may choose. NOASSERTION if one of them is unknown."""
    return _join(expressions, " OR ")


def _join(expressions: Iterable[str], operator: str) -> str:
    parts = list(dict.fromkeys(normalize(expression) for expression in expressions))
    if not parts or NOASSERTION in parts or NONE in parts:
        return NOASSERTION
    if len(parts) == 1:
        return parts[0]
    return normalize(operator.join(f"({p})" if " " in p else p for p in parts))


@lru_cache(maxsize=4096)
def equivalent(first: str, second: str) -> bool:
    """Whether two expressions are equal, ignoring order, repetition and redundant parentheses."""
    if first == second:
        return True
    trees = parse(first), parse(second)
    return None not in trees and bool(_licensing().is_equivalent(*trees))


@lru_cache(maxsize=4096)
def covers(wider: str, narrower: str) -> bool:
    """Whether every license id of `narrower` occurs in `wider`: the two do not contradict."""
    if wider == narrower:
        return True
    named, held = leaves(narrower), leaves(wider)
    return bool(named) and set(named).issubset(held)
