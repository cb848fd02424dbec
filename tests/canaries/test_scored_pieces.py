# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Windows are scored in pieces where a model's context is short: all tokens once, nothing else."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_schemas import read_result
from test_stamps import varied_module

from codescan.canaries.stamps.scored_pieces import Pieces
from codescan.cli.entry import run
from codescan.records import Prompt, Score

CONTEXT = 64


class Words:
    """Tokens are words, runs of spaces with the break before them, and single signs."""

    def __init__(self):
        self._numbers = {}
        self._texts = []

    def encode(self, text):
        tokens = []
        for word in re.findall(r"\n[ \n]*| ?\w{1,6}|[^\w\n]", text):
            if word not in self._numbers:
                self._numbers[word] = len(self._texts)
                self._texts.append(word)
            tokens.append(self._numbers[word])
        return tokens

    def decode(self, tokens):
        return "".join(self._texts[token] for token in tokens)


class Reader:
    """Knows the runs of four tokens of what it read."""

    name = "reader"

    def __init__(self, published=""):
        self.tokenizer = Words()
        tokens = self.tokenizer.encode(published)
        self._known = {tuple(tokens[place : place + 4]) for place in range(len(tokens))}
        self.asked = []

    def describe(self):
        return {"name": self.name, "context_length": CONTEXT}

    def generate(self, prompts, sampling):
        raise NotImplementedError

    def score(self, prompts):
        for prompt in prompts:
            before = prompt.prompt_tokens or self.tokenizer.encode(prompt.text)
            own = prompt.expected_tokens or self.tokenizer.encode(prompt.expected)
            assert 0 < len(own) <= len(before) + len(own) <= CONTEXT - 8
            self.asked.append(prompt)
            tokens = (*before, *own)
            logprob = -sum(
                1.0 + (tuple(tokens[place - 3 : place + 1]) not in self._known)
                for place in range(len(before), len(tokens))
            )
            yield Score(prompt.id, self.name, len(own), 0, logprob)


LINES = st.lists(st.sampled_from(["x = 1\n", "    call(name, other)\n", "\n", "a" * 200 + "\n"]))


@given(before=LINES, own=LINES.filter(bool))
def test_every_token_is_scored_once(before, own):
    tokenizer = Words()
    pieces = Pieces(tokenizer, CONTEXT)
    window = Prompt("a|0|0", "".join(before) or "\n", "stamp", expected="".join(own))
    distinct_prompts = list(pieces.distinct([window, window]))
    assert len({piece.id for piece in distinct_prompts}) == len(distinct_prompts)
    for piece in distinct_prompts:
        own_tokens = piece.expected_tokens or tokenizer.encode(piece.expected)
        before_tokens = piece.prompt_tokens or tokenizer.encode(piece.text)
        assert 0 < len(before_tokens) + len(own_tokens) <= CONTEXT - 8
    logprobs = {
        piece.id: -float(len(piece.expected_tokens or tokenizer.encode(piece.expected)))
        for piece in distinct_prompts
    }
    together = len(tokenizer.encode(window.text + window.expected))
    totals = {together - len(tokenizer.encode(window.text)), len(tokenizer.encode(window.expected))}
    (name, logprob), _again = pieces.sums([window, window], logprobs)
    assert name == "a|0|0"
    assert -logprob in totals  # where a token spans the boundary, both parts are encoded apart
    del logprobs[distinct_prompts[0].id]
    assert list(pieces.sums([window], logprobs)) == []


@pytest.mark.parametrize(("tokenizer", "context"), [(None, 64), (Words(), 0), (Words(), 10_000)])
def test_windows_that_fit_are_whole(tokenizer, context):
    window = Prompt(
        "a|0|0", "x\n", "stamp", expected="y = 1\n" * (300 if tokenizer is None else 12)
    )
    (piece,) = Pieces(tokenizer, context).distinct([window])
    assert (piece.text, piece.expected) == (window.text, window.expected)


def test_a_model_with_a_short_context_is_tested(tmp_path, monkeypatch, capsys):
    folder, out, private = (tmp_path / name for name in ("package", "out", "private"))
    folder.mkdir()
    for number in range(12):
        (folder / f"m{number}.py").write_text(varied_module(number, (1, 2, 8, 9)))
    assert run(["canary", "stamp", str(folder), "--out", str(out), "--private-folder", str(private),
                "--stamp-key", "k", "-q"]) == 0  # fmt: skip
    published = "".join(path.read_text() for path in sorted(out.glob("*.py")))
    monkeypatch.setattr("codescan.models.loading.resolve.check_model", lambda *_a, **_k: None)
    results = {}
    for name, text in (("read", published), ("unread", "")):
        reader = Reader(text)
        monkeypatch.setattr("codescan.models.load_model", lambda *_a, **_k: reader)  # noqa: B023
        capsys.readouterr()
        run(["canary", "stamp-score", str(private), "--model", "transformers:m", "--out",
             str(tmp_path / name), "-q", "--format", "json"])  # fmt: skip
        results[name] = read_result("canary stamp-score", capsys.readouterr().out)
        assert results[name]["files"] == 12
        assert json.dumps(results[name]["skipped"]) == "{}"
    assert results["read"]["p_value"] < 0.01
    assert results["unread"]["p_value"] > 0.01
