# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Corpora, logs and completions with hostile texts and names around good ones."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import socket
from typing import TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    import random
    from pathlib import Path

__all__ = ["LOG_FORMATS", "around", "hostile_corpus", "write_log"]

LOG_FORMATS = ("jsonl", "jsonl.gz", "jsonl.bz2", "jsonl.xz", "jsonl.zst", "parquet")
_NAMES = ("x", "\n", "\x1b[2J", "%s", "-rf", "é", "LICENSE", "setup.cfg", " ", "a'\"")
_JUNK = (
    "\x00", "\x1b[31m", "\u202e", "\ufeff", "\u2028", "\r", "\x0c", "```\n", "~~~~\n",
    "```python\n",
    "<!--", "-->", "/*", "*/", '"""', "'''", "$$", "{{{", "[" * 500, "(" * 500, "a" * 5000,
    "\\" * 99,
    "<script>", "</think>", "<|im_end|>", "data: {", "\t" * 200, " " * 3000, "|---|\n", "> " * 50,
    "QUJD" * 300, "%00" * 50, "&#0;", "\ud7ff", "\U0001f4a9" * 50, "0" * 4000, "#if 0\n", "\x85",
)  # fmt: skip


def hostile_corpus(folder: Path, texts: list[str], rng: random.Random) -> str:
    """Write good files, and hostile ones beside them; return what these are."""
    folder.mkdir()
    (folder / "package").mkdir()
    for number, text in enumerate(texts):
        (folder / "package" / f"part{number}.py").write_text(text)
    added = []
    for number in range(rng.randrange(1, 8)):
        name = rng.choice(
            ("x", "\n", "\x1b[2J", "%s", "-rf", "é", "LICENSE", "setup.cfg", " ", "a'\"")
        )
        path = (
            folder / rng.choice(("", "package")) / f"{name}{number}{rng.choice(('.py', '', '.c'))}"
        )
        kind = rng.choice(sorted(_HOSTILE))
        _HOSTILE[kind](path, rng)
        added.append(kind)
    return ", ".join(added)


def _bytes_name(path: Path, _rng: random.Random) -> None:
    with open(os.fsencode(path.parent) + b"/\xff\xfe.py", "wb") as file:  # noqa: PTH123
        file.write(b"x = 1\n")


def _deep(path: Path, _rng: random.Random) -> None:
    current = path
    for _ in range(60):
        current /= "d" * 20
    current.mkdir(parents=True)
    (current / "m.py").write_text("x = 1\n")


def _socket(path: Path, _rng: random.Random) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.open(path.parent, os.O_RDONLY)
        try:
            bound.bind(f"/proc/self/fd/{here}/{path.name}")
        finally:
            os.close(here)


def _sparse(path: Path, _rng: random.Random) -> None:
    path.touch()
    os.truncate(path, 1 << 36)


_HOSTILE = {
    "name in bytes": _bytes_name,
    "deep folders": _deep,
    "socket": _socket,
    "pipe": lambda path, _rng: os.mkfifo(path),
    "link out": lambda path, _rng: path.symlink_to("/etc/passwd"),
    "link to itself": lambda path, _rng: path.symlink_to(path.name),
    "link to the parent": lambda path, _rng: path.symlink_to(".."),
    "link to a device": lambda path, _rng: path.symlink_to("/dev/zero"),
    "noise": lambda path, rng: path.write_bytes(rng.randbytes(rng.randrange(20_000))),
    "zeros": lambda path, _rng: path.write_bytes(bytes(100_000)),
    "sparse": _sparse,
    "one line": lambda path, _rng: path.write_bytes(b"x+" * 500_000),
    "brackets": lambda path, _rng: path.write_bytes(b"([{" * 200_000),
    "junk": lambda path, rng: path.write_text(_junk(rng, 200), errors="replace"),
}  # fmt: skip


def _junk(rng: random.Random, most: int) -> str:
    return "".join(rng.choice(_JUNK) for _ in range(rng.randrange(most)))


def write_log(path: Path, copies: list[str], exchanges: int, rng: random.Random) -> None:
    """Write a log; its first completions copy texts."""
    rows = [
        {
            "id": str(n),
            "prompt": f"task {n}",
            "completion": f"I would write {rng.randrange(10**9)}.",
        }
        for n in range(exchanges)
    ]
    for number, text in zip(rng.sample(range(exchanges), len(copies)), copies, strict=True):
        rows[number]["completion"] = f"Here:\n\n```python\n{text}\n```\n"
    if path.suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), path, write_page_checksum=True)
        return
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    packers = {
        ".jsonl": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
        ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
    }  # fmt: skip
    path.write_bytes(packers[path.suffix](text))


def around(copy: str, rng: random.Random) -> tuple[bytes, str]:
    """A copy on lines of its own between hostile texts, and what these are."""
    before, behind = _junk(rng, 30), _junk(rng, 30)
    fenced = f"```python\n{copy}\n```" if rng.random() < 0.5 else copy
    text = f"{before}\n\n{fenced}\n\n{behind}".encode("utf-8", "replace")
    if rng.random() < 0.2:
        text += rng.randbytes(rng.randrange(200))
    return text, ascii(before)[:200]
