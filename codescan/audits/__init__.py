# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What is asked of a model or a corpus, and how sure the answer is."""
