# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""No output holds a value: four characters of a value in a row never leave the program."""

from __future__ import annotations

import io
import json
import random
import re
import sys
from pathlib import Path

import pytest
from faker import Faker

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from _evaluation import private_values

from codescan.__main__ import main
from codescan.private_data.finder import Finder
from codescan.private_data.redaction import KeyedHash, masked, shown_characters

RUN = 4
FIXED = frozenset(
    {
        "PRIVATE", "BEGIN", "OPENSSH", "postgresql", "mysql", "pymysql", "mongodb", "amqps",
        "redis", "codice", "fiscale", "secret", "access", "securite", "sociale", "personnummer",
        "number", "gmail", "hotmail", "yahoo", "isikukood", "kimlik", "PESEL", "login", "machine",
        "docker", "password", "value", "clientSecret", "AuthToken", "PASSWORD",
    }
)  # fmt: skip
"""Words of values that do not vary, or that the report uses itself."""


@pytest.fixture(scope="module")
def values():
    """Planted values of every generator, by kind."""
    draws, fake = random.Random(5), Faker()
    fake.seed_instance(5)
    return [
        private_values.planted(kind, draws, fake)
        for kind in private_values.GENERATORS
        for _ in range(4)
    ]


def leaked(output: str, values) -> list[tuple[str, str]]:
    """Runs of four letters and digits of the values, and their words, that an output holds."""
    leaks = []
    for each in values:
        value = each.text[each.start : each.end]
        runs = {value[at : at + RUN] for at in range(len(value) - RUN + 1)}
        runs = {run for run in runs if run.isalnum() and not run.isalpha()}
        words = set(re.findall(r"[A-Za-z]{5,}", value)) - FIXED
        leaks += [(each.kind, piece) for piece in sorted(runs | words) if piece in output]
    return leaks


def run(capsys, *arguments):
    code = main(["private", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize("format_", ["json", "terminal"])
def test_no_value_reaches_an_output(values, tmp_path, capsys, format_):
    folder = tmp_path / "data"
    folder.mkdir()
    for number, each in enumerate(values):
        (folder / f"{chr(97 + number % 26)}{chr(97 + number // 26)}.txt").write_text(each.text)
    rows = "".join(json.dumps({"a": {"b": [each.text]}}) + "\n" for each in values)
    (folder / "rows.jsonl").write_text(rows)
    out = tmp_path / "report"
    code, shown = run(capsys, folder, "--format", format_)
    assert code == 1
    run(capsys, folder, "--format", format_, "--out", out)
    assert leaked(shown, values) == []
    assert leaked(out.read_text(), values) == []


def test_values_in_names_and_keys_are_masked(tmp_path, capsys):
    folder = tmp_path / "kurt.weillmann@posteo.de"
    folder.mkdir()
    (folder / "AKIAQ5RTY7ZKP3L2MNOX.txt").write_text("tel +49 171 4839201\n")
    (folder / "rows.jsonl").write_text(
        '{"anna.bergson@posteo.de": {"card": "4539 1488 0343 6467"}}\n'
    )
    (folder / "broken-greta.holm@posteo.de.json.gz").write_bytes(b"\x1f\x8b\x08broken")
    code, shown = run(capsys, folder, "--format", "json")
    assert code == 1
    for secret in (
        "weillmann",
        "Q5RTY7",
        "4839201",
        "bergson",
        "1488",
        "0343",
        "greta.holm",
        "holm@",
    ):
        assert secret not in shown


def test_a_crash_report_holds_no_value(tmp_path, monkeypatch, capsys):
    from codescan.private_data import phone_numbers

    def failing(digits):
        raise ValueError(f"invalid literal for int(): {digits!r}")

    monkeypatch.setattr(phone_numbers, "_is_valid", failing)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    text = tmp_path / "a.txt"
    text.write_text("tel +49 171 4839201\n")
    code, shown = run(capsys, text)
    assert code == 4
    assert "4839201" not in shown.replace(" ", "")
    reports = list(tmp_path.rglob("crash-*.txt"))
    assert reports
    for report in reports:
        assert "4839201" not in report.read_text().replace(" ", "")
        assert "DetectorError" in report.read_text()


def test_the_hash_is_keyed_and_tells_values_apart():
    one, other = KeyedHash(b"k" * 32), KeyedHash(b"l" * 32)
    assert one.of("e-mail", "a@b.de") == one.of("e-mail", "a@b.de")
    assert one.of("e-mail", "a@b.de") != one.of("iban", "a@b.de")
    assert one.of("e-mail", "a@b.de") != other.of("e-mail", "a@b.de")
    many = {one.of("phone-number", str(number)) for number in range(20_000)}
    assert len(many) == 20_000


@pytest.mark.parametrize("value", ["", "a", "1234567", "12345678", "\n234567\u202e", "x" * 10_000])
def test_at_most_two_characters_are_shown(value):
    shown = shown_characters(value).replace("…", "")
    assert len(shown) <= 2
    assert shown.isprintable()
    assert len(value) >= 8 or not shown


def test_a_masked_name_keeps_what_is_not_private():
    finder, keyed = Finder(), KeyedHash(b"k" * 32)
    assert masked("data/a.txt", finder, keyed) == "data/a.txt"
    shown = masked("data/kurt@weill-werke.de/a.txt", finder, keyed)
    assert shown.startswith("data/[e-mail ")
    assert shown.endswith("]/a.txt")


def test_the_key_of_a_file_makes_hashes_comparable(tmp_path, capsys):
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef")
    text = tmp_path / "a.txt"
    text.write_text("mail kurt@weill-werke.de\n")

    def hash_of(*options):
        _, shown = run(capsys, text, "--format", "json", *options)
        return json.loads(shown[shown.index("{") :])["items"][0]["hash"]

    assert hash_of("-q", "--hash-key", key) == hash_of("-q", "--hash-key", key)
    assert hash_of("-q") != hash_of("-q")
    key.write_bytes(b"short")
    assert run(capsys, text, "--hash-key", key)[0] == 2


def test_stdin_is_read(monkeypatch, capsys):
    content = io.TextIOWrapper(io.BytesIO(b"mail kurt@weill-werke.de\n"))
    monkeypatch.setattr("sys.stdin", content)
    code, shown = run(capsys, "-")
    assert code == 1
    assert "weill" not in shown
