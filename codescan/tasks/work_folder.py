# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A work folder with results of tasks, each complete or absent.

Each task writes into its own folder, which is renamed when it is complete. After a killed run, the
next run uses the results of finished tasks and repeats the others, so that its result has the same
bytes. A task whose result has changed bytes is repeated too.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.errors import OutputError, UsageError
from codescan.records.json_decode import DecodingError, decode_json
from codescan.records.json_encode import canonical_json
from codescan.records.json_form import encode
from codescan.system.file_locks import lock_file
from codescan.system.files import open_file
from codescan.tasks.result_sums import is_undamaged, write_sums
from codescan.tasks.unfinished import replacing, scratch_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
__all__ = ["WorkFolder", "work_path", "writing"]

_PLAN = "plan.json"
_LOCK = "lock"
_FINISHED = ".finished-"
"""Suffix of the folder's name during its removal."""
_LONGEST_PLAN = 4096
_MARK = "codescan-tasks"
_OWN = frozenset({_PLAN, _LOCK})


class WorkFolder:
    """Results of tasks by stage and name. Use `WorkFolder.opened`.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path, plan: object) -> Iterator[WorkFolder]:
        """Open the folder exclusively for this process, and remove results of another plan.

        Args:
            path: the folder; created if necessary.
            plan: settings and input as JSON values.

        Raises:
            UsageError: another run uses the folder, or it holds something else.
            OutputError: it cannot be written.
        """
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
            descriptor = open_file(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                lock_file(descriptor)
            except BlockingIOError:
                raise UsageError(
                    f"another run writes to {path.parent}",
                    "wait for it to end, or use another --out",
                ) from None
            except OSError as error:
                raise OutputError(
                    f"{path} cannot be locked: {error.strerror or error}",
                    "use an --out on a file system with locks",
                ) from error
            work = cls(path)
            with writing(path):
                for finished in path.parent.glob(f"{glob.escape(path.name)}{_FINISHED}*"):
                    shutil.rmtree(finished, ignore_errors=True)
                work._begin(plan)
            yield work
        finally:
            os.close(descriptor)

    def remove(self) -> None:
        """Remove the folder with everything in it, after the run is complete.

        The folder is renamed first, so that after an interrupted removal the run is either complete
        or can be continued. The next run removes the rest.
        """
        aside = self.path.with_name(f"{self.path.name}{_FINISHED}{secrets.token_hex(6)}")
        with contextlib.suppress(OSError):
            self.path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def stage(self, name: str) -> Path:
        """The folder of a stage's results."""
        return self.path / name

    def has_result(self, stage: str, name: str) -> bool:
        """Whether the complete result of a task exists; a damaged one is removed.

        Raises:
            OutputError: a damaged one cannot be removed.
        """
        result = self.path / stage / name
        if not os.path.lexists(result):
            return False
        if is_undamaged(result, f"{stage}/{name}", self._plan()):
            return True
        with writing(self.path):
            aside = self.path / stage / f".{name}-{secrets.token_hex(6)}"
            result.rename(aside)
            _remove(aside)
        return False

    def run(self, stage: str, name: str, task: Callable[[Path], None]) -> Path:
        """The result of a task, from an earlier run or computed now.

        Args:
            stage: stage of the task.
            name: name of the task in its stage.
            task: a function that writes the result into the given folder.

        Raises:
            OutputError: the folder cannot be written, or the disk is full.
        """
        result = self.path / stage / name
        if self.has_result(stage, name):
            return result
        aside = self.path / stage / f".{name}-{secrets.token_hex(6)}"
        with writing(self.path):
            aside.mkdir(parents=True)
            try:
                task(aside)
                write_sums(aside, f"{stage}/{name}", self._plan())
                aside.rename(result)
            except OSError:
                shutil.rmtree(aside, ignore_errors=True)
                # A worker of a killed run may have finished the same task in the meantime.
                if not result.is_dir():
                    raise
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
        return result

    def _plan(self) -> str:
        """Identifier of the plan of the results."""
        content = _read_plan(self.path / _PLAN) or b""
        return hashlib.sha256(content).hexdigest()

    def _begin(self, plan: object) -> None:
        text = canonical_json({"kind": _MARK, "plan": _digest(plan)})
        file = self.path / _PLAN
        content = _read_plan(file)
        for part in (*self.path.glob(".*"), *self.path.glob("*/.*")):  # incomplete results
            with contextlib.suppress(OSError):  # a worker of a killed run may still write
                _remove(part)
        if content == text:
            return
        foreign = [entry for entry in self.path.iterdir() if entry.name not in _OWN]
        # Only a folder with a valid plan of these tasks is removed.
        if foreign and (content is None or not _is_plan(content)):
            raise UsageError(
                f"{self.path} holds other files, or its {_PLAN} is damaged",
                f"choose another --out, or remove {self.path}",
            )
        if os.path.lexists(file) and not _is_regular(file):
            raise UsageError(f"{file} is not a regular file", "remove it")
        for entry in foreign:
            _remove(entry)
        with replacing(file) as stream:
            stream.write(text)


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _read_plan(path: Path) -> bytes | None:
    """The content of a plan; None if there is no plan or it is invalid."""
    if not _is_regular(path):
        return None
    with path.open("rb") as file:
        return file.read(_LONGEST_PLAN)


def _is_plan(content: bytes) -> bool:
    try:
        return decode_json(content, dict[str, str]).get("kind") == _MARK
    except DecodingError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Convert errors of the system during writes below `path` into an OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write below {path}: {_reason(error)}",
            "check the free space and the permissions, then run the same command again: it "
            "continues where it was",
        ) from error


def _reason(error: OSError) -> str:
    # NumPy tells a short write by its own words, without the system's error.
    is_short = error.errno is None and "requested and" in str(error)
    return "no space is left" if is_short else error.strerror or str(error)


@contextlib.contextmanager
def work_path(out: Path | None, name: str) -> Iterator[Path]:
    """The work folder of a run: in the output folder, or a temporary one.

    Args:
        out: the output folder, so that a later run can continue; None: a temporary folder.
        name: name of the work folder, such as ".codescan-dedup".

    Raises:
        OutputError: there is no room for temporary files.
    """
    if out is not None:
        yield out / name
        return
    with contextlib.ExitStack() as opened:
        with writing(Path(tempfile.gettempdir())):
            folder = opened.enter_context(scratch_folder())
        yield folder / "work"


def _digest(plan: Any) -> str:
    return hashlib.sha256(canonical_json(encode(plan, keep_surrogates=True))).hexdigest()
