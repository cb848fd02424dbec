# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries that look like a setting with a secret. The secret has no provider's format."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from codescan.canaries.invented_words import invented_word

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["SecretFamily"]

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 16
_MARK = 4
_SETTINGS = ("TOKEN", "PASSPHRASE", "ACCESS_CODE", "PAIRING_CODE")


class SecretFamily:
    """A constant of 16 random characters with a check mark after them.

    The mark is a hash of the secret, so that anyone can tell a canary from a live secret.
    """

    name = "secret"
    bits = _LENGTH * math.log2(len(_ALPHABET))

    def draw(self, stream: DrawStream) -> tuple[str, str, str]:
        """Prefix, secret and suffix."""
        service, owner = invented_word(stream), invented_word(stream)
        setting = f"{service.upper()}_{stream.choice(_SETTINGS)}"
        secret = stream.text(_ALPHABET, _LENGTH)
        mark = hashlib.sha256(f"canary {secret}".encode()).hexdigest()[:_MARK]
        prefix = f'# {service.capitalize()} access for {owner}\n{setting} = "'
        return prefix, secret, f'-canary-{mark}"\n'
