# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every input is read to its end, or named, counted and exits with 5."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest
import zstandard

from codescan import private_items
from codescan.__main__ import main
from codescan.app.result_schemas import result_schema
from codescan.records import Skipped

MAIL = "kurt@weill-werke.de"


def searched(capsys, *arguments):
    code = main(["private", *map(str, arguments), "--format", "json", "-q"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def packed(name: str, content: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(content)
    if name.endswith(".zst"):
        return zstandard.compress(content)
    return lzma.compress(content) if name.endswith(".xz") else content


ROW = json.dumps({"id": 1, "user": [{"note": "x", "contact": MAIL}]}).encode() + b"\n"


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        ("a.txt", f"mail {MAIL}\n".encode(), ""),
        ("a.txt", f"mail {MAIL}\n".encode("utf-16"), ""),
        ("a.txt", f"na\u00efve \u00fc\u00f6\u00e4 {MAIL}\n".encode("latin-1"), ""),
        ("a.unknown", f"mail {MAIL}".encode(), ""),
        ("a.jsonl", ROW, "user[0].contact"),
        ("a.jsonl.gz", ROW, "user[0].contact"),
        ("a.ndjson.zst", ROW, "user[0].contact"),
        ("a.txt.xz", f"mail {MAIL}\n".encode(), ""),
        ("a.jsonl", b"not json " + MAIL.encode() + b"\n", ""),
        ("a.jsonl", b'{"a": "' + MAIL.encode() + b'", "a": 1}\n', "a"),
        ("a.json", b'[{"m": "' + MAIL.replace("@", "\\u0040").encode() + b'"}]', "m"),
        ("a.json", b'{"m": ' + MAIL.encode(), ""),
        ("a.csv", f"name,contact\nK,{MAIL}\n".encode(), "contact"),
        ("a.tsv", f"name\tcontact\nK\t{MAIL}\n".encode(), "contact"),
    ],
)  # fmt: skip
def test_a_file_is_read_whatever_it_is_packed_in(tmp_path, capsys, name, content, field):
    (tmp_path / name).write_bytes(packed(name, content))
    code, report = searched(capsys, tmp_path)
    assert code == 1
    (item,) = report["items"]
    assert (item["kind"], item["field"]) == ("e-mail", field)
    assert report["statistics"]["coverage"]["state"] == "complete"


def test_parquet_is_read_row_by_row(tmp_path, capsys):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {"id": [1, 2], "who": [{"mail": "x"}, {"mail": MAIL}], "raw": [b"a", MAIL.encode()]}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    code, report = searched(capsys, tmp_path)
    assert code == 1
    assert {(item["document"].rpartition(":")[2], item["field"]) for item in report["items"]} == {
        ("2", "who.mail"), ("2", "raw"),
    }  # fmt: skip
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-40])
    assert searched(capsys, tmp_path)[0] == 5


def test_archives_are_read_inside(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as file:
        file.writestr("p/a.py", f"# {MAIL}\n")
        file.writestr("p/rows.jsonl", ROW)
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as file:
        entry = tarfile.TarInfo("p/b.py")
        entry.size = len(MAIL)
        file.addfile(entry, io.BytesIO(MAIL.encode()))
    _code, report = searched(capsys, tmp_path)
    assert len(report["items"]) == 3
    assert report["statistics"]["coverage"]["unchecked"] == {}


def test_rows_behind_a_frame_without_content_are_read(tmp_path, capsys):
    zstandard = pytest.importorskip("zstandard")
    frame = b"\x53\x2a\x4d\x18\x02\0\0\0ab"
    packed = frame + zstandard.compress(ROW)
    (tmp_path / "rows.jsonl.zst").write_bytes(packed)
    _code, report = searched(capsys, tmp_path)
    assert len(report["items"]) == 1
    assert report["statistics"]["coverage"]["unchecked"] == {}


def test_an_archive_in_an_archive_is_named(tmp_path, capsys):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("a.py", MAIL)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("inner.zip", inner.getvalue())
        file.writestr("plain.txt", "nothing here\n")
    code, report = searched(capsys, tmp_path)
    assert code == 5
    assert report["statistics"]["coverage"]["unchecked"] == {"nested-archive": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl.gz", gzip.compress(ROW * 50, mtime=0)[:-30]),
        ("a.txt.zst", zstandard.compress(b"mail x\n" * 500)[:-9]),
        ("a.zip", b"PK\3\4broken"),
        ("a.bin.gz", b"\x1f\x8b\x08\0\0\0"),
        ("a.parquet", b"PAR1 broken"),
        ("lfs.txt", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    ],
)
def test_what_cannot_be_read_is_counted_and_named(tmp_path, capsys, name, content):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "fine.txt").write_text("nothing here\n")
    code, report = searched(capsys, tmp_path)
    assert code == 5
    assert any(skip["item"].endswith(name) for skip in report["skipped"])
    assert (
        searched(
            capsys, tmp_path, *(f"--allow-unchecked={s['reason']}" for s in report["skipped"])
        )[0]
        == 0
    )


def test_a_bomb_is_unchecked(tmp_path, capsys, monkeypatch):
    from codescan.app import private_streams

    monkeypatch.setattr(private_streams, "_FREE_BYTES", 1 << 20)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"\n" * (8 << 20), 9))
    code, report = searched(capsys, tmp_path)
    assert code == 5
    assert report["statistics"]["coverage"]["unchecked"] == {"archive-bomb": 1}


def test_nothing_is_not_clean(tmp_path, capsys):
    code, report = searched(capsys, tmp_path)
    assert code == 5
    assert report["statistics"]["coverage"]["state"] == "nothing"
    assert main(["private", str(tmp_path / "none")]) == 2
    capsys.readouterr()


def test_blocks_of_a_large_text_divide_no_line_and_no_key(tmp_path, capsys, monkeypatch):
    from codescan.app import private_inputs

    monkeypatch.setattr(private_inputs, "_BLOCK", 10_000)
    body = "\n".join(["MIIEowIBAAKCAQEA7Zq8Lw3Xn5Vb7Mk2Jh9Gf4Ds6Ap1Oi0UyTrEwQzXcVbN9m"] * 20)
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    lines = [
        key if number % 97 == 5 else f"mail person{number}x@weill-werke.de and words\n"
        for number in range(400)
    ]
    (tmp_path / "a.txt").write_text("".join(lines))
    _code, report = searched(capsys, tmp_path, "--max-items", 1000)
    counts = {kind["kind"]: kind["items"] for kind in report["kinds"]}
    assert counts == {"e-mail": 395, "private-key": 5}
    places = [item["start_line"] for item in report["items"] if item["kind"] == "e-mail"]
    whole = "".join(lines).split("\n")
    assert all("@weill-werke.de" in whole[line - 1] for line in places)
    assert places == sorted(places)


def test_the_limit_of_items_leaves_the_counts(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("".join(f"mail p{n}q@weill-werke.de\n" for n in range(50)))
    _code, report = searched(capsys, tmp_path, "--max-items", 5)
    assert len(report["items"]) == 5
    assert report["items_total"] == 50
    assert report["kinds"][0]["values"] == 50


def test_the_json_follows_its_schema(tmp_path, capsys):
    jsonschema = pytest.importorskip("jsonschema")
    (tmp_path / "a.txt").write_text(f"mail {MAIL}\n")
    (tmp_path / "b.gz").write_bytes(b"\x1f\x8b\x08\0\0\0")
    _code, report = searched(capsys, tmp_path)
    validator = jsonschema.Draft202012Validator(result_schema("private"))
    validator.validate(report)
    report["items"][0]["start_line"] = "first"
    assert not validator.is_valid(report)


def test_kinds_and_grades_select(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(f"mail {MAIL}\nghp_" + "a1B2c3D4e5" * 3 + "0zQ9xR\n")
    code, report = searched(capsys, tmp_path, "--kind", "secret")
    assert code == 0  # the checksum of the token is wrong: grade C
    assert [kind["weak"] for kind in report["kinds"]] == [1]
    assert searched(capsys, tmp_path, "--kind", "secret", "--fail-on", "C")[0] == 1
    assert searched(capsys, tmp_path, "--fail-on", "none")[0] == 0
    assert searched(capsys, tmp_path, "--kind", "no-such")[0] == 2


def test_the_python_interface_yields_records(tmp_path):
    (tmp_path / "a.txt").write_text(f"mail {MAIL} and someone@example.com\n")
    (tmp_path / "b.gz").write_bytes(b"\x1f\x8b\x08\0\0\0")
    item, placeholder, skip = private_items(tmp_path)
    assert (item.kind, item.placeholder) == ("e-mail", "")
    assert placeholder.placeholder
    assert isinstance(skip, Skipped)


def test_a_missing_extra_names_its_command(tmp_path, capsys, monkeypatch):
    from codescan.private_data import libraries

    monkeypatch.setattr(libraries, "_LIBRARIES", ("no_such_library",))
    assert main(["private", str(tmp_path)]) == 2
    assert "pip install 'codescan[private]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "is_weak"),
    [
        ("src/app.py", False), ("tests/app.py", True), ("test_app.py", True),
        ("pkg/docs/a.rst", True), ("app.spec.ts", True), ("protest/app.py", False),
        ("attest.py", False), ("latest/a.py", False), ("app/.env.example", True),
        ("app/config.sample.yml", True), ("app/sample-3.csv", False), ("app/samples.json", False),
        ("app/_help.py", True), ("app/example_com.py", True),
        ("app/example.csv", False),
        ("README.md", False), ("roles/molecule/a.yml", True),
    ],
)  # fmt: skip
def test_the_place_of_a_file_makes_bare_addresses_weak(tmp_path, capsys, path, is_weak):
    file = tmp_path / "data" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("user = 'k.weill@werke-online.de'\n")
    _code, report = searched(capsys, tmp_path / "data")
    assert report["items"][0]["grade"] == ("C" if is_weak else "B")
    token = "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"  # noqa: S105 - made up
    file.write_text(f"# Kurt Weill <k.weill@werke-online.de>\nTOKEN = '{token}'\n")
    _code, report = searched(capsys, tmp_path / "data")
    assert {item["grade"] for item in report["items"]} == {"A", "B"}
    rows = file.with_suffix(".jsonl")
    rows.write_text('{"mail": "k.weill@werke-online.de"}\n')
    _code, report = searched(capsys, rows)
    assert report["items"][0]["grade"] == "B"


def test_a_link_that_leads_out_of_the_folder_is_not_a_clean_answer(tmp_path, capsys):
    data, outside = tmp_path / "data", tmp_path / "outside"
    for folder in (data, outside):
        folder.mkdir()
        (folder / "a.txt").write_text("nothing here\n")
    (data / "inner").symlink_to("a.txt")
    (data / "broken").symlink_to("nowhere")
    (data / "ring").symlink_to("ring")
    assert searched(capsys, data)[0] == 0
    for number, target in enumerate((outside / "a.txt", outside, "../outside/a.txt")):
        (data / f"outer{number}").symlink_to(target)
    code, report = searched(capsys, data)
    assert code == 5
    assert report["statistics"]["coverage"]["unchecked"] == {"outside-link": 3}
    assert report["statistics"]["coverage"]["out_of_scope"] == {"link": 3}


def test_the_headline_says_what_was_not_searched(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("nothing here\n")
    (tmp_path / "b.bin").write_bytes(bytes(range(256)))
    (tmp_path / "c.txt").write_text("version https://git-lfs.github.com/spec/v1\n")
    assert main(["private", str(tmp_path), "-q"]) == 5
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "0 private values in 1 text; 0 placeholders; 1 input was not searched"
    assert "Out of scope: 1 binary (binary file)." in lines
    assert any(line.startswith("Not checked: 1 lfs-pointer") for line in lines)
