# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A denied passage ends its stream in time, whatever its tokens look like and however it is cut."""

from __future__ import annotations

import contextlib
import json
import random
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from codescan.__main__ import main
from codescan.app.completion_policy import read_completion_policy
from codescan.app.shared_index import SharedIndex
from codescan.app.text_scan import Text, scan_text
from codescan.config import Config
from codescan.records import Grade, MatchKind
from codescan.serve.completion_texts import Delta
from codescan.serve.stream_watch import AnswerWatch

LIMIT = 40


def passage(kind: str) -> str:
    """60 lines of one kind of token."""
    draw = random.Random(kind)
    lines = []
    for number in range(60):
        names = [f"{draw.choice('abcdefgh')}{draw.randrange(10**5)}" for _ in range(4)]
        markup = " ".join(f'<p id="{name}">{name} <a href="#">…</a></p>' for name in names)
        match kind:
            case "strings":
                line = f"checked{number}.assert_equal(shorten('{markup}', {number}), '{names[0]}')"
            case "comments":
                line = f"{names[0]} = {names[1]}({number})  # {' '.join(names * 6)}, as was said"
            case _:
                line = f"{names[0]} = settle({names[1]}[{number}], {names[2]}) + {names[3]}"
        lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    corpus = tmp_path_factory.mktemp("corpus") / "harbors"
    corpus.mkdir()
    for kind in ("strings", "comments", "names"):
        header = "# SPDX-License-Identifier: AGPL-3.0-only\n"
        (corpus / f"{kind}.py").write_text(header + passage(kind), encoding="utf-8")
    out = tmp_path_factory.mktemp("indexes") / "harbors"
    assert main(["index", "build", "--corpus", str(corpus), "--out", str(out), "-q"]) == 0
    index = SharedIndex(out, None, Config())
    with index.lease() as leased:
        yield leased
    index.close()


@pytest.fixture
def policy(tmp_path):
    (tmp_path / "codescan.toml").write_text('license = "MIT"\n')
    with contextlib.chdir(tmp_path):
        return read_completion_policy(tmp_path)


@pytest.mark.parametrize("kind", ["strings", "comments", "names"])
@pytest.mark.parametrize("size", [5, 60, 900])
def test_a_stream_ends_before_a_denied_passage_grows(opened, policy, kind, size):
    own = "".join(f"total_{n} = count(own_{n}, {n}, key='{n}')\n" for n in range(300))
    text = own + passage(kind)
    watch, passed = AnswerWatch(opened, policy, LIMIT, ""), 0
    for at in range(0, len(text), size):
        if watch.add([Delta("a", text[at : at + size])]) and watch.look() is not None:
            break
        passed = at + size
    result = policy.applied_to(scan_text(Text(text[:passed]), opened), text[:passed])
    assert passed < len(text)
    # What makes an edited copy one is known only when most of it is there.
    exact = [f for f in result.findings if f.kind is not MatchKind.EDITED and policy.is_denied(f)]
    assert all(finding.tokens <= LIMIT + 16 for finding in exact)


@pytest.mark.parametrize("seed", range(8))
def test_lines_of_numbers_do_not_hide_the_code_behind_them(opened, policy, seed):
    draw = random.Random(seed)
    numbers = "".join(
        f"value_{draw.randrange(10**6)} = {draw.random()}\n" for _ in range(draw.randrange(20, 90))
    )
    text = numbers + passage("names") + numbers
    watch, passed, at = AnswerWatch(opened, policy, LIMIT, ""), 0, 0
    while at < len(text):
        size = draw.choice((1, 3, 8, 30))
        if watch.add([Delta("a", text[at : at + size])]) and watch.look() is not None:
            break
        passed = at = at + size
    code = text[len(numbers) : passed]
    assert passed < len(text)
    assert len(code.replace("(", " ").replace("[", " ").split()) <= LIMIT + 16


def parts_of(opened, policy, *deltas):
    """The texts of the parts that a watch reads, and how many findings they have."""
    watch = AnswerWatch(opened, policy, LIMIT, "")
    watch.add(list(deltas))
    results, _denied = watch.finish()
    return watch.texts(), sum(len(result.findings) for result in results)


@pytest.mark.parametrize("is_json", [False, True])
def test_a_whole_text_that_is_not_that_of_its_pieces_is_read(opened, policy, is_json):
    own, copy = (json.dumps([text]) if is_json else text for text in ("x = 1", passage("names")))
    whole = [Delta("a", copy, is_json, is_whole=True)] * 3
    texts, findings = parts_of(opened, policy, Delta("a", own, is_json), *whole)
    assert len(texts) == 2
    assert findings == 1


def test_a_whole_text_that_repeats_its_pieces_is_read_once(opened, policy):
    copy = passage("names")
    pieces = [Delta("a", copy[:500]), Delta("a", copy[500:])]
    texts, findings = parts_of(opened, policy, *pieces, Delta("a", copy, is_whole=True))
    assert (list(texts), findings) == (["a"], 1)


def test_the_text_before_a_tail_counts(opened, policy, monkeypatch):
    """What only the tail of a text holds ends no stream, and is not compared whole each time."""
    text = "".join(f"total_{n} = count(own_{n}, {n}, key='{n}')\n" for n in range(400))
    text += passage("names")
    sizes = []

    def only_in_tails(self, name, content):
        sizes.append(len(content))
        result = scanned(self, name, content)
        return result if len(content) < 5_000 else replace(result, findings=())

    scanned = AnswerWatch._long_passages
    monkeypatch.setattr(AnswerWatch, "_long_passages", only_in_tails)
    monkeypatch.setattr(AnswerWatch, "_denied_code", lambda *_: None)
    watch = AnswerWatch(opened, policy, LIMIT, "")
    for at in range(0, len(text), 20):
        if watch.add([Delta("a", text[at : at + 20])]):
            assert watch.look() is None
    assert sum(size for size in sizes if size >= 5_000) < 20 * len(text)


@pytest.mark.parametrize("grade", [None, Grade.C])
def test_the_grade_of_a_passage_counts_for_the_code_in_it(opened, policy, monkeypatch, grade):
    text = passage("names")
    languages = iter([("python",), ()])
    monkeypatch.setattr(
        "codescan.serve.stream_watch.identify", lambda _: SimpleNamespace(languages=next(languages))
    )

    def look(watch, name, compared):
        result = long_passages(watch, name, compared)
        if compared != text:  # the end of the text alone
            return result
        findings = () if grade is None else (replace(each, grade=grade) for each in result.findings)
        return replace(result, findings=tuple(findings))

    long_passages = AnswerWatch._long_passages
    monkeypatch.setattr(AnswerWatch, "_long_passages", look)
    watch = AnswerWatch(opened, policy, LIMIT, "")
    assert watch.add([Delta("a", text)])
    assert (watch.look() is None) == (grade is Grade.C)
