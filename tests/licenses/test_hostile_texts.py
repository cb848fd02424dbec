# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""No input makes detection slow or makes it fail."""

from __future__ import annotations

import signal
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.licenses import (
    copyrights,
    debian,
    detect,
    expressions,
    license_names,
    license_paths,
    origin_pointers,
    spdx_list,
    spdx_tags,
    vendored_paths,
)
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.records import Span

SIZE = 1 << 20
MARK = b"SPDX" + b"-"

SEEDS = {
    "zeros": b"\0",
    "spaces": b" ",
    "line ends": b"\r",
    "letters": b"a",
    "license": b"license ",
    "copyright lines": b"copyright (c) 2020 x\n",
    "signs": b"(c)",
    "tags": MARK + b"License-Identifier: MIT\n",
    "tags on one line": MARK + b"License-Identifier: MIT ",
    "snippets": MARK + b"SnippetBegin\n",
    "grants": b"licensed under the ",
    "gnu": b"under the terms of the general public license version 2 ",
    "ignored": b"REUSE-IgnoreStart\nREUSE-IgnoreEnd\n" + MARK + b"License-Identifier: MIT\n",
    "conditions": b"redistributions of source code must retain ",
    "verbatim": b"copy and distribute verbatim copies of this license ",
    "urls": b"github.com/a/b ",
    "origins": b"adapted from x ",
    "stanzas": b"Format: 1\n\nFiles: *\nLicense: GPL or\n\n",
    "parentheses": b"(",
}

FUNCTIONS = {
    "file_claims": detect.file_claims,
    "text_claim": detect.text_claim,
    "is_license_text": lambda content: detect.is_license_text(content, Span(0, len(content))),
    "copyright_lines": copyrights.copyright_lines,
    "snippet_tags": spdx_tags.snippet_tags,
    "pointers": origin_pointers.pointers,
    "vendor list": vendored_paths.parse_vendor_list,
    "names": lambda content: license_names.lookup(content.decode("latin-1")),
    "expressions": lambda content: expressions.normalize(content.decode("latin-1")),
    "paths": lambda content: license_paths.is_license_path(content.decode("latin-1")),
}


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    detect.text_claim(spdx_list.license_text("MIT").encode())
    expressions.normalize("MIT AND ISC")


class DoesNotEndError(Exception):
    """What should take milliseconds still ran after many seconds."""


@contextmanager
def ends():
    """Fail instead of hanging: a pattern that backtracks would run for hours."""

    def stop(_signal, _frame):
        raise DoesNotEndError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_megabyte_ends(seed, function):
    content = (SEEDS[seed] * (SIZE // len(SEEDS[seed]) + 1))[:SIZE]
    with ends():
        FUNCTIONS[function](content)


def test_a_megabyte_of_licenses():
    content = "\n".join(spdx_list._texts().values()).encode()[:SIZE]
    for function in FUNCTIONS.values():
        with ends():
            function(content)


def test_a_huge_copyright_file_ends():
    with ends():
        debian.parse(SEEDS["stanzas"] * 5000)


def test_patterns_of_stars_end():
    content = b"version = 1\n[[annotations]]\npath = '%s'\nSPDX-License-Identifier = 'MIT'\n"
    files = LicenseFiles({"REUSE.toml": content % (b"*a" * 400 + b"b")})
    with ends():
        assert files.claims_for("a" * 900) == ()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*SEEDS.values(), b"\xff\xfe", b"\xc2\xa9", b"MIT"]), max_size=20))
def test_no_bytes_fail(pieces):
    content = b"".join(pieces)
    for function in FUNCTIONS.values():
        function(content)
    debian.parse(content)
    LicenseFiles({"LICENSE": content, "REUSE.toml": content, "debian/copyright": content})
