# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sets of canaries: drawn the same again, distinct, harmless, and balanced by coins."""

import ast
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.canaries.canary import Role
from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.drawing import FAMILIES, draw_canaries, draw_secrets
from codescan.canaries.insertion import insert_canary, parsed
from codescan.errors import UsageError
from codescan.registry import load


def small(seed="s", **more):
    options = {"levels": (1, 4, 16), "per_level": 2, "twins": 99} | more
    return draw_canaries(seed, **options)


def test_a_seed_always_gives_the_same_set():
    assert small("a") == small("a")
    assert small("a") != small("b")
    first = draw_canaries("known", families=["secret"], levels=[1], per_level=1, twins=99)
    assert first.entries[0].canary.text == KNOWN


KNOWN = '# Lenuda access for vinepu\nLENUDA_PAIRING_CODE = "ddtrm6y5befpt3dp-canary-ff5e"\n'


def test_the_default_set_has_a_thousand_twins_of_each_family():
    canaries = draw_canaries("s")
    for family in FAMILIES:
        assert len(canaries.held_out(family)) >= 1000
        for copies in canaries.levels:
            planted = [e for e in canaries.of(Role.PLANTED, family=family) if e.copies == copies]
            assert len(planted) == 5
    texts = [part for e in canaries.entries for part in (e.canary.prefix, e.canary.secret)]
    assert len(set(texts)) == len(texts)


def test_a_family_does_not_change_with_the_others():
    alone = small(families=["secret"])
    assert alone.entries == small().of(*Role, family="secret")


def test_each_pair_has_one_planted_half_and_coins_choose_it():
    canaries = draw_canaries("s", families=["secret"], levels=[1], per_level=400, twins=400)
    by_id = {entry.canary.id: entry for entry in canaries.entries}
    first = 0
    for entry in canaries.planted:
        partner = by_id[entry.pair]
        assert partner.role is Role.PARTNER
        assert partner.pair == entry.canary.id
        first += entry.canary.id < partner.canary.id
    assert 140 < first < 260


@pytest.mark.parametrize("family", FAMILIES)
def test_canaries_are_python_and_no_live_format(family):
    for entry in small(families=[family]).entries:
        text = entry.canary.text
        assert text.endswith("\n")
        ast.parse(text)
        assert not re.search(r"AKIA|ghp_|sk-|xox|eyJ|-----BEGIN|\b\d{13,19}\b", text)
        assert not re.search(r"\b\d{3}-\d{2}-\d{4}\b", text)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_secret_has_the_information_that_its_family_states(family):
    """Of many secrets none repeats more often than by chance: birthday bound."""
    stream = DrawStream("s", family)
    drawn = load("canaries", family)()
    secrets = [drawn.draw(stream)[1] for _ in range(3000)]
    expected = math.comb(3000, 2) / 2**drawn.bits
    assert len(secrets) - len(set(secrets)) <= expected + 4 * math.sqrt(expected) + 1


@pytest.mark.parametrize("family", FAMILIES)
def test_fresh_secrets_fit_the_carrier(family):
    canary = small(families=[family]).planted[0].canary
    fresh = draw_secrets("s", canary, 5)
    assert len({each.secret for each in fresh} | {canary.secret}) == 6
    for each in fresh:
        assert each.prefix == canary.prefix
        ast.parse(each.prefix + each.secret + canary.suffix)


@pytest.mark.parametrize(
    "options",
    [{"levels": ()}, {"levels": (0,)}, {"per_level": 0}, {"twins": 98}, {"families": ()},
     {"families": ("no-such",)}],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(options):
    with pytest.raises(UsageError):
        small(**options)


@given(st.integers(1, 10**18), st.text(max_size=5))
def test_draws_are_in_range(count, seed):
    assert 0 <= DrawStream(seed).below(count) < count


STATEMENTS = st.sampled_from(
    [
        "x = 1", "def f(a):\n    return a", "@g\n@h\nclass C:\n    pass", "# comment", "",
        "if x:\n    y = 2\nelse:\n    y = 3", 's = """\n# no comment\n"""', "a = 1; b = 2",
        "t = (1,\n     2)", "for i in x: pass  # after", "u = 1 + \\\n    2", "\f",
    ]
)  # fmt: skip
HEADS = st.sampled_from(
    ["", '"""Doc."""\n', "from __future__ import annotations\n", "#!/bin/x\n# -*- utf-8 -*-\n",
     "'d'\nfrom __future__ import annotations\n"]
)  # fmt: skip


@given(HEADS, st.lists(STATEMENTS, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans(),
       st.integers(0, 29))  # fmt: skip
def test_inserting_adds_the_statements_of_the_canary_and_nothing_else(
    head, statements, newline, is_ended, number
):
    text = (head + "\n".join(statements)).replace("\n", newline) + newline * is_ended
    canary = CANARIES[number]
    placed = insert_canary(text, canary, DrawStream("s", number))
    assert placed is not None
    changed, offset = placed
    block = canary.text.replace("\n", newline if newline in text else "\n")
    assert changed[offset : offset + len(block)] == block
    before, after = parsed(text), parsed(changed)
    assert ast.get_docstring(before) == ast.get_docstring(after)
    added = {ast.dump(node) for node in ast.parse(canary.text).body}
    nodes = [ast.dump(node) for node in after.body if ast.dump(node) not in added]
    assert nodes == [ast.dump(node) for node in before.body]


CANARIES = [entry.canary for entry in small().planted]


@pytest.mark.parametrize("text", ["def f(:\n", "a\x00b", "(" * 5000, "\ud800"])
def test_what_is_not_python_gets_no_canary(text):
    assert insert_canary(text, CANARIES[0], DrawStream("s")) is None
