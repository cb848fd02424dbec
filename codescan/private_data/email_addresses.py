# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""E-mail addresses at domains that can exist."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from codescan.private_data.placeholders import longest_run
from codescan.private_data.records import Candidate, Category, Kind
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["EmailAddresses", "top_level_domains"]

_KIND = "e-mail"
_LOCAL = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-"
)
_LONGEST_DOMAIN = 100
_LONGEST_LOCAL = 64
"""Maximum length of a local part (RFC 5321, 4.5.3.1.1)."""
_DOMAIN = re.compile(
    r"(?P<domain>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?P<tld>[^\W\d_]{2,24}|xn--[a-z0-9-]{2,40}))(?![\w-])"
)
_IDENTIFIER = re.compile(r"[0-9a-fA-F]{20}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-|\d{12}")
_MESSAGE_ID = re.compile(
    r"(?:UID:|message-id|in-reply-to|references|content-id|cid:)[\"' :<]{0,6}$", re.IGNORECASE
)
"""Words before identifiers of messages and events, which look like addresses."""
_VARIABLE = re.compile(r"%(?:\([\w.]{1,60}\))?[sdrv]$|\$\w{1,60}$")
"""Program or shell variable in place of a local part."""
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_ENCODED = re.compile(r"%40|\s?(?:\[at\]|\(at\)|&#64;|&#x40;)\s?", re.IGNORECASE)
_ENCODED_MARKS = ("%40", "[at]", "(at)", "&#64;", "&#x40;")
_STRIPPED = "!#$%&'*/=?^`{|}~-."
_ESCAPE = frozenset("nrtbfvx")
_NO_PERSON = frozenset(
    {
        "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "git", "hg", "svn",
        "example", "user", "username", "your", "you", "youremail", "your.email", "your-email",
        "your_email", "your.name", "yourname", "name", "email", "e-mail", "mail", "someone",
        "somebody", "foo", "bar", "baz", "foobar", "test", "tests", "testing", "me", "abc",
        "xyz", "xxx", "x", "a", "b", "c", "nobody", "none", "null", "undefined", "invalid",
        "fake", "dummy", "sample", "first.last", "firstname.lastname", "john.doe", "johndoe",
        "jane.doe", "janedoe", "jdoe", "u", "usr", "login", "recipient", "sender", "from", "to",
        "person", "my", "my.email", "address", "first", "last", "hello", "admin", "alias",
        "mailbox", "local", "subscriber", "newuser", "guest", "demo", "client", "email1",
        "email2", "random", "some", "any", "friend", "xn", "buddy", "octocat", "primary",
        "secondary", "ceo", "member", "anyone", "someuser", "personal", "emailaddress",
        "receiver", "replyto", "myemail", "author", "your.mail", "test1", "test2", "user1",
        "user2", "mailer-daemon",
    }
)  # fmt: skip
"""Local parts of examples; such an address counts only at a real domain."""
_EXAMPLE_PARTS = frozenset(
    {"test", "testing", "example", "dummy", "fake", "testuser", "testperson", "testdummy"}
)
"""Parts that make an address an example."""
_COUNTING = 8
_PROTOCOL_DOMAINS = frozenset(
    {"openssh.com", "libssh.org", "ssh.com", "lysator.liu.se", "putty.projects.tartarus.org"}
)
"""Owners of names such as "aes256-gcm@openssh.com", which are algorithms (RFC 4251, 6)."""
_NO_PERSONS = (
    "group.calendar.google.com", "iam.gserviceaccount.com", "developer.gserviceaccount.com",
    "appspot.gserviceaccount.com", "noreply.github.com",
)  # fmt: skip
"""Domains of calendars, services and masked addresses."""
_NEVER = frozenset(
    {
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "do-not-reply",
        "git",
        "hg",
        "svn",
        "your.email",
        "youremail",
        "your-email",
        "your_email",
        "your.name",
        "firstname.lastname",
        "first.last",
        "username",
        "mailer-daemon",
    }
)
_EXAMPLE_DOMAIN = re.compile(
    r"(?:^|\.)(?:example|demo)\.[a-z]{2,6}$|(?:^|\.)(?:mailinator|guerrillamail|yopmail)\.com$|"
    r"(?:^|\.)(?:example|test|invalid|localhost|local|localdomain|lan|internal|home|arpa|corp)$|"
    r"(?:^|\.)test(?:company|domain|site|server|org|mail|user|er|corp|host|app)\.|"
    r"(?:^|[.-])(?:example|examples|domain|address|yourdomain|mydomain|your-domain|my-domain|company|"
    r"yourcompany|mycompany|somewhere|nowhere|somedomain|foo|bar|baz|foobar|acme|email|mail|test|"
    r"testing|valid|attacker|evil|hacker|victim|[a-z]*company|proxy|bank|myproxy|fake|dummy|sample|invalid|xyz|abc|host|hostname|server|site|website|yoursite|mysite|"
    r"anywhere|elsewhere|bogus|inval|places?|mydomain|xxx+|user|noreply|yourorg|myorg|provider)"
    r"\d?\.(?:com|org|net|edu|co|io|tld|de|fr|ru|jp|uk|co\.uk|xyz|info|biz|gov|us|me|dev|int|cn|ch|es|it|nl|be|at)$|"
    r"(?:^|\.)(?:contoso|fabrikam|adventure-works|northwindtraders|tailspintoys|wingtiptoys)\.|"
    r"(?:^|[.-])(?:voorbeeld|eksempel|exempel|exemple|exemplo|ejemplo|esempio|beispiel|esimerkki|"
    r"przyklad|priklad|pelda|ornek|nospam|no-spam)\.[a-z]{2,4}$|"
    r"^(?:a|b|c|d|x|y|z|aa|bb|xx|yy|ab)\.(?:com|org|net|de|fr|ru|co|b|c|io)$|(?:^|\.)users\.noreply\.github\.com$"
)
_LOGIN = re.compile(r"://[^\s/@:]{1,64}:$")
"""A user before the password of a URL, which together with the host looks like an address."""
_FILE_SUFFIXES = frozenset(
    {
        "py", "rs", "md", "sh", "so", "zip", "mov", "ps", "pm", "java", "go", "mm", "gz", "bz",
        "tf", "call", "map", "new", "any", "date", "select", "data",
    }
)  # fmt: skip
"""Top-level domains that are also suffixes of files and names of attributes."""
_COMMON_MAIL = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|gmx|web|aol|mail|yandex|qq|163|126|live|msn|me|pm)\.[a-z.]{2,6}"
)


class EmailAddresses:
    """Finds e-mail addresses, also with "%40" or "(at)"."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {_KIND: Kind(_KIND, Category.PERSONAL, "E-mail address")}

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield addresses in the order of their "@" signs."""
        text = searched.text
        position = -1
        while (position := text.find("@", position + 1)) >= 0:
            candidate = _address(text, position, position + 1)
            if candidate is not None:
                yield candidate
        if any(mark in searched.lowered for mark in _ENCODED_MARKS):
            for match in _ENCODED.finditer(text):
                candidate = _address(text, match.start(), match.end())
                if candidate is not None:
                    yield candidate


def _address(text: str, at: int, domain_start: int) -> Candidate | None:
    if not text[domain_start : domain_start + 1].isalnum():
        return None
    start = at
    while start > 0 and at - start < _LONGEST_LOCAL and _is_local(text[start - 1]):
        start -= 1
    if start > 0 and text[start - 1] == "\\" and text[start : start + 1] in _ESCAPE:
        start += 3 if text[start] == "x" else 1
    while start < at and text[start] in _STRIPPED:
        start += 1
    local = text[start:at]
    match = _DOMAIN.match(text, domain_start)
    if not local or local.endswith((".", "}")) or ".." in local or match is None:
        return None
    local, start = _innermost(local, start)
    domain = _known_domain(match["domain"].lower())
    end = domain_start + len(domain)
    tld = domain.rpartition(".")[2]
    if _in_authority(text, start) or len(domain) > _LONGEST_DOMAIN:
        return None
    if not local or not domain or _is_code(text, start, end, tld, local):
        return None
    if _VARIABLE.search(text[max(0, start - _LONGEST_LOCAL) : at]):
        return None
    is_identifier = _IDENTIFIER.search(local) or _MESSAGE_ID.search(text, max(0, start - 40), start)
    return Candidate(
        _KIND, start, end, f"{local.lower()}@{domain}", Grade.B,
        placeholder="identifier" if is_identifier else _placeholder(local.lower(), domain),
    )  # fmt: skip


def _in_authority(text: str, start: int) -> bool:
    """Whether a text is the end of "user:password" in a URL."""
    if text[start - 1 : start] not in (":", "/"):
        return False
    before = re.split(r"[\s\"'<>(]", text[max(0, start - _LONGEST_LOCAL) : start])[-1]
    scheme, mark, user = before.rpartition("://")
    return bool(mark) and "/" not in user and not scheme.endswith("mailto")


def _is_local(character: str) -> bool:
    return character in _LOCAL or (not character.isascii() and character.isalpha())


def _innermost(local: str, start: int) -> tuple[str, int]:
    """The local part without preceding parts of a URL or an assignment."""
    cut = max(local.rfind(mark) for mark in "/=?&'{|`$#!*%")
    bare = local[cut + 1 :]
    if local[cut : cut + 1] == "%" and _HEX_PAIR.match(bare):
        bare = bare[2:]
    bare = bare.lstrip(".-~}^+")
    return bare, start + len(local) - len(bare)


def _known_domain(domain: str) -> str:
    """The longest prefix of a name that ends with a top-level domain; "" if there is none.

    An address may be directly followed by the next word or by the suffix of a file.
    """
    labels = domain.split(".")
    while len(labels) > 1:
        if (labels[-1] if labels[-1].isascii() else _ascii(labels[-1])) in top_level_domains():
            return ".".join(labels)
        labels.pop()
    return ""


def _ascii(label: str) -> str:
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        return ""


def _is_code(text: str, start: int, end: int, tld: str, local: str) -> bool:
    """Whether the text is a decorator, a file name or a package with its version."""
    if start > 0 and text[start - 1] == "@":
        return True
    if text[end : end + 1] in ("(", "[") and tld in _FILE_SUFFIXES:
        return True
    if text[end : end + 1] == "@" or text[end : end + 2] == "::":
        return True
    if text[end : end + 1] == ":" and local in ("git", "hg", "svn"):
        return True
    if text[start - 1 : start] == ":" and _LOGIN.search(text, max(0, start - 80), start):
        return True
    return tld in _FILE_SUFFIXES and not _is_address_context(text, start, end)


def _is_address_context(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 24) : start].lower()
    return (
        (text[start - 1 : start] in ("<", "(", "[") and text[end : end + 1] in (">", ")", "]"))
        or "mail" in around
        or "contact" in around
    )


def _placeholder(local: str, domain: str) -> str:
    """Why an address is an example; "" if it may belong to a person."""
    if f"{local}@{domain}" == "ll@li.org":  # of every new catalog of gettext
        return "example-name"
    if domain == "mail.gmail.com":  # of what Gmail gives each message as its identifier
        return "no-person"
    if local in _NEVER or domain.endswith(_NO_PERSONS) or domain in _PROTOCOL_DOMAINS:
        return "no-person"
    is_mail_service = _COMMON_MAIL.fullmatch(domain) is not None
    if not is_mail_service and _EXAMPLE_DOMAIN.search(domain):
        return "example-domain"
    return "example-name" if _is_nobody(local) or local == domain.partition(".")[0] else ""


def _is_nobody(local: str) -> bool:
    """Whether a local part consists of example words only, such as "foo+bar"."""
    parts = [part.rstrip("0123456789") for part in re.split(r"[-+._]", local)]
    if local in _NO_PERSON or all(part in _NO_PERSON or not part for part in parts):
        return True
    return not _EXAMPLE_PARTS.isdisjoint(parts) or longest_run(local) >= _COUNTING


@cache
def top_level_domains() -> frozenset[str]:
    """Every top-level domain of the DNS root, in lower case and ASCII."""
    text = files("codescan.private_data").joinpath("data/top_level_domains.txt").read_text("ascii")
    return frozenset(text.split())
