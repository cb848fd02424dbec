# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows become documents, whatever the container; a missing library is named."""

from __future__ import annotations

import gzip
import json
import lzma
import sys

import pytest
import zstandard

from codescan.errors import ConfigError, MissingExtraError, SourceError
from codescan.records import Document, LicenseBasis, Skipped
from codescan.sources import dataset_rows
from codescan.sources.dataset import DatasetSource

CODE = "def f(x):\n    return x + 1\n"
FIELDS = ("text", "file", "repo_name", "lic", "rev")
ROWS = [
    dict(zip(FIELDS, values, strict=True))
    for values in (
        (CODE, "src/a.py", "Ada/Tool", ["MIT", "Apache-2.0"], "abc"),
        (CODE * 2, "b.py", "not github", "gpl-3.0", None),
        (CODE * 3, "../c.py", "ada/tool", [], ""),
        (None, "d.py", "ada/tool", None, ""),
        ("\u20ac\n" + CODE, "e.py", "", "MIT", ""),
    )
]
COLUMNS = {
    "content": "text",
    "path_column": "file",
    "repo": "repo_name",
    "license": "lic",
    "commit": "rev",
}
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def read(source):
    items = list(source.documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("r.jsonl", bytes),
        ("r.jsonl.gz", gzip.compress),
        ("r.jsonl.zst", zstandard.compress),
        ("r.ndjson.xz", lzma.compress),
    ],
)
def test_lines(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(LINES))
    documents, skipped = read(DatasetSource(str(tmp_path / name), **COLUMNS))
    first, second, third = documents
    assert first.origin.package.purl == "pkg:github/ada/tool@abc"
    assert first.origin.package.family == "git/github.com/ada/tool"
    assert [claim.expression for claim in first.licenses] == ["MIT", "Apache-2.0"]
    assert first.licenses[0].basis == LicenseBasis.REPOSITORY
    assert second.origin.package.purl == "pkg:generic/not%20github"
    assert third.origin.package.purl == "pkg:generic/r"
    assert third.origin.path == "4/e.py"
    assert [item.reason for item in skipped] == ["unsafe-path", "empty"]


def test_parquet_in_pieces(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    texts, paths = zip(*((f"{CODE}# {i}\n", f"{i}.py") for i in range(40)), strict=True)
    table = pa.table({"content": texts, "path": paths})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    source = DatasetSource(str(tmp_path / "a.parquet"))
    parts = list(source.parts())
    assert len(parts) == 3
    documents, _ = read(source)
    assert [document.origin.path for document in documents] == [f"{i}/{i}.py" for i in range(40)]
    wrong = DatasetSource(str(tmp_path / "a.parquet"), content="text")
    _, skipped = read(wrong)
    assert "no column text" in skipped[0].detail


def test_a_folder_of_files_in_order(tmp_path):
    for name in ("b.jsonl", "a.jsonl", "x/c.jsonl", "ignored.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"content": CODE}) + "\n")
    documents, _ = read(DatasetSource(str(tmp_path), path_column=""))
    assert documents == []  # without a name, nothing says that it is Python
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"content": "#!/usr/bin/env python\n" + CODE}) + "\n"
    )
    documents, skipped = read(DatasetSource(str(tmp_path), path_column=""))
    assert [document.origin.path for document in documents] == ["a.jsonl/0"]
    assert [item.item.rpartition("#")[2] for item in skipped] == ["b.jsonl/0", "c.jsonl/0"]


def test_bad_lines_are_counted_and_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(dataset_rows, "_MAX_LINE", 200)
    good = json.dumps({"content": CODE, "path": "a.py"}).encode()
    long = json.dumps({"content": "x" * 900}).encode()
    (tmp_path / "r.jsonl").write_bytes(b"\n".join([b"{", b"[1]", long, good, b"", b"\xff", good]))
    documents, skipped = read(DatasetSource(str(tmp_path / "r.jsonl")))
    assert [item.reason for item in skipped] == ["bad-json", "bad-json", "too-large", "bad-json"]
    assert len(documents) == 2


@pytest.mark.parametrize("name", ["r.jsonl.gz", "r.jsonl.zst"])
def test_a_cut_file_keeps_what_came_before(tmp_path, name):
    pack = gzip.compress if name.endswith("gz") else zstandard.compress
    lines = b"".join(
        json.dumps({"content": f"{CODE}# {i * 7919}\n", "path": f"{i}.py"}).encode() + b"\n"
        for i in range(20_000)
    )
    packed = pack(lines)
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    documents, skipped = read(DatasetSource(str(tmp_path / name)))
    assert documents
    if name.endswith("gz"):
        assert skipped[-1].reason == "corrupt-archive"


def test_contents_that_lie_elsewhere(tmp_path, server):
    blob = {"blob_id": "ab/c", "path": "a.py"}
    server.routes["/content/ab%2Fc"] = gzip.compress(CODE.encode())
    rows = [blob, {**blob, "blob_id": "missing"}, {**blob, "path": "a.png"}]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = DatasetSource(
        str(tmp_path / "r.jsonl"),
        content_url=f"{server.url}/content/{{blob_id}}",
        cache=str(tmp_path / "cache"),
    )
    (document,), skipped = read(source)
    assert document.content == CODE.encode()
    assert [(item.stage, item.reason) for item in skipped] == [
        ("fetch", "not-found"),
        ("read", "binary"),
    ]
    assert len(server.seen) == 2
    assert read(source)[0] == [document]
    assert len(server.seen) == 3  # only the missing one is asked for again


def test_the_limit_is_for_each_file(tmp_path):
    (tmp_path / "r.jsonl").write_bytes(LINES)
    assert len(read(DatasetSource(str(tmp_path / "r.jsonl"), limit=1, **COLUMNS))[0]) == 1


@pytest.mark.slow
def test_a_hub_dataset_by_a_local_stand_in(tmp_path, monkeypatch):
    pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = tmp_path / "stack"
    folder.mkdir()
    for name, rows in (("train-0.jsonl", ROWS[:1]), ("train-1.jsonl", ROWS[:1])):
        text = "".join(json.dumps({**row, "rev": "x", "file": name[6] + ".py"}) for row in rows)
        (folder / name).write_text(text + "\n")
    source = DatasetSource(hub=str(folder), name="stack", **COLUMNS)
    assert len(list(source.parts())) == 2
    documents, skipped = read(source)
    assert [document.id for document in documents] == [
        "pkg:github/ada/tool@x#0.py",
        "pkg:github/ada/tool@x#1.py",
    ]
    assert not skipped


@pytest.mark.slow
def test_a_hub_dataset_that_cannot_be_had(tmp_path):
    pytest.importorskip("datasets")
    with pytest.raises(SourceError) as caught:
        list(DatasetSource(hub=str(tmp_path / "nothing")).parts())
    assert "hf auth login" in caught.value.hint


@pytest.mark.parametrize(
    ("library", "extra", "options"),
    [("datasets", "models", {"hub": "x/y"}), ("pyarrow", "parquet", {"path": "a.parquet"})],
)
def test_a_missing_library_names_its_extra(tmp_path, monkeypatch, library, extra, options):
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtraError) as caught:
        list(DatasetSource(**options).parts())
    assert caught.value.extra == extra


def test_what_is_not_there(tmp_path):
    for path in (tmp_path / "x.jsonl", tmp_path):
        with pytest.raises(SourceError):
            list(DatasetSource(str(path)).documents())
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(SourceError, match="not a valid Parquet"):
        list(DatasetSource(str(tmp_path / "a.parquet")).documents())
    with pytest.raises(ConfigError):
        DatasetSource()
