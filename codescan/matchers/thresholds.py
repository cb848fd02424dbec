# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every threshold that decides what is reported and with which grade; see docs/matching.md.

scripts/calibrate_thresholds measures the effect of the thresholds of the grades.
"""

from __future__ import annotations

from typing import Final

# Maximum number of chance matches (significance.py).
STRONG_E_VALUE: Final = 2e-3
"""Maximum expected chance matches for each text: grades A and B."""
SURE_E_VALUE: Final = 1e-12
"""The same for prose that is compared with documentation in code. Badges and lists of links
resemble each other: unrelated ones reach about 1e-5."""
MAX_E_VALUE: Final = 1.0
"""A match with a higher E-value is not a finding; it is counted as suppressed."""
LEAST_BITS: Final = 10.0
"""A match of a lower score is not a finding: the calibration does not cover such scores."""
STRONG_BITS: Final = 40.0
"""A match of a lower score is weak, however short the text and small the index."""
LEAST_QUERY_TOKENS: Final = 256
"""A shorter text is treated as a text of this size: somebody selected it, so it is not random.

With 128, idioms of Java and Rust would be graded A or B; with 512, the E-values of small files
overstate chance twofold.
"""
LEAST_INDEX_TOKENS: Final = 1 << 22
"""A smaller index is treated as an index of this size: its files are often related to a text."""
GAP_BITS: Final = 8.0
"""Penalty in bits for each gap of an edited passage."""
GAP_LENGTH_BITS: Final = 2.0
"""Additional penalty for each doubling of the gap's tokens."""

# Passages that are common by nature (grade C).
TOOL_SHARE: Final = 0.5
"""A passage is tool output if tools wrote at least this share of its tokens."""
MAX_LITERAL_SHARE: Final = 0.8
"""Code is a data table from this share of literals among its tokens other than operators."""
MAX_ROW_SHARE: Final = 0.5
"""A passage is drawn (a rule, a table, a banner) above this share of tokens in operator rows."""
MAX_IMPORT_SHARE: Final = 0.6
"""A passage is an import block from this share of tokens in import statements."""
LEAST_CODE: Final = 31
"""A passage with this many tokens of other code in a row is neither drawn nor an import block."""

# Minimum similarity of an edited passage.
STRONG_SIMILARITY: Final = 0.6
"""An edited passage with a lower share of equal tokens is weak, whatever its E-value.

Files that follow one template share their punctuation and little else.
"""
MIN_SIMILARITY: Final = 0.5
"""Below this similarity, the runs are separate matches, not one edited passage."""

IN_PROMPT_SHARE: Final = 0.8
"""A passage repeats the prompt if the prompt has at least this share of its shingles."""
PROMPT_SHINGLE: Final = 5
"""Number of tokens of such a shingle."""

MIN_NEAR_TOKENS: Final = 60
"""Minimum number of equal tokens of an edited copy without a long equal run."""
MAX_NEAR_CANDIDATES: Final = 6
"""Maximum number of units aligned with one unit of a query: those that share the most bands."""

MAX_REMNANTS: Final = 6
"""Maximum number of rare, isolated fingerprints of a query that are examined as edited copies."""
SHORT_RUN_TOKENS: Final = 60
"""A run of at most this length may be part of an edited copy: the tokens around it are aligned."""
REMNANT_MARGIN_TOKENS: Final = 120
"""Number of tokens aligned on each side of such a run."""
REMOVED_TOKENS: Final = 16
"""Additional tokens of the origin that are aligned, since an edit may have removed tokens."""
REMNANT_GAIN_TOKENS: Final = 8
"""Minimum number of equal tokens that this alignment must add."""

MIN_COMMENT_WORDS: Final = 6
"""Minimum number of equal words of comments that count as evidence."""
SAME_COMMENT_SHARE: Final = 0.8

# Joining the runs of one content.
MAX_GAP_TOKENS: Final = 40
"""Maximum number of tokens between two runs, on either side: about four edited lines."""
MIN_BLOCK_TOKENS: Final = 4
"""Shorter equal blocks inside a gap are due to chance."""
ALIGNED_TOKENS: Final = 4000
"""Maximum tokens of each side of an alignment; time and memory grow with the product of both."""

# Limits of the work for common passages.
MAX_FAMILIES_VERIFIED: Final = 12
"""Families whose texts are read for one stretch of a query; other holders are only counted."""
MAX_CHANCE_VERIFIED: Final = 64
"""Texts read for a stretch while every shared run is shorter than the guaranteed length."""
MAX_VERIFIED_PER_FAMILY: Final = 6
"""Texts read of one family. A package often has several builds of a file that differ slightly."""
MAX_COMPLETED: Final = 12
"""Contents searched for runs whose fingerprints occur too often for the index to list."""
MAX_RUNS_PER_CONTENT: Final = 400
"""Number of longest runs kept for each content: a table that repeats itself has very many."""
SAME_PASSAGE_SHARE: Final = 0.8
"""Two spans are one passage from this share of overlap."""
MAX_LOCATIONS: Final = 64
"""Maximum number of holders that a match lists."""
