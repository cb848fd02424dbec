# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prepares one text of a training set: decoding, language, hash, licenses, copyrights.

Unlike an index, a training set is taken as it is: generated, minified and data files are compared,
too, and a text in an unknown 8-bit encoding is compared by its bytes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from codescan.dedup.documents import InputText
from codescan.licenses.file_statements import file_statements
from codescan.records import Document, Origin, Skipped
from codescan.text.decoding import HEAD_BYTES, decode_text, looks_binary
from codescan.text.identification import identify
from codescan.text.languages import by_tag, detect, kind
from codescan.text.pointer_files import pointer_reason

if TYPE_CHECKING:
    from codescan.licenses.nearest_license_file import LicenseFiles
    from codescan.records import LicenseClaim, Package

    _Own = tuple[tuple[LicenseClaim, ...], tuple[str, ...]]

__all__ = ["MAX_NEAR_BYTES", "TextReader"]

MAX_NEAR_BYTES = 32 << 20
"""Longer texts are compared for equality only: 32 MiB have some 10 million tokens."""

_REMEMBERED = 20_000
"""Texts whose licenses and copyrights a reader keeps."""
_SAMPLED = 64 << 10
"""Bytes by which the language of a text is identified where its path does not tell."""


class TextReader:
    """Makes documents of texts; what equal texts say of their licenses is read once."""

    def __init__(self) -> None:
        self._own: dict[tuple[bytes, str], _Own] = {}

    def read(
        self,
        name: str,
        part: str,
        row: int,
        content: bytes,
        origin: tuple[Package, str],
        nearest: LicenseFiles | None = None,
        language: str = "",
    ) -> InputText | Skipped:
        """The document of a text, or why it has none.

        Args:
            name: of the document.
            part: the input file.
            row: in it; 0 for a whole file.
            content: the bytes as given.
            origin: package and path in it.
            nearest: license files that may speak for it.
            language: as the data states it; "" where it does not.
        """
        decoded = decode_text(content, origin[1])
        text = decoded.content
        if decoded.reason == "undecodable" and not looks_binary(content[:HEAD_BYTES]):
            text = content
        elif decoded.reason:
            return Skipped(name, "read", decoded.reason)
        package, path = origin
        pointer = pointer_reason(path, content)
        if pointer is not None:
            return Skipped(name, "read", pointer)
        digest = hashlib.sha256(content).digest()
        tagged = by_tag(language) if language else None
        own_language = tagged or detect(path, text[:HEAD_BYTES]) or identify(text[:_SAMPLED]).best
        own = self._own.get((digest, own_language))
        if own is None:
            own = file_statements(text, is_prose=kind(own_language) == "prose")
            if len(self._own) < _REMEMBERED:
                self._own[digest, own_language] = own
        licenses, copyrights = own
        document = Document(
            content=b"",
            language=own_language,
            origin=Origin(package, path, digest.hex()),
            licenses=nearest.claims_for(path, licenses) if nearest else licenses,
            copyrights=nearest.copyrights_for(path, copyrights) if nearest else copyrights,
        )
        is_near = len(text) <= MAX_NEAR_BYTES
        return InputText(name, part, row, document, text, len(content), is_near)
