# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fresh names: nothing that can be remembered is left, and nothing else has changed."""

import re
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native
from codescan.prompts.identifier_randomization import rewritten
from codescan.prompts.null_arm import NullStrategy, shuffled
from codescan.prompts.prefix import PrefixStrategy
from codescan.prompts.sampler import draw
from codescan.prompts.unconditional import UnconditionalStrategy
from codescan.prompts.word_list import WORDS
from codescan.records import Arm, Skipped

CODE = '''\
# Copyright 2024 Ada Writer
def read_line(stream, limit=4096):
    """Read one line of stream, at most limit bytes."""
    message = f"no line in {stream!r} after 17 tries\\n"
    HTTPServer2.read_line(stream, message, 0x1F, 3.25)
    return stream.line or 1
'''


def words(text):
    return {w.lower() for w in re.findall(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}", text)}


def test_every_name_and_literal_is_another_and_the_shape_is_the_same(document_of):
    fresh = rewritten(document_of(CODE)).content.decode()
    keywords = {"def", "return", "none", "or"}
    assert not words(CODE) & words(fresh) - keywords
    assert "4096" not in fresh
    assert "17" not in fresh
    assert re.sub(r"\w+", "w", fresh) == re.sub(r"\w+", "w", CODE)
    lines = fresh.splitlines()
    assert re.match(r'    [a-z]+ = f"', lines[3]), "the prefix of a string is syntax"
    assert lines[3].endswith('\\n"')
    name = re.match(r"def ([a-z]+)_([a-z]+)\(([a-z]+), ([a-z]+)=\d{4}\):", lines[1])
    assert name, lines[1]
    assert f".{name[1]}_{name[2]}({name[3]}, " in lines[4], "a name is the same wherever it stands"
    assert lines[5] == f"    return {name[3]}.{name[2]} or 1"


def test_two_names_never_become_one(document_of):
    names = [f"name{chr(97 + i)}{chr(97 + j)}{chr(97 + k)}" for i in range(12) for j in range(12)
             for k in range(9)]  # fmt: skip
    fresh = rewritten(document_of("\n".join(names))).content.decode().split("\n")
    assert len(set(fresh)) == len(names) > len(WORDS)


def test_prose_keeps_its_small_words(document_of):
    text = "The old house of Mr. Harrington was sold in 1893 for a small price.\n"
    fresh = rewritten(document_of(text, "story.txt")).content.decode()
    assert not {"house", "harrington", "small", "price", "sold", "1893"} & set(
        re.findall(r"\w+", fresh.lower())
    )
    assert fresh.startswith("The old ")
    assert " of Mr. " in fresh


def test_it_is_deterministic_and_another_seed_gives_other_names(document_of):
    document = document_of(CODE)
    assert rewritten(document, 1) == rewritten(document, 1) != rewritten(document, 2)
    assert rewritten(document_of(b"\xff\xfe", "a.py")) is None


def test_no_stand_in_is_a_keyword():
    kinds = _native.lex(" ".join(WORDS).encode(), _native.LEXERS["c"]).kinds()
    assert set(kinds.tolist()) == {0}
    assert len(WORDS) > 250


@pytest.mark.parametrize("name", ["argparse.py", "heapq.py", "tarfile.py"])
def test_tokens_of_real_files_keep_their_kinds(document_of, name):
    content = (Path(sysconfig.get_path("stdlib")) / name).read_bytes()
    fresh = rewritten(document_of(content, name)).content
    before, after = (_native.lex(t, _native.LEXERS["python"]).kinds() for t in (content, fresh))
    # Numbers and words meet in a few new places, such as 1e5 or unit names.
    assert abs(len(before) - len(after)) <= len(before) // 500
    same = sum(a == b for a, b in zip(before.tolist(), after.tolist(), strict=False))
    assert same >= 0.99 * len(before) or len(before) != len(after)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_is_rewritten_or_left_out(document_of, text):
    null_document = rewritten(document_of(text.encode("utf-8", "replace")))
    assert null_document is not None
    null_document.content.decode("utf-8")


def test_null_prompts_are_marked_and_have_names_of_their_own(document_of):
    documents = [document_of(CODE * 9, f"{n}.py", f"package{n}") for n in range(6)]
    target = list(draw(documents, [PrefixStrategy()], 6))
    null = list(draw(documents, [NullStrategy(PrefixStrategy(), 0)], 6))
    assert {prompt.arm for prompt in null} == {Arm.NULL}
    assert not {prompt.id for prompt in null} & {prompt.id for prompt in target}
    assert {prompt.document_id for prompt in null} == {prompt.document_id for prompt in target}
    assert not any(prompt.text in CODE * 9 for prompt in null)
    assert list(draw(documents, [NullStrategy(UnconditionalStrategy(), 0)], 6)) == []


def test_a_null_corpus_is_shuffled_and_its_skips_and_copies_left_out(document_of):
    class Listed:
        def documents(self):
            yield Skipped("x", "read", "binary")
            yield from [document_of(f"{CODE}{n % 20}", f"{n}.py") for n in range(40)]

    first, again, other = (shuffled([Listed()], seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len({document.content for document in first}) == len(first) == 20
