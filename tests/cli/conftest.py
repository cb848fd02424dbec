# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line share."""

from harbor_index import built_index, copied_function, harbor_corpus, own_folders, own_index

__all__ = ["built_index", "copied_function", "harbor_corpus", "own_folders", "own_index"]
