# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Wires an audit together: index, model, prompts, run folder; then shows the result."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codescan.app.audit_prompts import draw_prompts, iterative_strategies
from codescan.app.indexes import Matching, describe_index, identify_index, open_or_build_index
from codescan.app.settings import project_config, report_format
from codescan.app.versions import library_versions, version
from codescan.audits import service_drift
from codescan.audits.runner import AuditParts, retry_skipped, run_audit
from codescan.cli.console import Console
from codescan.cli.output import exit_code, render, show
from codescan.cli.report import REPORT_FILE
from codescan.errors import CodescanError, UsageError
from codescan.records.enums import FRAMES
from codescan.runs import RunStore, settings_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codescan.app.audit_options import AuditOptions
    from codescan.audits.measures.shuffled_index import Decoy
    from codescan.audits.planted_passages import Planted
    from codescan.index import Index
    from codescan.protocols import Model
    from codescan.records import Report

__all__ = ["run"]

_PLANTING = 1_000_003
"""Added to the seed, so that other files are planted than are asked for."""
_RUNS = Path("codescan-runs")
_HARMLESS = frozenset(
    {
        "batch_size", "base_url", "concurrency", "max_cost", "max_tokens_total", "price_in",
        "price_out", "requests_per_minute", "retries", "timeout",
    }
)  # fmt: skip
"""Options of a model that may change under a run without changing what it measures."""
_REPORTS = {"json": REPORT_FILE, "html": "report.html", "terminal": "report.txt"}
"""What every run folder ends with."""


def run(options: AuditOptions) -> int:
    """Do a whole audit; returns the exit code.

    Raises:
        CodescanError: something is missing or wrong; what was done so far is saved.
    """
    config = project_config(options.config_file)
    format_ = report_format(options.format_, config)
    console = Console(options.quiet)
    reference = options.model_reference
    with contextlib.closing(
        open_or_build_index(options.index_folder, options.corpus, config, console)
    ) as index:
        settings = {
            "model": reference if options.replayed_file is None else "replay",
            "model_options": {
                key: value for key, value in options.backend_options.items() if key not in _HARMLESS
            },
            "index": identify_index(index),
            "strategies": list(options.prompt_strategies),
            "strategy_options": options.strategy_options,
            "limit": options.prompt_limit,
            "frames": {name: FRAMES[name] for name in options.sampling_frames},
            "null_arm": options.null_arm,
            "decoy": _decoy_settings(options),
            "reference_model": options.reference_model,
            "priors": options.priors,
            "near_verbatim": options.near_verbatim,
            "sampling": dataclasses.asdict(options.sampling),
            "prompt_file": _fingerprint(options.prompt_file),
            "replay": _fingerprint(options.replayed_file),
        }
        out = options.out if options.out is not None else _default_folder(settings)
        report, paths = _run_in(out, options, reference, index, settings, console)
    show(report, format_, console)
    _show_paths(paths, format_, console)
    return exit_code(report, options.fail_on or config.fail_on or "none")


def _run_in(
    out: Path,
    options: AuditOptions,
    reference: str,
    index: Index,
    settings: dict[str, Any],
    console: Console,
) -> tuple[Report, list[Path]]:
    """Begin or continue the run in a folder; returns the report and where its forms are."""
    with RunStore(out) as store:
        store.check(settings)
        model = _load_model(reference, options, console)
        settings["model_identity"] = model.describe()
        hash_ = store.settle(settings)
        service_drift.recall(model, store)
        with _saying_what_is_kept(store, options):
            if options.retry_skipped:
                retry_skipped(store)
            report = _audit(options, model, index, store, settings, hash_, console)
            paths = [store.write(name, render(report, form)) for form, name in _REPORTS.items()]
    return report, paths


def _audit(
    options: AuditOptions,
    model: Model,
    index: Index,
    store: RunStore,
    settings: dict[str, Any],
    hash_: str,
    console: Console,
) -> Report:
    from codescan import pipeline

    matching = Matching.of(index)
    notes: dict[str, object] = {}
    parts = AuditParts(
        model=model,
        sampling=options.sampling,
        draw=lambda: draw_prompts(options, model, index, notes),
        notes=lambda: notes,
        iterative=iterative_strategies(options, model),
        elicit=pipeline.elicit,
        snippets_of=pipeline.snippets_of,
        scan=lambda snippets: pipeline.scan(
            snippets, index, matching.matchers, name_functions=True
        ),
        reference=_reference(options, console),
        priors=options.priors,
        near_verbatim=options.near_verbatim,
        decoy=_decoy(options, index),
        planted=_planted(options, index),
    )
    described: dict[str, object] = {
        "command": "audit",
        **{key: value for key, value in settings.items() if key not in {"index", "model_identity"}},
        "model": {"name": model.name, **model.describe()},
        "settings_hash": hash_,
        "command_line": _command(),
        "versions": library_versions(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with console.steps() as watch:
        report = run_audit(
            parts,
            store,
            tool={"name": "codescan", "version": version()},
            run=described,
            index=describe_index(index),
            watch=watch,
        )
    # What a service says of itself is known only now; several models or versions are drift.
    report.run["model"] = {"name": model.name, **model.describe()}
    return report


def _reference(options: AuditOptions, console: Console) -> Callable[[], Model] | None:
    """Loads the reference model when it is needed."""
    reference = options.reference_model
    return None if reference is None else lambda: _load_model(reference, options, console)


def _decoy(
    options: AuditOptions, index: Index
) -> Callable[[Path], contextlib.AbstractContextManager[Decoy | None]] | None:
    """What no answer can come from: an index of the user's, or this one's lines dealt anew."""
    given = options.decoy_index
    if given is not None:
        return lambda _run: _opened_decoy(given, index)
    if not options.decoy:
        return None
    from codescan.audits.measures.shuffled_index import dealt_decoy

    return lambda run: dealt_decoy(index, run, options.seed)


@contextlib.contextmanager
def _opened_decoy(folder: Path, index: Index) -> Iterator[Decoy]:
    from codescan import pipeline
    from codescan.audits.measures.shuffled_index import Decoy
    from codescan.index import Index as Opened

    with Opened.open(folder) as opened:
        matching = Matching.of(opened)
        yield Decoy(
            f"the index {opened.manifest.name}, which the model cannot have seen",
            len(opened),
            len(index),
            lambda snippets: pipeline.scan(snippets, opened, matching.matchers),
        )


def _planted(options: AuditOptions, index: Index) -> Callable[[], Iterator[Planted]] | None:
    """Passages of the index to test the matcher with; they depend on the index and seed only."""
    if not options.self_test:
        return None
    from codescan.audits.planted_passages import plant

    seed = options.seed + _PLANTING
    return lambda: plant(index.sample(len(index), seed), options.self_test, seed)


def _load_model(reference: str, options: AuditOptions, console: Console) -> Model:
    from codescan.models import load_model
    from codescan.models.loading.resolve import options as options_of

    given = options.backend_options
    console.say(f"load {reference} …")
    known = options_of(reference)
    if "progress" in known:
        given["progress"] = console.say
    if "decodings" in known:
        given["decodings"] = options.decodings
    return load_model(reference, **given)


def _fingerprint(file: Path | None) -> dict[str, object] | None:
    """Name and hash of an input file: a run is not continued with another one.

    Raises:
        UsageError: it cannot be read.
    """
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", "check the path") from error
    return {"name": file.name, "sha256": digest}


def _decoy_settings(options: AuditOptions) -> object:
    if options.decoy_index is None:
        return options.decoy
    from codescan.index import Index

    with Index.open(options.decoy_index) as opened:
        return identify_index(opened)


def _default_folder(settings: dict[str, Any]) -> Path:
    """The same settings give the same folder, so that the same command continues."""
    words = f"{Path(settings['model']).name}-{settings['index']['name']}"
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", words).strip("-.")[:80]
    return _RUNS / f"{slug}-{settings_hash(settings)[:8]}"


@contextlib.contextmanager
def _saying_what_is_kept(store: RunStore, options: AuditOptions) -> Iterator[None]:
    """Add to whatever ends the run early what is saved and how to go on."""
    try:
        yield
    except (KeyboardInterrupt, CodescanError) as end:
        counts = store.counts()
        if not counts["prompts"]:  # nothing is: the folder is removed again
            raise
        asked = counts["prompts"] * options.samples
        end.add_note(
            f"saved in {store.path}: {counts['prompts']:,} prompts, "
            f"{counts['completions']:,} of {asked:,} completions, {counts['scores']:,} scores"
        )
        end.add_note(f"continue with: {_command(store.path if options.out is None else None)}")
        raise


def _command(run: Path | None = None) -> str:
    """The command line as given; with the folder of a run that it is to continue."""
    arguments = list(click.get_current_context().find_root().obj or ("audit",))
    if run is not None:
        arguments += ["--out", str(run)]
    return shlex.join(["codescan", *arguments])


def _show_paths(paths: list[Path], format_: str, console: Console) -> None:
    """Where the reports are: part of the result for people, conversation beside a document."""
    line = f"reports: {', '.join(map(str, paths))}"
    if format_ == "terminal":
        from codescan.cli.console import printable

        console.result(printable(f"\n{line}"))
    else:
        console.say(line)
