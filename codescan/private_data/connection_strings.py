# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Connection strings: URLs with a password, and lists of settings with one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from codescan.private_data.placeholders import secret_placeholder, template_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.private_data.searched_text import FixedTexts
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["ConnectionStrings"]

_KIND = "connection-string"
_AUTHORITY = re.compile(
    r"://(?P<user>[^\s:/@'\"<>,`\\]{0,100}):(?P<password>[^\s/'\"<>`\\,]{1,160})"
    r"@(?P<host>[A-Za-z0-9_.-]{1,120}|\[[0-9a-fA-F:]{2,40}\])(?::\d{1,5})?(?=[/?#:,;'\"\s)\]}>`|&]|$)"
)
_LONGEST_LOGIN = len("://:") + 100 + 160
"""Maximum characters from the scheme separator of a URL to the "@" after user and password."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_LONGEST_SCHEME = 24
_SETTING = re.compile(r"\s?=\s?(?P<value>[^\s;'\"&,<>`]{4,128})")
_NAMES = FixedTexts(("Password", "password", "PASSWORD", "Pwd", "pwd", "PWD", "Passwd", "passwd"))
_PEER = re.compile(
    r"(?:server|data source|host|hostname|addr|address|dbname|database|initial catalog|driver|"
    r"account ?name|endpoint)\s?=\s?[^=;&\s]{1,100}|jdbc:[a-z]{2,12}:",
    re.IGNORECASE,
)
_LIBPQ = re.compile(r"(?:^|[\s\"'])(?:host|hostaddr|dbname)=[^\s,()\"']{1,100}(?=[\s\"']|$)")
_CODE = re.compile(r"^[$%{(\[]|[()\[\]]|:$|^[a-z_]+(?:\.[a-z_]+)+$|^None|^self")
"""A variable, a call or a template in place of a password."""
_REACH = 240
_HOSTS = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localdomain|domain|yourdomain|mydomain|acme|foo|bar|site|"
    r"company|server|somewhere|mycompany|yourserver|myserver|somehost|myhost|yourhost)"
    r"(?:\.(?:com|org|net|edu|io|de|tld|local))?\.?$|^(?:host|hostname|server|proxy|addr|ip|h|a|b|fake)\d?$",
    re.IGNORECASE,
)
_EXAMPLE_HOST = re.compile(r"(?<![A-Za-z0-9-])example\.(?:com|net|org|edu)(?![A-Za-z0-9.-])")
_EXAMPLE_USERS = frozenset({"user", "username", "myuser", "my_user", "your_user", "login", "usr"})
"""User names of examples, together with a host of one word, which is not an Internet host."""
_PLAIN_WORD = re.compile(r"[a-z]{1,9}|[A-Z]{1,9}|\d{1,6}|[a-z]{1,8}\d{0,2}|.{1,3}")
_WORDS_ONLY = re.compile(
    r"[A-Za-z]+(?:_[A-Za-z]+)+|(?:[A-Z][a-z]{2,}|[A-Z]{2,5}){2,4}\d?|(?:key|pass|password|secret|token|user)_\d{1,6}"
)


class ConnectionStrings:
    """Finds passwords in URLs and in lists of settings of databases."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {_KIND: Kind(_KIND, Category.SECRET, "Connection string with a password")}

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield whole URLs up to the host, and settings from the password on."""
        text = searched.text
        position, mark = 0, text.find("@")
        while mark >= 0 and (position := text.find("://", position)) >= 0:
            if mark < position:
                mark = text.find("@", position)
                continue
            if mark - position > _LONGEST_LOGIN:  # no user and password reach that far
                position = mark - _LONGEST_LOGIN
                continue
            match = _AUTHORITY.match(text, position)
            if match is None:
                position += 3
                continue
            candidate = _url(text, position, match)
            if candidate is not None:
                yield candidate
            position = match.end()
        if "=" in text:
            for place in searched.held_of(_NAMES):
                yield from _settings(text, _NAMES.parts[place])


def _url(text: str, position: int, match: re.Match[str]) -> Candidate | None:
    start = position
    while start > 0 and position - start < _LONGEST_SCHEME and _is_scheme(text[start - 1]):
        start -= 1
    scheme = _SCHEME.search(text, start, position)
    if scheme is None:
        return None
    password, host = unquote(match["password"]), match["host"]
    placeholder = _placeholder(match["user"], password, host)
    value = f"{scheme[0].lower()}://{unquote(match['user'])}:{password}@{host.lower()}"
    is_weak = _PLAIN_WORD.fullmatch(password) is not None
    return Candidate(
        _KIND, scheme.start(), match.end("host"), value, Grade.C if is_weak else Grade.B,
        placeholder=placeholder,
    )  # fmt: skip


def _placeholder(user: str, password: str, host: str) -> str:
    """Why the password is an example; "" if it may be real."""
    if template_placeholder(f"{user}:{password}@{host}") or password.startswith(
        ("$", "%", "{", "(")
    ):
        return "template"
    if set(password) <= {"*", "x", "X", ".", "•", "-", "_"}:
        return "masked"
    if _HOSTS.search(host) or host.startswith("[2001:db8"):
        return "example-host"
    is_made_up = user.lower() in _EXAMPLE_USERS and "." not in host
    if password.lower() == user.lower() or is_made_up:
        return "example-word"
    if _WORDS_ONLY.fullmatch(password):
        return "example-word"
    bare = password.rstrip("0123456789")
    return secret_placeholder(password) or (secret_placeholder(bare) if bare else "")


def _is_scheme(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "+.-")


def _is_of_list(text: str, start: int, match: re.Match[str], line: str) -> bool:
    """Whether a setting is in a list about a server: with ";", in a URL, or in libpq format."""
    others = line.replace(text[start : match.end()], "", 1)
    before, after = (
        text[max(0, start - 3) : start].rstrip()[-1:],
        text[match.end() : match.end() + 1],
    )
    if before == ";" or after == ";":
        return _PEER.search(others) is not None
    if before in ("?", "&"):
        return "://" in line or "jdbc:" in line
    return _LIBPQ.search(others) is not None and after in ("", " ", '"', "'", "\n")


def _settings(text: str, name: str) -> Iterator[Candidate]:
    start = -1
    while (start := text.find(name, start + 1)) >= 0:
        match = _SETTING.match(text, start + len(name))
        if match is None:
            continue
        reach = max(0, start - _REACH)
        begin = max(reach, text.rfind("\n", reach, start) + 1)
        stop = text.find("\n", match.end(), match.end() + _REACH)
        line = text[begin : stop if stop >= 0 else match.end() + _REACH]
        if not _is_of_list(text, start, match, line):
            continue
        password = match["value"]
        placeholder = "masked" if set(password) <= {"*", "x", "X"} else secret_placeholder(password)
        if _CODE.search(password):
            placeholder = "template"
        if _EXAMPLE_HOST.search(line):
            placeholder = "example-host"
        yield Candidate(
            _KIND, match.start("value"), match.end("value"), password,
            Grade.C if _PLAIN_WORD.fullmatch(password) else Grade.B, placeholder=placeholder,
            detail="setting",
        )  # fmt: skip
