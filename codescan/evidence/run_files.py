# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The files of a run folder in a bundle: results, settings, scores, and hashes of inputs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.errors import UsageError
from codescan.records import Arm
from codescan.records.json_decode import decode_json
from codescan.records.json_encode import canonical_json
from codescan.records.json_form import encode
from codescan.runs import RunStore
from codescan.runs.store import DATABASE
from codescan.sources.regular_files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["RunFiles", "read_run"]

_SUFFIXES = (".json", ".jsonl", ".html", ".txt", ".md", ".csv")
_LARGEST = 256 << 20
_RESULTS = ("report.json", "canaries.json", "stamp-score.json", "mine.json", "lab.json")
"""Results that are read for rates and for the model, the first one that is there."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """A run as a bundle holds it."""

    name: str
    files: dict[str, bytes] = field(repr=False)
    """Content by file name."""
    result: dict[str, Any] = field(repr=False)
    """The run's main result."""
    settings: dict[str, object]
    inputs: dict[str, str]
    """SHA-256 of prompts, completions and scores as they are stored; names of inputs as keys."""
    prompts: int
    """Prompts of the target arm; 0 where the run has no database."""
    tries: int
    """Completions of prompts of the target arm."""

    @property
    def model(self) -> dict[str, Any]:
        """The run's statements on its model; empty if there are none."""
        run = self.result.get("run")
        stated = run if isinstance(run, dict) else {}
        places = (
            stated.get("model"),
            stated.get("model_identity"),
            self.result.get("model"),
            self.settings.get("model_identity"),
        )
        for place in places:
            if isinstance(place, dict):
                return place
        return {"name": place} if isinstance(place := self.settings.get("model"), str) else {}


def read_run(folder: Path) -> RunFiles:
    """Read a run folder.

    Raises:
        UsageError: the folder holds no result, or a file of it cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no run folder {folder}", "give the folder of a finished run")
    files: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in _SUFFIXES and not path.is_dir():
            content = _read(path)
            files[path.name] = content
    result = _result(files)
    if result is None:
        raise UsageError(
            f"{folder} holds no result ({', '.join(_RESULTS)})", "finish the run first"
        )
    settings, inputs, prompts, tries = _stored(folder, files)
    return RunFiles(folder.resolve().name, files, result, settings, inputs, prompts, tries)


def _read(path: Path) -> bytes:
    """A file of a run; one that cannot be bundled is never left out in silence."""
    try:
        content = read_bounded(path, _LARGEST)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}", "remove it from the run"
        ) from error
    if not isinstance(content, bytes):
        raise UsageError(f"{path} is too large for a bundle, or no file", "remove it from the run")
    return content


def _result(files: dict[str, bytes]) -> dict[str, Any] | None:
    for name in _RESULTS:
        if name in files:
            try:
                result = decode_json(files[name], dict[str, Any])
                canonical_json(result)  # a statement cannot hold NaN or infinity
            except (ValueError, RecursionError) as error:
                raise UsageError(
                    f"{name} of the run is damaged: {str(error)[:200]}", "run it again"
                ) from error
            return result
    return None


def _stored(
    folder: Path, files: dict[str, bytes]
) -> tuple[dict[str, object], dict[str, str], int, int]:
    """Settings, hashes and counts of the database; its settings and scores become files."""
    if not (folder / DATABASE).is_file():
        return {}, {}, 0, 0
    with RunStore(folder) as store:
        settings = store.settings()
        prompts = list(store.prompts())
        target = {prompt.id for prompt in prompts if prompt.arm is Arm.TARGET}
        completions = list(store.completions())
        scores = _lines(sorted(store.scores(), key=lambda score: score.prompt_id))
        inputs = {
            "prompts": _sha256(_lines(prompts)),
            "completions": _sha256(_lines(completions)),
            "scores": _sha256(scores),
        }
    files["settings.json"] = canonical_json(settings)
    files["stored-scores.jsonl"] = scores
    tries = sum(completion.prompt_id in target for completion in completions)
    return settings, inputs, len(target), tries


def _lines(records: Iterable[Any]) -> bytes:
    return b"".join(canonical_json(encode(record)) for record in records)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
