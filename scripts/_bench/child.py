# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured of codescan in a process of its own; prints one JSON value.

build PARTS OUT        build an index with one process
stages PARTS           the stages of a build, one by one
lex TEXTS              lex and fingerprint texts
compare REFS QUERIES   compare the files of a folder with those of another
indexed REFS QUERIES   build an index of a folder and look for the files of another
"""

from __future__ import annotations

import bz2
import hashlib
import json
import lzma
import pickle
import struct
import sys
import tempfile
import time
import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import license_expression  # noqa: F401 - imports are no part of the work
import rapidfuzz.distance  # noqa: F401
from isal import igzip

import codescan.api
from codescan import registry
from codescan._core import _native
from codescan.index import build
from codescan.index.catalogue import CatalogueWriter
from codescan.index.content_store import StoreWriter
from codescan.index.merge import merge
from codescan.index.minhash import permutations
from codescan.index.shard_writer import Tally, write_shards
from codescan.index.workers import OPEN_TOKENS
from codescan.licenses.file_statements import FileStatements
from codescan.records import Document
from codescan.sources import assemble
from codescan.sources.debian import DebianPackage
from codescan.sources.directory import DirectorySource
from codescan.sources.downloads import Fetched
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codescan.protocols import Source

PROFILE = "default"
for _name in registry.names("matchers"):
    registry.load("matchers", _name)


def main(command: str, *arguments: str) -> object:
    """Run one of the commands."""
    commands: dict[str, Callable[..., object]] = {
        "build": build_index, "stages": stages, "lex": lex, "compare": compare,
        "indexed": index_and_scan,
    }  # fmt: skip
    return commands[command](*arguments)


def build_index(parts: str, out: str) -> object:
    """CPU seconds of a whole build."""
    sources = _parts(parts)
    cpu, wall = time.process_time(), time.perf_counter()
    manifest = build(sources, Path(out), name="bench", recipe={}, workers=1)
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "bytes": manifest.bytes,
        "files": manifest.files,
        "tokens": manifest.tokens,
        "digest": manifest.digest,
    }


class _Clock:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def call(self, stage: str, work: Callable[[], object]) -> None:
        """Run `work` on account of a stage."""
        started = time.process_time()
        work()
        self.seconds[stage] = self.seconds.get(stage, 0) + time.process_time() - started


def stages(parts: str) -> object:
    """CPU seconds of each stage of a build, each run by itself over all texts."""
    clock = _Clock()
    documents: list[Document] = []
    with _without_licenses():
        clock.call("selecting", lambda: [None for _ in _documents(_parts(parts))])
    clock.call("reading", lambda: documents.extend(_documents(_parts(parts))))
    texts = [(d.content, _lexer(d.language)) for d in documents]
    archives = _archives(_parts(parts))
    clock.call("unpack", lambda: list(map(_unpack, archives)))
    clock.call("hash", lambda: [hashlib.sha256(text).digest() and None for text, _ in texts])
    clock.call(
        "lex", lambda: [_native.lex(text, lexer, streams=True) and None for text, lexer in texts]
    )
    clock.call("exact", lambda: _fingerprint(texts, 0))
    clock.call("renamed", lambda: _fingerprint(texts, 1))
    with tempfile.TemporaryDirectory() as folder:
        shards = Path(folder)
        clock.call("store", lambda: _store(documents, shards / "store"))
        clock.call("catalogue", lambda: _catalogue(documents, shards / "catalogue.db"))
        _shards(texts, shards / "arrays", clock)
        items = iter(documents)
        entries = write_shards(items, shards, PROFILE, tuple(LANGUAGES), Tally(), OPEN_TOKENS)
        if len(entries) > 1:
            clock.call("merge", lambda: merge(shards, entries))
        postings = {
            form: sum((shards / e.id / f"{form}.postings").stat().st_size for e in entries)
            for form in ("exact", "renamed", "bag")
        }
    return {
        "seconds": clock.seconds,
        "bytes": sum(len(d.content) for d in documents),
        "files": len(documents),
        "postings": postings,
    }


class _NoLicenseFiles:
    """License files of a package that say nothing."""

    def __init__(self, *_arguments: object) -> None: ...

    def claims_for(self, *_arguments: object) -> tuple[()]:
        return ()

    copyrights_for = claims_for


@contextmanager
def _without_licenses() -> Iterator[None]:
    """Read no license and no copyright line of a file."""
    replaced = {
        "LicenseFiles": _NoLicenseFiles,
        "file_statements": lambda *_, **__: FileStatements((), ()),
        "license_file_holders": lambda _: (),
    }
    with ExitStack() as stack:
        for name, value in replaced.items():
            stack.callback(setattr, assemble, name, getattr(assemble, name))
            setattr(assemble, name, value)
        yield


def _documents(parts: list[Source]) -> Iterator[Document]:
    return (d for part in parts for d in part.documents() if isinstance(d, Document))


def _archives(parts: list[Source]) -> list[Path]:
    """What the parts are read from."""
    paths: list[Path] = []
    for part in parts:
        if isinstance(part, DebianPackage):
            paths += part.download()
        elif fetch := getattr(part, "fetch", None):
            paths += [path for item in fetch() if isinstance(item, Fetched) for path in item.files]
    return paths


def _unpack(path: Path) -> None:
    """Only what the libraries do: every byte of an archive, unpacked and dropped."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                archive.read(name)
        return
    openers = {".bz2": bz2.open, ".xz": lzma.open}
    with openers.get(path.suffix, igzip.open)(path) as file:
        while file.read(1 << 18):
            pass


def _shards(texts: list[tuple[bytes, int]], folder: Path, clock: _Clock) -> None:
    """Only the native part of writing shards."""
    folder.mkdir()
    waiting = texts
    while waiting:
        builder = _native.ShardBuilder(PROFILE, permutations(), OPEN_TOKENS)

        clock.call("add", lambda builder=builder, waiting=waiting: _fill(builder, waiting))
        waiting = waiting[builder.contents :]
        clock.call("write", lambda builder=builder: builder.write(str(folder)))


def _fill(builder: _native.ShardBuilder, texts: list[tuple[bytes, int]]) -> None:
    for text, lexer in texts:
        if builder.add(text, 0, 0, 0, lexer, 0) < 0:
            return


def _store(documents: list[Document], path: Path) -> None:
    store = StoreWriter(path)
    for document in documents:
        store.place(len(document.content))
        store.append(document.content)
    store.close()


def _catalogue(documents: list[Document], path: Path) -> None:
    catalogue = CatalogueWriter(path)
    for number, document in enumerate(documents):
        catalogue.add_content(number, document)
        catalogue.add_file(number, document)
    catalogue.close()


def _fingerprint(texts: list[tuple[bytes, int]], form: int) -> None:
    for text, lexer in texts:
        _native.lex(text, lexer, streams=True).fingerprints(form, PROFILE)


def lex(path: str) -> object:
    """CPU seconds of lexing and fingerprinting the texts of a file, best of three."""
    texts = list(_packed(path))
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        _fingerprint(texts, 0)
        best = min(best, time.process_time() - started)
    return {"cpu": best, "bytes": sum(len(text) for text, _ in texts)}


def compare(references: str, queries: str) -> object:
    """CPU seconds of reading a folder and scanning, and the reference files each query shows."""
    started = time.process_time()
    texts = _queries(queries)
    with codescan.Index.of_folder(references, texts=texts) as index:
        built = time.process_time()
        reported = _reported(index, texts)
    done = time.process_time()
    return {"cpu": done - started, "build": built - started, "reported": reported}


def index_and_scan(references: str, queries: str) -> object:
    """The same with an index of the folder that is built on disk."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        out = Path(folder) / "index"
        build([DirectorySource(path=references)], out, name="references", recipe={}, workers=1)
        built = time.process_time()
        with codescan.Index.open(out) as index:
            reported = _reported(index, _queries(queries))
        done = time.process_time()
    return {"cpu": done - started, "build": built - started, "reported": reported}


def _queries(folder: str) -> list[codescan.Snippet]:
    paths = (path for path in sorted(Path(folder).iterdir()) if path.suffix == ".py")
    return [codescan.Snippet(path.name, path.read_bytes(), "python") for path in paths]


def _reported(index: codescan.Index, texts: Iterable[codescan.Snippet]) -> dict[str, list[str]]:
    """Origins of the findings of each query, the strongest first."""
    reported: dict[str, list[str]] = {}
    for scanned in index.scan_many(texts):
        ranked = sorted(scanned.findings, key=lambda f: (f.grade.value, -f.tokens))
        origins = (f.attribution.origin.path for f in ranked)
        reported[scanned.snippet_id] = list(dict.fromkeys(origins))
    return reported


def _lexer(language: str) -> int:
    return _native.LEXERS[LANGUAGES[language].lexer]


def _packed(path: str) -> Iterator[tuple[bytes, int]]:
    """Texts and lexers of a file of (length, lexer, text)."""
    data = Path(path).read_bytes()
    at = 0
    while at < len(data):
        size, lexer = struct.unpack_from("<II", data, at)
        yield data[at + 8 : at + 8 + size], lexer
        at += 8 + size


def _parts(path: str) -> list[Source]:
    return pickle.loads(Path(path).read_bytes())  # noqa: S301 - written by the parent


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
