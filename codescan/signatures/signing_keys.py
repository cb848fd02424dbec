# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Ed25519 keys (RFC 8032) in PEM files: PKCS #8 for private ones, RFC 8410 for public ones."""

from __future__ import annotations

import hashlib
import os
import stat
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from codescan.errors import EvidenceError, MissingExtraError, OutputError, UsageError
from codescan.system.files import open_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "PublicKey", "SigningKey", "create_key_files", "new_signing_key", "read_public_key",
    "read_signing_key", "require_signing",
]  # fmt: skip

_LARGEST = 1 << 14
"""Bytes of the largest key file that is read."""


def require_signing() -> None:
    """Check that the extra `evidence` is installed, before anything is written.

    Raises:
        MissingExtraError: it is not.
    """
    if find_spec("cryptography") is None:
        raise MissingExtraError("signing and verifying evidence", "evidence")


class PublicKey:
    """A key that verifies signatures.

    Args:
        pem: its SubjectPublicKeyInfo in PEM, exactly as `pem` writes it.

    Raises:
        EvidenceError: it is not an ed25519 key in canonical form.
        MissingExtraError: the extra `evidence` is not installed.
    """

    def __init__(self, pem: bytes) -> None:
        require_signing()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        try:
            key = load_pem_public_key(pem)
        except Exception as error:
            raise EvidenceError("the public key cannot be read", _HINT) from error
        if not isinstance(key, Ed25519PublicKey):
            raise EvidenceError("the public key is not an ed25519 key", _HINT)
        self._key = key
        self.pem = _public_pem(key)
        if pem != self.pem:
            raise EvidenceError("the public key is not written in canonical form", _HINT)

    @property
    def key_id(self) -> str:
        """SHA-256 of the 32 bytes of the key, as hexadecimal digits."""
        return hashlib.sha256(self._key.public_bytes_raw()).hexdigest()

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether a signature of a message was made with the private half."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A key that signs.

    Args:
        key: a private key of `cryptography`.
    """

    def __init__(self, key: Any) -> None:
        self._key = key
        self.public = PublicKey(_public_pem(key.public_key()))

    def sign(self, message: bytes) -> bytes:
        """The signature: 64 bytes, always the same for a message."""
        return bytes(self._key.sign(message))

    @property
    def pem(self) -> bytes:
        """The private key, unencrypted."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        return bytes(self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


_HINT = "give the PEM file that `codescan evidence keygen` wrote"


def new_signing_key() -> SigningKey:
    """A new random key.

    Raises:
        MissingExtraError: the extra `evidence` is not installed.
    """
    require_signing()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SigningKey(Ed25519PrivateKey.generate())


def read_signing_key(path: Path) -> SigningKey:
    """Read the private key in a PEM file.

    Raises:
        UsageError: the file is missing or holds no unencrypted ed25519 key.
        MissingExtraError: the extra `evidence` is not installed.
    """
    require_signing()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_read(path), password=None)
    except Exception as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{path} holds no unencrypted private key in PEM", _HINT) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} holds a key of another kind than ed25519", _HINT)
    return SigningKey(key)


def read_public_key(path: Path) -> PublicKey:
    """The public key in a PEM file.

    Raises:
        UsageError: the file is missing.
        EvidenceError: it holds no ed25519 key.
        MissingExtraError: the extra `evidence` is not installed.
    """
    return PublicKey(_read(path))


def create_key_files(path: Path) -> SigningKey:
    """Write a new private key to `path` and its public half to `path` with ".pub" added.

    Only the user may read the private key. An existing file is never replaced.

    Raises:
        OutputError: a file exists, or cannot be written.
        MissingExtraError: the extra `evidence` is not installed.
    """
    key = new_signing_key()
    for place, content, mode in (
        (path, key.pem, 0o600),
        (path.with_name(f"{path.name}.pub"), key.public.pem, 0o644),
    ):
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(open_file(place, flags, mode), "wb") as stream:
                stream.write(content)
        except OSError as error:
            raise OutputError(
                f"cannot write {place}: {error.strerror or error}",
                "choose another name: existing keys are not replaced",
            ) from error
    return key


def _public_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _read(path: Path) -> bytes:
    try:
        # A link to a mounted secret is a key; a pipe is none, and opening it must not wait.
        with os.fdopen(open_file(path, follow_links=True), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise UsageError(f"{path} is not a regular file", _HINT)
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}", _HINT) from error
    if len(content) > _LARGEST:
        raise UsageError(f"{path} is too large for a key", _HINT)
    return content
