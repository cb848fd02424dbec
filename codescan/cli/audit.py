# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan audit`: what a model has memorized of a corpus, and whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.records.enums import FRAMES

__all__ = ["audit"]


@click.command()
@click.option(
    "--model",
    metavar="MODEL",
    help="What to audit: an alias such as gemma-3-270m, smollm2 or starcoder, a hub id, a local "
    "folder, a .gguf file, replay:FILE, or openai:MODEL.",
)
@click.option(
    "--replay",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Audit logged completions (JSON Lines); the same as --model replay:FILE.",
)
@options.index_options(builds=True)
@click.option(
    "--prompts",
    "strategies",
    type=options.PluginName("prompts"),
    multiple=True,
    help="A strategy that draws prompts from the corpus; may be repeated.  "
    "[default: prefix, signature and file-header]",
)
@click.option(
    "--prompt-option",
    "prompt_options",
    multiple=True,
    metavar="STRATEGY.KEY=VALUE",
    help="An option of a strategy, for example prefix.prefix_tokens=16,32,50,100,200; may be "
    "repeated.",
)
@click.option(
    "--prompt-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Ask what is in FILE, instead of or besides --prompts.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Prompts at most.  [default: 100 drawn from a corpus; all of a log or a prompt file]",
)
@click.option(
    "--frame",
    "frames",
    type=click.Choice(tuple(FRAMES)),
    multiple=True,
    default=("packages",),
    show_default=True,
    help="How the files that are asked for are chosen; given several times, each takes its part of "
    "the prompts and is counted apart. packages: each package equally often; uniform: each file "
    "equally likely; copies: by how many packages hold a file, weighted; worst-case: what "
    "is likeliest to be memorized.",
)
@click.option(
    "--null-share",
    type=click.FloatRange(0.0, 1.0, max_open=True),
    default=0.25,
    show_default=True,
    metavar="SHARE",
    help="Share of the drawn prompts that are spent on text the model cannot have seen, to know "
    "what it gets right without memory; 0 does without.",
)
@click.option(
    "--null-corpus",
    metavar="NAME",
    help="A corpus from after the model's training, or a private one, for those prompts.  "
    "[default: files of the index with every name and literal replaced]",
)
@click.option(
    "--decoy/--no-decoy",
    default=True,
    show_default=True,
    help="Match the answers with the lines of the index dealt anew among its files too, to know "
    "what the matcher finds by chance.",
)
@click.option(
    "--decoy-index",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="An index that the answers cannot come from, to be taken for that.",
)
@click.option(
    "--reference-model",
    metavar="MODEL",
    help="A model that should not have memorized the corpus; it is asked the same, and the excess "
    "over it is reported.",
)
@click.option(
    "--priors",
    type=click.IntRange(min=0),
    default=8,
    show_default=True,
    metavar="N",
    help="Other prompts after which the continuations that the model gives readily are scored too, "
    "to tell memorized from common text.",
)
@click.option(
    "--near-verbatim",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="TOKENS",
    help="Also bound how likely copies are that differ from the original in at most so many "
    "tokens; costs about 20 times as much as the exact figures.  0 does without.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Completions of each prompt.",
)
@click.option(
    "--max-new-tokens",
    type=click.IntRange(min=1),
    default=128,
    show_default=True,
    metavar="N",
    help="Model tokens of each completion at most.",
)
@click.option(
    "--temperature",
    type=click.FloatRange(min=0.0),
    default=0.0,
    show_default=True,
    help="0 is greedy decoding.",
)
@click.option(
    "--top-p",
    type=click.FloatRange(min=0.0, max=1.0, min_open=True),
    default=1.0,
    show_default=True,
    help="Sample from the smallest set of tokens with this probability.",
)
@click.option(
    "--top-k",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Sample from the K most probable tokens; 0 is no limit.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed for drawing prompts and for sampling.",
)
@click.option(
    "--device",
    metavar="NAME",
    help="Where the model runs, for example cpu or cuda:0.  [default: the backend's choice]",
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
    help="Prompts in one forward pass.  [default: the backend's choice]",
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
    help="An option of the model's backend, for example revision=main; may be repeated.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Run folder; one that holds an unfinished run of the same settings is continued."
    "  [default: a folder in codescan-runs named after model, corpus and settings]",
)
@click.option(
    "--retry-skipped", is_flag=True, help="Ask again what the model skipped in an earlier run."
)
@click.option(
    "--compare",
    type=click.Path(path_type=Path),
    nargs=2,
    metavar="RUN_A RUN_B",
    help="Ask no model; compare two finished runs, prompt by prompt.",
)
@click.option(
    "--self-test",
    type=click.IntRange(min=0),
    default=25,
    show_default=True,
    metavar="N",
    help="Passages of the index that are planted, as they are and disguised, to test the matcher.",
)
@options.report_format_option
@options.fail_on_option("none")
@options.config_option
@options.quiet_option
def audit(*, compare: tuple[Path, Path] | None, **given: Any) -> int:
    """Prompt a model, match what it writes against a corpus, and report whose it is.

    Completions are stored in the run folder before they are matched: a run that is stopped at any
    moment continues where it was when the same command is given again. The run folder also holds
    report.json, report.html and report.txt.
    """
    if compare:
        from codescan.cli import audit_compare

        return audit_compare.run(compare, given["format_"], quiet=given["quiet"])
    from codescan.app.audit import run
    from codescan.app.audit_options import AuditOptions

    return run(AuditOptions(**given))
