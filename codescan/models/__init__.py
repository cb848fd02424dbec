# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Models: local ones, services, and logs of past answers, behind the protocols Model and Scorer."""

from codescan.models.loading.resolve import load_model

__all__ = ["load_model"]
