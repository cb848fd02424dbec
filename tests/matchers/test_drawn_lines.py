# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows of signs, which everybody draws, are no copy: rules, headings, banners and borders."""

import itertools

import pytest

import codescan

ROWS = [*"-=*#~_+.^/", "-+", "=-", "*-", "| ", "+--", "=>", "<>", ". "]
FRAMES = {
    "heading": "{text}\n{row}\n\nSome words of {text}.\n",
    "comment": "# {row}\n# {text}\n# {row}\n{text} = 1\n",
    "banner": "/*{row}\n * {text}\n *{row}/\nint {text};\n",
    "string": "show(\n    '{row}',\n    '{text}',\n    '{row}',\n    '{text} of it',\n)\n",
    "alone": "{row}\n",
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    for number, (row, (name, frame)) in enumerate(itertools.product(ROWS, FRAMES.items())):
        text = frame.format(row=(row * 80)[:79], text=f"held{number}")
        for suffix in ("py", "rst", "c", "f90", "go"):
            (folder / f"{name}{number}.{suffix}").write_text(text)
    with codescan.Index.of_folder(folder) as index:
        yield index


@pytest.mark.parametrize("row", ROWS)
def test_rows_of_signs_are_not_copied(drawn, row):
    for frame, language in itertools.product(FRAMES.values(), (None, "python", "fortran", "go")):
        for size in (33, 60, 79):
            text = frame.format(row=(row * 80)[:size], text="another")
            findings = drawn.scan(text, language).findings
            assert [f for f in findings if f.grade.value in "AB"] == [], (frame, language)
