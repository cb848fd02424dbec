# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""CSV and Parquet hold one row for each finding, and every cell comes back as it was."""

import csv
import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.errors import MissingExtraError
from codescan.reports.csv import CsvReporter, escape, unescape
from codescan.reports.escaping import visible
from codescan.reports.finding_rows import COLUMNS, rows
from codescan.reports.parquet import ParquetReporter

REPORTS = ("sample", "empty", "large", "hostile")
DOCS = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")


def shown(cell):
    """A cell as CSV writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return visible(cell, keep="\n\t") if isinstance(cell, str) else repr(cell)


@pytest.mark.parametrize("name", REPORTS)
def test_csv_comes_back(name, request):
    report = request.getfixturevalue(name)
    read = list(csv.reader(io.StringIO(CsvReporter().render(report))))
    assert read[0] == [column.name for column in COLUMNS]
    assert [[unescape(cell) for cell in row] for row in read[1:]] == [
        [shown(cell) for cell in row] for row in rows(report)
    ]
    assert len(read) == 1 + len(report.findings)


@given(st.text(st.sampled_from("=+-@'\t\n \"',;a1|\uff1d\uff20"), max_size=12))
def test_an_escaped_cell_is_no_formula_and_comes_back(text):
    escaped = escape(text)
    assert unescape(escaped) == text
    assert escaped.lstrip(" ")[:1] not in set("=+-@\t\n\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize("name", REPORTS)
def test_no_cell_of_a_report_is_a_formula(name, request):
    text = CsvReporter().render(request.getfixturevalue(name))
    for row in csv.reader(io.StringIO(text)):
        assert not any(re.match(r"\s*[=+@\uff1d\uff0b\uff20-]", cell) for cell in row)


@pytest.mark.parametrize("name", REPORTS)
def test_parquet_comes_back(name, request):
    parquet = pytest.importorskip("pyarrow.parquet")
    report = request.getfixturevalue(name)
    table = parquet.read_table(io.BytesIO(ParquetReporter().render(report)))
    assert table.column_names == [column.name for column in COLUMNS]
    expected = [
        tuple(cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell
              for cell in row)
        for row in rows(report)
    ]  # fmt: skip
    assert [tuple(row.values()) for row in table.to_pylist()] == expected
    meanings = {field.name: field.metadata[b"meaning"].decode() for field in table.schema}
    assert meanings == {column.name: column.meaning for column in COLUMNS}


def test_without_pyarrow_the_error_is_the_command_that_installs_it(monkeypatch, sample):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError) as raised:
        ParquetReporter().render(sample)
    assert raised.value.hint == "pip install 'codescan[parquet]'"


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_each_column_is_documented(column):
    assert f"| `{column.name}` | {column.kind} | {column.meaning} |" in DOCS
