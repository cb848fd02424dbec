# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Digests are those of hashlib, and OpenSSL is loaded only where nothing else has a hash."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from codescan import digests

TEXTS = [b"", b"a", bytes(range(256)) * 300]


@pytest.mark.parametrize("content", TEXTS, ids=len)
@pytest.mark.parametrize("name", ["blake2b", "sha1", "sha256"])
def test_digests_are_those_of_hashlib(name, content):
    own, other = getattr(digests, name)(), getattr(hashlib, name)()
    for part in (content, b"and more"):
        own.update(part)
        other.update(part)
    assert own.hexdigest() == other.hexdigest()


def test_openssl_takes_the_place_of_missing_modules():
    script = (
        "import sys\n"
        "for name in ('_sha1', '_sha2', '_sha256'): sys.modules[name] = None\n"
        "from codescan import digests\n"
        "print(digests.sha256(b'a').hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(b"a").hexdigest()
