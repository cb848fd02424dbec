# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records survive the way to JSON and back; anything else is refused with its place."""

import json
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.records.codec import Codec, Computed, Key, Layout
from codescan.records.json_decode import DecodingError


class Side(StrEnum):
    PORT = "port"
    STARBOARD = "starboard"


@dataclass(frozen=True)
class Place:
    harbor: str
    berth: int


@dataclass(frozen=True)
class Boat:
    name: str
    place: Place
    side: Side
    crew: tuple[str, ...] = ()
    length: float | None = None
    flags: dict[str, int] = field(default_factory=dict)


LAYOUT = Layout(
    Boat,
    "A boat.",
    (
        Key("name", "name", "Its name."),
        Key("at.harbor", "place.harbor", "Where it lies."),
        Key("at.berth", "place.berth", "Number of the berth.", least=0),
        Key("side", "side", "The side on which it lies."),
        Key("crew", "crew", "Names."),
        Key("crew_size", Computed(int, lambda boat: len(boat.crew)), "How many names."),
        Key("length", "length", "Meters; null where it is not known."),
        Key("flags", "flags", "Flags by country.", is_optional=True),
    ),
    {"at": "Where it is."},
)
CODEC = Codec([LAYOUT])
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
NUMBERS = st.integers(0, 2**63 - 1)
BOATS = st.builds(
    Boat,
    NAMES,
    st.builds(Place, NAMES, NUMBERS),
    st.sampled_from(Side),
    st.lists(NAMES, max_size=3).map(tuple),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.dictionaries(NAMES, NUMBERS, max_size=3),
)
BOAT = Boat("Ada", Place("Cove", 3), Side.PORT, ("Bo", "Cy"))


@given(BOATS)
def test_a_record_comes_back_from_json(boat):
    assert CODEC.decode(json.loads(json.dumps(CODEC.encode(boat))), Boat) == boat


def test_keys_are_nested_and_computed():
    assert CODEC.encode(BOAT) == {
        "name": "Ada",
        "at": {"harbor": "Cove", "berth": 3},
        "side": "port",
        "crew": ["Bo", "Cy"],
        "crew_size": 2,
        "length": None,
        "flags": {},
    }


def test_an_optional_key_may_be_missing_and_others_are_ignored():
    encoded = {**CODEC.encode(BOAT), "later": [1]}
    del encoded["flags"]
    assert CODEC.decode(encoded, Boat) == BOAT


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": 3}, ".name"),
        ({"at": {"harbor": "Cove"}}, ".at"),
        ({"at": {"harbor": "Cove", "berth": -1}}, ".at.berth"),
        ({"side": "up"}, ".side"),
        ({"crew": ["Bo", None]}, ".crew[1]"),
        ({"length": "long"}, ".length"),
        ({"flags": {"x": "y"}}, ".flags[...]"),
    ],
)
def test_what_the_layout_does_not_say_is_refused_with_its_place(change, place):
    with pytest.raises(DecodingError) as error:
        CODEC.decode({**CODEC.encode(BOAT), **change}, Boat)
    assert error.value.place == place


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | NAMES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    )
)
def test_any_other_data_is_refused(data):
    with pytest.raises(DecodingError):
        CODEC.decode(data, Boat)


def test_the_schema_names_every_key_and_what_is_required():
    (reference,), parts = msgspec.json.schema_components(
        [CODEC.object_type(Boat)], ref_template="{name}"
    )
    schema = {**parts[reference["$ref"]], "$defs": parts}
    assert set(schema["properties"]) == {key.key.split(".")[0] for key in LAYOUT.keys}
    assert "flags" not in schema["required"]
    assert schema["$defs"]["BoatAt"]["properties"]["berth"]["minimum"] == 0
