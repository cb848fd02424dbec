# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prompts: strategies that draw prompts from a corpus, and prompt files."""
