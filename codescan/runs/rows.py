# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records to rows of the run database and back, without loss."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from codescan.records import (
    Arm,
    Completion,
    Decoding,
    Prompt,
    SampledLogprob,
    Score,
    Skipped,
    TokenStatistics,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "create_tables",
    "from_prompt",
    "from_result",
    "to_completion",
    "to_prompt",
    "to_score",
    "to_skipped",
]


def create_tables(db: Any) -> None:
    """Create the tables of a run in a `sqlite_utils.Database`."""
    db["settings"].create({"key": str, "value": str}, pk="key", if_not_exists=True)
    db["progress"].create({"name": str}, pk="name", if_not_exists=True)
    db["notes"].create({"key": str, "value": str}, pk="key", if_not_exists=True)
    db["prompts"].create(
        {
            "id": str,
            "number": int,
            "text": str,
            "strategy": str,
            "language": str,
            "document_id": str,
            "expected": str,
            "suffix": str,
            "arm": str,
            "prompt_tokens": str,
            "expected_tokens": str,
            "variant": str,
            "license_category": str,
            "copies": int,
            "chat": int,
            "frame": str,
            "stratum": str,
            "infill_order": str,
            "group": str,
        },
        pk="id",
        if_not_exists=True,
    )
    db["prompts"].create_index(["number"], if_not_exists=True)
    db["completions"].create(
        {
            "prompt_id": str,
            "number": int,
            "model": str,
            "text": str,
            "finish_reason": str,
            "tokens": int,
        },
        pk=("prompt_id", "number"),
        if_not_exists=True,
    )
    db["scores"].create(
        {
            "prompt_id": str,
            "model": str,
            "tokens": int,
            "greedy_run": int,
            "logprob": float,
            "ties": int,
            "sampled": str,
            "token_statistics": bytes,
        },
        pk="prompt_id",
        if_not_exists=True,
    )
    db["skipped"].create(
        {"item": str, "stage": str, "reason": str, "detail": str},
        pk=("item", "stage", "reason"),
        if_not_exists=True,
    )


def from_prompt(prompt: Prompt) -> dict[str, object]:
    """The row of a prompt, without its number."""
    row = asdict(prompt)
    row["arm"] = prompt.arm.value
    row["prompt_tokens"] = json.dumps(prompt.prompt_tokens)
    row["expected_tokens"] = json.dumps(prompt.expected_tokens)
    return {key: _storable(value) for key, value in row.items()}


def to_prompt(row: Mapping[str, Any]) -> Prompt:
    """The prompt of a row."""
    return Prompt(
        id=row["id"],
        text=row["text"],
        strategy=row["strategy"],
        language=row["language"],
        document_id=row["document_id"],
        expected=row["expected"],
        suffix=row["suffix"],
        arm=Arm(row["arm"]),
        prompt_tokens=tuple(json.loads(row["prompt_tokens"])),
        expected_tokens=tuple(json.loads(row["expected_tokens"])),
        variant=row["variant"],
        license_category=row["license_category"],
        copies=row["copies"],
        chat=bool(row["chat"]),
        frame=row["frame"],
        stratum=row["stratum"],
        infill_order=row["infill_order"],
        group=row["group"],
    )


def from_result(item: Completion | Score | Skipped) -> tuple[str, dict[str, object]]:
    """The table and the row of a result."""
    row = {key: _storable(value) for key, value in asdict(item).items()}
    if isinstance(item, Completion):
        row["number"] = row.pop("index")
        return "completions", row
    if isinstance(item, Score):
        row["sampled"] = _sampled_json(item.sampled)
        row["token_statistics"] = _packed(item.token_statistics)
        return "scores", row
    return "skipped", row


def to_completion(row: Mapping[str, Any]) -> Completion:
    """The completion of a row."""
    return Completion(
        prompt_id=row["prompt_id"],
        model=row["model"],
        text=row["text"],
        index=row["number"],
        finish_reason=row["finish_reason"],
        tokens=row["tokens"],
    )


def to_score(row: Mapping[str, Any]) -> Score:
    """The score of a row."""
    logprob = row["logprob"]
    return Score(
        prompt_id=row["prompt_id"],
        model=row["model"],
        tokens=row["tokens"],
        greedy_run=row["greedy_run"],
        logprob=math.nan if logprob is None else logprob,  # SQLite keeps NaN as NULL
        ties=row["ties"],
        sampled=_sampled(row["sampled"]),
        token_statistics=_unpacked(row["token_statistics"]),
    )


def to_skipped(row: Mapping[str, Any]) -> Skipped:
    """The skip of a row."""
    return Skipped(item=row["item"], stage=row["stage"], reason=row["reason"], detail=row["detail"])


def _sampled_json(sampled: tuple[SampledLogprob, ...]) -> str:
    return json.dumps(
        [
            [
                one.decoding.temperature,
                one.decoding.top_k,
                one.decoding.top_p,
                one.logprob if math.isfinite(one.logprob) else None,
            ]
            for one in sampled
        ]
    )


def _sampled(text: str) -> tuple[SampledLogprob, ...]:
    return tuple(
        SampledLogprob(
            Decoding(temperature, top_k, top_p), -math.inf if logprob is None else logprob
        )
        for temperature, top_k, top_p, logprob in json.loads(text)
    )


def _packed(statistics: TokenStatistics | None) -> bytes | None:
    """Four columns of little-endian float32, one after the other: 16 bytes a token."""
    if statistics is None:
        return None
    columns = (
        statistics.logprobs, statistics.ranks, statistics.entropies, statistics.deviations
    )  # fmt: skip
    values = [float(value) for column in columns for value in column]
    return struct.pack(f"<{len(values)}f", *values)


def _unpacked(blob: bytes | None) -> TokenStatistics | None:
    if blob is None:
        return None
    count = len(blob) // 16
    values = struct.unpack(f"<{4 * count}f", blob)
    logprobs, ranks, entropies, deviations = (
        values[column * count : (column + 1) * count] for column in range(4)
    )
    return TokenStatistics(logprobs, tuple(int(rank) for rank in ranks), entropies, deviations)


def _storable(value: object) -> object:
    """`value` as SQLite takes it: lone surrogates, which no UTF-8 text can hold, become "?"."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value
