# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Local models, model services and logs of completions, behind the protocols Model and Scorer."""

from codescan.models.loading.resolve import load_model

__all__ = ["load_model"]
