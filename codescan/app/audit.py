# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Audit a model: combine index, model, prompts and run folder, then write the reports."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from codescan.app.audit_plan import check_options, options_for
from codescan.app.audit_prompts import plan_prompts
from codescan.app.indexes import identify_index, open_or_build_index
from codescan.app.origin_texts import verify_on_texts
from codescan.app.outcome import ExitCode, allowed_kinds, exit_code
from codescan.app.private_audit import check_private_options, with_private_data
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.reports import REPORT_FILE, render
from codescan.app.stale_index import described_with_age
from codescan.app.training_copies import count_copies, digest_of_copies
from codescan.app.versions import library_versions, version
from codescan.audits import service_drift
from codescan.audits.parts import AuditParts, ModelReference
from codescan.audits.runner import retry_skipped, run_audit
from codescan.errors import CodescanError, UsageError
from codescan.matchers.matching import Matching
from codescan.records import Coverage, Skipped
from codescan.records.enums import FRAMES
from codescan.records.json_form import encode
from codescan.reports.audit_sentences import audit_sentences
from codescan.runs import RunStore, settings_hash
from codescan.text.redaction import without_url_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.app.audit_options import AuditOptions
    from codescan.index import Index
    from codescan.protocols import Model
    from codescan.records import Report

__all__ = ["AuditResult", "audit"]

_RUNS = Path("codescan-runs")
_UNMEASURED_OPTIONS = frozenset(
    {
        "batch_size", "base_url", "concurrency", "max_cost", "max_tokens_total", "price_in",
        "price_out", "requests_per_minute", "retries", "timeout",
    }
)  # fmt: skip
"""Options of a model that may change during a run, because they do not change its results."""
_REPORTS = {"json": REPORT_FILE, "html": "report.html", "terminal": "report.txt"}
"""Reports of every run folder, by format."""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The report of an audit, its files, and the exit code."""

    report: Report
    report_paths: tuple[Path, ...]
    exit_code: ExitCode


def audit(
    options: AuditOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> AuditResult:
    """Prompt a model, match its completions against an index, and report the findings.

    Args:
        options: options of the audit.
        on_progress: progress callback.
        on_message: called with a line of text before each slow step.

    Raises:
        CodescanError: something is missing or wrong; results so far are saved.
    """
    reference = options.model_reference
    allowed_kinds(options.allow_unchecked)
    check_options(options)
    check_private_options(options)
    with contextlib.closing(
        open_or_build_index(
            options.index_folder, options.corpus_name, options.config, on_progress, on_message
        )
    ) as index:
        if options.verify:
            verify_on_texts(index)
        settings = _settings(options, index)
        out = options.out if options.out is not None else _default_folder(settings)
        with RunStore(out) as store:
            store.check(settings)
            model = _load_model(reference, options, on_message)
            hash_ = store.settle({**settings, "model_identity": model.describe()})
            service_drift.recall(model, store)
            with _noting_saved_work(store, options):
                if options.retry_skipped:
                    retry_skipped(store)
                parts = _parts(options, model, index, on_message)
                report = _report(options, parts, store, {**settings, "settings_hash": hash_}, index,
                                 on_progress, on_message)  # fmt: skip
                report, has_leaked = with_private_data(report, options, store, index, on_progress)
                paths = tuple(
                    store.write(name, render(report, format_)) for format_, name in _REPORTS.items()
                )
    if not report.statistics.get("prompts"):
        on_message(
            "the log holds no completion that was read: see docs/log-formats.md"
            if options.replayed_file
            else "no prompt could be drawn: try other strategies with --strategy, a larger corpus, "
            "or --prompt-file"
        )
    fail_on = options.fail_on or options.config.fail_on or "none"
    code = ExitCode.FINDINGS if has_leaked else exit_code(report, fail_on)
    return AuditResult(report, paths, code)


def _settings(options: AuditOptions, index: Index) -> Mapping[str, object]:
    """The settings that must not change when a run is resumed."""
    return {
        "model": options.model_reference if options.replayed_file is None else "replay",
        "model_options": {
            key: value
            for key, value in options.backend_options.items()
            if key not in _UNMEASURED_OPTIONS
        },
        "index": identify_index(index),
        "strategies": list(options.prompt_strategies),
        "strategy_options": options.options_by_strategy,
        "limit": options.prompt_limit,
        "frames": {name: FRAMES[name] for name in options.sampling_frames},
        "null_arm": options.null_arm,
        "shuffled_index": _shuffled_index_settings(options),
        "reference_model": options.reference_model,
        "prior_prompts": options.prior_prompts,
        "near_verbatim": options.near_verbatim,
        "sampling": structs.asdict(options.sampling),
        "prompt_file": _fingerprint(options.prompt_file),
        "replay": _fingerprint(options.replayed_file),
        **_training_copies(options),
    }


def _parts(options: AuditOptions, model: Model, index: Index, on_message: OnMessage) -> AuditParts:
    reference = options.reference_model
    return AuditParts(
        model=model,
        sampling=options.sampling,
        prompts=plan_prompts(options, model, index),
        matching=Matching.of(index),
        seed=options.seed,
        reference=(
            None
            if reference is None
            else ModelReference(reference, _model_options(reference, options, on_message))
        ),
        prior_prompts=options.prior_prompts,
        near_verbatim=options.near_verbatim,
        shuffled_index=options.shuffled_index,
        unrelated_index=options.unrelated_index,
        self_test=options.self_test,
    )


def _report(
    options: AuditOptions,
    parts: AuditParts,
    store: RunStore,
    settings: Mapping[str, object],
    index: Index,
    on_progress: OnProgress,
    on_message: OnMessage,
) -> Report:
    model = parts.model
    run: dict[str, object] = {
        "command": "audit",
        **{key: value for key, value in settings.items() if key != "index"},
        "model": {"name": model.name, **model.describe()},
        "command_line": without_url_secrets(shlex.join(("codescan", *options.command_line))),
        "versions": library_versions(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    report = run_audit(
        parts,
        store,
        tool={"name": "codescan", "version": version()},
        run=run,
        index=described_with_age(index),
        watch=on_progress,
        on_message=on_message,
    )
    if options.samples == 0:
        if getattr(model, "tokenizer", None) is None:
            on_message("the tokens of a service are known with --model-option tokenizer=FOLDER")
        return _scored_report(options, model, report, store)
    unanswered = [Skipped("", "elicit", "no-completion")] * store.count_unanswered()
    blank = [Skipped("", "read", "empty")] * (store.counts()["completions"] - store.count_texts())
    coverage = Coverage.of(
        store.count_texts(),
        (*report.skipped, *unanswered, *blank),
        allowed=allowed_kinds(options.allow_unchecked),
    )
    return _described(report, model, coverage)


def _scored_report(options: AuditOptions, model: Model, report: Report, store: RunStore) -> Report:
    """The report of a run that only scores; its coverage counts scored prompts."""
    scored = sum(store.score_of(prompt.id) is not None for prompt in store.prompts())
    missing = store.counts()["prompts"] - scored
    coverage = Coverage.of(
        scored,
        (*report.skipped, *[Skipped("", "elicit", "not-scored")] * missing),
        allowed=allowed_kinds(options.allow_unchecked),
    )
    return _described(report, model, coverage)


def _described(report: Report, model: Model, coverage: Coverage) -> Report:
    """The report with its coverage, the model's description and its sentences."""
    # A service describes itself in its responses only; several models or versions are drift.
    report = structs.replace(
        report,
        run={**report.run, "model": {"name": model.name, **model.describe()}},
        statistics={**report.statistics, "coverage": encode(coverage)},
    )
    return structs.replace(
        report, statistics={"summary": audit_sentences(report), **report.statistics}
    )


def _load_model(reference: str, options: AuditOptions, on_message: OnMessage) -> Model:
    from codescan.models import load_model

    on_message(f"load {reference} …")
    return load_model(reference, **_model_options(reference, options, on_message))


def _model_options(
    reference: str, options: AuditOptions, on_message: OnMessage
) -> dict[str, object]:
    """The options of the backend of a model, audited or reference."""
    from codescan.models.loading.resolve import options as options_of

    offered: dict[str, object] = {"progress": on_message, "decodings": options.decodings}
    accepted = {key: offered[key] for key in options_of(reference) if key in offered}
    is_audited = reference == options.model_reference
    pairs = options.backend_options if is_audited else options_for(reference, options)
    return {**pairs, **accepted}


def _fingerprint(file: Path | None) -> dict[str, object] | None:
    """Name and hash of an input file, so that a run is not resumed with a different file.

    Raises:
        UsageError: the file cannot be read.
    """
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", "check the path") from error
    return {"name": file.name, "sha256": digest}


def _training_copies(options: AuditOptions) -> dict[str, object]:
    data = options.training_data
    return {} if data is None else {"training_copies": digest_of_copies(count_copies(data))}


def _shuffled_index_settings(options: AuditOptions) -> object:
    if options.unrelated_index is None:
        return options.shuffled_index
    from codescan.index import Index

    with Index.open(options.unrelated_index) as opened:
        return identify_index(opened)


def _default_folder(settings: Mapping[str, object]) -> Path:
    """The default run folder; the same settings give the same folder, so a command can resume."""
    index = settings["index"]
    corpus = index.get("name", "") if isinstance(index, dict) else ""
    words = f"{Path(str(settings['model'])).name}-{corpus}"
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", words).strip("-.")[:80]
    return _RUNS / f"{slug}-{settings_hash(settings)[:8]}"


@contextlib.contextmanager
def _noting_saved_work(store: RunStore, options: AuditOptions) -> Iterator[None]:
    """Add the saved results and how to resume to an error or interrupt."""
    try:
        yield
    except (KeyboardInterrupt, CodescanError) as end:
        counts = store.counts()
        if not counts["prompts"]:  # nothing is: the folder is removed again
            raise
        total = counts["prompts"] * options.samples
        end.add_note(
            f"saved in {store.path}: {counts['prompts']:,} prompts, "
            f"{counts['completions']:,} of {total:,} completions, {counts['scores']:,} scores"
        )
        out = () if options.out is not None else ("--out", str(store.path))
        command = shlex.join(("codescan", *options.command_line, *out))
        end.add_note(f"continue with: {without_url_secrets(command)}")
        raise
