# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every option of every registered plug-in has a type, parses its texts and refuses the others."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import inspect
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import CodescanError, MissingExtraError, UsageError
from codescan.models.loading.resolve import check_model
from codescan.option_types import OptionType, option_types, parse_option, parse_options
from codescan.registry import AXES, load
from codescan.sources.recipe import SourceSpec

SUPPLIED = {
    "tokenizer", "seed", "progress", "decodings", "reference", "model", "path", "index",
    "conversations",
}  # fmt: skip
"""Parameters of plug-ins that the program supplies, and not the user as text."""
GOOD = {bool: "true", int: "7", float: "0.5", Path: "a/b", str: "word"}
VALUES = {bool: True, int: 7, float: 0.5, Path: Path("a/b"), str: "word"}
BAD = {bool: "maybe", int: "0.5", float: "half"}


PLUG_INS = [(axis, name) for axis, entries in AXES.items() for name in entries]


def options_of(axis, name):
    try:
        plugin = load(axis, name)
    except MissingExtraError as error:
        pytest.skip(error.hint)
    return plugin, option_types(plugin)


@pytest.mark.parametrize(("axis", "name"), PLUG_INS)
def test_every_parameter_is_an_option_or_supplied_by_the_program(axis, name):
    constructor, options = options_of(axis, name)
    parameters = inspect.signature(constructor).parameters.keys()
    assert parameters - options.keys() <= SUPPLIED


@pytest.mark.parametrize(("axis", "name"), PLUG_INS)
def test_every_option_parses_texts_of_its_type_and_refuses_others(axis, name):
    _, options = options_of(axis, name)
    for key, kind in options.items():
        for scalar in kind.scalars:
            value = parse_option("it", key, GOOD[scalar], options)
            if len(kind.scalars) == 1:
                assert value == VALUES[scalar]
                assert type(value) is type(VALUES[scalar])
        if kind.is_optional:
            assert parse_option("it", key, "none", options) is None
        if kind.items is not None:
            [item] = kind.items.scalars
            assert parse_option("it", key, f"{GOOD[item]},{GOOD[item]}", options) == (
                VALUES[item],
                VALUES[item],
            )
        if len(kind.scalars) == 1 and kind.scalars[0] in BAD:
            with pytest.raises(UsageError) as failed:
                parse_option("the plug-in", key, BAD[kind.scalars[0]], options)
            assert repr(key) in failed.value.message
            assert repr(BAD[kind.scalars[0]]) in failed.value.message
            assert kind.words in failed.value.hint


@pytest.mark.parametrize(("axis", "name"), PLUG_INS)
def test_defaults_are_of_the_declared_type(axis, name):
    constructor, options = options_of(axis, name)
    for key, kind in options.items():
        default = inspect.signature(constructor).parameters[key].default
        assert default is inspect.Parameter.empty or kind.accepts(default), (key, default)


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Plug:
    """A plug-in of another package, with every type there is."""

    def __init__(
        self,
        *,
        number: int = 0,
        share: float | None = None,
        flag: bool = False,
        mode: Literal["a", "b"] = "a",
        color: Color = Color.RED,
        file: Path | None = None,
        sizes: Sequence[int] = (),
        pair: tuple[float, ...] = (),
        either: int | Sequence[int] = 1,
        old: int | None = None,
        older: str | None = None,
        callback: Callable[[str], None] | None = None,
        untyped=3,
        **others: object,
    ):
        pass


class Runtime:
    """The same without annotations in text."""

    def __init__(self, number, sizes=()):
        pass


Runtime.__init__.__annotations__ = {"number": int | None, "sizes": typing.Sequence[int]}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("number", "-3", -3),
        ("share", "1e-3", 0.001),
        ("share", "2", 2.0),
        ("share", "None", None),
        ("flag", "No", False),
        ("mode", "b", "b"),
        ("color", "blue", Color.BLUE),
        ("file", "a b", Path("a b")),
        ("sizes", "16", (16,)),
        ("sizes", "16, 32", (16, 32)),
        ("pair", "1,2.5", (1.0, 2.5)),
        ("either", "4", 4),
        ("either", "4,5", (4, 5)),
        ("old", "none", None),
        ("older", "1.0", "1.0"),
        ("untyped", "5", 5),
    ],
)
def test_a_text_is_parsed_to_the_declared_type(name, text, value):
    parsed = parse_option("it", name, text, option_types(Plug))
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("number", "1.5"), ("number", "0x10"), ("number", ""), ("number", "true"),
        ("number", "9" * 40), ("share", "nan"), ("share", "inf"), ("share", "1e999"),
        ("flag", "2"), ("mode", "c"), ("color", "RED"), ("sizes", "1,"), ("sizes", "1,x"),
        ("either", "4.5"), ("untyped", "x"),
    ],
)  # fmt: skip
def test_a_text_of_another_type_is_refused(name, text):
    with pytest.raises(UsageError):
        parse_option("it", name, text, option_types(Plug))


def test_what_is_no_text_is_no_option():
    assert "callback" not in option_types(Plug)
    assert "rest" not in option_types(Plug)
    assert option_types(Runtime) == {
        "number": OptionType((int,), is_optional=True),
        "sizes": OptionType(items=OptionType((int,))),
    }


def test_an_unknown_option_and_one_that_is_given_twice_are_errors():
    known = option_types(Plug)
    with pytest.raises(UsageError, match="no option 'numbr'") as failed:
        parse_option("it", "numbr", "1", known)
    assert "number" in failed.value.hint
    with pytest.raises(UsageError, match="given twice"):
        parse_options("it", [("number", "1"), ("number", "1")], known)


@given(
    st.integers(-(10**17), 10**17), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
)
def test_what_python_writes_is_read_back(number, share, flag):
    known = option_types(Plug)
    assert parse_option("it", "number", str(number), known) == number
    assert parse_option("it", "flag", str(flag), known) is flag
    assert parse_option("it", "share", repr(share), known) == pytest.approx(share)


@given(st.text(max_size=30))
def test_no_text_crashes(text):
    known = option_types(Plug)
    for name in known:
        with contextlib.suppress(UsageError):
            parse_option("it", name, text, known)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "openai:m", "--model-option", "max_cost=cheap"], "a number or none"),
        (["--model", "openai:m", "--model-option", "retries=0.5"], "a whole number"),
        (["--model", "openai:m", "--model-option", "retrys=1"], "did you mean 'retries'?"),
        (["--model", "openai:m", "--model-option", "decodings=1"], "no option 'decodings'"),
        (["--model", "openai:m", "--model-option", "retries=1", "--model-option", "retries=2"],
         "given twice"),
        (["--model", "openai:m", "--base-url", "http://x", "--model-option", "base_url=y"],
         "repeats --base-url"),
        (["--model", "openai:m", "--strategy", "prefix", "--strategy-option", "prefix.seed=1"],
         "no option 'seed'"),
        (["--model", "openai:m", "--strategy", "prefix", "--strategy-option",
          "prefix.per_document=many"], "a whole number"),
    ],
)  # fmt: skip
def test_the_command_line_names_option_value_and_type(
    options, message, capsys, tmp_path, monkeypatch
):
    from codescan.__main__ import main

    monkeypatch.setenv("OPENAI_API_KEY", "none")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.py").write_text("def add(left, right):\n    return left + right\n")
    index = tmp_path / "index"
    assert main(["index", "build", "--corpus", str(tmp_path / "corpus"), "--out", str(index)]) == 0
    capsys.readouterr()
    assert main(["audit", "--index", str(index), "--out", str(tmp_path / "run"), *options]) == 2
    assert message in capsys.readouterr().err


def test_a_fraction_of_a_cost_is_an_option_as_any_other():
    from codescan.app.audit_options import AuditOptions

    fields: dict[str, object] = {field.name: None for field in dataclasses.fields(AuditOptions)}
    fields |= {"model": "openai:m", "model_options": ("max-cost=0.5", "timeout=30")}
    assert AuditOptions(**fields).backend_options == {"max_cost": 0.5, "timeout": 30.0}


# Values of the right type that make no sense, and TOML values of any type.

ODD_TEXTS = (
    "", "-1", "0", "nan", "inf", "-inf", "1e309", "1e-320", "9" * 25, "none", "true", "a,b",
    "-1,-2", "0,0", "∞", "x" * 300, "a\0b", "../..", "http://[::1", ",,",
)  # fmt: skip
ODD_VALUES = (
    None, True, -1, 0, 1.5, float("nan"), float("inf"), "", "x", [], [1], ["a", 2], {}, {"a": 1},
    10**30,
)  # fmt: skip
OF_THE_PROGRAM = {*SUPPLIED, "reference"}


def needed_by(source):
    """Values for the options that a source requires."""
    return {
        name: ["a"] if name in ("packages", "repositories", "modules") else "x"
        for name, parameter in inspect.signature(source).parameters.items()
        if parameter.default is parameter.empty and name != "cache"
    }


@pytest.mark.parametrize(("axis", "name"), PLUG_INS)
def test_an_odd_value_is_taken_or_refused_in_words(axis, name, tmp_path):
    """A command ends with exit code 2 for it, and never with a traceback."""
    constructor, options = options_of(axis, name)
    for key in options.keys() - OF_THE_PROGRAM:
        for text in ODD_TEXTS:
            with contextlib.suppress(CodescanError):
                values = {key: parse_option(name, key, text, options)}
                if axis == "prompts":
                    constructor(tokenizer=None, seed=0, **values)
                elif axis == "sources":
                    SourceSpec(name, {**needed_by(constructor), **values}, "test").open(tmp_path)
                elif axis == "models":
                    check_model(f"{name}:{tmp_path / 'none'}", **values)


@pytest.mark.parametrize("name", AXES["sources"])
def test_a_recipe_with_odd_values_is_refused_in_words(name, tmp_path):
    constructor, options = options_of("sources", name)
    for key in [*options, "no_such_key"]:
        for value in ODD_VALUES:
            with contextlib.suppress(CodescanError):
                SourceSpec(name, {**needed_by(constructor), key: value}, "test").open(tmp_path)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_a_service_with_odd_options_is_refused_in_words(text):
    constructor, options = options_of("models", "openai-compatible")
    for key in options.keys() - OF_THE_PROGRAM:
        with contextlib.suppress(CodescanError):
            values = {key: parse_option("it", key, text, options)}
            constructor("m", **{"base_url": "http://127.0.0.1:9/v1", **values})
