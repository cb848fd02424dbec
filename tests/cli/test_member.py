# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan index export` and `codescan member`: what a corpus held, looked up by anyone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from memory_corpus import ListSource
from package_server import document

from codescan.index import build


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def documents():
    return [document(number) for number in range(3)]


@pytest.fixture
def index(tmp_path, documents):
    build([ListSource(documents)], tmp_path / "index", name="demo", recipe={}, workers=1)
    return tmp_path / "index"


@pytest.mark.parametrize("form", ["text", "compact"])
def test_exactly_the_indexed_files_are_members(call, index, documents, tmp_path, form):
    code, out, err = call("index", "export", index, "--swhids", "list", "--list-format", form,
                          "--format", "json")  # fmt: skip
    assert code == 0, err
    assert json.loads(out)["count"] == 3
    for number, one in enumerate(documents):
        (tmp_path / f"copy{number}").write_bytes(one.content)
        (tmp_path / f"changed{number}").write_bytes(one.content + b"\n")
    names = [f"{kind}{number}" for kind in ("copy", "changed") for number in range(3)]
    code, out, _err = call("member", *names, "--swhids", "list", "--format", "json")
    assert code == 0
    by_item = {item["item"]: item for item in json.loads(out)["items"]}
    assert [by_item[name]["member"] for name in names] == [True] * 3 + [False] * 3
    assert [by_item[name]["certain"] for name in names] == [form == "text"] * 3 + [True] * 3
    for name in names:  # Git is the witness
        hashed = subprocess.run(
            ["git", "hash-object", "--no-filters", name], cwd=tmp_path, check=True,
            capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        assert by_item[name]["swhid"] == f"swh:1:cnt:{hashed}"


def test_identifiers_come_from_arguments_and_standard_input(call, index, tmp_path):
    call("index", "export", index, "--swhids", "list", "-q")
    identifiers = (tmp_path / "list").read_text().splitlines()[1:-1]
    code, out, _err = call("member", *identifiers, "--swhids", "list", "--fail-on", "absent")
    assert code == 0
    assert out.count("member       swh:1:cnt:") == 3
    assert out.count("(certain)") == 3
    absent = "swh:1:cnt:" + "0" * 40
    listing = "\n".join([*identifiers, "", absent]) + "\n"
    result = subprocess.run(
        [sys.executable, "-m", "codescan", "member", "-", "--swhids", "list"],
        input=listing, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.splitlines()[-1] == f"absent       {absent} (certain)"


def test_exit_codes_say_what_was_asked(call, index, tmp_path, documents):
    call("index", "export", index, "--swhids", "list", "-q")
    (tmp_path / "copy").write_bytes(documents[0].content)
    (tmp_path / "other").write_bytes(b"other")
    for items, fail_on, expected in (
        (["copy"], "member", 1), (["copy"], "absent", 0), (["other"], "member", 0),
        (["other"], "absent", 1), (["copy", "other"], "none", 0), (["copy", "missing"], "none", 5),
        (["copy", "missing"], "member", 1), (["swh:1:dir:" + "0" * 40], "none", 2),
    ):  # fmt: skip
        code, out, _err = call("member", *items, "--swhids", "list", "--fail-on", fail_on)
        assert (items, fail_on, code) == (items, fail_on, expected)
        assert code == 2 or out.count("\n") == len(items)


def test_an_item_that_cannot_be_read_is_never_absent(call, index, tmp_path):
    call("index", "export", index, "--swhids", "list", "-q")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for item in ("missing", "pipe", "loop", ".", "a" * 5000, "x/y", "copy\nmember  forged",
                 "/proc/self/status", "/dev/null"):  # fmt: skip
        code, out, _err = call("member", item, "--swhids", "list")
        assert code == 5
        assert out.startswith("not checked")
        assert out.count("\n") == 1


def test_a_damaged_list_answers_nothing(call, index, tmp_path):
    call("index", "export", index, "--swhids", "list", "-q")
    content = bytearray((tmp_path / "list").read_bytes())
    content[300] ^= 1
    (tmp_path / "list").write_bytes(content)
    code, out, err = call("member", "swh:1:cnt:" + "0" * 40, "--swhids", "list")
    assert (code, out) == (3, "")
    assert "checksum" in err
    assert call("member", "swh:1:cnt:" + "0" * 40, "--swhids", "none")[0] == 2
