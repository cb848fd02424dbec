# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Audits: elicit completions from a model, measure copies, and state rates with intervals."""
