# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Test whether a model prefers the published forms of a stamped package."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from codescan.app.canary_stamp import (
    COMMITMENT,
    LARGEST_FILE,
    LARGEST_STAMP,
    ORIGINALS,
    STAMP,
    sha256_of,
)
from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.stored_scores import score_stored
from codescan.canaries.stamps.package_forms import (
    StampedFile,
    form_prompts,
    published_form,
    stamped_before,
    window_sites,
)
from codescan.canaries.stamps.scored_pieces import Pieces
from codescan.errors import EvidenceError, UsageError
from codescan.protocols import Scorer
from codescan.records.json_form import encode
from codescan.runs import RunStore
from codescan.runs.settings import canonical_json
from codescan.sources.regular_files import read_bounded
from codescan.stats.intervals import Rate  # noqa: TC001 - the schema reads it
from codescan.stats.libraries import require_libraries
from codescan.stats.preferred_form import null_rate, preference, windows_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from codescan.protocols import Model
    from codescan.records import Prompt

__all__ = ["StampScoreOptions", "StampTest", "score_stamp"]

_RESULT = "stamp-score.json"
_BASE = "base-model"
_SIGNIFICANT = 0.01
_HINT = "give the folder that `codescan canary stamp --private` wrote"


@dataclass(frozen=True, slots=True)
class StampScoreOptions:
    """What is tested.

    Args:
        private: folder of the stamp.
        model: reference of the model.
        out: run folder.
        base_model: a model that did not read the package, such as the same before fine-tuning; its
            preferences are taken off. None for none.
        null_keys: keys with which the false-positive rate is measured.
        model_options: options of the model's backend, by name.
    """

    private: Path
    model: str
    out: Path
    base_model: str | None = None
    null_keys: int = 200
    model_options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StampTest:
    """Whether a model prefers the published forms."""

    schema_version: int
    decision: str
    """"preferred": p-value below 0.01; "not-shown"; "not-measured": no file could be scored."""
    p_value: float | None
    files: int
    """Files with a score of every form."""
    forms: int
    mean_lead: float | None
    """Mean lead of the published form in standard deviations of a file's forms."""
    null_keys: Rate | None
    """Share of null keys with a p-value of at most 5 %; null: not measured."""
    unscored: int
    """Files without a score of every form."""
    skipped: dict[str, int]
    run: dict[str, Any]

    @property
    def exit_code(self) -> ExitCode:
        """1 for a preference, 5 where a file was not scored, else 0."""
        if self.decision == "preferred":
            return ExitCode.FINDINGS
        is_whole = self.files and not self.unscored
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


@dataclass(frozen=True, slots=True)
class _Windows:
    """The windows of every form of the stamped files."""

    files: Sequence[StampedFile]
    key: str
    forms: int

    def prompts(self) -> Iterator[Prompt]:
        """Yield them in their order, with ids "PATH|FORM|WINDOW"."""
        for file in self.files:
            yield from form_prompts(file, self.key, self.forms)


def score_stamp(
    options: StampScoreOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> StampTest:
    """Score every form of every stamped file, and test the published ones.

    Raises:
        CodescanError: something is missing or wrong; scores so far are saved.
    """
    from codescan.models.loading.resolve import check_model

    require_libraries()
    stamp, files = _read_stamp(options.private)
    check_model(options.model, **options.model_options)
    if options.base_model is not None:
        check_model(options.base_model, **options.model_options)
    settings = {
        "kind": "stamp-score",
        "prompts": 2,
        "stamp_sha256": sha256_of(canonical_json(stamp).encode()),
        "null_keys": options.null_keys,
        "base_model": options.base_model,
    }
    key, forms = str(stamp["key"]), int(stamp["forms"])
    with RunStore(options.out) as store:
        windows = _Windows(files, key, forms)
        run, pieces = _scored(
            store, settings, options.model, options, windows, on_progress, on_message
        )
        table, skipped = _table(store, windows, pieces)
        if options.base_model is not None:
            with RunStore(options.out / _BASE) as base:
                base_run, pieces = _scored(
                    base, settings, options.base_model, options, windows, on_progress, on_message
                )
                base_table, base_skipped = _table(base, windows, pieces)
            run["base_model_identity"] = base_run["model_identity"]
            skipped += base_skipped
            table = {
                path: [
                    [own - other for own, other in zip(*pair, strict=True)]
                    for pair in zip(windows, base_table[path], strict=True)
                ]
                for path, windows in table.items()
                if path in base_table
            }
        test = _test(table, skipped, files, key, forms, options.null_keys, run)
        store.write(_RESULT, json.dumps(encode(test), indent=2, sort_keys=True) + "\n")
    return test


def _scored(
    store: RunStore,
    settings: Mapping[str, object],
    reference: str,
    options: StampScoreOptions,
    windows: _Windows,
    on_progress: OnProgress,
    on_message: OnMessage,
) -> tuple[dict[str, Any], Pieces]:
    """Store a model's score of every piece of the windows; the settings of the run."""
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
        pieces.distinct(windows.prompts()),
        model,
        lambda done, total: on_progress("Scoring forms", done, total),
    )
    return {**store.settings(), "settings_hash": hash_}, pieces


def _context(model: Model) -> int:
    """Most tokens that a model takes; 0 where it does not say."""
    length = model.describe().get("context_length")
    return length if isinstance(length, int) else 0


def _table(
    store: RunStore, windows: _Windows, pieces: Pieces
) -> tuple[dict[str, list[list[float]]], Counter[str]]:
    """Log-probabilities of the files that have all their scores, [windows, forms]; the skips."""
    scores: dict[str, list[list[float]]] = {
        file.path: [[math.nan] * windows.forms for _ in window_sites(file)]
        for file in windows.files
    }
    logprobs = {score.prompt_id: score.logprob for score in store.scores()}
    for window, logprob in pieces.sums(windows.prompts(), logprobs):
        path, form, place = window.rsplit("|", 2)
        scores[path][int(place)][int(form)] = logprob
    skipped = list(store.skipped())
    table = {
        path: rows
        for path, rows in scores.items()
        if rows and not any(map(math.isnan, chain.from_iterable(rows)))
    }
    return table, Counter(item.reason for item in skipped)


def _test(
    table: Mapping[str, Sequence[Sequence[float]]],
    skipped: Mapping[str, int],
    files: Sequence[StampedFile],
    key: str,
    forms: int,
    null_keys: int,
    run: dict[str, Any],
) -> StampTest:
    scored = [file for file in files if file.path in table]
    reasons = dict(sorted(skipped.items()))
    if not scored:
        return StampTest(1, "not-measured", None, 0, forms, None, None, len(files), reasons, run)
    rows = [windows_together(table[file.path], window_sites(file)) for file in scored]
    published = [published_form(file.path, key, forms) for file in scored]
    weights = [math.sqrt(file.sites.count) for file in scored]
    counts = preference(rows, published, weights)
    return StampTest(
        schema_version=1,
        decision="preferred" if counts.p_value < _SIGNIFICANT else "not-shown",
        p_value=counts.p_value,
        files=len(scored),
        forms=forms,
        mean_lead=round(counts.mean_lead, 6),
        null_keys=null_rate(rows, published, weights, keys=null_keys),
        unscored=len(files) - len(scored),
        skipped=reasons,
        run=run,
    )


def _read_stamp(private: Path) -> tuple[dict[str, Any], list[StampedFile]]:
    """The stamp and its files, checked against the commitment and their hashes."""
    content, commitment = (_read(private / name, LARGEST_STAMP) for name in (STAMP, COMMITMENT))
    try:
        stamp = json.loads(content)
        committed = json.loads(commitment)["stamp_sha256"]
        listed = {str(path): (str(one), str(two)) for path, (one, two) in stamp["files"].items()}
        key, forms = str(stamp["key"]), int(stamp["forms"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvidenceError(f"{private / STAMP} is damaged", "restore it from a copy") from error
    if sha256_of(content) != committed:
        raise EvidenceError(f"{private / STAMP} changed after it was written", _HINT)
    files = []
    for path, (digest, published) in listed.items():
        place = private / ORIGINALS / path
        if not place.resolve().is_relative_to(private.resolve()):
            raise EvidenceError(f"{private / STAMP} names a file outside {private}: {path}", _HINT)
        source = _read(place, LARGEST_FILE)
        if sha256_of(source) != digest:
            raise EvidenceError(f"{place} changed after it was stamped", "restore it from a copy")
        form = stamped_before(path, source.decode("utf-8", "replace"), key, forms)
        if isinstance(form, str) or sha256_of(form.published.encode()) != published:
            raise EvidenceError(
                f"{path} has other forms in this version", "use the version that stamped it"
            )
        files.append(form)
    return stamp, files


def _read(path: Path, limit: int) -> bytes:
    try:
        content = read_bounded(path, limit)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}", _HINT) from error
    if not isinstance(content, bytes):
        raise UsageError(f"{path} is not a file of a stamp", _HINT)
    return content
