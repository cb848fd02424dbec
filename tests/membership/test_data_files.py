# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reading the texts of a membership test, sound and unsound."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import UsageError
from codescan.membership.data_files import TextColumns, free_id, read_texts


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_two_folders_of_files_are_labeled_and_grouped(tmp_path):
    write(tmp_path / "members" / "pkg" / "a.py", "x = 1\n")
    write(tmp_path / "members" / "b.py", "y = 2\n")
    write(tmp_path / "non-members" / "pkg" / "c.py", "z = 3\n")
    texts = {text.id: text for text in read_texts(tmp_path).texts}
    assert {name: text.is_member for name, text in texts.items()} == {
        "members/pkg/a.py": True,
        "members/b.py": True,
        "non-members/pkg/c.py": False,
    }
    assert texts["members/pkg/a.py"].group == texts["non-members/pkg/c.py"].group == "pkg"


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_tables_of_every_form_say_the_same(tmp_path, form):
    rows = [
        {"text": "def f(a):\n    return a", "label": 1, "repo": "r"},
        {"text": "class C: pass", "label": 0, "repo": ""},
    ]
    path = tmp_path / f"data.{form}"
    if form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif form == "csv":
        path.write_text('text,label,repo\n"def f(a):\n    return a",1,r\nclass C: pass,0,\n')
    else:
        table = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(table.Table.from_pylist(rows), path)
    read = read_texts(path)
    assert [(t.text, t.is_member, t.group) for t in read.texts] == [
        ("def f(a):\n    return a", True, "r"),
        ("class C: pass", False, ""),
    ]


@pytest.mark.parametrize(
    ("label", "expected"),
    [(True, True), ("member", True), ("0.0", False), (0, False), ("Non-Member", False)],
)
def test_labels_are_read_in_the_usual_forms(tmp_path, label, expected):
    path = write(tmp_path / "d.jsonl", json.dumps({"text": "a b", "label": label}))
    assert read_texts(path).texts[0].is_member is expected


@pytest.mark.parametrize("label", [2, "maybe", None, [1], 0.5])
def test_a_row_with_another_label_is_named(tmp_path, label):
    path = write(tmp_path / "d.jsonl", json.dumps({"text": "a b", "label": label}))
    read = read_texts(path)
    assert not read.texts
    assert [skip.reason for skip in read.skipped] == ["bad-row"]


def test_lone_surrogates_of_json_become_text_that_tokenizers_and_stores_take(tmp_path):
    row = '{"text": "a \\ud800 b", "label": 1, "id": "\\udfff", "group": "\\ud800"}'
    (text,) = read_texts(write(tmp_path / "d.jsonl", row)).texts
    for value in (text.text, text.id, text.group):
        assert value.encode("utf-8").decode() == value
    assert text.text == "a \\ud800 b"


@pytest.mark.parametrize("columns", [TextColumns(text="body"), TextColumns(label="seen")])
def test_a_missing_column_is_a_usage_error_that_lists_the_columns(tmp_path, columns):
    path = write(tmp_path / "d.jsonl", '{"text": "a", "other": 1}')
    with pytest.raises(UsageError) as error:
        read_texts(path, columns)
    assert "other, text" in error.value.hint


def test_no_text_column_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="no text column"):
        read_texts(write(tmp_path / "d.csv", "a,b\n1,2\n"))


def test_a_text_in_both_sets_is_left_out_and_named(tmp_path):
    write(tmp_path / "members" / "a.py", "same = 1\n")
    write(tmp_path / "non-members" / "b.py", "same = 1\n")
    write(tmp_path / "non-members" / "c.py", "other = 1\n")
    read = read_texts(tmp_path)
    assert [text.id for text in read.texts] == ["non-members/c.py"]
    assert [skip.reason for skip in read.skipped] == ["both-labels", "both-labels"]


def test_half_of_a_labeled_folder_is_a_usage_error(tmp_path):
    write(tmp_path / "members" / "a.py", "x = 1\n")
    with pytest.raises(UsageError, match="no non-members"):
        read_texts(tmp_path)


def test_equal_ids_are_told_apart(tmp_path):
    path = write(tmp_path / "d.jsonl", '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n')
    assert [text.id for text in read_texts(path).texts] == ["a", "a (2)"]


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "a (2) (2)", "b"]), max_size=9))
def test_ids_are_told_apart_whatever_they_look_like(names):
    taken = {}
    given_ids = [free_id(name, taken) for name in names]
    assert len(set(given_ids)) == len(names)
    assert all(own.startswith(name) for own, name in zip(given_ids, names, strict=True))


def test_unsound_inputs_are_named_and_never_followed(tmp_path):
    write(tmp_path / "set" / "a.py", "x = 1\n")
    (tmp_path / "set" / "binary.dat").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "set" / "empty.py").write_text("")
    os.mkfifo(tmp_path / "set" / "pipe")
    (tmp_path / "set" / "link.py").symlink_to("/etc/passwd")
    read = read_texts(tmp_path / "set")
    assert [text.id for text in read.texts] == ["a.py"]
    assert len(read.skipped) == 4


@pytest.mark.parametrize("content", ["", "\n\n", "not json\n", "[1, 2]\n", '"text"\n', "\x00\x01"])
def test_tables_without_texts_give_none(tmp_path, content):
    read = read_texts(write(tmp_path / "d.jsonl", content))
    assert not read.texts


@pytest.mark.parametrize("count", [2, 5])
def test_further_copies_of_a_text_are_no_further_observations(tmp_path, count):
    path = tmp_path / "d.jsonl"
    lines = [{"text": "x = 1", "is_member": 1}] * count + [{"text": "y = 2", "is_member": 0}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    read = read_texts(path)
    assert [text.text for text in read.texts] == ["x = 1", "y = 2"]
    assert [skip.reason for skip in read.skipped] == ["repeated-text"] * (count - 1)
