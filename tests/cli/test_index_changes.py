# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Indexes are changed from the command line without being built anew."""

from __future__ import annotations

import json


def described(call, folder):
    code, out, _err = call("index", "info", folder, "--format", "json")
    assert code == 0
    return json.loads(out)


def test_packages_are_added_merged_listed_and_removed(call, corpus_folder, tmp_path):
    out = tmp_path / "i"
    first, second = corpus_folder / "locks", corpus_folder / "pebbles"
    assert call("index", "build", "--corpus", first, "--out", out, "-q")[0] == 0
    assert described(call, out)["files"] == 1
    assert call("index", "add", out, "--corpus", second, "-q")[0] == 0
    assert described(call, out)["files"] == 2
    assert call("index", "merge", out, "-q")[0] == 0
    code, listed, _err = call("index", "info", out, "--list-packages")
    assert code == 0
    purls = listed.split()
    assert len(purls) == 2
    assert call("index", "remove", out, purls[0], "-q")[0] == 0
    assert described(call, out)["packages"] == 1
    assert call("index", "verify", out, "-q")[0] == 0


def test_an_unknown_package_or_profile_is_a_usage_error(call, corpus_folder, tmp_path):
    out = tmp_path / "i"
    code, _out, err = call("index", "build", "--corpus", corpus_folder, "--profile", "nope")
    assert code == 2
    assert "precise" in err
    assert call("index", "build", "--corpus", corpus_folder, "--out", out, "-q")[0] == 0
    code, _out, err = call("index", "remove", out, "pkg:pypi/nobody@1")
    assert code == 2
    assert "index info --list-packages" in err


def test_a_profile_states_its_guarantee(call, corpus_folder, tmp_path):
    out = tmp_path / "i"
    build = ("index", "build", "--corpus", corpus_folder, "--out", out, "-q")
    assert call(*build, "--profile", "large")[0] == 0
    assert described(call, out)["guarantee_tokens"] == 51


def test_adding_to_no_index_says_so(call, corpus_folder, tmp_path):
    code, _out, err = call("index", "add", tmp_path / "none", "--corpus", corpus_folder)
    assert code == 3
    assert "no index found" in err
