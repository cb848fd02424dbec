# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Removes secrets from texts before they are stored or shown.

Two kinds: secrets that are known (an API key), and secrets that a URL carries (a password, a key in
its query). A known secret is found as it is, percent-encoded, and as a JSON string escapes it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["REDACTED", "Redactor", "secrets_of_url", "without_url_secrets"]

REDACTED = "[redacted]"
_SHORTEST = 6
"""Characters of a secret; a shorter one would be found in innocent texts."""
_PLACEHOLDERS = frozenset({"none", "empty", "dummy", "default", "placeholder", "not-needed"})
_USER = re.compile(r"(?P<scheme>\b[a-zA-Z][a-zA-Z0-9+.\-]*://)[^/?#\s@'\"]+@")
_QUERY = re.compile(
    r"(?P<name>[?&;](?:[\w.\-]*(?:key|token|secret|passw(?:or)?d|signature|auth|credential)[\w.\-]*"
    r"|sig|code)=)[^&#\s'\"]+",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(
    r"key|token|secret|passw|signature|auth|credential|^sig$|^code$", re.IGNORECASE
)
_DEEPEST = 64


class Redactor:
    """Removes known secrets.

    Args:
        secrets: those of fewer than 6 characters, and usual placeholders, are none.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) < _SHORTEST or secret.lower() in _PLACEHOLDERS:
                continue
            escaped = json.dumps(secret)[1:-1]
            forms |= {
                secret, quote(secret, safe=""), quote(secret), escaped,
                escaped.replace("/", "\\/"), base64.b64encode(secret.encode()).decode(),
            }  # fmt: skip
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """The text without the secrets."""
        return text if self._pattern is None else self._pattern.sub(REDACTED, text)

    def value(self, value: object, depth: int = 0) -> object:
        """A JSON value without the secrets, in its keys as well."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth > _DEEPEST:
            return None  # nested deeper than any service's response
        if isinstance(value, list):
            return [self.value(item, depth + 1) for item in value]
        if isinstance(value, Mapping):
            return {self.text(str(k)): self.value(v, depth + 1) for k, v in value.items()}
        return value


def without_url_secrets(text: str) -> str:
    """The text with the user, the password and the keys of every URL in it removed."""
    return _QUERY.sub(rf"\g<name>{REDACTED}", _USER.sub(rf"\g<scheme>{REDACTED}@", text))


def secrets_of_url(url: str) -> set[str]:
    """The user, the password and the values of the keys in a URL, encoded and plain."""
    from urllib.parse import parse_qsl, unquote

    try:
        parts = urlsplit(url)
    except ValueError:
        return set()
    secrets = {parts.password or "", unquote(parts.password or "")}
    if parts.username and parts.password is None:
        secrets |= {parts.username, unquote(parts.username)}
    secrets |= {value for name, value in parse_qsl(parts.query) if _SECRET_NAME.search(name)}
    return secrets - {""}
