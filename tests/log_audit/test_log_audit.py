# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An audit of logs finds what a scan finds, counts it by conversation, and hides other text."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from pathlib import Path

import pytest
from made_logs import copied, original, rows, work_text, write_log

from codescan.__main__ import main
from codescan.app.log_audit import LogAuditOptions, audit_log_files
from codescan.app.outcome import ExitCode
from codescan.app.result_schemas import result_schema
from codescan.app.scan import ScanOptions, scan
from codescan.errors import EvidenceError, UsageError
from codescan.log_audit import engine, segments
from codescan.log_audit.chain import read_chain
from codescan.records.json_form import encode
from codescan.reports.log_audit_text import headline

COPIES = {2: 0, 5: 1, 6: 1, 11: 2}


@pytest.fixture
def audit(works_index, tmp_path):
    """Audits files in this process; returns the summary, the exit code and the findings."""

    def run(*paths, out="out", **options):
        options = {"workers": 1, "chance_sample": 0} | options
        result = audit_log_files(
            LogAuditOptions(paths=paths, index_folder=works_index, out=tmp_path / out, **options)
        )
        table = (tmp_path / out / "findings.jsonl").read_text(encoding="utf-8")
        return encode(result.summary), result.exit_code, [json.loads(x) for x in table.splitlines()]

    return run


def rate_of(summary, dimension, name="", side="model"):
    (one,) = [
        one["rate"]
        for one in summary["rates"]
        if (one["side"], one["dimension"], one["name"]) == (side, dimension, name)
    ]
    return one


def test_rates_by_work_owner_and_license(audit, tmp_path):
    summary, code, findings = audit(write_log(tmp_path / "log.jsonl", rows(40, COPIES)))
    assert code == ExitCode.NOTHING_FOUND
    assert summary["conversations"] == summary["sampled"] == summary["responses"] == 40
    assert {f["row"] for f in findings} == {f"line {n + 1}" for n in COPIES}
    assert rate_of(summary, "all")["k"] == 4
    assert rate_of(summary, "work", "pypi/work-1")["k"] == 2
    assert rate_of(summary, "owner", "Owner 1")["k"] == 2
    assert rate_of(summary, "license", "MIT")["k"] == 2
    assert rate_of(summary, "category", "strong-copyleft")["n"] == 40
    assert rate_of(summary, "all")["claim"] == "conversations like these"
    assert 0 < summary["unlisted_bound"] < 0.08


def test_the_same_findings_as_a_scan_of_the_same_texts(audit, works_index, tmp_path):
    log = rows(30, COPIES)
    texts = [{"id": row["id"], "text": row["completion"]} for row in log]
    scanned = scan(
        ScanOptions(
            paths=(str(write_log(tmp_path / "texts.jsonl", texts)),),
            jsonl=True,
            index_folder=works_index,
        )
    ).report
    _, _, findings = audit(write_log(tmp_path / "log.jsonl", log))
    ids = {f"line {n}": row["id"] for n, row in enumerate(log, start=1)}
    assert sorted(
        (ids[f["row"]], f["fingerprint"], f["grade"], f["kind"], f["start_byte"], f["end_byte"])
        for f in findings
    ) == sorted(
        (f.snippet_id, f.fingerprint, f.grade.value, f.kind.value, f.span.start, f.span.end)
        for f in scanned.findings
    )
    assert findings


def test_the_same_findings_as_an_audit_of_the_log(audit, works_index, tmp_path, capsys):
    pytest.importorskip("sqlite_utils")
    path = write_log(tmp_path / "log.jsonl", rows(20, COPIES))
    run = tmp_path / "run"
    arguments = ["audit", "--replay", str(path), "--index", str(works_index), "--out", str(run)]
    assert main([*arguments, "--self-test", "0", "-q"]) == 0
    capsys.readouterr()
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    _, _, findings = audit(path)
    assert sorted((f["fingerprint"], f["grade"], f["start_byte"]) for f in findings) == sorted(
        (f["fingerprint"], f["grade"], f["snippet"]["start_byte"]) for f in report["findings"]
    )


def test_results_do_not_depend_on_workers(audit, tmp_path):
    for shard in range(3):
        write_log(tmp_path / f"logs/{shard}.jsonl", rows(25, COPIES, seed=shard))
    audit(tmp_path / "logs", out="one", chance_sample=10)
    audit(tmp_path / "logs", out="many", workers=2, chance_sample=10)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "many").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()


def test_packing_does_not_change_findings(audit, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    log = rows(20, COPIES)
    plain = write_log(tmp_path / "a.jsonl", log)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "c.json").write_text(json.dumps(log), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(log), tmp_path / "d.parquet")
    expected = None
    for path in sorted(tmp_path.glob("[a-d].*")):
        _, _, findings = audit(path, out=f"out-{path.name}")
        seen = [(f["exchange"], f["fingerprint"], f["start_byte"]) for f in findings]
        expected = expected or seen
        assert seen == expected


def test_a_conversation_counts_once_and_each_turn_once(audit, tmp_path):
    turns = [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": copied(3)},
        {"role": "user", "content": "second"},
        {"role": "assistant", "content": copied(3)},
    ]
    log = [{"messages": turns[:2]}, {"messages": turns}, {"messages": turns[:1]}]
    summary, _, findings = audit(write_log(tmp_path / "log.jsonl", log))
    assert len(findings) == 2  # the first turn is not counted again
    named = [{"id": "one", "messages": turns}, {"id": "two", "messages": turns[2:]}]
    summary, _, findings = audit(write_log(tmp_path / "named.jsonl", named), out="named")
    assert rate_of(summary, "all")["k"] <= summary["conversations"] == 2


def test_text_of_users_is_counted_apart(audit, tmp_path):
    log = [
        {"prompt": f"explain:\n\n```python\n{copied(4)}\n```\n", "completion": "It counts."},
        {"prompt": "write it", "completion": f"```python\n{copied(5)}\n```\n"},
        {"prompt": f"repeat:\n{copied(6)}", "completion": copied(6)},
    ]
    path = write_log(tmp_path / "log.jsonl", log)
    summary, _, findings = audit(path)
    grades = {f["work"]: f["grade"] for f in findings}
    assert grades == {"pypi/work-5": "A", "pypi/work-6": "D"}  # D: it repeats the prompt
    assert "user" not in summary["findings_by_grade"]
    summary, _, findings = audit(path, out="both", user_text=True)
    works = {side: {f["work"] for f in findings if f["side"] == side} for side in ("model", "user")}
    assert works == {
        "model": {"pypi/work-5", "pypi/work-6"},
        "user": {"pypi/work-4", "pypi/work-6"},
    }
    assert rate_of(summary, "all")["k"] == 1
    assert rate_of(summary, "all", side="user")["k"] == 2


def test_quotes_show_copied_lines_only(audit, tmp_path):
    lines = copied(7).splitlines()
    lines.insert(3, "    # the password of Erika is hunter2")
    lines[8] += "  # call Erika at 030 123456"
    log = [{"prompt": "a secret task", "completion": "Dear Erika,\n" + "\n".join(lines)}]
    _, _, findings = audit(write_log(tmp_path / "log.jsonl", log))
    assert findings
    origin = {line.strip() for line in work_text(7).splitlines()}
    for finding in findings:
        assert "Erika" not in json.dumps(finding)
        quoted = [line.strip().rstrip("…") for line in finding["quote"].splitlines()]
        assert len(finding["quote"]) <= 400
        assert all(
            any(text.startswith(line) for text in origin) or line == "[redacted]" for line in quoted
        )
    for path in (tmp_path / "out").iterdir():
        assert b"Erika" not in path.read_bytes()
    _, _, findings = audit(tmp_path / "log.jsonl", out="none", quote=0)
    assert {f["quote"] for f in findings} == {""}


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda code: json.dumps({"erika_secret": code, "b": {"erika": [code]}}),
        lambda code: "erika_secret: |\n" + "".join(f"  {x}\n" for x in code.splitlines()),
        lambda code: (
            "--- a/erika/x.py\n+++ b/erika/x.py\n@@ -0,0 +1,20 @@\n"
            + "".join(f"+{x}\n" for x in code.splitlines())
        ),
        lambda code: f"<erika><pre>{code}</pre></erika>",
        lambda code: f"# erika@example.org\n{code}  # erika\n",
    ],
)
def test_no_word_around_a_copy_reaches_the_results(audit, tmp_path, wrapped):
    log = [{"id": "erika", "prompt": "erika", "completion": wrapped(copied(9))}]
    _, _, findings = audit(write_log(tmp_path / "log.jsonl", log), user_text=True)
    assert findings
    for path in (tmp_path / "out").iterdir():
        assert b"erika" not in path.read_bytes()


def test_unread_rows_are_counted_by_shape_and_fail_the_audit(audit, tmp_path):
    log = [*rows(5, {}), *({"colour": n} for n in range(7)), {"size": 1}]
    path = write_log(tmp_path / "log.jsonl", log)
    path.write_text(path.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    summary, code, _ = audit(path)
    assert code == ExitCode.UNCHECKED
    assert summary["coverage"]["unchecked"] == {"not-json": 1, "unknown-shape": 8}
    assert summary["unread_total"] == 9
    assert headline(summary).endswith("; 9 parts of the logs were not read.")
    shapes = {part["detail"]: part["count"] for part in summary["unread"]}
    assert shapes["7 rows have keys colour"] == 7
    _, code, _ = audit(path, out="allowed", allow_unchecked=("unknown-shape", "not-json"))
    assert code == ExitCode.NOTHING_FOUND


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"\x00\x01\x02", b"PAR1broken", b"\x1f\x8bbroken", b"PK\x03\x04broken", b"[]"],
)
def test_a_log_without_text_is_not_clean(audit, tmp_path, content):
    path = tmp_path / "log.jsonl"
    path.write_bytes(content)
    _, code, findings = audit(path)
    assert code == ExitCode.UNCHECKED
    assert not findings


def test_a_damaged_file_does_not_stop_the_others(audit, tmp_path):
    write_log(tmp_path / "logs/good.jsonl", rows(10, COPIES))
    packed = gzip.compress((tmp_path / "logs/good.jsonl").read_bytes())
    (tmp_path / "logs/cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    summary, code, findings = audit(tmp_path / "logs")
    assert code == ExitCode.UNCHECKED
    assert any(f["file"].endswith("good.jsonl") for f in findings)
    assert any(part["file"].endswith("cut.jsonl.gz") for part in summary["unread"])


def test_findings_fail_the_audit_where_asked(audit, tmp_path):
    path = write_log(tmp_path / "log.jsonl", rows(10, COPIES))
    assert audit(path, fail_on="B")[1] == ExitCode.FINDINGS


def test_matches_by_chance_are_estimated(audit, tmp_path):
    summary, _, _ = audit(write_log(tmp_path / "log.jsonl", rows(60, COPIES)), chance_sample=30)
    chance = summary["chance"]
    assert (chance["rate"]["k"], chance["rate"]["n"]) == (0, 30)
    assert chance["excess"]["low"] < chance["excess"]["value"] == pytest.approx(4 / 60)


def test_the_chain_holds_inputs_and_results(audit, tmp_path):
    path = write_log(tmp_path / "log.jsonl", rows(10, COPIES))
    summary, _, _ = audit(path)
    entries = read_chain(tmp_path / "out/chain.jsonl")
    kinds = [entry["kind"] for entry in entries]
    assert kinds[:4] == ["code", "index", "settings", "input"]
    assert summary["chain_head"] in {entry["previous"] for entry in entries}
    lines = (tmp_path / "out/chain.jsonl").read_bytes().splitlines(keepends=True)
    damaged = [
        lines[:2] + lines[3:],
        [lines[1], lines[0], *lines[2:]],
        [line.replace(b'"bytes":', b'"bytes":1', 1) for line in lines],
        [*lines, lines[-1]],
        [lines[0] + b"\n", *lines[1:]],
        [],
    ]
    for number, parts in enumerate(damaged):
        other = tmp_path / f"chain-{number}"
        other.write_bytes(b"".join(parts))
        with pytest.raises(EvidenceError):
            read_chain(other)


def test_signed_results_verify_until_a_byte_changes(audit, tmp_path, capsys):
    pytest.importorskip("cryptography")
    assert main(["evidence", "keygen", str(tmp_path / "key")]) == 0
    path = write_log(tmp_path / "log.jsonl", rows(10, COPIES))
    audit(path, out="unsigned")
    audit(path, out="signed", key=tmp_path / "key")
    public = ["--public-key", str(tmp_path / "key.pub")]
    assert main(["evidence", "verify", str(tmp_path / "signed"), *public]) == 0
    assert main(["evidence", "verify", str(tmp_path / "unsigned")]) == 5
    assert main(["evidence", "verify", str(tmp_path / "unsigned"), *public]) != 0
    for folder in ("signed", "unsigned"):
        for changed in ("findings.jsonl", "report.html", "chain.jsonl"):
            copy = shutil.copytree(tmp_path / folder, tmp_path / f"{folder}-{changed}")
            content = bytearray((copy / changed).read_bytes())
            content[len(content) // 2] ^= 1
            (copy / changed).write_bytes(content)
            assert main(["evidence", "verify", str(copy)]) == 3
    audit(path, out="signed", quote=0)  # the old signature does not hold for the new results
    assert main(["evidence", "verify", str(tmp_path / "signed")]) == 5
    assert main(["evidence", "verify", str(tmp_path / "signed"), *public]) != 0
    capsys.readouterr()


def test_the_summary_is_valid_under_its_schema(audit, tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    audit(write_log(tmp_path / "log.jsonl", rows(10, COPIES)), sample=5, stratify_by="model")
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    jsonschema.validate(summary, result_schema("logs"))
    assert summary["schema_version"] == 1


def test_lone_surrogates_and_control_characters_pass_through(audit, tmp_path):
    log = [
        {"id": "\ud800", "model": "m\ud800\x1f\n", "prompt": "\udfff", "completion": copied(8)},
        {"id": "b", "group": "\x1f", "prompt": "p", "completion": "\ud800" + copied(8)},
    ]
    _, code, findings = audit(write_log(tmp_path / "log.jsonl", log), stratify_by="model")
    assert code == ExitCode.NOTHING_FOUND
    assert len(findings) == 2


def test_what_is_no_log_is_refused(works_index, tmp_path):
    log = write_log(tmp_path / "log/a.jsonl", rows(2, {}))
    for options in (
        {"paths": (tmp_path / "absent",)},
        {"paths": (tmp_path / "log",), "out": tmp_path / "log/out"},
        {"paths": (log,), "out": log},
        {"paths": (log,), "sample": 1, "stratify_by": "moon"},
    ):
        with pytest.raises(UsageError):
            audit_log_files(LogAuditOptions(index_folder=works_index, workers=1, **options))


def test_the_command_prints_text_and_json(works_index, tmp_path, capsys):
    path = write_log(tmp_path / "log.jsonl", rows(20, COPIES))
    arguments = ["logs", str(path), "--index", str(works_index), "--workers", "1", "-q"]
    assert main([*arguments, "--limit", "10", "--seed", "3"]) == ExitCode.NOTHING_FOUND
    text = capsys.readouterr().out
    assert "10 of 20" in text
    assert "this log" in text
    assert main([*arguments, "--format", "json", "--fail-on", "B"]) == ExitCode.FINDINGS
    assert json.loads(capsys.readouterr().out)["design"]["kind"] == "all"
    page = tmp_path / "out"
    assert main([*arguments, "--out", str(page)]) == ExitCode.NOTHING_FOUND
    assert "<script" not in (page / "report.html").read_text(encoding="utf-8")
    assert not (page / ".codescan-logs").exists()
    shutil.rmtree(page)


def test_original_text_has_no_finding(audit, tmp_path):

    log = [{"completion": original(random.Random(n))} for n in range(30)]
    summary, code, findings = audit(write_log(tmp_path / "log.jsonl", log))
    assert (code, findings) == (ExitCode.NOTHING_FOUND, [])
    assert not summary["rates"]


def test_hostile_names_stay_inert_on_the_page(audit, tmp_path):
    name = "<script>alert(1)</script>\u202e\x1b[2J'\"&"
    log = [{"model": name, "completion": copied(1)}, {name: 1}]
    audit(write_log(tmp_path / "log.jsonl", log), sample=1, stratify_by="model")
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "\x1b" not in page


def test_an_index_is_unmapped_after_each_task(audit, works_index, tmp_path, monkeypatch):
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("needs /proc")
    monkeypatch.setattr(segments, "_MOST_EXCHANGES", 5)
    shard = next((works_index / "shards").glob("*/*")).parent
    mapped: list[int] = []

    def mappings() -> int:
        lines = maps.read_text(encoding="utf-8").splitlines()
        return sum(str(shard) in line for line in lines)

    original_match = engine.match_segment

    def counted(task, out):
        original_match(task, out)
        mapped.append(mappings())

    monkeypatch.setattr(engine, "match_segment", counted)
    before = mappings()
    audit(write_log(tmp_path / "log.jsonl", rows(30, COPIES)))
    assert len(mapped) == 6
    assert len(set(mapped)) == 1
    assert mapped[0] >= before
