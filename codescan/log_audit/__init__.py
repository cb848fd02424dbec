# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Audits conversation logs at any size: draw, match, count, and state each rate's interval."""
