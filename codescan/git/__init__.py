# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read untrusted Git repositories: their code never runs, and every read has a limit."""
