# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Words that take rights away or add a condition: what makes a license another one.

The words are those of `data/restrictions.toml`. A text that has them is not under the license that
its other words name, and a file that has them is not under the license of its package.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from codescan.licenses import spdx_list
from codescan.licenses.notice_sentences import plain_words

__all__ = ["restriction"]

_RIGHTS = re.compile(
    r" (?:licen[sc]\w*|copyright\w*|copyleft|permission|permitted|redistribut\w+|rights|reserved|"
    r"proprietary|confidential|patents?|intellectual property|unauthori[sz]ed|trade secrets?"
    r"|lizenz|"
    r"(?:this|the) (?:file|software|program|code|source|work|library|module|script|package|project|"
    r"material|document|content|repository|dataset)) "
)
_NEAR = 2
"""Sentences around one that speaks of rights in which conditions are read."""

# What fixes no condition beyond the license that is named, or only protects the notice itself.
_EXEMPT = re.compile(
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
_OBJECT = re.compile(
    r" (?:licen[sc]\w*|copyright|credit\w*|notify|attribut\w+|pay|payment|fees?|royalt\w+"
    r"|distribut\w+|"
    r"redistribut\w+|copies|copying|derivatives?|share|permission|acknowledg\w+|source code"
    r"|software|"
    r"program|work|code|files?|author|sell|sold|donat\w+|patents?|rights|use|used|usage|material|"
    r"content|dataset|library|product) "
)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...], tuple[str, ...]]:
    table = tomllib.loads(spdx_list.data("restrictions.toml").decode("utf-8"))
    anywhere, notice = (re.compile("|".join(table[kind])) for kind in ("anywhere", "notice"))
    return anywhere, notice, tuple(table["literal"]), tuple(table["literal_notice"])


def restriction(sentences: list[str], *, is_notice: bool) -> str:
    """The first sentence that takes rights away or adds a condition; "" where none does.

    Args:
        sentences: of one comment or license file, without what known licenses cover.
        is_notice: whether all of them are about rights, as in a license file; else only those are
            read for conditions that stand near words about rights.
    """
    anywhere, notice, literal, weak = _patterns()
    plain = [plain_words(sentence) for sentence in sentences]
    near = [is_notice] * len(plain)
    for at, words in enumerate(plain):
        if _RIGHTS.search(words) is not None:
            near[max(0, at - _NEAR) : at + _NEAR + 1] = [True] * len(
                near[max(0, at - _NEAR) : at + _NEAR + 1]
            )
    for sentence, words, is_near in zip(sentences, plain, near, strict=True):
        lower = sentence if sentence.isascii() else sentence.lower()
        if not sentence.isascii():
            if any(word in lower for word in literal):
                return sentence
            if is_near and any(word in lower for word in weak):
                return sentence
            if sum(word in lower for word in weak) > 1:
                return sentence
        if anywhere.search(words) is not None:
            return sentence
        if is_near and not _EXEMPT.search(words) and notice.search(words) and _OBJECT.search(words):
            return sentence
    return ""
