# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds canaries in the output of a training pipeline, and whether they received loss."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.canaries.canary import Role
from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.canaries.canary import Canary, CanarySet, Entry
    from codescan.canaries.pipeline_output import OutputText
    from codescan.models.loading.hf_tokenizer import HubTokenizer

__all__ = ["STATES", "USABLE", "CanaryFinder", "Copies", "tokenizer_problem"]

STATES = ("intact", "reformatted", "cut", "secret-only")
"""Of a copy: as planted; with other white space; without its end; without its prefix."""
USABLE = frozenset({"intact", "reformatted", "cut"})
"""States in which a model learns the secret after its prefix, as it is scored."""
_ANCHOR = 8
"""Characters of a secret that are looked up."""


@dataclass(slots=True)
class Copies:
    """The copies of one canary."""

    states: Counter[str] = field(default_factory=Counter)
    in_loss: int = 0
    """Usable copies all of whose secret tokens receive loss."""
    partly_in_loss: int = 0
    outside_loss: int = 0

    @property
    def usable(self) -> int:
        """Number of copies in which the secret follows its prefix."""
        return sum(self.states[state] for state in USABLE)


class CanaryFinder:
    """Counts the copies of every canary of a set, text by text. Linear in the length of a text.

    White space is ignored, since formatters change it.

    Args:
        canaries: the set; held-out canaries are looked for, too.
        tokenizer: of the model; needed for rows of tokens.
    """

    def __init__(self, canaries: CanarySet, tokenizer: HubTokenizer | None = None) -> None:
        self._tokenizer = tokenizer
        self.copies: dict[str, Copies] = defaultdict(Copies)
        self.texts = 0
        self.token_rows = 0
        secrets = [(_compact(entry.canary.secret), entry) for entry in canaries.entries]
        self._width = min([_ANCHOR, *(len(secret) for secret, _ in secrets)])
        self._anchors: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
        for secret, entry in secrets:
            self._anchors[secret[: self._width]].append((secret, entry))

    def held_out(self, canaries: CanarySet) -> list[str]:
        """Ids of held-out canaries that were found: these must never be in the data."""
        return [
            entry.canary.id
            for entry in canaries.of(Role.PARTNER, Role.TWIN, Role.CONTROL)
            if entry.canary.id in self.copies
        ]

    def read(self, item: OutputText) -> None:
        """Count the canaries of a document or a row of tokens.

        Raises:
            ValueError: tokens are given, but no tokenizer.
        """
        self.texts += 1
        if not item.tokens:
            for entry, state, _ in self._copies(item.text):
                self.copies[entry.canary.id].states[state] += 1
            return
        if self._tokenizer is None:
            raise ValueError("rows of tokens need a tokenizer")
        self.token_rows += 1
        text = self._tokenizer.decode(item.tokens)
        for entry, state, number in self._copies(text):
            copies = self.copies[entry.canary.id]
            copies.states[state] += 1
            if state in USABLE:
                self._count_loss(copies, item, entry.canary.secret, number)

    def _copies(self, text: str) -> Iterator[tuple[Entry, str, int]]:
        """Yield each copy with its state, and how many of the same secret came before it."""
        compact, width, anchors = _compact(text), self._width, self._anchors
        seen: Counter[str] = Counter()
        intact: dict[str, bool] = {}
        lines = text.replace("\r\n", "\n")
        for at in range(len(compact) - width + 1):
            candidates = anchors.get(compact[at : at + width])
            if candidates is None:
                continue
            for secret, entry in candidates:
                if not compact.startswith(secret, at):
                    continue
                canary = entry.canary
                state = _state(canary, secret, compact, at)
                if state == "reformatted":
                    if canary.id not in intact:
                        intact[canary.id] = canary.text.strip() in lines
                    state = "intact" if intact[canary.id] else state
                yield entry, state, seen[secret]
                seen[secret] += 1

    def _count_loss(self, copies: Copies, item: OutputText, secret: str, number: int) -> None:
        """Count a copy by the loss of its secret's tokens.

        Args:
            copies: of the canary.
            item: the row.
            secret: text of the secret.
            number: copies of it before this one.
        """
        flags = item.in_loss or (True,) * len(item.tokens)
        start, end = self._token_span(item.tokens, secret, number)
        surviving = sum(flags[start:end])
        if surviving == end - start:
            copies.in_loss += 1
        elif surviving:
            copies.partly_in_loss += 1
        else:
            copies.outside_loss += 1

    def _token_span(self, tokens: Sequence[int], secret: str, number: int) -> tuple[int, int]:
        """Tokens that hold a secret: the shortest prefix that has it, and its latest start."""
        assert self._tokenizer is not None  # noqa: S101 - checked by the caller
        compact_secret = _compact(secret)
        low, high = 0, len(tokens)
        while low < high:
            middle = (low + high) // 2
            if _compact(self._tokenizer.decode(tokens[:middle])).count(compact_secret) > number:
                high = middle
            else:
                low = middle + 1
        end, low, high = low, 0, low
        while low < high - 1:
            middle = (low + high) // 2
            if compact_secret in _compact(self._tokenizer.decode(tokens[middle:end])):
                low = middle
            else:
                high = middle
        return low, end


def tokenizer_problem(canary: Canary, tokenizer: HubTokenizer, context: int = 0) -> str:
    """Why a canary cannot be learned or scored with a tokenizer; "" if it can.

    Args:
        canary: the canary.
        tokenizer: of the model.
        context: tokens of a training row; 0: not known.
    """
    tokens = tokenizer.encode(canary.text)
    if canary.secret not in tokenizer.decode(tokens):
        return "altered-by-tokenizer"
    prompt = Prompt(canary.id, canary.prefix, "canary", expected=canary.secret)
    if tokenizer.expected_tokens(prompt) is None:
        return "token-boundary"
    return "too-long" if context and len(tokens) > context else ""


def _state(canary: Canary, secret: str, compact: str, at: int) -> str:
    prefix, suffix = _compact(canary.prefix), _compact(canary.suffix)
    if at < len(prefix) or not compact.startswith(prefix, at - len(prefix)):
        return "secret-only"
    return "reformatted" if compact.startswith(suffix, at + len(secret)) else "cut"


def _compact(text: str) -> str:
    return "".join(text.split())
