# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sketches: as small as stated, every long run is a match, damage is refused, texts are fetched."""

from __future__ import annotations

import random
import shutil
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_corpus import program
from msgspec import structs

from codescan._core import _native
from codescan.app.indexes import describe_index, minimum_tokens
from codescan.app.origin_texts import RecipeTexts
from codescan.config import Config
from codescan.errors import IndexFormatError, UsageError
from codescan.index import Index, compact, remove
from codescan.index.sketch.profile import (
    CANDIDATE_TOKENS,
    GRAM,
    MATCH_TOKENS,
    STRIDE,
    candidate_chance,
    match_chance,
)
from codescan.index.sketch.reader import SketchMatch
from codescan.matchers.matching import Matching
from codescan.pipeline import scan
from codescan.records import Finding, Snippet, Suppressed

PYTHON = _native.LEXERS["python"]


@pytest.fixture
def folder(tmp_path, documents, make_index):
    make_index(tmp_path / "i", documents, profile="sketch")
    return tmp_path / "i"


def findings_of(index, text, language="python"):
    items = scan([Snippet("q", text, language)], index, Matching.of(index).matchers)
    return [item for item in items if isinstance(item, Finding)]


def passage(text, first, count):
    """The text of some tokens, which reads as the same tokens."""
    start, end = _native.lex(text, PYTHON).span(first, first + count)
    return text[start:end]


class Texts:
    """A source of texts that counts what it is asked for."""

    def __init__(self, documents):
        self.by_hash = {d.origin.sha256: d.content for d in documents}
        self.asked = 0

    def text(self, documents):
        self.asked += 1
        return self.by_hash.get(documents[0].origin.sha256)


def test_the_numbers_of_the_profile_are_those_of_the_promise():
    assert (CANDIDATE_TOKENS, MATCH_TOKENS) == (64, 100)
    # 100 GB of code have 19e9 tokens, and so 5.2e8 keys: far below one false match in a million.
    assert match_chance(520_000_000) < 1e-6
    assert candidate_chance(520_000_000) < 1


@pytest.mark.parametrize("start", [0, 1, 17, 35, 36, 37, 71, 100, 333])
@pytest.mark.parametrize("count", [100, 101, 140, 500])
def test_every_run_of_the_promised_length_is_found_in_its_file(folder, documents, start, count):
    text = passage(documents[5].content, start, count)
    with Index.open(folder) as index:
        (finding,) = findings_of(index, text)
        assert finding.attribution.origin.path == documents[5].origin.path
        assert count - 2 * (STRIDE - 1) <= finding.tokens <= count
        assert not finding.is_verified
        assert any("not verified on text" in reason for reason in finding.grade_reasons)
        assert finding.attribution.region.start_line == 1
        assert finding.attribution.region.end_line == documents[5].content.count(b"\n") + 1
        assert not finding.attribution.swhid


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_runs_are_found_wherever_they_lie_and_whatever_is_around(data):
    words = st.sampled_from([b"alpha", b"beta", b"gamma", b"(", b")", b"1", b"=", b"\n"])
    content = b" ".join(data.draw(st.lists(words, min_size=150, max_size=400)))
    tokens = _native.lex(content, PYTHON, streams=True)
    length = tokens.parts().tolist()[0][1]
    if length < MATCH_TOKENS:
        return
    first = data.draw(st.integers(0, length - MATCH_TOKENS))
    before = b" ".join(data.draw(st.lists(words, max_size=50)))
    query = before + b"\nzzz " + passage(content, first, MATCH_TOKENS) + b" zzz"
    answer = search_in([content], query)
    assert any(match.hits >= 2 for match in answer), (first, length)


def search_in(contents, query):
    """Matches of a query in a shard of some texts, by the native core alone."""
    with tempfile.TemporaryDirectory() as name:
        builder = _native.SketchBuilder(1000)
        for content in contents:
            builder.add(content, PYTHON)
        builder.write(name)
        shard = _native.SketchShard(name)
        shard.verify()
        rows, _candidates = _native.search_sketches(
            [shard], [0], _native.lex(query, PYTHON, streams=True)
        )
        return [SketchMatch._make(row) for row in rows.tolist()]


def test_a_shorter_run_is_a_candidate_and_listed(folder, documents):
    text = passage(documents[5].content, 40, CANDIDATE_TOKENS)
    with Index.open(folder) as index:
        items = list(scan([Snippet("q", text, "python")], index, Matching.of(index).matchers))
    assert any(
        isinstance(item, Finding) or (isinstance(item, Suppressed) and item.reason == "one-key")
        for item in items
    )


def test_unrelated_text_has_no_match(folder):
    with Index.open(folder) as index:
        for seed in range(1000, 1040):
            assert findings_of(index, program(seed).encode()) == []


def test_periodic_texts_are_found_and_cheap():
    table = b"x = [" + b"0, " * 20_000 + b"]"
    matches = search_in([table, b"y = 1\n" + table], b"0, " * 300)
    assert {match.content_id for match in matches} == {0, 1}
    assert len(matches) <= 128


def test_common_text_is_found_beside_what_only_one_file_has():
    common = program(1, 8).encode()
    files = [program(100 + i, 6).encode() + b"\n" + common for i in range(90)]
    own = passage(files[80], 60, len(_native.lex(files[80], PYTHON)) - 60)
    assert any(match.content_id == 80 for match in search_in(files, own))


def test_a_sketch_is_a_fraction_of_its_corpus(tmp_path, make_document, make_index):
    documents = [make_document(program(i, 400), f"m{i}.py", f"p{i % 3}") for i in range(60)]
    manifest = make_index(tmp_path / "i", documents, profile="sketch")
    size = sum(file.bytes for shard in manifest.shards for file in shard.files.values())
    # These programs have 2.6 bytes for each token; packages have five.
    assert size / manifest.bytes < 0.04 * 5 / 2.6
    assert size / manifest.tokens < 0.2


def test_digest_and_origins_are_those_of_the_default_profile(tmp_path, documents, make_index):
    twin = structs.replace(
        documents[0], origin=structs.replace(documents[0].origin, path="copy.py")
    )
    everything = [*documents, twin]
    default = make_index(tmp_path / "default", everything)
    sketch = make_index(tmp_path / "sketch", everything, profile="sketch")
    for name in ("digest", "files", "contents", "tokens", "bytes", "packages"):
        assert getattr(default, name) == getattr(sketch, name), name
    with Index.open(tmp_path / "default") as one, Index.open(tmp_path / "sketch") as other:
        other.verify()
        assert one.purls() == other.purls()
        for purl in one.purls():
            paths = [path for path, _content in one.files_of(purl)]
            assert paths == [path for path, _content in other.files_of(purl)]
            for path in paths:
                first_content, second_content = (
                    one.content_at(purl, path),
                    other.content_at(purl, path),
                )
                assert one.documents(first_content) == other.documents(second_content)
                assert one.families(first_content) == other.families(second_content)
                assert one.content_size(first_content) == other.content_size(second_content)
        assert other.content_at(one.purls()[0], "no such file") is None


def test_changes_give_what_a_build_gives(tmp_path, documents, make_index, add_to_index):
    twin = structs.replace(
        documents[3],
        origin=structs.replace(
            documents[30].origin, path="copy.py", sha256=documents[3].origin.sha256
        ),
    )
    make_index(tmp_path / "i", documents[:25], profile="sketch")
    add_to_index(tmp_path / "i", [*documents[25:], twin])
    compact(tmp_path / "i")
    whole = make_index(tmp_path / "whole", [*documents, twin], profile="sketch")
    with Index.open(tmp_path / "i") as index:
        index.verify()
        assert index.manifest.digest == whole.digest
        assert findings_of(index, documents[30].content)
    purl = documents[30].origin.package.purl
    remove(frozenset({purl}), tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        index.verify()
        assert purl not in index.purls()
        assert not findings_of(index, documents[30].content)
        assert findings_of(index, documents[31].content)


def test_verified_findings_are_those_of_the_default_profile(tmp_path, documents, make_index):
    make_index(tmp_path / "default", documents)
    make_index(tmp_path / "sketch", documents, profile="sketch")
    text = b"import os\n" + passage(documents[7].content, 50, 200) + b"\nprint(1)\n"
    with Index.open(tmp_path / "default") as one, Index.open(tmp_path / "sketch") as other:
        other.text_source = Texts(documents)
        (expected,) = findings_of(one, text)
        (finding,) = findings_of(other, text)
        assert finding.is_verified
        for name in ("span", "region", "kind", "tokens", "fingerprint", "origin_text"):
            assert getattr(finding, name) == getattr(expected, name), name
        assert finding.attribution.region == expected.attribution.region
        assert finding.attribution.swhid == expected.attribution.swhid


def test_a_candidate_is_a_finding_once_its_text_is_there(folder, documents):
    text = passage(documents[5].content, 40, 80)
    with Index.open(folder) as index:
        index.text_source = Texts(documents)
        (finding,) = findings_of(index, text)
        assert finding.is_verified
        assert finding.tokens == 80


def test_a_text_with_another_hash_is_never_used(folder, documents):
    class Wrong:
        def text(self, _documents):
            return b"something else"

    with Index.open(folder) as index:
        index.text_source = Wrong()
        (finding,) = findings_of(index, documents[5].content)
        assert not finding.is_verified
        with pytest.raises(UsageError, match="no texts"):
            index.content(0)


def test_what_needs_texts_says_so(folder):
    with Index.open(folder) as index:
        assert not index.has_texts
        for ask in (lambda: index.sample(1, 0), lambda: index.tokens(0), lambda: index.content(0)):
            with pytest.raises(UsageError, match="sketch"):
                ask()
        described = describe_index(index)
        assert described["candidate_tokens"] == CANDIDATE_TOKENS
        assert 0 < described["chance_matches_per_1000_tokens"] < 1e-15
        assert minimum_tokens(index, None, Config()) == GRAM + STRIDE


def test_local_texts_are_read_from_the_folders_of_the_recipe(tmp_path, make_document):
    document = make_document(program(3), "src/m.py")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "m.py").write_bytes(document.content)
    recipe = {"sources": [{"kind": "directory", "path": str(tmp_path)}]}
    assert RecipeTexts(recipe, offline=True).text((document,)) == document.content
    (tmp_path / "src" / "m.py").write_bytes(b"changed")
    assert RecipeTexts(recipe, offline=True).text((document,)) is None


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname", "a/../../b"])
def test_paths_that_lead_out_of_the_folder_are_not_read(tmp_path, make_document, path):
    document = make_document("secret", path)
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret").write_text("secret")
    recipe = {"sources": [{"kind": "directory", "path": str(inner)}]}
    assert RecipeTexts(recipe, offline=True).text((document,)) is None


@pytest.mark.parametrize(
    "name",
    ["sketch.starts", "sketch.directory", "sketch.postings", "sketch.catalogue", "sketch.blocks"],
)  # fmt: skip
def test_damage_is_refused_or_changes_nothing(folder, documents, name):
    (shard,) = (folder / "shards").iterdir()
    content = (shard / name).read_bytes()
    query = documents[5].content
    with Index.open(folder) as index:
        truth = findings_of(index, query)
    rng = random.Random(1)
    for number in range(40):
        damaged = bytearray(content)
        if number % 4 == 3:
            del damaged[rng.randrange(len(damaged)) :]
        else:
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        (shard / name).write_bytes(damaged)
        try:
            with Index.open(folder) as index:
                assert findings_of(index, query) == truth
        except IndexFormatError:
            pass
        with pytest.raises(IndexFormatError), Index.open(folder) as index:
            index.verify()
    (shard / name).write_bytes(content)
    with Index.open(folder) as index:
        index.verify()


def test_a_missing_file_and_one_of_another_sketch_are_refused(
    folder, tmp_path, documents, make_index
):
    make_index(tmp_path / "other", documents[1:], profile="sketch")
    (shard,) = (folder / "shards").iterdir()
    (other,) = (tmp_path / "other" / "shards").iterdir()
    for path in sorted(shard.iterdir()):
        content = path.read_bytes()
        if (other / path.name).read_bytes() == content:
            continue
        shutil.copy(other / path.name, path)
        with pytest.raises(IndexFormatError), Index.open(folder) as index:
            index.verify()
        path.unlink()
        with pytest.raises(IndexFormatError):
            Index.open(folder)
        path.write_bytes(content)
    Index.open(folder).close()
