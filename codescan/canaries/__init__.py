# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries: random texts planted in training data, to measure what a model memorizes of it."""
