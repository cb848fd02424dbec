# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The statement of an audit, to be quoted: prompts, model, sampling, result and certainty.

A report may come from a file, so nothing is taken for granted: what is not known is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.reports import summary
from codescan.reports.headline import is_audit, shows_memorization
from codescan.reports.json_values import mapping, mappings, number, text, words_of
from codescan.reports.plurals import plural
from codescan.reports.withheld import without_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from codescan.records import Report

__all__ = ["Part", "null_sentence", "quotation", "refused_fields", "statement"]

_IDENTITIES = (
    ("revision", "revision"),
    ("commit", "commit"),
    ("file_sha256", "SHA-256"),
    ("gguf_sha256", "SHA-256"),
    ("log_sha256", "SHA-256 of the log"),
)
"""Keys of a model's description that say which weights or log it is, the first one present."""
_SOURCES = ("repository", "packages", "gguf", "base_url")
"""Keys that say where it is from."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question and its answer in sentences."""

    question: str
    answer: str


def statement(report: Report) -> tuple[Part, ...]:
    """The statement of an audit; nothing for another report."""
    if not is_audit(report):
        return ()
    parts = (
        Part("What was asked", _prompted(report)),
        Part("Which model", _model(report)),
        Part("How often", _how_often(report)),
        Part("What came", _result(report)),
        Part("How sure", _claimed_once(report.statistics, list(_certainty(report.statistics)))),
    )
    return tuple(part for part in parts if part.answer)


def quotation(report: Report) -> str:
    """The statement as one paragraph of plain text; "" for another report."""
    return " ".join(part.answer for part in statement(report))


def null_sentence(report: Report) -> str:
    """A result without memorization in one sentence with its bounds.

    Returns:
        "" where a measure shows memorization, or nothing was measured.
    """
    if not is_audit(report) or shows_memorization(report):
        return ""
    measured = [
        f"{subject}: {words}"
        for key, subject in (
            ("copies", "completions that hold a copy of grade A or B"),
            ("discoverable_extraction", "continuations extracted token for token"),
            ("agreement", "prompts whose samples agree on a long text"),
        )
        if (words := words_of(mapping(report.statistics.get(key)), "target"))
    ]
    if not measured:
        return ""
    if withheld := without_answer(report.statistics):
        measured.append(withheld)
    return f"No measure shows memorization: {'; '.join(measured)}."


def _prompted(report: Report) -> str:
    run, statistics = report.run, report.statistics
    prompts = number(statistics.get("prompts"))
    if not prompts:
        return ""
    count = plural(int(prompts), "prompt")
    log = mapping(run.get("replay")).get("name")
    source = f"corpus {text(report.index.get('name'))}" if report.index.get("name") else "corpus"
    sizes = [
        plural(int(size), noun)
        for key, noun in (("packages", "package"), ("files", "file"))
        if (size := number(report.index.get(key)))
    ]
    corpus = f"the {source} ({', '.join(sizes)})" if sizes else f"the {source}"
    was = "was" if prompts == 1 else "were"
    if log:
        return (
            f"{count} of the log {text(log)} {was} read; completions were compared with {corpus}."
        )
    file = text(mapping(run.get("prompt_file")).get("name"))
    strategies = run.get("strategies")
    named = ""
    if isinstance(strategies, (list, tuple)) and strategies:
        words = "strategy" if len(strategies) == 1 else "strategies"
        named = f" with the prompt {words} {_listed([text(name) for name in strategies])}"
        named += f" or taken from the file {file}" if file else ""
    elif file:
        return f"{count} of the file {file} {was} used; completions were compared with {corpus}."
    sentence = f"{count} drawn from {corpus}{named}"
    frame = text(statistics.get("frame"))
    if frame and frame != "given":
        sentence += f", {frame} frame"
    null = number(statistics.get("null_arm_completions"))
    if null:
        sentence += f"; {plural(int(null), 'completion')} are of the null arm (unseen text)"
    return f"{sentence}."


def _model(report: Report) -> str:
    name = summary.model_name(report)
    if not name:
        return ""
    described = mapping(report.run.get("model"))
    details = [text(described[key]) for key in _SOURCES if described.get(key)]
    served = mapping(described.get("observed")).get("models")
    if isinstance(served, (list, tuple)) and served:
        details.append(f"which the service names {_listed([text(one) for one in served[:3]])}")
    details += [
        f"{words} {text(described[key])}" for key, words in _IDENTITIES if described.get(key)
    ][:1]
    finished = text(report.run.get("finished"))
    if finished:
        details.append(f"run finished on {finished.replace('T', ' ').replace('+00:00', ' UTC')}")
    subject = "The completions are of" if mapping(report.run.get("replay")) else "The model is"
    return f"{subject} {name} ({'; '.join(details)})." if details else f"{subject} {name}."


def _how_often(report: Report) -> str:
    sampling = mapping(report.run.get("sampling"))
    count = number(sampling.get("count"))
    if mapping(report.run.get("replay")) or count is None:
        return ""
    if not count:
        return (
            "The model wrote no completion. It rated the true continuation of each prompt that "
            "has one."
        )
    refused = refused_fields(report)
    tokens = number(sampling.get("max_new_tokens"))
    length = f", up to {tokens:,.0f} model tokens each" if tokens else ""
    seed = sampling.get("seed")
    repeat = f"; seed {seed}" if isinstance(seed, int) and "seed" not in refused else ""
    return (
        f"The model was asked to complete each prompt {_times(int(count))}, "
        f"{_decoding(sampling, refused)}{length}{repeat}.{_refusal(refused)}"
    )


def _decoding(sampling: Mapping[object, object], refused: Sequence[str]) -> str:
    """The decoding settings; a setting that a service refused is the service's own choice."""
    if "temperature" in refused:
        return "decoded as the service does by default"
    temperature = number(sampling.get("temperature")) or 0.0
    if temperature == 0:
        return "with greedy decoding"
    words = f"sampled at temperature {temperature:g}"
    top_k, top_p = number(sampling.get("top_k")), number(sampling.get("top_p"))
    words += f", top-k {top_k:g}" if top_k and "top-k" not in refused else ""
    is_set = top_p not in (None, 1.0) and "top-p" not in refused
    return words + (f", top-p {top_p:g}" if is_set else "")


def _refusal(refused: Sequence[str]) -> str:
    if not refused:
        return ""
    return f" The service refused to be told {_listed(list(refused))}, so its own values hold."


def refused_fields(report: Report) -> tuple[str, ...]:
    """Settings of the sampling that the service refused, such as "temperature"."""
    observed = mapping(mapping(report.run.get("model")).get("observed"))
    changes = observed.get("refused_fields")
    words = [str(change) for change in changes] if isinstance(changes, (list, tuple)) else []
    return tuple(
        word.removesuffix(" dropped").replace("top_", "top-")
        for word in words
        if word.endswith(" dropped")
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _result(report: Report) -> str:
    completions = summary.number(report, "completions")
    sentences = [f"{summary.headline(report)}."]
    if completions is not None:
        source = "The log holds" if mapping(report.run.get("replay")) else "The model gave"
        withheld = without_answer(report.statistics)
        if withheld and withheld not in sentences[0]:  # some headlines say it
            sentences.insert(0, f"{withheld[0].upper()}{withheld[1:]}.")
        sentences.insert(0, f"{source} {plural(completions, 'completion')}.")
    return " ".join(sentences)


def _certainty(statistics: Mapping[str, object]) -> Iterator[str]:
    for key, subject in (
        ("copies", "Completions that hold a copy of grade A or B"),
        ("discoverable_extraction", "True continuations extracted token for token"),
    ):
        measure = mapping(statistics.get(key))
        target, null = words_of(measure, "target"), words_of(measure, "null")
        if not number(mapping(measure.get("target")).get("n")):
            continue
        sentence = f"{subject}: {target}"
        if null:
            sentence += f"; in the null arm {null}; excess {words_of(measure, 'excess')}"
        yield f"{sentence}."
    shuffled = mapping(statistics.get("shuffled_index"))
    if words_of(shuffled, "found"):
        yield (
            f"In a shuffled index the matcher finds {words_of(shuffled, 'found')}; excess "
            f"{words_of(shuffled, 'excess')}."
        )
    if not mapping(statistics.get("copies")):
        for rate in mappings(statistics.get("rates")):
            if rate.get("label") and rate.get("words"):
                yield f"{text(rate['label'])}: {text(rate['words'])}."


def _claimed_once(statistics: Mapping[str, object], sentences: list[str]) -> str:
    """The sentences, with what all intervals have in common said once, at the end."""
    measure = mapping(statistics.get("copies")) or mapping(
        statistics.get("discoverable_extraction")
    )
    target = mapping(measure.get("target"))
    claim, frame, confidence = (target.get(key) for key in ("claim", "frame", "confidence"))
    sure = number(confidence)
    whole = " ".join(sentences)
    if not claim or sure is None:
        return whole
    percent = f"{sure * 100:g} %"
    tail = f" for {text(claim)}" + (f"; {text(frame)} frame" if frame else "")
    rates = whole.count(f"{percent} bound") + whole.count(f"{percent} interval")
    if rates < 2 or whole.count(f"{tail})") != rates:  # noqa: PLR2004 - nothing in common
        return whole
    brief = whole.replace(f"{tail})", ")").replace(f", {percent} bound)", ")")
    brief = brief.replace(f"{percent} interval ", "")
    sampled = f", drawn by the {text(frame)} frame" if frame and frame != "given" else ""
    return (
        f"{brief} All intervals and bounds have {percent} confidence and are claims about "
        f"{text(claim)}{sampled}."
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
