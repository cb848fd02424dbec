# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From a snippet to verified, graded passages.

| file | what it does |
|---|---|
| `evidence` | candidates of the index, verified on the stored text: runs |
| `chains` | runs of one content, joined over small edits |
| `passages` | chains of many contents, joined into one Match per passage |
| `verbatim`, `renamed`, `near` | the matchers: one normal form each |
| `resolve` | which matches stand where they overlap |
| `grading`, `comments` | how strong the evidence is |
| `thresholds` | every number that decides |
"""
