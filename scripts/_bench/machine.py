# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured on, and programs run as children with their CPU time and memory."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["PEERS", "Child", "facts", "load", "peer_python", "run"]

PEERS = (
    "copydetect==0.5.0",
    "diffinite==0.13.1",
    "scanoss-winnowing==0.8.0",
    "vendetect==0.0.3",
)
_FOLDER = Path(__file__).parent
_ROOT = _FOLDER.parents[1]
_SHOWN = 4000
"""Characters of what a failed program said."""


@dataclass(frozen=True)
class Child:
    """What a child process did."""

    answer: Any
    """What it printed, a JSON value."""
    cpu: float
    """User and system seconds of the whole process."""
    wall: float
    memory: int
    """Largest resident set, in bytes."""


def facts() -> dict[str, object]:
    """The machine, and how busy it is."""
    model = ""
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((s.partition(":")[2].strip() for s in lines if s.startswith("model name")), "")
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": load(),
    }


def load() -> float:
    """Processes that ran or waited, averaged over the last minute."""
    return round(os.getloadavg()[0], 2)


def peer_python(cache: Path) -> Path:
    """The Python of the environment with the programs that codescan is compared with."""
    folder = cache / "peers"
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text() != "\n".join(PEERS):
        print(f"installing {', '.join(PEERS)} into {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS], check=True)
        stamp.write_text("\n".join(PEERS))
    return python


def run(script: str, *arguments: str, python: Path | None = None) -> Child:
    """Run a script beside this file and wait for it.

    Raises:
        RuntimeError: it failed.
    """
    command = [str(python or sys.executable), str(_FOLDER / script), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    if python is not None:
        del environment["PYTHONPATH"]
    started = time.monotonic()
    with (
        tempfile.TemporaryFile("w+") as messages,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=messages, env=environment, text=True
        ) as process,
    ):
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            messages.seek(0)
            sys.stderr.write(messages.read()[-_SHOWN:])
            raise RuntimeError(f"{' '.join(command[:3])} failed with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    answer = json.loads(output.splitlines()[-1])
    return Child(answer, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit)
