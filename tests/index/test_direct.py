# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A folder that is compared directly answers as an index of it does, whatever happens in it."""

from __future__ import annotations

import os
import random
import re
import shutil
import sysconfig
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import codescan
from codescan.errors import (
    ChangedError,
    EmptyCorpusError,
    OutputError,
    SourceError,
    UsageError,
)
from codescan.index import Index, build, folder_index
from codescan.index.folder_contents import ComparedFiles
from codescan.matchers.query_keys import query_key_filter
from codescan.matchers.renamed import RenamedMatcher
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan, texts_of
from codescan.records import Document, Finding, Skipped, Snippet
from codescan.sources.directory import DirectorySource
from codescan.sources.folder_files import FolderFiles, index_of_folders

NOTICE = "Permission is hereby granted, free of charge: see SPDX-License-Identifier: MIT\n"
WORDS = ("level", "gate", "flow", "pebble", "weight", "ferry", "minute", "harbor", "tide", "lock")


def piece(seed, lines=12):
    """Lines that no other seed gives."""
    rng = random.Random(seed)
    return "".join(
        f"    {rng.choice(WORDS)}_{rng.randrange(50)} = {rng.choice(WORDS)}({seed * 1000 + i}, "
        f"{rng.choice(WORDS)}[{rng.randrange(9)}]) - {rng.choice(WORDS)}\n"
        for i in range(lines)
    )


def renamed(text):
    """The text with other words for its words."""
    return re.sub("|".join(WORDS), lambda match: f"n{WORDS.index(match[0])}x", text)


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def on_disk(folder, out):
    build([DirectorySource(str(folder))], out, name="t", recipe={}, workers=1)
    return Index.open(out)


def snippets_of(texts, language="python"):
    return [Snippet(str(i), text.encode(), language) for i, text in enumerate(texts)]


def findings_of(index, texts, language="python"):
    """What the matchers that need no signatures find."""
    matchers = [VerbatimMatcher(index), RenamedMatcher(index)]
    return list(scan(snippets_of(texts, language), index, matchers, name_functions=True))


def found_alone(folder, texts, language="python"):
    """The same by an index that answers for these texts alone."""
    with index_of_folders(
        [folder], query_keys=query_key_filter(texts_of(snippets_of(texts, language)))
    ) as index:
        return findings_of(index, texts, language)


def origins(items):
    return {item.attribution.origin.path for item in items if isinstance(item, Finding)}


@pytest.fixture
def folder(tmp_path):
    return write(
        tmp_path / "here",
        {
            "LICENSE": NOTICE,
            "pyproject.toml": '[project]\nversion = "3.1"\nlicense = "MIT"\n',
            "a.py": "# Copyright (c) 2020 Ada Tester\n" + piece(1) + piece(2),
            "sub/b.py": "# SPDX-License-Identifier: GPL-2.0-only\n" + piece(3),
            "sub/COPYING": "SPDX-License-Identifier: ISC\n",
            "sub/same.py": piece(4),
            "same.py": piece(4),
        },
    )


def test_real_modules_are_found_as_in_an_index(tmp_path):
    library = Path(sysconfig.get_path("stdlib"))
    modules = sorted(library.glob("[a-k]*.py"))
    tree = tmp_path / "library"
    for number, module in enumerate(modules):
        place = tree / f"d{number % 5}" / module.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(module, place)
    rng = random.Random(7)
    texts = []
    for module in rng.sample(modules, 30):
        lines = module.read_text(errors="replace").splitlines(keepends=True)
        start = rng.randrange(max(1, len(lines) - 60))
        text = "".join(lines[start : start + 60])
        texts += [text, re.sub(r"\b(self|name|value|line)\b", r"\1_2", text)]
    with on_disk(tree, tmp_path / "i") as stored, index_of_folders([tree]) as compared:
        answers = findings_of(compared, texts)
        assert answers == findings_of(stored, texts) == found_alone(tree, texts)
        assert findings_of(compared, texts[:8], None) == found_alone(tree, texts[:8], None)
        assert len(origins(answers)) > 20
        assert compared.manifest.contents == stored.manifest.contents
        assert compared.manifest.tokens == stored.manifest.tokens
        assert compared.manifest.bytes == stored.manifest.bytes


@given(
    st.dictionaries(
        st.sampled_from(["a.py", "b.py", "c/a.py", "c/d/e.py", "c/LICENSE", "f.js", "g.txt"]),
        st.tuples(st.lists(st.integers(1, 5), max_size=3), st.sampled_from(["", NOTICE, "# x\n"])),
        min_size=1,
    ),
    st.lists(st.integers(1, 5), min_size=1, max_size=2),
)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_folder_is_found_in_as_an_index_of_it(files, query):
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        texts = {name: head + "".join(map(piece, seeds)) for name, (seeds, head) in files.items()}
        tree = write(place / "tree", {**texts, "always.py": piece(9)})
        text = "".join(map(piece, query))
        queries = [text, renamed(text), piece(9)]
        with on_disk(tree, place / "i") as stored, index_of_folders([tree]) as compared:
            answers = findings_of(compared, queries)
            assert answers == findings_of(stored, queries) == found_alone(tree, queries)


def test_a_text_that_was_not_named_is_refused(folder):
    named, other = piece(1) + piece(2), piece(3)
    texts = [Snippet("t", named.encode(), "python")]
    with codescan.Index.of_folder(folder, texts=texts) as index:
        assert index.scan(named, "python").findings
        with pytest.raises(UsageError, match="other texts"):
            index.scan(other, "python")
        with pytest.raises(UsageError, match="other texts"):
            index.scan(other)
    with codescan.Index.of_folder(folder, texts=[]) as index:
        assert not index.scan("x = 1\n", "python").findings
        with pytest.raises(UsageError, match="other texts"):
            index.scan(named, "python")


def test_every_file_is_described_as_its_source_describes_it(folder):
    items = DirectorySource(str(folder)).documents()
    message = [replace(item, content=b"") for item in items if isinstance(item, Document)]
    with index_of_folders([folder]) as index:
        held = [d for number in range(len(index)) for d in index.documents(number)]
        assert sorted(held, key=lambda d: d.id) == sorted(message, key=lambda d: d.id)
        assert index.purls() == ["pkg:generic/here@3.1"]
        assert index.families(0) == {"generic/here"}
        number = index.content_at("pkg:generic/here@3.1", "sub/b.py")
        assert index.content(number) == (folder / "sub/b.py").read_bytes()
        assert index.content_at("pkg:generic/here@3.1", "none.py") is None
        assert len(list(index.sample(3, 1))) == 3
        index.verify()


def test_identical_files_count_once(folder):
    with index_of_folders([folder]) as index:
        assert (index.manifest.files, index.manifest.contents) == (6, 5)
        paths = [[d.origin.path for d in index.documents(n)] for n in range(len(index))]
    assert ["same.py", "sub/same.py"] in paths


def test_texts_with_one_hash_are_distinguished(folder, monkeypatch):
    texts = [piece(seed) for seed in range(1, 5)]
    with index_of_folders([folder]) as index:
        whole = findings_of(index, texts)
    monkeypatch.setattr(ComparedFiles, "hash", lambda *_: 7)
    with index_of_folders([folder]) as index:
        assert (index.manifest.files, index.manifest.contents) == (6, 5)
        assert findings_of(index, texts) == whole


def test_many_shards_answer_as_one(folder, monkeypatch):
    texts = [piece(seed) for seed in range(1, 5)]
    with index_of_folders([folder]) as index:
        whole = findings_of(index, texts)
    monkeypatch.setattr(folder_index, "OPEN_TOKENS", 320)
    with index_of_folders([folder]) as index:
        assert len(index.manifest.shards) > 2
        assert (
            origins(findings_of(index, texts)) == origins(whole) == {"a.py", "sub/b.py", "same.py"}
        )
        assert sum(entry.contents for entry in index.manifest.shards) == len(index)


def test_a_file_of_too_many_tokens_is_skipped(folder, monkeypatch):
    write(folder, {"z.py": piece(8, lines=300)})
    monkeypatch.setattr(folder_index, "OPEN_TOKENS", 1000)
    with index_of_folders([folder]) as index:
        assert index.manifest.skipped == {"data": 1, "too-large": 1}
        assert not origins(findings_of(index, [piece(8)]))


def test_what_is_no_text_is_left_out_by_reason(folder, tmp_path):
    write(tmp_path, {"outside.py": piece(6)})
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.py")
    write(
        folder,
        {
            "blank.py": " \n",
            "nul.py": b"x = 1\0",
            "wide.js": "let x = 1;" * 2000,
            "large.py": "x = 1\n" * 200_000,
            "un\x1b[31mkind.py": piece(7),
            "node_modules/n/i.js": piece(7),
        },
    )
    (folder / os.fsdecode(b"latin\xe9.py")).write_text(piece(7))
    with index_of_folders([folder]) as index:
        assert index.manifest.skipped == {
            "data": 1, "empty": 1, "minified": 1, "not-a-file": 3, "too-large": 1,
            "undecodable": 1, "unsafe-path": 2,
        }  # fmt: skip
        assert not origins(findings_of(index, [piece(6), piece(7)]))


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be read")
def test_what_may_not_be_read_is_left_out(folder):
    (folder / "a.py").chmod(0)
    with index_of_folders([folder]) as index:
        assert index.manifest.skipped["unreadable"] == 1


def test_a_folder_with_nothing_in_it(tmp_path):
    with pytest.raises(EmptyCorpusError, match="no file that can be compared"):
        index_of_folders([tmp_path])
    write(tmp_path, {"a.py": " "})
    with pytest.raises(EmptyCorpusError, match="1 skipped"):
        index_of_folders([tmp_path])
    with pytest.raises(SourceError, match="no folder"):
        index_of_folders([tmp_path / "none"])
    with pytest.raises(SourceError, match="no folder"):
        index_of_folders([tmp_path / "a.py"])
    with pytest.raises(UsageError):
        codescan.Index.of_folder()


def test_names_that_are_shown_otherwise_are_read_again(folder):
    write(folder, {"odd\\name.py": piece(6), "odd/name.py": piece(7), "odd\\new\\x.py": piece(8)})
    with codescan.Index.of_folder(folder) as index:
        assert index.manifest.skipped == {"data": 1, "duplicate-path": 1}
        paths = [
            [f.attribution.origin.path for f in index.scan(piece(seed), "python")]
            for seed in (6, 7, 8)
        ]
    assert paths == [["odd/name.py"], [], ["odd/new/x.py"]]


def test_folders_of_one_name_are_distinguished(tmp_path):
    one = write(tmp_path / "one/src", {"x.py": piece(1)})
    other = write(tmp_path / "other/src", {"x.py": piece(2)})
    with codescan.Index.of_folder(one, other, one) as index:
        assert index.manifest.packages == index.manifest.files == 2
        (finding,) = index.scan(piece(2), "python")
    assert finding.attribution.origin.package.name.endswith("other/src")


def test_an_edited_text_is_never_used(folder):
    with codescan.Index.of_folder(folder) as index:
        before = index.scan(piece(1), "python")
        (folder / "a.py").write_text("# here\n" * 9 + piece(1) + piece(2))
        index._index._tokens.clear()
        index._index._contents[0]._files.text.cache_clear()
        after = index.scan(piece(1), "python", name="again")
        later = index.scan(piece(2), "python")
        others = index.scan(piece(3), "python")
    assert [f.attribution.origin.path for f in before] == ["a.py"]
    assert not after.findings
    (skipped,) = after.skipped
    assert (skipped.item, skipped.reason) == ("pkg:generic/here@3.1#a.py", "changed")
    assert not later.findings
    assert not later.skipped
    assert [f.attribution.origin.path for f in others] == ["sub/b.py"]


def test_a_text_is_found_while_one_of_its_files_has_it(folder):
    with codescan.Index.of_folder(folder) as index:
        (folder / "same.py").unlink()
        assert len(index.scan(piece(4), "python").findings) == 1
        index._index._tokens.clear()
        index._index._contents[0]._files.text.cache_clear()
        (folder / "sub/same.py").unlink()
        assert index.scan(piece(4), "python", name="again").skipped[0].reason == "changed"


@pytest.mark.parametrize("readings", range(4))
def test_a_file_that_vanishes_at_any_moment_is_reported_once(folder, monkeypatch, readings):
    read, readings_left = FolderFiles.read, [readings]

    def once_there(self, path):
        if path != "a.py":
            return read(self, path)
        readings_left[0] -= 1
        return read(self, path) if readings_left[0] >= 0 else None

    monkeypatch.setattr(FolderFiles, "read", once_there)
    monkeypatch.setattr("codescan.index.folder_contents._KNOWN_TEXTS", 0)
    monkeypatch.setattr("codescan.index.reader._CACHED_TOKENS", 0)
    with index_of_folders([folder]) as index:
        items = findings_of(index, [piece(1) + piece(3), piece(2)])
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert [item.reason for item in skipped] == ["changed"]
    assert origins(items) == {"sub/b.py"}


def test_a_file_that_becomes_a_link_is_not_followed(folder, tmp_path):
    with index_of_folders([folder]) as index:
        moved = (folder / "a.py").rename(tmp_path / "a.py")
        (folder / "a.py").symlink_to(moved)
        number = index.content_at("pkg:generic/here@3.1", "a.py")
        with pytest.raises(ChangedError):
            index.content(number)
        with pytest.raises(ChangedError):
            index.documents(number)


def test_nothing_is_left_behind(folder, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(folder_index, "OPEN_TOKENS", 320)  # so that there are files
    with codescan.Index.of_folder(folder) as index:
        assert not list(temporary.iterdir())
        assert index.scan(piece(1), "python").findings
    temporary.rmdir()
    with pytest.raises(OutputError, match="temporary files"):
        codescan.Index.of_folder(folder)


def test_progress_is_reported(folder, monkeypatch):
    monkeypatch.setattr(folder_index, "_REPORT_EVERY", 2)
    messages = []
    index_of_folders([folder], messages.append).close()
    assert [progress.files for progress in messages] == [2, 4, 6]
