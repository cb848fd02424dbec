# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""JSON files that codescan wrote and others changed: read, or refused with what is wrong."""

import contextlib
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from codescan.canaries import manifest
from codescan.canaries.canary import Canary, CanarySet, Entry, Role
from codescan.canaries.stamps import stamp_folder
from codescan.errors import CodescanError
from codescan.gate import baseline_entries
from codescan.gate.baseline_entries import BaselineFile
from codescan.log_audit.chain import CHAIN, Chain, read_chain
from codescan.records.json_decode import DecodingError, decode_json
from codescan.records.json_encode import canonical_json

HARBOR = baseline_entries.Entry(
    fingerprint="f1", path="a.py", count=2, rule="verbatim-copy", origin="pkg:pypi/harbor#a.py",
    license="MIT", lines="1-9", reviewer="Tess", reason="asked the owner", decided="2026-11-30",
    expires=date(2026, 12, 31),
)  # fmt: skip


def baseline(_folder: Path, content: bytes):
    return baseline_entries.parse_entries(content, "baseline")


def canaries(folder: Path, content: bytes):
    (folder / manifest.MANIFEST).write_bytes(content)
    commitment = {**json.loads((folder / manifest.COMMITMENT).read_bytes())}
    commitment["manifest_sha256"] = hashlib.sha256(content).hexdigest()
    (folder / manifest.COMMITMENT).write_bytes(canonical_json(commitment))
    return manifest.read_set(folder)


def commitment(folder: Path, content: bytes):
    (folder / manifest.COMMITMENT).write_bytes(content)
    return manifest.read_set(folder)


def stamp(folder: Path, content: bytes):
    (folder / stamp_folder.STAMP).write_bytes(content)
    files = 0
    with contextlib.suppress(ValueError, TypeError, LookupError, RecursionError):
        files = len(json.loads(content)["files"])
    digest = hashlib.sha256(content).hexdigest()
    committed = {"files": files, "schema_version": 1, "stamp_sha256": digest}
    (folder / stamp_folder.COMMITMENT).write_bytes(canonical_json(committed))
    read, _ = stamp_folder.read_stamp(folder)
    return stamp_folder.stamped_files(folder, read)


def chain(folder: Path, content: bytes):
    (folder / CHAIN).write_bytes(content)
    return read_chain(folder / CHAIN)


def written(reader, folder: Path) -> bytes:
    """What codescan itself writes for a reader."""
    secret = Canary("secret-00001", "secret", "key = ", "harbor", "\n")
    entries = (Entry(secret, Role.PLANTED, 2, "secret-00002"),)
    manifest.commit(folder, CanarySet("7", ("secret",), (2,), entries), None)
    links = Chain()
    links.add("input", {"name": "a.jsonl", "bytes": 3})
    texts = {
        baseline: json.dumps(to_builtins(BaselineFile(1, (HARBOR,)))).encode(),
        canaries: (folder / manifest.MANIFEST).read_bytes(),
        commitment: (folder / manifest.COMMITMENT).read_bytes(),
        stamp: canonical_json(to_builtins(stamp_folder.Stamp(key="k", forms=4, files={}))),
        chain: links.content(),
    }
    return texts[reader]


READERS = (baseline, canaries, commitment, stamp, chain)
_VALUES = st.sampled_from([None, -1, 1.5, True, "", " ", "\ud800", [], {}, [[]], 10**40])


def places(value, at=()):
    """The path of every value inside JSON."""
    yield at
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in enumerate(value) if isinstance(value, list) else items:
        yield from places(inner, (*at, key))


def replaced(value, at, new):
    if not at:
        return new
    copy = value.copy()
    copy[at[0]] = replaced(value[at[0]], at[1:], new)
    return copy


@pytest.mark.parametrize("reader", READERS)
def test_what_was_written_is_read(reader, tmp_path):
    assert reader(tmp_path, written(reader, tmp_path)) is not None


@pytest.mark.parametrize("reader", READERS)
@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_of_another_type_is_read_or_refused_in_words(reader, data, tmp_path):
    content = written(reader, tmp_path)
    document = json.loads(content)
    at = data.draw(st.sampled_from(list(places(document))))
    changed = json.dumps(replaced(document, at, data.draw(_VALUES))).encode()
    with contextlib.suppress(CodescanError):
        reader(tmp_path, changed)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"null", b"[", b"[" * 100_000, b'{"a": ' + b"9" * 9000 + b"}", b"NaN"],
)
def test_what_is_not_the_file_is_refused(reader, content, tmp_path):
    written(reader, tmp_path)
    with pytest.raises(CodescanError):
        reader(tmp_path, content)


@pytest.mark.parametrize("reader", READERS)
def test_a_name_with_two_values_is_refused(reader, tmp_path):
    content = written(reader, tmp_path)
    name, value = next(iter(json.loads(content).items()))
    other = "another" if value != "another" else "other"
    twice = b"{" + json.dumps({name: other})[1:-1].encode() + b"," + content.lstrip()[1:]
    with pytest.raises(CodescanError):
        reader(tmp_path, twice)


def test_an_error_names_the_place():
    content = json.dumps({"schema_version": 1, "entries": [{**to_builtins(HARBOR), "count": 0}]})
    with pytest.raises(DecodingError, match=r"entries\[0\].count: Expected `int` >= 1"):
        decode_json(content, BaselineFile)
