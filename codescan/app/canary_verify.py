# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check which planted canaries survived a training pipeline, and whether they receive loss."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnProgress, no_progress
from codescan.canaries import manifest
from codescan.canaries.pipeline_output import output_texts
from codescan.canaries.survival import STATES, CanaryFinder, tokenizer_problem
from codescan.errors import UsageError
from codescan.records import Skipped
from codescan.signatures.signing_keys import read_public_key

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.canaries.canary import CanarySet, Entry
    from codescan.canaries.survival import Copies
    from codescan.models.loading.hf_tokenizer import HubTokenizer

__all__ = ["SurvivalResult", "verify_canaries"]


@dataclass(frozen=True, slots=True)
class CanarySurvival:
    """Survival of one planted canary."""

    id: str
    family: str
    copies: int
    """Planted copies."""
    found: dict[str, int]
    """Copies by state."""
    usable: int
    """Copies with the secret directly after its prefix."""
    received_loss: int | None
    """Usable copies whose secret tokens all receive loss; null without token rows."""
    problem: str
    """"lost", "fewer-copies", "more-copies", "no-loss" or a problem with the tokenizer; "" for
    none."""


@dataclass(frozen=True, slots=True)
class SurvivalResult:
    """Survival of a set."""

    schema_version: int
    texts: int
    """Documents and rows read."""
    token_rows: int
    planted: int
    survived: int
    """Canaries without a problem."""
    problems: dict[str, int]
    """Canaries by problem."""
    copies_planted: int
    copies_usable: int
    copies_with_loss: int | None
    held_out_found: list[str]
    """Held-out canaries found in the data, which invalidate the set."""
    skipped: dict[str, int]
    """Unread inputs, by reason."""
    unchecked: int
    """Unread inputs that may hold text."""
    key_id: str | None
    """Id of the key that signed the set; null if unsigned."""
    canaries: list[CanarySurvival]

    @property
    def exit_code(self) -> ExitCode:
        """1 for a problem, 5 if something was not read or the set is unsigned, else 0."""
        if not self.texts:
            return ExitCode.UNCHECKED
        if self.problems or self.held_out_found:
            return ExitCode.FINDINGS
        is_whole = self.key_id is not None and not self.unchecked
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


def verify_canaries(
    data: Path,
    folder: Path,
    *,
    tokenizer: str | None = None,
    context: int = 0,
    text_field: str = "",
    public_key: Path | None = None,
    on_progress: OnProgress = no_progress,
) -> SurvivalResult:
    """Look for a set of canaries in the output of a pipeline.

    Args:
        data: a folder, or JSON Lines or Parquet: documents, or rows of `input_ids` with `labels` or
            a loss mask.
        folder: folder of the set.
        tokenizer: folder with the model's tokenizer; needed for token rows.
        context: tokens of a training row; 0 if unknown.
        text_field: text field of rows; "" for the usual ones.
        public_key: key that must have signed the set; None: the key that the set names.
        on_progress: progress callback.

    Raises:
        CodescanError: the set is damaged, or something is missing or wrong.
    """
    canaries = manifest.read_set(folder)
    key = read_public_key(public_key) if public_key is not None else None
    key_id = manifest.verify_signature(folder, key)
    loaded = _tokenizer(tokenizer)
    finder = CanaryFinder(canaries, loaded)
    skipped: list[Skipped] = []
    for number, item in enumerate(output_texts(data, text_field)):
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        if item.tokens and loaded is None:
            raise UsageError(
                f"{item.name} holds tokens, not text",
                "give the model's tokenizer with --tokenizer FOLDER",
            )
        finder.read(item)
        if number % 100 == 0:
            on_progress("Looking for canaries", number, None)
    survivals = [_survival(entry, finder, loaded, context) for entry in canaries.planted]
    return _result(canaries, finder, survivals, skipped, key_id)


def _survival(
    entry: Entry, finder: CanaryFinder, tokenizer: HubTokenizer | None, context: int
) -> CanarySurvival:
    copies: Copies = finder.copies[entry.canary.id]
    received = copies.in_loss if finder.token_rows else None
    problem = _problem(entry.copies, copies.usable, received)
    if not problem and tokenizer is not None:
        problem = tokenizer_problem(entry.canary, tokenizer, context)
    return CanarySurvival(
        id=entry.canary.id,
        family=entry.canary.family,
        copies=entry.copies,
        found={state: copies.states[state] for state in STATES},
        usable=copies.usable,
        received_loss=received,
        problem=problem,
    )


def _problem(planted: int, usable: int, received: int | None) -> str:
    if not usable:
        return "lost"
    if received is not None and received < usable:
        return "no-loss"
    if usable != planted:
        return "fewer-copies" if usable < planted else "more-copies"
    return ""


def _result(
    canaries: CanarySet,
    finder: CanaryFinder,
    survivals: list[CanarySurvival],
    skipped: list[Skipped],
    key_id: str | None,
) -> SurvivalResult:
    problems = Counter(survival.problem for survival in survivals if survival.problem)
    has_tokens = finder.token_rows > 0
    return SurvivalResult(
        schema_version=1,
        texts=finder.texts,
        token_rows=finder.token_rows,
        planted=len(survivals),
        survived=len(survivals) - problems.total(),
        problems=dict(sorted(problems.items())),
        copies_planted=canaries.copies,
        copies_usable=sum(survival.usable for survival in survivals),
        copies_with_loss=sum(survival.received_loss or 0 for survival in survivals)
        if has_tokens
        else None,
        held_out_found=finder.held_out(canaries),
        skipped=dict(sorted(Counter(item.reason for item in skipped).items())),
        unchecked=sum(item.is_unchecked for item in skipped),
        key_id=key_id,
        canaries=survivals,
    )


def _tokenizer(folder: str | None) -> HubTokenizer | None:
    if folder is None:
        return None
    from codescan.models.loading.hf_tokenizer import folder_tokenizer

    return folder_tokenizer(folder)
