# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Licenses of data in docstrings are no licenses of code; doubt is never permissive."""

from __future__ import annotations

import pytest

from codescan.licenses.detect import file_claims
from codescan.licenses.passage_notices import passage_claim
from codescan.records import Span

HEADER = "# For license information, see LICENSE.TXT\n\n"


def claims(text):
    content = text.encode()
    passage = passage_claim(content, Span(len(content) - 10, len(content)))
    return [each.expression for each in (*file_claims(content), passage) if each is not None]


def function(docstring, name="load"):
    return f'{HEADER}def {name}():\n    """{docstring}\n    """\n    return read(1, 2)\n'


@pytest.mark.parametrize(
    ("docstring", "name"),
    [
        ("Load a photo.\n\n    No copyright restrictions. CC0 by the photographer.", "load"),
        ("Read a list of words.\n\n    License: CC0 1.0 Universal", "read_corpus"),
        ("The icon set is MIT licensed (see https://example.org).", "load"),
        ("Sample of a treebank.\n\n    License: public domain", "load"),
        ("The data is released under the Apache License 2.0.", "load"),
    ],
)
def test_permissive_licenses_of_data_are_not_those_of_code(docstring, name):
    assert claims(function(docstring, name)) == []


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (function("The data is under CC-BY-NC-SA-4.0, see the license there."), "NOASSERTION"),
        (function("Licensed under the GNU GPL v3. Resizes images."), "GPL-3.0-only"),
        (function("Licensed under the MIT license. Sorts numbers."), "MIT"),
        (f'{HEADER}"""Icons.\n\nLicensed under the MIT license.\n"""\nx = call(1, 2)\n', "MIT"),
        ("# Reads images.\n# Licensed under the MIT license.\n\nx = call(1, 2)\n", "MIT"),
    ],
)
def test_all_other_statements_hold(text, expression):
    stated = claims(text)
    assert stated
    assert expression in stated or expression == "NOASSERTION"


@pytest.mark.parametrize(
    "line",
    [
        "Confidential", "CONFIDENTIAL", "Do not share", "For internal use", "Top secret",
        "Under NDA", "Not for public release", "Confidentiel", "Riservato", "Company confidential",
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", ["# {}\n", "// {}\n", "/* {} */\n", '"""{}."""\n'])
def test_a_lone_line_of_secrecy_is_a_doubt(line, mark):
    assert claims(mark.format(line) + "\nx = call(1, 2)\n") == ["NOASSERTION"]


@pytest.mark.parametrize(
    "line",
    [
        "Confidential data handling", "confidential client for OAuth", "Share the state",
        "The trend does not duplicate a column", "Secret sharing by Shamir",
        "For internal users of the class", "Reserved words",
    ],
)  # fmt: skip
def test_words_that_only_sound_like_secrecy_are_none(line):
    assert claims(f"# {line}\n\nx = call(1, 2)\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "Not for commercial use.", "Not for resale",
        "You must not host this software as a service.",
        "MIT license. You may not offer it as a hosted service.", "GPL/BSD dual license",
        "You may choose: GPL v2 or BSD", "use by competitors is prohibited",
        "Licensed under the MIT License. For non-profit use.",
        "MIT licensed, but don't use this at Foo Corp.",
    ],
)  # fmt: skip
def test_conditions_in_few_words_are_a_doubt(text):
    assert claims(f"// {text}\n\nx = call(1, 2);\n") == ["NOASSERTION"]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("Dual MIT/GPLv2", "MIT OR GPL-2.0-only"),
        ("triple licensed: MPL 1.1/GPL 2.0/LGPL 2.1", "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only"),
        ("Version: MPL 1.1/GPL 2.0/LGPL 2.1", "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only"),
        ("Licensed under MIT/X11", "MIT"),
        ("Run not for profit organisations", ""),
    ],
)
def test_choices_in_few_words(text, expression):
    assert claims(f"// {text}\n\nx = call(1, 2);\n") == ([expression] if expression else [])


def test_a_condition_beside_a_tag_is_a_doubt_as_well():
    tag = "SPDX-License-" + "Identifier: MIT"
    assert claims(f"# {tag}\n# Not for commercial use.\n") == ["MIT", "NOASSERTION"]
