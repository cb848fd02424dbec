# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries in rows of tokens: found across token boundaries, with and without loss."""

import json

import pytest

from codescan.app import canary_verify
from codescan.canaries.drawing import draw_canaries
from codescan.canaries.pipeline_output import OutputText, output_texts
from codescan.canaries.survival import CanaryFinder, tokenizer_problem
from codescan.cli.entry import run
from codescan.records import Skipped

SET = draw_canaries("s", levels=(1, 2), per_level=1, twins=99)


class ThreeCharacters:
    """Tokens of up to three characters, so that secrets begin and end inside of tokens."""

    def encode(self, text):
        return [
            sum((ord(c) + 1) << (9 * i) for i, c in enumerate(text[at : at + 3]))
            for at in range(0, len(text), 3)
        ]

    def decode(self, tokens):
        return "".join(
            chr((token >> 9 * i & 511) - 1) for token in tokens for i in range(3) if token >> 9 * i
        )

    def expected_tokens(self, prompt):
        return self.encode(prompt.expected)


TOKENIZER = ThreeCharacters()


def packed(canaries, padding="x = 1\n"):
    """A row of tokens, and the characters of each canary's secret in it."""
    text, spans = padding, []
    for canary in canaries:
        start = len(text) + len(canary.prefix)
        spans.append((start, start + len(canary.secret)))
        text += canary.text + padding
    return TOKENIZER.encode(text), spans


@pytest.mark.parametrize("padding", ["x = 1\n", "y = 22\n", "zz = 3\n"])
@pytest.mark.parametrize("masked", ["none", "one", "all"])
def test_loss_is_counted_on_the_tokens_of_the_secret(padding, masked):
    canary = SET.planted[0].canary
    other = SET.planted[1].canary
    tokens, spans = packed([canary, other, canary], padding)
    in_loss = [True] * len(tokens)
    start, end = spans[2]
    if masked == "one":
        in_loss[(start + end) // 2 // 3] = False
    elif masked == "all":
        for at in range(start // 3, (end - 1) // 3 + 1):
            in_loss[at] = False
    finder = CanaryFinder(SET, TOKENIZER)
    finder.read(OutputText("row", tokens=tokens, in_loss=in_loss))
    copies = finder.copies[canary.id]
    expected = {"none": (2, 0, 0), "one": (1, 1, 0), "all": (1, 0, 1)}[masked]
    assert (copies.in_loss, copies.partly_in_loss, copies.outside_loss) == expected
    assert finder.copies[other.id].in_loss == 1


def test_rows_of_a_trainer_are_verified(tmp_path, monkeypatch, capsys):
    data = tmp_path / "data"
    data.mkdir()
    for number in range(40):
        (data / f"m{number}.py").write_text(f"x = {number}\n" + f"# {'pad ' * 20}\n" * 20)
    assert run(["canary", "plant", str(data), "--out", str(tmp_path / "out"), "--copy-counts",
                "1,4", "--per-copy-count", "1", "--twins", "99", "--no-sign"]) == 0  # fmt: skip
    rows, labels_cut = tmp_path / "rows.jsonl", tmp_path / "cut.jsonl"
    texts = [p.read_text() for p in sorted((tmp_path / "out").rglob("*.py"))]
    with rows.open("w") as whole, labels_cut.open("w") as cut:
        for text in texts:
            ids = TOKENIZER.encode(text)
            whole.write(json.dumps({"input_ids": ids, "labels": ids}) + "\n")
            cut.write(json.dumps({"input_ids": ids, "labels": [-100] * len(ids)}) + "\n")
    command = ["canary", "verify", "--canaries", str(tmp_path / "out.canaries"), "-q"]
    assert run([*command, str(rows)]) == 2  # no tokenizer
    monkeypatch.setattr(canary_verify, "_tokenizer", lambda _folder: TOKENIZER)
    capsys.readouterr()
    assert run([*command, str(rows)]) == 5
    text = capsys.readouterr().out
    assert "not signed" in text.splitlines()[0]
    assert "25 copies receive loss on every token" in text
    assert run([*command, str(labels_cut)]) == 1
    assert "no-loss: 10" in capsys.readouterr().out
    assert run([*command, str(rows), "--context", "3"]) == 1
    assert "too-long: 10" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"input_ids": [1, 2], "labels": [1]}, "bad-row"),
        ({"input_ids": [1, 2], "loss_mask": "no"}, "bad-row"),
        ({"input_ids": ["a"]}, "bad-row"),
        ({"other": 1}, "bad-row"),
    ],
)
def test_rows_that_do_not_fit_are_skipped_with_a_reason(tmp_path, row, reason):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (item,) = output_texts(path)
    assert isinstance(item, Skipped)
    assert item.reason == reason


def test_parquet_rows_are_read(tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    ids = TOKENIZER.encode(SET.planted[0].canary.text)
    pq.write_table(pa.table({"input_ids": [ids], "loss_mask": [[1] * len(ids)]}), tmp_path / "a.pq")
    (item,) = output_texts(tmp_path / "a.pq")
    finder = CanaryFinder(SET, TOKENIZER)
    finder.read(item)
    assert finder.copies[SET.planted[0].canary.id].in_loss == 1
    pq.write_table(pa.table({"x": [1]}), tmp_path / "b.parquet")
    with pytest.raises(Exception, match="neither a text nor tokens"):
        list(output_texts(tmp_path / "b.parquet"))


def test_a_tokenizer_that_changes_a_secret_is_a_problem():
    class Lossy(ThreeCharacters):
        def decode(self, tokens):
            return super().decode(tokens).lower().replace("0", "1")

    class Merging(ThreeCharacters):
        def expected_tokens(self, _prompt):
            return None

    canary = next(e.canary for e in SET.planted if e.canary.family == "structured-id")
    assert tokenizer_problem(canary, TOKENIZER) == ""
    assert tokenizer_problem(canary, Lossy()) == "altered-by-tokenizer"
    assert tokenizer_problem(canary, Merging()) == "token-boundary"
    assert tokenizer_problem(canary, TOKENIZER, context=5) == "too-long"
