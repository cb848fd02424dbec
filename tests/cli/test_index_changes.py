# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Indexes are changed from the command line without being built anew."""

from __future__ import annotations

import json

import pytest

from codescan.cli.entry import run


@pytest.fixture
def codescan(capsys):
    """Run a command; give its exit code, output and messages."""

    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def described(codescan, folder):
    code, out, _err = codescan("index", "info", folder, "--format", "json")
    assert code == 0
    return json.loads(out)


def test_packages_are_added_merged_listed_and_removed(codescan, corpus_folder, tmp_path):
    out = tmp_path / "i"
    first, second = corpus_folder / "locks", corpus_folder / "pebbles"
    assert codescan("index", "build", "--corpus", first, "--out", out, "-q")[0] == 0
    assert described(codescan, out)["files"] == 1
    assert codescan("index", "add", out, "--corpus", second, "-q")[0] == 0
    assert described(codescan, out)["files"] == 2
    assert codescan("index", "merge", out, "-q")[0] == 0
    code, listed, _err = codescan("index", "info", out, "--list-packages")
    assert code == 0
    purls = listed.split()
    assert len(purls) == 2
    assert codescan("index", "remove", out, purls[0], "-q")[0] == 0
    assert described(codescan, out)["packages"] == 1
    assert codescan("index", "verify", out, "-q")[0] == 0


def test_an_unknown_package_or_profile_is_a_usage_error(codescan, corpus_folder, tmp_path):
    out = tmp_path / "i"
    code, _out, err = codescan("index", "build", "--corpus", corpus_folder, "--profile", "nope")
    assert code == 2
    assert "precise" in err
    assert codescan("index", "build", "--corpus", corpus_folder, "--out", out, "-q")[0] == 0
    code, _out, err = codescan("index", "remove", out, "pkg:pypi/nobody@1")
    assert code == 2
    assert "index info --list-packages" in err


def test_a_profile_states_its_guarantee(codescan, corpus_folder, tmp_path):
    out = tmp_path / "i"
    build = ("index", "build", "--corpus", corpus_folder, "--out", out, "-q")
    assert codescan(*build, "--profile", "large")[0] == 0
    assert described(codescan, out)["guarantee_tokens"] == 51


def test_adding_to_no_index_says_so(codescan, corpus_folder, tmp_path):
    code, _out, err = codescan("index", "add", tmp_path / "none", "--corpus", corpus_folder)
    assert code == 3
    assert "no index found" in err
