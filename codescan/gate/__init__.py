# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The gate: what a change adds is judged by the project's policy before it is let in."""
