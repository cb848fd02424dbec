# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the logs of tools and services: what a model was given, and every text that it wrote."""
