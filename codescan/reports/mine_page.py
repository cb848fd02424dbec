# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page of a search for one owner's code: also an answer to a rightsholder's complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports.chart_page import ChartPage, Table, chart_page
from codescan.reports.coverage_text import skip_sentences
from codescan.reports.escaping import clip
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["mine_headline", "mine_page"]

_LISTED = 100
_SHOWN = 1_200
"""Characters of a text in a cell."""


def mine_headline(result: Mapping[str, Any]) -> str:
    """The result in one sentence."""
    if result["decision"] == "not-measured":
        if not result["passages"]:
            return "Nothing was checked: the folder holds no passage that can be asked for."
        return "Nothing was checked: the model completed no prompt."
    if result["decision"] == "not-reproduced":
        completed = plural(result["prompts"], "prompt")
        return f"No copy of this code was found in completions of {completed}."
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in result["by_kind"].items())
    return (
        f"The model reproduced this code after {result['target']['words']} of the prompts: {kinds}."
    )


def mine_page(result: Mapping[str, Any]) -> str:
    """The page as HTML.

    Args:
        result: the JSON form of a result.
    """
    model = result["run"].get("model_identity") or {}
    sampling = result["run"].get("sampling") or {}
    facts = (
        ("Model", str(model.get("name", result["run"].get("model", "")))),
        ("Files", f"{result['files']:,}"),
        ("Prompts", f"{result['prompts']:,}"),
        ("Completions", f"{result['completions']:,}"),
        ("Tries per prompt", str(sampling.get("count", ""))),
        ("Temperature", str(sampling.get("temperature", ""))),
        ("Most tokens per completion", str(sampling.get("max_new_tokens", ""))),
        ("SHA-256 of the files", str(result["run"].get("repository_sha256", ""))),
    )
    p_value = result["p_value"]
    sentences = [
        f"Prompts with a copy: {result['target']['words']}.",
        f"The same prompts with other names: {result['null']['words']}.",
        f"P-value over files: {p_value:.3g}." if p_value is not None else "P-value: not measured.",
        f"Copyright lines: {_counts(result['copyright'])}.",
    ]
    warnings = tuple(skip_sentences(result["skipped"]))
    return chart_page(
        ChartPage(
            title="Search for one owner's code",
            headline=mine_headline(result),
            facts=facts,
            sentences=tuple(sentences),
            warnings=warnings,
            tables=_tables(result),
            footer=result["meaning"],
        )
    )


def _tables(result: Mapping[str, Any]) -> tuple[Table, ...]:
    copies = result["copies"][:_LISTED]
    if not copies:
        return ()
    overview = Table(
        "Copies",
        ("File", "Lines", "Kind", "Grade", "Tokens", "License", "Tries with a copy", "Copyright"),
        tuple(
            (
                copy["path"],
                f"{copy['start_line']}-{copy['end_line']}",
                copy["kind"],
                copy["grade"],
                f"{copy['tokens']:,}",
                copy["license"],
                f"{copy['hits']:,} of {copy['tries']:,}",
                copy["copyright"],
            )
            for copy in copies
        ),
    )
    texts = Table(
        "Texts",
        ("End of the prompt", "The model wrote", "The file holds"),
        tuple(
            (
                copy["prompt"][-_SHOWN:],
                clip(copy["passage"], _SHOWN),
                clip(copy["origin"], _SHOWN),
            )
            for copy in copies
        ),
    )
    return overview, texts


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "no copy"
