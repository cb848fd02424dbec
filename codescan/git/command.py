# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run the user's git safely: a repository cannot run code, block, or return unlimited output.

The configuration of a repository may name programs: hooks, a file-system monitor, a pager,
filters, external diffs, transports, helpers for missing objects. Each one is turned off, or the
command that would start it is not used. Output is limited and every command has a time limit.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from typing import IO, TYPE_CHECKING, Self

from msgspec import Struct

from codescan.errors import GitError, GitTimeoutError, UsageError
from codescan.system.timed_pipe import TimedPipe

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from codescan.errors import CodescanError

__all__ = ["LOCAL_SECONDS", "MAX_OUTPUT", "PROBE_SECONDS", "Git", "GitProcess", "is_fixed"]

LOCAL_SECONDS = 300.0
"""Time limit of a command that needs no network, and of reading one object."""
PROBE_SECONDS = 30.0
"""Time limit of a command that only reads the location and settings of a repository."""
MAX_OUTPUT = 1 << 30
"""Maximum bytes of output of a command; a list of several million files has less."""

_CHUNK = 1 << 18
_COMPLAINT = 1 << 14  # bytes of stderr that are kept

_SAFE_CONFIG = {
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.pager": "cat",
    "core.quotePath": "true",
    "core.commitGraph": "false",
    "core.multiPackIndex": "false",
    "core.warnAmbiguousRefs": "true",
    "protocol.ext.allow": "never",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
    "diff.ignoreSubmodules": "none",
    "log.showSignature": "false",
    "color.ui": "false",
    "advice.graftFileDeprecated": "false",
}
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
_LOCATION = frozenset({
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH",
})  # fmt: skip
_SETTINGS = frozenset({
    "GIT_CONFIG", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
})  # fmt: skip
_NETWORK = ("GIT_SSH", "GIT_ASKPASS", "GIT_SSL", "GIT_HTTP", "GIT_PROXY", "GIT_CURL")
_PROTOCOLS = "file:git:http:https:ssh"
_FIXED = re.compile(r"(?:[0-9a-f]{40}(?:[0-9a-f]{24})?|HEAD|MERGE_HEAD)(?![\w./-])")
"""Revisions that no branch or tag of the same name can redirect."""


def is_fixed(revision: str) -> bool:
    """Whether no branch or tag of the same name can redirect a revision."""
    return _FIXED.fullmatch(revision) is not None


class Git(Struct, frozen=True):
    """Git commands in one folder.

    Args:
        folder: where git runs.
        in_hook: use the environment variables by which git gives a hook its repository and index.
    """

    folder: Path
    in_hook: bool = False

    def run(
        self,
        *arguments: str,
        seconds: float = LOCAL_SECONDS,
        limit: int = MAX_OUTPUT,
        network: bool = False,
    ) -> bytes:
        """The output of one command.

        Args:
            arguments: a command that does not start a program named by the repository.
            seconds: the time limit.
            limit: maximum bytes of output.
            network: whether the command may open connections.

        Raises:
            GitError: git is not installed, fails, takes too long or has too much output.
            UsageError: the folder is not in a repository, or a bare one lacks what is needed.
        """
        with GitProcess(self, arguments, seconds=seconds, network=network) as process:
            output = process.read_all(limit)
            if process.wait():
                raise _refusal(arguments[0], self.folder, process.complaint)
        return output

    def answers(self, *arguments: str, seconds: float = LOCAL_SECONDS) -> bytes | None:
        """Like `run`; None if git fails without a message, which means "not found".

        Raises:
            GitError: as `run`.
            UsageError: as `run`.
        """
        with GitProcess(self, arguments, seconds=seconds) as process:
            output = process.read_all(MAX_OUTPUT)
            code = process.wait()
            if code and process.complaint.strip():
                raise _refusal(arguments[0], self.folder, process.complaint)
        return None if code else output

    def resolve(self, revision: str, kind: str) -> str:
        """The full id of a revision; "" if git does not know it.

        Raises:
            GitError: git is missing or takes too long.
            UsageError: the name is ambiguous: several branches or tags have it.
        """
        arguments = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{{kind}}}")
        with GitProcess(self, arguments, seconds=PROBE_SECONDS) as process:
            output = process.read_all(_CHUNK)
            code = process.wait()
            complaint = process.complaint
        if not code and b"is ambiguous" in complaint and not _FIXED.match(revision):
            raise UsageError(
                f"{revision!r} names more than one branch or tag",
                "write its full name, such as refs/heads/main, or the id of the commit",
            )
        return "" if code else output.decode("ascii", "replace").strip()

    def environment(self, *, network: bool) -> dict[str, str]:
        """The user's environment, without variables that redirect git or make it start programs."""
        variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_")
            or name in _SETTINGS
            or name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))
            or (self.in_hook and name in _LOCATION)
            or (network and name.startswith(_NETWORK))
        }
        # Without permission to fetch, all protocols are forbidden: older versions of git have no
        # other way to stop a partial clone from fetching missing objects.
        return {**variables, **_ENVIRONMENT, "GIT_ALLOW_PROTOCOL": _PROTOCOLS if network else ""}

    def command(self, arguments: tuple[str, ...]) -> list[str]:
        """The command line."""
        pairs = [f"{key}={value}" for key, value in _SAFE_CONFIG.items()]
        settings = [part for pair in pairs for part in ("-c", pair)]
        return ["git", "--no-pager", "--literal-pathspecs", *settings, *arguments]


class GitProcess:
    """A running git command whose output is read with a time limit.

    A thread reads standard error, so that warnings cannot block git.

    Args:
        git: the folder and settings of git.
        arguments: the command.
        seconds: time limit, from the start or from the last `renew`.
        network: whether it may open connections.
        interactive: whether it answers requests of `ask`.
    """

    def __init__(
        self,
        git: Git,
        arguments: tuple[str, ...],
        *,
        seconds: float = LOCAL_SECONDS,
        network: bool = False,
        interactive: bool = False,
    ) -> None:
        self._name, self._folder, self._seconds = arguments[0], git.folder, seconds
        self._buffer = bytearray()
        self._stderr = bytearray()
        try:
            self._process = subprocess.Popen(
                git.command(arguments),
                cwd=git.folder,
                env=git.environment(network=network),
                stdin=subprocess.PIPE if interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,  # so that child processes of git end with it
            )
        except FileNotFoundError as error:
            if not git.folder.is_dir():
                raise GitError(f"there is no folder {git.folder}", "check the path") from error
            raise GitError("git is not installed", "install git to read repositories") from error
        except (OSError, ValueError) as error:  # for example a NUL in an argument
            raise GitError(f"git cannot be run: {error}", "check the installation") from error
        if self._process.stdout is None or self._process.stderr is None:
            raise GitError("cannot read the output of git", "try again")
        self._out = TimedPipe(self._process.stdout.fileno(), _CHUNK)
        # The thread must not refer to this object, so that an unused process is ended.
        drained = self._process.stderr, self._stderr
        self._drain = threading.Thread(target=_drain, args=drained, daemon=True)
        self._drain.start()
        self.renew()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def complaint(self) -> bytes:
        """The first part of git's standard error; complete after git has ended."""
        return bytes(self._stderr)

    def renew(self) -> None:
        """Restart the time limit."""
        self._deadline = time.monotonic() + self._seconds

    def ask(self, line: bytes) -> None:
        """Write one request; if the process has ended, the next read reports it."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(line)
        self.renew()

    def read_all(self, limit: int) -> bytes:
        """Everything up to the end of the output.

        Raises:
            GitError: it is more than `limit` bytes, or the deadline passes.
        """
        while self._fill():
            if len(self._buffer) > limit:
                raise GitError(
                    f"git {self._name} returned more than {limit} bytes in {self._folder}",
                    "check a smaller part",
                )
        return bytes(self._buffer)

    def read_line(self) -> bytes:
        """The next line without its end; b"" at the end of the output.

        Raises:
            GitTimeoutError: the deadline passes.
        """
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _CHUNK or not self._fill():
                return b""
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def read_exactly(self, size: int) -> bytes | None:
        """The next `size` bytes; None where the output ends before.

        Raises:
            GitTimeoutError: the deadline passes.
        """
        while len(self._buffer) < size:
            if not self._fill():
                return None
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def wait(self) -> int:
        """The exit code.

        Raises:
            GitTimeoutError: the deadline passes.
        """
        try:
            code = self._process.wait(max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise self._late() from error
        self._drain.join(1.0)  # a child process of git may keep the pipe open
        return code

    def close(self) -> None:
        """End the process and everything that it started."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._out.close()
        self._drain.join(1.0)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _fill(self) -> bool:
        """Read the available output; False at the end of the output."""
        chunk = self._out.read(max(0.0, self._deadline - time.monotonic()))
        if chunk is None:
            raise self._late()
        self._buffer += chunk
        return bool(chunk)

    def _late(self) -> GitTimeoutError:
        return GitTimeoutError(
            f"git {self._name} took more than {self._seconds:.0f} s in {self._folder}", "try again"
        )


def _drain(stream: IO[bytes], beginning: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError):
        while chunk := os.read(stream.fileno(), _CHUNK):
            beginning += chunk[: _COMPLAINT - len(beginning)]


def _refusal(command: str, folder: Path, complaint: bytes) -> CodescanError:
    """The error for a message of git, with a message and hint for the user."""
    text = complaint.decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.startswith(("fatal: ", "error: "))]
    message = (lines or text.strip().splitlines() or ["no reason given"])[0]
    message = message.removeprefix("fatal: ").removeprefix("error: ")
    if "dubious ownership" in text:
        return GitError(
            f"the repository around {folder} belongs to another user, so git does not read it",
            "if you trust it: git config --global --add safe.directory "
            f"{_quoted_path(message) or folder}",
        )
    if "not a git repository" in text:
        return UsageError(
            f"{folder} is not in a Git repository", "run it in one, or name files to check"
        )
    if "must be run in a work tree" in text:
        return UsageError(
            f"the repository at {folder} is bare: it has no index and no working tree",
            "name commits: --diff A..B",
        )
    if "promisor" in text or "lazy fetching disabled" in text or "transport '" in text:
        return GitError(
            f"objects are missing in {folder}, which is a partial clone",
            "fetch them first: git fetch --refetch --no-filter",
        )
    return GitError(
        f"git {command} failed in {folder}: {message}", "check the repository: git fsck"
    )


def _quoted_path(text: str) -> str:
    parts = text.split("'")
    return parts[1] if len(parts) > 2 else ""  # noqa: PLR2004  a text in quotes
