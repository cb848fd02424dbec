# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The file of a value as context: tests and documentation contain invented values.

Addresses and numbers there are weak evidence unless a person's name occurs next to them. Values
with a checksum or a fixed form, such as keys and tokens, count wherever they occur.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from codescan.private_data.docstrings import Docstrings
from codescan.private_data.person_names import PERSON_NAME
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.private_data.records import Candidate

__all__ = ["is_made_up_place", "weighed"]

_FOLDERS = re.compile(
    r"(?:^|/)(?:[^/]{0,40}[-_])?(?:tests?|testing|testdata|__tests__|specs?|fixtures?|mocks?|molecule|examples?|samples?|docs?|help[_-]texts?[^/]{0,20})/",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"(?:^|/)(?:tests?|test_[^/]*|[^/]*_test|[^/]*[.-](?:test|spec))"
    r"\.(?:py|go|rb|js|ts|jsx|tsx|mjs|cjs|java|rs|c|cc|cpp)$",
    re.IGNORECASE,
)
_CODE = r"(?:py|go|rb|js|ts|jsx|tsx|mjs|cjs|java|rs|c|cc|cpp|sh)"
_SETTINGS = r"(?:ya?ml|toml|ini|cfg|conf|env|xml)"
_EXAMPLE_FILES = re.compile(
    rf"(?:^|/)(?:examples?|samples?)(?:[._-][^/]*)?\.(?:{_CODE}|{_SETTINGS})$|"
    rf"[._-](?:examples?|samples?)(?:[._-]\d{{1,3}})?\.(?:{_CODE}|{_SETTINGS})$|"
    rf"[^/]\.(?:example|sample)$|(?:^|/)_?help\.{_CODE}$",
    re.IGNORECASE,
)
"""Examples of programs and settings, and help texts; excludes tables and lists of samples."""
_UNVERIFIED = frozenset(
    {
        "e-mail", "ip-address", "phone-number", "named-secret", "connection-string", "iban",
        "payment-card", "national-number",
    }
)  # fmt: skip
"""Kinds with weak proof by form: invented numbers may have correct check digits."""
_UNVERIFIED_IN_DOCSTRINGS = _UNVERIFIED - {"e-mail"}
"""In documentation inside a source file, an e-mail address usually belongs to its author."""
_SETTINGS_EXAMPLES = re.compile(
    r"(?:^|/)readme[^/]*$|"
    r"(?:^|/)ansible_collections/[^/]+/[^/]+/(?:playbooks/|roles/|plugins/modules/[^/]+\.ya?ml$)",
    re.IGNORECASE,
)
_UNVERIFIED_SETTINGS = frozenset({"ip-address", "connection-string"})
"""A README has examples of settings, and e-mail addresses and phone numbers of authors. So does a
published Ansible collection in its playbooks and in the YAML files that document modules.
"""
_PUBLIC_SERVERS = re.compile(
    r"(?:^|/)(?:[^/]{0,40}[-_])?(?:resolvers?|name_?servers?|dns[_-]?servers?|root[_-]?servers?|"
    r"data_?cent(?:er|re)s?)\.\w{1,5}$",
    re.IGNORECASE,
)
"""Tables of servers that serve anyone: their addresses are of nobody."""
_REACH = 100
"""Maximum characters between a value and a name that makes it count."""


def is_made_up_place(path: str) -> bool:
    """Whether a file is of a test suite or of documentation.

    Args:
        path: path of the file inside its folder, archive or package, with forward slashes.
    """
    return any(places.search(path) for places in (_FOLDERS, _FILES, _EXAMPLE_FILES))


def weighed(candidates: Iterable[Candidate], path: str, text: str) -> list[Candidate]:
    """The candidates of a file, with grade C for those whose file makes them weak evidence.

    Args:
        candidates: in the order of the text.
        path: as for `is_made_up_place`; "" if the text is not a file of a package.
        text: text of the file.
    """
    listed = list(candidates)
    if not path or not any(map(_is_unverified, listed)):
        return listed
    is_made_up = is_made_up_place(path)
    docstrings = None if is_made_up else Docstrings(text, path)
    weak_kinds: set[str] = set()
    if _SETTINGS_EXAMPLES.search(path):
        weak_kinds |= _UNVERIFIED_SETTINGS
    if _PUBLIC_SERVERS.search(path):
        weak_kinds.add("ip-address")
    names = [
        each.start for each in listed if each.kind == PERSON_NAME.name and not each.placeholder
    ]
    return [
        replace(each, grade=Grade.C)
        if _is_unverified(each)
        and (docstrings is None or _is_in(docstrings, each) or each.kind in weak_kinds)
        and not _is_named(each, names)
        else each
        for each in listed
    ]


def _is_unverified(candidate: Candidate) -> bool:
    """Whether a value counts by its form alone."""
    return candidate.kind in _UNVERIFIED and candidate.grade in (Grade.A, Grade.B)


def _is_in(docstrings: Docstrings, candidate: Candidate) -> bool:
    """Whether a value is of a kind that documentation inside a source file often invents."""
    return candidate.kind in _UNVERIFIED_IN_DOCSTRINGS and docstrings.include(candidate.start)


def _is_named(candidate: Candidate, names: list[int]) -> bool:
    """Whether a name begins near a value.

    Args:
        candidate: the value.
        names: start offsets of names, in ascending order.
    """
    place = bisect_left(names, candidate.start - _REACH)
    return place < len(names) and names[place] < candidate.end + _REACH
