# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Envelopes: any changed byte is refused, and other implementations of DSSE agree."""

import base64
import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import CodescanError, EvidenceError, OutputError, UsageError
from codescan.records.json_encode import canonical_json
from codescan.signatures.dsse import (
    PAYLOAD_TYPE,
    sign_statement,
    verified_statement,
)
from codescan.signatures.signing_keys import (
    PublicKey,
    create_key_files,
    new_signing_key,
    read_public_key,
    read_signing_key,
)

KEY = new_signing_key()
KIND = "https://example.org/kind/v1"
ENVELOPE = sign_statement({"b": "11", "a": "22"}, KIND, {"n": 1}, KEY)


def test_a_statement_comes_back():
    assert verified_statement(ENVELOPE, KEY.public, KIND) == {
        "digests": {"a": "22", "b": "11"},
        "predicate": {"n": 1},
    }


@given(st.integers(0, len(ENVELOPE) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place, change):
    damaged = bytearray(ENVELOPE)
    damaged[place] ^= change
    with pytest.raises(EvidenceError):
        verified_statement(bytes(damaged), KEY.public, KIND)


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(content):
    for envelope in (content, ENVELOPE + content, content + ENVELOPE):
        if envelope != ENVELOPE:
            with pytest.raises(EvidenceError):
                verified_statement(envelope, KEY.public, KIND)


def test_a_signed_statement_in_which_a_name_has_two_values_is_refused():
    """Others may read the other value, whoever signed it."""
    payload = base64.b64decode(json.loads(ENVELOPE)["payload"])
    for other in (b'{"predicate":{"n":2},' + payload[1:], payload.replace(b'"n":1', b'"n":NaN')):
        kind = PAYLOAD_TYPE.encode()
        signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(other), other)
        signature = {"keyid": KEY.public.key_id, "sig": base64.b64encode(KEY.sign(signed)).decode()}
        envelope = canonical_json(
            {
                "payload": base64.b64encode(other).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [signature],
            }
        )
        with pytest.raises(EvidenceError):
            verified_statement(envelope, KEY.public, KIND)


@given(st.integers(0, len(KEY.public.pem) - 1), st.integers(1, 255))
def test_any_changed_byte_of_the_public_key_is_refused(place, change):
    damaged = bytearray(KEY.public.pem)
    damaged[place] ^= change
    with pytest.raises(EvidenceError):
        verified_statement(ENVELOPE, PublicKey(bytes(damaged)), KIND)


def test_another_key_or_kind_is_refused():
    with pytest.raises(EvidenceError, match="another key"):
        verified_statement(ENVELOPE, new_signing_key().public, KIND)
    with pytest.raises(EvidenceError, match="another kind"):
        verified_statement(ENVELOPE, KEY.public, f"{KIND}2")


def test_the_signature_is_over_the_encoding_that_dsse_defines():
    """The encoding written by hand, checked with the library itself."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    outer = json.loads(ENVELOPE)
    payload = base64.b64decode(outer["payload"])
    kind = "application/vnd.in-toto+json"
    message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    signature = base64.b64decode(outer["signatures"][0]["sig"])
    load_pem_public_key(KEY.public.pem).verify(signature, message)
    assert json.loads(payload)["_type"] == "https://in-toto.io/Statement/v1"


def test_key_files_are_private_and_never_replaced(tmp_path):
    path = tmp_path / "key.pem"
    key = create_key_files(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_signing_key(path).public.key_id == key.public.key_id
    assert read_public_key(tmp_path / "key.pem.pub").pem == key.public.pem
    with pytest.raises(OutputError):
        create_key_files(path)
    with pytest.raises(UsageError):
        read_signing_key(tmp_path / "none")
    with pytest.raises(CodescanError):
        read_public_key(path)
    with pytest.raises(UsageError):
        read_signing_key(tmp_path / "key.pem.pub")


@pytest.mark.parametrize("read", [read_signing_key, read_public_key])
def test_a_pipe_or_a_folder_is_no_key_and_a_link_to_a_key_is_one(tmp_path, read):
    key = create_key_files(tmp_path / "key")
    name = "key" if read is read_signing_key else "key.pub"
    (tmp_path / "link").symlink_to(tmp_path / name)
    linked_key = read(tmp_path / "link")
    assert getattr(linked_key, "public", linked_key).key_id == key.public.key_id
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError):
            read(path)
