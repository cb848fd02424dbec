# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""CPU seconds of work and of what it is compared with; prints one JSON value.

headers PARTS            a build of small files with headers, and its reading of them
unrelated PARTS INDEX    scanning files that are not in an index, and building their own
unknown PARTS INDEX      scanning pieces of files, with and without their language
growing                  builds and scans of texts of one size and of twice that
"""

from __future__ import annotations

import json
import pickle
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import license_expression  # noqa: F401 - imports are no part of the work
import rapidfuzz.distance  # noqa: F401

import codescan.api
from codescan import registry
from codescan.index import build
from codescan.records import Document, Snippet
from codescan.sources import assemble
from codescan.sources.directory import DirectorySource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codescan.protocols import Source

_SMALL = 32_000
"""Bytes of the longest small file."""
_HEAD = 1500
_PIECE_LINES = 100
for _name in registry.names("matchers"):
    registry.load("matchers", _name)


def main(command: str, *arguments: str) -> object:
    """Run one of the commands."""
    commands: dict[str, Callable[..., object]] = {
        "headers": headers, "unrelated": unrelated, "unknown": unknown, "growing": growing,
    }  # fmt: skip
    return commands[command](*arguments)


def headers(parts: str) -> object:
    """The share of a build that goes into licenses and copyright lines of files with headers."""
    spent = {"file_statements": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        files = _written(_small_with_header(_documents(parts)), Path(folder) / "files")
        for name in spent:
            _timed(name, spent)
        out = Path(folder) / "index"
        # Each package is a part, as in a corpus.
        sources = [DirectorySource(path=str(path)) for path in sorted(files.iterdir())]
        started = time.process_time()
        manifest = build(sources, out, name="bench", recipe={}, workers=1)
        cpu = time.process_time() - started
    reading = sum(spent.values())
    return {"cpu": cpu, "reading": reading, "files": manifest.files, "bytes": manifest.bytes}


def _timed(name: str, spent: dict[str, float]) -> None:
    """Count the CPU time of a function that `assemble` calls for each file."""
    function = getattr(assemble, name)

    def timed(*args: object, **options: object) -> object:
        started = time.thread_time()
        try:
            return function(*args, **options)
        finally:
            spent[name] += time.thread_time() - started

    setattr(assemble, name, timed)


def unrelated(parts: str, index: str) -> object:
    """Whole files of packages that are not in an index."""
    sources = _parts(parts)
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        build(sources, Path(folder) / "index", name="bench", recipe={}, workers=1)
        built = time.process_time() - started
    texts = [Snippet(d.id, d.content, d.language) for d in _documents(parts)]
    with codescan.Index.open(index) as opened:
        started = time.process_time()
        finding_counts = [len(scan.findings) for scan in opened.scan_many(texts)]
        scanned = time.process_time() - started
    return {
        "build": built,
        "scan": scanned,
        "files": len(texts),
        "bytes": sum(len(text.content) for text in texts),
        "files with a finding": sum(map(bool, finding_counts)),
    }


def unknown(parts: str, index: str) -> object:
    """The same pieces of code, first with their language, then without."""
    pieces = list(_pieces(_documents(parts)))
    answer: dict[str, float] = {"pieces": len(pieces)}
    with codescan.Index.open(index) as opened:
        for text, language in pieces[:5]:
            opened.scan(text, language)
        for name in ("told", "unknown"):
            best = [float("inf")] * len(pieces)
            for _ in range(3):
                for number, (text, language) in enumerate(pieces):
                    started = time.thread_time()
                    opened.scan(text, language if name == "told" else None)
                    best[number] = min(best[number], time.thread_time() - started)
            answer[name] = sum(best)
    return answer


def growing() -> object:
    """CPU seconds by shape of a text: of one size and of twice that, building and scanning it."""
    rng = random.Random(1)  # noqa: S311 - repeatable

    def function(number: int) -> str:
        names = [f"name{rng.randrange(10**6)}" for _ in range(6)]
        a, b, c, d, e, f = names
        return (
            f"def {a}_{number}({b}, {c}):\n    {d} = {b} * {rng.randrange(999)} + {c}\n"
            f"    for {e} in range({d}):\n        {f} = {e} ** 2 - {b}\n    return {f}\n\n\n"
        )

    count = 1500
    code = "".join(map(function, range(2 * count)))
    header = "# Copyright 2020 Example\n# Licensed under the MIT License\n"

    def half(text: str, twice: int) -> str:
        return text[: len(text) * twice // 2]

    def files(twice: int) -> dict[str, str]:
        return {f"{n}.py": header + function(n) for n in range(count * twice)}

    shapes: dict[str, Callable[[int], dict[str, str]]] = {
        "one file": lambda twice: {"a.py": half(code, twice)},
        "many files": files,
        "one line": lambda twice: {"a.txt": half(code, twice).replace("\n", " ")},
        "repeats": lambda twice: {"a.py": function(0) * (count * twice)},
        "comments": lambda twice: {"a.py": (header + "\nx = 1\n\n") * (count * twice)},
    }
    return {
        name: [min(_whole(make(twice)) for _ in range(3)) for twice in (1, 2)]
        for name, make in shapes.items()
    }


def _whole(files: dict[str, str]) -> float:
    """CPU seconds of building an index of some files and of scanning each."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "files"
        source.mkdir()
        for name, text in files.items():
            (source / name).write_text(text)
        started = time.process_time()
        build([DirectorySource(path=str(source))], Path(folder) / "index", name="bench",
              recipe={}, workers=1)  # fmt: skip
        with codescan.Index.open(Path(folder) / "index") as opened:
            for name, text in list(files.items())[: 400 * (1 + len(files) // 2000)]:
                opened.scan(text, "python" if name.endswith(".py") else None)
        return time.process_time() - started


def _small_with_header(documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        head = document.content[:_HEAD].lower()
        if len(document.content) <= _SMALL and (b"licen" in head or b"copyright" in head):
            yield document


def _written(documents: Iterable[Document], folder: Path) -> Path:
    for document in documents:
        path = folder / document.origin.package.name.replace("/", "_") / document.origin.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.content)
    return folder


def _pieces(documents: Iterable[Document]) -> Iterator[tuple[bytes, str]]:
    """One piece of each file of code that is long enough."""
    rng = random.Random(2)  # noqa: S311 - repeatable
    for document in documents:
        lines = document.content.splitlines(keepends=True)
        if document.language in {"python", "javascript", "c"} and len(lines) > 2 * _PIECE_LINES:
            first = rng.randrange(len(lines) - _PIECE_LINES)
            yield b"".join(lines[first : first + _PIECE_LINES]), document.language


def _documents(parts: str) -> Iterator[Document]:
    return (d for part in _parts(parts) for d in part.documents() if isinstance(d, Document))


def _parts(path: str) -> list[Source]:
    return pickle.loads(Path(path).read_bytes())  # type: ignore[no-any-return]  # noqa: S301


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
