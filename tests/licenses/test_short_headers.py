# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Short headers in the manner of public reports about license scanners, in several languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from codescan.licenses.detect import file_claims

TABLE = tomllib.loads((Path(__file__).parent / "short_headers.toml").read_text("utf-8"))
HEADERS = [(text, group["right"]) for group in TABLE["headers"] for text in group["texts"]]
STYLES = {
    "hash": ("", "# ", "", "x = 1\n"),
    "block": ("/*\n", " * ", " */\n", "int x = 1;\n"),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("text", "right"), HEADERS)
def test_short_header(text: str, right: str, style: str) -> None:
    opening, mark, closing, code = STYLES[style]
    spelled = text.replace("SPDX-{}", "SPDX-License-" + "Identifier")
    lines = "".join(f"{mark}{line}\n" for line in spelled.split("\n"))
    claims = file_claims(f"{opening}{lines}{closing}{code}".encode())
    assert (" + ".join(claim.expression for claim in claims) or "nothing") == right
