# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Private keys: PEM, OpenSSH, PGP, PuTTY, JSON Web Keys and WireGuard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.private_data.placeholders import secret_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.private_data.token_checksums import base64url
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["PrivateKeys"]

_KIND = "private-key"
_BEGIN = re.compile(r"-----BEGIN ((?:[A-Z0-9]{2,10} ){0,2})PRIVATE KEY( BLOCK)?-----")
_MARK = "-----BEGIN "
_END = "-----END "
_LONGEST = 24_000
"""Maximum characters of a block; the PEM text of a 16,384-bit RSA key has 12,700."""
_LEAST_BODY = 40
_LEAST_UNFINISHED = 160
_HEADER = re.compile(
    r"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID): ?[^\n\\\"]{0,200}"
)
_JOINED = re.compile(r"[\"'`]\s{0,8}\+\s{0,40}[\"'`]")
"""A string that continues in the next one."""
_ESCAPED_BREAK = re.compile(r"\\{1,4}[nrt]|\\?[\"'`,;#*>|]|\s")
_BASE64 = re.compile(r"[A-Za-z0-9+/=-]+")
_OPENSSH = b"openssh-key-v1\0"
_SEQUENCE = 0x30
_PGP_PACKET = 0x80
_PUTTY = "PuTTY-User-Key-File-"
_PUTTY_KEY = re.compile(
    r"Private-Lines: ?\d{1,3}\s{1,4}(?P<value>(?:[A-Za-z0-9+/=]{1,76}\s{1,2}){1,120})"
)
_JWK = re.compile(r"[\"']kty[\"']\s?:\s?[\"'](?:RSA|EC|OKP)[\"']")
_JWK_PRIVATE = re.compile(r"[\"']d[\"']\s?:\s?[\"'](?P<value>[A-Za-z0-9_-]{40,2000})[\"']")
_JWK_REACH = 2_000
_WIREGUARD = re.compile(r"PrivateKey\s{0,3}=\s{0,3}(?P<value>[A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])")


class PrivateKeys:
    """Find private keys, but not public keys and certificates."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {
            _KIND: Kind(
                _KIND, Category.SECRET, "Private key (PEM, OpenSSH, PGP, PuTTY, JWK, WireGuard)"
            )
        }

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield keys by format."""
        text = searched.text
        yield from _pem_keys(text)
        if _PUTTY in text:
            for match in _PUTTY_KEY.finditer(text):
                value = "".join(match["value"].split())
                yield _key(match.start("value"), match.end("value"), value, Grade.B, "PuTTY")
        if "kty" in text:
            yield from _json_web_keys(text)
        if "PrivateKey" in text:
            for match in _WIREGUARD.finditer(text):
                yield _key(
                    match.start("value"), match.end("value"), match["value"], Grade.B, "WireGuard"
                )


def _pem_keys(text: str) -> Iterator[Candidate]:
    position = 0
    while (position := text.find(_MARK, position)) >= 0:
        begin = _BEGIN.match(text, position)
        if begin is None:
            position += len(_MARK)
            continue
        end = text.find(_END, begin.end(), begin.end() + _LONGEST)
        next_block = text.find(_MARK, begin.end(), begin.end() + _LONGEST)
        is_finished = end >= 0 and not 0 <= next_block < end
        if not is_finished:
            end = min(len(text), begin.end() + _LONGEST) if next_block < 0 else next_block
        candidate = _pem_key(text, begin, end, is_finished=is_finished)
        if candidate is not None:
            yield candidate
        position = max(begin.end(), end if is_finished else begin.end())


def _pem_key(text: str, begin: re.Match[str], end: int, *, is_finished: bool) -> Candidate | None:
    label = (begin[1] or "").strip() or "PKCS #8"
    body = _body(text[begin.end() : end])
    if len(body) < (_LEAST_BODY if is_finished else _LEAST_UNFINISHED):
        # A mark in the code of a parser, or a template: there is no key after it.
        return None
    is_pgp = begin[2] is not None
    data = base64url(body.partition("=")[0] if is_pgp else body)
    grade = _structure(data, label, is_pgp=is_pgp) if is_finished else Grade.B
    placeholder = secret_placeholder(body) if grade is not Grade.A else ""
    return Candidate(_KIND, begin.start(), end, body, grade, detail=label, placeholder=placeholder)


def _body(raw: str) -> str:
    """The base64 text of a block, without headers, line breaks, quotes and escapes."""
    bare = _ESCAPED_BREAK.sub("", _JOINED.sub("", _HEADER.sub("", raw)))
    match = _BASE64.match(bare)
    return match[0] if match is not None else ""


def _structure(data: bytes | None, label: str, *, is_pgp: bool) -> Grade:
    """Grade A if the bytes begin like a key; C if the text is not base64."""
    if not data:
        return Grade.C
    if is_pgp:
        return Grade.A if data[0] & _PGP_PACKET else Grade.C
    if label == "OPENSSH":
        return Grade.A if data.startswith(_OPENSSH) else Grade.C
    is_encrypted = label in ("RSA", "DSA", "EC") and data[0] != _SEQUENCE
    return Grade.A if data[0] == _SEQUENCE else Grade.B if is_encrypted else Grade.C


def _json_web_keys(text: str) -> Iterator[Candidate]:
    covered = 0
    for match in _JWK.finditer(text):
        begin = max(covered, match.start() - _JWK_REACH)
        member = _JWK_PRIVATE.search(text, begin, match.end() + _JWK_REACH)
        if member is not None:
            covered = member.end()
            yield _key(member.start("value"), member.end("value"), member["value"], Grade.B, "JWK")


def _key(start: int, end: int, value: str, grade: Grade, detail: str) -> Candidate:
    return Candidate(
        _KIND, start, end, value, grade, detail=detail, placeholder=secret_placeholder(value)
    )
