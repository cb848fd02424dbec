# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts inside texts: the parts of a text to match, with their positions."""

from codescan.text.views.expansion import views_of
from codescan.text.views.view import View

__all__ = ["View", "views_of"]
