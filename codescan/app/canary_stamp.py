# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Stamp a package, and test later whether a model prefers the published forms."""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.stored_scores import score_stored
from codescan.canaries.stamps.package_forms import (
    FORMS,
    StampedFile,
    form_prompts,
    published_form,
    stamp_file,
)
from codescan.canaries.training_data import training_files
from codescan.errors import EvidenceError, OutputError, UsageError
from codescan.protocols import Scorer
from codescan.runs import RunStore
from codescan.runs.files import PRIVATE_FOLDER, write_atomically
from codescan.runs.settings import canonical_json
from codescan.sources.regular_files import read_bounded
from codescan.stats.libraries import require_libraries
from codescan.stats.preferred_form import null_rate, preference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.protocols import Model
    from codescan.records import Prompt

__all__ = ["StampResult", "StampScoreOptions", "StampTest", "score_stamp", "stamp_package"]

_STAMP, _COMMITMENT, _ORIGINALS = "stamp.json", "commitment.json", "originals"
_RESULT = "stamp-score.json"
_LARGEST = 1 << 20
_LARGEST_STAMP = 64 << 20
_KEY_BYTES = 16
_SIGNIFICANT = 0.01
_HINT = "give the folder that `codescan canary stamp --private` wrote"


@dataclass(frozen=True, slots=True)
class StampResult:
    """What was stamped."""

    schema_version: int
    files: int
    """Files of the package; 0: nothing was stamped."""
    stamped: int
    bits: float
    """log2 of the number of forms of the package."""
    sites: dict[str, int]
    """Sites by kind."""
    unchanged: dict[str, int]
    """Files that stay as they are, by reason."""
    out: str
    private: str
    commitment_sha256: str

    def as_json(self) -> dict[str, Any]:
        """The result as JSON can hold it."""
        return asdict(self)


def stamp_package(
    package: Path, out: Path, private: Path, *, key: str | None = None, forms: int = FORMS
) -> StampResult:
    """Write the published form of a package, and keep the key and the originals private.

    Args:
        package: a folder.
        out: where the published form is written; not there yet.
        private: where key and originals are kept; not there yet.
        key: the secret of the stamp; None: a new random one.
        forms: forms of a file that a test will compare.

    Raises:
        UsageError: a place is in use, or the package is not a folder.
        OutputError: a file cannot be written.
    """
    if not package.is_dir():
        raise UsageError(f"{package} is not a folder", "give the folder of the package")
    for place, others in ((out, (package, private)), (private, (package, out))):
        if place.exists() or place.is_symlink():
            raise UsageError(f"{place} is there already", "choose another place")
        if any(place.resolve().is_relative_to(other.resolve()) for other in others):
            raise UsageError(f"{place} lies in another folder of the stamp", "choose other places")
    key = key or secrets.token_hex(_KEY_BYTES)
    partial = out.with_name(f".{out.name}.codescan-partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(private_partial := private.with_name(f".{private.name}.codescan-partial"), True)
    stamped: list[StampedFile] = []
    unchanged: dict[str, str] = {}
    try:
        for file in training_files(package):
            path = file.name.replace(os.sep, "/")
            target = partial / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file.path, target, follow_symlinks=False)
            form = _stamped(file.path, path, key, forms)
            if isinstance(form, str):
                unchanged[path] = form
                continue
            stamped.append(form)
            target.write_bytes(form.published.encode())
            original = private_partial / _ORIGINALS / file.name
            original.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            original.write_bytes(form.source.encode())
        digest = ""
        if stamped:
            digest = _keep(private_partial, key, forms, stamped)
            private_partial.rename(private)
            partial.rename(out)
    except OSError as error:
        raise OutputError(f"cannot write the stamp: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(private_partial, ignore_errors=True)
    return _stamp_result(stamped, unchanged, out, private, digest)


def _stamped(file: Path, path: str, key: str, forms: int) -> StampedFile | str:
    content = read_bounded(file, _LARGEST)
    if not isinstance(content, bytes):
        return "too-large"
    try:
        source = content.decode("utf-8")
    except UnicodeDecodeError:
        return "undecodable"
    is_plain = not source.startswith("\ufeff") and "coding" not in "".join(
        source.splitlines(keepends=True)[:2]
    )
    return stamp_file(path, source, key, forms) if is_plain else "declared-encoding"


def _keep(private: Path, key: str, forms: int, stamped: list[StampedFile]) -> str:
    """Write what a later test needs, and a hash of it that can be published."""
    stamp = canonical_json(
        {
            "schema_version": 1,
            "key": key,
            "forms": forms,
            "files": {
                f.path: [_sha256(t.encode()) for t in (f.source, f.published)] for f in stamped
            },
        }
    ).encode()
    private.chmod(PRIVATE_FOLDER)
    write_atomically(private / _STAMP, stamp)
    commitment = {"schema_version": 1, "stamp_sha256": _sha256(stamp), "files": len(stamped)}
    write_atomically(private / _COMMITMENT, canonical_json(commitment))
    return _sha256(stamp)


def _stamp_result(
    stamped: list[StampedFile], unchanged: dict[str, str], out: Path, private: Path, digest: str
) -> StampResult:
    sites: dict[str, int] = {}
    for file in stamped:
        for kind in file.sites.kinds:
            sites[kind] = sites.get(kind, 0) + 1
    reasons: dict[str, int] = {}
    for reason in unchanged.values():
        reasons[reason] = reasons.get(reason, 0) + 1
    return StampResult(
        schema_version=1,
        files=len(stamped) + len(unchanged),
        stamped=len(stamped),
        bits=round(sum(file.bits for file in stamped), 1),
        sites=dict(sorted(sites.items())),
        unchanged=dict(sorted(reasons.items())),
        out=str(out),
        private=str(private),
        commitment_sha256=digest,
    )


@dataclass(frozen=True, slots=True)
class StampScoreOptions:
    """What is tested.

    Args:
        private: folder of the stamp.
        model: reference of the model.
        out: run folder.
        null_keys: keys with which the false-positive rate is measured.
        model_options: options of the model's backend, by name.
    """

    private: Path
    model: str
    out: Path
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
    null_keys: dict[str, Any]
    """Share of null keys with a p-value of at most 5 %."""
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

    def as_json(self) -> dict[str, Any]:
        """The result as JSON can hold it."""
        return asdict(self)


def score_stamp(
    options: StampScoreOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> StampTest:
    """Score every form of every stamped file, and test the published ones.

    Raises:
        CodescanError: something is missing or wrong; scores so far are saved.
    """
    from codescan.models import load_model
    from codescan.models.loading.resolve import check_model

    require_libraries()
    stamp, files = _read_stamp(options.private)
    check_model(options.model, **options.model_options)
    key, forms = str(stamp["key"]), int(stamp["forms"])
    settings = {
        "kind": "stamp-score",
        "model": options.model,
        "stamp_sha256": _sha256(canonical_json(stamp).encode()),
        "null_keys": options.null_keys,
    }
    with RunStore(options.out) as store:
        store.check(settings)
        model: Model = load_model(options.model, **options.model_options, progress=on_message)
        hash_ = store.settle({**settings, "model_identity": model.describe()})
        if not isinstance(model, Scorer):
            raise UsageError(
                f"{options.model} gives no log-probabilities, and the test needs them",
                "use a local model, or a service that echoes log-probabilities",
            )
        score_stored(
            store,
            _prompts(files, key, forms),
            model,
            lambda done, total: on_progress("Scoring forms", done, total),
        )
        run = {**store.settings(), "settings_hash": hash_}
        test = _test(store, files, key, forms, options.null_keys, run)
        store.write(_RESULT, json.dumps(test.as_json(), indent=2, sort_keys=True) + "\n")
    return test


def _prompts(files: list[StampedFile], key: str, forms: int) -> Iterator[Prompt]:
    for file in files:
        yield from form_prompts(file, key, forms)


def _test(
    store: RunStore,
    files: list[StampedFile],
    key: str,
    forms: int,
    null_keys: int,
    run: dict[str, Any],
) -> StampTest:
    sums: dict[str, list[list[float]]] = {file.path: [[] for _ in range(forms)] for file in files}
    for score in store.scores():
        path, number, _window = score.prompt_id.rsplit("|", 2)
        sums[path][int(number)].append(score.logprob)
    skipped: dict[str, int] = {}
    lacking: set[str] = set()
    for item in store.skipped():
        skipped[item.reason] = skipped.get(item.reason, 0) + 1
        lacking.add(item.item.rsplit("|", 2)[0])
    scored = [f for f in files if sums[f.path][0] and f.path not in lacking]
    table = [[math.fsum(form) for form in sums[file.path]] for file in scored]
    published = [published_form(file.path, key, forms) for file in scored]
    weights = [math.sqrt(file.sites.count) for file in scored]
    if not scored:
        return StampTest(1, "not-measured", None, 0, forms, None, {}, len(files), skipped, run)
    found = preference(table, published, weights)
    decision = "preferred" if found.p_value < _SIGNIFICANT else "not-shown"
    return StampTest(
        schema_version=1,
        decision=decision,
        p_value=found.p_value,
        files=len(scored),
        forms=forms,
        mean_lead=round(found.mean_lead, 6),
        null_keys=null_rate(table, published, weights, keys=null_keys).as_json(),
        unscored=len(files) - len(scored),
        skipped=dict(sorted(skipped.items())),
        run=run,
    )


def _read_stamp(private: Path) -> tuple[dict[str, Any], list[StampedFile]]:
    """The stamp and its files, checked against the commitment and their hashes."""
    content, commitment = (_read(private / name, _LARGEST_STAMP) for name in (_STAMP, _COMMITMENT))
    try:
        stamp = json.loads(content)
        committed = json.loads(commitment)["stamp_sha256"]
        listed = {str(path): (str(one), str(two)) for path, (one, two) in stamp["files"].items()}
        key, forms = str(stamp["key"]), int(stamp["forms"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EvidenceError(f"{private / _STAMP} is damaged", "restore it from a copy") from error
    if _sha256(content) != committed:
        raise EvidenceError(f"{private / _STAMP} changed after it was written", _HINT)
    files = []
    for path, (digest, published) in listed.items():
        place = private / _ORIGINALS / path
        if not place.resolve().is_relative_to(private.resolve()):
            raise EvidenceError(f"{path} leads out of {private}", _HINT)
        source = _read(place, _LARGEST)
        if _sha256(source) != digest:
            raise EvidenceError(f"{place} changed after it was stamped", "restore it from a copy")
        form = stamp_file(path, source.decode("utf-8", "replace"), key, forms)
        if isinstance(form, str) or _sha256(form.published.encode()) != published:
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


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
