# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The profile `sketch`: an index of a fiftieth of its corpus, of the exact form, without texts.

It answers which files hold the same keys of 29 tokens side by side. Whether the text is the same,
only the origin file can tell.
"""
