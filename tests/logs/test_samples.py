# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every log format: all text of the model is read, no text that it was given is, none twice."""

import bz2
import gzip
import json
import lzma
import zipfile
from pathlib import Path

import pytest
import zstandard
from log_samples import SAMPLES
from log_texts import GAVE

from codescan.logs.read import LogEntry, read_log
from codescan.registry import AXES


def read(path):
    entries = list(read_log(path))
    return [item for item in entries if isinstance(item, LogEntry)], [
        item for item in entries if not isinstance(item, LogEntry)
    ]


def written(tmp_path, sample):
    path = tmp_path / sample.name
    path.write_text(sample.content, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("name", SAMPLES)
def test_a_format_is_read_as_its_owner_writes_it(tmp_path, name):
    sample = SAMPLES[name]
    entries, unchecked = read(written(tmp_path, sample))
    responses = [response for entry in entries for response in entry.exchange.responses]
    assert not unchecked
    assert {entry.format for entry in entries} == {sample.reader}
    assert len(responses) == sample.responses == len(sample.wrote)
    for text, response in zip(sample.wrote, responses, strict=True):
        assert text in response.text
        assert response.text.count(text) == 1
        assert "user_text" not in response.text
    if sample.model:
        assert entries[-1].exchange.model == sample.model


@pytest.mark.parametrize("name", [n for n, s in SAMPLES.items() if GAVE[:20] in json.dumps(s.rows)])
def test_given_text_is_context(tmp_path, name):
    entries, _ = read(written(tmp_path, SAMPLES[name]))
    prompts = "".join(entry.exchange.prompt for entry in entries)
    responses = "".join(r.text for entry in entries for r in entry.exchange.responses)
    assert "user_text" not in responses
    if name != "langsmith":
        assert "def user_text(self):" in prompts


def test_every_reader_has_a_sample_and_every_source_is_named():
    assert {sample.reader.partition(" ")[0] for sample in SAMPLES.values()} == {
        *AXES["logs"],
        "aider",
    }
    for name, sample in SAMPLES.items():
        assert bool(sample.source) != sample.reader.endswith("(unverified)"), name


def as_utf16(content):
    return content.decode().encode("utf-16")


PACKINGS = {
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "utf-16": as_utf16,
    "utf-8-mark": lambda content: b"\xef\xbb\xbf" + content,
    "gzip-of-utf-16": lambda content: gzip.compress(as_utf16(content)),
}


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
@pytest.mark.parametrize("name", ["openai-chat", "inspect_ai", "csv", "aider", "openai-sse"])
def test_packed_logs_are_read_alike(tmp_path, name, pack):
    sample = SAMPLES[name]
    plain = written(tmp_path, sample)
    packed = tmp_path / f"packed-{sample.name}"
    packed.write_bytes(pack(sample.content.encode()))
    assert [e.exchange for e in read(packed)[0]] == [e.exchange for e in read(plain)[0]]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", [n for n, s in SAMPLES.items() if s.rows])
def test_an_array_of_rows_is_read_like_its_lines(tmp_path, name, indent):
    sample = SAMPLES[name]
    array = tmp_path / "array.json"
    array.write_text(json.dumps(sample.rows, indent=indent))
    texts = [r.text for e in read(array)[0] for r in e.exchange.responses]
    lines = [r.text for e in read(written(tmp_path, sample))[0] for r in e.exchange.responses]
    assert texts == lines


def test_parquet_is_read(tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    rows = SAMPLES["litellm"].rows[1:] * 3
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "log.parquet")
    entries, unchecked = read(tmp_path / "log.parquet")
    assert len(entries) == 3
    assert not unchecked


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_of_inspect_ai_is_read_sample_by_sample(tmp_path, compression):
    """A `.eval` file is a zip archive with a JSON file for each sample, beside a header."""
    samples = json.loads(SAMPLES["inspect_ai"].content)["samples"]
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("header.json", json.dumps({"version": 2, "status": "success"}))
        archive.writestr("_journal/start.json", json.dumps({"version": 2}))
        for number, sample in enumerate(samples):
            archive.writestr(f"samples/{number}_epoch_1.json", json.dumps(sample))
        archive.writestr("summaries.json", "[]")
    entries, unchecked = read(path)
    assert not unchecked
    texts = [r.text for e in entries for r in e.exchange.responses]
    plain = read(written(tmp_path, SAMPLES["inspect_ai"]))[0]
    assert texts == [r.text for e in plain for r in e.exchange.responses]


def test_the_table_of_formats_names_every_reader():
    page = (Path(__file__).resolve().parents[2] / "docs" / "log-formats.md").read_text()
    for name in (*AXES["logs"], "aider"):
        assert f"| `{name}` |" in page
    for name, sample in SAMPLES.items():
        reader = sample.reader.partition(" ")[0]
        row = next(line for line in page.splitlines() if line.startswith(f"| `{reader}` |"))
        assert ("*unverified*" in row) == (not sample.source), name
