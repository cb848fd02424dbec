# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Audits of models and corpora: prompts, measures and their statistics."""
