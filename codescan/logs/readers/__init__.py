# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Readers of logs: one family of formats in each file, named in `codescan.registry`."""
