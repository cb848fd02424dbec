# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Words that take rights away or add a condition: what makes a license another one.

The words are those of `data/restrictions.toml`. A text that has them is not under the license that
its other words name, and a file that has them is not under the license of its package.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from codescan.licenses import spdx_list
from codescan.licenses.notice_sentences import plain_words
from codescan.licenses.pattern_words import WordedPatterns
from codescan.licenses.repeated_texts import kept_by_text
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["restriction"]

_RIGHTS = WordedPatterns(
    r" (?:licen[sc]\w*|copyright\w*|copyleft|permission|permitted|redistribut\w+|rights|reserved"
    r"|proprietary|confidential|patents?|intellectual property|unauthori[sz]ed|trade secrets?"
    r"|lizenz|(?:this|the) (?:file|software|program|code|source|work|library|module|script|package"
    r"|project|material|document|content|repository|dataset)) "
)
_NEAR = 2
"""Sentences around one that speaks of rights in which conditions are read."""

# What fixes no condition beyond the license that is named, or only protects the notice itself.
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
    r"| endorse or promote | used in advertising | without (?:even )?(?:any |the )?(?:implied "
    r"|express )?"
    r"warrant(?:y|ies) "
    r"| (?:must|shall|should) (?:retain|keep|include|reproduce"
    r"|preserve) (?:\w+ ){0,6}?(?:notices?|copyright)"
    r"| edit (?:this|the|it|manually)| call | be called "
)
_OBJECT = lazy_pattern(
    r" (?:licen[sc]\w*|copyright|credit\w*|notify|attribut\w+|pay|payment|fees?|royalt\w+"
    r"|distribut\w+|"
    r"redistribut\w+|copies|copying|derivatives?|share|permission|acknowledg\w+|source code"
    r"|software|"
    r"program|work|code|files?|author|sell|sold|donat\w+|patents?|rights|use|used|usage|material|"
    r"content|dataset|library|product) "
)


class _Patterns(NamedTuple):
    """What `data/restrictions.toml` holds."""

    anywhere: WordedPatterns
    notice: WordedPatterns
    literal: tuple[str, ...]
    literal_notice: tuple[str, ...]


@cache
def _patterns() -> _Patterns:
    table = tomllib.loads(spdx_list.data("restrictions.toml").decode("utf-8"))
    anywhere, notice = (WordedPatterns(*table[kind]) for kind in ("anywhere", "notice"))
    return _Patterns(anywhere, notice, tuple(table["literal"]), tuple(table["literal_notice"]))


def restriction(sentences: list[str], *, is_notice: bool) -> str:
    """The first sentence that takes rights away or adds a condition; "" where none does.

    Args:
        sentences: of one comment or license file, without what known licenses cover.
        is_notice: whether all of them are about rights, as in a license file; else only those are
            read for conditions that stand near words about rights.
    """
    traits = [_traits(sentence) for sentence in sentences]
    near = [is_notice] * len(traits)
    for at, each in enumerate(traits):
        if each.is_about_rights:
            near[max(0, at - _NEAR) : at + _NEAR + 1] = [True] * len(
                near[max(0, at - _NEAR) : at + _NEAR + 1]
            )
    for sentence, each, is_near in zip(sentences, traits, near, strict=True):
        if each.takes_anywhere or (is_near and each.takes_near_rights):
            return sentence
    return ""


class _Traits(NamedTuple):
    """What one sentence says by itself."""

    is_about_rights: bool
    takes_anywhere: bool
    """Whether it takes rights away wherever it stands."""
    takes_near_rights: bool
    """Whether it does so near a sentence about rights."""


@kept_by_text(2048, 2048)
def _traits(sentence: str) -> _Traits:
    anywhere, notice, literal, weak = _patterns()
    words = plain_words(sentence)
    is_about_rights = _RIGHTS.is_in(words)
    if not sentence.isascii():
        lower = sentence.lower()
        count = sum(word in lower for word in weak)
        if count > 1 or any(word in lower for word in literal):
            return _Traits(is_about_rights, True, True)
        if count:
            return _Traits(is_about_rights, anywhere.is_in(words), True)
    if anywhere.is_in(words):
        return _Traits(is_about_rights, True, True)
    takes = notice.is_in(words) and not _EXEMPT.search(words) and _OBJECT.search(words)
    return _Traits(is_about_rights, False, bool(takes))
