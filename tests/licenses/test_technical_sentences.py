# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sentences about programs beside a license text in a comment are not a doubt."""

from __future__ import annotations

import pytest

from codescan.licenses import spdx_list
from codescan.licenses.detect import file_claims
from codescan.records import NOASSERTION

TECHNICAL = [
    "Calling this script install-sh is preferred, as 'make' has no implicit rules for its name.",
    "Sets the variable with_gnu_ld to yes or no.",
    "This macro is not needed if only AC_LIB_LINKFLAGS is used to locate libraries.",
    "Determine if the sigaction interface is present, without a compiler.",
    "gl_COMMON is expanded unconditionally through gnulib-tool magic, never by the shell.",
]
RESTRICTING = [
    "No company may run this function.",
    "This script is not for commercial users.",
    "Only students may run the configure script.",
    "You must pay for this macro.",
]


def claims_of(key: str, sentence: str) -> list[str]:
    text = f"{spdx_list.license_text(key)}\n\n{sentence}\n"
    header = "".join(f"# {line}\n" for line in text.splitlines())
    return [claim.expression for claim in file_claims(f"{header}\nx = 1\n".encode())]


@pytest.mark.parametrize("key", ["X11", "FSFULLR", "MIT"])
@pytest.mark.parametrize("sentence", TECHNICAL)
def test_a_sentence_about_a_program(key, sentence):
    assert claims_of(key, sentence) == [key]


@pytest.mark.parametrize("sentence", RESTRICTING)
def test_a_restriction_that_names_a_part_of_a_program(sentence):
    assert claims_of("MIT", sentence) == [NOASSERTION]
