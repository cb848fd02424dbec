# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Use cases that the command line, the Python API, services and hooks share."""
