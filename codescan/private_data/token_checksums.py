# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Checksums and structures that tell issued tokens from made-up ones."""

from __future__ import annotations

import base64
import binascii
import json
import zlib

__all__ = ["base64url", "has_crc32_base62", "has_crc32_hex", "is_jwt_header", "json_object"]

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM = 6


def has_crc32_base62(value: str) -> bool:
    """Whether the last six characters are the CRC-32 of those after the prefix, in base 62.

    The format of GitHub's tokens since 2021 and of npm's ("Behind GitHub's new authentication
    token formats", The GitHub Blog, 5 April 2021).
    """
    body = value.rpartition("_")[2]
    random, checksum = body[:-_CHECKSUM], body[-_CHECKSUM:]
    return _base62(zlib.crc32(random.encode("ascii", "replace"))) == checksum


def has_crc32_hex(value: str) -> bool:
    """Whether the last eight characters are a CRC-32 of those before "_", in either byte order.

    The format of Grafana's service account tokens.
    """
    body, _, checksum = value.rpartition("_")
    number = zlib.crc32(body.encode("ascii", "replace"))
    return checksum.lower() in {number.to_bytes(4, order).hex() for order in ("little", "big")}


def is_jwt_header(segment: str) -> bool:
    """Whether a segment is the header of a signed or encrypted JSON Web Token (RFC 7515)."""
    header = json_object(segment)
    return header is not None and isinstance(header.get("alg"), str)


def json_object(segment: str) -> dict[str, object] | None:
    """The JSON object that a base64url text holds; None if it holds none."""
    data = base64url(segment)
    try:
        value = None if data is None else json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def base64url(text: str) -> bytes | None:
    """The bytes of a base64 text in either alphabet, with or without padding; None if it is not."""
    bare = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        return None


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(_CHECKSUM, "0")
