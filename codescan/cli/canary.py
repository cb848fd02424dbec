# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan canary`: random texts in training data, to measure what a model memorizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.cli.backend_options import backend_options, named_backend
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable

__all__ = ["canary"]

_PLANT_FIRST_PAGE = (
    "out", "folder", "families", "levels", "twins", "seed", "text_field", "key", "format_", "quiet",
)  # fmt: skip
_PLANT_SECTIONS = {"Amount": ("per_level", "max_share"), "Signature": ("sign",)}

_folder_argument = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), metavar="CANARIES"
)


def _levels(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[int, ...] | None:
    """Numbers of copies, separated by commas."""
    try:
        return None if value is None else tuple(int(part) for part in value.split(","))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a list of numbers such as 1,4,16") from error


@click.group(no_args_is_help=True)
def canary() -> None:
    """Plant canaries in training data, check the pipeline, and score a model trained on it."""


@canary.command(cls=PagedCommand, first_page=_PLANT_FIRST_PAGE, sections=_PLANT_SECTIONS)
@click.argument("data", type=click.Path(path_type=Path), metavar="DATA")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where to write the data with canaries.",
)
@click.option(
    "--canaries",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to write commitment, manifest and signature. Keep it out of the training data.  "
    "[default: --out with .canaries added]",
)
@click.option(
    "--family",
    "families",
    type=options.PluginName("canaries"),
    multiple=True,
    help="Family of canaries; repeat for several.  [default: all]",
)
@click.option(
    "--copy-counts",
    "levels",
    callback=_levels,
    metavar="N,N,...",
    help="Numbers of copies to plant.  [default: 1,2,4,8,16,32,64,128,256]",
)
@click.option(
    "--per-copy-count",
    "per_level",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Number of canaries per family and number of copies.",
)
@click.option(
    "--twins",
    type=click.IntRange(min=99),
    default=1000,
    show_default=True,
    metavar="N",
    help="Minimum number of held-out canaries per family.",
)
@click.option(
    "--seed",
    metavar="TEXT",
    help="Secret seed of the canaries. The same seed and data give the same output.  "
    "[default: random]",
)
@click.option(
    "--text-column",
    "text_field",
    default="",
    metavar="NAME",
    help="Column of a row with its text.  [default: content, text, code, body or source]",
)
@click.option(
    "--max-share",
    type=options.FiniteRange(min=0.0),
    default=0.1,
    show_default=True,
    metavar="SHARE",
    help="Refuse to add more than this share of the data, by bytes.",
)
@click.option(
    "--signing-key",
    "key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Private key that signs the manifest.  [default: a new key beside the manifest]",
)
@click.option("--sign/--no-sign", default=True, show_default=True, help="Sign the manifest.")
@options.format_option
@options.quiet_option
def plant(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Write a copy of DATA with canaries in it.

    DATA is a folder, or a file of JSON Lines with a row for each document. Python documents take
    canaries between top-level statements and mean the same as before. Where there are too few,
    new documents are added. The commitment is written before the data.
    """
    from codescan.app.canary_plant import PlantOptions, plant_canaries
    from codescan.cli.canary_text import planted_text

    console = Console(quiet)
    named = {name: value for name, value in parameters.items() if value not in (None, ())}
    with console.steps() as on_progress:
        result = plant_canaries(PlantOptions(**named), on_progress, console.say)
    if format_ == "json":
        console.json(result)
    else:
        console.result(printable(planted_text(result)))
    return result.exit_code


@canary.command()
@click.argument("data", type=click.Path(path_type=Path), metavar="DATA")
@click.option(
    "--canaries",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder with the manifest.",
)
@click.option(
    "--tokenizer",
    metavar="FOLDER",
    help="Folder with the model's tokenizer. Rows of tokens need it.",
)
@click.option(
    "--context",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Length of a training row in tokens; longer canaries are reported.",
)
@click.option(
    "--text-column",
    "text_field",
    default="",
    metavar="NAME",
    help="Column of a row with its text.",
)
@click.option(
    "--public-key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Public key whose signature the manifest must have.",
)
@options.format_option
@options.quiet_option
def verify(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Check that canaries survived a training pipeline and receive loss.

    DATA is the output of the pipeline: a folder, or JSON Lines or Parquet with texts, or with
    rows of `input_ids` and `labels` or a loss mask. Exits with 1 if a canary lost copies or
    receives no loss, or if a held-out canary is in the data.
    """
    from codescan.app.canary_verify import verify_canaries
    from codescan.cli.canary_text import survival_text

    console = Console(quiet)
    with console.steps() as on_progress:
        result = verify_canaries(**parameters, on_progress=on_progress)
    if format_ == "json":
        console.json(result)
    else:
        console.result(printable(survival_text(result)))
    return result.exit_code


@canary.command()
@_folder_argument
@backend_options
@options.run_folder_option
@click.option(
    "--fresh-secrets",
    "sampled",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Number of fresh secrets per planted canary, for exposure by sampling.",
)
@click.option(
    "--delta",
    metavar="DELTA",
    type=options.FiniteRange(min=0.0, max=1.0, max_open=True),
    default=1e-5,
    show_default=True,
    help="Delta of the privacy guarantee that is audited.",
)
@options.format_option
@options.quiet_option
def score(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Score the canaries of a folder under a model.

    Gives exposure against held-out twins and its slope over log2 of the copies, extraction, TPR
    at 1 % FPR, and a lower bound on epsilon. Exits with 1 if the lower bound of the slope is
    above 0. Without log-probabilities of the model, it requests completions and measures
    extraction only.
    """
    from codescan.app.canary_score import ScoreOptions, score_canaries
    from codescan.cli.canary_text import scored_text

    console = Console(quiet)
    model_options = named_backend(parameters)
    with console.steps() as on_progress:
        scored = score_canaries(
            ScoreOptions(**parameters, model_options=model_options), on_progress, console.say
        )
    if format_ == "json":
        console.json(scored.result)
    else:
        console.result(printable(scored_text(scored.result)))
    return scored.exit_code


@canary.command()
@click.argument("package", type=click.Path(path_type=Path), metavar="PACKAGE")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to write the form to publish.",
)
@click.option(
    "--private-folder",
    "private",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to keep the key and the originals. Never publish it.",
)
@click.option(
    "--stamp-key", "key", metavar="TEXT", help="Secret that chooses the forms.  [default: random]"
)
@options.format_option
@options.quiet_option
def stamp(
    *, package: Path, out: Path, private: Path, key: str | None, format_: str, quiet: bool
) -> int:
    """Write PACKAGE in one of many equivalent forms.

    Python files differ in local names, quotes, order of imports and of independent functions;
    JavaScript files in quotes and order of imported names. The key keeps the other forms private.
    `codescan canary stamp-score` tests later whether a model prefers the published form. Publish
    only the stamped form: the test is weaker where the originals are public.
    """
    from codescan.app.canary_stamp import stamp_package
    from codescan.cli.canary_text import stamped_text

    console = Console(quiet)
    result = stamp_package(package, out, private, key=key)
    if format_ == "json":
        console.json(result)
    else:
        console.result(printable(stamped_text(result)))
    return result.exit_code


@canary.command("stamp-score")
@click.argument("private", type=click.Path(file_okay=False, path_type=Path), metavar="PRIVATE")
@backend_options
@options.run_folder_option
@click.option(
    "--reference-model",
    "base_model",
    metavar="MODEL",
    help="Model that did not read the package, for example the same before fine-tuning. Its "
    "preference is subtracted.",
)
@click.option(
    "--null-keys",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="N",
    help="Number of random keys, to measure the false-positive rate.",
)
@options.format_option
@options.quiet_option
def stamp_score(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Test whether a model prefers the published form of a stamped package.

    PRIVATE is the private folder of the stamp. The model scores both ways to write each site. The
    p-value is exact: it comes from choosing the published ways again at random. Exits with 1 if it
    is below 0.01.
    """
    from codescan.app.stamp_score import StampScoreOptions, score_stamp
    from codescan.cli.canary_text import stamp_test_text

    console = Console(quiet)
    model_options = named_backend(parameters)
    with console.steps() as on_progress:
        test = score_stamp(
            StampScoreOptions(**parameters, model_options=model_options), on_progress, console.say
        )
    if format_ == "json":
        console.json(test)
    else:
        console.result(printable(stamp_test_text(test)))
    return test.exit_code
