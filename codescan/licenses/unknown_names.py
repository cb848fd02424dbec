# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds licenses that are granted by an unknown or ambiguous name.

"Licensed under the Acme Source License" states a license; "under the license in LICENSE" points to
one. The difference is whether the words before "license" are all words of pointers.
"""

from __future__ import annotations

import re

from codescan._core import _native
from codescan.licenses import license_names
from codescan.licenses.creative_commons import commons, has_commons
from codescan.licenses.notices import GNU_NAME, MAX_MENTIONS, UNDER, list_of_names
from codescan.licenses.official_names import name_key, official_keys
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["is_name_of", "may_have_unknown_names", "unknown_names"]

_ANY_UNDER = _native.Words((
    b"under", b"subject to", b"covered by", b"governed by", b"licensed", b"choose", b"choice",
))  # fmt: skip
"""Every match of `UNDER` contains one of these."""
_LICENSING_VERB = lazy_pattern(rb" (?:re)?licensed ")
_GRANTING_VERB = lazy_pattern(
    rb" (?:(?:re)?licensed|released|distributed|published|available|provided|offered|covered"
    rb"|governed|redistributed|shared|terms|subject) "
)
# Words of pointers to a license stated elsewhere: "the license found in the root folder".
_POINTER_WORDS = frozenset(
    b"the this its a an your our same following above below accompanying included attached"
    b" applicable respective specified described term terms condition conditions and or of in as"
    b" detailed file files project repository package root directory folder top level s found see"
    b" given listed stated contained which that can be is are with by at source tree software"
    b" program library module code distribution main parent md txt rst copying notice readme"
    b" defined copyright applies apply to for all rest whole entire open free set forth details"
    b" information governing use limitations provided it itself you may copy modify redistribute"
    b" distribute own also below header footer page end start beginning here under license licenses"
    b" licensing"
    b" agreement bsd mit apache style like permissive simple liberal any our enclosed com github"
    b" product original work upstream choice one two three several both these those dual multiple"
    b" choose between osi approved details full separate different terms their".split()
)
_STYLE = lazy_pattern(rb" (?:style|like|type) ")
_LICENSE_NOUN = lazy_pattern(
    r"\b(?:licen[sc]es?|agreement|eula|terms|conditions|copyleft|gpl|lizenz|public domain"
    r"|contract)\b"
)
_SAME_AS = lazy_pattern(r"(?:the )?(?:same|identical) (?:\w+ ){0,4}?as ((?:\w+ ?){1,9})")
_MODIFIED = frozenset((
    "adapted", "almost", "altered", "amended", "changed", "custom", "extended", "like", "modified",
    "non", "not", "restricted", "similar", "style", "variant", "variation", "version",
))  # fmt: skip
_MAX_NAME_WORDS = 9
_QUOTED = 80


def may_have_unknown_names(words: bytes) -> bool:
    """Whether `unknown_names` may find something, by a fast check of the words."""
    return _ANY_UNDER.any_in(words) or has_commons(words)


def unknown_names(linkless: bytes) -> tuple[tuple[int, str], ...]:
    """Licenses that words grant by an unknown or ambiguous name.

    Args:
        linkless: plain words of sentences without addresses; "~" follows each sentence.

    Returns:
        Byte offset of each name, and the name in plain words.
    """
    named_commons = commons(linkless)
    names: list[tuple[int, str]] = []
    if named_commons and all(each == NOASSERTION for _, each in named_commons):
        at = named_commons[0][0]
        names.append((at, linkless[at : at + _QUOTED].decode("ascii").strip()))
    for number, match in enumerate(UNDER.finditer(linkless) if _ANY_UNDER.any_in(linkless) else ()):
        if number == MAX_MENTIONS:
            break
        after = linkless[match.end() : match.end() + 250].decode("ascii").partition("~")[0].strip()
        if not after:
            continue
        named = license_names.find(after)
        if named is not None:
            if named[1] == NOASSERTION and not _points_behind(after[len(named[0]) :]):
                names.append((match.end() + 1, named[0]))
            elif named[1] != NOASSERTION and list_of_names(after) == NOASSERTION:
                names.append((match.end() + 1, after[:_QUOTED]))  # "MIT, BSD and GPL"
            continue
        name = _unknown(after, match.group())
        if name:
            names.append((match.end() + 1, name))
    return tuple(names)


def is_name_of(name: str, license_ids: list[str]) -> bool:
    """Whether a name ends with the name of one of some licenses: "node js mit license".

    The version may be missing: "blue oak model license".
    """
    words = name.split()
    key = name_key(name)
    if " " in key and any(
        license_id in license_ids and official.startswith(f"{key} ")
        for official, license_id in official_keys().items()
    ):
        return True
    for start in range(1, len(words)):
        license_id = license_names.find(" ".join(words[start:]))
        if license_id is not None and license_id[1] in license_ids:
            return not _MODIFIED.intersection(words[:start])
    return False


def _unknown(after: str, verb: bytes) -> str:
    """The name after a granting verb; "" for a pointer or without a name."""
    words = after.split()[:_MAX_NAME_WORDS]
    same = _SAME_AS.match(after)
    if same is not None:
        own = same.group(1).split()[-1:] == ["package"]  # of gettext: that of the file itself
        others = {word.encode() for word in same.group(1).split()[:3]} - _POINTER_WORDS
        return after[:_QUOTED] if others and not own else ""
    nouns = [at for at, word in enumerate(words) if _LICENSE_NOUN.fullmatch(word)]
    name = words[: nouns[0] + 1] if nouns and nouns[0] else words
    if words[:1] in (["follows"], ["below"], ["above"], ["described"], ["stated"]):
        return ""
    if not _GRANTING_VERB.search(verb + b" ") or not name:
        return ""
    if not nouns and not _LICENSING_VERB.search(verb + b" "):
        return ""
    if GNU_NAME.search(f" {after} ".encode()):
        return ""
    own = {word.encode() for word in name} - _POINTER_WORDS
    return " ".join(name) if own and not _STYLE.search(f" {' '.join(name)} ".encode()) else ""


def _points_behind(text: str) -> bool:
    """Whether the words after "BSD license" point to a file with the exact license."""
    behind = f" {text.strip()[:90]} "
    return re.search(r" (?:found|see|in the|license file|copying|accompanying|included) ", behind) \
        is not None  # fmt: skip
