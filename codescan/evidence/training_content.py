# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The European Commission's template for the public summary of training content.

Article 53(1)(d) of Regulation (EU) 2024/1689; template of 24 July 2025, C(2025) 8311. The fields
that an index states are filled in; every other field is named as open, for the provider to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.reports.escaping import clip, visible
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.evidence.corpus_summary import CorpusSummary, Counted

__all__ = ["OPEN", "TemplateField", "template_fields", "template_markdown"]

OPEN = "OPEN: the provider answers this."
_BILLION = 10**9
_NAMES = 15
_PUBLIC = frozenset({"pypi", "npm", "debian", "crates", "go", "maven", "git", "cargo", "golang"})
"""Sources that anyone can download from."""


@dataclass(frozen=True, slots=True)
class TemplateField:
    """One field of the template."""

    section: str
    title: str
    answer: str
    """Empty: open."""
    note: str = ""
    """Measurements of the index that help to answer."""

    @property
    def is_open(self) -> bool:
        """Whether the provider must answer it."""
        return not self.answer


def template_fields(summary: CorpusSummary) -> tuple[TemplateField, ...]:
    """Every field of the template, in its order."""
    return tuple(_fields(summary))


def template_markdown(summary: CorpusSummary) -> str:
    """The template, filled in, as Markdown; open fields are listed at its end."""
    fields = template_fields(summary)
    origin = (
        f"Filled in from the index of the corpus {_text(summary.name)} (digest {summary.digest}) "
        f"by codescan {summary.tool_version}. It covers this corpus only."
    )
    lines = [
        "# Public Summary of Training Content for general-purpose AI models",
        "",
        origin,
    ]
    section = ""
    for field in fields:
        if field.section != section:
            section = field.section
            lines += ["", f"## {section}"]
        lines += ["", f"**{field.title}**", "", field.answer or OPEN]
        if field.note:
            lines += ["", f"Measured: {field.note}"]
    open_fields = [field for field in fields if field.is_open]
    lines += ["", f"## Open fields ({len(open_fields)})", ""]
    lines += [f"- {open_field.section}: {open_field.title}" for open_field in open_fields]
    return "\n".join(lines) + "\n"


def _fields(summary: CorpusSummary) -> Iterator[TemplateField]:
    for title in ("Provider name and contact details", "Authorised representative"):
        yield TemplateField("1.1. Provider identification", title, "")
    for title in (
        "Versioned model name(s)", "Model dependencies", "Date of placement on the Union market",
    ):  # fmt: skip
        yield TemplateField("1.2. Model identification", title, "")
    yield from _content(summary)
    yield from _sources(summary)
    yield from _processing(summary)


def _content(summary: CorpusSummary) -> Iterator[TemplateField]:
    section = "1.3. Modalities, overall training data size and other characteristics"
    yield TemplateField(section, "Modality", "Text.")
    size = "less than 1 billion" if summary.tokens < _BILLION else "1 billion to 10 trillion"
    yield TemplateField(
        section, "Training data size",
        f"Text: {size} tokens, counted as lexer tokens of this corpus "
        f"({summary.tokens:,} tokens, {summary.bytes:,} bytes; each content once).",
        "The tokenizer of the model gives another number; other data of the model are not counted.",
    )  # fmt: skip
    yield TemplateField(
        section, "Types of content",
        f"Source code and the documentation beside it: {plural(summary.files, 'file')} of "
        f"{plural(summary.packages, 'package')}. By license category: "
        f"{_shares(summary.license_categories)}.",
    )  # fmt: skip
    latest = summary.dates.latest_release
    yield TemplateField(
        section, "Latest date of data acquisition/collection for model training", "",
        f"the index is of {summary.dates.indexed}; the latest release in it is of "
        f"{latest or 'no known date'}. Packages without a date: "
        f"{summary.dates.packages_without_date:,}.",
    )  # fmt: skip
    yield TemplateField(
        section, "Description of the linguistic characteristics of the overall training data", "",
        f"programming languages: {_shares(summary.languages)}. Natural languages are not measured.",
    )  # fmt: skip
    duplicates = summary.duplicates
    yield TemplateField(
        section, "Other relevant characteristics of the overall training data",
        f"{plural(duplicates.extra_files, 'file')} are copies of others "
        f"({duplicates.extra_bytes:,} bytes). {plural(summary.holders_total, 'copyright holder')} "
        f"are named; {plural(summary.files_without_holder, 'file')} name nobody.",
    )  # fmt: skip
    yield TemplateField(section, "Additional comments (optional)", "")


def _sources(summary: CorpusSummary) -> Iterator[TemplateField]:
    public = [source for source in summary.sources if str(source.get("kind")) in _PUBLIC]
    other = [source for source in summary.sources if str(source.get("kind")) not in _PUBLIC]
    section = "2.1. Publicly available datasets"
    yield TemplateField(
        section, "Have you used publicly available datasets to train the model?",
        "Yes." if public else "",
        "" if public else "no source of this corpus is a public registry or repository.",
    )  # fmt: skip
    registries = ", ".join(
        f"{registry.name}: {plural(registry.packages, 'package')}, {plural(registry.files, 'file')}"
        for registry in summary.registries
    )
    yield TemplateField(
        section, "List of large publicly available datasets",
        f"Packages of public registries. {registries}." if public else "",
    )  # fmt: skip
    yield TemplateField(
        section, "General description of other publicly available datasets not listed above", "",
        f"{plural(len(other), 'source')} of this corpus "
        "cannot be told public from private (folders and files)." if other else "",
    )  # fmt: skip
    for section, title in (
        ("2.2. Private non-publicly available datasets obtained from third parties",
         "Datasets commercially licensed by rightsholders or their representatives (2.2.1)"),
        ("2.2. Private non-publicly available datasets obtained from third parties",
         "Private datasets obtained from other third parties (2.2.2)"),
        ("2.3. Data crawled and scraped from online sources",
         "Were crawlers used by the provider or on behalf of the provider?"),
        ("2.3. Data crawled and scraped from online sources",
         "Crawlers, period of collection, types of content, and top domain names"),
        ("2.4. User data", "Was data from user interactions with the AI model used?"),
        ("2.4. User data", "Was data from user interactions with other services used?"),
        ("2.5. Synthetic data", "Was synthetic AI-generated data created to train the model?"),
        ("2.6. Other sources of data", "Have other data sources been used?"),
    ):  # fmt: skip
        yield TemplateField(section, title, "")


def _processing(summary: CorpusSummary) -> Iterator[TemplateField]:
    section = "3.1. Respect of reservation of rights from text and data mining exception"
    yield TemplateField(section, "Are you a signatory to the Code of Practice?", "")
    note = summary.opt_outs
    measured = (
        "no opt-out list was applied to this index."
        if note is None
        else f"an opt-out list of {note.get('entries')} entries (SHA-256 {note.get('sha256')}) was "
        f"applied on {note.get('applied')}; {note.get('files_removed')} files were removed."
    )
    yield TemplateField(
        section, "Measures to respect reservations of rights, with opt-out protocols", "", measured
    )
    section = "3.2. Removal of illegal content"
    yield TemplateField(section, "General description of measures taken", "", _private(summary))
    yield TemplateField("3.3. Other information (optional)", "Other relevant information", "")


def _private(summary: CorpusSummary) -> str:
    """The measured personal data, which has no other field in the template."""
    if summary.private_data is None:
        return "private data: not measured."
    kinds = summary.private_data.get("kinds")
    items = sum(int(kind["items"]) for kind in kinds) if isinstance(kinds, list) else 0
    return f"private data: {plural(items, 'value')} of grade A or B in the corpus."


def _shares(rows: Sequence[Counted]) -> str:
    total = sum(row.files for row in rows) or 1
    parts = [f"{_text(row.name)} {row.files / total * 100:.1f} %" for row in rows[:_NAMES]]
    more = len(rows) - len(parts)
    return ", ".join(parts) + (f", and {more} more" if more > 0 else "") + " of the files"


def _text(value: str) -> str:
    return visible(clip(value, 200)).replace("|", "/").replace("*", "").replace("`", "")
