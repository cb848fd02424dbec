# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Train small models on known text and compare every estimate with the truth."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.saved_work import noting_saved_work
from codescan.errors import SourceError, UsageError
from codescan.records.json_form import encode
from codescan.runs import write_atomically
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from codescan.lab.results import LabResult

__all__ = ["LabOutcome", "lab", "lab_text"]

_RUNS = Path("codescan-lab")
_SETTINGS = "settings.json"


@dataclass(frozen=True, slots=True)
class LabOutcome:
    """A finished lab run."""

    result: LabResult
    folder: Path
    exit_code: ExitCode


def lab(
    size_name: str = "ci",
    *,
    out: Path | None = None,
    seed: int = 0,
    repeat: int = 1,
    with_defenses: bool = False,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> LabOutcome:
    """Run the lab for several seeds and pool the coverage of their intervals.

    Finished steps in the folder are not repeated, so a killed run resumes, and a larger `repeat`
    adds seeds.

    Args:
        size_name: ci, cpu or gpu.
        out: folder of the run.
        seed: of the first run.
        repeat: number of seeds.
        with_defenses: train and measure each defense, too.
        on_progress: progress callback.
        on_message: called with lines of text.

    Raises:
        UsageError: the folder holds a run of another size.
        SourceError: the corpus is not available, or is not that of the size.
        MissingExtraError: a library is not installed.
    """
    from codescan.lab.corpus_texts import corpus_digest, corpus_files
    from codescan.lab.experiment import DRAWS
    from codescan.lab.runner import run_seed
    from codescan.lab.sizes import size_named
    from codescan.lab.summary import result_of
    from codescan.membership.blind_baseline import require_classifier
    from codescan.models.loading.load import pick_device
    from codescan.models.loading.load import require_libraries as require_models
    from codescan.reports.lab_page import lab_page

    require_libraries()
    require_classifier()
    require_models()
    size = size_named(size_name)
    pick_device(size.device)
    folder = out or _RUNS / size.name
    settings = {"command": "lab", "draws": DRAWS, **asdict(size)}
    _settle(folder, settings)
    on_message(f"read the corpus {size.corpus} …")
    files = corpus_files(size.corpus)
    digest = corpus_digest(files)
    if size.corpus_sha256 and digest != size.corpus_sha256:
        raise SourceError(
            f"the text of the corpus {size.corpus} is not the expected one "
            f"({digest[:16]} instead of {size.corpus_sha256[:16]})",
            "the index offers other files for the same versions; use another index",
        )
    results = []
    for number in range(seed, seed + repeat):
        if repeat > 1:
            on_message(f"seed {number}")
        with noting_saved_work(folder):
            own = run_seed(
                size,
                number,
                folder / f"seed-{number:04d}",
                files,
                digest,
                on_progress,
                with_defenses=with_defenses,
            )
        results.append(own)
    result = result_of(size.name, settings, results)
    held = encode(result)
    write_atomically(folder / "report.json", json.dumps(held, ensure_ascii=False) + "\n")
    write_atomically(folder / "report.html", lab_page(held))
    return LabOutcome(result, folder, ExitCode.NOTHING_FOUND)


def _settle(folder: Path, settings: dict[str, Any]) -> None:
    """Create the folder, or check that its run has the same settings."""
    path = folder / _SETTINGS
    text = json.dumps(settings, indent=1) + "\n"
    if path.is_file():
        if path.read_text("utf-8") != text:
            raise UsageError(
                f"{folder} holds a lab run with other settings",
                "give another folder with --out",
            )
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} holds other files and is not a lab run", "give an empty or new folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text)


def lab_text(result: LabResult) -> str:
    """The result for a terminal."""
    from codescan.reports.lab_text import lab_text as render

    return render(encode(result))
