# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scores 32 rows of a small body with a large vocabulary, in one of three ways; prints its peak.

memory.py DEVICE nothing|materialized|codescan VOCABULARY

On CUDA the peak is that of torch's allocator; on the CPU that of the process, for the parent to
read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch  # noqa: TID253 - a process of its own
from _scoring import architectures

from codescan.models.scoring.teacher_forcing import TeacherForcing

ROWS, PROMPT, EXPECTED = 32, 50, 50


def main(device: str, way: str, vocabulary: str) -> dict[str, int]:
    """Score in one way."""
    kind = torch.bfloat16 if device.startswith("cuda") else torch.float32
    model = architectures.build("tiny", device, kind, vocab_size=int(vocabulary))
    rows = architectures.random_rows(int(vocabulary), ROWS, PROMPT, EXPECTED, 1)
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
    if way == "materialized":
        with torch.inference_mode():
            ids = torch.tensor([[*r.prompt, *r.expected] for r in rows], device=device)
            # As evaluation harnesses do it: logits of every place, then their log-softmax.
            logs = model(ids[:, :-1], use_cache=False).logits.log_softmax(dim=-1)
            targets = ids[:, PROMPT:].unsqueeze(-1)
            own = logs[:, PROMPT - 1 :].gather(-1, targets)
            (logs[:, PROMPT - 1 :].argmax(dim=-1, keepdim=True) == targets).sum() + own.sum()
    elif way == "codescan":
        TeacherForcing(model, 0).score(rows)
    peak = torch.cuda.max_memory_allocated() if device.startswith("cuda") else 0
    return {"peak": peak}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
