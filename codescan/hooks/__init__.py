# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hooks of coding agents: their events in, the reason that they can act on out."""
