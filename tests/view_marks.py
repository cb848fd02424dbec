# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The quick look at a text sees the mark of each format that finds a part of it."""

from codescan._core import _native
from codescan.text.views.wrappers import BESIDE, REWRITING


def check_marks(data):
    """Where a format finds a part, the quick look at the text has seen its mark."""
    marks, in_code = _native.text_marks(data), _native.text_marks(data, in_code=True)
    assert in_code & ~marks == 0
    for wrapper in (*REWRITING, *BESIDE):
        if next(wrapper.find(data, None), None) is not None:
            assert marks & wrapper.marks, wrapper
        if wrapper.in_code and next(wrapper.find(data, "python"), None) is not None:
            assert in_code & wrapper.marks, wrapper
