# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The cleaned copy: everything but the dropped documents, as it was."""

from __future__ import annotations

import gzip
import json

import pytest
import zstandard

from codescan.app.dedup import DedupOptions, dedup

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

TEXT = "\n".join(f"value_{n} = compute_{n}(first_{n}, {n})" for n in range(40))
OTHER = "\n".join(f"entry_{n} = load_{n}(second_{n}, {n})" for n in range(40))


def clean(data, out):
    dedup(DedupOptions((data,), out=out, clean=True, keep="first", workers=1))
    return out / "clean"


@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
def test_lines_are_copied_as_they_are(tmp_path, packed):
    lines = [
        json.dumps({"content": TEXT, "n": 1}).encode() + b"\n",
        b"not json\n",
        b"\n",
        json.dumps({"n": 2, "content": TEXT}).encode() + b"\n",
        b'{ "content" : ' + json.dumps(OTHER).encode() + b" }",
    ]
    text = b"".join(lines)
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[packed]
    (tmp_path / "data").mkdir()
    (tmp_path / f"data/rows.jsonl{packed}").write_bytes(pack(text))
    copy = (clean(tmp_path / "data", tmp_path / "out") / f"rows.jsonl{packed}").read_bytes()
    unpack = {"": bytes, ".gz": gzip.decompress, ".zst": _unpack}[packed]
    assert unpack(copy) == b"".join(lines[:3] + lines[4:])


def _unpack(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


def test_tables_keep_columns_order_and_metadata(tmp_path):
    schema = pa.schema(
        [("content", pa.string()), ("n", pa.int8()), ("tags", pa.list_(pa.string()))],
        metadata={"owner": "me"},
    )
    rows = [(TEXT, 1, ["a"]), (OTHER, 2, []), (TEXT, 3, None), (None, 4, ["b"])]
    table = pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "data/rows.parquet", row_group_size=2, compression="gzip")
    copy = pq.read_table(clean(tmp_path / "data", tmp_path / "out") / "rows.parquet")
    read = pq.read_table(tmp_path / "data/rows.parquet")
    assert copy.schema.equals(read.schema, check_metadata=True)
    assert copy.to_pylist() == [table.to_pylist()[at] for at in (0, 1, 3)]


@pytest.mark.parametrize(
    "kind",
    [
        pa.string_view(),
        pa.large_string(),
        pa.binary(),
        pa.dictionary(pa.int32(), pa.string()),
        pa.struct([("a", pa.string())]),
        pa.map_(pa.string(), pa.large_string()),
        pa.list_(pa.decimal128(9, 2)),
        pa.null(),
    ],
    ids=str,
)
def test_tables_keep_columns_of_any_type(tmp_path, kind):
    texts = [TEXT, TEXT, OTHER, TEXT]
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        content, extra = pa.array(texts), pa.array([None] * 4, type=kind)
    else:
        content = extra = pa.array(texts).cast(kind)
    table = pa.table({"content": content, "extra": extra, "n": [1, 2, 3, 4]})
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "data/rows.parquet", row_group_size=3)
    copy = pq.read_table(clean(tmp_path / "data", tmp_path / "out") / "rows.parquet")
    assert copy["n"].to_pylist() == [1, 3]
    assert copy.schema.field("extra").equals(
        pq.read_table(tmp_path / "data/rows.parquet").schema.field("extra")
    )


def test_the_drop_list_tells_rows_with_one_id_apart(tmp_path):
    rows = [("a", TEXT), ("b", OTHER), ("b", TEXT), ("b", TEXT), ("c", TEXT)]
    (tmp_path / "data").mkdir()
    (tmp_path / "data/rows.jsonl").write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in rows)
    )
    clean(tmp_path / "data", tmp_path / "out")
    drops = [json.loads(line) for line in (tmp_path / "out/drop.jsonl").read_text().splitlines()]
    assert [(d["document"], d.get("part"), d.get("row")) for d in drops] == [
        ("b", "rows.jsonl", 3),
        ("b", "rows.jsonl", 4),
        ("c", None, None),
    ]


def test_folders_keep_every_other_file(tmp_path):
    data = tmp_path / "data"
    (data / "p/empty").mkdir(parents=True)
    (data / "p/a.py").write_text(TEXT)
    (data / "p/b.py").write_text(TEXT)
    (data / "p/logo.png").write_bytes(b"\x89PNG\0\0")
    (data / "p/link").symlink_to("a.py")
    (data / ".git").mkdir()
    (data / ".git/config").write_text(TEXT)
    copy = clean(data, tmp_path / "out")
    names = {path.relative_to(copy).as_posix() for path in copy.rglob("*")}
    assert names == {"p", "p/empty", "p/a.py", "p/logo.png", "p/link", ".git", ".git/config"}
    assert (copy / "p/link").is_symlink()
    assert (copy / "p/a.py").read_text() == TEXT
