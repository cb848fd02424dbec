# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pointers in a text to its source project: "adapted from ...", URLs, package URLs."""

from __future__ import annotations

import re
from itertools import islice

from codescan._core import _native
from codescan.licenses import text_normalization
from codescan.licenses.vendored_paths import canonical_name
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["pointers"]

_MAX_BYTES = 8192
_MAX_POINTERS = 40

_URL = lazy_pattern(
    rb"(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)[/:]([\w.-]{1,80})/([\w.-]{1,100})"
    rb"|(?:pypi\.org/project|pypi\.python\.org/pypi|npmjs\.com/package|crates\.io/crates"
    rb"|rubygems\.org/gems)/((?:@[\w.-]{1,80}/)?[\w.-]{1,100})"
    rb"|pkg:[a-z]{2,12}/((?:[@%\w.-]{1,80}/)?[\w.-]{1,100})",
    re.IGNORECASE,
)
_ANY_URL = _native.Words((
    b"github.com", b"gitlab.com", b"bitbucket.org", b"codeberg.org", b"pypi.org",
    b"pypi.python.org", b"npmjs.com", b"crates.io", b"rubygems.org", b"pkg:",
))  # fmt: skip
"""One of these is in each match."""
_TAKEN = lazy_pattern(
    rb" (?:adapted|adopted|taken|copied|borrowed|ported|derived|based|stolen|extracted|vendored"
    rb"|backported|forked|lifted|excerpted|modified|translated|imported|port|copy|fork|part)"
    rb" (?:directly |verbatim |heavily |loosely |largely |mostly )?(?:from|on|of)"
    rb" (?:the |code in |code from |an? |source of )?((?:[a-z0-9]{1,40} ){1,4})"
)

_ANY_TAKEN = _native.Words((
    b"adapted", b"adopted", b"taken", b"copied", b"borrowed", b"ported", b"derived", b"based",
    b"stolen", b"extracted", b"vendored", b"backported", b"forked", b"lifted", b"excerpted",
    b"modified", b"translated", b"imported", b"port", b"copy", b"fork", b"part",
))  # fmt: skip
"""One of these is in each match."""


def pointers(text: bytes) -> dict[str, str]:
    """The project names that a passage and its surroundings point to.

    Args:
        text: the text; at most the first 8 KiB are read.

    Returns:
        The kind of pointer by canonical name, for example "requests": "a URL names it". After
        "adapted from", the first one, two, three and four words are each a name.
    """
    text = text[:_MAX_BYTES]
    by_target: dict[str, str] = {}
    for match in islice(_URL.finditer(text), _MAX_POINTERS) if _ANY_URL.any_in(text) else ():
        name = next(group for group in match.groups()[1:] if group)
        decoded = name.decode("utf-8", "replace").removesuffix(".git").rstrip(".")
        scope, _, bare = decoded.rpartition("/")
        key = f"{scope.lower()}/{canonical_name(bare)}" if scope else canonical_name(bare)
        by_target.setdefault(key, "a URL in the text names it")
    words = text_normalization.normal(text) if _ANY_TAKEN.any_in(text) else b""
    for match in islice(_TAKEN.finditer(words), _MAX_POINTERS):
        following = match.group(1).decode("ascii").split()
        for count in range(len(following), 0, -1):
            name = "-".join(following[:count])
            by_target.setdefault(
                name, f'the text says it comes from "{" ".join(following[:count])}"'
            )
    # A name of one or two letters could be a coincidence.
    return {name: how for name, how in by_target.items() if len(name) > 2}  # noqa: PLR2004
