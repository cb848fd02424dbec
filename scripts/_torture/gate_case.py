# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Repositories for the torture of the gate: a generated upstream, a project, and one check."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

SECONDS = 60
_SYLLABLES = "ba de fi go hu ja ke lo mi nu pa re si to vu wa xe yo zi"
_HEAD = "# SPDX-License-Identifier: AGPL-3.0-only\n# Copyright 2019 The Upstream Authors\n\n"


def invented_code(rng: Random, functions: int = 2) -> str:
    """Python functions that nobody else has written, of no common structure."""
    return "\n\n".join(_filler(rng) for _ in range(functions))


def _filler(rng: Random) -> str:
    a, b, c = (_name(rng) for _ in range(3))
    lines = [f"def {a}({b}):\n"]
    for _ in range(rng.randrange(6, 12)):
        name, number = _name(rng), rng.randrange(100, 9999)
        lines.append(
            "    "
            + rng.choice(
                [
                    f"{name} = {b}.{c}({number})",
                    f"print({name!r}, {number})",
                    f"assert {b} is not {name}",
                    f"{b}[{number}] -= {name}()",
                    f"del {b}.{name}",
                    f"with {name} as {c}: pass",
                    f"global {name}",
                    f"yield from {name}({b}, key={number})",
                    f"import {name}",
                    f"raise {name}[{number}:]",
                ]
            )
            + "\n"
        )
    return "".join(lines)


def _name(rng: Random) -> str:
    return "_".join("".join(rng.choices(_SYLLABLES.split(), k=3)) for _ in range(2))


def _function(rng: Random) -> str:
    a, b, c, d, e = (_name(rng) for _ in range(5))
    n = [rng.randrange(100, 9999) for _ in range(6)]
    return (
        f"def {a}({b}, {c}, limit={n[0]}):\n"
        f"    {d} = {{}}\n"
        f"    for {e}, value in enumerate({b}):\n"
        f"        if value % {n[1]} == limit and {e} not in {d}:\n"
        f"            {d}[{e}] = (value << {n[2] % 7}) ^ {n[3]}\n"
        f"        elif {c}.get(value) is None:\n"
        f"            {d}.setdefault({e}, []).append(value - {n[4]})\n"
        f"        else:\n"
        f'            raise ValueError("{_name(rng)} %d" % value)\n'
        f"    while {d} and len({d}) > {n[5]}:\n"
        f'        limit += {d}.popitem()[0] * {n[2]} + hash("{_name(rng)}")\n'
        f"    return sorted({d}.items(), key=lambda pair: -pair[0]), limit // {n[3]}\n"
    )


def make_upstream(folder: Path, rng: Random, files: int = 6) -> list[str]:
    """Write the corpus; returns the code of each file."""
    folder.mkdir(parents=True)
    texts = ["\n\n".join(_function(rng) for _ in range(2)) for _ in range(files)]
    for number, text in enumerate(texts):
        (folder / f"part{number}.py").write_text(_HEAD + text)
    return texts


@dataclass
class Plan:
    """How a repository is checked, and what has to come out."""

    arguments: list[str]
    codes: frozenset[int] = frozenset({1})
    """Exit codes that are right with the copy."""
    clean_codes: frozenset[int] = frozenset({0})
    """Exit codes that are right without it."""
    says: str = ""
    """What the output has to contain with the copy."""
    folder: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    absent: Path | None = None
    """A file that is made only if code of the repository runs."""


@dataclass
class Case:
    """A repository of an MIT project with one commit, in a folder of its own.

    Args:
        folder: new.
        rng: of the case.
        payload: the code that the change brings.
        index: folder of the index.
    """

    folder: Path
    rng: Random
    payload: str
    index: Path

    def __post_init__(self) -> None:
        self.root = self.folder / "repo"
        self.root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.stage("pyproject.toml", '[project]\nname = "mine"\nlicense = "MIT"\n')
        self.stage("a.py", invented_code(self.rng, 1))
        self.first = self.commit()

    def git(self, *arguments: str, data: bytes | None = None, at: Path | None = None) -> str:
        """Run git as the author of the change does."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        identity = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        safe = ("-c", "protocol.file.allow=always", "-c", "core.hooksPath=/dev/null")
        done = subprocess.run(
            ["git", *identity, *safe, *arguments], cwd=at or self.root, input=data,
            capture_output=True, check=False, env=environment, timeout=SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode(errors="surrogateescape").strip()

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the working tree."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def stage(self, name: str, content: str | bytes) -> Path:
        """Write a file and stage it."""
        path = self.write(name, content)
        self.git("--literal-pathspecs", "add", "-f", "--", name)
        return path

    def stage_blob(self, name: bytes, content: str | bytes, mode: str = "100644") -> None:
        """Stage a file that need not be on disk."""
        data = content.encode() if isinstance(content, str) else content
        blob = self.git("hash-object", "-w", "--stdin", data=data)
        entry = f"{mode} {blob}\t".encode() + name + b"\0"
        self.git("update-index", "-z", "--add", "--index-info", data=entry)

    def commit(self) -> str:
        """Commit what is staged."""
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def text(self, before: str = "") -> str:
        """A file that holds the payload behind some lines."""
        return f"{before}x{self.rng.randrange(10**6)} = 1\n\n{self.payload}"

    def staged(self, **plan: object) -> Plan:
        """A plan that checks what is staged."""
        return Plan(["--staged"], **plan)  # type: ignore[arg-type]

    def diff(self, *more: str, base: str = "", **plan: object) -> Plan:
        """Commit what is staged and check it against the first commit."""
        head = self.commit()
        return Plan(["--diff", f"{base or self.first}..{head}", *more], **plan)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    code: int | None
    """The exit code; None when it did not end in time or died."""
    output: str


def check(case: Case, plan: Plan) -> Outcome:
    """Run `codescan check` in a child process."""
    arguments = ["check", *plan.arguments]
    if "--index" not in plan.arguments and "--no-index" not in plan.arguments:
        arguments[1:1] = ["--index", str(case.index)]
    arguments = [each for each in arguments if each != "--no-index"]
    log = case.folder / "output.txt"
    child = os.fork()
    if child == 0:
        _child(arguments, plan, case, log)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return Outcome(code if code >= 0 else None, log.read_text(errors="replace"))
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Outcome(None, "HANG " + log.read_text(errors="replace"))


def _child(arguments: list[str], plan: Plan, case: Case, log: Path) -> None:
    """Never returns."""
    code = 4
    try:
        stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        # A test runner may have put its own streams in place.
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        os.chdir(plan.folder or case.root)
        for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
            del os.environ[name]
        state = str(case.folder / "state")
        os.environ |= {
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "XDG_STATE_HOME": state,
            "XDG_DATA_HOME": state, "XDG_CACHE_HOME": state, **plan.environment,
        }  # fmt: skip
        from codescan.__main__ import main

        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
