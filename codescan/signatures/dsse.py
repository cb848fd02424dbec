# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Signed statements: in-toto Statement v1 in a DSSE v1 envelope with one ed25519 signature.

Formats: github.com/in-toto/attestation (spec/v1) and github.com/secure-systems-lab/dsse. An
envelope has one canonical spelling, and any other one is refused, so that no byte of it can change
unseen.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from codescan.errors import EvidenceError
from codescan.records.json_decode import decode_json
from codescan.records.json_encode import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.signatures.signing_keys import PublicKey, SigningKey

__all__ = ["PAYLOAD_TYPE", "sign_statement", "verified_statement"]

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_HINT = "get the bundle again from whoever signed it"


def sign_statement(
    digests: Mapping[str, str], predicate_type: str, predicate: object, key: SigningKey
) -> bytes:
    """An envelope that states something about files.

    Args:
        digests: SHA-256 of each file by its name.
        predicate_type: a URI that says what the predicate is.
        predicate: what is stated, as JSON can hold it.
        key: signs.
    """
    payload = canonical_json(
        {
            "_type": _STATEMENT_TYPE,
            "subject": [
                {"name": name, "digest": {"sha256": digest}}
                for name, digest in sorted(digests.items())
            ],
            "predicateType": predicate_type,
            "predicate": predicate,
        }
    )
    return _envelope(payload, key.public.key_id, key.sign(_signed_bytes(payload)))


def verified_statement(envelope: bytes, key: PublicKey, predicate_type: str) -> dict[str, Any]:
    """The statement in an envelope.

    Returns:
        "digests" (SHA-256 of each file by its name) and "predicate".

    Raises:
        EvidenceError: the envelope is damaged, not canonical, of another kind, or not signed by
            the key.
    """
    try:
        outer = decode_json(envelope, dict[str, Any])
        payload = base64.b64decode(outer["payload"], validate=True)
        (signed,) = outer["signatures"]
        signature = base64.b64decode(signed["sig"], validate=True)
        key_id = signed["keyid"]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise EvidenceError("the signed statement is damaged", _HINT) from error
    if key_id != key.key_id:
        raise EvidenceError(
            f"the statement names another key than {key.key_id}",
            "verify it with the public key of whoever signed it",
        )
    if not key.verify(signature, _signed_bytes(payload)):
        raise EvidenceError("the signature is wrong", _HINT)
    if envelope != _envelope(payload, key_id, signature):
        raise EvidenceError("the signed statement is not in canonical form", _HINT)
    return _statement(payload, predicate_type)


def _statement(payload: bytes, predicate_type: str) -> dict[str, Any]:
    try:
        statement = decode_json(payload, dict[str, Any])
        digests = {each["name"]: each["digest"]["sha256"] for each in statement["subject"]}
        is_whole = len(digests) == len(statement["subject"]) and all(
            isinstance(part, str) for pair in digests.items() for part in pair
        )
        kinds = (statement["_type"], statement["predicateType"])
        predicate = statement["predicate"]
        # Of a name with two values others may read the other one.
        is_canonical = payload == canonical_json(statement)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError("the signed statement is not an in-toto statement", _HINT) from error
    if not is_canonical:
        raise EvidenceError("the signed statement is not in canonical form", _HINT)
    if not is_whole or kinds != (_STATEMENT_TYPE, predicate_type):
        raise EvidenceError("the signed statement is of another kind", _HINT)
    return {"digests": digests, "predicate": predicate}


def _signed_bytes(payload: bytes) -> bytes:
    """The pre-authentication encoding of DSSE."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _envelope(payload: bytes, key_id: str, signature: bytes) -> bytes:
    return canonical_json(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode()}],
        }
    )
