# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""IR-Plag: copies of programming exercises at six levels of disguise, and independent solutions.

Karnalim and others, Informatics in Education 2019 (doi 10.15388/infedu.2019.15): seven tasks in
Java, each with an original, copies (L1 comments and layout ... L6 logic) and solutions by others.
A development set: thresholds may be looked at on it, headline figures may not.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.index import Index, build
from codescan.licenses.attribution import attribute
from codescan.matchers.overlaps import resolve
from codescan.matchers.verified_runs import Form, collect, query_tokens
from codescan.records import Document, Match, Origin, Package, Snippet
from codescan.registry import load, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Found", "Task", "index_of", "look", "tasks"]

_MAX_BYTES = 1 << 20


@dataclass
class Task:
    """One exercise."""

    original: bytes
    copies: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """By level, "L1" to "L6"."""
    others: list[bytes] = field(default_factory=list)
    """Independent solutions."""


Run = tuple[int, int]
"""Tokens [start, end) of a suspect."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a suspect shares with the original, and with the other authors."""

    level: str
    """"L1" to "L6" of a copy, or "other" for an independent solution."""
    passages: tuple[tuple[int, int], ...]
    """(tokens, families) of each passage that the original holds, as the product reports it."""
    runs: dict[Form, tuple[list[Run], list[Run]]]
    """Runs shared with the original, and with any of the others, in each form."""

    def longest(self, families: int) -> int:
        """Tokens of the longest passage that at most so many families hold."""
        return max((tokens for tokens, held in self.passages if held <= families), default=0)

    def is_distinctive(self, form: Form, length: int) -> bool:
        """Whether so many tokens in a row are the original's and no single other author's."""
        ours, others = self.runs[form]
        return any(
            not any(first <= at and at + length <= last for first, last in others)
            for start, end in ours
            for at in range(start, end - length + 1)
        )


def tasks(archive: Path) -> list[Task]:
    """The seven tasks of the archive as its authors publish it."""
    matches: dict[str, Task] = {}
    with zipfile.ZipFile(archive) as opened:
        for entry in sorted(opened.infolist(), key=lambda e: e.filename):
            parts = entry.filename.split("/")
            if not entry.filename.endswith(".java") or entry.file_size > _MAX_BYTES:
                continue
            task = matches.setdefault(parts[1], Task(b""))
            text = opened.read(entry)
            if parts[2] == "original":
                task.original = text
            elif parts[2] == "plagiarized":
                task.copies[parts[3]].append(text)
            else:
                task.others.append(text)
    return [matches[name] for name in sorted(matches)]


def look(task: Task, profile: str, min_tokens: int) -> Iterator[Found]:
    """Compare each suspect of a task with its original, other solutions being the background.

    The background never holds the suspect itself: an independent solution is left out of it
    when it is the one that is looked at.
    """
    with _index(task, task.others, profile) as index:
        for level, copies in sorted(task.copies.items()):
            for copy in copies:
                yield _outcome(index, copy, level, min_tokens)
    for number, other in enumerate(task.others):
        background = [text for n, text in enumerate(task.others) if n != number]
        with _index(task, background, profile) as index:
            yield _outcome(index, other, "other", min_tokens)


def _outcome(index: Index, text: bytes, level: str, min_tokens: int) -> Found:
    snippet = Snippet("suspect", text, "java")
    matchers = [load("matchers", name)(index, min_tokens=min_tokens) for name in names("matchers")]
    matches = [item for matcher in matchers for item in matcher.match(snippet)]
    passages = [
        (match.tokens, attribute(match, index, snippet).families)
        for match in resolve(snippet, matches)
        if isinstance(match, Match)
        and any(_author(index, location.content_id) == "original" for location in match.locations)
    ]
    runs: dict[Form, tuple[list[Run], list[Run]]] = {}
    tokens = query_tokens(snippet)
    for form in Form:
        # What is the same under no renaming is left to the exact form, so that comes along.
        ours, others = [list(part) for part in runs.get(Form.EXACT, ((), ()))]
        for content, shared in collect(
            index, tokens, index.candidates(tokens, form), form
        ).runs.items():
            group = ours if _author(index, content) == "original" else others
            group += [(run.query, run.query + run.length) for run in shared]
        runs[form] = (ours, others)
    return Found(level, tuple(passages), runs)


def _author(index: Index, content: int) -> str:
    return index.documents(content)[0].origin.package.name


@dataclass(frozen=True)
class _Texts:
    documents_: tuple[Document, ...]

    def documents(self) -> Iterator[Document]:
        yield from self.documents_

    def parts(self) -> Iterator[_Texts]:
        yield self


@contextmanager
def index_of(programs: Iterable[bytes]) -> Iterator[Index]:
    """An index of some programs, each by an author of its own."""
    named = [(f"author-{number}", text) for number, text in enumerate(programs)]
    with _built(named, "default") as index:
        yield index


@contextmanager
def _index(task: Task, background: Iterable[bytes], profile: str) -> Iterator[Index]:
    named = [("original", task.original)]
    named += [(f"author-{number}", text) for number, text in enumerate(background)]
    with _built(named, profile) as index:
        yield index


@contextmanager
def _built(named: Iterable[tuple[str, bytes]], profile: str) -> Iterator[Index]:
    source = _Texts(tuple(_document(name, text) for name, text in named))
    with tempfile.TemporaryDirectory() as folder:
        build([source], Path(folder), name="task", recipe={}, profile=profile, workers=1)
        with Index.open(folder) as index:
            yield index


def _document(author: str, text: bytes) -> Document:
    return Document(
        text,
        "java",
        Origin(
            Package(f"pkg:generic/{author}@1", author, "1", author),
            "Solution.java",
            hashlib.sha256(text).hexdigest(),
        ),
    )
