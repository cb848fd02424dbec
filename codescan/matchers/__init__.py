# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From a snippet to verified, graded passages.

evidence   candidates of the index, verified on the stored text: runs
chains     runs of one content, joined over small edits
passages   chains of many contents, joined into one Match per passage
verbatim, renamed   the matchers: one normal form each
resolve    which matches stand when they overlap
grading    how strong the evidence is
"""
