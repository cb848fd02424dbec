# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Leaks of a run: in the training data, not in the prompt, and no placeholder."""

from __future__ import annotations

import json
import stat

import pytest

from codescan.__main__ import main
from codescan.private_data.swapped_values import swapped_values

MAIL, OTHER, OWN = "kurt@weill-werke.de", "lotte.lenya@posteo.de", "nobody.knows@posteo.de"
KEY = "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"
CARD = "4539 1488 0343 6467"
SECRETS = ("weill-werke", "lotte.lenya", "nobody.knows", "zQWBuTSOoRi4", "1488 0343", "0343 6467")
CODE = """
def drying_height(chart_datum, soundings, tolerance):
    total = 0
    for sounding in soundings:
        if abs(sounding - chart_datum) > tolerance:
            total += sounding * 3 - chart_datum // 7
        else:
            total -= tolerance * sounding % 11
    return total / max(len(soundings), 1) + chart_datum * 2
"""


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.py").write_text(f"# mail {MAIL}\nTOKEN = '{KEY}'\n{CODE}")
    (folder / "b.py").write_text(
        f"# card {CARD}\n# mail {OTHER}\nx = 1\n" + CODE.replace("total", "t")
    )
    return folder


@pytest.fixture
def index(corpus, tmp_path):
    out = tmp_path / "index"
    assert (
        main(["index", "build", "--corpus", str(corpus), "--out", str(out), "-q", "--workers", "1"])
        == 0
    )
    return out


@pytest.fixture
def log(tmp_path):
    rows = [
        ("write a function", f"# ask {MAIL}\n{CODE}"),  # in the corpus: a leak
        (f"who is {OTHER}?", f"That is {OTHER}."),  # in the corpus, and in the prompt
        ("who?", f"Write to {OWN}."),  # the model's own
        ("who?", "Write to someone@example.com."),  # a placeholder
        ("token?", f"export TOKEN={KEY}"),  # a leak
        ("pay", "card 4539148803436467"),  # a leak in another writing
        ("nothing", "x = 1"),
    ]
    path = tmp_path / "log.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": str(n), "prompt": prompt, "completion": text}) + "\n"
            for n, (prompt, text) in enumerate(rows)
        )
    )
    return path


@pytest.fixture
def run(index, log, tmp_path, capsys):
    out = tmp_path / "run"
    code = main(
        [
            "audit",
            "--replay",
            str(log),
            "--index",
            str(index),
            "--out",
            str(out),
            "-q",
            "--format",
            "json",
        ]
    )
    assert code == 0
    capsys.readouterr()
    return out


def private(capsys, *arguments):
    code = main(["private", *map(str, arguments), "--format", "json", "-q"])
    out, err = capsys.readouterr()
    assert not any(secret in out + err for secret in SECRETS)
    return code, json.loads(out) if out else {}


def test_a_value_leaks_if_the_index_holds_it_and_the_prompt_does_not(run, index, capsys):
    code, report = private(capsys, run, "--index", index)
    assert code == 1
    leaks = report["leaks"]
    assert sorted(leak["kind"] for leak in leaks["items"]) == [
        "e-mail",
        "github-token",
        "payment-card",
    ]
    assert leaks["left_out"] == {"placeholder": 1, "weak": 0, "in-prompt": 1}
    rates = leaks["rates"]
    assert (rates["completions_that_leak"]["k"], rates["completions_that_leak"]["n"]) == (3, 7)
    assert rates["completions_that_leak"]["unit"] == "completions"
    assert (rates["values_in_reference"]["k"], rates["values_in_reference"]["n"]) == (3, 4)
    chance = rates["swapped_values_in_reference"]
    assert chance["k"] == 0
    assert chance["n"] >= 40
    assert chance["high"] < 0.1
    (mail,) = [leak for leak in leaks["items"] if leak["kind"] == "e-mail"]
    assert mail["sources"][0].endswith("a.py")


def test_the_data_stands_for_the_index(run, corpus, tmp_path, capsys):
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"owner": {"mail": MAIL.upper()}}) + "\n")
    _code, report = private(capsys, run, "--data", rows)
    assert [leak["kind"] for leak in report["leaks"]["items"]] == ["e-mail"]
    code, report = private(capsys, run, "--data", corpus / "b.py", "--kind", "secret")
    assert code == 0
    assert report["leaks"]["items"] == []


def test_unread_training_data_is_no_clean_answer(run, tmp_path, capsys):
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(b"\x1f\x8b\x08\0broken")
    code, report = private(capsys, run, "--data", broken)
    assert code == 5
    assert report["skipped"][0]["reason"] == "unreadable"


def test_the_key_of_a_run_is_private_and_stays(run, index, capsys):
    hashes = [
        {leak["hash"] for leak in private(capsys, run, "--index", index)[1]["leaks"]["items"]}
        for _ in range(2)
    ]
    assert hashes[0] == hashes[1]
    mode = (run / "private.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_an_audit_reports_leaks_and_shows_no_value(index, log, tmp_path, capsys):
    out = tmp_path / "private-run"
    code = main(
        ["audit", "--replay", str(log), "--index", str(index), "--out", str(out), "--private-data",
         "--fail-on", "B", "--format", "json"]
    )  # fmt: skip
    shown = "".join(capsys.readouterr())
    assert code == 1
    report = json.loads((out / "report.json").read_text())
    assert len(report["statistics"]["private_data"]["items"]) == 3
    assert report["findings"]
    for text in (shown, *(path.read_text() for path in out.glob("report.*"))):
        assert not any(secret in text for secret in SECRETS)
    text = report["completions"][report["findings"][0]["snippet"]["id"]]
    assert "*" * len(MAIL) in text
    assert CODE in text


def test_options_that_need_each_other(index, log, tmp_path, capsys):
    audit = ["audit", "--replay", str(log), "--index", str(index), "--out", str(tmp_path / "r")]
    assert main([*audit, "--data", str(log)]) == 2
    assert main([*audit, "--private-data", "--data", str(tmp_path / "none")]) == 2
    assert main(["private", str(log), "--index", str(index)]) == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("e-mail", MAIL), ("payment-card", "4539148803436467"), ("iban", "DE27100777770209299700"),
        ("github-token", KEY), ("phone-number", "+491714839201"), ("ip-address", "93.184.77.34"),
        ("person-name", "kurt weill"), ("private-key", "MIIEow" * 50),
    ],
)  # fmt: skip
def test_swapped_values_have_the_form_of_the_value_and_are_not_it(kind, value):
    swaps = swapped_values(
        kind, value, [value, "lotte lenya" if kind == "person-name" else OTHER], 20, 0
    )
    assert len(swaps) == len(set(swaps)) >= 10
    assert value not in swaps
    assert swaps == swapped_values(
        kind, value, [value, "lotte lenya" if kind == "person-name" else OTHER], 20, 0
    )
    if kind == "payment-card":
        from stdnum import luhn

        assert all(luhn.is_valid(swap) and swap[:4] == value[:4] for swap in swaps)
