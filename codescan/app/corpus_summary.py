# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Summarize the corpus of an index: page, JSON, SPDX, CycloneDX, the Commission's template."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codescan.app.indexes import open_index
from codescan.app.outcome import ExitCode, allowed_kinds
from codescan.app.progress import OnProgress, no_progress
from codescan.app.stale_index import stale_reasons
from codescan.config import Config
from codescan.evidence.corpus_page import summary_lines, summary_page
from codescan.evidence.corpus_sboms import corpus_ml_bom, corpus_spdx
from codescan.evidence.corpus_summary import CorpusSummary, collect_summary
from codescan.evidence.training_content import template_fields, template_markdown
from codescan.records.json_form import encode
from codescan.reports.escaping import json_text
from codescan.text.redaction import without_url_secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codescan.index import Index

__all__ = [
    "FORMATS",
    "PublishedSummary",
    "SummaryOptions",
    "TemplateAnswer",
    "summarize_corpus",
    "summary_exit_code",
    "summary_text",
]


class TemplateAnswer(Struct, frozen=True):
    """A field of the European Commission's template for the summary of training content."""

    section: str
    field: str
    answer: str | None
    """The answer; null if a person must answer."""
    is_open: bool
    """Whether a person must complete the answer."""
    measured: str
    """Measured facts for the answer."""


@dataclass(frozen=True, slots=True)
class PublishedSummary(CorpusSummary):
    """The summary, with its answers to the Commission's template."""

    training_content_template: tuple[TemplateAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """Options of `codescan corpus summary`; see `codescan corpus summary --help`."""

    index_folder: Path | None = None
    corpus: str | None = None
    with_private_data: bool = False
    config: Config = field(default_factory=Config)


def summarize_corpus(
    options: SummaryOptions, on_progress: OnProgress = no_progress
) -> CorpusSummary:
    """Count the contents of a corpus index.

    Raises:
        IndexMissingError: the index is missing.
        IndexFormatError: it is damaged.
        MissingExtraError: private data was requested, but the extra `private` is not installed.
    """
    opened = open_index(options.index_folder, options.corpus, options.config)
    with contextlib.closing(opened) as index:
        private = _private_data(index, on_progress) if options.with_private_data else None
        summary = collect_summary(
            index,
            opt_outs=index.manifest.opt_outs,
            private_data=private,
            stale=stale_reasons(index.path, index.manifest),
            on_content=lambda done, total: on_progress("summarize", done, total),
        )
    sources = [
        {key: _without_secrets(value) for key, value in source.items()}
        for source in summary.sources
    ]
    return replace(summary, sources=sources)


def summary_exit_code(summary: CorpusSummary, allow_unchecked: tuple[str, ...] = ()) -> ExitCode:
    """5 if files of the corpus could not be read, except for allowed reasons, else 0.

    Raises:
        UsageError: an allowed reason is unknown.
    """
    unread = summary.unread(allowed_kinds(allow_unchecked))
    return ExitCode.UNCHECKED if unread else ExitCode.NOTHING_FOUND


def summary_text(summary: CorpusSummary, format_: str) -> str:
    """The summary in one of `FORMATS`."""
    return FORMATS[format_](summary)


def _private_data(index: Index, on_progress: OnProgress) -> dict[str, Any]:
    """Counts of private values in the contents of an index, by kind."""
    from codescan.app.private_inputs import index_texts
    from codescan.app.private_key import keyed_hash
    from codescan.private_data.finder import Finder
    from codescan.private_data.libraries import require_libraries
    from codescan.private_data.search import PrivateCounts, search_text
    from codescan.records import Skipped

    require_libraries()
    finder, hash_, counts = Finder(), keyed_hash(None), PrivateCounts(0)
    for text in index_texts(index):
        if not isinstance(text, Skipped):
            counts.add(text, search_text(text, finder, hash_))
            on_progress("search private data", counts.texts, len(index))
    return {
        "texts": counts.texts,
        "unit": "different contents",
        "kinds": encode(counts.kinds(finder)),
    }


def _without_secrets(value: object) -> object:
    """An option of a source without the passwords of its URLs."""
    if isinstance(value, str):
        return without_url_secrets(value)
    if isinstance(value, list):
        return [_without_secrets(each) for each in value]
    return value


def _json(summary: CorpusSummary) -> str:
    template = tuple(
        TemplateAnswer(each.section, each.title, each.answer or None, each.is_open, each.note)
        for each in template_fields(summary)
    )
    values = {each.name: getattr(summary, each.name) for each in fields(summary)}
    return json_text(encode(PublishedSummary(**values, training_content_template=template)))


FORMATS: dict[str, Callable[[CorpusSummary], str]] = {
    "terminal": lambda summary: "\n".join(summary_lines(summary)) + "\n",
    "json": _json,
    "html": summary_page,
    "spdx3": corpus_spdx,
    "cyclonedx": corpus_ml_bom,
    "eu-template": template_markdown,
}
"""Formats by name."""
