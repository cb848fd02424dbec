# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The HTTP service: scans, findings and metrics over one open index."""
