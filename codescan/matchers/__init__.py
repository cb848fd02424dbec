# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From a snippet to verified, graded passages.

| file | what it does |
|---|---|
| `verified_runs` | verifies the candidates of the index on the stored text |
| `passages` | joins runs over small edits, and makes one Match of each passage |
| `verbatim`, `renamed`, `minhash_units`, `sketch` | the matchers: one kind of match each |
| `overlaps` | selects the matches to keep where several overlap |
| `grading`, `comments` | grade the evidence |
| `thresholds` | every threshold and limit |
"""
