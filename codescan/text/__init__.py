# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pure functions on texts: languages, lines, fences, definitions, alignment."""
