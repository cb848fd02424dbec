# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the words of a file state a license, by a few plain rules that codescan does not use.

A license is stated if the file has its SPDX tag, or all of the phrases of `_PHRASES`. GNU licenses
need their name, their number, and "later" for "or later" alone. The rules know only what the
evaluated files hold: what they do not know is not stated.
"""

from __future__ import annotations

import re
from functools import lru_cache

from codescan.licenses.expressions import leaves

__all__ = ["stated"]

_TAG = re.compile("SPDX-License-" + r"Identifier:[ \t]*([^\n*]{1,200})", re.IGNORECASE)
_GNU = re.compile(r"(A?GPL|LGPL|GFDL)-(\d)\.(\d)-(only|or-later)")
_NAMES = {
    "GPL": r"(?:gnu general public licen[sc]e|gnu gpl|\bgpl\b|\bgplv?\d)",
    "LGPL": r"(?:gnu (?:lesser|library) general public licen[sc]e|\blgpl)",
    "AGPL": r"(?:gnu affero general public licen[sc]e|\bagpl)",
    "GFDL": r"free documentation licen[sc]e",
}
_LATER = re.compile(r"(?:any|or) (?:\(?at your option\)? )?(?:any )?(?:later|newer)\b|or, at your"
                    r" option, any later|\d\+|or higher")  # fmt: skip
_AROUND = 400
"""Characters before and behind the name of a GNU license within which its number stands."""
_PHRASES: dict[str, tuple[str, ...]] = {
    "FSFULLR": (r"gives? unlimited permission to copy and/or distribute it",),
    "FSFULLRWD": (r"gives? unlimited permission to copy and/or distribute it", "without any warr"),
    "FSFUL": (r"gives? unlimited permission to copy, distribute and modify it",),
    "FSFAP": (r"copying and distribution of this file, with or without modification", "as is"),
    "FSFAP-no-warranty-disclaimer": (
        r"copying and distribution of this file, with or without modification",),
    "X11": (r"permission is hereby granted, free of charge", "except as contained in this notice"),
    "MIT": (r"permission is hereby granted, free of charge|\bmit licen[sc]e",),
    "ISC": (r"permission to use, copy, modify,? (?:and|or|and/or) distribute this software",),
    "BSD-2-Clause": (r"redistributions? and use in source and binary|2.clause bsd|bsd 2.clause",),
    "BSD-3-Clause": (r"redistributions? and use in source and binary forms",
                     r"neither the names? |may not be used to endorse"),
    "BSL-1.0": (r"boost software licen[sc]e",),
    "Apache-2.0": (r"apache licen[sc]e,? version 2",),
    "CC0-1.0": (r"\bcc0\b|creative commons (?:zero|cc0)",),
    "LPD-document": (r"permission is granted to make and distribute verbatim copies of this",),
    "Zlib": (r"this software is provided .as.is.", "altered source versions must be plainly"),
    "LicenseRef-scancode-public-domain": (r"public.domain",),
    "bzip2-1.0.6": (r"bzip2", r"redistributions? of source code must retain"),
    "Linux-OpenIB": (r"openib\.org bsd",),
}  # fmt: skip
_EXCEPTIONS = {
    "Autoconf-exception": r"special exception.{0,400}(?:autoconf|configure script)",
    "Linux-syscall-note": r"linux-syscall-note",
    "Libtool-exception": r"special exception.{0,400}libtool",
    "Bison-exception": r"special exception.{0,400}bison",
    "Texinfo-exception": r"special exception.{0,400}(?:texinfo|tex)",
}
_MARKS = re.compile(r"(?m)^[ \t]*(?:dnl\b|rem\b|@c\b|[#*;%!'\"/\\.-]+)?")


def stated(content: bytes, expression: str) -> str:
    """The words with which a file states each license of an expression; "" where it does not.

    Args:
        content: the file; its first 16 KiB are read.
        expression: in SPDX.
    """
    text = _plain(content[: 16 * 1024])
    quotes = [_stated(text, each) for each in leaves(expression)]
    return "; ".join(dict.fromkeys(quotes)) if quotes and all(quotes) else ""


@lru_cache(maxsize=64)
def _plain(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return " ".join(_MARKS.sub("", text).split())


def _stated(text: str, license_id: str) -> str:
    plain = text.lower()
    for tag in _TAG.findall(text):
        if license_id in map(_present, re.split(r" (?:OR|AND|or|and) |[()]", tag)):
            return f"tag {license_id}"
    base, _, exception = license_id.partition(" WITH ")
    quotes = [_of_license(plain, base)]
    if exception:
        pattern = next((p for key, p in _EXCEPTIONS.items() if exception.startswith(key)), None)
        match = re.search(pattern, plain) if pattern else None
        quotes.append(match.group()[-60:] if match else "")
    return " + ".join(quotes) if all(quotes) else ""


def _present(written: str) -> str:
    """The present form of an id in a tag: "GPL-2.0" is "GPL-2.0-only"."""
    spelled = re.sub(r"(GPL-\d\.\d)\+", r"\1-or-later", written.strip())
    return re.sub(r"((?:GPL|GFDL)-\d\.\d)(?![\w.-])", r"\1-only", spelled)


def _of_license(plain: str, license_id: str) -> str:
    gnu = _GNU.fullmatch(license_id)
    if gnu is None:
        matches = [re.search(each, plain) for each in _PHRASES.get(license_id, (r"(?!)",))]
        words = [match.group() for match in matches if match is not None]
        return " + ".join(words) if len(words) == len(matches) else ""
    family, major, minor, suffix = gnu.groups()
    number = rf"\b(?:version|v|gplv?|gfdl|licen[sc]e,?) ?{major}(?:\.{minor}\b|(?!\.?\d))"
    for name in re.finditer(_NAMES[family], plain):
        if family == "GPL" and re.search(r"(?:lesser|library|affero) $", plain[: name.start()]):
            continue
        around = plain[max(0, name.start() - _AROUND) : name.end() + _AROUND]
        version = re.search(number, around)
        is_later = _LATER.search(around) is not None
        if minor != "0" and version is not None and f".{minor}" not in version.group():
            continue
        if version is not None and is_later == (suffix == "or-later"):
            return f"{name.group()} {version.group()}{' or later' if is_later else ''}"
    return ""
