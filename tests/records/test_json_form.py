# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Any record becomes the object that its class describes, and its schema describes that object."""

import json
import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath
from typing import ClassVar

import jsonschema_rs
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from codescan.records import Coverage, Skipped
from codescan.records.json_form import JsonForm, encode, object_hint
from codescan.stats.cluster_intervals import cluster_excess
from codescan.stats.intervals import Difference, Rate, rate


class Side(StrEnum):
    PORT = "port"


@dataclass(frozen=True)
class Load:
    """What a boat carries."""

    json_form: ClassVar = JsonForm(
        derived=("total",),
        optional=("note",),
        hidden=("diary",),
        renamed={"crew": "sailors"},
        measured="is_weighed",
        estimates=("weight",),
    )

    crew: int
    weight: float
    is_weighed: bool
    diary: str
    note: str = ""
    """More about it."""

    @property
    def total(self) -> int:
        """Everybody on board."""
        return self.crew + 1


@cache
def validator(kind):
    (schema,), parts = msgspec.json.schema_components(
        [object_hint(kind)], ref_template="#/$defs/{name}"
    )
    return jsonschema_rs.validator_for({**schema, "$defs": parts})


def is_valid(value, kind):
    return validator(kind).is_valid(value)


def test_a_record_is_written_as_its_class_says():
    weighed = Load(2, 1.5, is_weighed=True, diary="s", note="n")
    assert encode(weighed) == {
        "sailors": 2, "weight": 1.5, "is_weighed": True, "note": "n", "total": 3,
    }  # fmt: skip
    not_weighed = Load(2, 0.0, is_weighed=False, diary="s")
    assert encode(not_weighed) == {"sailors": 2, "weight": None, "is_weighed": False, "total": 3}


def test_the_schema_follows_the_class():
    written = encode([Load(2, 1.5, is_weighed=True, diary="s")])
    assert is_valid(written, list[Load])
    for key in ("sailors", "weight", "total"):
        assert not is_valid([{k: v for k, v in written[0].items() if k != key}], list[Load])
    (_,), parts = msgspec.json.schema_components([object_hint(Load)])
    fields = parts["Load"]["properties"]
    assert fields["note"]["description"] == "More about it."
    assert fields["total"]["description"] == "Everybody on board."
    assert "diary" not in fields


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(Side.PORT)
        | st.just(PurePosixPath("a/b")) | st.builds(Skipped, st.text(), st.text(), st.text()),
        lambda inner: st.lists(inner, max_size=3) | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers() | st.just(Side.PORT), inner, max_size=3),
    )
)  # fmt: skip
def test_whatever_holds_records_becomes_json(value):
    assert json.loads(json.dumps(encode(value), allow_nan=False)) == encode(value)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_rates_follow_their_schema_and_nothing_measured_is_null(k, n, null_k, null_n):
    own, null = rate(min(k, n), n), rate(min(null_k, null_n), null_n)
    held, excess = encode(own), encode(cluster_excess(own, null))
    assert is_valid(held, Rate)
    assert is_valid(excess, Difference)
    assert {held[key] is None for key in ("value", "low", "high")} == {n == 0}
    assert {excess[key] is None for key in ("value", "low", "high")} == {0 in (n, null_n)}


def test_coverage_names_its_state():
    held = encode(Coverage.of(0, [Skipped("a", "read", "unreadable")]))
    assert (held["state"], held["unchecked"]) == ("nothing", {"unreadable": 1})
    assert is_valid(held, Coverage)


def test_half_a_surrogate_pair_becomes_a_question_mark():
    assert encode({"\ud800a": ["\udfff", PurePosixPath("b\udc80"), "ü"]}) == {
        "?a": ["?", "b?", "ü"]
    }


def test_numbers_that_are_not_finite_are_null():
    assert encode([math.nan, math.inf, 1.0]) == [None, None, 1.0]
