# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The terms of a report with their definitions, and sentences with each term linked to its own.

`docs/glossary.md` holds the same text; a test keeps both equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["GLOSSARY", "Term", "TextPart", "link_terms"]


@dataclass(frozen=True, slots=True)
class Term:
    """A term, its other forms in a sentence, and its definition."""

    name: str
    definition: str
    forms: tuple[str, ...] = ()
    """Other words for it, in lower case; the plural of a form needs no entry of its own."""

    @property
    def slug(self) -> str:
        """Its name as an anchor: lower-case letters, digits and hyphens."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of a sentence, and the anchor of the term that it names, or ""."""

    text: str
    slug: str = ""


GLOSSARY = (
    Term("Agreement", "Many samples of one prompt that are nearly the same long text. A sign of "
         "memorization that needs no corpus.", ("samples agree", "agreeing samples")),
    Term("Ambiguous", "The two best-ranked origins of a passage differ in license category, and "
         "nothing decides between them. The stricter license is shown."),
    Term("Bits", "The information that a passage and its origin share, under the token statistics "
         "of the index. 30 bits stand for one chance in about a billion."),
    Term("Chao1", "A lower bound on how many different passages exist, seen or not, from those "
         "that were seen once and twice (Chao 1984).", ("good-turing",)),
    Term("Completion", "The text that a model adds to a prompt."),
    Term("Corpus", "The files that completions are compared with."),
    Term("Discoverable extraction", "Given the text before it, the model emits the true "
         "continuation token for token under greedy decoding. With (n, p): at least one of n "
         "samples is the true continuation with probability p or more (Hayes et al. 2024).",
         ("extracted", "extraction")),
    Term("E-value", "How many passages of this strength a text of this length would share with the "
         "index by chance (Karlin and Altschul 1990)."),
    Term("Excess", "The rate of the target arm minus the rate of the null arm, in percentage "
         "points.", ("percentage point",)),
    Term("Family", "All versions, forks, mirrors and vendored copies of one project; counted once.",
         ("independent project",)),
    Term("Finding", "A passage with its grade, origin and license."),
    Term("Fingerprint", "A hash of a passage and its origin. It stays the same when other text "
         "changes, and names the finding in links and baselines."),
    Term("Grade", "The strength of the evidence that a passage was copied. A: strong and verbatim. "
         "B: strong, renamed or edited. C: common by nature, such as license texts. D: weak. "
         "Headlines count A and B.",
         ("grade a", "grade b", "grade c", "grade d", "grade a or b", "grades a and b")),
    Term("Greedy decoding", "The model takes the likeliest token at each step, so that the same "
         "prompt gives the same completion."),
    Term("Index", "A searchable form of a corpus. What it does not hold cannot be found."),
    Term("Interval", "The range that holds the true rate in 95 of 100 such audits. It shows how "
         "far chance alone could have moved the measured rate. A bound is an interval with one "
         "end.", ("95 % interval", "95 % bound", "confidence")),
    Term("License", "The terms of the origin as an SPDX expression, read from the passage, its "
         "file, the nearest license file or the package, in this order."),
    Term("McNemar test", "Compares two runs on the same prompts. Only prompts at which the runs "
         "differ count (McNemar 1947).", ("mcnemar",)),
    Term("Memorization", "The model reproduces text that it saw in training. A finding is "
         "consistent with memorization; it does not prove how the model got the text.",
         ("memorized",)),
    Term("Null arm", "The same prompts about text that the model cannot have seen. It shows what "
         "the measure gives without memorization.", ("unseen text",)),
    Term("Origin", "The file of the index that a passage is attributed to, ranked first among all "
         "files that hold it. It is the likeliest source within the index, not in the world."),
    Term("Passage", "A run of text that a completion and a file of the index share."),
    Term("Prior-aware", "Whether a continuation is likely after its own prompt only. Text that is "
         "likely after any prompt is common rather than memorized."),
    Term("Prompt", "The text that a model is given."),
    Term("Reference model", "A model that should not have memorized the corpus, given the same "
         "prompts."),
    Term("Sampling frame", "How the prompted files were chosen. A rate holds for its own frame "
         "only.", ("packages frame", "uniform frame", "copies frame", "worst-case frame")),
    Term("Self-test", "Planted copies that the matcher must find, and unrelated texts that it must "
         "leave alone, in this index.", ("planted", "sensitivity", "specificity")),
    Term("Shuffled index", "The same lines in random order. Copies found in it are chance."),
    Term("Spread", "The number of independent families that hold a passage. Widely copied text is "
         "easier to memorize, and its origin is harder to name.", ("widely copied",)),
    Term("SWHID", "The Software Heritage identifier of a file's content (ISO/IEC 18670). It names "
         "the content wherever it is stored."),
    Term("Token", "A word, number, sign or string of source text, as the matcher counts. Model "
         "tokens are counted apart and named so."),
    Term("Unknown license", "No statement about the license was found or understood "
         "(NOASSERTION). It is never treated as permissive.", ("noassertion",)),
    Term("Verbatim", "Token for token the same; comments, white space and line breaks may differ. "
         "Renamed: the same but for names. Edited: the same but for some lines.",
         ("token for token",)),
)  # fmt: skip


def link_terms(sentence: str) -> tuple[TextPart, ...]:
    """The sentence in parts, the first mention of each term with the anchor of its definition."""
    pattern, slugs = _pattern()
    parts: list[TextPart] = []
    end = 0
    seen: set[str] = set()
    for term in pattern.finditer(sentence):
        slug = slugs[re.sub(r"\s+", " ", term["term"].lower())]
        if slug in seen:
            continue
        seen.add(slug)
        if term.start() > end:
            parts.append(TextPart(sentence[end : term.start()]))
        parts.append(TextPart(term[0], slug))
        end = term.end()
    if end < len(sentence):
        parts.append(TextPart(sentence[end:]))
    return tuple(parts)


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    slugs = {form: term.slug for term in GLOSSARY for form in (term.name.lower(), *term.forms)}
    listed = "|".join(re.escape(form) for form in sorted(slugs, key=len, reverse=True))
    return re.compile(rf"(?<![\w/.-])(?P<term>{listed})s?(?![\w/-]|\.\w)", re.IGNORECASE), slugs
