# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Phone numbers with a country code, or in national form next to a word for phones."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from codescan.private_data.context import ContextWords, before
from codescan.private_data.path_data import is_path_data
from codescan.private_data.placeholders import number_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["PhoneNumbers"]

_KIND = "phone-number"
_EXTENSION = r"(?:[ ,]?(?:x|ext\.?|#) ?\d{1,6})?"
_INTERNATIONAL = re.compile(
    r"(?<![\w+./-])(?:\+|\+?00[ -]?|tel:\+)"
    r"(?P<number>[1-9](?:[ ().\-/\u00a0\u2010-\u2015]{0,3}\d){6,14})"
    rf"{_EXTENSION}(?!\w)"
)
_NATIONAL = re.compile(
    r"(?P<number>[(\d](?<![\w.$#%&+/-][(\d])\d?(?:[ ().\-/\u00a0]{0,3}\d){5,13})"
    rf"{_EXTENSION}(?![\w%]|\.\d)"
)
_GROUPED = re.compile(r"\d[ ().\-/\u00a0]+\d")
_WORDS = ContextWords(
    (
        "tel", "telephone", "telefon", "telefone", "telefono", "phone", "phone number", "mobile",
        "mobil", "movil", "cell", "cellphone", "cellular", "handy", "portable", "fax", "telefax",
        "call me", "call us", "call at", "sms", "whatsapp", "hotline", "fone",
        "gsm", "puhelin", "tlf", "telf", "rufnummer", "numero de telephone", "contact number",
        "dial",
        "text me", "celular", "reach me", "ring", "landline", "work phone", "home phone",
        "msisdn", "telefoonnummer",
    )
)  # fmt: skip
_GATE = (
    "tel", "tlf", "phone", "mobil", "movil", "m\u00f3vil", "cell", "handy", "portable", "fax",
    "call", "sms", "whatsapp", "hotline", "gsm", "puhelin", "fone", "rufnummer", "contact", "dial",
    "reach", "ring", "landline", "msisdn", "celular", "text",
)  # fmt: skip
"""Quick test: without one of these, no word of `_WORDS` occurs in a text."""
_REGIONS = (
    "US", "GB", "DE", "FR", "IT", "ES", "NL", "BE", "CH", "AT", "SE", "NO", "DK", "FI", "PL", "PT",
    "IE", "CZ", "GR", "RO", "HU", "TR", "RU", "UA", "IN", "CN", "JP", "KR", "AU", "NZ", "BR", "MX",
    "AR", "CL", "CO", "ZA", "IL", "SG", "HK", "TW", "ID", "MY", "TH", "PH", "VN", "NG", "KE", "EG",
    "SA", "AE", "PK", "BD", "HR", "BG", "SK", "SI", "LT", "LV", "EE",
)  # fmt: skip
"""Countries with known national formats; a national number does not state its country."""
_FICTION = re.compile(
    r"1?[2-9]\d\d555\d{4}|1?55501\d\d|(?:44|0)?(?:7700900\d{3}|1632960\d{3}|(?:113|114|115|116|117|118|121|131|"
    r"141|151|161)4960\d{3}|2079460\d{3}|1914980\d{3}|2890180\d{3}|2920180\d{3}|8081570\d{3}|"
    r"9098790\d{3}|3069990\d{3})|(?:61|0)?(?:491570\d{3}|[2378]5550\d{4}|[2378]7010\d{4})|(?:33|0)(?:199000\d{3}|"
    r"261910\d{3}|353010\d{3}|465710\d{3}|536490\d{3}|639980\d{3})"
)
"""Numbers reserved for films and books by NANPA, Ofcom, ACMA and Arcep."""
_NO_AREA = re.compile(r"(?:\+?1[ .-]?)?\(?555\)?[ .-]?\d{3}[ .-]?\d{3,4}")
"""An unassigned NANPA area code; in Mexico, 55 is written separately."""
_NANP = re.compile(r"1[2-9]\d\d[2-9]\d{6}|(?!1)\d+")
"""Patterns of North American numbers by their valid first digits, and of others."""
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){2,}")
_PAGES = re.compile(r"\d{1,5}-{1,2}\d{1,5}\s{0,4}\((?:1[89]|20)\d\d")
"""Pages and year of a publication."""
_ZIP = re.compile(r"\d{5}-\d{4}")
_COLOR = re.compile(r"(?:rgb|hsl)a?\( ?$")
_BOX = re.compile(r"\b[Pp]\.? ?[Oo]\.? ?[Bb]ox:? $")
_HOUSE = re.compile(r"\d{1,3}(?:/\d{1,3})?,? \d{5}")
_CITY = re.compile(r",? [A-Z][a-z]{2,}")
"""A house number with a postal code, and the city after them."""
_STATE = re.compile(r"\b[A-Z]{2},?\s{1,2}$")
"""A postal code of the United States after the letters of a state."""
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d([-/. ]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)|"
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d(?!\d)|"
    r"(?<!\d)(?:0?[1-9]|1[0-2])([-/])(?:0?[1-9]|[12]\d|3[01])\3(?:19|20)\d\d(?!\d)"
)
_OTHER = re.compile(
    r"\d+\.\d+|(?:\d{1,3}\.){3}\d{1,3}|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d|0\d{3}(?: 0\d{3})+|"
    r"\d{2,5}\.\d{1,2}-(?:19|20)\d\d|(?:\d{1,2}/\d{1,2} {1,3}){2,}[\d /]+"
)
"""Decimal numbers, IP addresses, year ranges, code points, standards with a year, and fractions."""
_DECIMALS = re.compile(
    r"(?<!\d)\d{1,3}\.\d{2,5}[ (]{1,3}[-(]?\d{1,3}\.\d{2,5}(?!\d)|"
    r"(?<!\d)\d{4}\.\d{4,5} ?\((?:19|20)\d\d(?!\d)|"
    r"^(?:\d{1,3}\.){3}\d{1,3}/\d{1,3}$|^\+(?:\d{4}|\d{6})-(?:\d{5}|\d{7})$|^\+?\d{5,}\.\d{1,3}$"
)
"""Two decimal numbers, as of a color or a mean with its error; an arXiv number with a year; an IP
network; a geographic location (ISO 6709).
"""
_DOCUMENTED = frozenset(
    {"15017250604", "15017122661", "15005550006", "12133734253", "2133734253", "16502530000"}
)
"""Examples of services and of libphonenumber."""
_LEAST = 7
_SPAN = 26
"""Maximum characters that the first seven digits of a number span, with separators."""
_SEVEN = 7
_MOST_POINTS = 4
_LEAST_DOTTED = 9
"""Minimum digits of a phone number with points, because versions also have points."""
_LABEL = 20
"""Characters before a number that are searched for its label."""


class PhoneNumbers:
    """Find phone numbers that are valid in the numbering plan of their country."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {_KIND: Kind(_KIND, Category.PERSONAL, "Phone number")}

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield international forms, then national ones."""
        text = searched.text
        if "+" in text or "00" in text:
            for match in searched.numbers.matches(_INTERNATIONAL, _LEAST, _SPAN):
                candidate = _international(text, match)
                if candidate is not None and not is_path_data(text, *match.span()):
                    yield candidate
        is_named = False
        for match in searched.numbers.matches(_NATIONAL, _LEAST, _SPAN):
            is_named = is_named or any(word in searched.lowered for word in _GATE)
            if not is_named:
                return
            candidate = _national(text, match)
            if candidate is not None and not is_path_data(text, *match.span()):
                yield candidate


def _international(text: str, match: re.Match[str]) -> Candidate | None:
    digits = _digits(match["number"])
    has_context = _WORDS.near(text, match.start(), match.end())
    is_grouped = _GROUPED.search(match["number"]) is not None
    is_other = _OTHER.fullmatch(match[0]) or _DECIMALS.search(match[0])
    is_formula = not is_grouped and _is_in_formula(text, match)
    if not ("+" in match[0][:5] or has_context or is_grouped) or is_other or is_formula:
        return None
    if not _is_valid("+" + digits) and not (_is_labelled(text, match) and _is_possible(digits)):
        return None
    # "+" before ungrouped digits is also how patches and formulas write numbers.
    is_sum = not (has_context or is_grouped) and _is_patch(text, match.start())
    return Candidate(
        _KIND, match.start(), match.end(), "+" + digits, Grade.C if is_sum else Grade.B,
        placeholder=_placeholder(match["number"], digits),
    )  # fmt: skip


def _national(text: str, match: re.Match[str]) -> Candidate | None:
    digits = _digits(match["number"])
    points = match["number"].count(".")
    is_version = points > _MOST_POINTS or (
        _VERSION.fullmatch(match["number"]) is not None and len(digits) < _LEAST_DOTTED
    )
    # Two numbers side by side have two parentheses; a formula has one that closes alone.
    opened, closed = match["number"].count("("), match["number"].count(")")
    following = text[match.end() : match.end() + 3].strip()
    is_factor = following.startswith(("*", "##")) and not following.startswith("*/")
    is_other = is_factor or _OTHER.fullmatch(match["number"]) or _DECIMALS.search(match["number"])
    is_range = ".." in match["number"] or _PAGES.search(match["number"]) is not None
    state = text[max(0, match.start() - 5) : match.start()]
    is_zip = _ZIP.fullmatch(match["number"]) is not None and _STATE.search(state) is not None
    is_place = _BOX.search(text, max(0, match.start() - 10), match.start()) is not None or (
        _HOUSE.fullmatch(match["number"]) is not None and _CITY.match(text, match.end())
    )
    is_color = _COLOR.search(text, max(0, match.start() - 6), match.start()) is not None
    if opened > 1 or closed > opened or is_other or is_range or is_zip or is_place or is_color:
        return None
    if len(digits) < _LEAST or is_version or _DATE.search(match["number"]):
        return None
    if not _WORDS.near(text, match.start(), match.end()):
        return None
    is_grouped = _GROUPED.search(match["number"]) is not None
    if not is_grouped and not _is_labelled(text, match):
        return None
    if not _is_national(digits) and not (is_grouped and _is_labelled(text, match)):
        return None
    is_bare = not is_grouped and not digits.startswith("0")
    return Candidate(
        _KIND, match.start(), match.end(), digits,
        Grade.C if is_bare and len(digits) <= _SEVEN else Grade.B,
        placeholder=_placeholder(match["number"], digits),
    )  # fmt: skip


def _is_labelled(text: str, match: re.Match[str]) -> bool:
    """Whether a word for phones directly precedes a number, as its label."""
    return _WORDS.inside(before(text, match.start(), _LABEL))


def _is_possible(digits: str) -> bool:
    """Whether an international number has a known country code and a valid length."""
    import phonenumbers

    if _NANP.fullmatch(digits) is None:
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + digits, None))
    except phonenumbers.NumberParseException:
        return False


def _is_patch(text: str, start: int) -> bool:
    """Whether a number begins its line, like an added line of a patch."""
    return start > 0 and text[start - 1] == "\n"


def _is_in_formula(text: str, match: re.Match[str]) -> bool:
    """Whether a number is an operand of a sum."""
    following = text[match.end() : match.end() + 2].strip()
    return text[match.start() - 1 : match.start()] in ("]", ")") or following[:1] in ("+", "^")


def _digits(number: str) -> str:
    bare = number.replace("(0)", "")
    return "".join(character for character in bare if character.isdecimal())


def _placeholder(number: str, digits: str) -> str:
    if _FICTION.fullmatch(digits) or _NO_AREA.fullmatch(number):
        return "reserved-for-fiction"
    if digits in _DOCUMENTED:
        return "documentation"
    if "314159" in digits or "271828" in digits:
        return "constant"
    if "123123" in digits:
        return "sequence"
    return number_placeholder(digits[-7:]) or number_placeholder(digits)


def _is_valid(number: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def _is_national(digits: str) -> bool:
    """Whether these digits are valid in the numbering plan of a known country."""
    return any(
        pattern.fullmatch(bare)
        for prefix, pattern in _plans()
        for bare in ({digits, digits.removeprefix(prefix)} if prefix else {digits})
    )


@cache
def _plans() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """National prefix, and pattern of landline and mobile numbers, for each country."""
    from phonenumbers import PhoneMetadata

    plans = []
    for region in _REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region, None)
        if metadata is None:
            continue
        patterns = [
            description.national_number_pattern
            for description in (
                metadata.fixed_line,
                metadata.mobile,
                metadata.voip,
                metadata.toll_free,
            )
            if description is not None and description.national_number_pattern
        ]
        plans.append((metadata.national_prefix or "", re.compile("|".join(patterns))))
    return tuple(plans)
