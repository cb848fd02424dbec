# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every number that decides what is reported, and how strongly. docs/matching.md explains them.

Those of the grades are chosen with scripts/calibrate_thresholds, which shows what each costs.
"""

from __future__ import annotations

from typing import Final

# How rare chance must be (significance.py).
STRONG_E_VALUE: Final = 2e-3
"""At most this many chance matches for each text: grades A and B."""
SURE_E_VALUE: Final = 1e-12
"""The same for prose that is compared with documentation in code: badges and lists of links, which
resemble each other, have about 1e-5."""
MAX_E_VALUE: Final = 1.0
"""More than this: what is shared is not a finding, but counted as suppressed."""
LEAST_BITS: Final = 10.0
"""A match of a lower score is not a finding: the laws are not fitted there."""
STRONG_BITS: Final = 40.0
"""A match of a lower score is weak, however short the text and small the index."""
LEAST_QUERY_TOKENS: Final = 256
"""A shorter text is treated as one of this size: somebody chose it, it is not a random one.

With 128, idioms of Java and Rust would be graded A or B; with 512, the E-values of small files
overstate chance twofold.
"""
LEAST_INDEX_TOKENS: Final = 1 << 22
"""A smaller index is treated as one of this size: its files are seldom unrelated to a text."""
GAP_BITS: Final = 8.0
"""What each gap of an edited passage takes off its score."""
GAP_LENGTH_BITS: Final = 2.0
"""And for each doubling of the gap's tokens."""

# What is common by nature (grade C).
TOOL_SHARE: Final = 0.5
"""Share of a passage's tokens that tools wrote, from which it is their output."""
MAX_LITERAL_SHARE: Final = 0.8
"""Share of literals among the tokens other than operators from which code is a data table."""
MAX_ROW_SHARE: Final = 0.5
"""Share of tokens in rows of signs from which a passage is drawn: a rule, a table, a banner."""
MAX_IMPORT_SHARE: Final = 0.6
"""Share of tokens in import statements from which a passage is an import block."""

# How alike an edited passage must be.
STRONG_SIMILARITY: Final = 0.6
"""Share of equal tokens of an edited passage below which it is weak, whatever its E-value.

Files written after one template share their punctuation and little else.
"""
MIN_SIMILARITY: Final = 0.5
"""Below this the runs are separate matches, not one edited passage."""

IN_PROMPT_SHARE: Final = 0.8
"""Share of a passage's shingles that the prompt has too, from which it was given, not recalled."""
PROMPT_SHINGLE: Final = 5
"""Tokens of such a shingle."""

MIN_NEAR_TOKENS: Final = 60
"""Tokens that must be the same where no run of them is whole."""
MAX_NEAR_CANDIDATES: Final = 6
"""Units that are aligned with one unit of a query: those that share most bands."""

MAX_REMNANTS: Final = 6
"""Rare lone fingerprints of a query that are looked at as what an edit may have left."""
SHORT_RUN_TOKENS: Final = 60
"""A run up to this length may be what an edit left: the tokens around it are aligned."""
REMNANT_MARGIN_TOKENS: Final = 120
"""How far around."""
REMOVED_TOKENS: Final = 16
"""Tokens that an edit may have taken away beside it: so much more of the origin is aligned."""
REMNANT_GAIN_TOKENS: Final = 8
"""Equal tokens that must be found there."""

MIN_COMMENT_WORDS: Final = 6
"""Words of comments from which their being the same says anything."""
SAME_COMMENT_SHARE: Final = 0.8

# How runs of one content are joined.
MAX_GAP_TOKENS: Final = 40
"""Tokens between two runs, on either side: about four edited lines."""
MIN_BLOCK_TOKENS: Final = 4
"""Shorter equal blocks inside a gap are chance."""
ALIGNED_TOKENS: Final = 4000
"""Longest side of an alignment, which costs time and memory as its product."""

# How much work a common passage may cost.
MAX_FAMILIES_VERIFIED: Final = 12
"""Families whose texts are read for one stretch of a query; further holders are only counted."""
MAX_CHANCE_VERIFIED: Final = 64
"""Texts read for a stretch while all that they share of it is shorter than what is promised."""
MAX_VERIFIED_PER_FAMILY: Final = 6
"""Of one family; a package often holds a file in several builds, one of which has a token more."""
MAX_COMPLETED: Final = 12
"""Contents in which runs are looked for that the index has too many places of to list."""
MAX_RUNS_PER_CONTENT: Final = 400
"""Longest runs kept of one content: a table that repeats itself has very many."""
SAME_PASSAGE_SHARE: Final = 0.8
"""Overlap from which two spans are one passage."""
MAX_LOCATIONS: Final = 64
"""Holders that a match lists."""
