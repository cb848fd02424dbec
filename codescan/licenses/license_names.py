# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names of licenses in prose and in metadata fields, and their SPDX ids.

It is a table, because names are conventions: no rule derives "Expat" or "new BSD". Ambiguous names
("BSD", "Apache", "Artistic") are marked and give NOASSERTION: the claim keeps the name as evidence,
but no policy check passes because of it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from codescan.licenses import spdx_list, text_normalization
from codescan.licenses.creative_commons import CREATIVE, creative_commons
from codescan.licenses.expressions import all_of, any_of, normalize
from codescan.licenses.gnu_names import GNU_NAMES, gnu_id, gnu_prefixes
from codescan.licenses.name_asides import without_aside
from codescan.licenses.named_exceptions import with_named_exception
from codescan.licenses.official_names import (
    LOOSE_WORDS,
    key_words,
    name_key,
    official_keys,
    official_starts,
)
from codescan.licenses.repeated_texts import kept_by_text
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NAMES",
    "find",
    "lookup",
    "may_begin",
    "may_name",
    "name_starts",
]

NAMES: Mapping[str, str] = {
    # Names as `text_normalization.plain` writes them, and SPDX expressions; "" if ambiguous.
    "mit": "MIT", "mit license": "MIT", "the mit license": "MIT", "mit x11": "MIT",
    "expat": "MIT", "expat license": "MIT", "expat mit": "MIT", "mit expat": "MIT",
    "mit style": "", "x11": "X11", "x11 license": "X11",
    "mit 0": "MIT-0", "mit no attribution": "MIT-0",
    "apache": "", "apache license": "", "apache software license": "", "asl": "",
    "apache 2": "Apache-2.0", "apache 2 0": "Apache-2.0", "apache2": "Apache-2.0",
    "apache2 0": "Apache-2.0", "apache v2": "Apache-2.0", "apache v2 0": "Apache-2.0",
    "apache version 2 0": "Apache-2.0", "apache version 2": "Apache-2.0",
    "apache license 2": "Apache-2.0", "apache license 2 0": "Apache-2.0",
    "apache license v2": "Apache-2.0", "apache license v2 0": "Apache-2.0",
    "apache license version 2": "Apache-2.0", "apache license version 2 0": "Apache-2.0",
    "apache 2 license": "Apache-2.0", "apache 2 0 license": "Apache-2.0",
    "apache software license 2 0": "Apache-2.0", "apache software license v2": "Apache-2.0",
    "apache software license version 2 0": "Apache-2.0", "asl 2 0": "Apache-2.0",
    "apache version 2 0 license": "Apache-2.0", "al 2 0": "Apache-2.0",
    "apache 2 0 with llvm exception": "Apache-2.0 WITH LLVM-exception",
    "apache license v2 0 with llvm exceptions": "Apache-2.0 WITH LLVM-exception",
    "bsd": "", "bsd license": "", "bsd style": "", "bsd style license": "", "bsd like": "",
    "bsd 3 clause": "BSD-3-Clause", "bsd 3 clause license": "BSD-3-Clause",
    "3 clause bsd": "BSD-3-Clause", "3 clause bsd license": "BSD-3-Clause",
    "bsd 3": "BSD-3-Clause", "bsd3": "BSD-3-Clause", "new bsd": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause", "modified bsd": "BSD-3-Clause",
    "modified bsd license": "BSD-3-Clause", "revised bsd": "BSD-3-Clause",
    "revised bsd license": "BSD-3-Clause", "bsd 3 clause new or revised": "BSD-3-Clause",
    "bsd 3 clause new or revised license": "BSD-3-Clause", "bsd new": "BSD-3-Clause",
    "bsd license 3 clause": "BSD-3-Clause", "bsd three clause": "BSD-3-Clause",
    "three clause bsd": "BSD-3-Clause", "three clause bsd license": "BSD-3-Clause",
    "bsd 2 clause": "BSD-2-Clause", "bsd 2 clause license": "BSD-2-Clause",
    "2 clause bsd": "BSD-2-Clause", "2 clause bsd license": "BSD-2-Clause",
    "bsd 2": "BSD-2-Clause", "bsd2": "BSD-2-Clause", "simplified bsd": "BSD-2-Clause",
    "simplified bsd license": "BSD-2-Clause", "freebsd license": "BSD-2-Clause",
    "bsd 2 clause simplified license": "BSD-2-Clause", "two clause bsd": "BSD-2-Clause",
    "bsd 4 clause": "BSD-4-Clause", "bsd 1 clause": "BSD-1-Clause", "0bsd": "0BSD",
    "bsd 0 clause": "0BSD", "zero clause bsd": "0BSD", "bsd zero clause license": "0BSD",
    "isc": "ISC", "isc license": "ISC", "isc license iscl": "ISC",
    "zlib": "Zlib", "zlib license": "Zlib", "zlib libpng": "Zlib", "zlib libpng license": "Zlib",
    "boost": "BSL-1.0", "bsl 1 0": "BSL-1.0", "boost software license": "BSL-1.0",
    "boost software license 1 0": "BSL-1.0", "boost software license version 1 0": "BSL-1.0",
    "boost software license 1 0 bsl 1 0": "BSL-1.0",
    "mpl": "", "mozilla public license": "", "mpl 2": "MPL-2.0", "mpl2": "MPL-2.0",
    "mpl 2 0": "MPL-2.0", "mpl v2": "MPL-2.0", "mpl v2 0": "MPL-2.0", "mplv2": "MPL-2.0",
    "mplv2 0": "MPL-2.0", "mpl version 2 0": "MPL-2.0", "mozilla public license 2 0": "MPL-2.0",
    "mozilla public license v2 0": "MPL-2.0", "mozilla public license v 2 0": "MPL-2.0",
    "mozilla public license version 2 0": "MPL-2.0", "mozilla public license mpl v 2 0": "MPL-2.0",
    "mozilla public license 2 0 mpl 2 0": "MPL-2.0", "mpl 1 1": "MPL-1.1",
    "mozilla public license 1 1": "MPL-1.1", "mozilla public license version 1 1": "MPL-1.1",
    "mozilla public license 1 1 mpl 1 1": "MPL-1.1",
    "psf": "PSF-2.0", "psf license": "PSF-2.0", "psf 2 0": "PSF-2.0", "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0", "psf 2": "PSF-2.0",
    "python license": "", "python software foundation license version 2": "PSF-2.0",
    "cnri python": "CNRI-Python", "cnri s python 1 6 license": "CNRI-Python",
    "cnri python 1 6": "CNRI-Python",
    "libpng license": "Libpng", "w3c software license": "W3C", "libpng": "Libpng",
    "standard 3 clause bsd": "BSD-3-Clause", "standard bsd 3 clause": "BSD-3-Clause",
    "unicode license": "", "unicode terms of use": "",
    "unlicense": "Unlicense", "the unlicense": "Unlicense", "the unlicense unlicense": "Unlicense",
    "cc0": "CC0-1.0", "cc0 1 0": "CC0-1.0", "cc0 1 0 universal": "CC0-1.0",
    "cc0 1 0 universal cc0 1 0 public domain dedication": "CC0-1.0",
    "creative commons zero": "CC0-1.0", "creative commons zero v1 0 universal": "CC0-1.0",
    "public domain": spdx_list.PUBLIC_DOMAIN, "publicdomain": spdx_list.PUBLIC_DOMAIN,
    "wtfpl": "WTFPL", "wtfpl v2": "WTFPL", "wtfpl 2": "WTFPL", "wtfpl 2 0": "WTFPL",
    "do what the fuck you want to public license": "WTFPL",
    "zpl": "", "zpl 2 1": "ZPL-2.1", "zope public license": "", "zpl 2 0": "ZPL-2.0",
    "zope public license version 2 1 zpl": "ZPL-2.1", "zope public license version 2 1": "ZPL-2.1",
    "artistic": "", "artistic license": "", "artistic 2 0": "Artistic-2.0",
    "artistic license 2 0": "Artistic-2.0", "perl": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "epl": "", "epl 1 0": "EPL-1.0", "eclipse public license v 1 0": "EPL-1.0",
    "epl 2 0": "EPL-2.0", "eclipse public license v2 0": "EPL-2.0",
    "eclipse public license v 2 0": "EPL-2.0", "eclipse public license 2 0": "EPL-2.0",
    "eclipse public license 1 0 epl 1 0": "EPL-1.0",
    "eclipse public license 2 0 epl 2 0": "EPL-2.0",
    "eclipse distribution license v1 0": "BSD-3-Clause",
    "eclipse distribution license v 1 0": "BSD-3-Clause",
    "eclipse distribution license 1 0": "BSD-3-Clause", "edl 1 0": "BSD-3-Clause",
    "bsd style 3 clauses": "BSD-3-Clause", "bsd style 3 clause": "BSD-3-Clause",
    "eupl 1 2": "EUPL-1.2", "eupl": "",
    "european union public license 1 2 eupl 1 2": "EUPL-1.2",
    "academic free license": "", "afl 3 0": "AFL-3.0",
    "academic free license version 3 0": "AFL-3.0",
    "ncsa": "NCSA", "university of illinois ncsa open source license": "NCSA",
    "hpnd": "HPND", "historical permission notice and disclaimer": "HPND",
    "historical permission notice and disclaimer hpnd": "HPND",
    "mulan permissive software license v2": "MulanPSL-2.0",
    "mulan permissive software license v2 mulanpsl 2 0": "MulanPSL-2.0",
    "postgresql": "PostgreSQL", "postgresql license": "PostgreSQL", "unicode": "", "ruby": "Ruby",
    "openssl": "OpenSSL", "openssl license": "OpenSSL", "curl": "curl", "vim": "Vim",
    "ofl": "", "sil open font license 1 1": "OFL-1.1", "ofl 1 1": "OFL-1.1",
    "sil ofl 1 1": "OFL-1.1", "sil open font license 1 1 ofl 1 1": "OFL-1.1",
    "cc by": "", "cc by 4 0": "CC-BY-4.0", "cc by 3 0": "CC-BY-3.0", "cc by sa": "",
    "cc by sa 4 0": "CC-BY-SA-4.0", "cc by sa 3 0": "CC-BY-SA-3.0", "cc by nc 4 0": "CC-BY-NC-4.0",
    "cc by nc sa 4 0": "CC-BY-NC-SA-4.0", "cecill": "", "cecill 2 1": "CECILL-2.1",
    "cecill b": "CECILL-B", "cecill c": "CECILL-C", "cddl 1 0": "CDDL-1.0", "cddl 1 1": "CDDL-1.1",
    "ms pl": "MS-PL", "microsoft public license": "MS-PL", "busl 1 1": "BUSL-1.1",
    "business source license 1 1": "BUSL-1.1", "sspl": "SSPL-1.0",
    "server side public license": "SSPL-1.0",
    "apache public license 2 0": "Apache-2.0", "apache public license version 2 0": "Apache-2.0",
    "apache public license": "", "elastic license": "", "elastic": "", "eupl v1 2": "EUPL-1.2",
    "european union public license": "", "european union public license v 1 2": "EUPL-1.2",
    "eupl v 1 2": "EUPL-1.2", "eupl version 1 2": "EUPL-1.2", "eupl v1 1": "EUPL-1.1",
    "business source license": "BUSL-1.1", "busl": "BUSL-1.1", "bsl 1 1": "BUSL-1.1", "bsl": "",
    "sspl v1": "SSPL-1.0", "sspl 1 0": "SSPL-1.0", "polyform noncommercial": "",
    "polyform noncommercial license": "", "hippocratic license": "", "json license": "JSON",
    "beerware": "Beerware", "beer ware license": "Beerware", "creative commons": "", "cc": "",
    "the unlicense license": "Unlicense", "public domain dedication": spdx_list.PUBLIC_DOMAIN,
    "mit no false attribs": "MITNFA", "mit no false attributions": "MITNFA",
    "mit no false attribution": "MITNFA", "mit nfa": "MITNFA",
    "fsl": "", "functional source license": "", "fsl 1 1": "", "fsl 1 1 apache": "FSL-1.1-ALv2",
    "fsl 1 1 apache 2 0": "FSL-1.1-ALv2", "fsl 1 1 apache 2": "FSL-1.1-ALv2",
    "fsl 1 1 apache 2 0 license": "FSL-1.1-ALv2", "fsl 1 1 mit license": "FSL-1.1-MIT",
    "functional source license version 1 1 apache 2 0 future license": "FSL-1.1-ALv2",
    "functional source license version 1 1 apache license version 2 0": "FSL-1.1-ALv2",
    "functional source license 1 1 apache 2 0": "FSL-1.1-ALv2",
    "functional source license version 1 1 mit": "FSL-1.1-MIT",
    "same terms as perl": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same terms as perl itself": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "perl 5": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "perl itself": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same as perl": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same as perl 5": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same as perl itself": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same license as perl": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same license as perl 5": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same license as perl itself": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same terms as perl 5": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same terms as perl 5 itself": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "same terms as the perl 5 programming language system itself":
        "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "proprietary": "LicenseRef-proprietary", "commercial": "LicenseRef-commercial",
    "other proprietary license": "LicenseRef-proprietary", "unlicensed": "LicenseRef-proprietary",
}  # fmt: skip
"""Names in the form of `text_normalization.plain`, with their SPDX expressions."""

# Names that are also common words or names of programs: in running text, "license" must follow.
_PRODUCTS = frozenset((
    "apache", "boost", "commercial", "curl", "libpng", "openssl", "perl", "postgresql",
    "ruby", "unicode", "vim", "x11",
))  # fmt: skip
_PRAISE = lazy_pattern(r"^(?:osi approved|simple|standard|official|plain|classic|usual) ")
_PRAISING = frozenset(("osi", "simple", "standard", "official", "plain", "classic", "usual"))
"""The first words of `_PRAISE`."""
_LIKE = frozenset(("like", "ish", "inspired", "derived", "esque"))
"""Words after a name that make it the name of another license."""
_MAX_NAME = 17  # words
_WORDS_OF_NAMES = "first_words.txt"
_LONGEST_GNU = max(name.count(" ") + 1 for name in GNU_NAMES)
_MAX_TEXT = 200  # characters
_AND_FILE = lazy_pattern(r"\s*[+|]\s*file\s+LICEN[CS]E\s*$", re.IGNORECASE)
"""The form in which R metadata names the file with year and holder."""
_SPLIT = lazy_pattern(r"\s+(and|or)\s+|\s*(,|;|/|&|\|)\s*", re.IGNORECASE)


def lookup(text: str) -> str:
    """The expression that a short text names; NOASSERTION if it names none or several.

    Args:
        text: a metadata field or the words after "licensed under", for example "GPLv3+",
            "BSD 3-Clause License", "MIT or Apache 2.0".
    """
    if len(text) > _MAX_TEXT:  # longer fields hold license texts, not names
        return NOASSERTION
    text = _AND_FILE.sub("", text)
    # An id is recognized directly, without loading the table of names.
    known = spdx_list.canonical_id(text) is not None or may_name(text)
    return _looked_up(text) if known else NOASSERTION


def may_name(text: str) -> bool:
    """Whether the first word of a short text begins a name; avoids most look-ups."""
    return may_begin(text_normalization.plain(text).split())


def may_begin(words: list[str]) -> bool:
    """The same for plain words."""
    if words[:1] == ["the"]:
        words = words[1:]
    telling = next((word for word in words if word not in LOOSE_WORDS), "")
    if telling[:1] == "v" and telling[1:].isdigit():
        telling = telling[1:]
    return telling in _first_telling_words() or " ".join(words[:_LONGEST_GNU]).startswith(
        gnu_prefixes()
    )


@cache
def _first_telling_words() -> frozenset[str]:
    """The first distinctive words of all names and expressions; "" for words of any name."""
    return frozenset(_words_of_names()[1])


@cache
def _words_of_names() -> list[list[str]]:
    """The shipped tables of `words_of_names`; computing them takes longer than a small check."""
    lines = spdx_list.data(_WORDS_OF_NAMES).decode("utf-8").splitlines()
    return [line.split(" ") for line in lines]


@kept_by_text(4096, _MAX_TEXT)
def _looked_up(text: str) -> str:
    exact = normalize(text)
    if exact != NOASSERTION:
        return exact
    single = _single(text)
    if single is None:
        single = _with_exception(text)
    if single is not None:
        return single or NOASSERTION
    parts = [part for part in _SPLIT.split(text) if part]
    if len(parts) < 3:  # noqa: PLR2004 - name, operator, name
        return NOASSERTION
    operators = {part.lower() for part in parts[1::2]}
    operands = [normalize(p) if normalize(p) != NOASSERTION else _single(p) for p in parts[::2]]
    if any(not expression for expression in operands):
        return NOASSERTION
    known = [expression for expression in operands if expression]
    # A list with commas or slashes does not offer a choice: all licenses apply.
    return any_of(known) if operators == {"or"} else all_of(known)


def _single(text: str) -> str | None:
    """The expression of one name; "" if ambiguous, None if unknown."""
    if ">=" in text:  # as R writes it: "GPL (>= 2)"
        text = text.replace(">=", " ") + " or later"
    whole = text_normalization.plain(text)
    if whole in NAMES and "+" in text.rstrip(" +"):  # the sign joins words of one name
        return NAMES[whole]
    text = text.replace("+", " or later ")
    for spelling in (text, without_aside(text)):
        name = text_normalization.plain(spelling).removeprefix("the ")
        name = _PRAISE.sub("", name)
        for candidate in (name, name.removesuffix(" license"), name.removesuffix(" licensed")):
            if candidate in NAMES:
                return NAMES[candidate]
    name = text_normalization.plain(text).removeprefix("the ")
    identifier = (
        spdx_list.canonical_id(text.strip()) or gnu_id(name) or official_keys().get(name_key(name))
    )
    if identifier:
        return identifier
    words = name.split()
    commons = creative_commons(words)
    if commons is not None and not set(words[commons[0] :]) - {"license", "international"}:
        return "" if commons[1] == NOASSERTION else commons[1]
    return None


_WITH = lazy_pattern(r"[,;]?\s+(?:with|plus|w/|\+)\s+", re.IGNORECASE)


def _with_exception(text: str) -> str | None:
    """The expression of a GNU license with a named exception; None for other names."""
    parts = _WITH.split(text, maxsplit=1)
    license_id = _single(parts[0]) if len(parts) > 1 else None
    if not license_id:
        return None
    words = f" with {text_normalization.plain(parts[1])} ".replace(" with cpe ", " w cpe ")
    joined = with_named_exception(license_id, words)
    return None if joined == license_id else joined


def name_starts() -> list[str]:
    """The one or two words that each name starts with, `LOOSE_WORDS` left out."""
    return [words.replace("_", " ") for words in _words_of_names()[2]]


@cache
def _first_words() -> frozenset[str]:
    return frozenset(_words_of_names()[0])


_MAX_COMMONS = 30


@cache
def _longest_names() -> Mapping[str, int]:
    """The number of words of the longest of the names in use that begin with a word."""
    longest: dict[str, int] = {}
    for name in NAMES:
        words = name.split(" ")
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


def find(text: str, *, in_list: bool = False) -> tuple[str, str] | None:
    """The longest name at the start of normalized words.

    Args:
        text: words as `text_normalization.plain` writes them: "mit license see license file".
        in_list: whether other license names occur before or after it. A name that is also a
            program's, such as OpenSSL, then means the license.

    Returns:
        (the name as read, its expression; NOASSERTION if ambiguous), or None.
    """
    first_word = text.partition(" ")[0]
    praise = _PRAISE.match(text) if first_word in _PRAISING else None
    if praise is not None:
        named = find(text[praise.end() :], in_list=in_list)
        return None if named is None else (praise.group() + named[0], named[1])
    if first_word in CREATIVE:
        commons = creative_commons(text.split(" ", _MAX_COMMONS)[:_MAX_COMMONS])
        if commons is not None:
            return " ".join(text.split(" ")[: commons[0]]), commons[1]
    if first_word not in _first_words() and "gpl" not in first_word:
        return None
    each = text.split(" ", _MAX_NAME)[:_MAX_NAME]
    # GNU names may have more words after those of the tables.
    is_gnu = "gpl" in text or "public license" in text
    keys = key_words(each)
    may_be_official = keys[:2] in official_starts()
    most = len(each) if is_gnu or may_be_official else _longest_names().get(each[0], 0)
    for count in range(min(most, len(each)), 0, -1):
        name = " ".join(each[:count])
        expression = NAMES.get(name)
        if expression is None and ("public license" in name or "gpl" in name):
            expression = gnu_id(name)
        if expression is None and may_be_official:
            expression = official_keys().get(name_key(name))
        if not in_list and name in _PRODUCTS and each[count : count + 1] != ["license"]:
            continue
        if expression is not None:
            if each[count : count + 1] and each[count] in _LIKE:
                return name, NOASSERTION
            return name, expression or NOASSERTION
    return None
