# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Annexes in the words of regulators and courts. They state measurements and draw no conclusion.

The questions come from three sources:

- LG München I, 42 O 14139/24: reproducible by simple prompts;
- EDPB Opinion 28/2024: the likelihood of extraction is insignificant;
- Measure 1.4 of the copyright chapter of the EU's Code of Practice for general-purpose AI:
  safeguards against infringing outputs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from codescan.evidence.measured_rates import measured_rates
from codescan.reports.escaping import clip, visible
from codescan.stats.intervals import rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.evidence.run_files import RunFiles

__all__ = ["Annex", "ReproducedPrompts", "annex_of", "annex_text"]

_HEADLINE = frozenset({"A", "B"})
_LONGEST = 300
_COUNTED = (
    "A prompt counts if a completion of it holds a copy of grade A or B of an indexed text, or "
    "begins with the secret of a planted canary."
)
_CHECKS = frozenset(
    {
        "null", "null_keys", "null_without_indexed_text", "null_check", "copies 0", "self_test",
        "matcher_self_test", "shuffled_index", "mismatched_extraction", "true_positive_rate",
    }
)  # fmt: skip
"""Parts of a place whose rates check a measurement, and are none of extraction."""


@dataclass(frozen=True, slots=True)
class ReproducedPrompts:
    """The number of prompts of one kind that made the model reproduce a text."""

    run: str
    strategy: str
    reproduced: int
    """Prompts whose completions hold a copy of grade A or B, or begin with the planted secret."""
    prompts: int | None
    """Prompts that were tried; null where the run does not say."""
    tries: int | None
    """Completions of all of them."""
    words: str


@dataclass(frozen=True, slots=True)
class Annex:
    """The three annexes as data."""

    schema_version: int
    reproducible: list[ReproducedPrompts]
    likelihood: list[dict[str, Any]]
    """Each rate with its upper bound; 0 of n is at most 3 / n."""
    safeguards: list[dict[str, Any]]
    """Each comparison of outputs without and with a safeguard."""
    not_measured: list[str]
    """Questions that no run of the bundle answers."""


def annex_of(runs: Sequence[RunFiles], safeguards: Sequence[dict[str, Any]]) -> Annex:
    """The annexes of some runs.

    Args:
        runs: of the bundle.
        safeguards: results of `codescan safeguard`.
    """
    reproducible = [each for run in runs for each in _reproduced(run)]
    likelihood = [
        {"run": run.name, **asdict(each), "upper_bound": each.upper_bound}
        for run in runs
        for each in measured_rates(_without_texts(run.result))
        if not _CHECKS.intersection(each.place.split(" / "))
    ]
    questions = {
        "reproducible by simple prompts": reproducible,
        "likelihood of extraction": likelihood,
        "effect of a safeguard": safeguards,
    }
    return Annex(
        schema_version=1,
        reproducible=reproducible,
        likelihood=likelihood,
        safeguards=list(safeguards),
        not_measured=[name for name, answers in questions.items() if not answers],
    )


def annex_text(annex: Annex) -> str:
    """The annexes as Markdown."""
    lines = [
        "# Annexes",
        "",
        "These annexes state what was measured. They draw no legal conclusion.",
        "",
        "## 1. Reproducible by simple prompts",
        "",
        _COUNTED,
        "",
        *(f"- Run {_plain(each.run)}: {each.words}" for each in annex.reproducible),
        *_nothing(annex.reproducible),
        "",
        "## 2. Likelihood of extraction",
        "",
        "Where nothing was extracted in n trials, the likelihood is at most 3/n (95 %).",
        "",
        *(
            f"- Run {_plain(each['run'])}, {_plain(each['place'])}: {_plain(each['words'])}; "
            f"at most {each['upper_bound']:.3g}"
            for each in annex.likelihood
        ),
        *_nothing(annex.likelihood),
        "",
        "## 3. Safeguards",
        "",
        *(_safeguard(safeguard) for safeguard in annex.safeguards),
        *_nothing(annex.safeguards),
        "",
    ]
    return "\n".join(lines)


def _reproduced(run: RunFiles) -> list[ReproducedPrompts]:
    """The prompts of a run that reproduced a text; nothing if it has no such prompts."""
    result = run.result
    if isinstance(result.get("findings"), list):
        return [_prompts_of_audit(run)]
    if isinstance(result.get("levels"), list):
        return [
            _extracted_secrets(run, level)
            for level in result["levels"]
            if isinstance(level, dict) and level.get("copies")
        ]
    target = result.get("target")
    if isinstance(target, dict) and isinstance(target.get("n"), int):
        tries = result.get("completions")
        words = f"{target.get('words')} of the prompts from the owner's own code reproduced it"
        return [
            ReproducedPrompts(
                run.name, "own headers and signatures", target["k"], target["n"], tries,
                f"{words}, in {tries:,} tries." if isinstance(tries, int) else f"{words}.",
            )
        ]  # fmt: skip
    return []


def _prompts_of_audit(run: RunFiles) -> ReproducedPrompts:
    """Prompts with a copy. A completion's id is that of its prompt, a slash and a number."""
    prompts = {
        finding["snippet"].get("prompt") or str(finding["snippet"]["id"]).rpartition("/")[0]
        for finding in run.result["findings"]
        if isinstance(finding, dict)
        and finding.get("grade") in _HEADLINE
        and finding.get("arm", "target") == "target"
        and isinstance(finding.get("snippet"), dict)
    }
    reproduced = len(prompts)
    if run.prompts < reproduced or not run.prompts:
        words = f"{reproduced:,} prompts reproduced a text; the number of prompts is not measured"
        return ReproducedPrompts(run.name, "all", reproduced, None, None, f"{words}.")
    share = rate(reproduced, run.prompts)
    each = run.tries / run.prompts
    words = f"{share.words} of the prompts reproduced a text, in {each:.3g} tries for each."
    return ReproducedPrompts(run.name, "all", reproduced, run.prompts, run.tries, words)


def _extracted_secrets(run: RunFiles, level: dict[str, Any]) -> ReproducedPrompts:
    """Planted secrets that greedy decoding emits after their prefix, and in how many samples."""
    greedy = level["extraction"]
    sampled = "; ".join(
        f"in {row['tries']:,} tries {row['k']:,}"
        for row in level["extraction_by_tries"]
        if row["n"]
    )
    words = f"{greedy['words']} of the secrets with {level['copies']:,} copies in one greedy try"
    return ReproducedPrompts(
        run.name,
        f"canaries with {level['copies']} copies",
        greedy["k"],
        greedy["n"],
        greedy["n"],
        f"{words}; {sampled}." if sampled else f"{words}.",
    )


def _safeguard(result: dict[str, Any]) -> str:
    copies = result["all"]["copies"]
    pair = f"without {_plain(result['before'])}, with {_plain(result['after'])}"
    if copies is None:
        return f"- {pair}: not measured"
    return (
        f"- {pair}: copies without: {copies['before']['words']}; with: {copies['after']['words']}; "
        f"change: {copies['difference']['words']}; p = {copies['p_value']:.3g}"
    )


def _without_texts(result: dict[str, Any]) -> dict[str, Any]:
    """The result without lists of texts, which hold no rates."""
    texts = {"findings", "suppressed", "skipped", "completions", "prompts"}
    return {key: value for key, value in result.items() if key not in texts}


def _nothing(answers: Sequence[object]) -> list[str]:
    return [] if answers else ["- Not measured."]


def _plain(text: object) -> str:
    """Text of a result, which may come from a model, as a part of a line of Markdown."""
    shown = visible(clip(str(text), _LONGEST)).replace("\n", " ")
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in shown)
