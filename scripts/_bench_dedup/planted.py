# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Near-duplicates that are planted among real files, so that what is missed can be counted."""

from __future__ import annotations

import hashlib
import json
import random
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.gate.comment_forms import comment_form
from codescan.text.languages import LANGUAGES, detect, kind

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KINDS", "Planted", "copied_share", "plant"]

KINDS = (
    "reformatted", "other-header", "renamed-locals", "edited-5", "edited-10", "edited-20",
    "tokens-5", "tokens-10",
)  # fmt: skip
"""Of edits, "edited" changes a token in a share of the lines, "tokens" a share of the tokens."""
_NAME = re.compile(rb"\b[a-z_][a-z0-9_]{2,}\b")
_TOKENS = (100, 20_000)
_LEAST_SHARE = 0.85
"""Tokens that a variant has in common with its original."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A row with a near-duplicate of a real file."""

    id: str
    original: str
    kind: str


def plant(folder: Path, out: Path, files: int, size: float, seed: int = 1) -> list[Planted]:
    """Write rows of real files and of variants of some of them; return the variants.

    Args:
        folder: real files.
        out: JSON Lines to write.
        files: number of files that variants are made of.
        size: bytes of real files, at most.
        seed: decides which.
    """
    rng = random.Random(seed)  # noqa: S311 - the same for everybody
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    rng.shuffle(paths)
    planted: list[Planted] = []
    total = 0
    with out.open("w", encoding="utf-8") as rows:
        for path in paths:
            if total > size:
                break
            content = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            total += len(content)
            _write(rows, name, name, content)
            if len(planted) < files * len(KINDS) and _is_fit(name, content):
                for form in KINDS:
                    text = _variant(form, name, content, rng)
                    # An edit may open a string or a comment; then more is changed than was meant.
                    share = copied_share(name, content, text, renamed=form == "renamed-locals")
                    if share < _LEAST_SHARE and not form.endswith("-20"):
                        continue
                    variant = Planted(f"planted/{form}/{name}", name, form)
                    planted.append(variant)
                    _write(rows, variant.id, name, text)
    return planted


def _is_fit(name: str, content: bytes) -> bool:
    language = detect(name, content[:8192])
    if language is None or kind(language) != "code" or b"\r" in content:
        return False
    form = comment_form(name, content, language)
    if not form.opening or form.closing:
        return False
    count = len(_tokens(name, content))
    return _TOKENS[0] <= count <= _TOKENS[1]


def _write(rows: object, identifier: str, path: str, content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    rows.write(json.dumps({"id": identifier, "path": path, "content": text}) + "\n")  # type: ignore[attr-defined]


def _tokens(name: str, content: bytes) -> _native.Tokens:
    language = detect(name, content[:8192]) or "prose"
    return _native.lex(content, _native.LEXERS[LANGUAGES[language].lexer])


def _variant(form: str, name: str, content: bytes, rng: random.Random) -> bytes:
    if form == "reformatted":
        return b"\n".join(line.rstrip() + b"  " for line in content.split(b"\n")) + b"\n\n"
    if form == "other-header":
        mark = comment_form(name, content, detect(name, content[:8192])).opening.encode()
        header = b"".join(mark + b" Header line %d of another project\n" % n for n in range(12))
        shebang = content.partition(b"\n")[0] + b"\n" if content.startswith(b"#!") else b""
        return shebang + header + content[len(shebang) :]
    if form == "renamed-locals":
        return _renamed(name, content, rng)
    what, _, percent = form.partition("-")
    share = int(percent) / 100
    edit = _edited_lines if what == "edited" else _edited_tokens
    return edit(name, content, share, rng)


def _renamed(name: str, content: bytes, rng: random.Random) -> bytes:
    """A third of the lower-case identifiers, wherever they stand, under new names."""
    tokens = _tokens(name, content)
    spans, kinds = tokens.spans(), tokens.kinds()
    names = sorted({
        content[start:end] for (start, end), own in zip(spans.tolist(), kinds.tolist(), strict=True)
        if own == 0 and _NAME.fullmatch(content[start:end])
    })  # fmt: skip
    chosen = {old: b"renamed_%d" % n for n, old in enumerate(rng.sample(names, len(names) // 3))}
    pieces, at = [], 0
    for (start, end), own in zip(spans.tolist(), kinds.tolist(), strict=True):
        new = chosen.get(content[start:end]) if own == 0 else None
        if new is not None:
            pieces += [content[at:start], new]
            at = end
    return b"".join([*pieces, content[at:]])


def _edited_lines(name: str, content: bytes, share: float, rng: random.Random) -> bytes:
    """In a share of the lines with code, one token is replaced, deleted, or doubled."""
    spans = _tokens(name, content).spans().tolist()
    by_line: dict[int, list[tuple[int, int]]] = {}
    ends = [match.start() for match in re.finditer(rb"\n", content)]
    for start, end in spans:
        by_line.setdefault(bisect_left(ends, start), []).append((start, end))
    chosen = rng.sample(sorted(by_line), max(1, round(share * len(by_line))))
    places = [rng.choice(by_line[line]) for line in chosen]
    return _with_edits(content, places, rng)


def _edited_tokens(name: str, content: bytes, share: float, rng: random.Random) -> bytes:
    spans = [(start, end) for start, end in _tokens(name, content).spans().tolist()]
    return _with_edits(content, rng.sample(spans, max(1, round(share * len(spans)))), rng)


def _with_edits(content: bytes, places: list[tuple[int, int]], rng: random.Random) -> bytes:
    pieces, at = [], 0
    for start, end in sorted(places):
        new = rng.choice((b"edited_%d" % rng.randrange(10**6), b"", content[start:end] + b" + 1"))
        pieces += [content[at:start], new]
        at = end
    return b"".join([*pieces, content[at:]])


def copied_share(name: str, text: bytes, other: bytes, *, renamed: bool = False) -> float:
    """Share of the longer text's tokens in common, by a program of its own (rapidfuzz).

    Args:
        name: path that tells the language.
        text: one text.
        other: another one.
        renamed: whether identifiers count as equal.
    """
    from rapidfuzz.distance import LCSseq

    lists = []
    for content in (text, other):
        tokens = _tokens(name, content)
        if len(tokens) < 20:  # noqa: PLR2004 - compared by words
            tokens = _native.lex(content, _native.LEXERS["prose"])
        hashes, kinds = tokens.hashes().tolist(), tokens.kinds().tolist()
        lists.append(
            [0 if renamed and own == 0 else h for h, own in zip(hashes, kinds, strict=True)]
        )
    longer = max(map(len, lists))
    if not longer:
        return float(hashlib.sha256(text).digest() == hashlib.sha256(other).digest())
    return LCSseq.similarity(*lists) / longer
