# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""JSON Web Tokens, and bot tokens of the same shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.private_data.placeholders import secret_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.private_data.token_checksums import base64url, is_jwt_header, json_object
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["WebTokens"]

_JWT = re.compile(
    r"(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{8,2000}+\.[A-Za-z0-9_-]{4,8000}+"
    r"(?:\.[A-Za-z0-9_-]{8,8000}+){1,3}"
)
_ESCAPED = re.compile(
    r"\\[nrtbf](eyJ[A-Za-z0-9_-]{8,2000}+\.[A-Za-z0-9_-]{4,8000}+\.[A-Za-z0-9_-]{8,8000}+)"
)
_DISCORD = re.compile(r"\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])")
"""From the first point on, which is rarer than the letters before it."""
_DISCORD_HEAD = re.compile(r"(?:.*[^A-Za-z0-9_-])?([MNO][A-Za-z0-9_-]{22,27})", re.DOTALL)
_LONGEST_HEAD = 28
_SUBJECTS = frozenset({"1234567890", "1234", "user", "test", "foo"})
"""Subjects of the tokens that documentation prints."""
_REGISTERED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
"""Claims of RFC 7519, 4.1."""
_FEW_CLAIMS = 2
_WORD = 12


class WebTokens:
    """Finds JSON Web Tokens (RFC 7519) and Discord bot tokens."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {
            "jwt": Kind("jwt", Category.SECRET, "JSON Web Token"),
            "discord-token": Kind("discord-token", Category.SECRET, "Discord bot token"),
        }

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield tokens whose first part decodes to what it must be."""
        text = searched.text
        if "eyJ" in text:
            yield from map(_jwt, filter(_has_header, _JWT.finditer(text)))
            if "\\" in text:
                for match in _ESCAPED.finditer(text):
                    inner = _JWT.match(text, match.start(1)) or _JWT.match(match[1])
                    if inner is not None and _has_header(inner):
                        yield _candidate(match.start(1), match[1])
        for match in _DISCORD.finditer(text):
            head = _DISCORD_HEAD.fullmatch(
                text, max(0, match.start() - _LONGEST_HEAD - 1), match.start()
            )
            identity = None if head is None else base64url(head[1])
            if head is not None and identity is not None and identity.isdigit():
                yield Candidate(
                    "discord-token", head.start(1), match.end(), head[1] + match[0], Grade.A,
                    placeholder=secret_placeholder(match[0].rpartition(".")[2]),
                )  # fmt: skip


def _is_example(claims: dict[str, object]) -> bool:
    """Whether claims are those of documentation: a made-up subject, or one or two words."""
    if str(claims.get("sub")) in _SUBJECTS:
        return True
    is_short = all(isinstance(claim, str) and len(claim) <= _WORD for claim in claims.values())
    return not claims.keys() & _REGISTERED and len(claims) <= _FEW_CLAIMS and is_short


def _has_header(match: re.Match[str]) -> bool:
    return is_jwt_header(match[0].partition(".")[0])


def _jwt(match: re.Match[str]) -> Candidate:
    return _candidate(match.start(), match[0])


def _candidate(start: int, token: str) -> Candidate:
    parts = token.split(".")
    payload = json_object(parts[1])
    is_example = payload is not None and _is_example(payload)
    placeholder = "documentation" if is_example else secret_placeholder(parts[-1])
    return Candidate("jwt", start, start + len(token), token, Grade.A, placeholder=placeholder)
