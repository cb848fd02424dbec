# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An index gives back what went in, is replaced in one step, and refuses what is damaged."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from memory_corpus import ListSource, program
from msgspec.structs import replace

from codescan.errors import (
    EmptyCorpusError,
    IndexFormatError,
    IndexMissingError,
    OutputError,
    SourceError,
    UsageError,
)
from codescan.index import Index, add, build, compact, remove
from codescan.index.manifest import Manifest, _sealed
from codescan.index.merge import merge_all
from codescan.index.transaction import changing
from codescan.records import Skipped


class DividedSource(ListSource):
    """One part for each item."""

    def parts(self):
        for item in self.items:
            yield ListSource([item])


def make(out, source, **options):
    return build([source], out, name="test", recipe={"kind": "list"}, workers=1, **options)


def test_every_document_comes_back_whole(tmp_path, documents):
    manifest = make(tmp_path / "i", ListSource(documents))
    index = Index.open(tmp_path / "i")
    assert (manifest.files, manifest.contents, manifest.packages, len(index)) == (40, 40, 7, 40)
    for number in range(len(index)):
        (document,) = index.documents(number)
        whole = replace(document, content=index.content(number))
        assert whole in documents
        assert index.language(number) == "python"


def test_identical_files_are_kept_once_with_every_holder(tmp_path, make_document):
    texts = [make_document(program(1), "a.py", name) for name in ("zeta", "alpha", "beta")]
    manifest = make(tmp_path / "i", ListSource(texts))
    index = Index.open(tmp_path / "i")
    assert (manifest.files, manifest.contents) == (3, 1)
    purls = [d.origin.package.purl for d in index.documents(0)]
    assert purls == sorted(purls)
    assert len(purls) == 3
    assert index.families(0) == {"pypi/zeta", "pypi/alpha", "pypi/beta"}


def test_skipped_files_are_counted_by_reason(tmp_path, documents):
    skips = [Skipped(f"x{i}", "read", "binary") for i in range(3)]
    skips.append(Skipped("y", "read", "minified", "mean line of 900 bytes"))
    manifest = make(tmp_path / "i", ListSource([*documents, *skips]))
    assert manifest.skipped == {"binary": 3, "minified": 1}


def test_processes_build_the_same_corpus_as_one(tmp_path, documents):
    one = make(tmp_path / "one", ListSource(documents))
    two = build([DividedSource(documents)], tmp_path / "two", name="t", recipe={}, workers=2)
    assert one.digest == two.digest
    assert (one.files, one.contents, one.tokens) == (two.files, two.contents, two.tokens)
    first, right = Index.open(tmp_path / "one"), Index.open(tmp_path / "two")
    assert len(right.manifest.shards) == 1
    right.verify()
    assert [d.id for d in first.sample(10, seed=4)] == [d.id for d in right.sample(10, seed=4)]


def test_small_shards_give_the_same_index(tmp_path, documents, monkeypatch):
    """How much is held in memory before a shard is written changes nothing but the work."""
    whole = make(tmp_path / "whole", ListSource(documents))
    most = whole.tokens // 7
    monkeypatch.setattr("codescan.index.workers.OPEN_TOKENS", most)
    monkeypatch.setattr("codescan.index.workers._LEAST_TOKENS", 1)
    written = []
    monkeypatch.setitem(
        build.__globals__,  # the module has the name of the function
        "merge_all",
        lambda shards, entries: (written.extend(entries), merge_all(shards, entries))[1],
    )
    small = make(tmp_path / "small", ListSource(documents))
    assert len(written) > 6
    assert max(entry.tokens for entry in written) <= most
    assert whole.digest == small.digest
    (one,), (other,) = whole.shards, small.shards
    for name in ("exact", "renamed", "bag"):
        for part in ("directory", "postings", "frequent"):
            whole_file = tmp_path / "whole" / "shards" / one.id / f"{name}.{part}"
            right = tmp_path / "small" / "shards" / other.id / f"{name}.{part}"
            assert whole_file.read_bytes() == right.read_bytes()


def test_a_file_too_large_for_a_shard_is_skipped(tmp_path, documents, make_document, monkeypatch):
    monkeypatch.setattr("codescan.index.workers.OPEN_TOKENS", 5000)
    monkeypatch.setattr("codescan.index.workers._LEAST_TOKENS", 1)
    large = make_document(program(99, lines=900), "large.py", "large")
    manifest = make(tmp_path / "i", ListSource([documents[0], large, *documents[1:]]))
    assert manifest.skipped == {"too-large": 1}
    assert manifest.contents == len(documents)


def test_a_package_that_cannot_be_read_does_not_lose_the_rest(tmp_path, documents):
    broken = ListSource(documents[:3], SourceError("archive x.tar.gz is corrupt"))
    manifest = make(tmp_path / "i", broken)
    assert manifest.files == 3
    assert manifest.skipped == {"unreadable": 1}


def test_an_empty_corpus_is_an_error_and_keeps_the_old_index(tmp_path, documents):
    make(tmp_path / "i", ListSource(documents))
    with pytest.raises(EmptyCorpusError, match="no file that can be indexed"):
        make(tmp_path / "i", ListSource([Skipped("x", "read", "binary")]))
    assert len(Index.open(tmp_path / "i")) == 40


def test_a_rebuild_replaces_the_index_and_leaves_nothing_behind(tmp_path, documents):
    make(tmp_path / "i", ListSource(documents))
    make(tmp_path / "i", ListSource(documents[:5]))
    assert len(Index.open(tmp_path / "i")) == 5
    assert len(list((tmp_path / "i" / "shards").iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path, documents):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        make(tmp_path / "file" / "i", ListSource(documents))


def test_a_missing_index_says_how_to_build_one(tmp_path):
    with pytest.raises(IndexMissingError) as caught:
        Index.open(tmp_path / "nothing")
    assert "codescan index build" in caught.value.hint


def test_an_index_of_another_version_is_refused(tmp_path, documents):
    make(tmp_path / "i", ListSource(documents))
    path = tmp_path / "i" / "manifest.json"
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({**raw, "format_version": 99, "tool_version": "9.9"}))
    with pytest.raises(IndexFormatError, match=r"format version 99 \(made by codescan 9.9\)"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format_version": 2}', "\0", "[" * 10**5])
def test_a_damaged_manifest_is_refused(tmp_path, documents, text):
    make(tmp_path / "i", ListSource(documents))
    (tmp_path / "i" / "manifest.json").write_text(text)
    with pytest.raises(IndexFormatError):
        Index.open(tmp_path / "i")


def test_a_manifest_cannot_point_outside_of_its_index(tmp_path, documents):
    manifest = make(tmp_path / "i", ListSource(documents))
    path = tmp_path / "i" / "manifest.json"
    raw = json.loads(path.read_text())
    raw["shards"][0]["id"] = "../../" + manifest.shards[0].id
    path.write_text(_sealed(raw)[0])
    with pytest.raises(IndexFormatError, match=r"shards\[0\]\.id"):
        Index.open(tmp_path / "i")


def test_damage_anywhere_is_found_by_verify(tmp_path, documents):
    manifest = make(tmp_path / "i", ListSource(documents))
    folder = tmp_path / "i" / "shards" / manifest.shards[0].id
    rng = random.Random(2)
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        damaged = bytearray(good)
        for position in (0, rng.randrange(min(64, len(good))), rng.randrange(len(good))):
            damaged[position] ^= 16
            path.write_bytes(damaged)
            with pytest.raises(IndexFormatError, match="damaged"):
                Index.open(tmp_path / "i").verify()
            damaged[position] ^= 16
        path.write_bytes(good)
    Index.open(tmp_path / "i").verify()


@pytest.mark.parametrize("name", ["store", "catalogue.db", "starts", "exact.postings"])
def test_a_missing_part_is_named(tmp_path, documents, name):
    manifest = make(tmp_path / "i", ListSource(documents))
    (tmp_path / "i" / "shards" / manifest.shards[0].id / name).unlink()
    with pytest.raises(IndexFormatError, match=name):
        Index.open(tmp_path / "i").verify()


_KILLED_BUILD = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from memory_corpus import ListSource
from test_build_index import make
from pickle import load
documents = load(open({pickle!r}, "rb"))
print("start", flush=True)
make(Path({out!r}), ListSource(documents * 40))
"""


def test_a_build_killed_at_any_moment_leaves_the_old_index_or_the_new(tmp_path, documents):
    import pickle

    out = tmp_path / "i"
    old = make(out, ListSource(documents[:5])).digest
    (tmp_path / "d.pickle").write_bytes(pickle.dumps(documents))
    script = _KILLED_BUILD.format(
        tests=str(Path(__file__).parent), pickle=str(tmp_path / "d.pickle"), out=str(out)
    )
    rng = random.Random(8)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.35))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        index = Index.open(out)
        index.verify()
        assert len(index) in (5, 40)
        if len(index) == 5:
            assert index.manifest.digest == old
    make(out, ListSource(documents))
    assert len(list((out / "shards").iterdir())) == 1
    shutil.rmtree(out)


def test_a_manifest_survives_its_own_file(tmp_path, documents):
    manifest = make(tmp_path / "i", ListSource(documents))
    assert Manifest.load(tmp_path / "i") == manifest


def ids(index):
    return sorted(d.id for number in range(len(index)) for d in index.documents(number))


def test_packages_are_added_without_touching_the_rest(tmp_path, documents):
    first = make(tmp_path / "i", ListSource(documents[:30]))
    second = add([ListSource(documents[20:])], tmp_path / "i", workers=1)
    assert second.shards[0] == first.shards[0]
    assert len(second.shards) == 2
    merged = compact(tmp_path / "i")
    whole = make(tmp_path / "whole", ListSource(documents))
    assert len(merged.shards) == 1
    assert (merged.contents, merged.tokens) == (whole.contents, whole.tokens)
    Index.open(tmp_path / "i").verify()


def test_removed_packages_are_gone_and_the_rest_stays(tmp_path, documents):
    make(tmp_path / "i", ListSource(documents))
    add([ListSource(documents[:3])], tmp_path / "i", workers=1)
    remove(frozenset({"pkg:pypi/package3@1.0"}), tmp_path / "i")
    index = Index.open(tmp_path / "i")
    index.verify()
    remaining = {d.id for d in documents if d.origin.package.name != "package3"}
    assert set(ids(index)) == remaining


def test_a_file_stays_while_another_package_holds_it(tmp_path, make_document):
    twins = [make_document(program(1), "a.py", name) for name in ("one", "two")]
    make(tmp_path / "i", ListSource(twins))
    remove(frozenset({"pkg:pypi/one@1.0"}), tmp_path / "i")
    assert ids(Index.open(tmp_path / "i")) == ["pkg:pypi/two@1.0#a.py"]


def test_removing_an_unknown_package_changes_nothing(tmp_path, documents):
    before = make(tmp_path / "i", ListSource(documents))
    with pytest.raises(UsageError, match="nobody"):
        remove(frozenset({"pkg:pypi/nobody@1"}), tmp_path / "i")
    assert Manifest.load(tmp_path / "i") == before


def test_two_changes_at_once_are_refused(tmp_path, documents):
    make(tmp_path / "i", ListSource(documents))
    with changing(tmp_path / "i"), pytest.raises(OutputError, match="another process"):
        add([ListSource(documents)], tmp_path / "i", workers=1)
