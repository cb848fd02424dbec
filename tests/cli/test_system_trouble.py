# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Full disks, closed streams, signals, cut files and killed workers have messages of their own."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codescan import errors
from codescan.cli.system_trouble import trouble_of
from codescan.errors import ResourceError
from codescan.index import Index, build

DEFECT = "defect of codescan"


def run(arguments, redirect, folder=None):
    """Run the command line in a shell with redirections; its exit code and stderr."""
    log = Path(folder or ".") / "stderr.txt"
    command = f'{sys.executable} -m codescan "$@" 2>{log} {redirect}'
    done = subprocess.run(
        ["sh", "-c", command, "sh", *arguments], check=False, capture_output=True, timeout=300
    )
    return done.returncode, log.read_text()


@pytest.mark.parametrize(
    ("arguments", "redirect"),
    [
        (["--help"], ">/dev/full"),
        (["--help"], ">&-"),
        (["corpus", "list"], ">&-"),
        (["index", "info", "INDEX"], ">/dev/full"),
    ],
)
def test_a_full_or_closed_stdout_is_3(arguments, redirect, built_index, tmp_path):
    arguments = [str(built_index) if word == "INDEX" else word for word in arguments]
    code, message = run(arguments, redirect, tmp_path)
    assert code == 3
    assert "a standard stream: " in message
    assert DEFECT not in message


def test_a_closed_stderr_changes_nothing():
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m codescan corpus list 2>&-"],
        check=False,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0
    assert b"installed" in done.stdout


def test_a_closed_stdin_is_no_empty_text(harbor_corpus, tmp_path):
    code, message = run(["scan", "-", "--against", str(harbor_corpus)], "<&-", tmp_path)
    assert code == 3
    assert "standard stream" in message


_WAIT = """
import sys, types, time
from codescan.cli import root
import click
module = types.ModuleType("waiting")
def work():
    print("started", file=sys.stderr, flush=True)
    time.sleep(300)
module.try_ = click.Command("try", callback=work)
sys.modules["waiting"] = module
root.COMMANDS["try"] = "waiting:try_"
from codescan.__main__ import main
sys.exit(main(["try"]))
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_130_with_a_message(number):
    process = subprocess.Popen(
        [sys.executable, "-c", _WAIT], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        assert process.stderr.readline() == "started\n"
        process.send_signal(number)
        message = process.stderr.read()
        assert process.wait(200) == 130
    assert "interrupted" in message


def test_nohup_keeps_its_meaning():
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", sys.executable, "-c", _WAIT],
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr.readline() == "started\n"
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        process.terminate()
        process.stderr.read()
        assert process.wait(200) == 130


_CUT = """
import os, sys
from pathlib import Path
from codescan.cli.signals import report_truncated_files
from codescan.index import Index
report_truncated_files()
index = Index.open(sys.argv[1])
(shard,) = (Path(sys.argv[1]) / "shards").iterdir()
for path in shard.iterdir():
    os.truncate(path, 0)
index.verify()
"""


def test_a_file_that_is_cut_while_it_is_mapped_is_3(own_index):
    done = subprocess.run(
        [sys.executable, "-c", _CUT, str(own_index)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "cut short" in done.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO,
                                    errno.EMFILE, errno.ENOMEM, errno.EFBIG])  # fmt: skip
def test_what_the_system_refuses_names_the_file(number):
    trouble = trouble_of(OSError(number, os.strerror(number), "/a/b"))
    assert trouble is not None
    assert trouble.exit_code == 3
    assert trouble.message == f"/a/b: {os.strerror(number)}"
    assert trouble.hint


def test_an_error_of_the_program_is_no_trouble_of_the_system():
    assert trouble_of(ZeroDivisionError()) is None
    assert trouble_of(sqlite3.ProgrammingError("no such column")) is None
    assert trouble_of(OSError("no number")) is None


def test_a_database_on_a_full_disk_is_trouble(tmp_path):
    db = sqlite3.connect(tmp_path / "d")
    db.execute("CREATE TABLE t (a)")
    db.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.Error) as caught:
        db.execute("INSERT INTO t VALUES (zeroblob(100000))")
    db.close()
    trouble = trouble_of(caught.value)
    assert trouble is not None
    assert "full" in trouble.message


def test_memory_that_ran_out_is_trouble():
    assert isinstance(trouble_of(MemoryError()), ResourceError)


def test_every_error_survives_its_way_out_of_a_worker():
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.CodescanError):
            error = kind("what", "hint")
            back = pickle.loads(pickle.dumps(error))  # noqa: S301 - own data
            assert (type(back), back.message, back.hint) == (kind, error.message, error.hint)


class KilledSource:
    """Its process is killed, as the system does when memory runs out."""

    def documents(self):
        os.kill(os.getpid(), signal.SIGKILL)
        yield

    def parts(self):
        yield from (self, self)


def test_a_killed_worker_has_its_message(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import test_system_trouble as importable

    with pytest.raises(ResourceError, match="killed by SIGKILL") as caught:
        build([importable.KilledSource()], tmp_path / "i", name="t", recipe={}, workers=2)
    assert "memory" in caught.value.hint


def deep_folder(root, depth):
    root.mkdir()
    here = os.open(root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    file = os.open("deep.py", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, b"def f(x):\n    return x\n")
    os.close(file)
    os.close(here)
    return root


@pytest.mark.parametrize("depth", [1500, 2600])
def test_a_deep_folder_is_read_or_named(tmp_path, harbor_corpus, capsys, depth):
    """Deeper than Python's stack; then longer than a path may be."""
    from codescan.__main__ import main

    root = deep_folder(tmp_path / "deep", depth)
    try:
        (root / "tides.py").write_text((harbor_corpus / "tides.py").read_text())
        for arguments in (
            ["index", "build", "--corpus", str(root), "--out", str(tmp_path / "i"), "--format",
             "json", "-q"],
            ["scan", str(harbor_corpus), "--against", str(root), "--format", "json", "-q"],
            ["scan", str(root), "--against", str(harbor_corpus), "--format", "json", "-q"],
        ):  # fmt: skip
            assert main(arguments) in (0, 1, 5)
            output = capsys.readouterr().out
        assert ('"unreadable"' in output) == (depth > 2000)
    finally:
        subprocess.run(["rm", "-rf", str(root)], check=True)  # shutil.rmtree recurses


def test_a_folder_without_permission_is_named(tmp_path, monkeypatch):
    from codescan.sources.directory import DirectorySource

    (tmp_path / "c" / "closed").mkdir(parents=True)
    (tmp_path / "c" / "a.py").write_text("def f(x):\n    return x\n" * 9)
    real = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    items = list(DirectorySource(str(tmp_path / "c")).documents())
    assert [getattr(item, "reason", "") for item in items] == ["", "not-a-file"]
    assert items[1].item.endswith("closed")


def test_an_index_that_cannot_be_opened_for_lack_of_files_says_so(own_index, monkeypatch):
    def refused(*_arguments, **_options):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(errors.IndexFormatError, match="Too many open files") as caught:
        Index.open(own_index)
    assert "ulimit" in caught.value.hint
    shutil.rmtree(own_index, ignore_errors=True)
