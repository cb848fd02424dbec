# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sentences beside a license text that nobody expects there: a doubt, whatever their words are.

What people add to a license text to take rights away has no common words ("Gamblers keep out").
What stands beside a text otherwise has few kinds: who made the work and from what, its parts, the
license that is meant, where to look. In a license file a sentence of no such kind is a doubt.
A comment also says what its file does. There a sentence must also speak of people, rights or
duties, or be in another language.
"""

from __future__ import annotations

import re

from codescan.licenses.notice_sentences import has_links, plain_words
from codescan.licenses.repeated_texts import kept_by_text
from codescan.licenses.restrictions import is_known_remark, modal_pattern
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["strange_sentence"]

_LEAST_WORDS = 3
_TELLING_WORDS = 2
_FOREIGN_WORDS = 4
_INITIAL = lazy_pattern(r"\b(?:[A-Z]|Jr|St|Univ|Dr|Inc|Ltd|Corp)\.$")
"""The end of a piece that was parted within a name."""
_STOP = lazy_pattern(r"[.!](?:[\s\"')\]*/}-]|$)*$")
_TITLE = lazy_pattern(r"[\w.+-]+(?: [\w.+-]+){0,2} [-\u2013\u2014] \w")
"""A name, a dash and what the work is."""
_LINKING = frozenset((
    "a", "an", "and", "as", "at", "by", "de", "for", "from", "in", "is", "it", "of", "on", "or",
    "that", "the", "this", "to", "with",
))  # fmt: skip
_ENGLISH = _LINKING - {"a", "an", "as", "at", "de", "in", "is", "on", "or"} | {
    "all", "are", "be", "been", "can", "has", "have", "its", "may", "no", "not", "only", "these",
    "was", "were", "when", "which", "will", "you", "your",
}  # fmt: skip
"""One of these is in most English sentences, and in none of other languages."""
_EXPECTED = lazy_pattern(
    # where the work comes from and who made it
    r" (?:adapted|automatically|based|built|contributed|converted|copied|created|developed|derived"
    r"|designed|downloaded|extracted|generated|implemented|imported|included|inspired"
    r"|maintained|modified|obtained|optimi[sz]ed|originally|packaged|debianized|ported|produced"
    r"|rewritten|sponsored|supported|taken|tested|translated|updated|vendored|written|dual)"
    r" (?:by|from|in|at|on|with|for|to|under|as|using|licensed|of) "
    r"| (?:was|were|has been|have been|had been) | (?:copyright\w*|contributors?|authors|thanks"
    r"|maintainers?|derivative work of|product of|part of|fork of|formerly|made (?:by|in|at)) "
    r"| is an? (?:\w+ ){0,2}?(?:version|copy|port|subset) of | software forks "
    r"| all rights? reserved "
    # what its parts are
    r"| (?:includes?|contains?|incorporates?|consists?|comprises?|describes?|implements?|uses"
    r"|displayed|depends?|dependency|dependencies|comes? from|defined as|standalone|portions) "
    # which license is meant
    r"| (?:licen[sc]ed|available|distributed|provided|released|covered|reproduced) "
    r"(?:(?:\w+ ){0,3}?(?:under|by|below|above|here|in|subject to the)|as follows) "
    r"| (?:this|the|these|following|above|below|each|same|which|bsd|mit|apache|gnu|public) "
    r"(?:\w+ ){0,4}?licen[sc]es? "
    r"(?!(?:\w+ ){0,2}?(?:stops?|ends?|holds?|lasts?|covers? no|is for|needs?|runs? out))"
    r"| licen[sc]es? (?:of|from|text|files?|headers?|notices?|information|terms) "
    r"| (?:mit|bsd|isc|apache|l?gpl|mpl|psf|zlib) licensed | applicable licenses "
    r"| public domain | following notices? "
    # where to look
    r"|^ (?:please )?(?:see|refer|read|visit|contact|send|report|write|questions|edit|avoid"
    r"|do not edit|don t edit) | (?:please )?(?:also )?(?:see|visit|contact) | questions "
    r"| found (?:in|at) "
    # what the project asks of those who change it
    r"| (?:bug|issue) reports? | pull requests? | bugs | changelog | brief summary of changes "
    r"| (?:future|next) releases? | (?:cit(?:e|ing)|citation) "
)
_ADDRESSED = lazy_pattern(
    rf"{modal_pattern()}"
    r"| (?:grant(?:s|ed)?|rights?|entitle[sd]?|granted|purchas\w+|contracts?|income|anyone|who"
    r"|whoever|everybody|firms?|people|persons?|scope) "
)


def strange_sentence(sentences: list[str], *, is_file: bool) -> str:
    """The first sentence of no kind that is expected beside a license text; "" where all are.

    Args:
        sentences: those beside the text, as they are written.
        is_file: whether they stand in a license file, else in a comment.
    """
    return next((each for each in sentences if _is_strange(each, is_file)), "")


@kept_by_text(2048, 2048)
def _is_strange(sentence: str, is_file: bool) -> bool:
    text = sentence.strip()
    if has_links(text) or "@" in text or _STOP.search(text) is None or _INITIAL.search(text):
        return False
    written = re.findall(r"[^\W\d_]+", text)
    telling = [word for word in written if word.islower() and word not in _LINKING]
    if len(written) < _LEAST_WORDS or len(telling) < _TELLING_WORDS:
        return False
    words = plain_words(text)
    if is_known_remark(words) or _EXPECTED.search(words) is not None:
        return False
    if _ADDRESSED.search(words) is not None:
        return True
    if is_file:
        return _TITLE.match(text) is None
    return len(written) >= _FOREIGN_WORDS and _ENGLISH.isdisjoint(words.split())
