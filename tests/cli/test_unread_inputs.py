# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every command that reads inputs names one that it cannot read, and exits with 5."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from codescan.__main__ import main

HARMLESS = "def add(left, right):\n    return left + right\n"
ZEROS = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"
SHIFT_JIS = "# コメントです\nx = 1\n".encode("shift-jis") * 50
ACCEPT = ("--update-baseline", "--reason", "written here", "--reviewer", "Ada")

# Words of a command; "INDEX" is that of the harbors.
ON_FILES = {
    "scan": "scan tree --index INDEX",
    "scan quiet": "scan tree --index INDEX -q",
    "scan html": "scan tree --index INDEX --format html",
    "scan sarif": "scan tree --index INDEX --format sarif",
    "scan markdown": "scan tree --index INDEX --format markdown",
    "scan github": "scan tree --index INDEX --format github",
    "scan notice": "scan tree --index INDEX --format notice",
    "scan no findings": "scan tree --index INDEX --fail-on none",
    "check": "check tree --index INDEX",
    "check quiet": "check tree --index INDEX -q",
    "check gitlab": "check tree --index INDEX --format gitlab",
    "check github": "check tree --index INDEX --format github",
    "check strict": "check tree --index INDEX --strict --policy-from HEAD",
    "check staged": "check --staged --index INDEX",
    "check staged paths": "check --staged tree --index INDEX",
    "check ai lines": "check --staged --ai-lines --index INDEX",
    "check trailer": "check --staged --trailer message --index INDEX",
    "attribute": "attribute tree --index INDEX",
    "attribute dry": "attribute tree --dry-run --index INDEX",
    "attribute json": "attribute tree --format json --index INDEX",
    "private": "private tree",
    "private json": "private tree --format json",
    "dedup": "dedup tree",
    "dedup clean": "dedup tree --out duplicates --clean",
    "index build": "index build --corpus tree --out built -q",
    "index build json": "index build --corpus tree --out built --format json",
    "index add": "index add COPY --corpus tree -q",
}
UPDATES = {
    "terminal": ("check", "tree", *ACCEPT),
    "quiet": ("check", "tree", "-q", *ACCEPT),
    "json": ("check", "tree", "--format", "json", *ACCEPT),
    "staged": ("check", "--staged", *ACCEPT),
    "diff": ("check", "--diff", "HEAD~1..HEAD", *ACCEPT),
}


@pytest.fixture
def tree():
    """A staged folder: a text, an image, and a source that is not text."""
    Path("tree").mkdir()
    Path("tree/a.py").write_text(HARMLESS)
    Path("tree/image.png").write_bytes(ZEROS)
    Path("tree/broken.py").write_bytes(ZEROS)
    Path("message").write_text("Add a folder\n")
    git("init", "-q", ".")
    git("commit", "-q", "--allow-empty", "-m", "Begin")
    git("add", "tree")


def git(*words):
    who = [*("-c", "user.name=Ada"), *("-c", "user.email=ada@example.org")]
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


@pytest.fixture
def run(built_index, capfdbinary, request):
    def invoke(*words):
        copy = request.getfixturevalue("own_index") if "COPY" in words else None
        places = {"INDEX": built_index, "COPY": copy}
        code = main([str(places.get(word, word)) for word in words])
        captured = capfdbinary.readouterr()
        return code, (captured.out + captured.err).decode()

    return invoke


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("words", ON_FILES.values(), ids=ON_FILES)
def test_a_source_that_is_not_text_is_named_and_fails(run, words):
    code, printed = run(*words.split())
    assert code == 5, printed
    assert "broken.py" in printed


@pytest.mark.parametrize("content", [ZEROS, SHIFT_JIS], ids=["zeros", "shift-jis"])
@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("words", UPDATES.values(), ids=UPDATES)
def test_a_baseline_does_not_accept_what_was_not_read(run, words, content, copied_function):
    """Findings that are accepted do not fail; inputs that were not read still do."""
    Path("tree/b.py").write_text(copied_function)
    Path("tree/broken.py").write_bytes(content)
    git("add", "tree")
    git("commit", "-q", "-m", "Add")
    if "--staged" in words:
        git("reset", "-q", "--soft", "HEAD~1")
    code, printed = run(*words, "--index", "INDEX")
    assert code == 5, printed
    assert "broken.py" in printed
    [entry] = json.loads(Path(".codescan.baseline.json").read_text())["entries"]
    assert entry["path"] == "tree/b.py"
    kind = ("--allow-unchecked", "undecodable")
    assert run(*words, *kind, "--index", "INDEX")[0] == 0


UNREADABLE = {
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a link to nothing": lambda path: Path(path).symlink_to("nowhere"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_item_that_is_no_file_is_named(run, kind):
    assert run("index", "export", "INDEX", "--swhids", "list", "-q")[0] == 0
    Path("a.py").write_text(HARMLESS)
    UNREADABLE[kind]("broken")
    code, printed = run("member", "broken", "a.py", "--swhids", "list")
    assert (code, "broken" in printed) == (5, True)


@pytest.mark.parametrize("content", [b"{not json\n", ZEROS], ids=["rows", "zeros"])
def test_a_log_that_is_not_one_is_named(run, content):
    row = {"prompt": "Add two numbers.", "completion": HARMLESS}
    Path("logs").mkdir()
    Path("logs/good.jsonl").write_text(json.dumps(row) + "\n")
    Path("logs/broken.jsonl").write_bytes(content)
    code, printed = run("logs", "logs", "--index", "INDEX", "-q", "--chance-sample", "0")
    assert (code, "broken.jsonl" in printed) == (5, True), printed
