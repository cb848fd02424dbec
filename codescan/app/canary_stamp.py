# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Stamp a package: publish one of its many equivalent forms, and keep the key private."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.app.outcome import ExitCode
from codescan.canaries.stamps.package_forms import (
    FORMS,
    StampedFile,
    stamp_file,
)
from codescan.canaries.stamps.stamp_folder import LARGEST_FILE, ORIGINALS, kept_stamp, write_stamp
from codescan.canaries.training_data import left_out, training_files
from codescan.errors import OutputError, UsageError
from codescan.records.skip_reasons import is_unchecked_reason
from codescan.runs.files import PRIVATE_FOLDER
from codescan.sources.regular_files import read_bounded
from codescan.tasks.unfinished import remove_unfinished, scratch_folder

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["StampResult", "stamp_package"]

_KEY_BYTES = 16
_DECLARED = re.compile(r"coding[:=][ \t]*([-\w.]*)")
"""An encoding declaration in the first two lines of a Python file (PEP 263)."""


@dataclass(frozen=True, slots=True)
class StampResult:
    """Summary of the stamped package."""

    schema_version: int
    files: int
    """Files of the package; 0 if nothing was stamped."""
    stamped: int
    bits: float
    """log2 of the number of forms of the package."""
    sites: dict[str, int]
    """Sites by kind."""
    unchanged: dict[str, int]
    """Unchanged files, by reason."""
    left_out: dict[str, int]
    """Links, pipes and folders that were not copied, by reason."""
    out: str
    private: str
    commitment_sha256: str

    @property
    def exit_code(self) -> ExitCode:
        """5 if no file was stamped or some data was not copied, else 0."""
        is_whole = self.stamped and not any(map(is_unchecked_reason, self.left_out))
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


def stamp_package(
    package: Path, out: Path, private: Path, *, key: str | None = None, forms: int = FORMS
) -> StampResult:
    """Write the published form of a package, and keep the key and the originals private.

    Repeat the call to resume a killed run: it uses the stored key.

    Args:
        package: a folder.
        out: folder for the published form; must not exist.
        private: folder for key and originals; must not exist.
        key: the secret of the stamp; None: a new random one.
        forms: number of forms of a file that a test will compare.

    Raises:
        UsageError: an output folder exists, or the package is not a folder.
        OutputError: a file cannot be written.
    """
    if not package.is_dir():
        raise UsageError(f"{package} is not a folder", "give the folder of the package")
    earlier = None if out.exists() or out.is_symlink() else kept_stamp(private)
    for place, others in ((out, (package, private)), (private, (package, out))):
        if (place.exists() or place.is_symlink()) and not (earlier and place == private):
            remove_unfinished(place.parent)  # of a run that was killed as it named its result
            raise UsageError(f"{place} already exists", "choose another folder")
        if any(place.resolve().is_relative_to(other.resolve()) for other in others):
            raise UsageError(f"{place} lies in another folder of the stamp", "choose other places")
    if earlier:
        key = key or earlier[0]
    key = key or secrets.token_hex(_KEY_BYTES)
    try:
        with (
            scratch_folder(out.parent) as published_scratch,
            scratch_folder(private.parent) as private_scratch,
        ):
            published_form = published_scratch / out.name
            originals = private_scratch / private.name
            stamped, unchanged = _write_forms(package, published_form, originals, key, forms)
            digest = ""
            if stamped:
                digest = write_stamp(originals, key, forms, stamped)
                if earlier is None:
                    originals.rename(private)
                elif earlier[1] != digest:
                    raise UsageError(
                        f"{private} already holds the stamp of another key or package",
                        "choose another folder",
                    )
                published_form.rename(out)
    except OSError as error:
        raise OutputError(
            f"cannot write the stamp: {error.strerror or error}",
            "check the free space and the permissions of both folders",
        ) from error
    missing = Counter(item.reason for item in left_out(package))
    return _stamp_result(stamped, unchanged, missing, out, private, digest)


def _write_forms(
    package: Path, published_form: Path, originals: Path, key: str, forms: int
) -> tuple[list[StampedFile], dict[str, str]]:
    """Write the published form and the originals; return the files stamped and those unchanged."""
    stamped: list[StampedFile] = []
    unchanged: dict[str, str] = {}
    for file in training_files(package):
        path = file.name.replace(os.sep, "/")
        target = published_form / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file.path, target, follow_symlinks=False)
        form = _stamped(file.path, path, key, forms)
        if isinstance(form, str):
            unchanged[path] = form
            continue
        stamped.append(form)
        target.write_bytes(form.published.encode())
        original = originals / ORIGINALS / file.name
        original.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        original.write_bytes(form.source.encode())
    return stamped, unchanged


def _stamped(file: Path, path: str, key: str, forms: int) -> StampedFile | str:
    content = read_bounded(file, LARGEST_FILE)
    if not isinstance(content, bytes):
        return "too-large"
    try:
        source = content.decode("utf-8")
    except UnicodeDecodeError:
        return "undecodable"
    declared = _DECLARED.search("".join(source.splitlines(keepends=True)[:2]))
    is_utf8 = declared is None or declared[1].lower().replace("_", "-") in {"utf-8", "utf8"}
    is_plain = not source.startswith("\ufeff") and is_utf8
    return stamp_file(path, source, key, forms) if is_plain else "declared-encoding"


def _stamp_result(
    stamped: list[StampedFile],
    unchanged: dict[str, str],
    missing: Counter[str],
    out: Path,
    private: Path,
    digest: str,
) -> StampResult:
    sites: dict[str, int] = {}
    for file in stamped:
        for kind in file.sites.kinds:
            sites[kind] = sites.get(kind, 0) + 1
    return StampResult(
        schema_version=1,
        files=len(stamped) + len(unchanged),
        stamped=len(stamped),
        bits=round(sum(file.bits for file in stamped), 1),
        sites=dict(sorted(sites.items())),
        unchanged=dict(sorted(Counter(unchanged.values()).items())),
        left_out=dict(sorted(missing.items())),
        out=str(out),
        private=str(private),
        commitment_sha256=digest,
    )
