# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The license expressions that a notice grants, by recognized texts and by names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.licenses.expressions import normalize
from codescan.licenses.license_addresses import gnu_version
from codescan.records import NOASSERTION

if TYPE_CHECKING:
    from codescan.licenses import license_text_matcher, notices

__all__ = ["granted_expressions", "with_versions"]


def granted_expressions(
    exact: list[license_text_matcher.Part], notices_read: list[notices.Notice]
) -> list[str]:
    """The expressions of recognized texts, then the expressions that other words grant.

    The texts of the GNU licenses name each other; a name that such a text contains is not a grant.
    """
    granted = [notice.expression for notice in notices_read]
    ids = [part.license_id for part in exact]
    if ids and all("exception" in key for key in ids):  # to a license that is granted by its name
        ids += [each for each in granted if each.startswith("GPL-")][:1]
    texts = _with_exceptions(ids)
    # A grant of "or later" or of a named version overrides the version of a text.
    for at, text in enumerate(texts):
        later = text.replace("-only", "-or-later")
        if text.endswith("-only") and later in granted:
            texts[at] = later
    others = [each for each in granted if not _same_family(each, texts)]
    return list(dict.fromkeys([*texts, *others]))


def _same_family(expression: str, text_ids: list[str]) -> bool:
    return any(
        expression == other
        or expression.partition("-")[0] == other.partition("-")[0]
        or ("GPL-" in expression and "GPL-" in other)
        for other in text_ids
    )


def _with_exceptions(ids: list[str]) -> list[str]:
    """Ids, with each exception joined to the GPL that occurs next to it."""
    exceptions = [key for key in ids if "exception" in key]
    licenses = [key for key in ids if "exception" not in key]
    for exception in exceptions:
        for at, key in enumerate(licenses):
            joined = normalize(f"{key} WITH {exception}")
            if key.startswith("GPL-") and joined != NOASSERTION:
                licenses[at] = joined
                break
    return licenses or ids


_UNVERSIONED = {"GPL-1.0-or-later": "GPL", "LGPL-2.0-or-later": "LGPL", "AGPL-3.0-or-later": "AGPL"}


def with_versions(expressions: list[str], text: str) -> list[str]:
    """Expressions, where names without a version get the version of an adjacent GNU address."""
    for at, expression in enumerate(expressions):
        for unversioned, family in _UNVERSIONED.items():
            number = gnu_version(text, family) if unversioned in expression else ""
            if number and not re.search(r"later|newer", text, re.IGNORECASE):
                expressions[at] = normalize(expression.replace(unversioned, f"{number}-only"))
    return expressions
