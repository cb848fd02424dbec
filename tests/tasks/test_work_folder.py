# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A run continues from undamaged results only, and removes nothing that is not its own."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import OutputError, UsageError
from codescan.tasks.result_sums import SUMS
from codescan.tasks.task_pool import TaskPool
from codescan.tasks.work_folder import WorkFolder

TASKS = [("a", 1), ("b", 2), ("c", 3)]
done: list[int] = []


def task(number, out):
    done.append(number)
    (out / "table").write_text(f"row {number}\n" * 50)
    (out / "empty").touch()
    (out / "part").mkdir()
    (out / "part" / "numbers").write_bytes(bytes([number]) * 300)


def work_through(folder, plan="plan"):
    """Run the tasks; returns their results and the numbers of those that were run."""
    done.clear()
    with WorkFolder.opened(folder, plan) as work:
        results = TaskPool(work, 1, lambda *_: None).run("stage", task, TASKS)
        state = [
            {p.relative_to(r).as_posix(): p.read_bytes() for p in r.rglob("*") if p.is_file()}
            for r in results
        ]
    return state, list(done)


def flip(result):
    table = result / "table"
    table.write_bytes(b"R" + table.read_bytes()[1:])


def swap(result):
    other = result.with_name("c")
    shutil.rmtree(result)
    shutil.copytree(other, result)


def replace_by_file(result):
    shutil.rmtree(result)
    result.touch()


def replace_by_link(result):
    result.rename(result.parent.parent.parent / "moved")
    result.symlink_to(result.parent.parent.parent / "moved")


DAMAGE = {
    "flipped": flip,
    "cut": lambda r: os.truncate(r / "table", 100),
    "cut between rows": lambda r: os.truncate(r / "table", 6 * 10),
    "emptied": lambda r: os.truncate(r / "part" / "numbers", 0),
    "longer": lambda r: (r / "empty").write_bytes(b"\0"),
    "removed": lambda r: (r / "empty").unlink(),
    "folder removed": lambda r: shutil.rmtree(r / "part"),
    "all removed": lambda r: [shutil.rmtree(r), r.mkdir()],
    "added": lambda r: (r / "more").touch(),
    "without sums": lambda r: (r / SUMS).unlink(),
    "sums cut": lambda r: os.truncate(r / SUMS, 40),
    "sums of no text": lambda r: (r / SUMS).write_bytes(b"\xff\xfe"),
    "sums nested": lambda r: (r / SUMS).write_bytes(b"[" * 100_000),
    "sums a pipe": lambda r: [(r / SUMS).unlink(), os.mkfifo(r / SUMS)],
    "a pipe": lambda r: [(r / "table").unlink(), os.mkfifo(r / "table")],
    "a link": lambda r: [(r / "table").unlink(), (r / "table").symlink_to("part/numbers")],
    "another task's": swap,
    "a file": replace_by_file,
    "a link to a folder": replace_by_link,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_result_is_done_again(tmp_path, kind):
    folder = tmp_path / "out" / "work"
    truth, _ = work_through(folder)
    assert work_through(folder) == (truth, [])
    DAMAGE[kind](folder / "stage" / "b")
    assert work_through(folder) == (truth, [2])
    assert work_through(folder) == (truth, [])


@given(st.data())
def test_any_changed_byte_is_seen(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("w") / "work"
    truth, _ = work_through(folder)
    names = sorted(p for p in (folder / "stage" / "b").rglob("*") if p.is_file())
    path = data.draw(st.sampled_from([p for p in names if p.stat().st_size]))
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    state, again = work_through(folder)
    assert state == truth
    assert again == [2]


def test_results_of_another_plan_are_not_taken(tmp_path):
    folder = tmp_path / "work"
    work_through(folder, "one")
    shutil.copytree(folder / "stage", tmp_path / "kept")
    assert work_through(folder, "two")[1] == [1, 2, 3]
    shutil.rmtree(folder / "stage")
    shutil.copytree(tmp_path / "kept", folder / "stage")
    assert work_through(folder, "two")[1] == [1, 2, 3]


@pytest.mark.parametrize(
    "plan",
    [b"", b"{}", b"\xff", b'{"kind": "others"}', b"[" * 4000, b"[]", b'{"kind": "codescan-tasks'],
)
def test_what_no_plan_vouches_for_is_never_removed(tmp_path, plan):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "plan.json").write_bytes(plan)
    (folder / "mine").write_text("precious")
    with pytest.raises(UsageError, match="holds other files"):
        work_through(folder)
    assert (folder / "mine").read_text() == "precious"


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_plan_that_is_no_file_is_refused(tmp_path, kind):
    folder = tmp_path / "work"
    folder.mkdir()
    plan = folder / "plan.json"
    if kind == "folder":
        plan.mkdir()
    elif kind == "pipe":
        os.mkfifo(plan)
    else:
        (tmp_path / "elsewhere").write_text("{}")
        plan.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="not a regular file"):
        work_through(folder)


def test_a_lock_that_is_a_link_changes_nothing_elsewhere(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError):
        work_through(folder)
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_system_without_locks_is_named(tmp_path, monkeypatch):
    def refuse(_descriptor, _operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OutputError, match="cannot be locked"):
        work_through(tmp_path / "work")


def test_two_workers_may_end_one_task(tmp_path):
    with WorkFolder.opened(tmp_path / "work", "plan") as work:

        def slow(out):
            (out / "table").write_text("text")
            other = WorkFolder(Path(work.path))  # of a killed run, on another machine
            other.run("stage", "a", lambda aside: (aside / "table").write_text("text"))

        result = work.run("stage", "a", slow)
        assert (result / "table").read_text() == "text"
        assert work.has_result("stage", "a")


@pytest.mark.parametrize("renamed", [True, False])
def test_a_removal_that_is_interrupted_leaves_no_half(tmp_path, monkeypatch, renamed):
    folder = tmp_path / "work"
    truth, _ = work_through(folder)

    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, WorkFolder.opened(folder, "plan") as work:
        patch.setattr(*(shutil, "rmtree") if renamed else (Path, "rename"), stop)
        with pytest.raises(KeyboardInterrupt):
            work.remove()
    assert folder.exists() != renamed  # complete, or to be continued
    state, again = work_through(folder)
    assert state == truth
    assert again == ([1, 2, 3] if renamed else [])
    assert [path.name for path in tmp_path.iterdir()] == ["work"]
