# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every format is compared with its golden file; CODESCAN_UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

import pytest

from codescan.errors import MissingExtraError
from codescan.registry import load, names

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
UPDATE = os.environ.get("CODESCAN_UPDATE_GOLDEN") == "1"


def compare(path: Path, text: str) -> None:
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert path.read_bytes().decode() == text, "review, then run with CODESCAN_UPDATE_GOLDEN=1"


@pytest.mark.parametrize("name", names("reports"))
def test_a_format_renders_the_sample_as_before(name, sample):
    reporter = load("reports", name)()
    try:
        text = reporter.render(sample)
    except MissingExtraError as error:
        pytest.skip(str(error))
    if isinstance(text, bytes):
        return  # its bytes depend on the library's version; test_table_reports.py reads it
    compare(GOLDEN / f"sample.{name}{reporter.suffix}", text)
