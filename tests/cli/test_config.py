# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Project configuration: found, read, and wrong in words that name everything at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from codescan.app.settings import only_one, report_format
from codescan.config import Config, find_config, load_config
from codescan.errors import ConfigError, UsageError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold():
    assert load_config(None) == Config()


def test_every_key_is_read_and_the_index_is_relative_to_the_file(tmp_path):
    file = write(
        tmp_path / "codescan.toml",
        'index = "indexes/mine"\ncorpus = "top-pypi"\nfail_on = "A"\nmin_tokens = 40\n'
        'format = "json"\n',
    )
    assert load_config(file) == Config(
        index=tmp_path / "indexes/mine",
        corpus="top-pypi",
        fail_on="A",
        min_tokens=40,
        format="json",
        file=file,
    )


def test_the_nearest_file_is_found_and_the_own_file_comes_first(tmp_path):
    project = write(tmp_path / "pyproject.toml", "[tool.codescan]\nmin_tokens = 3\n")
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    assert find_config(below) == project
    own = write(tmp_path / "codescan.toml", "")
    assert find_config(below) == own
    nearer = write(tmp_path / "src" / "codescan.toml", "")
    assert find_config(below) == nearer


def test_a_pyproject_that_is_not_about_codescan_is_passed_by_even_when_broken(tmp_path):
    write(tmp_path / "inner" / "pyproject.toml", "[project\nbroken")
    outer = write(tmp_path / "codescan.toml", "")
    assert find_config(tmp_path / "inner") == outer


def test_the_table_of_a_pyproject_is_read(tmp_path):
    file = write(
        tmp_path / "pyproject.toml", '[project]\nname = "x"\n[tool.codescan]\nfail_on = "none"\n'
    )
    assert load_config(file).fail_on == "none"


def test_all_problems_are_listed_at_once_with_the_closest_name(tmp_path):
    file = write(
        tmp_path / "codescan.toml",
        'indx = "x"\nfail_on = "E"\nmin_tokens = true\nformat = 3\nzzz = 1\n',
    )
    with pytest.raises(ConfigError) as wrong:
        load_config(file)
    message = wrong.value.message
    assert "5 problems" in message
    assert "unknown key 'indx', did you mean 'index'?" in message
    assert "fail_on is 'E', must be one of A, B, C, D, none" in message
    assert "min_tokens is True" in message
    assert "format is 3, must be a text" in message
    assert "unknown key 'zzz'" in message
    assert "min_tokens" in wrong.value.hint
    assert wrong.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"index = ", "not valid TOML"),
        (b'index = "\xff"', "not UTF-8"),
        (b"min_tokens = 0", "whole number of at least 1"),
        (b'index = ""', "must be a text"),
    ],
)
def test_what_cannot_be_read_is_reported(tmp_path, content, message):
    file = tmp_path / "codescan.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        load_config(file)


def test_a_named_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        load_config(tmp_path / "absent.toml")


def test_a_table_that_is_none_is_an_error(tmp_path):
    file = write(tmp_path / "pyproject.toml", "[tool]\ncodescan = 3\n")
    with pytest.raises(ConfigError, match="is not a table"):
        load_config(file)


def test_an_option_comes_before_the_file_and_the_file_before_the_default():
    assert report_format("html", Config(format="json")) == "html"
    assert report_format(None, Config(format="json")) == "json"
    assert report_format(None, Config()) == "terminal"
    with pytest.raises(ConfigError, match="not a report format"):
        report_format(None, Config(format="pdf"))


def test_two_indexes_cannot_be_asked_for():
    only_one(Path("x"), None)
    with pytest.raises(UsageError, match="--index cannot be combined"):
        only_one(Path("x"), "y")
