# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every field of a manifest is checked, though its checksum is right: an index may be a trap."""

import json

import pytest

from codescan.errors import IndexFormatError
from codescan.index.manifest import FileEntry, Manifest, ShardEntry, _sealed


@pytest.fixture
def whole(tmp_path):
    files = {"store": FileEntry(3, "ab")}
    shard = ShardEntry("5f1940cd401b4db0", contents=1, tokens=2, bytes=3, files=files)
    manifest = Manifest("n", "default", 31, ("python",), (shard,), skipped={"binary": 1})
    return manifest.save(tmp_path)


def changed(path, value):
    """A manifest with one field replaced, or removed, and the right checksum."""

    def change(fields):
        *outer, last = path
        for each in outer:
            fields = fields[each]
        if value is None:
            del fields[last]
        else:
            fields[last] = value

    return change


WRONG = [
    (("name",), 1), (("name",), None), (("profile",), None), (("guarantee_tokens",), -1),
    (("guarantee_tokens",), True), (("guarantee_tokens",), 1.5), (("languages",), "python"),
    (("languages",), [1]), (("shards",), {}), (("shards", 0), "s"), (("shards", 0, "id"), "../x"),
    (("shards", 0, "id"), ""), (("shards", 0, "id"), "a\n"), (("shards", 0, "id"), "a/b"),
    (("shards", 0, "id"), "."), (("shards", 0, "contents"), "1"), (("shards", 0, "bytes"), None),
    (("shards", 0, "files"), []), (("shards", 0, "files"), {"a/b": {"bytes": 1, "checksum": ""}}),
    (("shards", 0, "files"), {"": {"bytes": 1, "checksum": ""}}),
    (("shards", 0, "files", "store"), 1), (("shards", 0, "files", "store", "bytes"), -1),
    (("shards", 0, "files", "store", "checksum"), None), (("recipe",), []), (("skipped",), []),
    (("skipped", "binary"), "x"), (("skipped", "binary"), -2), (("tokens",), "3"),
    (("digest",), 3), (("created",), {}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), WRONG, ids=lambda each: str(each)[:40])
@pytest.mark.usefixtures("whole")
def test_a_wrong_field_is_refused(tmp_path, path, value):
    file = tmp_path / "manifest.json"
    fields = json.loads(file.read_text())
    changed(path, value)(fields)
    file.write_text(_sealed(fields)[0])
    with pytest.raises(IndexFormatError, match="is damaged"):
        Manifest.load(tmp_path)


def test_unknown_fields_are_left_out_and_missing_ones_have_defaults(whole, tmp_path):
    file = tmp_path / "manifest.json"
    assert Manifest.load(tmp_path) == whole
    fields = json.loads(file.read_text())
    fields["later"] = {"a": 1}
    del fields["skipped"], fields["recipe"], fields["created"], fields["shards"][0]["files"]
    file.write_text(_sealed(fields)[0])
    read = Manifest.load(tmp_path)
    assert (read.skipped, read.recipe, read.created, read.shards[0].files) == ({}, {}, "", {})
