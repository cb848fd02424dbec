# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan canary` from plant to score, as a user runs it, with what may go wrong."""

import ast
import json
import os

import pytest
from result_schemas import read_result
from stand_in_models import MemorizingModel

from codescan.canaries import manifest
from codescan.cli.entry import run

SMALL = ["--family", "secret", "--family", "comment-verse", "--copy-counts", "1,8,64",
         "--per-copy-count", "3", "--twins", "120", "--seed", "s"]  # fmt: skip
PADDING = f"# {'padding ' * 12}\n"
MODULE = '''"""Doc."""
from __future__ import annotations

import os


def area(width, height):
    return width * height


class Shape:
    sides = 4
'''


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "data"
    for number in range(90):
        path = data / f"pkg{number % 7}" / f"m{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{MODULE}\n\nNUMBER = {number}\n" + PADDING * 60)
    (data / "notes.md").write_text("# Notes\n" * 50)
    (data / "image.bin").write_bytes(bytes(range(256)) * 4)
    (data / "old.py").write_bytes(b"# -*- coding: latin-1 -*-\nname = '\xe9'\n")
    return data


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "data.jsonl"
    languages = [("Python", MODULE), ("JavaScript", "let a = 1;\n"), ("Python", "def f(:\n")]
    with path.open("w") as out:
        for number in range(300):
            language, text = languages[number % 3]
            row = {"id": f"{number:08x}", "content": text + PADDING * 20,
                   "language": language, "stars": number, "score": 1e-07}  # fmt: skip
            out.write(json.dumps(row) + "\n")
        out.write("not json\n\n[1, 2]\n")
    return path


def planted(data, out, *more):
    return run(["canary", "plant", str(data), "--out", str(out), "-q", *SMALL, *more])


def verified(capsys, data, canaries, *more):
    capsys.readouterr()
    code = run(["canary", "verify", str(data), "--canaries", str(canaries), "-q",
                "--format", "json", *more])  # fmt: skip
    return code, read_result("canary verify", capsys.readouterr().out)


def test_a_folder_is_planted_and_every_file_still_means_the_same(folder, tmp_path, capsys):
    out = tmp_path / "out"
    assert planted(folder, out) == 0
    for path in folder.rglob("*"):
        copy = out / path.relative_to(folder)
        if path.suffix == ".py" and path.name != "old.py":
            assert set(path.read_text().splitlines()) <= set(copy.read_text().splitlines())
            ast.parse(copy.read_text())
        elif path.is_file():
            assert copy.read_bytes() == path.read_bytes()
    code, result = verified(capsys, out, f"{out}.canaries")
    assert code == 0
    assert result["survived"] == result["planted"] == 18
    assert result["copies_usable"] == 2 * 3 * (1 + 8 + 64)
    assert result["copies_with_loss"] is None
    assert result["key_id"]


def test_rows_are_planted_and_the_others_keep_their_bytes(rows, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    assert planted(rows, out, "--max-share", "0.5") == 0
    before, after = rows.read_bytes().splitlines(), out.read_bytes().splitlines()
    kept_files = set(after)
    unchanged = [line for line in before if line in kept_files]
    assert sum(b"JavaScript" in line for line in unchanged) == 100
    assert {b"not json", b"[1, 2]"} <= set(unchanged)
    for line in after:
        if line.startswith(b"{"):
            row = json.loads(line)
            assert set(row) == {"id", "content", "language", "stars", "score"}
            if row["language"] == "Python" and "def f(:" not in row["content"]:
                ast.parse(row["content"])
    _, result = verified(capsys, out, f"{out}.canaries")
    assert result["survived"] == 18
    assert result["skipped"] == {"bad-json": 2}


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    for name in ("one", "two"):
        assert planted(folder, tmp_path / name) == 0
    one, two = (
        {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two
    places = [(tmp_path / f"{n}.canaries" / "places.json").read_bytes() for n in ("one", "two")]
    assert places[0] == places[1]


def test_a_stopped_run_goes_on_with_the_canaries_it_committed_to(folder, tmp_path, monkeypatch):
    from codescan.app import canary_plant

    whole = canary_plant.plant
    command = ["canary", "plant", str(folder), "--out", str(tmp_path / "out"), "-q", *SMALL[:-2]]

    def stopped(*args, **more):
        whole(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(canary_plant, "plant", stopped)
    assert run(command) == 130
    committed = (tmp_path / "out.canaries" / "commitment.json").read_bytes()
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(canary_plant, "plant", whole)
    assert run(command) == 0
    assert (tmp_path / "out.canaries" / "commitment.json").read_bytes() == committed
    assert not list(tmp_path.glob(".*partial*"))


def test_inputs_without_anything_to_plant_in(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert planted(empty, tmp_path / "a") == 5
    assert not (tmp_path / "a").exists()
    blank = tmp_path / "blank.jsonl"
    blank.write_text("\n\n")
    assert planted(blank, tmp_path / "b") == 5
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"body_text": "x = 1"}\n')
    assert planted(wrong, tmp_path / "c") == 2
    assert "body_text" in capsys.readouterr().err
    assert planted(wrong, tmp_path / "d", "--text-column", "body_text") == 2  # one row: too small
    assert planted(wrong, tmp_path / "e", "--text-column", "body_text", "--max-share", "1e9") == 0
    assert planted(tmp_path / "no", tmp_path / "f") == 3
    assert planted(tmp_path / "data.parquet", tmp_path / "f") == 3
    assert run(["canary", "plant", str(wrong), "--out", "x", "--copy-counts", "1,b"]) == 2


def test_rows_are_verified_whatever_their_file_is_called(rows, tmp_path, capsys):
    assert planted(rows, tmp_path / "out") == 0
    command = ["canary", "verify", str(tmp_path / "out"), "--canaries"]
    capsys.readouterr()
    run([*command, str(tmp_path / "out.canaries"), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert report["survived"] == report["planted"] > 0


def test_nothing_is_overwritten_or_written_into_the_data(folder, tmp_path):
    assert planted(folder, folder / "out") == 2
    assert planted(folder, folder) == 2
    assert planted(folder, tmp_path / "out", "--canaries", str(tmp_path / "out" / "x")) == 2
    assert planted(folder, tmp_path / "out", "--canaries", str(folder / "x")) == 2
    assert planted(folder, tmp_path / "out") == 0
    assert planted(folder, tmp_path / "out") == 2
    other = tmp_path / "other"
    assert (
        planted(folder, other, "--canaries", str(tmp_path / "out.canaries"), "--twins", "99") == 2
    )


def test_a_changed_manifest_is_refused(folder, tmp_path, capsys):
    assert planted(folder, tmp_path / "out") == 0
    canaries = tmp_path / "out.canaries"
    for name in ("manifest.json", "commitment.json", "places.json", "signature.dsse.json"):
        content = (canaries / name).read_bytes()
        at = len(content) // 2
        changed = bytes([content[at] ^ 1])
        (canaries / name).write_bytes(content[:at] + changed + content[at + 1 :])
        assert run(["canary", "verify", str(tmp_path / "out"), "--canaries", str(canaries)]) == 3
        (canaries / name).write_bytes(content)
    key = str(canaries / "signing-key.pem.pub")
    assert verified(capsys, tmp_path / "out", canaries, "--public-key", key)[0] == 0
    assert run(["evidence", "keygen", str(tmp_path / "other.pem")]) == 0
    other = str(tmp_path / "other.pem.pub")
    arguments = ["canary", "verify", str(tmp_path / "out"), "--canaries", str(canaries)]
    assert run([*arguments, "--public-key", other]) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries.clear(),
        lambda entries: entries.append(entries[0]),
        lambda entries: entries[0].update(copies=entries[0]["copies"] - 100),
        lambda entries: [entry.update(role="twin") for entry in entries],
        lambda entries: entries[-1]["canary"].update(secret=""),
        lambda entries: entries[0].update(copies=1e99),
        lambda entries: entries[0].update(role="other"),
    ],
)
def test_a_manifest_that_is_no_set_is_refused_though_its_hash_is_right(
    folder, tmp_path, capsys, change
):
    assert planted(folder, tmp_path / "out", "--family", "secret") == 0
    canaries = tmp_path / "out.canaries"
    content = json.loads((canaries / "manifest.json").read_text())
    change(content["entries"])
    (canaries / "manifest.json").write_text(json.dumps(content))
    commitment = json.loads((canaries / "commitment.json").read_text())
    commitment.update(public_key=None, manifest_sha256=manifest.digest(canaries))
    (canaries / "commitment.json").write_text(json.dumps(commitment))
    (canaries / "signature.dsse.json").unlink()
    data = str(tmp_path / "out")
    assert run(["canary", "verify", data, "--canaries", str(canaries)]) == 3
    assert "manifest.json" in capsys.readouterr().err


def test_what_a_pipeline_did_to_canaries_is_found(folder, tmp_path, capsys):
    assert planted(folder, tmp_path / "out") == 0
    canaries = manifest.read_set(tmp_path / "out.canaries")
    texts = [p.read_text() for p in sorted((tmp_path / "out").rglob("*.py")) if p.name != "old.py"]
    lost = canaries.planted[0].canary
    cut = canaries.planted[1].canary
    squeezed = canaries.planted[2].canary
    twin = canaries.held_out()[0].canary
    changed = [
        text.replace(lost.secret, "x").replace(cut.prefix, "").replace(
            squeezed.text, squeezed.text.replace("\n", "\r\n \r\n")
        )
        for text in texts
    ]  # fmt: skip
    changed.append(twin.text)
    out = tmp_path / "pipeline.jsonl"
    out.write_text("".join(json.dumps({"text": text}) + "\n" for text in changed))
    code, result = verified(capsys, out, tmp_path / "out.canaries")
    by_id = {row["id"]: row for row in result["canaries"]}
    assert code == 1
    assert by_id[lost.id]["problem"] == "lost"
    assert by_id[cut.id]["problem"] == "lost"
    assert by_id[cut.id]["found"]["secret-only"] == by_id[cut.id]["copies"]
    assert by_id[squeezed.id]["problem"] == ""
    assert by_id[squeezed.id]["found"]["reformatted"] == by_id[squeezed.id]["copies"]
    assert result["held_out_found"] == [twin.id]
    (tmp_path / "empty.jsonl").write_text("")
    code, nothing = verified(capsys, tmp_path / "empty.jsonl", tmp_path / "out.canaries")
    assert (code, nothing["texts"]) == (5, 0)


@pytest.fixture
def canaries(folder, tmp_path):
    assert planted(folder, tmp_path / "out") == 0
    return tmp_path / "out.canaries"


@pytest.fixture
def scored(canaries, tmp_path, monkeypatch, capsys):
    """A function that scores the set under a stand-in model."""
    known = {
        (e.canary.prefix, e.canary.secret): e.copies for e in manifest.read_set(canaries).planted
    }

    def score(name="run", *, model=None, copies=known, **settings):
        model = model or MemorizingModel(copies, **settings)
        monkeypatch.setattr("codescan.models.load_model", lambda *_a, **_k: model)
        monkeypatch.setattr("codescan.models.loading.resolve.check_model", lambda *_a, **_k: None)
        capsys.readouterr()
        code = run(["canary", "score", str(canaries), "--model", "transformers:m", "--out",
                    str(tmp_path / name), "--fresh-secrets", "4", "-q", "--format",
                    "json"])  # fmt: skip
        printed = capsys.readouterr().out
        return code, read_result("canary score", printed) if printed else None, model

    return score


def test_memorized_canaries_are_found_and_the_run_is_kept(scored, tmp_path):
    code, result, _ = scored()
    assert code == 1
    assert result["decision"] == "memorized"
    assert [level["copies"] for level in result["levels"]] == [0, 1, 8, 64]
    assert result["levels"][-1]["extraction"]["value"] == 1.0
    assert result["levels"][0]["extraction"]["k"] == 0
    assert json.loads((tmp_path / "run" / "canaries.json").read_text()) == result


def test_a_model_that_memorized_nothing_exits_with_0(scored):
    code, result, _ = scored(copies={})
    assert (code, result["decision"]) == (0, "not-shown")


@pytest.mark.parametrize("stopped_after", [1, 257, 300])
def test_a_stopped_run_gives_the_same_result(scored, tmp_path, stopped_after):
    _, whole, model = scored("whole")
    assert scored("stopped", fails_after=stopped_after)[0] == 130
    _, result, skipped = scored("stopped")
    assert result == whole
    assert skipped.asked <= model.asked - stopped_after // 64 * 64
    assert scored("stopped")[2].asked == 0
    files = [(tmp_path / name / "canaries.json").read_bytes() for name in ("whole", "stopped")]
    assert files[0] == files[1]


def test_a_model_without_log_probabilities_is_asked_for_completions(scored):
    code, result, _ = scored(has_logprobs=False)
    assert code == 5
    assert result["decision"] == "not-measured"
    assert result["slope"] is None
    assert result["levels"][-1]["extraction"]["value"] == 1.0
    assert result["levels"][1]["extraction"]["k"] == 0
    assert result["levels"][1]["exposure"]["mean"] is None
    assert result["levels"][1]["true_positive_rate"] is None


def test_other_settings_and_other_canaries_are_refused(scored, tmp_path):
    scored()
    assert run(["canary", "score", str(tmp_path), "--model", "m", "--out", "x"]) == 2
    arguments = ["canary", "score", str(tmp_path / "out.canaries"), "--model", "transformers:m"]
    assert run([*arguments, "--out", str(tmp_path / "run"), "--fresh-secrets", "5"]) == 2


def test_what_is_not_copied_is_named(folder, tmp_path, capsys):
    outside = tmp_path / "outside.py"
    outside.write_text(MODULE)
    (folder / "inner.py").symlink_to("old.py")
    os.mkfifo(folder / "pipe")
    whole = run(["canary", "plant", str(folder), "--out", str(tmp_path / "a"), *SMALL])
    assert whole == 0
    assert "Not copied: 1 link, 1 special-file." in capsys.readouterr().out
    (folder / "outer.py").symlink_to(outside)
    assert planted(folder, tmp_path / "b") == 5
    code = run(["canary", "stamp", str(folder), "--out", str(tmp_path / "c"), "--private-folder",
                str(tmp_path / "p")])  # fmt: skip
    assert code == 5
    assert "1 outside-link" in capsys.readouterr().out
    code, result = verified(capsys, folder, tmp_path / "b.canaries")
    assert result["skipped"]["outside-link"] == result["unchecked"] == 1
    capsys.readouterr()
    (tmp_path / "b" / "outer.py").symlink_to(outside)
    code, result = verified(capsys, tmp_path / "b", tmp_path / "b.canaries")
    assert (code, result["survived"]) == (5, result["planted"])
