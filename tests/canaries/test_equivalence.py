# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which modules the check of a stamp takes for equivalent."""

from __future__ import annotations

import pytest

from codescan.canaries.stamps.equivalence import EquivalentModules, are_equivalent


def test_the_check_refuses_what_is_not_equivalent():
    source = "def f(a):\n    b = a\n    c = b\n    return c\n"
    assert are_equivalent(source, source.replace("b", "z"))
    for changed in (
        source.replace("return c", "return b"),
        source.replace("b", "c"),
        source.replace("(a)", "(x)").replace("= a", "= x"),
        source + "x = 1\n",
        source.replace("f(", "g("),
    ):
        assert not are_equivalent(source, changed)
    one = "def f():\n    n = 1\n    return lambda: n\n"
    assert not are_equivalent(one, one.replace("n = 1", "m = 1"))
    assert not are_equivalent("import a\nx = 1\nimport b\n", "import b\nx = 1\nimport a\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_check_does_not_take_one_statement_for_another(end):
    source = (
        "class A:\n    def f(self):\n        a = 1\n        return a\n    b = 'x'\n    c = 2\n\n"
        "def g():\n    d = 1\n    return d\n\ndef h():\n    return 2\nx = 1; y = 2\n"
    ).replace("\n", end)
    equivalent = EquivalentModules(source)
    for same in (
        source,
        source.replace("d = 1", "e = 1").replace("return d", "return e"),
        source.replace("'x'", '"x"'),
        source.replace(f"def h():{end}    return 2{end}", "").replace(
            "def g", f"def h():{end}    return 2{end}def g"
        ),
    ):
        assert equivalent.includes(same)
    for other in (
        source.replace("x = 1; y = 2", "y = 2; x = 1"),
        source.replace("x = 1; y = 2", "x = 1; x = 1"),
        source.replace("x = 1; y = 2", "x = 1"),
        source.replace("c = 2", "c = 3"),
        source.replace(f"    c = 2{end}", ""),
        source.replace(f"    c = 2{end}", f"c = 2{end}"),
        source.replace("return a", "return self"),
        source.replace("class A", "class A(B)"),
        source.replace("def g", "async def g"),
        source.replace("def g", f"@h{end}def g"),
        source + source,
        source.replace("def g", "def g("),
    ):
        assert not equivalent.includes(other)
