# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Signed statements about files: ed25519 keys, DSSE envelopes, in-toto statements."""
