# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Origin and license of texts: detection, expressions, attribution, policy.

Pure functions over bytes and records; nothing here reads files of the user or the network.
"""
