# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The SHA-256 of indexed texts: verifies them, and uses them to order texts for sampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError
from codescan.index.regular_files import REBUILD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codescan.index.shard_contents import Contents

__all__ = ["drawing_order", "verify_hashes"]


def drawing_order(seed: int, shards: Iterable[tuple[Contents, int]]) -> list[int]:
    """Every content, in an order that depends only on the seed and the texts.

    Args:
        seed: 64 bits.
        shards: the contents of each shard, and the number of its first one.
    """
    from codescan.digests import blake2b

    salt = blake2b(seed.to_bytes(8, "little", signed=True), digest_size=16).digest()
    order: list[tuple[bytes, int]] = []
    for contents, base in shards:
        for local, sha256 in contents.hashes():
            key = blake2b(sha256, key=salt, digest_size=8).digest()
            order.append((key, base + local))
    order.sort()
    return [content_id for _key, content_id in order]


def verify_hashes(
    contents: Contents, base: int, count: int, text_of: Callable[[int], bytes]
) -> None:
    """Compare each text of a shard with its hash.

    Args:
        contents: contents of the shard.
        base: number of its first content.
        count: number of its contents.
        text_of: returns the text of a content.

    Raises:
        IndexFormatError: a text or a hash is damaged or missing.
    """
    from hashlib import sha256 as sha256_of  # OpenSSL is the fastest for many texts

    expected = base
    for local, sha256 in contents.hashes():
        if base + local != expected:
            break
        if sha256_of(text_of(expected)).digest() != sha256:
            raise IndexFormatError(f"content {expected} does not match its hash", REBUILD)
        expected += 1
    if base + count != expected:
        raise IndexFormatError(f"content {expected} has no hash", REBUILD)
