# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Identity of the program version that created a result."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

__all__ = ["code_hash"]


def code_hash() -> str:
    """SHA-256 over names and hashes of all files of the program."""
    root = Path(__file__).parents[1]
    listed = [
        (path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
