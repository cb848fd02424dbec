# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find secrets and personal data in texts, and separate a model's leaked values from chance.

Rules, checksums, context and a list of placeholders decide whether a value counts. Results are
redacted: the kind, at most two characters, and a keyed hash.
"""
