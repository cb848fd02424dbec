# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Plant canaries in a copy of training data."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.canaries import manifest
from codescan.canaries.drawing import FAMILIES, LEVELS, PER_LEVEL, TWINS, draw_canaries
from codescan.canaries.placements import list_documents, place_canaries
from codescan.canaries.planting import plant
from codescan.canaries.training_data import left_out
from codescan.errors import OutputError, UsageError
from codescan.records.skip_reasons import is_unchecked_reason
from codescan.signatures.signing_keys import create_key_files, read_signing_key, require_signing
from codescan.tasks.unfinished import remove_unfinished, scratch_folder

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.canaries.canary import CanarySet
    from codescan.canaries.placements import DocumentList
    from codescan.signatures.signing_keys import SigningKey

__all__ = ["PlantOptions", "PlantResult", "plant_canaries"]

_KEY = "signing-key.pem"
_SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class PlantOptions:
    """Options of `codescan canaries plant`.

    Args:
        data: folder or file of rows.
        out: the copy with canaries; must not exist.
        folder: folder of the manifest; None: `out` with ".canaries" added.
        seed: seed of the set; None: a new random one.
        families: families of canaries.
        levels: numbers of copies.
        per_level: canaries of each family at each level.
        twins: held-out canaries of each family.
        text_field: text field of rows; "" for the usual ones.
        max_share: maximum share of the data that canaries may add, by bytes.
        key: private key that signs the manifest; None: a new one in the folder of the manifest.
        sign: whether to sign the manifest.
    """

    data: Path
    out: Path
    folder: Path | None = None
    seed: str | None = None
    families: tuple[str, ...] = FAMILIES
    levels: tuple[int, ...] = LEVELS
    per_level: int = PER_LEVEL
    twins: int = TWINS
    text_field: str = ""
    max_share: float = 0.1
    key: Path | None = None
    sign: bool = True


@dataclass(frozen=True, slots=True)
class PlantResult:
    """Summary of the planted canaries."""

    schema_version: int
    documents: int
    """Documents of the data; 0 if nothing was planted."""
    planted: int
    copies: int
    inserted: int
    """Copies inside documents of the data."""
    added: int
    """Copies added as separate documents."""
    held_out: int
    rows_without_text: int
    left_out: dict[str, int]
    """Links, pipes and folders that were not copied, by reason."""
    share: float | None
    """Added bytes as a share of the bytes of the data."""
    out: str
    canaries: str
    manifest_sha256: str
    planted_sha256: str
    key_id: str | None
    """Id of the signing key; null if unsigned."""

    @property
    def exit_code(self) -> ExitCode:
        """5 if there was no document or some data was not copied, else 0."""
        is_whole = self.documents and not any(map(is_unchecked_reason, self.left_out))
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


def plant_canaries(
    options: PlantOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> PlantResult:
    """Draw canaries, commit to them, and write a copy of the data with the canaries.

    Repeat the call to resume a stopped run: it uses the committed canaries.

    Raises:
        CodescanError: something is missing or wrong; no file of the data is changed.
    """
    if options.sign:
        require_signing()
    data, out = options.data, options.out
    folder = options.folder or out.with_name(f"{out.name}.canaries")
    _check_places(data, out, folder)
    listed = list_documents(
        data, options.text_field, lambda done: on_progress("Reading data", done, None)
    )
    if not listed.documents:
        return _nothing(options, folder)
    canaries = _drawn(options, folder, on_message)
    _check_share(canaries, listed, options.max_share)
    key = _key(options, folder, on_message)
    digest = manifest.commit(folder, canaries, key)
    placements = place_canaries(canaries, listed)
    try:
        with scratch_folder(out.parent) as scratch:
            planted = plant(
                data,
                scratch / out.name,
                canaries,
                placements,
                text_field=options.text_field,
                on_file=lambda done: on_progress("Writing data", done, len(listed.files)),
            )
            manifest.write_places(folder, planted)
            if key is not None:
                manifest.sign_set(folder, key)
            (scratch / out.name).rename(out)
    except OSError as error:
        raise OutputError(
            f"cannot write {out}: {error.strerror or error}",
            "check the free space and the permissions of the folder",
        ) from error
    added = sum(place.document.startswith("added:") for place in planted.placements)
    return PlantResult(
        schema_version=1,
        documents=len(listed.documents),
        planted=len(canaries.planted),
        copies=len(planted.placements),
        inserted=len(planted.placements) - added,
        added=added,
        held_out=len(canaries.entries) - len(canaries.planted),
        rows_without_text=listed.unread_rows,
        left_out=_left_out(data),
        share=(planted.bytes_after - planted.bytes_before) / max(1, planted.bytes_before),
        out=str(out),
        canaries=str(folder),
        manifest_sha256=digest,
        planted_sha256=planted.planted_sha256,
        key_id=key.public.key_id if key is not None else None,
    )


def _check_places(data: Path, out: Path, folder: Path) -> None:
    """Check that nothing is overwritten and that no output lies inside an input."""
    if out.exists() or out.is_symlink():
        remove_unfinished(out.parent)  # of a run that was killed as it named its result
        raise UsageError(f"{out} already exists", "choose another path with --out")
    for place in (out, folder):
        for outer in (data, out):
            if place != outer and place.resolve().is_relative_to(outer.resolve()):
                raise UsageError(
                    f"{place} lies in {outer}", "choose a place outside of the training data"
                )
    if out.resolve() == folder.resolve():
        raise UsageError("--out cannot be the folder of the manifest", "give another one")


def _drawn(options: PlantOptions, folder: Path, on_message: OnMessage) -> CanarySet:
    """The set committed in the folder, or a new one."""
    earlier_set = manifest.read_set(folder) if (folder / manifest.MANIFEST).exists() else None
    seed = options.seed
    if seed is None:
        seed = earlier_set.seed if earlier_set is not None else secrets.token_hex(_SEED_BYTES)
    canaries = draw_canaries(
        seed,
        families=options.families,
        levels=options.levels,
        per_level=options.per_level,
        twins=options.twins,
    )
    if earlier_set is not None and earlier_set != canaries:
        raise UsageError(
            f"{folder} holds another set of canaries",
            "give the options that it was made with, or another folder with --canaries",
        )
    if earlier_set is not None:
        on_message(f"using the canaries of {folder}")
    return canaries


def _check_share(canaries: CanarySet, listed: DocumentList, max_share: float) -> None:
    added = sum(entry.copies * (len(entry.canary.text) + 2) for entry in canaries.planted)
    if not added <= max_share * listed.bytes:  # also for NaN
        raise UsageError(
            f"{canaries.copies:,} copies add {added:,} bytes to {listed.bytes:,} bytes of data, "
            f"above the maximum share of {max_share:g}",
            "plant fewer with --copy-counts 1,4,16 or --per-copy-count, or raise --max-share",
        )


def _key(options: PlantOptions, folder: Path, on_message: OnMessage) -> SigningKey | None:
    if not options.sign:
        return None
    path = options.key or folder / _KEY
    if options.key is not None or path.exists():
        return read_signing_key(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    on_message(f"signing with a new key: {path}")
    return create_key_files(path)


def _left_out(data: Path) -> dict[str, int]:
    return dict(sorted(Counter(item.reason for item in left_out(data)).items()))


def _nothing(options: PlantOptions, folder: Path) -> PlantResult:
    return PlantResult(
        schema_version=1, documents=0, planted=0, copies=0, inserted=0, added=0, held_out=0,
        rows_without_text=0, left_out=_left_out(options.data), share=None, out=str(options.out),
        canaries=str(folder), manifest_sha256="", planted_sha256="", key_id=None,
    )  # fmt: skip
