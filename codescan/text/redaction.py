# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Removes secrets from texts before they are stored or shown.

Two kinds: secrets that are known (an API key), and secrets that a URL carries (a password, a key in
its query). A known secret is found in either case of its letters, as it is, percent-encoded, as
JSON and HTML escape it, in base64 and in hexadecimal. A part of a long one is found as well:
services echo a key without its prefix, cut off, or broken into lines.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["REDACTED", "Redactor", "secrets_of_url", "without_url_secrets"]

REDACTED = "[redacted]"
_SHORTEST = 6
"""Characters of a secret; a shorter one would be found in innocent texts."""
_PART = 12
"""Characters of the shortest part of a longer secret that is removed."""
_PIECE = 6
"""Characters of the pieces by which parts are found: each part of 11 characters holds one."""
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""ASCII letters in lower case, so that the length stays."""
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
            if len(secret) >= _SHORTEST and secret.lower() not in _PLACEHOLDERS:
                forms |= {form.translate(_LOWER) for form in _forms(secret)}
        self._forms = sorted(forms, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without the secrets."""
        if not self._forms:
            return text
        folded = text.translate(_LOWER)
        spans = sorted(span for form in self._forms for span in _places(form, folded))
        pieces, end = [], 0
        for start, stop in spans:
            if start >= end:
                pieces += [text[end:start], REDACTED]
            end = max(end, stop)
        return "".join([*pieces, text[end:]])

    def value(self, value: object, depth: int = 0) -> object:
        """A JSON value without the secrets, in its keys as well."""
        if not self._forms:
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


def _forms(secret: str) -> set[str]:
    """How a secret may be written."""
    raw = secret.encode("utf-8", "surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    entities = html.escape(secret)
    forms = {
        secret, quote(raw, safe=""), quote(raw), escaped, escaped.replace("/", "\\/"), entities,
        "".join(c if c.isalnum() or c in "-_." else f"&#{ord(c)};" for c in secret),
        "".join(c if c.isalnum() or c in "-_." else f"&#x{ord(c):x};" for c in secret), raw.hex(),
    }  # fmt: skip
    # In base64 a secret looks different at each of three offsets; the characters at its ends
    # depend on its neighbors.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        inner = encoded[-(-offset * 4 // 3) : len(encoded) - bool((offset + len(raw)) % 3)]
        forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {form for form in forms if len(form) >= _SHORTEST}


def _places(form: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a text holds a form of a secret, or a part of at least 12 characters of it."""
    if len(form) <= _PART:
        start = text.find(form)
        while start >= 0:
            yield start, start + len(form)
            start = text.find(form, start + len(form))
        return
    for offset in range(0, len(form) - _PIECE + 1, _PIECE):
        piece = form[offset : offset + _PIECE]
        at = text.find(piece)
        while at >= 0:
            before = _equal(form[:offset][::-1], text[max(0, at - offset) : at][::-1])
            after = _equal(form[offset:], text[at : at + len(form) - offset])
            if before + after >= _PART:
                yield at - before, at + after
            at = text.find(piece, at + max(1, after))


def _equal(one: str, other: str) -> int:
    """Characters that two texts have in common at their beginning."""
    return next(
        (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


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
