# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options and texts of a membership test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from codescan.errors import UsageError
from codescan.membership.data_files import TextColumns, free_id, read_texts
from codescan.membership.texts import TextSet
from codescan.prompts.slicing import hashed
from codescan.records import Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from codescan.membership.texts import CandidateText

__all__ = ["MembershipOptions", "membership_settings", "read_inputs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipOptions:
    """Options of `codescan membership`; see `codescan membership --help`."""

    data: Path
    model: str
    base_model: str | None = None
    reference_data: Path | None = None
    shadow_scores: Path | None = None
    text_column: str = ""
    label_column: str = ""
    group_column: str = ""
    max_tokens: int = 512
    infill: int = 0
    samples: int = 0
    limit: int | None = None
    seed: int = 0
    device: str | None = None
    dtype: str | None = None
    batch_size: int | None = None
    base_url: str | None = None
    model_options: tuple[str, ...] = ()
    out: Path | None = None


def read_inputs(options: MembershipOptions) -> tuple[TextSet, frozenset[str]]:
    """The texts, and the ids of the reference texts."""
    columns = TextColumns(options.text_column, options.label_column, options.group_column)
    own = read_texts(options.data, columns)
    texts = _limited(own.texts, options)
    if options.reference_data is None:
        return replace(own, texts=texts), frozenset()
    if own.is_labeled:
        raise UsageError(
            "--reference-data is for an unlabeled set",
            f"{options.data} has its own non-members; leave it out",
        )
    others = read_texts(options.reference_data, replace(columns, label=""))
    present, taken = {text.text for text in texts}, {text.id: 1 for text in texts}
    texts_in_order, skipped = [], list(others.skipped)
    for text in _limited(others.texts, options):
        named = replace(text, id=free_id(f"reference/{text.id}", taken), is_member=None)
        if text.text in present:
            skipped.append(
                Skipped(named.id, "read", "both-labels", "the tested set holds the same text")
            )
        else:
            texts_in_order.append(named)
    both = TextSet((*texts, *texts_in_order), (*own.skipped, *skipped))
    return both, frozenset(text.id for text in texts_in_order)


def _limited(
    texts: Sequence[CandidateText], options: MembershipOptions
) -> tuple[CandidateText, ...]:
    """Up to `limit` texts of each label, selected by hash, in their order."""
    if options.limit is None:
        return tuple(texts)
    group_names: set[str] = set()
    for label in (True, False, None):
        own = sorted(
            (text.id for text in texts if text.is_member is label),
            key=lambda name: hashed(options.seed, name),
        )
        group_names.update(own[: options.limit])
    return tuple(text for text in texts if text.id in group_names)


def membership_settings(
    options: MembershipOptions, texts: TextSet, reference_ids: frozenset[str]
) -> dict[str, Any]:
    """All settings that scores depend on; a run is not resumed with other texts."""
    digest = hashlib.sha256()
    for text in texts.texts:
        label = "reference" if text.id in reference_ids else str(text.is_member)
        for part in (text.id, label, text.group, text.text):
            content = part.encode("utf-8", "replace")
            digest.update(len(content).to_bytes(8, "big") + content)
    return {
        "command": "membership",
        "model": options.model,
        "model_options": sorted(options.model_options),
        "base_model": options.base_model,
        "texts_sha256": digest.hexdigest(),
        "texts": len(texts.texts),
        "max_tokens": options.max_tokens,
        "infill": options.infill,
        "samples": options.samples,
        "seed": options.seed,
        "dtype": options.dtype,
    }
