# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names of files that hold license texts and notices."""

from __future__ import annotations

import re

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["is_license_path"]

_PATH = lazy_pattern(
    r"(?:^|/)(?:"
    r"(?:[\w.-]{1,40}[-_.])?(?:un)?licen[cs]es?(?:[-_.][\w.+-]{1,60})?"
    r"|copying(?:[-_.][\w.+-]{1,40})?"
    r"|(?:third[-_]?party[-_]?)?(?:notices?|licen[cs]es?)(?:\.(?:txt|md|rst|html?))?"
    r"|copyright(?:\.(?:txt|md|rst))?"
    r"|(?:gnu[-_]?)?(?:[al]?gpl)(?:[-_.]?v?\d(?:\.\d)?)?(?:\.(?:txt|md|rst))?"
    r")$",
    re.IGNORECASE,
)
_FOLDER = lazy_pattern(
    r"(?:^|/)licen[cs]es/(?:[^/]{1,80}/){0,6}[^/]{1,80}(?<!\.py)$", re.IGNORECASE
)
_TELLING = ("cen", "cop", "not", "gpl")
"""Every match of both patterns contains one of these: "license" and "licence", "copying", ..."""
_CODE = frozenset((
    "py", "pyi", "pyc", "js", "mjs", "cjs", "ts", "tsx", "jsx", "c", "h", "cc", "cpp", "hpp",
    "java", "kt", "go", "rs", "rb", "php", "cs", "swift", "scala", "lua", "sh", "pl", "json",
    "yaml", "yml", "toml", "ini", "cfg", "css", "scss", "sql", "xml", "svg", "png", "lock", "tmpl",
    "in", "vue", "ipynb", "r", "m", "ex", "exs", "po", "pot",
))  # fmt: skip


def is_license_path(path: str) -> bool:
    """Whether a file is a license text or notice, by its name.

    True for "LICENSE", "COPYING.LESSER", "LICENSE-MIT", "MIT-LICENSE.txt", "NOTICE",
    "LICENSES/MIT.txt"; false for sources such as "license.py".
    """
    lower = path.lower()
    if lower.rpartition(".")[2] in _CODE or not any(part in lower for part in _TELLING):
        return False
    path = path.replace("\\", "/")[-400:]
    return _PATH.search(path) is not None or _FOLDER.search(path) is not None
