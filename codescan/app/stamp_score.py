# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Test whether a model prefers the published forms of a stamped package."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.stored_scores import score_stored
from codescan.canaries.stamps.scored_pieces import Pieces
from codescan.canaries.stamps.site_pairs import (
    SitePair,
    null_choices,
    pair_prompts,
    site_pairs,
)
from codescan.canaries.stamps.stamp_folder import read_stamp, stamped_files
from codescan.errors import UsageError
from codescan.protocols import Scorer
from codescan.records.json_form import encode
from codescan.runs import RunStore
from codescan.stats.intervals import Rate  # noqa: TC001 - the schema reads it
from codescan.stats.libraries import require_libraries
from codescan.stats.preferred_form import null_rate, preference, site_leads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from codescan.canaries.stamps.package_forms import StampedFile
    from codescan.protocols import Model
    from codescan.records import Prompt

__all__ = ["KindLead", "StampScoreOptions", "StampTest", "score_stamp"]

_RESULT = "stamp-score.json"
_BASE = "base-model"
_SIGNIFICANT = 0.01


@dataclass(frozen=True, slots=True)
class StampScoreOptions:
    """Options of `codescan canaries stamp-score`.

    Args:
        private: private folder of the stamp.
        model: reference of the model.
        out: run folder.
        base_model: a model that did not read the package, such as the model before fine-tuning; its
            log-probabilities are subtracted. None for none.
        null_keys: number of random keys to measure the false-positive rate.
        model_options: options of the model's backend, by name.
    """

    private: Path
    model: str
    out: Path
    base_model: str | None = None
    null_keys: int = 200
    model_options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KindLead:
    """Result for the sites of one kind."""

    sites: int
    mean_lead: float
    """Mean lead, as for all sites."""


@dataclass(frozen=True, slots=True)
class StampTest:
    """Result of the test whether a model prefers the published forms."""

    schema_version: int
    decision: str
    """"preferred": p-value below 0.01; "not-shown"; "not-measured": no file could be scored."""
    p_value: float | None
    files: int
    """Files whose sites all have a score."""
    sites: int
    """Sites of these files: pairs of texts, one of which was published."""
    mean_lead: float | None
    """Mean lead of the published text of a site, in units of the median absolute deviation of its
    kind.
    """
    kinds: dict[str, KindLead]
    """Results by kind of site."""
    null_keys: Rate | None
    """Share of null keys with a p-value of at most 5 %; null if not measured."""
    unscored: int
    """Files with an unscored site."""
    skipped: dict[str, int]
    run: dict[str, Any]

    @property
    def exit_code(self) -> ExitCode:
        """1 for a preference, 5 if a file was not scored, else 0."""
        if self.decision == "preferred":
            return ExitCode.FINDINGS
        is_whole = self.files and not self.unscored
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Both variants of each site of the stamped files."""

    files: Sequence[StampedFile]
    key: str
    forms: int

    def prompts(self) -> Iterator[Prompt]:
        """Yield the windows in order."""
        for file in self.files:
            yield from pair_prompts(file, self.key, self.forms)


def score_stamp(
    options: StampScoreOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> StampTest:
    """Score both variants of each site of every stamped file, and test the published ones.

    Raises:
        CodescanError: something is missing or wrong; scores so far are saved.
    """
    from codescan.models.loading.resolve import check_model

    require_libraries()
    stamp, digest = read_stamp(options.private)
    files = stamped_files(options.private, stamp)
    check_model(options.model, **options.model_options)
    if options.base_model is not None:
        check_model(options.base_model, **options.model_options)
    settings = {
        "kind": "stamp-score",
        "prompts": 3,
        "stamp_sha256": digest,
        "null_keys": options.null_keys,
        "base_model": options.base_model,
    }
    with RunStore(options.out) as store:
        pairs = _Pairs(files, stamp.key, stamp.forms)
        run, pieces = _scored(
            store, settings, options.model, options, pairs, on_progress, on_message
        )
        own, skipped = _differences(store, pairs, pieces)
        base = None
        if options.base_model is not None:
            with RunStore(options.out / _BASE) as base_store:
                base_run, pieces = _scored(
                    base_store, settings, options.base_model, options, pairs, on_progress,
                    on_message,
                )  # fmt: skip
                base, base_skipped = _differences(base_store, pairs, pieces)
            run["base_model_identity"] = base_run["model_identity"]
            skipped += base_skipped
        test = _test(own, base, skipped, pairs, options.null_keys, run)
        store.write(_RESULT, json.dumps(encode(test), indent=2, sort_keys=True) + "\n")
    return test


def _scored(
    store: RunStore,
    settings: Mapping[str, object],
    reference: str,
    options: StampScoreOptions,
    pairs: _Pairs,
    on_progress: OnProgress,
    on_message: OnMessage,
) -> tuple[dict[str, Any], Pieces]:
    """Store a model's score of every piece; returns the settings of the run."""
    from codescan.models import load_model

    own = {**settings, "model": reference}
    store.check(own)
    model: Model = load_model(reference, **options.model_options, progress=on_message)
    hash_ = store.settle({**own, "model_identity": model.describe()})
    if not isinstance(model, Scorer):
        raise UsageError(
            f"{reference} gives no log-probabilities, and the test needs them",
            "use a local model, or a service that echoes log-probabilities",
        )
    pieces = Pieces(model.tokenizer, _context(model))
    score_stored(
        store,
        pieces.distinct(pairs.prompts()),
        model,
        lambda done, total: on_progress("Scoring sites", done, total),
    )
    return {**store.settings(), "settings_hash": hash_}, pieces


def _context(model: Model) -> int:
    """Maximum context length of a model in tokens; 0 if unknown."""
    length = model.describe().get("context_length")
    return length if isinstance(length, int) else 0


def _differences(
    store: RunStore, pairs: _Pairs, pieces: Pieces
) -> tuple[dict[str, float], Counter[str]]:
    """By site, log-probability of the second text minus that of the first, and the skips."""
    logprobs = {score.prompt_id: score.logprob for score in store.scores()}
    unscored_windows = Counter(window.id.rsplit("|", 2)[0] for window in pairs.prompts())
    sums: dict[str, float] = {}
    for window, logprob in pieces.sums(pairs.prompts(), logprobs):
        site, way, _ = window.rsplit("|", 2)
        sums[site] = sums.get(site, 0.0) + (logprob if way == "1" else -logprob)
        unscored_windows[site] -= 1
    whole = {site: value for site, value in sums.items() if not unscored_windows[site]}
    return whole, Counter(item.reason for item in store.skipped())


def _test(
    own: Mapping[str, float],
    base: Mapping[str, float] | None,
    skipped: Mapping[str, int],
    pairs: _Pairs,
    null_keys: int,
    run: dict[str, Any],
) -> StampTest:
    sites: list[SitePair] = []
    null: list[list[list[bool]]] = []
    scored = unscored = 0
    for file in pairs.files:
        listed = site_pairs(file, pairs.key, pairs.forms)
        if not all(s.id in own and (base is None or s.id in base) for s in listed):
            unscored += 1
        elif listed:
            scored += 1
            sites += listed
            null.append(null_choices(file, pairs.key, listed, null_keys))
    reasons = dict(sorted(skipped.items()))
    if not sites:
        return StampTest(2, "not-measured", None, 0, 0, None, {}, None, unscored, reasons, run)
    leads = site_leads(
        [own[site.id] for site in sites],
        [site.kind for site in sites],
        [site.places for site in sites],
        None if base is None else [base[site.id] for site in sites],
    )
    published = [site.is_second_published for site in sites]
    preferred = preference(leads, published)
    return StampTest(
        schema_version=2,
        decision="preferred" if preferred.p_value < _SIGNIFICANT else "not-shown",
        p_value=preferred.p_value,
        files=scored,
        sites=len(sites),
        mean_lead=round(preferred.mean_lead, 6),
        kinds=_by_kind(sites, leads),
        null_keys=null_rate(
            leads, [[coin for file in null for coin in file[n]] for n in range(null_keys)]
        ),
        unscored=unscored,
        skipped=reasons,
        run=run,
    )


def _by_kind(sites: Sequence[SitePair], leads: Iterable[float]) -> dict[str, KindLead]:
    own: dict[str, list[float]] = {}
    for site, lead in zip(sites, leads, strict=True):
        own.setdefault(site.kind, []).append(float(lead if site.is_second_published else -lead))
    return {
        kind: KindLead(len(values), round(sum(values) / len(values), 6))
        for kind, values in sorted(own.items())
    }
