# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Documents of any text, and tokenizers whose faults are known."""

import hashlib
import re

import pytest

from codescan.records import Document, Origin, Package
from codescan.text.languages import detect


class ByteTokenizer:
    """Three bytes a token, so that most characters beyond ASCII are split."""

    def encode(self, text):
        data = text.encode()
        return [int.from_bytes(b"\1" + data[i : i + 3], "big") for i in range(0, len(data), 3)]

    def decode(self, tokens):
        parts = [token.to_bytes(4, "big").lstrip(b"\0")[1:] for token in tokens]
        return b"".join(parts).decode("utf-8", "replace")


class StrippingTokenizer:
    """Words with their spaces; decoding loses the leading space, as SentencePiece does."""

    def __init__(self):
        self.words = []

    def encode(self, text):
        result = []
        for word in re.findall(r"\s*\S+|\s+$", text):
            if word not in self.words:
                self.words.append(word)
            result.append(self.words.index(word))
        return result

    def decode(self, tokens):
        return "".join(self.words[token] for token in tokens).removeprefix(" ")


@pytest.fixture
def byte_tokenizer():
    return ByteTokenizer()


@pytest.fixture
def stripping_tokenizer():
    return StrippingTokenizer()


@pytest.fixture(scope="session")
def document_of():
    """Make a document: text, path, package."""

    def make(text, path="a/b.py", package="demo"):
        content = text if isinstance(text, bytes) else text.encode()
        return Document(
            content=content,
            language=detect(path, content) or "prose",
            origin=Origin(
                package=Package(f"pkg:pypi/{package}@1", package, "1", f"pypi/{package}"),
                path=path,
                sha256=hashlib.sha256(content).hexdigest(),
            ),
        )

    return make
