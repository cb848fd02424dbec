# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Comments that are read by programs, and lines that are printed, stay what they are."""

from __future__ import annotations

import re
import tomllib

from program_samples import SAMPLES
from test_attribute_and_explain import finding

from codescan.gate.tagging import tagged
from codescan.records import Region
from codescan.text.languages import detect

METADATA = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
"""As PEP 723 gives it."""


def tagged_texts(name):
    content = SAMPLES[name].encode()
    last = content.count(b"\n")
    for first in range(1, last + 1):
        for end in range(first, last + 1):
            region = Region(first, end)
            result = tagged(content, detect(name, content), [finding(content, region)], name)
            if result.written:
                yield result.content.decode()


def metadata(text):
    (match,) = METADATA.finditer(text)
    lines = match.group("content").splitlines()
    return tomllib.loads("\n".join(line[2:] for line in lines))


def test_metadata_of_scripts_is_the_same():
    before = metadata(SAMPLES["script.py"])
    texts = list(tagged_texts("script.py"))
    assert texts
    assert all(metadata(text) == before for text in texts)


def test_the_version_of_swift_stays_first():
    texts = list(tagged_texts("Package.swift"))
    assert texts
    assert all(text.startswith("// swift-tools-version:5.5\n") for text in texts)


def test_batch_files_print_no_tags():
    texts = [*tagged_texts("a.bat"), *tagged_texts("b.bat")]
    assert texts
    for text in texts:
        assert all(
            line.lstrip().startswith("@REM ") for line in text.splitlines() if "SPDX" in line
        )
