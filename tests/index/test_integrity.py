# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Damage to an index is an error at the first use of what is damaged, and never another answer."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import threading

import pytest

from codescan.errors import IndexFormatError, OutputError, UsageError
from codescan.index import Index, build, compact, remove
from codescan.index.manifest import Manifest, _sealed
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Snippet


@pytest.fixture(scope="module")
def built(tmp_path_factory, documents, make_index):
    """An index; not to be changed."""
    folder = tmp_path_factory.mktemp("built") / "i"
    make_index(folder, documents)
    return folder


@pytest.fixture
def folder(tmp_path, built):
    return shutil.copytree(built, tmp_path / "i")


def shard_of(folder):
    (shard,) = (folder / "shards").iterdir()
    return shard


@pytest.fixture
def query(documents):
    """Scan a text of the corpus: its findings with their origins and licenses."""
    return lambda folder: _query(folder, documents[3].content)


def _query(folder, text):
    snippet = Snippet("q", text, "python")
    with Index.open(folder) as index:
        return [
            (f.attribution.origin, f.attribution.license, f.span)
            for f in scan([snippet], index, [VerbatimMatcher(index)])
        ]


def test_a_flipped_bit_in_frequencies_is_no_skipped_snippet(folder, query):
    path = shard_of(folder) / "frequencies"
    content = bytearray(path.read_bytes())
    for at in range(64, len(content), 4096):
        content[at] ^= 4
    path.write_bytes(content)
    with pytest.raises(IndexFormatError, match="frequencies"):
        query(folder)


@pytest.mark.parametrize("number", range(27))
def test_a_file_of_another_index_is_refused(folder, tmp_path, documents, number, make_index, query):
    """Of the same corpus but for one license, so that most files have the same size."""
    other = [documents[0], *documents[2:]]
    make_index(tmp_path / "other", other)
    other_files = sorted(shard_of(tmp_path / "other").iterdir())
    if number >= len(other_files):
        pytest.skip("a shard has fewer files")
    ours = shard_of(folder) / other_files[number].name
    if ours.read_bytes() == other_files[number].read_bytes():
        pytest.skip("both have the same file")
    shutil.copy(other_files[number], ours)
    try:
        query(folder)
    except IndexFormatError:
        return
    with pytest.raises(IndexFormatError):
        Index.open(folder).verify()


@pytest.mark.parametrize("compare", ["query", "verify"])
def test_an_edit_of_a_license_is_found_at_first_use(folder, compare, query):
    """By SQL, so that the structure of the database stays valid."""
    with sqlite3.connect(shard_of(folder) / "catalogue.db") as db:
        changed = db.execute(
            "UPDATE texts SET text = replace(text, 'LicenseRef', 'LicenceRef')"
            " WHERE text LIKE '%LicenseRef%'"
        ).rowcount
        changed += db.execute("UPDATE texts SET text = replace(text, 'GPL', 'MIT')").rowcount
        assert changed
    db.close()
    with pytest.raises(IndexFormatError, match="damaged"):
        query(folder) if compare == "query" else Index.open(folder).verify()


_EDITS = (
    """UPDATE packages SET licenses = '[["MIT","declared","",""]]'""",
    "UPDATE packages SET name = name || ' '",
    "UPDATE files SET path = upper(path)",
    "UPDATE files SET claims = claims + 1",
    "UPDATE files SET package = 1",
    "DELETE FROM files WHERE id % 2",
    "INSERT INTO files SELECT id + 1000, content, package, path, claims, copyrights FROM files",
    "UPDATE contents SET sha256 = zeroblob(32)",
    "UPDATE contents SET id = -id",
    "UPDATE texts SET text = NULL",
    "UPDATE texts SET text = CAST(text AS BLOB)",
    "DROP TABLE packages",
    "DROP INDEX files_content",
    "UPDATE files SET content = content + 1",
)


@pytest.mark.parametrize("edit", _EDITS)
def test_an_edit_by_sql_never_gives_another_answer(folder, edit, query):
    before = query(folder)
    assert before
    db = sqlite3.connect(shard_of(folder) / "catalogue.db")
    db.execute(edit)
    db.commit()
    db.close()
    with pytest.raises(IndexFormatError):
        Index.open(folder).verify()
    try:
        after = query(folder)
    except IndexFormatError:
        return
    assert after == before


def test_pages_and_bytes_of_the_catalogue_never_give_another_answer(folder, query):
    path = shard_of(folder) / "catalogue.db"
    good, before = path.read_bytes(), query(folder)
    rng = random.Random(5)
    for _ in range(80):
        damaged = bytearray(good)
        at = rng.randrange(len(good))
        kind = rng.randrange(3)
        if kind == 0:
            damaged[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            page = at // 4096 * 4096
            damaged[page : page + 4096] = bytes(4096)
        else:
            one, two = at // 4096 * 4096, rng.randrange(len(good)) // 4096 * 4096
            damaged[one : one + 4096] = good[two : two + 4096]
        if damaged == good:
            continue
        path.write_bytes(damaged)
        with contextlib.suppress(IndexFormatError):
            assert query(folder) == before
        with pytest.raises(IndexFormatError):
            Index.open(folder).verify()
    path.write_bytes(good)
    Index.open(folder).verify()


def _pipe(path):
    os.mkfifo(path)


def _link(path):
    shutil.copy(path.with_name(path.name + ".kept"), path.with_name(path.name + ".copy"))
    path.symlink_to(path.name + ".copy")


def _device(path):
    path.symlink_to("/dev/zero")


def _folder(path):
    path.mkdir()


@pytest.mark.parametrize("name", ["starts", "exact.postings", "store", "catalogue.db",
                                  "files.sums", "frequencies", "manifest.json"])  # fmt: skip
@pytest.mark.parametrize("put", [_pipe, _link, _device, _folder])
def test_only_regular_files_are_opened(folder, name, put):
    path = folder / name if name == "manifest.json" else shard_of(folder) / name
    path.rename(path.with_name(path.name + ".kept"))
    put(path)
    errors = []

    def work():
        try:
            Index.open(folder)
        except IndexFormatError as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "it hangs"
    assert errors


def test_a_file_that_does_not_belong_to_the_index_is_found_by_verify(folder, query):
    (shard_of(folder) / "catalogue.db-wal").write_bytes(b"7\x7f\x06\x82" * 100)
    before = query(folder)
    with pytest.raises(IndexFormatError, match=r"catalogue.db-wal does not belong"):
        Index.open(folder).verify()
    (shard_of(folder) / "catalogue.db-wal").unlink()
    Index.open(folder).verify()
    assert query(folder) == before


@pytest.mark.parametrize("key", ["name", "profile", "guarantee_tokens", "languages", "recipe",
                                 "packages", "files", "contents", "tokens", "bytes", "skipped",
                                 "digest", "created", "shards", "root"])  # fmt: skip
def test_an_edited_manifest_is_refused(folder, key):
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    value = raw[key]
    raw[key] = (
        value + 1 if isinstance(value, int)
        else value + "0" if isinstance(value, str)
        else value[::-1] + value[:1] if isinstance(value, list)
        else {**value, "x": 1}
    )  # fmt: skip
    path.write_text(json.dumps(raw))
    with pytest.raises(IndexFormatError, match="checksum"):
        Index.open(folder)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: json.dumps(json.loads(text)),
        lambda text: json.dumps(dict(reversed(json.loads(text).items())), indent=2) + "\n",
        lambda text: text.replace('"name"', '"name": "other",\n  "name"', 1),
        lambda text: text.replace('"name"', '"n\\u0061me"', 1),
    ],
)
def test_a_manifest_with_the_same_values_in_other_bytes_is_refused(folder, edit):
    """Another program might read it otherwise; the root stands for every byte."""
    path = folder / "manifest.json"
    text = path.read_text()
    path.write_text(edit(text))
    with pytest.raises(IndexFormatError, match=r"checksum|two values"):
        Index.open(folder)
    path.write_text(text)
    Index.open(folder).close()


@pytest.mark.parametrize("key", ["packages", "files", "contents", "tokens", "bytes", "digest"])
def test_verify_counts_again_what_the_manifest_says(folder, key):
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    raw[key] = "0" * 64 if key == "digest" else raw[key] + 1
    path.write_text(_sealed(raw)[0])
    with pytest.raises(IndexFormatError, match=f"for {key}"):
        Index.open(folder).verify()


@pytest.mark.parametrize("column", ["content", "path"])
@pytest.mark.parametrize("value", ["[[1]]", b"x", 1.5])
def test_files_of_a_package_with_values_of_other_types(built, folder, column, value):
    if (column, value) == ("path", "[[1]]"):
        return  # a path like any other
    with Index.open(built) as index:
        purls = index.purls()
    db = sqlite3.connect(shard_of(folder) / "catalogue.db")
    with contextlib.suppress(sqlite3.IntegrityError):  # the table refuses it
        db.execute(f"UPDATE files SET {column} = ?", (value,))  # noqa: S608 - names of the test
        db.commit()
        (kind,) = db.execute(f"SELECT typeof({column}) FROM files").fetchone()  # noqa: S608
        assert kind in {"text", "blob", "real"}
    db.close()
    if column == "path" and kind == "text":
        return  # 1.5 becomes a text in a column of texts
    with Index.open(folder) as index, pytest.raises(IndexFormatError):
        list(map(index.files_of, purls))


def test_damage_is_not_copied_into_a_merged_index(folder, documents, add_to_index):
    add_to_index(folder, documents[:3])
    first = Manifest.load(folder).shards[0].id
    db = sqlite3.connect(folder / "shards" / first / "catalogue.db")
    db.execute("UPDATE files SET path = 'x' || path")
    db.commit()
    db.close()
    with pytest.raises(IndexFormatError):
        compact(folder)
    with pytest.raises(IndexFormatError):
        remove(frozenset({"pkg:pypi/package3@1.0"}), folder)


@pytest.mark.parametrize("change", ["rebuild", "compact", "remove", "delete"])
def test_a_reader_keeps_its_index_while_it_is_replaced(
    folder, documents, change, make_index, add_to_index
):
    add_to_index(folder, documents[:3])
    index = Index.open(folder)
    if change == "rebuild":
        make_index(folder, documents[:5])
    elif change == "compact":
        compact(folder)
    elif change == "remove":
        remove(frozenset({"pkg:pypi/package3@1.0"}), folder)
    else:
        shutil.rmtree(folder)
    snippet = Snippet("q", documents[3].content, "python")
    (finding,) = scan([snippet], index, [VerbatimMatcher(index)])
    assert finding.attribution.origin.package.name == "package3"
    assert len(list(index.sample(43, seed=1))) == 43
    assert len(index.purls()) == 7
    index.close()


def test_an_index_can_be_opened_at_any_moment_while_it_is_replaced(folder, documents, make_index):
    stop = threading.Event()
    failures = []

    def read():
        while not stop.is_set():
            try:
                with Index.open(folder) as index:
                    list(index.sample(2, seed=1))
            except Exception as error:  # noqa: BLE001 - each is a failure
                failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(12):
        make_index(folder, documents[: 5 + number])
    stop.set()
    thread.join()
    assert not failures


def test_an_index_whose_path_is_not_utf8_is_refused_in_words(folder, documents, make_index):
    odd = folder.with_name(os.fsdecode(b"caf\xe9"))
    folder.rename(odd)
    with pytest.raises(UsageError, match="not UTF-8"):
        Index.open(odd)
    with pytest.raises(UsageError, match="not UTF-8"):
        make_index(odd, documents[:5])


def test_a_lock_that_is_no_file_is_refused(folder, documents, tmp_path, add_to_index):
    victim = tmp_path / "victim"
    victim.write_text("kept")
    (folder / ".lock").unlink()
    (folder / ".lock").symlink_to(victim)
    with pytest.raises(OutputError):
        add_to_index(folder, documents[:3])
    assert victim.read_text() == "kept"
    (folder / ".lock").unlink()
    os.mkfifo(folder / ".lock")
    with pytest.raises(OutputError):
        add_to_index(folder, documents[:3])


def test_a_build_removes_nothing_that_is_not_a_shard(tmp_path, documents, make_index):
    """Also beside an index that this program cannot read: it may be of a newer one."""
    (tmp_path / "i" / "shards" / "mine").mkdir(parents=True)
    make_index(tmp_path / "i", documents[:5])
    old = Manifest.load(tmp_path / "i").shards[0].id
    path = tmp_path / "i" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 99}))
    with pytest.raises(OSError, match="no space"):
        build([_Full()], tmp_path / "i", name="t", recipe={}, workers=1)
    assert (tmp_path / "i" / "shards" / old / "store").exists()
    make_index(tmp_path / "i", documents[:5])
    assert (tmp_path / "i" / "shards" / "mine").exists()
    assert not (tmp_path / "i" / "shards" / old).exists()


class _Full:
    def parts(self):
        raise OSError(28, "no space")
