# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan audit`: find what a model has memorized of a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable
from codescan.records.enums import FRAMES

__all__ = ["audit"]

_FIRST_PAGE = (
    "model", "replay", "index_folder", "corpus", "preset", "settings_file", "limit", "dry_run",
    "out", "format_",
)  # fmt: skip
_SECTIONS = {
    "Prompts": ("strategies", "strategy_options", "prompt_file", "frames", "seed"),
    "Sampling": ("samples", "max_new_tokens", "temperature", "top_p", "top_k"),
    "Model": ("device", "dtype", "batch_size", "base_url", "model_options"),
    "Baselines and checks": (
        "null_share", "null_corpus", "shuffled_index", "unrelated_index", "reference_model",
        "prior_prompts", "near_verbatim", "self_test", "verify",
    ),
    "Private data": ("private_data", "data", "hash_key"),
    "Run and result": ("retry_skipped", "fail_on", "allow_unchecked", "config_file", "quiet"),
}  # fmt: skip
_SETTINGS = {
    "index_folder": "index",
    "strategies": "strategy",
    "strategy_options": "strategy_option",
    "frames": "frame",
    "model_options": "model_option",
}
"""Settings that are not called like the parameter of their option."""


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.option(
    "--model",
    metavar="MODEL",
    help="Model to audit: an alias such as gemma-3-270m, smollm2 or starcoder, a hub id, a local "
    "folder, a .gguf file, replay:FILE, or openai:MODEL.",
)
@click.option(
    "--replay",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Audit a log of completions, in any format of docs/log-formats.md; the same as --model "
    "replay:FILE.",
)
@options.index_options(builds=True)
@options.verify_option
@click.option(
    "--preset",
    type=click.Choice(("quick", "standard", "thorough")),
    help="Set of defaults. quick: 40 prompts, without shuffled index and self-test; "
    "thorough: 1,000 prompts and longer completions.  [default: standard]",
)
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read settings from a TOML file: options by name, with underscores. They come before "
    "[audit] of codescan.toml.",
)
@click.option(
    "--strategy",
    "strategies",
    type=options.PluginName("prompts"),
    multiple=True,
    help="Prompt strategy; repeat for several.  [default: prefix, signature and file-header]",
)
@click.option(
    "--strategy-option",
    "strategy_options",
    multiple=True,
    metavar="STRATEGY.KEY=VALUE",
    help="Option of a strategy, for example prefix.prefix_tokens=16,32,50; repeat for several.",
)
@click.option(
    "--prompt-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read prompts from FILE, instead of or besides --strategy.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Maximum number of prompts.  [default: 320 drawn from a corpus, enough to detect 5 %; "
    "all of a log or a prompt file]",
)
@click.option(
    "--frame",
    "frames",
    type=click.Choice(tuple(FRAMES)),
    multiple=True,
    default=("packages",),
    show_default=True,
    help="Sampling frame. Repeat to split the prompts across frames; each is reported separately. "
    "packages: each package equally often; uniform: each file equally likely; copies: stratified "
    "by how many packages hold a file; worst-case: the passages most likely to be memorized.",
)
@click.option(
    "--null-share",
    type=options.FiniteRange(0.0, 1.0, max_open=True),
    default=0.5,
    show_default=True,
    metavar="SHARE",
    help="Share of the drawn prompts for the null arm: text that the model cannot have seen. 0 "
    "turns it off.",
)
@click.option(
    "--null-corpus",
    metavar="NAME",
    help="Corpus for the null arm: newer than the model, or private.  "
    "[default: files of the index with every name and literal replaced]",
)
@click.option(
    "--shuffled-index/--no-shuffled-index",
    default=True,
    show_default=True,
    help="Also match completions against a shuffled index, to estimate false positives.",
)
@click.option(
    "--unrelated-index",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Use the index in DIR instead of the shuffled one. The model must not have seen its "
    "files.",
)
@click.option(
    "--reference-model",
    metavar="MODEL",
    help="Model that should not have memorized the corpus. It gets the same prompts; the report "
    "gives the excess over it.",
)
@click.option(
    "--prior-prompts",
    type=click.IntRange(min=0),
    default=8,
    show_default=True,
    metavar="N",
    help="Rescore easily elicited continuations after N unrelated prompts, to tell memorized "
    "from common text.",
)
@click.option(
    "--near-verbatim",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="TOKENS",
    help="Also bound the probability of copies with up to this many changed tokens. Costs about "
    "20 times as much as the exact figures; 0 turns it off.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Completions per prompt; 0 scores true continuations without generating.",
)
@click.option(
    "--max-new-tokens",
    type=click.IntRange(min=1),
    default=128,
    show_default=True,
    metavar="N",
    help="Maximum number of model tokens per completion.",
)
@click.option(
    "--temperature",
    metavar="T",
    type=options.FiniteRange(min=0.0),
    default=0.0,
    show_default=True,
    help="Sampling temperature; 0 decodes greedily.",
)
@click.option(
    "--top-p",
    metavar="P",
    type=options.FiniteRange(min=0.0, max=1.0, min_open=True),
    default=1.0,
    show_default=True,
    help="Sample from the smallest set of tokens with this probability.",
)
@click.option(
    "--top-k",
    metavar="K",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Sample from the K most probable tokens; 0 sets no limit.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed for drawing prompts and for sampling.",
)
@click.option(
    "--device",
    metavar="NAME",
    help="Device of the model, for example cpu or cuda:0.  [default: the backend's choice]",
)
@click.option(
    "--dtype",
    metavar="NAME",
    help="Number format of the weights, for example bfloat16.  [default: the backend's choice]",
)
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Prompts per forward pass.  [default: the backend's choice]",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Address of an OpenAI-compatible service, for --model openai:MODEL. The key is read "
    "from OPENAI_API_KEY.",
)
@click.option(
    "--model-option",
    "model_options",
    multiple=True,
    metavar="KEY=VALUE",
    help="Option of the model's backend, for example revision=main; repeat for several.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Run folder. An unfinished run with the same settings continues."
    "  [default: a folder in codescan-runs named after model, corpus and settings]",
)
@click.option(
    "--private-data",
    is_flag=True,
    help="Also find private values in completions. A value counts if the training data holds it "
    "and the prompt does not. The report masks all private values.",
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="Training data. With --private-data: besides the index, to judge private values; repeat "
    "for several. With --frame copies: draw prompts from it, count its identical files as copies, "
    "and fit the leak curve.",
)
@click.option(
    "--hash-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Key of the hashes of private values.  [default: private.key in the run folder]",
)
@click.option(
    "--retry-skipped", is_flag=True, help="Retry prompts that the model skipped in an earlier run."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Check the options, draw the prompts, and print calls, tokens, cost and time, without "
    "loading or calling the model.",
)
@click.option(
    "--self-test",
    type=click.IntRange(min=0),
    default=25,
    show_default=True,
    metavar="N",
    help="Number of indexed passages for the matcher's self-test; 0 turns it off.",
)
@options.report_format_option
@options.fail_on_option("none")
@options.allow_unchecked_option
@options.config_option
@options.quiet_option
@click.pass_context
def audit(
    context: click.Context,
    /,
    *,
    dry_run: bool,
    settings_file: Path | None,
    format_: str | None,
    config_file: Path | None,
    quiet: bool,
    **parameters: Any,
) -> int:
    """Prompt a model, match its completions against a corpus, and report origin and license.

    Completions are stored in the run folder before they are matched. Give the same
    command again to continue a stopped run. The run folder also holds report.json, report.html and
    report.txt.
    """
    console = Console(quiet)
    from codescan.app.audit import audit as audit_model
    from codescan.app.audit_settings import audit_options
    from codescan.app.settings import project_config, report_format
    from codescan.cli.output import show

    config = project_config(config_file)
    format_ = report_format(format_, config)
    settings = audit_options(
        {
            _SETTINGS.get(name, name): parameters[name]
            for name in parameters
            if _is_named(context, name)
        },
        config=config,
        settings_file=settings_file,
        command_line=tuple(context.find_root().obj or ("audit",)),
    )
    if dry_run:
        from codescan.app.audit_plan import plan_audit
        from codescan.cli.plan_text import plan_text

        plan = plan_audit(settings)
        if format_ == "json":
            console.json(plan)
        else:
            console.result(printable(plan_text(plan)))
        return 0
    with console.steps() as on_progress:
        result = audit_model(settings, on_progress, console.say)
    show(result.report, format_, console)
    paths = f"reports: {', '.join(map(str, result.report_paths))}"
    if format_ == "terminal":
        console.result(printable(f"\n{paths}"))
    else:
        console.say(paths)
    return result.exit_code


def _is_named(context: click.Context, name: str) -> bool:
    """Whether the command line names an option, as opposed to its default."""
    return context.get_parameter_source(name) not in (ParameterSource.DEFAULT, None)
