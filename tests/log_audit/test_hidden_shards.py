# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A copy that a shard hides is found, or the audit says that something was not read."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import random
import zipfile
from io import BytesIO, StringIO

import pytest
from made_logs import copied, original, rows, write_log

from codescan.app.log_audit import LogAuditOptions, audit_log_files
from codescan.app.outcome import ExitCode
from codescan.records.json_form import encode

COPY = f"```python\n{copied(1)}\n```"
ROW = json.dumps({"id": "x", "prompt": "task", "completion": COPY}).encode()
CLEAN = json.dumps({"id": "y", "prompt": "task", "completion": "I cannot."}).encode()
TWICE = b'{"id": "x", "prompt": "task", "completion": %b, "completion": "I cannot."}' % (
    json.dumps(COPY).encode()
)


def _csv(names, values):
    import csv

    out = StringIO()
    csv.writer(out).writerows([names, values])
    return out.getvalue().encode()


def _zip(*entries):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def _parquet(names, values):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    out = BytesIO()
    pq.write_table(pa.table([[value] for value in values], names=names), out)
    return out.getvalue()


FILES = {
    "a name with two values": ("a.jsonl", lambda: TWICE),
    "the same in an array": ("a.json", lambda: b"[" + TWICE + b",\n" + CLEAN + b"]"),
    "the same in a response body": (
        "a.jsonl",
        lambda: json.dumps({"prompt": "p", "response": TWICE.decode()}).encode(),
    ),
    "text behind a bzip2 stream": ("a.bz2", lambda: bz2.compress(CLEAN + b"\n") + ROW),
    "text behind an xz stream": ("a.xz", lambda: lzma.compress(CLEAN + b"\n") + ROW),
    "gzip behind a bzip2 stream": ("a.bz2", lambda: bz2.compress(CLEAN) + gzip.compress(ROW)),
    "bzip2 behind an xz stream": ("a.xz", lambda: lzma.compress(CLEAN) + bz2.compress(ROW)),
    "a stream behind zeros": (
        "a.bz2",
        lambda: bz2.compress(CLEAN + b"\n") + bytes(100) + bz2.compress(ROW),
    ),
    "a second xz stream": ("a.xz", lambda: lzma.compress(CLEAN + b"\n") + lzma.compress(ROW)),
    "a frame without content first": (
        "a.zst",
        lambda: b"\x5f\x2a\x4d\x18\x04\0\0\0none" + _zstandard(ROW),
    ),
    "nothing": ("a.jsonl.gz", lambda: b""),
    "two fields of one name": (
        "a.csv",
        lambda: _csv(["prompt", "completion", "completion"], ["p", COPY, "none"]),
    ),
    "a field without a name": ("a.csv", lambda: _csv(["prompt", "completion"], ["p", "no", COPY])),
    "bytes that are not UTF-8": ("a.csv", lambda: b"prompt,completion\np,caf\xe9\n"),
    "two columns of one name": (
        "a.parquet",
        lambda: _parquet(["prompt", "completion", "completion"], ["p", COPY, "none"]),
    ),
    "two entries of one name": ("a.eval", lambda: _zip(("a.json", ROW), ("a.json", CLEAN))),
    "an entry that is not JSON": ("a.eval", lambda: _zip(("a.jsonl", ROW), ("b.json", CLEAN))),
    "a folder of a tool": ("node_modules/a.jsonl", lambda: ROW),
}


def _zstandard(content):
    import zstandard

    return zstandard.compress(content)


@pytest.fixture
def audited(works_index, tmp_path):
    write_log(tmp_path / "logs/good.jsonl", rows(3, {}))

    def run():
        options = LogAuditOptions(
            paths=(tmp_path / "logs",), index_folder=works_index, workers=1, chance_sample=0
        )
        result = audit_log_files(options)
        return encode(result.summary), result.exit_code

    return run


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", FILES)
def test_what_a_shard_hides_is_never_clean(audited, tmp_path, name):
    path, content = FILES[name]
    path = tmp_path / "logs" / path
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content())
    summary, code = audited()
    strong_findings = summary["findings_by_grade"]["model"]["A"]
    assert strong_findings or code == ExitCode.UNCHECKED
    assert summary["responses"] >= 3  # the other file is read nevertheless


@pytest.mark.parametrize("kind", ["outside", "broken", "ring", "pipe"])
def test_links_and_pipes_that_may_hide_a_log_are_never_clean(audited, tmp_path, kind):
    (tmp_path / "elsewhere.jsonl").write_bytes(ROW)
    path = tmp_path / "logs/shard.jsonl"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"outside": tmp_path / "elsewhere.jsonl", "ring": path}.get(kind, "none"))
    _, code = audited()
    assert code == ExitCode.UNCHECKED


def test_a_link_to_another_shard_is_read_once(audited, tmp_path):
    (tmp_path / "logs/again.jsonl").symlink_to(tmp_path / "logs/good.jsonl")
    summary, code = audited()
    assert code == ExitCode.NOTHING_FOUND
    assert (summary["files"], summary["responses"]) == (1, 3)


def test_equal_values_of_one_name_are_one_value(audited, tmp_path):
    text = json.dumps(original(random.Random(1)))
    (tmp_path / "logs/a.jsonl").write_text(
        f'{{"prompt": "p", "completion": {text}, "completion": {text}}}', encoding="utf-8"
    )
    summary, code = audited()
    assert (code, summary["responses"]) == (ExitCode.NOTHING_FOUND, 4)
