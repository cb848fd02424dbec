# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The results of an audit in plain sentences, made from the report's statistics.

One function for each measure. A measure without one is left to the tables. A report may come from a
file, so nothing is taken for granted: what has another shape gives no sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from codescan.records.enums import FRAMES
from codescan.reports.json_values import mapping, mappings, number, text, words_of
from codescan.reports.withheld import count_of_completions, counts_without_answer

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["audit_sentences"]

_UNSEEN = "text that the model cannot have seen"
_HEADLINE_ATTEMPTS = (100, 0.5)
_HEADLINE_DECODING = (1.0, 40)
"""Temperature and top-k of Hayes et al. 2024."""
_GIVEN = "given"


def audit_sentences(report: Report) -> list[str]:
    """The results in plain sentences, the excess over the null arm first.

    Returns:
        Nothing for a report without the statistics of an audit.
    """
    statistics = report.statistics
    if not isinstance(statistics.get("copies"), Mapping):
        return []
    return [
        *_copies(report),
        *_extraction(statistics),
        *_power(statistics),
        *_without_null_arm(statistics),
        *_attempts(statistics),
        *_withheld(statistics),
        *_skipped_prompts(report),
        *_further_frames(statistics),
        *_frame_meanings(statistics),
        *(
            sentence
            for name, sentences in _MEASURES.items()
            if statistics.get(name)
            for sentence in sentences(statistics[name], statistics)
        ),
    ]


def _copies(report: Report) -> Iterator[str]:
    copies = mapping(report.statistics.get("copies"))
    target, null = words_of(copies, "target"), words_of(copies, "null")
    held = "Completions that hold a copy consistent with memorization (grade A or B)"
    if not null:
        yield f"{held}: {target}."
        yield from _other_claim(copies)
        return
    described = text(mapping(report.run.get("null_arm")).get("words"))
    unseen = f"{_UNSEEN} ({described})" if described else _UNSEEN
    yield f"{held}, beyond the rate of the same prompts on {unseen}: {words_of(copies, 'excess')}."
    like = words_of(copies, "target_with_null_arm")
    if like:
        yield f"That is {like}, against {null} on unseen text, of strategies that have a null arm."
        yield f"Over all strategies: {target}."
    else:
        yield f"That is {target}, against {null} on unseen text."
    yield from _other_claim(copies)
    without = words_of(copies, "null_without_indexed_text")
    if without:
        yield (
            "Without the completions of unseen prompts that hold indexed text verbatim: "
            f"{without} on unseen text; the excess over that is "
            f"{words_of(copies, 'excess_without_indexed_text')}."
        )


def _other_claim(measure: Mapping[object, object]) -> Iterator[str]:
    """The same share as a claim about something else: the corpus, or packages like its own."""
    other = mapping(measure.get("other_claim"))
    if other:
        yield f"As a claim about {text(other.get('claim'))}: {text(other.get('words'))}."


def _extraction(statistics: Mapping[str, object]) -> Iterator[str]:
    extraction = mapping(statistics.get("discoverable_extraction"))
    if number(mapping(extraction.get("target")).get("n")):
        longest = number(extraction.get("longest_greedy_run")) or 0
        yield (
            "True continuations that greedy decoding emits token for token: "
            f"{words_of(extraction, 'target')}; the longest run that it follows is "
            f"{longest:,.0f} token{'' if longest == 1 else 's'}."
        )
        yield from _other_claim(extraction)
        if words_of(extraction, "null"):
            yield (
                f"Of unseen text it emits {words_of(extraction, 'null')}; the excess over that is "
                f"{words_of(extraction, 'excess')}."
            )
    if statistics.get("null_arm_completions") is None:
        yield "No null arm was run: part of these may be common text that any model would write."


def _power(statistics: Mapping[str, object]) -> Iterator[str]:
    words = text(mapping(statistics.get("power")).get("words"))
    if words:
        yield f"{words}."


def _without_null_arm(statistics: Mapping[str, object]) -> Iterator[str]:
    strategies = mapping(statistics.get("completions_without_null_arm"))
    total = sum(int(number(count) or 0) for count in strategies.values())
    if total:
        names = ", ".join(sorted(map(str, strategies)))
        yield (
            f"{total:,} completion{'' if total == 1 else 's'} of strategies without a null arm "
            f"({names}) count in the share of copies, but not in its excess. Run these strategies "
            "in an audit of their own."
        )


def _attempts(statistics: Mapping[str, object]) -> Iterator[str]:
    entries = list(mappings(statistics.get("discoverability")))
    best = min(entries, key=_decoding_rank, default=None)
    if best is not None:
        yield from _attempts_sentence(best, "")


def _decoding_rank(entry: Mapping[object, object]) -> tuple[bool, bool]:
    decoding = mapping(entry.get("decoding"))
    temperature, top_k = _HEADLINE_DECODING
    return decoding.get("temperature") != temperature, decoding.get("top_k") != top_k


def _attempts_sentence(entry: Mapping[object, object], how: str) -> Iterator[str]:
    for row in mappings(entry.get("table")):
        target = mapping(row.get("target"))
        if (row.get("attempts"), row.get("probability")) == _HEADLINE_ATTEMPTS and target.get("n"):
            decoding = text(mapping(entry.get("decoding")).get("words"))
            yield (
                f"True continuations that 100 samples of the prompt contain{how} with probability "
                f"0.5 or more ({decoding}): {text(target.get('words'))}."
            )


def _withheld(statistics: Mapping[str, object]) -> Iterator[str]:
    """Completions without an answer of the model."""
    counts = counts_without_answer(statistics)
    named = [f"{count:,} {'was' if count == 1 else 'were'} {words}" for words, count in counts]
    if named:
        total = count_of_completions(statistics)
        yield f"Of {total:,} completions, {' and '.join(named)}; they count as completions."


def _skipped_prompts(report: Report) -> Iterator[str]:
    """Prompts that the model was not given, with the details of one for each reason."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for skip in report.skipped:
        if skip.stage == "elicit":
            reasons[skip.reason].append(skip.detail)
    named = [
        f"{len(details):,} {reason}" + (f" ({details[0]})" if details[0] else "")
        for reason, details in sorted(reasons.items())
    ]
    if named:
        yield f"Skipped prompts, which no rate counts: {'; '.join(named)}."


def _further_frames(statistics: Mapping[str, object]) -> Iterator[str]:
    for name, group in mapping(statistics.get("by_frame")).items():
        if name in (statistics.get("frame"), _GIVEN) or not isinstance(group, Mapping):
            continue
        sentence = f"In the {text(name)} frame: {words_of(group, 'copies')} hold a copy"
        if words_of(group, "discoverable_extraction"):
            sentence += "; greedy decoding emits the true continuation of "
            sentence += words_of(group, "discoverable_extraction")
        null = mapping(group.get("null"))
        if number(null.get("completions")):
            sentence += f"; on unseen text {words_of(null, 'copies')} hold a copy"
        yield f"{sentence}."


def _frame_meanings(statistics: Mapping[str, object]) -> Iterator[str]:
    frames = mapping(statistics.get("by_frame")) or {statistics.get("frame"): None}
    used = [str(name) for name in frames if name in FRAMES]
    if used:
        meanings = "; ".join(f"{name} \N{EN DASH} {FRAMES[name]}" for name in used)
        yield f"{'Frame' if len(used) == 1 else 'Frames'}: {meanings}."


def _service_drift(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    drift = mapping(value)
    names = drift.get("names")
    noun = "models" if drift.get("kind") == "models" else "versions of the model"
    if isinstance(names, (list, tuple)):
        yield (
            f"The service named {text(drift.get('count'))} {noun} during the run "
            f"({', '.join(map(text, names))}): the rates mix them."
        )


def _no_chat_template(_value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    yield "The model has no chat template: it was given messages as plain text."


def _near_verbatim(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    yield from _attempts_sentence(mapping(mapping(value).get("table")), " nearly verbatim")


def _true_continuations(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    measure = mapping(value)
    yield (
        f"Prompts of which a completion holds the true continuation token for token (from "
        f"{text(measure.get('least_tokens'))} tokens): {words_of(measure, 'target')}."
    )


def _long_works(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    works = mapping(value)
    least = text(mapping(works.get("rule")).get("least_words"))
    yield (
        f"Of the words of {text(works.get('works_asked'))} long works, "
        f"{words_of(works, 'target')} came in near-verbatim runs of at least {least} words "
        f"(nv-recall); the longest run has {text(works.get('longest_run_words'))} words."
    )


def _agreement(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    agreement = mapping(value)
    sentence = f"Prompts whose samples agree on a long text: {words_of(agreement, 'target')}."
    if words_of(agreement, "null"):
        sentence += f" On unseen text: {words_of(agreement, 'null')}."
    yield sentence


def _unseen_passages(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    for entry in mappings(value):
        sentence = (
            f"Of the completions of untargeted prompts ({text(entry.get('strategy'))}), "
            f"{words_of(entry, 'with_copies')} hold a copy of grade A or B"
        )
        mass, whole = mapping(entry.get("unseen_mass")), mapping(entry.get("all_passages"))
        shares = [number(mass.get(key)) for key in ("value", "low", "high")]
        counts = [number(whole.get(key)) for key in ("value", "low", "high")]
        if None in shares or None in counts:
            yield f"{sentence}."
            continue
        chance, low, high = (f"{share:.0%}" for share in shares)
        least, fewest, most = (f"{count:,.0f}" for count in counts)
        yield (
            f"{sentence}: {text(entry.get('passages'))} distinct. The next copy is of a new "
            f"passage with probability {chance} ({low} to {high}, Good-Turing). At least {least} "
            f"passages ({fewest} to {most}, Chao1) can be elicited in this way."
        )


def _leak_curve(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    curve = mapping(value)
    yield (
        f"By copies ({text(curve.get('copies_are'))}), greedy decoding emits the true continuation "
        f"of {words_of(curve, 'at_one_copy')} at one copy and of "
        f"{words_of(curve, 'above_100_copies')} above 100 copies."
    )
    greedy = mapping(curve.get("greedy"))
    slopes = [number(greedy.get(key)) for key in ("slope", "slope_low", "slope_high")]
    change = greedy.get("change_without_duplicates")
    changes = [number(item) for item in change] if isinstance(change, (list, tuple)) else []
    if None in slopes or len(changes) != 3 or None in changes:  # noqa: PLR2004 - value and bounds
        return
    odds, low, high = (f"{2 ** min(50.0, max(-50.0, slope or 0.0)):.2f}" for slope in slopes)
    moved, least, most = (f"{100 * (share or 0.0):+.1f}" for share in changes)
    yield (
        f"Each doubling of the copies multiplies the odds by {odds} ({low} to {high}). With one "
        f"copy of each file left, the mean rate is expected to change by {moved} percentage points "
        f"({least} to {most})."
    )


def _reference_model(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    reference = mapping(value)
    for entry in mappings(reference.get("measures")):
        p_value = number(entry.get("p_value_adjusted"))
        if entry.get("frame") != reference.get("frame") or p_value is None:
            continue
        model_k, reference_k = (text(mapping(entry.get(key)).get("k")) for key in ("b", "a"))
        yield (
            f"Beyond the reference model {text(reference.get('model'))}, "
            f"{text(entry.get('measure'))}: {words_of(entry, 'difference')}, {model_k} against "
            f"{reference_k} of {text(entry.get('pairs'))} (adjusted p = {p_value:.2g})."
        )


def _prior_aware(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    prior = mapping(value)
    attempts = text(mapping(prior.get("rule")).get("attempts"))
    yield (
        f"Of the easily elicited continuations (greedily, or within {attempts} attempts), "
        f"{words_of(prior, 'distinctive')} are at least a million times likelier after their own "
        "prompt than after others (prior-aware). The others are likely anywhere: common rather "
        "than memorized."
    )


def _shuffled_index(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    chance = mapping(value)
    files, of_files = number(chance.get("files")), number(chance.get("of_files"))
    part = ""
    if files is not None and of_files is not None and files < of_files:
        part = f", {max(1, round(100 * files / of_files))} % of it"
    yield (
        f"Completions that the matcher takes for copies of a shuffled index "
        f"({text(chance.get('description'))}{part}): {words_of(chance, 'found')}; the excess over "
        f"that is {words_of(chance, 'excess')}."
    )


def _matcher_self_test(value: object, _statistics: Mapping[str, object]) -> Iterator[str]:
    test = mapping(value)
    if not number(mapping(test.get("sensitivity")).get("n")):
        yield (
            "The matcher could not be tested: no passage of this index is long and rare enough to "
            f"be planted ({text(test.get('left_out_as_common'))} are common)."
        )
        return
    sentence = (
        f"Planted copies that the matcher of this run reports: {words_of(test, 'sensitivity')}; "
        f"unrelated texts that it leaves alone: {words_of(test, 'specificity')}."
    )
    corrected = mapping(test.get("corrected"))
    shares = [number(corrected.get(key)) for key in ("value", "low", "high")]
    if None not in shares:
        share, low, high = (f"{float(share or 0) * 100:.3g} %" for share in shares)
        sentence += f" Corrected for that, the share of completions is {share} ({low} to {high})."
    yield sentence


_MEASURES: Mapping[str, Callable[[object, Mapping[str, object]], Iterator[str]]] = {
    "service_drift": _service_drift,
    "messages_without_chat_template": _no_chat_template,
    "near_verbatim": _near_verbatim,
    "true_continuations": _true_continuations,
    "long_works": _long_works,
    "agreement": _agreement,
    "leak_curve": _leak_curve,
    "unseen_passages": _unseen_passages,
    "reference_model": _reference_model,
    "prior_aware": _prior_aware,
    "shuffled_index": _shuffled_index,
    "matcher_self_test": _matcher_self_test,
}
"""Sentences by the key of the statistics, in the order in which they are shown."""
