# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shards: what is stored is found, caps keep their promises, damage is refused."""

from __future__ import annotations

import random

import pytest

from codescan._core import _native
from codescan.index.minhash import permutations

PYTHON = _native.LEXERS["python"]


def code(seed, lines=40):
    rng = random.Random(seed)
    return "\n".join(
        f"value_{rng.randrange(999)} = call_{rng.randrange(99)}(item_{rng.randrange(99)}, {i})"
        for i in range(lines)
    ).encode()


def collect(texts, families=None, max_tokens=2**24):
    builder = _native.ShardBuilder("default", permutations(), max_tokens)
    for i, text in enumerate(texts):
        family = families[i] if families else i
        assert builder.add(text, family, 0, 0, PYTHON, 0) >= 0
    builder.add_block(0, 1, 1, 0)
    return builder


def write(folder, texts, families=None):
    folder.mkdir()
    collect(texts, families).write(str(folder))
    return _native.Shard(str(folder))


def search(shard, text, form=0):
    prints = _native.lex(text, PYTHON).fingerprints(form, "default")
    values, _groups, uses, *_ = _native.search([shard], [0], prints)
    numbers = values.tolist()
    return [numbers[i : i + 6] for i in range(0, len(numbers), 6)], uses.tolist()


def test_a_stored_text_is_found_where_it_lies(tmp_path):
    texts = [code(i) for i in range(20)]
    shard = write(tmp_path / "s", texts)
    middle = texts[7].split(b"\n", 10)[10]
    rows, uses = search(shard, middle)
    assert {row[0] for row in rows} == {7}
    assert len(rows) == 1  # one run, one candidate
    assert rows[0][4] == len(uses)
    tokens = _native.lex(texts[7], PYTHON)
    runs = _native.extend(_native.lex(middle, PYTHON), tokens, rows_to_seeds(rows), 0).tolist()
    assert runs == [
        [0, len(tokens) - len(_native.lex(middle, PYTHON)), len(_native.lex(middle, PYTHON)), 0]
    ]


def rows_to_seeds(rows):
    import numpy as np

    return np.array([[row[1], row[2]] for row in rows], dtype=np.uint32)


def test_unknown_text_has_no_candidate(tmp_path):
    shard = write(tmp_path / "s", [code(i) for i in range(20)])
    assert search(shard, code(999)) == ([], [])


def test_a_common_text_keeps_some_postings_of_every_family_and_its_true_count(tmp_path):
    families = [i // 40 for i in range(200)]
    shard = write(tmp_path / "s", [code(1)] * 200, families)
    rows, uses = search(shard, code(1))
    assert {count for _token, count in uses} == {200}
    assert {families[row[0]] for row in rows} == {0, 1, 2, 3, 4}
    assert len({row[0] for row in rows}) <= _native.MAX_POSTINGS


@pytest.mark.parametrize("max_tokens", [2**24, 300_000])
def test_a_shard_in_memory_answers_as_one_that_was_written(tmp_path, max_tokens):
    # Few texts, many, one in too many places, and one that is periodic. Of few tokens,
    # parts of the postings outgrow what is usual.
    for number, texts in enumerate((
        [], [b""], [code(1)], [code(i) for i in range(60)] + [code(1)] * 400,
        [b"x = f(y, 1) + 2\n" * 9000] * 2 + [code(i, 400) for i in range(9)],
    )):  # fmt: skip
        families = [i % 7 for i in range(len(texts))]
        written = write(tmp_path / f"w{number}", texts, families)
        builder = collect(texts, families, max_tokens)
        shard = _native.Shard.of(builder)
        assert (builder.contents, builder.tokens) == (0, 0)
        assert (len(shard), shard.tokens, shard.blocks) == (len(texts), written.tokens, 1)
        assert shard.frequencies().tolist() == written.frequencies().tolist()
        shard.verify()
        for i in range(len(texts)):
            assert shard.content(i) == written.content(i)
        for query in [*texts[:40], *texts[-3:], code(999), code(1)]:
            for form in (0, 1):
                assert search(shard, query, form) == search(written, query, form)
            tokens = _native.lex(query, PYTHON)
            query_arguments = tokens, query, "default", permutations()
            one, other = (
                _native.look_up([each], [0], *query_arguments) for each in (shard, written)
            )
            assert (one is None) == (other is None)
            if one is not None:
                assert one[2].tolist() == other[2].tolist()
        for name, each in (("in", shard), ("of", written)):
            folder = tmp_path / f"{name}{number}"
            folder.mkdir()
            _native.merge([(each, bytes([1] * len(texts)), 0, 0)], str(folder))
        for path in (tmp_path / f"in{number}").iterdir():
            assert path.read_bytes() == (tmp_path / f"of{number}" / path.name).read_bytes()


def test_a_merged_shard_answers_as_its_parts(tmp_path):
    texts = [code(i) for i in range(30)]
    first_half = write(tmp_path / "l", texts[:15])
    right = write(tmp_path / "r", texts[15:])
    whole = write(tmp_path / "w", texts)
    (tmp_path / "m").mkdir()
    _native.merge([(first_half, b"\1" * 15, 0, 0), (right, b"\1" * 15, 1, 1)], str(tmp_path / "m"))
    merged = _native.Shard(str(tmp_path / "m"))
    assert len(merged) == 30
    assert merged.tokens == whole.tokens
    assert merged.frequencies().tolist() == whole.frequencies().tolist()
    for form in (0, 1):
        for text in texts:
            assert search(merged, text, form) == search(whole, text, form)


def test_a_merge_drops_what_it_has_to_drop(tmp_path):
    texts = [code(i) for i in range(10)]
    shard = write(tmp_path / "s", texts)
    keep = bytes(i != 4 for i in range(10))
    (tmp_path / "m").mkdir()
    _native.merge([(shard, keep, 0, 0)], str(tmp_path / "m"))
    merged = _native.Shard(str(tmp_path / "m"))
    assert len(merged) == 9
    assert search(merged, texts[4]) == ([], [])
    assert {row[0] for row in search(merged, texts[5])[0]} == {4}


def test_every_flipped_byte_is_refused(tmp_path):
    texts = [code(i) for i in range(5)]
    folder = tmp_path / "s"
    write(folder, texts)
    rng = random.Random(3)
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        for _ in range(12):
            at = rng.randrange(len(good))
            damaged = bytearray(good)
            damaged[at] ^= 1 << rng.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises((_native.FormatError, _native.FileError)):
                _native.Shard(str(folder)).verify()
        path.write_bytes(good)
    _native.Shard(str(folder)).verify()


@pytest.mark.parametrize("form", [0, 1])
def test_a_search_refuses_damaged_postings_that_it_reads(tmp_path, form):
    texts = [code(i) for i in range(12)]
    folder = tmp_path / "s"
    write(folder, texts)
    path = folder / f"{('exact', 'renamed')[form]}.postings"
    good = path.read_bytes()
    rng = random.Random(form)
    for _ in range(60):
        damaged = bytearray(good)
        damage_postings(damaged, rng)
        if damaged == good:
            continue
        path.write_bytes(damaged)
        shard = _native.Shard(str(folder))
        with pytest.raises(_native.FormatError, match=path.name):
            search_all(shard, texts, form)  # all postings are of these texts
        del shard  # Windows writes to no file that is mapped
    path.write_bytes(good)


def search_all(shard, texts, form):
    return [search(shard, text, form) for text in texts]


def damage_postings(content, rng, header=64, row=9):
    """One bit, one row in place of another, or two rows exchanged."""
    count = (len(content) - header) // row
    one, two = (header + row * rng.randrange(count) for _ in range(2))
    first, second = bytes(content[one : one + row]), bytes(content[two : two + row])
    kind = rng.randrange(3)
    if kind == 0:
        content[one + rng.randrange(row)] ^= 1 << rng.randrange(8)
        return
    content[one : one + row] = second
    if kind == 1:
        content[two : two + row] = first


@pytest.mark.parametrize("keep", [0, 10, 63, 64, 100, -1, -8])
def test_truncated_files_are_refused(tmp_path, keep):
    folder = tmp_path / "s"
    write(folder, [code(1)])
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        path.write_bytes(good[:keep])
        if len(good[:keep]) < len(good):
            with pytest.raises(_native.FormatError):
                _native.Shard(str(folder)).verify()
        path.write_bytes(good)


def test_a_foreign_file_is_refused(tmp_path):
    folder = tmp_path / "s"
    write(folder, [code(1)])
    (folder / "starts").write_bytes(b"PK\3\4" + b"\0" * 500)
    with pytest.raises(_native.FormatError, match="no part of an index"):
        _native.Shard(str(folder))
