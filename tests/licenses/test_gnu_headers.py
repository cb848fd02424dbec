# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""GNU notices in all their forms: family, version, "or later", and how the text ends."""

from __future__ import annotations

import itertools

import pytest

from codescan.licenses.detect import file_claims

FAMILIES = {
    "GPL": ("General", ("1", "2", "3")), "LGPL": ("Lesser General", ("2.1", "3")),
    "LGPL library": ("Library General", ("2",)), "AGPL": ("Affero General", ("3",)),
}  # fmt: skip
STREET = "51 Franklin Street, Fifth Floor, Boston, MA 02110-1301, USA."
ENDS = (
    f"along with this program; if not, write to the Free Software\nFoundation, Inc., {STREET}",
    "along with this program.  If not, see <http://www.gnu.org/licenses/>.",
    f"along with Foo; see the file COPYING.  If not, write to the FSF,\n{STREET}",
    "",
)


def notice(
    name: str, version: str, *, later: bool, subject: str, end: str, of_license: str = ""
) -> str:
    """The notice of one license, as its authors write it."""
    named = f"GNU {name} Public License"
    which = (
        f"either version {version}{of_license}, or\n(at your option) any later version."
        if later
        else f"version {version} of the License."
    )
    text = (
        f"{subject} is free software; you can redistribute it and/or modify\nit under the terms of"
        f" the {named} as published by\nthe Free Software Foundation; {which}\n\n{subject} is"
        " distributed in the hope that it will be useful,\nbut WITHOUT ANY WARRANTY; without even"
        " the implied warranty of\nMERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the\n"
        f"{named} for more details.\n"
    )
    return text + (f"\nYou should have received a copy of the {named}\n{end}\n" if end else "")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("later", [True, False])
def test_family_and_version_are_those_of_the_notice(family, later):
    name, versions = FAMILIES[family]
    subjects = ("This program", "This library", "This file", "Foo")
    behind = (" of the License", "") if later else ("",)
    for version, subject, end, of in itertools.product(versions, subjects, ENDS, behind):
        text = notice(name, version, later=later, subject=subject, end=end, of_license=of)
        lines = "".join(f" * {line}\n" for line in text.splitlines())
        (claim,) = file_claims(f"/*\n * Copyright (C) 2009 Jane\n *\n{lines} */\nint x;\n".encode())
        number = version if "." in version else f"{version}.0"
        ending = "or-later" if later else "only"
        assert claim.expression == f"{family.split()[0]}-{number}-{ending}", text
