# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exceptions to the GPL that a notice grants by their names: "GPL v2 with the Classpath exception".

The words of an exception itself are in `data/phrases.toml`.
"""

from __future__ import annotations

from codescan._core import _native
from codescan.licenses.expressions import normalize
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["with_named_exception"]

_IDS = {
    "classpath": "Classpath-exception-2.0", "gcc runtime library": "GCC-exception-3.1",
    "gcc rle": "GCC-exception-3.1", "runtime library": "GCC-exception-3.1",
    "bison": "Bison-exception-2.2", "font": "Font-exception-2.0",
    "font embedding": "Font-exception-2.0", "libtool": "Libtool-exception",
    "linux syscall": "Linux-syscall-note", "universal foss": "Universal-FOSS-exception-1.0",
    "openjdk assembly": "OpenJDK-assembly-exception-1.0", "ecos": "eCos-exception-2.0",
    "wxwindows": "WxWindows-exception-3.1", "wxwidgets": "WxWindows-exception-3.1",
    "ocaml linking": "OCaml-LGPL-linking-exception", "ocaml": "OCaml-LGPL-linking-exception",
    "swi prolog": "SWI-exception", "gnat": "GNAT-exception",
}  # fmt: skip
_BY_VERSION = {
    "gcc": {"2": "GCC-exception-2.0", "3": "GCC-exception-3.1"},
    "autoconf": {"2": "Autoconf-exception-2.0", "3": "Autoconf-exception-3.0"},
}
"""Exceptions with a different id for each version of the GPL."""
_ANY_EXCEPTION = _native.Words([b" exception", b" cpe "])
_EXCEPTION = lazy_pattern(
    r" (?:with|plus|and|including|w|under) (?:the |an? |its |added |gnu ){0,3}"
    rf"({'|'.join(sorted((*_IDS, *_BY_VERSION), key=len, reverse=True))})"
    r" (?:linking |link |special |license )?exceptions?(?= )|( w cpe )"
)


def with_named_exception(expression: str, words: str) -> str:
    """A GNU license with the exception that the words name; else the unchanged expression.

    Args:
        expression: one id of a GNU license.
        words: the words that contained it: plain words with single spaces around each.
    """
    if " " in expression or "GPL-" not in expression or not _ANY_EXCEPTION.any_in(words.encode()):
        return expression
    match = _EXCEPTION.search(words)
    if match is None:
        return expression
    name = "classpath" if match.group(2) else match.group(1)
    version = expression.partition("GPL-")[2][:1]
    exception = _IDS.get(name) or _BY_VERSION[name].get(version, "")
    joined = normalize(f"{expression} WITH {exception}")
    return expression if joined == NOASSERTION else joined
