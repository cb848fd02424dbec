# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Stamps: one of many forms of a package that mean the same, chosen by a key."""
