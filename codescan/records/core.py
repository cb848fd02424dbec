# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The record types of codescan: frozen values that every layer shares.

Start with this file and `protocols.py` to understand the system. Records hold only values, without
I/O or behavior except derived properties. Collections inside records are tuples.

Units: a `Span` counts bytes of the UTF-8 text as given, half open. A `Region` counts lines,
1-based and inclusive. "Tokens" are lexer tokens of the matcher unless a field says "model tokens".
"""

from __future__ import annotations

from msgspec import Struct, field

from codescan.records.enums import HEADLINE_GRADES, Arm, Grade, Level, MatchKind, Rule, Stream
from codescan.records.licensing import Contribution, LicenseClaim, PolicyResult, Spread
from codescan.records.skip_reasons import is_unchecked_reason

__all__ = [
    "Alternative",
    "Attribution",
    "Completion",
    "Document",
    "Finding",
    "Language",
    "Match",
    "MatchLocation",
    "Origin",
    "Package",
    "Prompt",
    "Region",
    "Sampling",
    "Skipped",
    "Snippet",
    "Span",
    "Suppressed",
]

Language = str
"""A lower-case language name of `codescan.text.languages`, for example "python", "c", "prose"."""


class Span(Struct, frozen=True):
    """A half-open range of byte offsets into one named text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


class Region(Struct, frozen=True):
    """A range of lines, 1-based and inclusive, as editors and SARIF count them."""

    start_line: int
    end_line: int


class Package(Struct, frozen=True):
    """A released unit of a corpus: a PyPI release, an npm version, a repository at a revision."""

    purl: str
    """Package URL (purl-spec), for example "pkg:pypi/requests@2.31.0"."""
    name: str
    version: str = ""
    family: str = ""
    """Key under which versions, forks and mirrors of one project collapse: "pypi/requests"."""
    released: str | None = None
    """Date of release, ISO 8601 "YYYY-MM-DD", or None when no trustworthy date is known."""
    homepage: str = ""
    licenses: tuple[LicenseClaim, ...] = ()
    """The licenses that the package as a whole declares, most specific first."""
    copyrights: tuple[str, ...] = ()


class Origin(Struct, frozen=True):
    """The origin of a document."""

    package: Package
    path: str
    """Path inside the package, with forward slashes."""
    sha256: str
    """Hex digest of the raw bytes."""


class Document(Struct, frozen=True):
    """One file of a corpus, with everything an attribution needs."""

    content: bytes
    """The raw bytes; text that is safe to index (see `sources.eligibility`).

    Empty when an index describes a document without giving its text.
    """
    language: Language
    origin: Origin
    licenses: tuple[LicenseClaim, ...] = ()
    """Every level that says something, in order of precedence; empty means NOASSERTION."""
    copyrights: tuple[str, ...] = ()
    """Copyright lines of this file as written, at most a few dozen."""
    families: int = 0
    """Independent families that hold the same content, where an index says so; 0: not known."""

    @property
    def id(self) -> str:
        """A stable name: package URL, "#", path."""
        return f"{self.origin.package.purl}#{self.origin.path}"

    def __repr__(self) -> str:
        return f"<Document {self.id!r}, {len(self.content)} bytes>"


class Skipped(Struct, frozen=True):
    """An input that was not compared, and why. Skips are data in the report, not log lines."""

    item: str
    stage: str
    """"read", "fetch", "elicit", "score" or "match"."""
    reason: str
    """A short, stable word of `skip_reasons`: "binary", "too-large", "undecodable", ..."""
    detail: str = ""

    @property
    def is_unchecked(self) -> bool:
        """Whether it may hold text, so that a result does not cover it; else it is out of scope."""
        return is_unchecked_reason(self.reason)


class Prompt(Struct, frozen=True):
    """A prompt for a model."""

    id: str
    """Hash of strategy, target and text: the key under which work is resumed."""
    text: str
    strategy: str
    language: Language = "prose"
    document_id: str = ""
    """The `Document.id` the prompt was drawn from, or "" for prompts from elsewhere."""
    expected: str = ""
    """The true continuation, where there is one."""
    suffix: str = ""
    """Text after the hole, for fill-in-the-middle."""
    arm: Arm = Arm.TARGET
    prompt_tokens: tuple[int, ...] = ()
    """Model tokens of `text`, when the strategy cut at model tokens; else empty."""
    expected_tokens: tuple[int, ...] = ()
    """Model tokens of `expected`, likewise."""
    variant: str = ""
    """The variant of its strategy, for example "50 tokens"; groups of a report."""
    license_category: str = ""
    """Of the document's most specific license; "" for prompts from elsewhere."""
    copies: int = 0
    """`Document.families` of the document."""
    chat: bool = False
    """Whether `text` is a user's message, to be put in the model's chat template if it has one."""
    frame: str = ""
    """The sampling frame of its document (`audits.sampling_frames`); "" if it was not drawn."""
    stratum: str = ""
    """Part of the corpus it was drawn from, in a frame that draws from each part apart."""
    infill_order: str = ""
    """The side of a hole that comes first, "psm" or "spm"; "" for the model's default."""
    group: str = ""
    """Prompts of one group are not independent, for example the turns of a conversation or the
    samples of a task in a log; of drawn prompts, the family of the file. "": it stands alone."""


class Sampling(Struct, frozen=True):
    """Everything needed to repeat a generation."""

    max_new_tokens: int = 128
    temperature: float = 0.0
    """0 means greedy decoding."""
    top_p: float = 1.0
    top_k: int = 0
    """0 means no limit."""
    count: int = 1
    """Completions for each prompt."""
    seed: int = 0


class Completion(Struct, frozen=True):
    """The text that a model added to a prompt; the prompt itself is not part of `text`."""

    prompt_id: str
    model: str
    text: str
    index: int = 0
    """0-based number among the completions of one prompt."""
    finish_reason: str = "length"
    """"stop", "length", "filter", "refusal" or "error"."""
    tokens: int = 0
    """Model tokens generated; 0 where the backend does not say."""

    @property
    def id(self) -> str:
        """Prompt id and index: unique within a run."""
        return f"{self.prompt_id}/{self.index}"


class Snippet(Struct, frozen=True):
    """A text to be checked."""

    id: str
    content: bytes
    """UTF-8; spans of matches are offsets into it."""
    language: Language | None = None
    """None: not known, to be detected."""
    path: str | None = None
    context: str = ""
    """Text its author was given (the prompt): what repeats it is not a copy from a corpus."""
    searched_bytes: int = 0
    """Bytes of the text that this is an excerpt of, over which chance is reckoned; 0: its own."""

    def __repr__(self) -> str:
        return f"<Snippet {self.id!r}, {len(self.content)} bytes>"


class MatchLocation(Struct, frozen=True):
    """An indexed content that holds (nearly) the same passage as a snippet."""

    content_id: int
    """Number of the content in its index; identical files of many packages are one content."""
    span: Span
    """The passage in that content."""
    similarity: float = 1.0
    """Share of the passage's tokens that this holder has, 0..1."""


class Match(Struct, frozen=True):
    """A passage of a snippet that indexed contents hold too."""

    snippet_id: str
    kind: MatchKind
    span: Span
    """The passage in the snippet."""
    tokens: int
    """Lexer tokens of the passage."""
    locations: tuple[MatchLocation, ...]
    """Never empty; best similarity first, then by content number. Possibly shortened."""
    locations_total: int = 1
    """An upper bound on the contents that hold the passage: places of its rarest fingerprint."""
    similarity: float = 1.0
    """Share of the passage's tokens that the first holder has, 0..1."""
    bits: float = 0.0
    """Score: information that the passage and its origin share, under the index's statistics."""
    e_value: float = 0.0
    """Matches of this score that a text of this length would find in the index by chance."""
    renames: tuple[tuple[str, str], ...] = ()
    """(name in the first holder, name in the snippet) for each renamed identifier."""
    stream: Stream = Stream.CODE
    """The compared parts of the snippet."""
    is_verified: bool = True
    """False: the index has no texts, and only hashes of them were compared (profile `sketch`)."""


class Alternative(Struct, frozen=True):
    """Another holder of the same passage."""

    purl: str
    package: str
    version: str
    path: str
    region: Region
    license: LicenseClaim
    swhid: str = ""
    """The SWHID, as in `Attribution`."""
    released: str | None = None


class Attribution(Struct, frozen=True):
    """The origin and license of a passage, with the confidence in them."""

    origin: Origin
    region: Region
    license: LicenseClaim
    swhid: str = ""
    """Software Heritage identifier of the origin's content, "swh:1:cnt:<sha1_git>"
    (ISO/IEC 18670); "" where it is not known."""
    claims: tuple[LicenseClaim, ...] = ()
    """Every level's statement about the origin file, in order of precedence."""
    copyrights: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    """The next holders by rank, one for each family; possibly shortened."""
    alternatives_total: int = 0
    families: int = 1
    """Independent families that hold the passage: the owners that count for commonness."""
    ambiguous: bool = False
    """The two best-ranked families differ in license category and nothing decides between them."""
    reasons: tuple[str, ...] = ()
    """Why this origin, one sentence for each rule that decided."""
    functions: tuple[str, ...] = ()
    """Definitions of the origin's file that the passage is made of, such as "Heap.sift"."""
    margin: float | None = None
    """Sum of the points of `contributions`, 0..1: 0 when only a tie-break puts the origin before
    the runner-up; None where no other family holds the passage."""
    contributions: tuple[Contribution, ...] = ()
    """The values of each ranking rule, in the order of comparison."""
    licenses_seen: tuple[tuple[str, int], ...] = ()
    """(expression, families under it) of all ranked families, most families first."""
    earliest: Alternative | None = None
    """The holder of earliest date in the index, the origin included; None: none has a date.

    Never "the oldest": the index need not hold the true source.
    """

    @property
    def runner_up(self) -> Alternative | None:
        """The second-ranked family, or None."""
        return self.alternatives[0] if self.alternatives else None


class Finding(Struct, frozen=True):
    """A graded, attributed passage."""

    rule: Rule
    grade: Grade
    level: Level
    fingerprint: str
    """Hash of the passage's tokens and the origin's family; unmoved by edits elsewhere."""
    snippet_id: str
    snippet_path: str | None
    span: Span
    region: Region
    kind: MatchKind
    similarity: float
    tokens: int
    bits: float
    """Score: information that the passage and its origin share."""
    attribution: Attribution
    renames: tuple[tuple[str, str], ...] = ()
    e_value: float = 0.0
    """Matches of this score that a text of this length would find in this index by chance."""
    spread: Spread = field(default_factory=lambda: Spread(1))
    grade_reasons: tuple[str, ...] = ()
    """Why this grade, one sentence each."""
    is_verified: bool = True
    """Whether the match was verified on text, as in `Match`."""
    functions: tuple[str, ...] = ()
    """Definitions of the snippet that the passage is made of; empty unless requested."""
    snippet_text: str = ""
    """The whole lines of `region`, shortened for display."""
    origin_text: str = ""
    """The whole lines of the origin's region, shortened likewise."""
    policy: PolicyResult | None = None
    """None without a policy."""
    view: tuple[str, ...] = ()
    """Path of the text inside the snippet that holds the passage, such as ("cell 3", "fence 1");
    empty where it occurs in the snippet itself. `span` and `region` are those of the snippet."""
    view_region: Region | None = None
    """Lines of that inner text, decoded; None where the passage occurs in the snippet itself."""
    arm: Arm = Arm.TARGET
    """Arm of the prompt whose completion holds the passage; headlines count the target arm."""
    added_region: Region | None = None
    """The longest run of lines of `region` that the change under review adds; None: no change."""
    prompt_id: str = ""
    """`ReportedPrompt.id` of the prompt whose completion holds the passage; "" for files."""

    def __repr__(self) -> str:
        place = f"{self.snippet_id}:{self.region.start_line}-{self.region.end_line}"
        return f"<Finding {self.fingerprint!r}, grade {self.grade.value}, {place!r}>"

    @property
    def counts(self) -> bool:
        """Whether it counts in headlines and bills of materials: grade A or B, target arm."""
        return self.grade in HEADLINE_GRADES and self.arm is Arm.TARGET


class Suppressed(Struct, frozen=True):
    """A shared run that is deliberately not a finding, and why: the other half of the guarantee."""

    snippet_id: str
    region: Region
    tokens: int
    reason: str
    """"too-common", "below-threshold", "inside-another", ..."""
    view: tuple[str, ...] = ()
    """The path of the inner text, as in `Finding`."""
