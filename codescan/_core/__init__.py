# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native core: lexing, fingerprints, shards, look-up and verification, in C++.

Everything is in the extension module `_native`; its types are in `_native.pyi`.
"""
