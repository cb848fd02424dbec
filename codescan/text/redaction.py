# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Removes secrets from texts before they are stored or shown.

There are two kinds: known secrets (an API key), and secrets in a URL (a password, a key in its
query). A known secret is found in upper or lower case, as plain text, base64, base32 or
hexadecimal. Its characters may be escaped as in URLs, JSON, HTML or programs, with white space or
invisible characters between them. A part of a long secret is found as well: services return a key
without its prefix, truncated, or broken into lines.
"""

from __future__ import annotations

import base64
import re
from array import array
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["REDACTED", "Redactor", "secrets_of_url", "without_url_secrets"]

REDACTED = "[redacted]"
_SHORTEST = 6
"""Minimum characters of a secret; shorter ones would occur in harmless texts by chance."""
_PART = 12
"""Minimum characters of a part of a longer secret that is removed."""
_PIECE = 6
"""Characters of the pieces that are searched for: each part of 11 characters contains one."""
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""Translation of ASCII letters to lower case, which keeps the length of a text."""
_PLACEHOLDERS = frozenset({"none", "empty", "dummy", "default", "placeholder", "not-needed"})
# The scheme has a length limit and the name is matched separately, so that a long word is not
# scanned repeatedly.
_USER = re.compile(r"(?P<scheme>\b[a-zA-Z][a-zA-Z0-9+.\-]{0,31}://)[^/?#\s@'\"]+@")
_FIELD = re.compile(r"[?&;]([\w.\-]+)=")
_VALUE = re.compile(r"[^&#\s'\"]+")
_SECRET_NAME = re.compile(
    r"key|token|secret|passw|signature|auth|credential|^sig$|^code$", re.IGNORECASE
)
_DEEPEST = 64
_ESCAPE = re.compile(
    r"%(?P<percent>[0-9a-fA-F]{2})"
    r"|\\u(?P<unicode>[0-9a-fA-F]{4})|\\u\{(?P<braces>0{0,4}[0-9a-fA-F]{1,4})\}"
    r"|\\x(?P<program>[0-9a-fA-F]{2})"
    r"|\\(?P<octal>[0-3][0-7]{2})|&#[xX](?P<entity>0{0,6}[0-9a-fA-F]{1,4});"
    r"|&#(?P<decimal>0{0,6}[0-9]{1,5});|&(?P<named>amp|lt|gt|quot|apos|sol|plus|equals|num);"
    r"|\\(?P<itself>[/\"'\\])"
    r"|(?P<nothing>[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+)"
)
"""One escaped character, or invisible characters."""
_NAMED = {
    "amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "sol": "/", "plus": "+",
    "equals": "=", "num": "#",
}  # fmt: skip
_WINDOW, _OVERLAP = 256 << 10, 8 << 10
"""Characters searched at a time, and the characters after them that a secret may reach into."""
_BASES = {
    "percent": 16,
    "unicode": 16,
    "braces": 16,
    "program": 16,
    "octal": 8,
    "entity": 16,
    "decimal": 10,
}
_LAYERS = 3
"""Maximum number of nested escapes that are undone."""


class Redactor:
    """Removes known secrets.

    Args:
        secrets: known secrets. Those of fewer than 6 characters and common placeholders are
            ignored.
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
        spans = sorted(
            span
            for start in range(0, len(text), _WINDOW)
            for span in self._spans(text[start : start + _WINDOW + _OVERLAP], start)
        )
        pieces, end = [], 0
        for start, stop in spans:
            if start >= end:
                pieces += [text[end:start], REDACTED]
            end = max(end, start + len(text[start:stop].rstrip()))
        return "".join([*pieces, text[end:]])

    def _spans(self, text: str, offset: int) -> Iterator[tuple[int, int]]:
        """Spans of secrets in a part of a text, with up to three levels of nested escapes."""
        places: Sequence[int] = range(offset, offset + len(text) + 1)
        for _ in range(_LAYERS + 1):
            folded = text.translate(_LOWER)
            for form in self._forms:
                for start, stop in _places(form, folded):
                    yield places[start], places[stop]
            plain, inner = _unescaped(text)
            if plain == text:
                return
            text, places = plain, array("q", [places[place] for place in inner])

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
    """The forms in which a secret may be written, without escapes."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {"".join(secret.split()), raw.hex()}
    # In base64 a secret looks different at each of three offsets; the characters at its ends
    # depend on its neighbors.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        inner = encoded[-(-offset * 4 // 3) : len(encoded) - bool((offset + len(raw)) % 3)]
        forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    forms.add(base64.b32encode(raw).decode().rstrip("=")[: len(raw) * 8 // 5])
    return {form for form in forms if len(form) >= _SHORTEST}


def _unescaped(text: str) -> tuple[str, array[int]]:
    """The text without its outer escapes, and the original offset of each character and the end."""
    pieces: list[str] = []
    places = array("q")
    end = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[end : match.start()])
        places.extend(range(end, match.start()))
        end = match.end()
        kind = match.lastgroup or "nothing"
        if kind != "nothing":
            digits = match[kind]
            pieces.append(
                chr(int(digits, _BASES[kind])) if kind in _BASES else _NAMED.get(digits, digits)
            )
            places.append(match.start())
    pieces.append(text[end:])
    places.extend(range(end, len(text) + 1))
    return "".join(pieces), places


def _places(form: str, text: str) -> Iterator[tuple[int, int]]:
    """Spans where a text holds a form of a secret, or a part of at least 12 characters of it."""
    if len(form) <= _PART:
        start = text.find(form)
        while start >= 0:
            yield start, start + len(form)
            start = text.find(form, start + len(form))
        return
    for offset in range(0, len(form) - _PIECE + 1, _PIECE):
        piece = form[offset : offset + _PIECE]
        at = text.find(piece)
        following = form[offset + _PIECE : offset + _PIECE + 1]
        while at >= 0:
            is_longer = following and text.startswith(following, at + _PIECE)
            if not is_longer and (not offset or text[at - 1 : at] != form[offset - 1]):
                at = text.find(piece, at + 1)
                continue
            before = _equal(form[:offset][::-1], text[max(0, at - offset) : at][::-1])
            after = _equal(form[offset:], text[at : at + len(form) - offset])
            if before + after >= _PART:
                yield at - before, at + after
            at = text.find(piece, at + max(1, after))


def _equal(one: str, other: str) -> int:
    """Length of the common prefix of two texts."""
    return next(
        (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def without_url_secrets(text: str) -> str:
    """The text with the user, the password and the keys of every URL in it removed."""
    text = _USER.sub(rf"\g<scheme>{REDACTED}@", text)
    pieces = []
    at = 0
    for field in _FIELD.finditer(text):
        if field.start() < at or not _SECRET_NAME.search(field[1]):
            continue
        if value := _VALUE.match(text, field.end()):
            pieces += [text[at : field.end()], REDACTED]
            at = value.end()
    return "".join([*pieces, text[at:]])


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
