# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read hostile Git repositories: no code of theirs runs, and every read is bounded."""
