# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The decoy: what the matcher finds of the same answers in a corpus that nobody can have copied.

An index of the same lines, dealt anew among its files: as many files, of the same languages and
lengths, made of the same text line by line, but no two lines stand together that stood together.
An answer that "copies" a file of it does so by chance. This is a null for the matcher, as text that
the model has not seen is one for the model; both are needed, since each is blind to the other.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codescan.audits.arm_counts import weights_of
from codescan.audits.elicitation import match
from codescan.audits.group_counts import Share
from codescan.audits.measures.extraction import HEADLINE_GRADES, main_frame
from codescan.audits.sampling_frames import frame_of
from codescan.prompts.slicing import hashed
from codescan.records import Arm, Origin, Package
from codescan.stats.cluster_intervals import cluster_excess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from codescan.audits.elicitation import Scan, SnippetsOf, Watch
    from codescan.index import Index
    from codescan.records import Document
    from codescan.runs import RunStore

__all__ = ["DealtSource", "Decoy", "deal", "dealt_decoy", "decoy_statistics"]

_BYTES = 32 << 20
"""Text of the decoy at most; a larger index is represented by a sample of its files."""
_LEAST_FILES = 12
"""Files of a language below which their lines cannot be told apart from the files themselves."""
_LONGEST = 100
"""Characters of a piece: longer lines are cut between words, or they would be passages."""
_PIECE = re.compile(rf".{{1,{_LONGEST}}}(?:\s|$)|\S{{1,{_LONGEST}}}")
_FOLDER = "decoy.partial"


@dataclass(frozen=True, slots=True)
class Decoy:
    """Something to match answers with that they cannot come from."""

    words: str
    """What it is, in words."""
    files: int
    of_files: int
    """Files of the index that it stands for."""
    scan: Scan
    """`codescan.pipeline.scan`, bound to the decoy."""


class DealtSource:
    """A source of documents that are there already."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def documents(self) -> Iterator[Document]:
        """Yield them."""
        yield from self._documents

    def parts(self) -> Iterator[DealtSource]:
        """Yield itself: it is one part."""
        yield self


def deal(documents: Iterable[Document], seed: int, most_bytes: int = _BYTES) -> list[Document]:
    """Documents with the lines of the given ones, dealt anew within each language.

    Args:
        documents: with their content, in random order; read until there is enough text.
        seed: of the dealing.
        most_bytes: text taken at most.

    Returns:
        One document for each of the given ones, but for those of languages that have too few, in
        the same order; empty where no language has enough.
    """
    taken: dict[str, list[tuple[int, Document, int]]] = defaultdict(list)
    lines: dict[str, list[str]] = defaultdict(list)
    size = 0
    for number, document in enumerate(documents):
        size += len(document.content)
        if size > most_bytes:
            break
        pieces = _PIECE.findall(document.content.decode("utf-8", "replace"))
        taken[document.language].append((number, document, len(pieces)))
        lines[document.language] += pieces
    made: list[tuple[int, Document]] = []
    for language, entries in taken.items():
        if len(entries) < _LEAST_FILES:
            continue
        pool = lines[language]
        order = sorted(range(len(pool)), key=lambda at: (hashed(seed, language, at), at))
        start = 0
        for number, document, count in entries:
            text = "\n".join(pool[at].rstrip("\r\n") for at in order[start : start + count]) + "\n"
            start += count
            made.append((number, _renamed(document, text.encode())))
    return [document for _, document in sorted(made, key=lambda pair: pair[0])]


@contextlib.contextmanager
def dealt_decoy(index: Index, folder: Path, seed: int) -> Iterator[Decoy | None]:
    """An index of dealt lines, built inside a run folder and removed again at the end.

    Yields:
        The decoy; None where the index has too few files to deal among.
    """
    from codescan.index import Index as Opened
    from codescan.index import build
    from codescan.pipeline import scan
    from codescan.registry import load, names

    place = folder / _FOLDER
    shutil.rmtree(place, ignore_errors=True)  # of a run that was killed
    documents = deal(index.sample(len(index), seed), seed)
    if not documents:
        yield None
        return
    try:
        build(
            [DealtSource(documents)], place,
            name="decoy", recipe={}, profile=index.manifest.profile, workers=1,
        )  # fmt: skip
        with Opened.open(place) as opened:
            matchers = [load("matchers", name)(opened) for name in names("matchers")]
            yield Decoy(
                "the lines of the index dealt anew among its files",
                len(opened),
                len(index),
                lambda snippets: scan(snippets, opened, matchers),
            )
    finally:
        shutil.rmtree(place, ignore_errors=True)


def decoy_statistics(
    store: RunStore,
    decoy: Decoy,
    snippets_of: SnippetsOf,
    copied: frozenset[str],
    watch: Watch,
) -> dict[str, object]:
    """How many answers the matcher takes for copies of the decoy.

    Args:
        store: prompts and completions.
        decoy: what they cannot come from.
        snippets_of: cuts a completion into what is matched.
        copied: ids of the completions that hold a copy from the index, grade A or B.
        watch: told of progress.

    Returns:
        What a report's statistics hold: shares of the completions of the main frame's target arm.
    """
    matched = match(store, snippets_of, decoy.scan, watch, step="match the decoy")
    by_chance = {
        matched.completion_of[finding.snippet_id]
        for finding in matched.findings
        if finding.grade in HEADLINE_GRADES
    }
    frame = main_frame(store)
    found, chance = Share(), Share()
    for prompt in store.prompts():
        if frame_of(prompt) != frame or prompt.arm is not Arm.TARGET:
            continue
        ids = [completion.id for completion in store.completions_of(prompt.id)]
        found.add(prompt, sum(name in copied for name in ids), len(ids))
        chance.add(prompt, sum(name in by_chance for name in ids), len(ids))
    weights = weights_of(store).get((frame, Arm.TARGET))
    floor = chance.rate(weights)
    beyond = cluster_excess(found.rate(weights), floor)
    part = "" if decoy.files >= decoy.of_files else f", {decoy.files / decoy.of_files:.0%} of it"
    return {
        "unit": "completions that hold a finding of grade A or B in the decoy",
        "decoy": decoy.words,
        "files": decoy.files,
        "of_files": decoy.of_files,
        "found": floor.as_json(),
        "excess": beyond.as_json(),
        "words": f"The matcher takes {floor.describe()} for copies of a decoy ({decoy.words}"
        f"{part}); the excess over that is {beyond.describe()}.",
    }


def _renamed(document: Document, content: bytes) -> Document:
    """A document of the decoy: another content, of a package of its own."""
    package = document.origin.package
    family = f"decoy/{package.family or package.purl}"
    return replace(
        document,
        content=content,
        origin=Origin(
            Package(f"pkg:generic/{hashed(family):016x}@0", "decoy", "0", family),
            document.origin.path,
            hashlib.sha256(content).hexdigest(),
        ),
        licenses=(),
        copyrights=(),
    )
