# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Classes of `lazy_dataclass` behave as those of `dataclasses`."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import itertools
import pickle
from typing import Any, ClassVar

import pytest

from codescan import lazy_dataclass

OPTIONS = [
    dict(zip(("frozen", "slots", "kw_only", "eq"), values, strict=True))
    for values in itertools.product((False, True), repeat=4)
]


def both(make: Any, **options: bool) -> tuple[Any, Any]:
    """The same class by both decorators."""
    return dataclasses.dataclass(**options)(make()), lazy_dataclass.dataclass(**options)(make())


def plain() -> type:
    class Record:
        """A record."""

        kind: ClassVar[str] = "k"
        first: int
        second: str = "s"
        third: list[int] = dataclasses.field(default_factory=list)
        hidden: int = dataclasses.field(default=1, repr=False, compare=False)
        fixed: int = dataclasses.field(default=7, init=False)
        named: int = dataclasses.field(default=3, kw_only=True)

        def __post_init__(self) -> None:
            if self.first < 0:
                raise ValueError("negative")

    return Record


def single() -> type:
    class Record:
        only: float

    return Record


def empty() -> type:
    class Record:
        """Nothing."""

    return Record


def own_methods() -> type:
    class Record:
        """Has methods of its own."""

        first: int = 0

        def __repr__(self) -> str:
            return "own"

        def __hash__(self) -> int:
            return 5

    return Record


def outcome(call: Any, *positional: Any, **named: Any) -> Any:
    """What a call gives, or the kind and text of its error."""
    try:
        return call(*positional, **named)
    except Exception as error:  # noqa: BLE001  compared
        return type(error), str(error).replace("_dc_self", "self")


@pytest.mark.parametrize("options", OPTIONS, ids=lambda each: "-".join(k for k in each if each[k]))
@pytest.mark.parametrize("make", [plain, single, empty, own_methods])
def test_a_class_behaves_as_one_of_dataclasses(make: Any, options: dict[str, bool]) -> None:
    reference, lazy = both(make, **options)
    assert str(inspect.signature(lazy)) == str(inspect.signature(reference))
    assert [(f.name, f.init, f.kw_only) for f in dataclasses.fields(lazy)] == [
        (f.name, f.init, f.kw_only) for f in dataclasses.fields(reference)
    ]
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((), {}),
        ((1,), {}),
        ((-1,), {}),
        ((1, "b", [2]), {"named": 4}),
        ((1, "b", [2], 3, 4), {}),
        ((), {"first": 1, "hidden": 9}),
        ((), {"only": 1.5}),
        ((), {"fixed": 1}),
    ]
    for positional, named in calls:
        made = [outcome(each, *positional, **named) for each in (reference, lazy)]
        if isinstance(made[0], tuple):
            assert made[1] == made[0]
            continue
        assert repr(made[1]) == repr(made[0])
        for name in ("first", "only", "other"):
            for change in (setattr, delattr):
                values = (8,) if change is setattr else ()
                ends = [outcome(change, each, name, *values) for each in made]
                assert isinstance(ends[1], tuple) is isinstance(ends[0], tuple)
        again = [each(*positional, **named) for each in (reference, lazy)]
        assert (again[1] == lazy(*positional, **named)) is (
            again[0] == reference(*positional, **named)
        )
        assert again[1] != again[0]
        hashes = [outcome(hash, each) for each in again]
        assert isinstance(hashes[0], int) is isinstance(hashes[1], int)
        if options["eq"] and options["frozen"]:
            assert hashes[1] == hashes[0]
        copies = [repr(copy.deepcopy(each)) for each in again]
        assert copies[1] == copies[0]
        changes = [repr(outcome(dataclasses.replace, each)) for each in again]
        assert changes[1] == changes[0]


@lazy_dataclass.dataclass(frozen=True, slots=True)
class Pickled:
    """At module level, so that pickle finds it."""

    first: int
    second: tuple[int, ...] = ()


def test_a_frozen_record_survives_pickle() -> None:
    record = Pickled(1, (2, 3))
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301  own bytes


def test_nan_and_self_references_are_treated_alike() -> None:
    reference, lazy = both(single, eq=True)
    nan = float("nan")
    assert (lazy(nan) == lazy(nan)) is (reference(nan) == reference(nan))
    looped = lazy(0.0)
    looped.only = looped
    expected = reference(0.0)
    expected.only = expected
    assert repr(looped) == repr(expected)


def test_inherited_fields_are_kept() -> None:
    @lazy_dataclass.dataclass(frozen=True, slots=True)
    class Below(Pickled):
        third: int = 4

    assert repr(Below(1)).endswith("Below(first=1, second=(), third=4)")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Below(1).first = 2  # type: ignore[misc]
    with pytest.raises(TypeError, match="non-frozen"):

        @dataclasses.dataclass
        class Wrong(Pickled):
            third: int = 4


def test_the_compiled_init_takes_the_place_of_its_stand_in() -> None:
    @lazy_dataclass.dataclass
    class Record:
        first: int

    assert not inspect.isfunction(Record.__dict__["__init__"])
    assert Record(1).first == 1
    assert inspect.isfunction(Record.__dict__["__init__"])
