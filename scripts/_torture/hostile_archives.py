# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Archives with hostile entries, and files with damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    import random
    from pathlib import Path

__all__ = ["FORMATS", "damaged", "write_archive"]

FORMATS = ("zip", "tar.gz", "tar.bz2", "tar.xz", "tar.zst")
"""Forms with checksums of their contents."""
_NAMES = (
    "../../escape.py", "/etc/absolute.py", "a/../../b.py", "C:\\windows.py", "con.py", "a//b.py",
    "./x.py", "new\nline.py", "\u202eabc.py", "x" * 250 + ".py", "d/" * 120 + "deep.py", ".py",
    "part0.py", "tool-1.0/PART0.py", "tool-1.0/part0.py/inside.py", "\u00e9.py", "e\u0301.py",
)  # fmt: skip


def write_archive(path: Path, texts: list[str], rng: random.Random | None) -> None:
    """Write an archive of the form that its name states.

    Args:
        path: ends with one of `FORMATS`.
        texts: of its files.
        rng: adds hostile entries; None: adds none.
    """
    files = [(f"tool-1.0/part{n}.py", text.encode()) for n, text in enumerate(texts)]
    if path.suffix == ".zip":
        _write_zip(path, files, rng)
        return
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=_tar_format(rng)) as archive:
        for name, content in files:
            if rng is not None and rng.random() < 0.4:
                _add_hostile(archive, rng)
            _add(archive, name, content)
    packers = {
        ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
        ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
    }  # fmt: skip
    path.write_bytes(packers[path.suffix](raw.getvalue()))


def _tar_format(rng: random.Random | None) -> int:
    return tarfile.PAX_FORMAT if rng is None else rng.choice((0, 1, 2))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _add_hostile(archive: tarfile.TarFile, rng: random.Random) -> None:
    entry = tarfile.TarInfo(rng.choice(_NAMES))
    kind = rng.randrange(4)
    if kind == 0:
        entry.type = rng.choice((tarfile.SYMTYPE, tarfile.LNKTYPE))
        entry.linkname = rng.choice(("/etc/passwd", "..", entry.name, "tool-1.0/part1.py"))
    elif kind == 1:
        entry.type = rng.choice(
            (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, b"Z")
        )
    elif kind == 2:
        entry.mtime = rng.choice((0, 1e11))
        entry.mode = 0
    try:
        archive.addfile(entry)
    except ValueError:  # what the form cannot hold
        return


def _write_zip(path: Path, files: list[tuple[str, bytes]], rng: random.Random | None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            if rng is not None and rng.random() < 0.4:
                entry = zipfile.ZipInfo(rng.choice(_NAMES))
                entry.external_attr = rng.choice((0, 0o120777 << 16, 0o010644 << 16, 0o40755 << 16))
                archive.writestr(entry, b"/etc/passwd" * rng.randrange(3))
            archive.writestr(name, content)


def damaged(path: Path, rng: random.Random) -> str:
    """Damage a file; return what was done."""
    content = bytearray(path.read_bytes())
    at = rng.randrange(len(content))
    kind = rng.choice(("flip", "set", "cut", "cut a little", "zeros", "garbage", "behind", "before",
                       "twice", "swap", "lose", "header", "end"))  # fmt: skip
    length = rng.randrange(1, 64)
    if kind == "flip":
        content[at] ^= 1 << rng.randrange(8)
    elif kind == "set":
        content[at] = rng.randrange(256)
    elif kind == "cut":
        del content[at:]
    elif kind == "cut a little":
        del content[-length:]
    elif kind == "zeros":
        content[at : at + length] = bytes(min(length, len(content) - at))
    elif kind == "garbage":
        content[at : at + length] = rng.randbytes(min(length, len(content) - at))
    elif kind == "behind":
        content += rng.randbytes(length)
    elif kind == "before":
        content[:0] = rng.randbytes(length)
    elif kind == "twice":
        content *= 2
    elif kind == "swap":
        other = rng.randrange(len(content))
        content[at], content[other] = content[other], content[at]
    elif kind == "lose":
        del content[at : at + length]
    else:
        place = rng.randrange(min(64, len(content)))
        content[place if kind == "header" else -1 - place] ^= 1 << rng.randrange(8)
    path.write_bytes(content)
    return f"{kind} at {at} of {len(content)}"
