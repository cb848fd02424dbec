# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Detects words that remove rights or add a condition, so that a license becomes another one.

`data/restrictions.toml` lists the words. A text with such words is not under the license that its
other words name, and a file with them is not under the license of its package. Comments about
programs use the same words ("must not be copied", "for internal use"). So outside of license files,
a sentence must name the work or be near words about rights.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from codescan._core import _native
from codescan.licenses import spdx_list
from codescan.licenses.notice_sentences import plain_words, without_contractions
from codescan.licenses.pattern_words import WordedPatterns
from codescan.licenses.repeated_texts import kept_by_text
from codescan.licenses.technical_sentences import COPYING, is_about_program, is_code, is_technical
from codescan.text.lazy_patterns import lazy_pattern

__all__ = [
    "is_known_remark",
    "may_take",
    "modal_pattern",
    "restriction",
    "worded_restrictions",
    "worded_rights",
]

_RIGHTS = WordedPatterns(
    r" (?:licen[sc]\w*|copyright\w*|copyleft|redistribut\w+|all rights|intellectual property"
    r"|unauthori[sz]ed (?:\w+ ){0,4}(?:use|copying|distribution|disclosure|reproduction)"
    r"|trade secrets?|(?:written|prior) permission"
    r"|permission (?:is|to) (?:\w+ )?(?:granted|use|copy)"
    r"|lizenz\w*|urheber\w*|rechte|droits|licencia|derechos|licenza|diritti|licenca|direitos"
    r"|rechten|licentie|prawa|licencj\w+) "
)
_NEAR = 2
"""Number of sentences around a sentence about rights that are read for conditions."""

# Words that add no condition to the named license, or only protect the notice itself.
_EXEMPT = lazy_pattern(
    r" (?:except|unless) (?:in compliance|in accordance|according|as (?:permitted|provided"
    r"|expressly|"
    r"allowed|described|noted)|under the (?:terms|license)|pursuant|per |subject to the terms"
    r"|required by|"
    r"you (?:accept|agree)|permitted by)"
    r"| (?:remove|removed|alter|altered|delete|deleted|change|changed) (?:\w+ ){0,4}?(?:this"
    r"|the|these|"
    r"any|copyright) (?:\w+ ){0,2}?(?:notices?|header|comment|copyright|lines?|text|block"
    r"|statement)"
    r"| (?:this|the|these) (?:\w+ ){0,3}?(?:notices?|header|comment|copyright"
    r"|attribution) (?:\w+ ){0,6}?"
    r"(?:may|must|shall|should) (?:not )?(?:be )?(?:\w+ ){0,2}?(?:removed|altered|retained"
    r"|preserved|"
    r"included|appear|remain|kept|deleted|intact)"
    r"| under the terms of the gnu free documentation license "
    r"| endorse or promote | used in advertising | without (?:even )?(?:any |the )?(?:implied "
    r"|express )?"
    r"warrant(?:y|ies) "
    r"| (?:must|shall|should) (?:retain|keep|include|reproduce"
    r"|preserve) (?:\w+ ){0,6}?(?:notices?|copyright)"
    r"| edit (?:this|the|it|manually)| call | be called "
    r"| (?:do not|don t|need not|not required to) (?:have to )?(?:do|notify|pay|ask|tell) "
    r"| no warranty (?:is|of|as to) | licensed to psf "
    r"| you should have received | should be included | licensed to you under "
    r"| (?:used|called|imported) (?:by|from|in) (?:code|modules?|files?) outside "
    r"| (?:can|may) (?:\w+ )?(?:be )?(?:freely )?used? (?:\w+ )?(?:in|for|with) (?:\w+ ){0,3}?"
    r"(?:closed|proprietary|commercial) (?!.* (?:only|if|after|provided|unless|without|not|with) )"
    r"| must obey the (?:gnu|gpl) | at your option | on an as is basis "
)
_OBJECT = lazy_pattern(
    r" (?:licen[sc]\w*|copyright|credit\w*|notify|attribut\w+|pay|payment|fees?|royalt\w+"
    r"|distribut\w+|"
    r"redistribut\w+|copies|copying|derivatives?|share|permission|acknowledg\w+|source code"
    r"|software|"
    r"program|work|code|files?|author|sell|sold|donat\w+|patents?|rights|use|used|usage|material|"
    r"content|dataset|library|product|resale) "
)


_MODAL_WORDS = (
    r" (?:void|invalid|costs?|nobody|no one|pays?|blocked|ruled out|asked to|refused|denied|barred"
    r"|at most|no more than|expires?|terminat\w*|revo\w+|only|must|shall"
    r"|may not|cannot|can not|no|not|never|requires?|required|needs?|have to"
    r"|has to|prohibited|forbidden|excluded|except|unless|provided that|as long as|without|paid"
    r"|fees?|permission|consent|allowed|permitted|reserved|agree|condition\w*|restrict\w*|solely"
    r"|exclusively|limited to) "
)
_MODAL = lazy_pattern(_MODAL_WORDS)
_USE = lazy_pattern(
    r" (?:use[sd]?|using|usage|users?|cop(?:y|ies|ying)|display|this grant|granted|evaluation"
    r"|derivative works?|modified versions?|resale|resell\w*|reuse\w*|production|distribut\w*"
    r"|redistribut\w*|commercial\w*|sell|sold"
    r"|selling|organi[sz]ations?|compan(?:y|ies)|profits?|military|weapons?|advertis\w*|train\w*"
    r"|ai|rights|credits?|cite|citation|attribut\w*|pay|paid|fees?|purposes?|licensees?|postcard"
    r"|donat\w*|employ\w*|governments?|deploy\w*|hosting|hosted|services?|modifications"
    r"|improvements|enhancements|licensors?|surveillance|publication|public display"
    r"|benchmark\w*|approv\w+|sharing|members?|sublicens\w+) "
)
"""Together with one of `_MODAL`, such words next to a license text make it doubtful."""
_STRICT = lazy_pattern(
    r" (?:prohibited|forbidden|(?<!files )excluded|disallowed|banned|void|invalid|revo\w+|costs?"
    r"|not (?:be )?(?:permitted|allowed|covered|authori[sz]ed|licensed|granted|entitled|passed on)"
    r"|(?:you|users?|licensees?|persons?|copies|works?|modifications|they) (?:\w+ ){0,3}?(?:must"
    r"|shall|may not|has to|have to|agrees? (?:not )?to)|may only|(?<!not )limited to) "
    r"|^ (?:only|every|each) (?:\w+ ){1,8}?(?:may|must|shall|has to|can) "
    r"| only (?:\w+ ){1,5}?may be "
    r"|(?<! author) may not (?:(?!be )\w+|be (?!the )\w+) "
    r"| (?:nobody|no one) | consent (?:is|must) | pays? (?!attention)"
    r"| (?:is|are) (?:blocked|ruled out|asked to|refused|denied|barred) "
    r"| (?:must|shall|has to|have to) (?:mention|carry|bear|display|show|sign|send|pay) "
)
"""The same for a sentence about anything."""
_BENIGN = lazy_pattern(
    r" (?:see|read|refer to) (?:\w+ ){0,6}?(?:license|copying|notice|details|more|information) "
    r"| (?:is|are) (?:(?!not )\w+ )?(?:licensed|distributed|released|covered) (?:under|by) "
    r"| (?:the|each|its|their|original) (?:\w+ ){0,3}?(?:authors?|owners?|holders?) "
    r"(?:\w+ ){0,4}?(?:retain|reserve|own)s? "
    r"| (?:used|modified|copied|distributed|redistributed) (?:only )?under (?:the )?terms "
    r"|^ (?:copyright (?:\w+ ){0,12}?)?all rights reserved $| used with permission "
    r"| (?:notices?|header|copyright) (?:\w+ ){0,3}?intact "
    r"| by (?:\w+ ){1,3}?(?:using|accessing) (?:\w+ ){1,3}?you (?:are )?agree"
    r"| unlike the gpl | under a gpl compatible license | the (?:\w+ )?original (?:has|is|was|had) "
    r"|^ permission to use copy modify and (?:or )?distribute this software and its documentation $"
    # What a file does: "Generates a test for x without using y".
    r"|^ (?:this (?:\w+ )?)?(?:generates|implements|computes|tests|checks|converts|parses|reads"
    r"|writes|prints|demonstrates|measures|defines|declares|describes|creates|encodes|decodes"
    r"|calculates|sorts|searches|simulates|draws|renders|wraps|provides)"
    r" (?!.* (?:you|may|must|shall|licen[sc]\w*|permi\w+|commercial\w*|redistribut\w*"
    r"|cop(?:y|ies|ied|ying)|sold|sell|pay|fees?|only|solely|exclusively|consent|prohibited|forbidden|military|train\w*|ai|research|personal"
    r"|evaluation|internal|employees|rights|purposes?) )"
    r"| trademarks? | no warrant(?:y|ies) | not (?:affiliated|endorsed|associated) "
    r"| (?:you|users?) (?:may|can) (?:freely )?(?:use|choose|copy) "
    r"(?!.*\b(?:only|at most|no more|unless|except|provided|if|as long as)\b)"
    r"| not (?:be )?(?:liable|responsible) "
)
_WORK = lazy_pattern(
    r" (?:this|the|these|our|its|said|all|any|following|below|above) (?:\w+ ){0,2}?(?:software"
    r"|files?|programs?|source|codes?|works?|library|script|package|project|materials?"
    r"|documents?|documentation|content|datasets?|model|weights|product|repository|information"
    r"|contents|headers?|notebooks?|algorithms?|copies|parts?|samples?|snippets?) "
    r"|^ (?:\w+ ){0,3}(?:confidential|proprietary) "
)
"""Words for the work, the object of a sentence about rights."""
_ABOUT = lazy_pattern(
    r" (?:licen[sc]es?|permission|grant|cop(?:y|ies)|redistribut\w+|products?|modified versions?"
    r"|derivative works?) "
    r"|^ not (?:to be |for )?used? |^ (?:may|must|can|shall|to) (?:only )?be used |^ for use "
    r"|^ intended |^ only (?:the )?\w+ (?:\w+ ){0,5}?may "
    r"|^ (?:\w+ ){0,2}?(?:use|usage) (?:in|by|for|on|as|with|of) "
    r"| (?:you|users?|anyone|nobody|no one|everyone|\w*agencies|compan(?:y|ies)|employees"
    r"|organi[sz]ations|governments?|licensees?|developers) (?:\w+ ){0,4}?(?:may|must|shall|can"
    r"|cannot|are|need|have|should) "
)
"""Subjects of a sentence near words about rights that does not name the work."""
_LEGAL = lazy_pattern(
    r" (?:licen[sc]\w*|copyright\w*|copies|copy|copied|copying|distribut\w+|redistribut\w+"
    r"|reproduc\w+|disclos\w+|resell|resale|sell|sold|sublicen\w+|publish\w*|commercial\w*"
    r"|royalt\w+|permission|consent|proprietary|confidential|unpublished|trade secrets?|patents?"
    r"|personal|educational|academic|research|evaluation|credit\w*|pay|payment|paid|fees?"
    r"|donat\w+|cite|notify|acknowledg\w+|rights|property of|nda|non ?disclosure|military"
    r"|weapons?|train\w*|ethical|terms of (?:use|service)|eula|purchase|buy|agree\w*|postcard"
    r"|beer|coffee|non ?profits?|employees?|compan(?:y|ies)|corporations?|ai|llms?|derivatives?) "
)
"""Words that make a sentence near words about rights a legal one, not a technical one."""
_OFFER = lazy_pattern(
    r" (?:may|can|could) (?:also )?(?:purchase|obtain|buy|acquire|get) (?:a |an )?(?:\w+ )?"
    r"commercial licen[sc]e| (?:alternative|alternatively|commercial) licen[sc]\w+ (?:\w+ ){0,4}?"
    r"(?:is|are) (?:also )?available | commercial licenses? available "
    r"| (?:wish|want|like) to (?:purchase|obtain|buy|acquire) (?:a |an )?(?:\w+ )?commercial"
    r" licen[sc]e"
    r"| contact (?:\S+ ){1,8}?for (?:\w+ ){0,3}?(?:commercial )?licens(?:e|ing) "
)
"""An offer of other terms, which does not restrict a copyleft license."""
_COMMERCIAL_AT = " commercial at "
"""The name of the sign "@", which is not about commerce."""
_UNLESS_COMPLIANT = " you may not use this file except in compliance with the license "
"""Words of the header of Apache-2.0, after which others may follow."""


class _Patterns(NamedTuple):
    """The patterns of `data/restrictions.toml`."""

    anywhere: WordedPatterns
    line: WordedPatterns
    """The patterns of `anywhere` that must match at the start of a sentence or line."""
    work: WordedPatterns
    notice: WordedPatterns
    near: WordedPatterns
    exclusions: WordedPatterns
    literal: tuple[str, ...]
    literal_notice: tuple[str, ...]


@cache
def _patterns() -> _Patterns:
    table = tomllib.loads(spdx_list.data("restrictions.toml").decode("utf-8"))
    anywhere, work, notice, near, exclusions = (
        WordedPatterns(*table[kind])
        for kind in ("anywhere", "work", "notice", "near", "exclusions")
    )
    line = WordedPatterns(*(each for each in table["anywhere"] if each.startswith("^")))
    literals = tuple(table["literal"]), tuple(table["literal_notice"])
    return _Patterns(anywhere, line, work, notice, near, exclusions, *literals)


def worded_restrictions() -> tuple[WordedPatterns, ...]:
    """The patterns of `data/restrictions.toml`, with the words that each requires."""
    patterns = _patterns()
    return patterns.anywhere, patterns.work, patterns.notice, patterns.near, patterns.exclusions


def worded_rights() -> WordedPatterns:
    """The patterns of sentences about rights."""
    return _RIGHTS


def modal_pattern() -> str:
    """A pattern in every sentence that makes the adjacent license text doubtful."""
    return _MODAL_WORDS


def restriction(
    sentences: list[str], *, is_notice: bool, is_copyleft: bool = False, is_near: bool = False
) -> str:
    """The first sentence that removes rights or adds a condition; "" if none does.

    Args:
        sentences: the sentences of one comment or license file that known licenses do not cover.
        is_notice: whether all of them are about rights, as in a license file; else only sentences
            that name the work or are near words about rights are read for conditions.
        is_copyleft: whether the notice grants a copyleft license, for which an offer of other
            terms is not a restriction.
        is_near: whether the sentences are near words about rights that are not among them.
    """
    if not is_notice and not may_take(sentences, is_near=is_near):
        return ""
    if is_notice:
        takes = map(_takes_in_license, sentences)
    else:
        traits = [_traits(sentence) for sentence in sentences]
        near = [is_near] * len(traits)
        for at, each in enumerate(traits):
            if each.is_about_rights:
                first, last = max(0, at - _NEAR), min(len(near), at + _NEAR + 1)
                near[first:last] = [True] * (last - first)
        takes = map(_takes, traits, near)
    for sentence, is_taking in zip(sentences, takes, strict=True):
        if is_taking and not (is_copyleft and _OFFER.search(plain_words(sentence))):
            return sentence
    return ""


class _Traits(NamedTuple):
    """The properties of one sentence alone."""

    is_about_rights: bool
    takes: bool
    """Whether the sentence removes a right or adds a condition, at any position."""
    takes_near: bool
    """Whether it does so only near a sentence about rights."""


def may_take(sentences: list[str], *, is_near: bool) -> bool:
    """Whether sentences may remove rights if they are not all about rights, by a fast check.

    Args:
        sentences: see `restriction`.
        is_near: see `restriction`.
    """
    text = "\n".join(sentences)
    if not text.isascii():
        return True
    patterns = _patterns()
    words = plain_words(text)
    if patterns.anywhere.may_be_in(words) or patterns.work.may_be_in(words):
        return True
    if _COMMERCIAL_AT in words:
        return True
    if not is_near and not _RIGHTS.may_be_in(words):
        return False
    kinds = patterns.notice, patterns.near, patterns.exclusions
    return any(kind.may_be_in(words) for kind in kinds)


def is_known_remark(words: str) -> bool:
    """Whether a sentence in plain words is known to add no condition to a license text."""
    return _EXEMPT.search(words) is not None or _BENIGN.search(words) is not None


_NO_TRAITS = _Traits(False, False, False)


@cache
def _any_trait() -> _native.Words:
    """Words of which every ASCII sentence with traits has one."""
    patterns = *worded_restrictions(), _patterns().line, worded_rights()
    return _native.Words([word.encode() for each in patterns for word in each.words])


def _takes(traits: _Traits, is_near: bool) -> bool:
    return traits.takes or (is_near and traits.takes_near)


class _Words(NamedTuple):
    """The restrictions in the words of one sentence, independent of its subject."""

    words: str
    """The sentence in plain words."""
    is_listed: bool
    """Whether they are a restriction in any context."""
    weak: int
    """Number of words in other scripts that are a restriction in notices."""


def _telling_words(sentence: str) -> str:
    """The plain words of a sentence: "cannot" for "can't", no phrases of known licenses."""
    words = without_contractions(plain_words(sentence))
    return words.replace(_COMMERCIAL_AT, " ").replace(_UNLESS_COMPLIANT, " ")


def _listed(sentence: str) -> _Words:
    patterns = _patterns()
    words = _telling_words(sentence)
    takes = patterns.anywhere.is_in(words)
    if not takes and (patterns.line.may_be_in(plain_words(sentence)) or not sentence.isascii()):
        takes = any(patterns.line.is_in(plain_words(line)) for line in sentence.splitlines()[1:])
    if sentence.isascii():
        return _Words(words, takes, 0)
    lower = " ".join(sentence.lower().split())
    weak = sum(word in lower for word in patterns.literal_notice)
    return _Words(words, takes or weak > 1 or any(word in lower for word in patterns.literal), weak)


@kept_by_text(2048, 2048)
def _takes_in_license(sentence: str) -> bool:
    """Whether a sentence removes rights in a text that is only about rights."""
    words, takes, weak = _listed(sentence)
    if takes or weak > 0:
        return True
    if _EXEMPT.search(words) is not None:
        return False
    if _patterns().notice.is_in(words) and _OBJECT.search(words):
        return True
    if _patterns().exclusions.is_in(words) and _BENIGN.search(words) is None:
        return True
    # Words that are not listed make the license doubtful.
    return (
        _MODAL.search(words) is not None
        and (_USE.search(words) or _STRICT.search(words)) is not None
        and _BENIGN.search(words) is None
        and not is_about_program(words)
    )


@kept_by_text(2048, 2048)
def _traits(sentence: str) -> _Traits:
    if sentence.isascii() and not _any_trait().any_in(_telling_words(sentence).encode()):
        return _NO_TRAITS  # most sentences
    patterns = _patterns()
    words, takes, weak = _listed(sentence)
    is_about_rights = _RIGHTS.is_in(words)
    may_be_notice = patterns.notice.may_be_in(words)
    may_be_near = patterns.near.may_be_in(words) or patterns.exclusions.may_be_in(words)
    if not (takes or weak or may_be_notice or may_be_near or patterns.work.may_be_in(words)):
        return _Traits(is_about_rights, False, False)
    if is_code(sentence):
        return _Traits(is_about_rights, False, False)
    if is_technical(words):
        takes = takes and not COPYING.match(words)
        return _Traits(is_about_rights, takes, takes)
    if takes:
        return _Traits(is_about_rights, True, True)
    is_work = patterns.work.is_in(words) and _WORK.search(words) is not None
    is_notice = may_be_notice and patterns.notice.is_in(words) and _LEGAL.search(words) is not None
    if not is_notice and may_be_near and _BENIGN.search(words) is None:
        is_named = (_WORK.search(words) or _ABOUT.search(words)) is not None
        is_notice = is_named and patterns.near.is_in(words)
        is_notice = is_notice or patterns.exclusions.is_in(words)
    if (is_work or is_notice) and _EXEMPT.search(words) is not None:
        is_work = is_notice = False
    return _Traits(is_about_rights, is_work, is_work or weak > 0 or is_notice)
