# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds secrets and personal data in texts, and tells leaked values of a model from chance.

A value counts by rule, checksum, context and a list of placeholders. Results are redacted: the
kind, at most two characters, and a keyed hash.
"""
