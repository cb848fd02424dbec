# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of logs are a module of their own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # tests are not a package
