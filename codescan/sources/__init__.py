# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads corpora: installed packages, folders, registries, Git and datasets become documents."""
