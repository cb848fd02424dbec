# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What ScanCode, a second reader, found in files: the output of `scancode --license --json`."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from codescan.licenses.expressions import covers, equivalent, normalize
from codescan.records import NOASSERTION

__all__ = ["expressions", "holders", "is_same"]


def _files(path: Path) -> list[dict[str, Any]]:
    scan = json.loads(path.read_text(encoding="utf-8"))
    return [file for file in scan["files"] if file.get("type") == "file"]


def expressions(path: Path) -> dict[str, str]:
    """The license expression of each file, by its name; "" where it has none."""
    return {
        PurePosixPath(str(file["path"])).name: str(
            file.get("detected_license_expression_spdx") or ""
        )
        for file in _files(path)
    }


def holders(path: Path) -> dict[str, tuple[str, ...]]:
    """The copyright statements of each file, by its name."""
    return {
        PurePosixPath(str(file["path"])).name: tuple(
            str(each.get("copyright")) for each in file.get("copyrights") or ()
        )
        for file in _files(path)
    }


def is_same(answer: str, witness: str) -> bool:
    """Whether an expression is that of the second reader, whose marks of doubt do not count.

    ScanCode joins all detections of a file by AND, also those that only point to a license.
    """
    plain = re.sub(
        r"(?: AND )?LicenseRef-scancode-(?:unknown\S*|free-unknown|other-\S+|generic-\S+"
        r"|warranty-disclaimer)(?: AND )?", "", witness,
    )  # fmt: skip
    normal = normalize(plain) if plain else NOASSERTION
    if NOASSERTION in {normal, answer}:
        return normal == answer
    return equivalent(answer, normal) or (covers(normal, answer) and " OR " not in answer)
