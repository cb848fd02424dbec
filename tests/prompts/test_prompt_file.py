# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prompt files: what is read, and what is said about files that cannot be."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codescan.errors import UsageError
from codescan.prompts.prompt_file import read_prompts

ROW = {"prompt": "def f():", "expected": "\n  1", "suffix": "x", "language": "Py", "id": "one"}


@pytest.fixture
def written(tmp_path):
    def write(content, name="prompts.jsonl"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_rows_with_and_without_the_optional_keys(written):
    rows = [ROW, {"prompt": "abc"}, {"prompt": "xyz", "id": 7, "expected": None, "note": "?"}]
    full, bare, numbered = read_prompts(written("\n\n".join(map(json.dumps, rows))))
    assert (full.id, full.text, full.expected) == ("one", "def f():", "\n  1")
    assert (full.suffix, full.language, full.strategy) == ("x", "python", "file")
    assert (bare.text, bare.language, bare.expected) == ("abc", "prose", "")
    assert len(bare.id) == 32
    assert numbered.id == "7"


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(written):
    path = written(b'\xef\xbb\xbf{"prompt": "a"}\r\n{"prompt": "b"}\r\n')
    assert [prompt.text for prompt in read_prompts(path)] == ["a", "b"]


def test_any_other_file_is_one_prompt_as_it_stands(written):
    text = "def f():\r\n  é\n\n"
    (prompt,) = read_prompts(str(written(text, "a.py")))
    assert (prompt.text, prompt.language) == (text, "python")
    assert list(read_prompts(written(text, "a.py"))) == [prompt]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"prompt": "a"}\n{"prompt": }\n', "line 2: not JSON"),
        ('{"prompt": "a"}\n\n[1]\n', "line 3: Expected `object`"),
        (b'{"prompt": "\xff"}', "line 1: not JSON"),
        ('{"prompt": 3}', "line 1: prompt: Expected `str | null`"),
        ('{"prompt": "a", "prompt": "b"}', "the name 'prompt' has two values"),
        ('{"promt": "a"}', 'line 1: no "prompt"'),
        ('{"prompt": "a", "language": "klingon"}', "line 1: unknown language 'klingon'"),
        ('{"prompt": "a"}\n{"prompt": "a"}', "line 2: the same prompt or id as in line 1"),
        ('{"prompt": "a", "id": "1"}\n{"prompt": "b", "id": 1}', "line 2: the same prompt or id"),
        ('{"prompt": "a", "id": "x\\u0007"}', 'line 1: "id"'),
        ("[" * 100_000, "line 1: not JSON"),
        ("", "is empty"),
        ("\n \n", "is empty"),
    ],
)
def test_errors_name_the_line(written, content, message):
    with pytest.raises(UsageError) as caught:
        list(read_prompts(written(content)))
    assert message in caught.value.message
    assert "prompts.jsonl" in caught.value.message


def test_rows_before_the_wrong_one_are_given(written):
    rows = read_prompts(written('{"prompt": "a"}\nwrong'))
    assert next(rows).text == "a"
    with pytest.raises(UsageError):
        next(rows)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "not UTF-8"), (b" \n", "empty"), (b"x" * (17 << 20), "larger than")],
    ids=["binary", "empty", "large"],
)
def test_texts_that_are_no_prompt(written, content, message):
    with pytest.raises(UsageError, match=message):
        list(read_prompts(written(content, "a.txt")))


def test_an_endless_row_is_refused_before_it_fills_the_memory(written):
    with pytest.raises(UsageError, match="line 1: longer than"):
        list(read_prompts(written(b'{"prompt": "' + b"x" * (17 << 20) + b'"}')))


def test_files_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            list(read_prompts(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=60).map(json.dumps).map(str.encode))
def test_any_bytes_give_prompts_or_an_error_that_is_expected(written, content):
    for name in ("a.jsonl", "a.txt"):
        with contextlib.suppress(UsageError):
            assert list(read_prompts(written(content, name)))
