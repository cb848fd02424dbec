# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys, tokens and passwords without a fixed form, next to a name for a secret."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from codescan.private_data.placeholders import entropy, is_class_name, secret_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.private_data.token_checksums import base64url
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["NamedSecrets"]

_KIND = "named-secret"
_NAMES = (
    "api_key", "apikey", "api-key", "API_KEY", "APIKEY", "ApiKey", "apiKey", "Api-Key", "API-KEY",
    "api key", "API key", "secret", "SECRET", "Secret", "token", "TOKEN", "Token", "passwd",
    "PASSWD", "password", "PASSWORD", "Password", "access_key", "ACCESS_KEY", "accessKey",
    "private_key", "PRIVATE_KEY", "credential", "CREDENTIAL", "auth_key", "AUTH_KEY", "authKey",
    "authorization", "Authorization", "encryption_key", "ENCRYPTION_KEY", "signing_key",
    "SIGNING_KEY", "pwd", "Pwd", "PWD", "_pass", "_PASS", "passphrase", "PASSPHRASE",
)  # fmt: skip
_SCHEME = r"(?:(?P<basic>[Bb]asic)\s|[Bb]earer\s|[Tt]oken\s)?"
_ASSIGNED = re.compile(
    r"[A-Za-z0-9_.-]{0,20}[\"'\]`]{0,2}"
    r"(?:\s{0,3}(?:=>|:=|==|[:=,(]){1,2}\s{0,3}|,?\s{1,40}[\"']?[Vv]alue[\"']?\s?[:=]\s{0,3}|"
    r"(?P<tag>>)|(?P<space> {1,3}))"
    rf"{_SCHEME}(?:[brfu]{{0,2}}(?P<quote>[\"'`]))?{_SCHEME.replace('basic', 'inner_basic')}"
    r"(?P<value>(?(quote)[!#-&(-\[\]-_a-~]{16,200}|"
    r"(?(tag)[!#-&(-;=-\[\]-_a-~]{16,200}|[A-Za-z0-9+/=_.~!@#$%^&*-]{16,200})))"
)
"""A value after a name with "=" or ":", in a list of names and values (Kubernetes, XML settings),
in an XML element, or as an option of a command. A quoted value may have all signs of passwords
except "\", which begins an escape, as in translated texts.
"""
_OPTION = re.compile(r"--[A-Za-z-]{0,30}$|^\s{0,20}ENV\s[A-Z_]{0,40}$", re.MULTILINE)
_LONGEST_OPTION = 64
_KEY = re.compile(r"\s{0,3}:(?!:)")
"""The key of the next entry of a mapping."""
_COMMENT = re.compile(r"[ \t]{0,20}(?:\r?\n|$|[ \t](?:#|//))")
_EXAMPLES = frozenset(
    {
        "hh5s93j4hdidpola", "nnch734d00sl2jdk", "kkk9d7dh3k39sjv7", "ad180jjd733klru7",
        "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "pfkkdhi9sl3r4s00", "hdhd0244k9j7ao03",
        "hfdp7dh39dks9884", "czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        "czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3", "tGzv3JOkF0XG5Qx2TlKWIA",
        "2YotnFZFEjr1zCsicMWpAA", "SlAV32hkKG", "8xLOxBtZp8",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "gX1fBat3bV", "mF_9.B5f-4.1JqM",
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "dGhlIHNhbXBsZSBub25jZQ==",
    }
)  # fmt: skip
"""Example values of RFC 5849, 6455, 6749, 6750 and 7617, of OAuth 1.0 and of AWS."""
_MIXED = 3
_BITS = 3.4
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_BITS_OF_HEX = 3.0
_CHANGES = 0.4
"""Minimum share of neighboring characters of different classes in random text; 0.6 on average."""
_LEAST_UNQUOTED = 20
"""Minimum characters of an unquoted value; 16 if its name begins the line, as in settings files."""
_SETTING = re.compile(r"\s{0,20}(?:export\s|set\s|ENV\s|-\s)?\s{0,4}[A-Za-z0-9_.-]{0,60}")
_IDENTIFIER = re.compile(
    r"_{0,2}(?:[a-z]{2,}[a-z0-9]*|[a-z]\d{1,4})(?:_[a-z]{2,}[a-z0-9]*)+|_{0,2}[A-Za-z]+(?:[_.-][A-Za-z]+\d{0,5})+|"
    r"[A-Za-z][a-z]+\d{0,3}(?:[A-Z][a-z]{2,}\d{0,3}|[A-Z]{1,5}\d{0,3}(?![a-z]))+|"
    r"(?=\w*[A-Z]{4})[A-Z]+\d{0,5}(?:_(?:[A-Z]+\d{0,5}|\d{1,4}))+|"
    r"[a-z]{3,}\d{0,5}(?:_(?:[a-z]{1,20}\d{0,5}|\d{1,4}[a-z]{0,2}))+"
)
"""Names of variables, of settings and of the environment."""
_TAG = re.compile(r"[a-z][a-z0-9]{1,15}(?::[A-Za-z]?[a-z]{2,}(?:[A-Z][a-z]+|[_-][a-z]{2,})*)+")
"""A name in a name space, such as `c7n:DeniedMethods`."""
_WORD = r"(?:[A-Za-z]{2,}\d{0,3}|v\d{1,3}|\d{1,4}[A-Za-z]?|\d{1,2}(?:\.\d{1,2}){1,2})"
_PRODUCT = re.compile(rf"(?=.*[a-z]{{4}}){_WORD}(?:[-/+,;|]{_WORD}){{2,12}}[-/+,;|]?")
"""Words with versions and sizes, such as names of models, machines and packages."""
_ALGORITHM = re.compile(r"(?:^|[-_])(?:HMAC|RSA|AES|ECDSA|SHA)(?:[-_]?\d{1,4})?(?:$|[-_])")
_CODE = re.compile(
    r"[A-Za-z_]{3,}\([^()]*\)|\[\^?(?:[0-9a-zA-Z]-[0-9a-zA-Z]|\\)|\{\d{1,4}(?:,\d{0,4})?\}|\(\?[:=!]|"
    r"^[A-Za-z_][\w.]{2,}\[[\w.,\[\]|]+\]$|"
    r"\\[dws]|->|=>|::|^(?:sha\d{1,3}|md5|urn|arn):|^os\.environ|^v?\d{1,4}\.\d{1,4}[.-]",
    re.IGNORECASE,
)
"""Calls, types, regular expressions, named hashes, versions."""
_STEP = (
    r"_{0,2}(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[A-Za-z])\d{0,5}"
    r"(?:[A-Z][a-z]{2,}\d{0,3}|_[a-z]{1,20}\d{0,3}|_\d{1,4})*"
)
_ATTRIBUTE = re.compile(rf"{_STEP}(?:\.{_STEP})+")
"""An attribute of an object, such as `self._schema_on_200.properties.secrets`."""
_HASHED = re.compile(
    r"(?:[\w.-]{1,32}:)?\$(?:\d\w?|apr1|argon2\w{0,3}|scrypt|y)\$|pbkdf2[\w:-]{0,20}\$|\{SSHA"
)
"""Hashes of passwords in the formats of crypt, Django and LDAP."""
_COUNTED_WORD = re.compile(r"[A-Za-z]{4,}[@!#_-]?123\d{0,5}!?")
"""A word and the first numbers, which people type where any password is accepted."""
_ADDRESS = re.compile(r"0x(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40})")
"""Blockchain address of an account, a contract or a token, which is public; keys have 64 digits."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGER_NAME = re.compile(r"_[A-Za-z]{4,}")
"""Continuation of a name after the word for a secret: `PASSWORD_ADMINISTRATOR` names an identifier.
"""
_PATH = re.compile(
    r"[a-z]+://|^(?:\.{1,2}|~)/|^[./~][A-Za-z_.-][\w.-]*(?:/|$)|/[a-z]{3,}/|\.(?:com|org|net|io|json|py|js|html?|xml)\b"
)
_OTHER_NAMES = re.compile(
    r"sha\d|md5|hash|digest|checksum|integrity|etag|revision|commit|public|signature|cache|"
    r"(?:next|client|continu\w{0,6}|page|paginat\w{0,3}|sync|update|request|zone|verification|"
    r"idempotency|resume|expected|cancel|lock|etag|change|start|console|clone)[_ -]?(?:token|cred)|"
    r"tokeni[sz]|token[_-]?(?:id|address|index)(?![a-z])|secrets[_-]?manager[\"']|"
    r"(?:secret|token|key|credential|password)s?[_ -]?(?:name|type|ur[il]|path|file|"
    r"prefix|header|field|env|var|version|arn|role)(?![a-z])|"
    r"\bexample\b|\be\.g\.|dummy|fake|placeholder|"
    r"\.(?:starts?_?with|ends?_?with|replace|split|l?strip|remove_?prefix|find|match)\(",
    re.IGNORECASE,
)
"""Names of values that are not secrets: hashes, list tokens, names and locations of secrets,
tokenizers, examples, and comparison calls.
"""
_MASHED = re.compile(r"asdf|asda|sdfsd|kjsh|lkjs|qwert|sdlf|dfgh|hjkl", re.IGNORECASE)
"""Keyboard walks, which people type where any text is accepted."""


class NamedSecrets:
    """Find random values that are assigned to a name such as "api_key"."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {
            _KIND: Kind(_KIND, Category.SECRET, "Random value assigned to a key, token or password")
        }

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield values that look random."""
        text = searched.text
        for name in filter(searched.contains, _NAMES):
            position = 0
            while (position := text.find(name, position)) >= 0:
                position += len(name)
                match = _ASSIGNED.match(text, position)
                if match is not None and _is_value(text, position, match):
                    value = match["value"]
                    yield Candidate(
                        _KIND, match.start("value"), match.end("value"), value, Grade.B,
                        placeholder=_placeholder(value),
                    )  # fmt: skip


def _placeholder(value: str) -> str:
    if value in _EXAMPLES:
        return "documentation"
    return "example-word" if _MASHED.search(value) else _decoded(value) or secret_placeholder(value)


def _decoded(value: str) -> str:
    """Why the decoded text of a base64 value is not a secret; "" if it may be one."""
    data = base64url(value)
    if data is None or not data.isascii() or not data.decode("ascii").isprintable():
        return ""
    user, colon, password = data.decode("ascii").partition(":")
    if not colon or user == password:
        return "encoded-text"
    bare = password.lower().rstrip("0123456789")
    return secret_placeholder(password) or secret_placeholder(bare) or _weak(password)


def _weak(password: str) -> str:
    return "example-word" if password.isalpha() else ""


def _is_value(text: str, position: int, match: re.Match[str]) -> bool:
    value, end = match["value"], match.end("value")
    if match["space"] and not _is_option(text, position):
        return False
    if match["quote"] is not None:
        if text[end : end + 1] != match["quote"] or _KEY.match(text, end + 1):
            return False
    elif _is_login(match):
        return True
    elif not _is_unquoted(text, position, match):
        return False
    if _is_named_otherwise(text, position, match):
        return False
    return _is_login(match) or is_random(value)


def _is_named_otherwise(text: str, position: int, match: re.Match[str]) -> bool:
    """Whether the name of a value shows that it is an identifier or another value."""
    if _UUID.fullmatch(match["value"]) and _LONGER_NAME.match(text, position):
        return True
    return _OTHER_NAMES.search(text, max(0, position - 30), match.start("value")) is not None


def _is_login(match: re.Match[str]) -> bool:
    """Whether a value of HTTP Basic authentication holds a user and a password (RFC 7617)."""
    if match["basic"] is None and match["inner_basic"] is None:
        return False
    data = base64url(match["value"])
    return (
        data is not None
        and data.isascii()
        and b":" in data[1:-1]
        and data.decode("ascii").isprintable()
    )


def _is_unquoted(text: str, position: int, match: re.Match[str]) -> bool:
    """Whether an unquoted value ends at the end of its line, element or option."""
    value, end = match["value"], match.end("value")
    if match["tag"]:
        return text[end : end + 2] == "</"
    if "&" in value or "=" in value.rstrip("="):
        return False
    if match["space"]:
        return text[end : end + 1] in ("", " ", "\n", "\r", "\\")
    separators = text[position : match.start("value")]
    if _COMMENT.match(text, end) is None or not ({":", "="} & set(separators)):
        return False
    is_listed = "\n" in separators
    return len(value) >= _LEAST_UNQUOTED or is_listed or _begins_line(text, position)


def _is_option(text: str, position: int) -> bool:
    """Whether the name before a space is a command option or a Dockerfile variable."""
    start = text.rfind("\n", max(0, position - _LONGEST_OPTION), position) + 1
    return _OPTION.search(text[max(start, position - _LONGEST_OPTION) : position]) is not None


def _begins_line(text: str, end: int) -> bool:
    """Whether only a name precedes a position on its line."""
    start = text.rfind("\n", max(0, end - 100), end) + 1
    return _SETTING.fullmatch(text, start, end) is not None


def is_random(value: str) -> bool:
    """Whether a value looks random: not a name, a path, a number or a phrase."""
    if _UUID.fullmatch(value):
        return True
    if value.startswith(("eyJ", "Signature=")) or "aws4_request" in value:
        return False  # a JSON Web Token, which has a rule of its own
    if (
        value.isdigit()
        or _HASHED.match(value)
        or _PATH.search(value)
        or _IDENTIFIER.fullmatch(value)
        or _ATTRIBUTE.fullmatch(value)
        or _TAG.fullmatch(value)
        or _COUNTED_WORD.fullmatch(value)
        or _ADDRESS.fullmatch(value)
        or is_class_name(value)
    ):
        return False
    if _ALGORITHM.search(value) or _PRODUCT.fullmatch(value) or _CODE.search(value):
        return False
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    if letters < _MIXED or (digits < _MIXED and not _changes_often(value)):
        return False
    # Random hexadecimal text has at most 4 bits a character, and fewer where it is short.
    bits = _BITS_OF_HEX if _HEX.fullmatch(value) else _BITS
    return entropy(value) >= min(bits, math.log2(len(value)) - 0.9)


def _changes_often(value: str) -> bool:
    """Whether letters of both cases and digits alternate, unlike in names.

    Of random letters and digits 16 long, half have fewer than three digits.
    """
    classes = ["A" if c.isupper() else "a" if c.islower() else "0" for c in value]
    changes = sum(before != after for before, after in pairwise(classes))
    return {"A", "a", "0"} <= set(classes) and changes >= _CHANGES * (len(value) - 1)
