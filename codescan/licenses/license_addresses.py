# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses of license texts, and of sites whose content has its own license."""

from __future__ import annotations

import re

from codescan._core import _native
from codescan.licenses import license_names, spdx_list
from codescan.licenses.creative_commons import creative_commons
from codescan.licenses.notice_sentences import plain_words
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["answer_site", "gnu_version", "license_of_address"]

_ADDRESS = lazy_pattern(r"(?:https?://|www\.)[^\s<>\"')\]]{4,300}", re.IGNORECASE)
_ANY_ADDRESS = _native.Words((b"://", b"www."))
"""Every address contains one of these."""
_ANY_HOST = _native.Words((
    b"opensource.org", b"spdx.org", b"choosealicense.com", b"oss.oracle.com", b"licenses.nuget.org",
    b"img.shields.io", b"gnu.org", b"fsf.org", b"apache.org", b"mozilla.org", b"eclipse.org",
    b"boost.org", b"python.org", b"unlicense.org", b"mit-license.org",
    b"wtfpl", b"creativecommons.org", b"elastic.co",
    b"mongodb.com", b"mariadb.com", b"polyformproject.org", b"sil.org", b"joinup.ec", b"eupl.eu",
))  # fmt: skip
"""Every address of a license contains one of these."""
_LISTED = lazy_pattern(
    r"(?:opensource\.org/licen[sc]es?(?:/alphabetical)?|spdx\.org/licenses"
    r"|choosealicense\.com/licenses"
    r"|oss\.oracle\.com/licenses|licenses\.nuget\.org"
    r"|img\.shields\.io/badge/licen[sc]e)[/-]([\w.+-]{2,60})",
    re.IGNORECASE,
)
_GNU = lazy_pattern(
    r"(?:gnu\.org|fsf\.org)/(?:\w{2,10}/)?(?:copyleft|licenses)/(?:old-licenses/)?(lgpl|gpl"
    r"|agpl|fdl)"
    r"(?:-(\d(?:\.\d)?))?",
    re.IGNORECASE,
)
_KNOWN = tuple(
    (lazy_pattern(pattern, re.IGNORECASE), identifier)
    for pattern, identifier in (
        (r"apache\.org/licenses/LICENSE-2\.0", "Apache-2.0"),
        (r"mozilla\.org/(?:\w\w-\w\w/)?MPL/2\.0", "MPL-2.0"),
        (r"mozilla\.org/(?:\w\w-\w\w/)?MPL/(?:MPL-)?1\.1", "MPL-1.1"),
        (r"eclipse\.org/legal/epl-(?:v10|1\.0)", "EPL-1.0"),
        (r"eclipse\.org/legal/epl-(?:v20|2\.0)|eclipse\.org/org/documents/epl-2\.0", "EPL-2.0"),
        (r"boost\.org/LICENSE_1_0", "BSL-1.0"),
        (r"unlicense\.org", "Unlicense"),
        (r"docs\.python\.org/[\w./]{0,20}license", "PSF-2.0"),
        (r"(?:^|//|www\.)mit-license\.org", "MIT"),
        (r"wtfpl\.net|sam\.zoy\.org/wtfpl", "WTFPL"),
        (r"creativecommons\.org/publicdomain/zero", "CC0-1.0"),
        (r"elastic\.co/licensing/elastic-license", "Elastic-2.0"),
        (r"mongodb\.com/licensing/server-side-public-license", "SSPL-1.0"),
        (r"mariadb\.com/bsl11", "BUSL-1.1"),
        (r"polyformproject\.org/licenses/noncommercial/1\.0", "PolyForm-Noncommercial-1.0.0"),
        (r"polyformproject\.org/licenses/small-business/1\.0", "PolyForm-Small-Business-1.0.0"),
        (r"scripts\.sil\.org/OFL", "OFL-1.1"),
        (r"joinup\.ec\.europa\.eu/\S*eupl\S*v?1[._-]?2|eupl\.eu/1\.2", "EUPL-1.2"),
    )
)
_SLUGS = {
    "mit-license": "MIT", "mit-license.php": "MIT", "mit": "MIT", "bsd-license": "BSD-2-Clause",
    "bsd-license.php": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "apache2.0": "Apache-2.0",
    "apache2.0.php": "Apache-2.0", "isc-license": "ISC", "isc-license.txt": "ISC",
    "gpl-3.0": "GPL-3.0-only", "gpl-2.0": "GPL-2.0-only", "lgpl-3.0": "LGPL-3.0-only",
    "lgpl-2.1": "LGPL-2.1-only", "agpl-3.0": "AGPL-3.0-only", "gpl-license": "", "bsd": "",
    "mozilla-2.0": "MPL-2.0", "zlib-license.php": "Zlib", "zlib": "Zlib",
}  # fmt: skip
_FAMILIES = {"gpl": "GPL", "lgpl": "LGPL", "agpl": "AGPL", "fdl": "GFDL"}
_ANY_VERSION = {
    "gpl": "GPL-1.0-or-later", "lgpl": "LGPL-2.0-or-later", "agpl": "AGPL-3.0-or-later",
}  # fmt: skip
"""The licenses that an address without a version grants, as a name without a version does."""
_ANSWERS = lazy_pattern(
    r"(?:stackoverflow|stackexchange|askubuntu|superuser|serverfault|mathoverflow)\.(?:com|net)/"
    r"(?:a|q|questions|answers|users|posts)\b|stack ?overflow|\.stackexchange\.com",
    re.IGNORECASE,
)
_ANY_SITE = _native.Words((
    b"stackoverflow", b"stack overflow", b"stackexchange", b"askubuntu", b"superuser",
    b"serverfault", b"mathoverflow", b"gist.github",
))  # fmt: skip
"""Every match of `answer_site` contains one of these."""
_GIST = lazy_pattern(r"gist\.github(?:usercontent)?\.com/\S{2,200}", re.IGNORECASE)
_COPIED = lazy_pattern(
    r" (?:copied|copy|taken|adapted|borrowed|based on|stolen|nicked|stole|lifted|derived|modified"
    r"|ported|recipe|snippet|courtesy|licensed|license) "
)
"""Words about copied code, at any position before an address."""
_TAKEN = lazy_pattern(
    r" (?:(?:from|via|by)(?: \w+){0,2}|(?:source|sources|credits?|thanks|thank|author|origin"
    r"|original|code)(?: \w+){0,5}) $"
)
_BEHIND = lazy_pattern(r"^(?: \w+){0,4} (?:licen[sc]ed?|cc by|cc wiki|cc0|answer by|posted by) ")
_REFERRED = lazy_pattern(
    r" (?:see|see also|cf|ref|refs|reference|references|per|according to|as in|inspired by|idea"
    r"|explained|explanation|discussed|discussion|documented|more (?:info|information|details)"
    r"|details|read|learn|follows|following|related|described|background|why|issue|bug)"
    r"(?: \w+){0,4} $"
)
"""Words before an address that is only a reference."""


def license_of_address(text: str) -> str:
    """The license of the first known license address in a text; "" if it has none."""
    for match in _ADDRESS.finditer(text) if _may_have_address(text) else ():
        address = match.group().rstrip(".,;")
        listed = _LISTED.search(address)
        if listed is not None:
            slug = listed.group(1).removesuffix(".html").removesuffix(".txt").rstrip("./")
            license_id = spdx_list.canonical_id(slug) or _SLUGS.get(slug.lower(), "")
            if not license_id:
                license_id = license_names.lookup(slug)
            return license_id if license_id != NOASSERTION else ""
        number = gnu_version(address)
        if number:
            return f"{number}-only"
        unversioned = _GNU.search(address)
        if unversioned is not None and unversioned.group(1).lower() in _ANY_VERSION:
            return _ANY_VERSION[unversioned.group(1).lower()]
        for pattern, identifier in _KNOWN:
            if pattern.search(address):
                return identifier
        if "creativecommons.org/licenses" in address.lower():
            words = plain_words(address.lower().partition("creativecommons")[2]).split()
            read = creative_commons(["creative", *words])
            if read is not None:
                return read[1] if read[1] != NOASSERTION else ""
    return ""


def _may_have_address(text: str) -> bool:
    if not text.isascii():
        return True
    encoded = text.encode()
    return _ANY_ADDRESS.any_in(encoded) and _ANY_HOST.any_in(encoded)


def gnu_version(text: str, family: str = "") -> str:
    """The GNU license and version that an address names, as "GPL-2.0"; "" for none.

    Args:
        text: a text that may contain the address.
        family: "GPL", "LGPL" or "AGPL" to take only addresses of that family.
    """
    for match in _GNU.finditer(text):
        gnu_family = _FAMILIES[match.group(1).lower()]
        if match.group(2) and family in ("", gnu_family):
            number = match.group(2)
            return f"{gnu_family}-{number if '.' in number else number + '.0'}"
    return ""


def answer_site(text: str) -> str:
    """The words that say that a text was copied from a question-and-answer site; "" for none.

    Content of such a site is under CC-BY-SA in a version that depends on its date.
    """
    if text.isascii() and not _ANY_SITE.any_in(text.encode()):  # nearly always
        return ""
    match = _ANSWERS.search(text)
    gist = _GIST.search(text)
    site = match or gist
    if site is None:
        return ""
    before = plain_words(re.sub(r"\S*$", "", text[max(0, site.start() - 120) : site.start()]))
    behind = plain_words(text[site.end() :][:200].partition(" ")[2])
    alone = not plain_words(_ADDRESS.sub(" ", text)).strip() and "/a/" in text
    is_taken = _COPIED.search(before) or (_TAKEN.search(before) and not _REFERRED.search(before))
    if not is_taken and not _BEHIND.search(behind) and not alone:
        return ""
    return text[max(0, site.start() - 60) : site.end() + 80]
