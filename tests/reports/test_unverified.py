# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every format says of a finding that only hashes were compared."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from codescan.registry import load

WORDS = "not verified"


@pytest.mark.parametrize(
    "name", ["terminal", "markdown", "html", "sarif", "github", "gitlab", "spdx", "cyclonedx"]
)
def test_a_format_tells_unverified_findings_apart(name, sample):
    findings = tuple(replace(finding, is_verified=False) for finding in sample.findings)
    rendered = load("reports", name)().render(replace(sample, findings=findings))
    assert WORDS in " ".join(str(rendered).split())
    assert WORDS not in str(load("reports", name)().render(sample))
