# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a whole membership test costs beside one scoring pass over the same tokens."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from _scoring.texts import library_texts

from codescan.app.membership import MembershipOptions, membership
from codescan.models.scoring.teacher_forcing import TeacherForcing
from codescan.models.scoring.token_rows import Row

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["compare"]

_TEXTS, _TOKENS, _BATCH = 16, 256, 8


class _Bench(Protocol):
    chosen: argparse.Namespace
    device: str

    def promise(self, name: str, value: float, key: str, *, at_least: bool = True) -> None: ...


def compare(bench: _Bench, reference: str, backend: Any) -> None:
    """Print how much a test of 16 texts takes of one pass that gives log-probabilities alone.

    Both are timed in turn, the test without loading the model: by the CPU, on a GPU by the clock.

    Args:
        bench: prints.
        reference: name of the model.
        backend: the same model, loaded.
    """
    on_gpu = bench.device.startswith("cuda")
    clock = time.perf_counter if on_gpu else time.process_time
    texts = library_texts()[:_TEXTS]
    teacher = TeacherForcing(backend._model, 0)  # noqa: SLF001 - the model itself
    tokens = [backend.tokenizer.encode(text)[:_TOKENS] for text in texts]
    rows = [Row(own[:1], own[1:]) for own in tokens]
    tests, passes = [], []
    for _ in range(bench.chosen.repeat):
        tests.append(_test_seconds(reference, bench, texts, clock))
        started = clock()
        for at in range(0, len(rows), _BATCH):
            teacher.score(rows[at : at + _BATCH])
        passes.append(clock() - started)
    print(f"  membership of {len(texts)} texts {min(tests):.1f} s, one pass {min(passes):.1f} s")
    bench.promise("membership over one pass", min(tests) / min(passes), "test", at_least=False)


def _test_seconds(
    reference: str, bench: _Bench, texts: list[str], clock: Callable[[], float]
) -> float:
    """Seconds from the first text that is scored to the report."""
    begun: list[float] = []

    def progress(*_: object) -> None:
        begun.append(clock())

    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "texts.jsonl"
        rows = ({"text": text, "is_member": n % 2} for n, text in enumerate(texts))
        table.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        membership(
            MembershipOptions(
                data=table, model=reference, device=bench.device, dtype=bench.chosen.dtype,
                max_tokens=_TOKENS, out=Path(folder) / "run",
            ),
            on_progress=progress,
        )  # fmt: skip
    return clock() - begun[0]
