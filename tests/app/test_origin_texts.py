# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A license that is on no list is reproduced from the origin's own license file."""

from __future__ import annotations

import pytest
from harbor_texts import TIDES

HOUSE = "The house rules. Do as you like on weekdays, and say whose work it is.\n" * 3
REF = "LicenseRef-house-rules"


@pytest.fixture
def house_index(tmp_path):
    """An index of one REUSE project under rules of its own."""
    from codescan.__main__ import main

    corpus = tmp_path / "house"
    (corpus / "LICENSES").mkdir(parents=True)
    (corpus / "LICENSES" / f"{REF}.txt").write_text(HOUSE)
    tagged = "# SPDX" + f"-License-Identifier: {REF}\n" + TIDES.partition("\n\n")[2]
    (corpus / "tides.py").write_text(tagged)
    out = tmp_path / "house-index"
    assert main(["index", "build", "--corpus", str(corpus), "--out", str(out), "-q"]) == 0
    return out, tagged


def test_the_text_comes_from_the_origins_own_license_file(house_index, work, capfd):
    from codescan.__main__ import main

    index, tagged = house_index
    work.write("a.py", "one = 1\n\n" + tagged.partition("\n")[2])
    work.write("codescan.toml", f'[review]\nlicenses = ["{REF}"]\n')
    arguments = ["a.py", "--index", str(index)]
    assert main(["check", *arguments]) == 1
    assert main(["attribute", *arguments]) == 0, capfd.readouterr().err
    assert (work.root / "LICENSES" / f"{REF}.txt").read_text() == HOUSE
    assert f"Identifier: {REF}" in (work.root / "a.py").read_text()
    assert main(["check", *arguments]) == 0
