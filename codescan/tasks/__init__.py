# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs long work as tasks that each end whole or not at all, so that a killed run continues."""
