# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A log that names the true continuations gives the share of them that the model wrote."""

import json

from codescan.__main__ import main

TRUE = "".join(f"total_{n} = weigh({n}, scale={n * n})\n" for n in range(6))
RETYPED = TRUE.replace(" = ", "  =  ")
OTHER = TRUE.replace("weigh", "count")


def audited(tmp_path, rows):
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.py").write_text("x = 1\n" * 40)
    assert main(["index", "build", "--corpus", str(tmp_path / "corpus"), "--out",
                 str(tmp_path / "index"), "-q"]) == 0  # fmt: skip
    command = ["audit", "--replay", str(tmp_path / "log.jsonl"), "--index", str(tmp_path / "index")]
    code = main([*command, "--out", str(tmp_path / "run"), "--self-test", "0", "-q"])
    assert code == 0
    return json.loads((tmp_path / "run" / "report.json").read_text())["statistics"]


def test_true_continuations_of_a_log_are_counted(tmp_path):
    def row(number, completion, expected=TRUE):
        return {"prompt": f"p{number}", "completion": completion, "expected": expected,
                "language": "python"}  # fmt: skip

    statistics = audited(
        tmp_path,
        [
            row(0, TRUE),
            row(1, f"Sure:\n```python\n{RETYPED}```"),
            row(2, OTHER),
            row(3, TRUE[: len(TRUE) // 2]),
            row(4, TRUE, expected="x = 1"),
            {"prompt": "p5", "completion": TRUE},
        ],
    )
    continuations = statistics["true_continuations"]
    assert (
        continuations["target"]["k"],
        continuations["target"]["n"],
        continuations["too_short"],
    ) == (2, 4, 1)
    assert any("holds the true continuation" in line for line in statistics["summary"])


def test_a_log_without_true_continuations_has_no_such_rate(tmp_path):
    assert "true_continuations" not in audited(tmp_path, [{"prompt": "p", "completion": TRUE}])
