# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Collect the words that patterns require for `data/pattern_words.json`.

Computing them from the syntax trees of the patterns takes longer than a small scan.
"""

from __future__ import annotations

import json

from codescan.licenses import notice_sentences, restrictions, short_statements, strange_sentences
from codescan.licenses.pattern_words import WordedPatterns, pattern_key, required_words

__all__ = ["packed_pattern_words"]


def packed_pattern_words() -> bytes:
    """The data file: the words of each pattern by `pattern_key`.

    "doubts" has the words of all patterns of restrictions. "modal" has words such that every
    sentence that makes an adjacent license text doubtful contains one of them.
    """
    own = [each for each in vars(short_statements).values() if isinstance(each, WordedPatterns)]
    own += [notice_sentences.worded_mentions(), restrictions.worded_rights()]
    listed = restrictions.worded_restrictions()
    words = {
        pattern_key(pattern, each.flags): sorted(required_words(pattern, each.flags))
        for each in (*own, *listed)
        for pattern in each.patterns
    }
    doubts = {
        word
        for each in listed
        for pattern in each.patterns
        for word in words[pattern_key(pattern, each.flags)]
    }
    words["doubts"] = sorted(doubts)
    words["modal"] = sorted(required_words(strange_sentences.addressed_pattern()))
    return json.dumps(words, indent=0, sort_keys=True, ensure_ascii=False).encode() + b"\n"
