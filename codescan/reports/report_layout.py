# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every key of a report in JSON: which attribute of the records it holds, and what it means.

To add a field to the report, add it to its record and here. Readers ignore keys that they do not
know; a key that is added within a schema version is optional, so that older reports can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from codescan.records import (
    Alternative,
    Finding,
    FindingList,
    Region,
    Report,
    ReportedPrompt,
    Suppressed,
)
from codescan.records.codec import Codec, Computed, Key, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.reports.report_types import LicenseSeen

__all__ = ["REPORT_CODEC", "SCHEMA_VERSION", "qualified"]

SCHEMA_VERSION = 1
_TYPES = "codescan.reports.report_types"

_FIRST = "First line, 1-based."
_LAST = "Last line, 1-based and inclusive."
_SWHID = "Software Heritage identifier of the content with its lines (ISO/IEC 18670), or empty."
_RELEASED = "Date of release, YYYY-MM-DD; null when no trustworthy date is known."


def qualified(swhid: str, region: Region) -> str:
    """A content's SWHID with its `lines` qualifier (ISO/IEC 18670, 6.3); "" stays ""."""
    return f"{swhid};lines={region.start_line}-{region.end_line}" if swhid else ""


def _swhid_of(prefix: str) -> Computed:
    """The SWHID of a record's content and region: `prefix` is "", or the path of the record."""

    def read(record: Any) -> str:
        holder = getattr(record, prefix.rstrip(".")) if prefix else record
        return qualified(holder.swhid, holder.region)

    def write(swhid: str, attributes: Mapping[str, Any]) -> tuple[str, str]:
        first, last = (attributes[f"{prefix}region.{end}_line"] for end in ("start", "end"))
        return f"{prefix}swhid", swhid.removesuffix(f";lines={first}-{last}")

    return Computed(str, read, write)


def _renames(finding: Finding) -> dict[str, str]:
    """{name in the origin: name in the snippet}; a renaming is one to one by definition."""
    renames = dict(finding.renames)
    if len(renames) != len(finding.renames):
        raise ValueError(f"finding {finding.fingerprint} renames an identifier twice")
    return renames


def _licenses_seen(finding: Finding) -> list[dict[str, object]]:
    seen = finding.attribution.licenses_seen
    return [{"expression": expression, "families": families} for expression, families in seen]


def _seen_licenses(
    seen: tuple[LicenseSeen, ...], _attributes: Mapping[str, Any]
) -> tuple[str, tuple[tuple[str, int], ...]]:
    return "attribution.licenses_seen", tuple((one.expression, one.families) for one in seen)


def _lines(source: str, prefix: str = "") -> tuple[Key, Key]:
    return (
        Key(f"{prefix}start_line", f"{source}.start_line", _FIRST, least=1),
        Key(f"{prefix}end_line", f"{source}.end_line", _LAST, least=1),
    )


_REGION = Layout(
    Region,
    "A range of lines.",
    (Key("start_line", "start_line", _FIRST, least=1), Key("end_line", "end_line", _LAST, least=1)),
    {},
)
_ALTERNATIVE = Layout(
    Alternative,
    "Another holder of the same passage.",
    (
        Key("purl", "purl", "Package URL."),
        Key("package", "package", "Name of the package."),
        Key("version", "version", "Its version, or empty."),
        Key("path", "path", "Path inside the package."),
        *_lines("region"),
        Key("swhid", _swhid_of(""), _SWHID),
        Key("released", "released", _RELEASED),
        Key("license", "license", "Its license."),
    ),
    {},
)
_FINDING = Layout(
    Finding,
    "A graded, attributed passage.",
    (
        Key("rule", "rule", "Rule of the finding, such as verbatim-copy."),
        Key("grade", "grade", "Strength of the evidence: A and B count in headlines, C (common) "
            "and D (short) are listed."),
        Key("level", "level", "SARIF 2.1.0 level."),
        Key("fingerprint", "fingerprint", "Hash of the passage's tokens and the origin's family; "
            "unmoved by edits elsewhere."),
        Key("arm", "arm", "Arm of the prompt whose completion holds the passage; headlines count "
            "the target arm.", is_optional=True),
        Key("snippet.id", "snippet_id", "Names the completion or file."),
        Key("snippet.prompt", "prompt_id", "Id of the prompt in `prompts` whose completion holds "
            "the passage; empty for a file.", is_optional=True),
        Key("snippet.path", "snippet_path", "Path of the scanned file; null for a completion."),
        *_lines("region", "snippet."),
        Key("snippet.start_byte", "span.start", "First byte in the UTF-8 text as given.", least=0),
        Key("snippet.end_byte", "span.end", "Byte after its last.", least=0),
        Key("snippet.view", "view", "Path of the text inside the snippet that holds the passage, "
            "such as cell 3, fence 1; empty where it stands in the snippet itself.",
            is_optional=True),
        Key("snippet.view_lines", "view_region", "Lines of that inner text, decoded; null where "
            "the passage stands in the snippet itself.", is_optional=True),
        Key("snippet.text", "snippet_text", "Whole lines, possibly shortened for display."),
        Key("snippet.functions", "functions", "Definitions of the snippet that the passage is made "
            "of, such as Heap.sift; empty where nobody asked.", is_optional=True),
        Key("snippet.added", "added_region", "The longest run of these lines that the change under "
            "review adds; null where no change was reviewed.", is_optional=True),
        Key("kind", "kind", "How the passage equals its origin."),
        Key("similarity", "similarity", "Share of the passage's tokens that the origin has."),
        Key("tokens", "tokens", "Lexer tokens of the passage.", least=0),
        Key("bits", "bits", "Score: the information, in bits, that the passage and its origin "
            "share under the index's token statistics. Renamed text scores its structure alone."),
        Key("e_value", "e_value", "Matches of this score that a text of this length would find in "
            "this index by chance."),
        Key("spread.families", "spread.families", "Independent families that hold the passage, of "
            "those that were looked at.", least=1),
        Key("spread.categories", "spread.categories", "License categories of these families."),
        Key("renames", Computed(dict[str, str], _renames,
            lambda names, _: ("renames", tuple(names.items()))),
            "Name in the origin to name in the passage."),
        Key("grade_reasons", "grade_reasons", "Why this grade, one sentence each."),
        Key("verified", "is_verified", "Whether the passage was compared with the origin's text; "
            "else only with hashes of it.", is_optional=True),
        Key("origin.purl", "attribution.origin.package.purl", "Package URL."),
        Key("origin.package", "attribution.origin.package.name", "Name of the package."),
        Key("origin.version", "attribution.origin.package.version", "Its version, or empty."),
        Key("origin.family", "attribution.origin.package.family", "Key under which versions, "
            "forks and mirrors of one project collapse."),
        Key("origin.path", "attribution.origin.path", "Path inside the package, with forward "
            "slashes."),
        *_lines("attribution.region", "origin."),
        Key("origin.sha256", "attribution.origin.sha256", "Hex digest of the file's raw bytes."),
        Key("origin.swhid", _swhid_of("attribution."), _SWHID),
        Key("origin.released", "attribution.origin.package.released", _RELEASED),
        Key("origin.homepage", "attribution.origin.package.homepage", "Address of the project, "
            "or empty."),
        Key("origin.package_licenses", "attribution.origin.package.licenses", "What the package "
            "as a whole declares, most specific first."),
        Key("origin.package_copyrights", "attribution.origin.package.copyrights", "Copyright lines "
            "of the package as a whole."),
        Key("origin.text", "origin_text", "Whole lines, possibly shortened for display."),
        Key("origin.functions", "attribution.functions", "Definitions of the origin's file that "
            "the passage is made of.", is_optional=True),
        Key("license", "attribution.license", "The license of the origin."),
        Key("claims", "attribution.claims", "Every level's statement about the origin file, in "
            "order of precedence."),
        Key("copyrights", "attribution.copyrights", "Copyright lines of the file as written."),
        Key("runner_up", Computed(Alternative | None, lambda f: f.attribution.runner_up),
            "The second-ranked holder, the first of the alternatives; null where no other family "
            "holds the passage.", is_optional=True),
        Key("margin", "attribution.margin", "Sum of the points of the contributions: 0 when only "
            "a tie-break decides; null where there is no runner-up.", is_optional=True),
        Key("contributions", "attribution.contributions", "What each rule of the ranking read, in "
            "the order in which they are compared.", is_optional=True),
        Key("alternatives", "attribution.alternatives", "The next holders by rank, one for each "
            "family; possibly shortened."),
        Key("alternatives_total", "attribution.alternatives_total", "How many there are, counting "
            "those left out.", least=0),
        Key("licenses_seen", Computed(f"{_TYPES}:LICENSES_SEEN", _licenses_seen, _seen_licenses),
            "The licenses of all families that hold the passage, most families first.",
            is_optional=True),
        Key("earliest", "attribution.earliest", "The holder of earliest release date in the index, "
            "the origin included; null where none has a date.", is_optional=True),
        Key("families", "attribution.families", "Independent families that hold the passage.",
            least=0),
        Key("ambiguous", "attribution.ambiguous", "The two best-ranked families differ in license "
            "category and nothing decides between them."),
        Key("origin_reasons", "attribution.reasons", "Why this origin, one sentence for each rule "
            "that decided."),
        Key("policy", "policy", "What the project's policy says; null where none was asked.",
            is_optional=True),
    ),
    {
        "snippet": "Where the passage stands in what was checked.",
        "spread": "How widely the passage is copied; apart from its grade.",
        "origin": "The file of the index that the passage is attributed to.",
    },
)  # fmt: skip
_SUPPRESSED = Layout(
    Suppressed,
    "A shared run that is deliberately not a finding.",
    (
        Key("snippet_id", "snippet_id", "Names the completion or file."),
        *_lines("region"),
        Key("tokens", "tokens", "Lexer tokens of the shared run.", least=0),
        Key("reason", "reason", "A short, stable word: too-common, below-threshold, ..."),
        Key("view", "view", "As in a finding.", is_optional=True),
    ),
    {},
)
_PROMPT = Layout(
    ReportedPrompt,
    "A prompt of which a completion has a finding. Long texts are shortened in their middle.",
    (
        Key("id", "id", "Hash of strategy, target and text."),
        Key("text", "text", "What the model was given."),
        Key("strategy", "strategy", "Prompt strategy that made it, or where it was read."),
        Key("characters", "characters", "Characters of the whole prompt.", least=0),
        Key("suffix", "suffix", "Text after the hole, for fill-in-the-middle; else empty."),
        Key("expected", "expected", "The true continuation; empty where none is known."),
        Key("arm", "arm", "target, or null for text that the model cannot have seen."),
        Key("variant", "variant", "Form of the strategy, such as 50 tokens; or empty."),
        Key("frame", "frame", "Sampling frame of its document; empty if it was not drawn."),
        Key("document", "document_id", "Package URL, # and path of the file it was drawn from; "
            "empty for prompts from elsewhere."),
        Key("chat", "chat", "Whether the text is a user's message."),
        Key("extracted", "extracted", "Whether greedy decoding emits the true continuation token "
            "for token; null where this was not scored."),
    ),
    {},
)  # fmt: skip
_REPORT = Layout(
    Report,
    "What a scan or an audit found. Lines are 1-based and inclusive; bytes are half-open offsets "
    "into the UTF-8 text as given. Readers must ignore keys that they do not know.",
    (
        Key("schema_version", Computed(Literal[1], lambda _: SCHEMA_VERSION), "Raised when a key "
            "changes its meaning or goes away; keys may be added without."),
        Key("tool", "tool", "Name and version of what wrote the report."),
        Key("run", "run", "Settings that produced the result: command, model, sampling, "
            "strategies, seeds, hashes."),
        Key("index", "index", "What was compared against: name, size, guarantee, digest."),
        Key("statistics", "statistics", "Counts, and rates as `Rate` describes them."),
        Key("findings", "findings", "Graded, attributed passages."),
        Key("suppressed", "suppressed", "Shared runs that are deliberately not findings."),
        Key("skipped", "skipped", "Inputs that could not be checked."),
        Key("completions", "completions", "Full text of each snippet that has a finding, by "
            "snippet id."),
        Key("prompts", "prompts", "Prompts of the completions that have a finding.",
            is_optional=True),
    ),
    {},
)  # fmt: skip

_FINDINGS = Layout(
    FindingList,
    "Findings of a report.",
    (
        Key("schema_version", Computed(int, lambda _: SCHEMA_VERSION), "Version of this shape."),
        Key("findings", "findings", "Findings, in the order of the report."),
    ),
    {},
)
REPORT_CODEC = Codec((_REGION, _ALTERNATIVE, _FINDING, _SUPPRESSED, _PROMPT, _REPORT, _FINDINGS))
"""Reads and writes reports and their parts."""
