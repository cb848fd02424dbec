# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Commands work where Python lacks the calls that only POSIX systems have.

A start file takes these calls away in each process, worker processes included. The standard library
is loaded first: it has its own substitutes on such systems.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from harbor_texts import COPY, SOUNDINGS, TIDES

pytestmark = pytest.mark.skipif(os.name == "nt", reason="they are missing there as it is")
OWN = "def add(a, b):\n    return a + b\n"
MISSING = {
    "os": [
        "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "fchmod", "fork", "forkpty",
        "geteuid", "getuid", "killpg", "pread", "pwrite", "sched_getaffinity", "sysconf",
    ],
    "signal": ["SIGHUP", "pthread_sigmask"],
    "socket": ["AF_UNIX"],
}  # fmt: skip
START = f"""
import asyncio, concurrent.futures, multiprocessing.connection, multiprocessing.spawn
import multiprocessing.popen_spawn_posix, multiprocessing.resource_tracker
import os, platformdirs, shutil, signal, socket, sqlite3, subprocess, sys, tempfile
multiprocessing.resource_tracker._HAVE_SIGMASK = False
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
for module, names in {MISSING!r}.items():
    for name in names:
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
os.supports_dir_fd.clear()
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A folder with the start file, and a corpus of two parts."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "sitecustomize.py").write_text(START, encoding="utf-8")
    for name, file, text in (("tides", "tides.py", TIDES), ("soundings", "soundings.c", SOUNDINGS)):
        (folder / name).mkdir()
        (folder / name / file).write_text(text, encoding="utf-8")
    (folder / "corpus.toml").write_text(
        "description = 'Two files of a harbor'\n"
        f"[[sources]]\nkind = 'directory'\npath = {str(folder / 'tides')!r}\n"
        f"[[sources]]\nkind = 'directory'\npath = {str(folder / 'soundings')!r}\n",
        encoding="utf-8",
    )
    run(folder, "index", "build", "--corpus", "corpus.toml", "--out", "index", "--workers", "2")
    return folder


def run(folder, *arguments, code=0, cwd=None, text=""):
    """Run codescan where the calls are missing; returns what it prints."""
    unchanged = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment = dict(unchanged, PYTHONPATH=str(folder), HOME=str(folder), PYTHONUTF8="1")
    done = subprocess.run(
        [sys.executable, "-m", "codescan", *arguments],
        cwd=cwd or folder,
        env=environment,
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_the_calls_are_missing(places):
    code = "import os, sys; sys.exit(any(hasattr(os, name) for name in ('fork', 'O_NOFOLLOW')))"
    environment = dict(os.environ, PYTHONPATH=str(places))
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 0


def test_scan(places):
    (places / "answer.py").write_text(OWN + COPY, encoding="utf-8")
    assert "tides.py" in run(places, "scan", "--index", "index", "answer.py", code=1)
    run(places, "index", "verify", "index")


def test_a_folder_is_scanned_and_its_results_are_replaced(places):
    for _ in range(2):
        run(places, "scan", "--index", "index", "--fail-on", "none", "--out", "report.json",
            "--format", "json", "soundings")  # fmt: skip
    report = json.loads((places / "report.json").read_text(encoding="utf-8"))
    assert report["findings"]
    assert not [entry for entry in places.iterdir() if entry.name.endswith(".partial")]


def test_check_and_hook(places):
    project = places / "project"
    project.mkdir()
    subprocess.run(["git", "init", "--quiet", project], check=True)
    (project / "copied.py").write_text(OWN + COPY, encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=project, check=True)
    index = str(places / "index")
    assert "copied.py:3" in run(places, "check", "--index", index, code=1, cwd=project)
    event = {
        "hook_event_name": "PostToolUse",
        "cwd": str(project),
        "tool_name": "Write",
        "tool_input": {"file_path": str(project / "copied.py"), "content": OWN + COPY},
    }
    written = run(
        places, "hook", "--agent", "claude-code", "--index", index,
        code=2, cwd=project, text=json.dumps(event),
    )  # fmt: skip
    assert "copied.py:3" in written
