# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tells sentences about programs, which copy and distribute data, from sentences about rights."""

from __future__ import annotations

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["COPYING", "is_about_program", "is_code", "is_technical"]

_SPREAD = lazy_pattern(
    r" distribut\w+ (?:\w+ ){0,4}?(?:over|across|among|amongst|evenly|uniformly|between|to \d+"
    r"|randomly|equally|onto|in parallel)(?= )"
    r"| (?:types?|class|classes|instances?|threads?|nodes?|workers?|processes|ranks?|shards?"
    r"|tensors?|devices?|gpus?|partitions?"
    r"|arrays?|buffers?|pointers?|objects?|strings?|values?|elements?|memory|cop(?:y|ied) (?:from"
    r"|into|constructor|assign\w+|by)) "
)
"""Words of programs in whose context "copy" and "distribute" are technical steps."""
_TIED = lazy_pattern(
    r" (?:only|solely|exclusively) (?:and exclusively )?(?:be )?(?:used? |for use |valid )?"
    r"(?:with|on|within|in (?:conjunction|combination|connection) with) (?!(?:all|other|the same) )"
    r"| (?:used?|for use|run|running|operation) (?:with|on|in) (?:\w+ ){1,5}?(?:only|exclusively"
    r"|solely) | intended (?:\w+ )?for use (?:with|on) "
)
"""A use that is tied to some devices or products, near words about rights."""
COPYING = lazy_pattern(
    r"^ (?:\w+ ){0,3}?(?:copying|duplication|modification) (?!of this |of the soft)"
)
"""The start of a sentence about copying something other than the work."""
_PROGRAM = lazy_pattern(
    r" (?:auto(?:conf|make)|macros?|configure|makefile\w*|gnulib|libtool|functions?|variables?"
    r"|director(?:y|ies)|structs?|linker|compilers?|dll|interfaces?|primitives|symbols?|m4|shell"
    r"|script|posix|solaris|mingw|mmap|inline|cloexec|serial|make s implicit|fixme|ac \w+|am \w+"
    r"|gl \w+) "
)
_PEOPLE_OR_RIGHTS = lazy_pattern(
    r" (?:you(?! (?:should|must|have to|need to) (?:manually )?(?:add|call|define|set))|your|users?"
    r"|anyone|anybody|everyone|nobody|no one|who|whoever|compan\w+|employees|firms?|business\w*"
    r"|licensees?|persons?|people|students|authors?|us|permission|consent|licen[sc]\w*|copyright\w*"
    r"|sell|sold|resale|pays?|paid|fees?|costs?|commercial\w*|military|weapons?|redistribut\w*"
    r"|distribut\w*|rights?|train\w*|profit\w*|prohibited|forbidden|grants?|granted|governments?"
    r"|vendors?|customers?|organi[sz]ations?|private|internal|confidential|secret|research"
    r"|educational|evaluation|production|modif\w+|copies|copied|use[ds]? (?:only|solely|by)) "
)
_CODE_MARKS = "={}[]<>;\"'|\\_"
_MAX_MARKS = 0.06
_MIN_CODE = 100


def is_technical(words: str) -> bool:
    """Whether a sentence in plain words copies or distributes data, tied to no product."""
    return _SPREAD.search(words) is not None and _TIED.search(words) is None


def is_about_program(words: str) -> bool:
    """Whether a sentence in plain words names parts of programs, but neither people nor rights."""
    return _PROGRAM.search(words) is not None and _PEOPLE_OR_RIGHTS.search(words) is None


def is_code(sentence: str) -> bool:
    """Whether a sentence is a piece of code, with many marks of code."""
    if len(sentence) < _MIN_CODE:
        return False
    return sum(map(sentence.count, _CODE_MARKS)) > _MAX_MARKS * len(sentence)
