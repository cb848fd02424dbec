# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Bundle the results of runs as signed evidence, and verify such bundles."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from codescan.app.code_identity import code_hash
from codescan.app.log_evidence import check_log_chain
from codescan.app.outcome import ExitCode
from codescan.app.versions import version
from codescan.errors import UsageError
from codescan.evidence.annexes import annex_of, annex_text
from codescan.evidence.bundle import STATEMENT, verify_bundle, write_bundle
from codescan.evidence.ml_bom import ml_bom
from codescan.evidence.model_card import ModelCard, ModelRelease, model_card
from codescan.evidence.run_files import read_run
from codescan.evidence.spdx_ai import spdx_ai
from codescan.log_audit.chain import CHAIN
from codescan.records.json_form import encode
from codescan.signatures.signing_keys import read_public_key, read_signing_key, require_signing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from codescan.evidence.run_files import RunFiles

_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}:[!-~]{1,2000}")

__all__ = ["BundleResult", "VerifiedBundle", "bundle_evidence", "verify_evidence"]


@dataclass(frozen=True, slots=True)
class BundleResult:
    """Contents of a bundle."""

    schema_version: int
    out: str
    runs: list[str]
    files: int
    rates: int
    """Measured rates in the annexes."""
    not_measured: list[str]
    key_id: str


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle that is unchanged since its signature."""

    schema_version: int
    key_id: str
    """Id of the signing key; "" if unsigned."""
    is_key_trusted: bool
    """Whether the caller named the key; otherwise the signer is unknown."""
    files: int
    predicate: dict[str, Any]
    """Models, indexes, inputs and code of the runs."""

    @property
    def exit_code(self) -> ExitCode:
        """5 if the bundle is unsigned, else 0."""
        return ExitCode.NOTHING_FOUND if self.key_id else ExitCode.UNCHECKED


def bundle_evidence(
    runs: Sequence[Path],
    out: Path,
    key: Path,
    *,
    without_safeguard: Path | None = None,
    with_safeguard: Path | None = None,
    model_supplier: str | None = None,
    model_download: str | None = None,
    model_released: datetime | None = None,
) -> BundleResult:
    """Write a signed bundle of the results of runs.

    Args:
        runs: finished run folders.
        out: folder of the bundle; must not exist.
        key: private key.
        without_safeguard: audit without a safeguard, to state what the safeguard changed.
        with_safeguard: the audit of the same prompts with it.
        model_supplier: organization or person that supplies the model of the runs.
        model_download: URL of its weights.
        model_released: time of its release, in UTC.

    Raises:
        CodescanError: something is missing or wrong.
    """
    require_signing()
    if (without_safeguard is None) != (with_safeguard is None):
        raise UsageError(
            "the effect of a safeguard needs two runs",
            "give both --without-safeguard and --with-safeguard",
        )
    signing_key = read_signing_key(key)
    folders = list(runs)
    for place, folder in enumerate(folders):
        if folder.resolve() in {other.resolve() for other in folders[:place]}:
            raise UsageError(f"the run {folder} is given twice", "give each run once")
    if without_safeguard is not None and with_safeguard is not None:
        known = {folder.resolve() for folder in folders}
        pair = (without_safeguard, with_safeguard)
        folders += [folder for folder in pair if folder.resolve() not in known]
    if not folders:
        raise UsageError("no run is given", "give the folders of finished runs")
    read = [read_run(folder) for folder in folders]
    safeguards = _safeguards(without_safeguard, with_safeguard)
    annex = annex_of(read, safeguards)
    cards = _released(model_card(read), model_supplier, model_download, model_released)
    files = {
        f"runs/{number}-{run.name}/{name}": content
        for number, run in enumerate(read, start=1)
        for name, content in run.files.items()
    }
    files |= {
        "annexes.json": _json(encode(annex)),
        "annexes.md": annex_text(annex).encode(),
        "ml-bom.cdx.json": ml_bom(cards, version()).encode(),
    }
    if find_spec("spdx_python_model") is not None:
        files["ai.spdx3.json"] = spdx_ai(cards, version()).encode()
    write_bundle(out, files, _predicate(read), signing_key)
    return BundleResult(
        schema_version=1,
        out=str(out),
        runs=[run.name for run in read],
        files=len(files) + 1,
        rates=len(annex.likelihood),
        not_measured=annex.not_measured,
        key_id=signing_key.public.key_id,
    )


def _released(
    cards: list[ModelCard],
    supplier: str | None,
    download: str | None,
    released: datetime | None,
) -> list[ModelCard]:
    """The cards with the stated facts of the model's release."""
    if not supplier and not download and released is None:
        return cards
    if not supplier or not download or released is None:
        raise UsageError(
            "the release of a model is incomplete",
            "give --model-supplier, --model-download and --model-released together",
        )
    if not _URL.fullmatch(download):
        raise UsageError(f"--model-download {download!r} is not a URL", "give https://...")
    if len(cards) != 1:
        raise UsageError(
            f"the runs audit {len(cards)} models, but the release describes one",
            "bundle the runs of each model separately",
        )
    release = ModelRelease(supplier, download, released.replace(tzinfo=UTC))
    return [replace(cards[0], release=release)]


def verify_evidence(bundle: Path, public_key: Path | None = None) -> VerifiedBundle:
    """Check every byte of a bundle, or of the results of an audit of logs.

    Unsigned results have a hash chain, which is checked if no key is given.

    Raises:
        EvidenceError: a file changed, is missing, was added, or the signature is wrong.
        UsageError: the bundle or the key is missing.
        MissingExtraError: the extra `evidence` is not installed.
    """
    is_signed = (bundle / STATEMENT).exists()
    checked = check_log_chain(bundle) if (bundle / CHAIN).exists() else 0
    if checked and not is_signed and public_key is None:
        return VerifiedBundle(1, "", is_key_trusted=False, files=checked + 1, predicate={})
    require_signing()
    key = read_public_key(public_key) if public_key is not None else None
    verified = verify_bundle(bundle, key)
    return VerifiedBundle(schema_version=1, is_key_trusted=key is not None, **verified)


def _safeguards(before: Path | None, after: Path | None) -> list[dict[str, Any]]:
    if before is None or after is None:
        return []
    from codescan.app.compare import compare_safeguards

    return [encode(compare_safeguards(before, after))]


def _predicate(runs: Sequence[RunFiles]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "code": {"name": "codescan", "version": version(), "sha256": code_hash()},
        "runs": [
            {
                "name": run.name,
                "model": encode(run.model),
                "index": encode(_index(run)),
                "inputs_sha256": run.inputs,
                "settings_sha256": hashlib.sha256(_json(run.settings)).hexdigest(),
            }
            for run in runs
        ],
    }


def _index(run: RunFiles) -> object:
    """Identity of the index, with its digest; None if the run has no index."""
    return run.result.get("index") or run.settings.get("index")


def _json(value: object) -> bytes:
    text = json.dumps(value, indent=2, sort_keys=True, default=str, allow_nan=True)
    return text.encode() + b"\n"
