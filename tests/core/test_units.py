# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Units are functions and blocks; their signatures are those of datasketch."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native
from codescan.index.minhash import SEED, permutations

PYTHON, C = _native.LEXERS["python"], _native.LEXERS["c"]


def units(text, lexer):
    tokens = _native.lex(text, lexer)
    return [text[slice(*tokens.span(a, b))] for a, b in _native.units(tokens, text).tolist()]


@pytest.fixture(scope="module")
def min_hash():
    """The class of datasketch; the emulated processor of `scripts/test_arm64` lacks it."""
    return pytest.importorskip("datasketch").MinHash


def datasketch_values(min_hash, hashes):
    sketch = min_hash(_native.PERMUTATIONS, seed=SEED, hashfunc=int)
    sketch.update_batch(hashes)
    return sketch.hashvalues.tolist()


def test_permutations_are_those_of_datasketch(min_hash):
    sketch = min_hash(_native.PERMUTATIONS, seed=SEED)
    assert sketch.scheme == "affine32"
    assert np.array(sketch.permutations).tolist() == permutations().tolist()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=200))
def test_signatures_are_those_of_datasketch(min_hash, hashes):
    ours = _native.signature(np.array(hashes, dtype=np.uint32), permutations())
    assert ours.tolist() == datasketch_values(min_hash, hashes)


@pytest.mark.parametrize("module", ["textwrap", "heapq", "fnmatch", "shlex"])
def test_python_functions_are_units(module):
    text = (Path(sysconfig.get_path("stdlib")) / f"{module}.py").read_bytes()
    python_units = units(text, PYTHON)
    lines = text.decode().splitlines()
    functions = [
        "\n".join(lines[n.lineno - 1 : n.end_lineno]).strip()
        for n in ast.parse(text).body
        if isinstance(n, ast.FunctionDef)
    ]
    tried = 0
    for function in functions:
        size = len(_native.lex(function.encode(), PYTHON))
        if 45 <= size <= 390:
            tried += 1
            assert any(unit.decode() == function for unit in python_units), function
    assert tried


def test_braced_functions_are_units_with_their_header():
    body = "".join(f"  total += weight[{i}] * value[{i}];\n" for i in range(8))
    head = "int counter;\nstatic int sum(const int *weight) {\n  int total = 0;\n"
    text = f"{head}{body}  return total;\n}}\n"
    c_units = units((text * 2).encode(), C)
    assert len(c_units) == 2
    assert all(unit.startswith(b"static int sum(") and unit.endswith(b"}") for unit in c_units)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}();:def \n\tclassab=1", max_size=600), st.sampled_from([PYTHON, C]))
def test_units_lie_in_the_text_and_begin_at_different_tokens(text, lexer):
    data = text.encode()
    tokens = _native.lex(data, lexer)
    native_units = _native.units(tokens, data).tolist()
    assert all(a < b <= len(tokens) for a, b in native_units)
    starts = [a for a, _b in native_units]
    assert starts == sorted(set(starts))


def test_every_token_of_a_long_text_is_in_a_unit():
    text = " ".join(f"word{i}" for i in range(3000)).encode()
    tokens = _native.lex(text, PYTHON)
    covered = set()
    for a, b in _native.units(tokens, text).tolist():
        covered.update(range(a, b))
    assert covered == set(range(3000))
