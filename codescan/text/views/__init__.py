# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts inside texts: what is to be matched in a text, and where it occurs."""

from codescan.text.views.expansion import views_of
from codescan.text.views.view import View

__all__ = ["View", "views_of"]
