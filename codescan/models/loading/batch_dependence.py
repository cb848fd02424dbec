# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check whether a model's output for a row depends on the other rows of its batch.

Position embeddings that are scaled by the length of the batch (LongRoPE, dynamic NTK) give a short
row different angles next to a long row. Recurrent models read padding into their state. Such a
model is run one row at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codescan.models.loading.memory import is_out_of_memory
from codescan.models.scoring.token_rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    class _Teacher(Protocol):
        def score(self, rows: Sequence[Row]) -> list[Any]: ...


__all__ = ["depends_on_batch"]

_BY_LENGTH = frozenset({"longrope", "dynamic", "su"})
_TOLERANCE = 0.05
"""Tolerance for a token's log-probability in another batch, in nats, for bfloat16."""
_SHORT, _LONG, _SCORED = 6, 40, 4  # tokens


def depends_on_batch(
    model: Any, teacher: _Teacher, vocabulary: int, padding: int, *, left_padded: bool
) -> bool:
    """Whether the result for a row changes when a longer row shares the batch.

    A model that fails on such a batch counts as dependent.

    Args:
        model: model whose configuration states the position embeddings.
        teacher: scores rows of tokens in a batch.
        vocabulary: number of tokens with an embedding.
        padding: a token to pad with.
        left_padded: whether batches are generated with padding on the left, by `model.generate`.
    """
    if _BY_LENGTH & set(_rope_types(model.config.get_text_config())):
        return True
    if vocabulary < 2:  # noqa: PLR2004
        return False
    tokens = [1 + (7 * number) % (vocabulary - 1) for number in range(_LONG)]
    short = Row(tuple(tokens[:_SHORT]), tuple(tokens[_SHORT : _SHORT + _SCORED]))
    long = Row(tuple(tokens[:-_SCORED]), tuple(tokens[-_SCORED:]))
    (alone,) = teacher.score([short])
    try:
        beside = teacher.score([short, long])[0]
        if any(
            not abs(one - other) <= _TOLERANCE
            for one, other in zip(alone.logprobs, beside.logprobs, strict=True)
        ):
            return True
        return left_padded and _padding_changes_the_next_token(model, tokens, padding)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        return True  # some architectures cannot take rows of several lengths at all


def _padding_changes_the_next_token(model: Any, tokens: list[int], padding: int) -> bool:
    """Whether padding on the left changes the log-probabilities of the next token."""
    import torch

    short = tokens[:_SHORT]
    blanks = len(tokens) - _SHORT
    device = model.device

    def next_token(rows: list[list[int]], masks: list[list[int]]) -> Any:
        output = model.generate(
            input_ids=torch.tensor(rows, device=device),
            attention_mask=torch.tensor(masks, device=device),
            max_new_tokens=1,
            do_sample=False,
            pad_token_id=padding,
            return_dict_in_generate=True,
            output_logits=True,
        )
        return torch.log_softmax(output.logits[0][0].float(), dim=-1)

    with torch.inference_mode():
        alone = next_token([short], [[1] * _SHORT])
        beside = next_token(
            [[padding] * blanks + short, tokens], [[0] * blanks + [1] * _SHORT, [1] * len(tokens)]
        )
        best = alone.topk(min(5, len(alone))).indices
        return not bool((alone[best] - beside[best]).abs().max() <= _TOLERANCE)


def _rope_types(config: Any) -> Iterable[str]:
    """Names of the position scaling types; layers may differ."""
    for name in ("rope_scaling", "rope_parameters"):
        value = getattr(config, name, None)
        if not isinstance(value, Mapping):
            continue
        for part in (value, *(item for item in value.values() if isinstance(item, Mapping))):
            kind = part.get("rope_type", part.get("type"))
            if isinstance(kind, str):
                yield kind
