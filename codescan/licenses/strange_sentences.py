# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds unexpected sentences next to a license text, which make the license doubtful.

Sentences that remove rights have no common words ("Gamblers keep out"). But other sentences next to
a license text are of few kinds: authors and sources of the work, its parts, the license that is
meant, where to look, the purpose of the project (`project_remarks`). In a license file, a sentence
of any other kind makes the license doubtful.
A comment also describes its file. There, a sentence is a doubt only if it is also about people,
rights or duties, or is in another language.
"""

from __future__ import annotations

import re

from codescan.licenses.notice_sentences import has_links, plain_words
from codescan.licenses.project_remarks import is_about_people, is_project_remark
from codescan.licenses.repeated_texts import kept_by_text
from codescan.licenses.restrictions import is_known_remark, modal_pattern
from codescan.licenses.rights_words import ENGLISH
from codescan.licenses.technical_sentences import is_about_program
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["addressed_pattern", "strange_sentence"]

_LEAST_WORDS = 3
_TELLING_WORDS = 2
_FOREIGN_WORDS = 4
_BARE = lazy_pattern(
    r"^ (?:(?:no|not for|only|only for|only by|just for|never|never for|nothing for|kein\w*|nur"
    r"|sans|sin|solo) (?!warrant|code |guarantee|changes|rights reserved)(?:\w+ ){1,4}"
    r"|(?:keep|leave) (?:it|this|them|the \w+) (?:\w+ ){1,5})$"
)
"""A sentence without a subject that sets a limit, as in "Not for tanks"."""
_INITIAL = lazy_pattern(r"\b(?:[A-Z]|Jr|St|Univ|Dr|Inc|Ltd|Corp)\.$")
"""The end of a sentence part that was split within a name."""
_STOP = lazy_pattern(r"[.!](?:[\s\"')\]*/}-]|$)*$")
_TITLE = lazy_pattern(r"[\w.+-]+(?: [\w.+-]+){0,2} [-\u2013\u2014] \w")
"""A name, a dash and a description of the work."""
_LINKING = frozenset((
    "a", "an", "and", "as", "at", "by", "de", "for", "from", "in", "is", "it", "of", "on", "or",
    "that", "the", "this", "to", "with",
))  # fmt: skip
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
_ADDRESSED_WORDS = (
    rf"{modal_pattern()}"
    r"| (?:grant(?:s|ed)?|rights?|entitle[sd]?|granted|purchas\w+|contracts?|income|anyone|who"
    r"|whoever|everybody|firms?|people|persons?|scope) "
)
_ADDRESSED = lazy_pattern(_ADDRESSED_WORDS)


def addressed_pattern() -> str:
    """A pattern in every English sentence of a comment that makes the adjacent license doubtful."""
    return _ADDRESSED_WORDS


def strange_sentence(sentences: list[str], *, is_file: bool, has_text: bool = True) -> str:
    """The first sentence of an unexpected kind next to a license text; "" if there is none.

    Args:
        sentences: the sentences next to the text, as written.
        is_file: whether they are in a license file; else they are in a comment.
        has_text: whether they accompany a whole license text, not only its name. If not, a doubt
            must also be about people.
    """
    return next((each for each in sentences if _is_strange(each, is_file, has_text)), "")


@kept_by_text(2048, 2048)
def _is_strange(sentence: str, is_file: bool, has_text: bool) -> bool:  # noqa: PLR0911 - kinds
    text = sentence.strip()
    if has_links(text) or "@" in text or _STOP.search(text) is None or _INITIAL.search(text):
        return False
    words = plain_words(text)
    if has_text and _BARE.match(words) and not is_known_remark(words):
        return True
    written = re.findall(r"[^\W\d_]+", text)
    telling = [word for word in written if word.islower() and word not in _LINKING]
    if len(written) < _LEAST_WORDS or len(telling) < _TELLING_WORDS:
        return False
    if is_known_remark(words) or is_project_remark(words) or _EXPECTED.search(words) is not None:
        return False
    if not is_file and is_about_program(words):
        return False
    if not (has_text or is_about_people(words)):
        return False
    if _ADDRESSED.search(words) is not None:
        return True
    if is_file:
        return _TITLE.match(text) is None
    return has_text and len(written) >= _FOREIGN_WORDS and ENGLISH.isdisjoint(words.split())
