# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What `codescan doctor` says of the extras."""

from __future__ import annotations

from importlib import metadata

import pytest
from packaging.requirements import Requirement

from codescan.app import diagnostics

REQUIREMENTS = [
    Requirement(text)
    for text in (
        "click>=8.1",
        'tables>=2; extra == "audit"',
        'codescan[audit]; extra == "models"',
        'weights>=4; extra == "models"',
        'codescan[audit,models]; extra == "lab"',
        'codescan[lab]; extra == "round"',
        'codescan[round]; extra == "round"',
    )
]


@pytest.mark.parametrize(
    ("extra", "added"),
    [
        ("audit", {"tables"}),
        ("models", {"tables", "weights"}),
        ("lab", {"tables", "weights"}),
        ("round", {"tables", "weights"}),
        ("unknown", set()),
    ],
)
def test_an_extra_brings_what_the_extras_in_it_bring(extra, added):
    added_by_extra = diagnostics._added_by(extra, REQUIREMENTS)
    assert sorted(requirement.name for requirement in added_by_extra) == sorted(added)


def test_an_extra_is_missing_where_one_that_it_includes_is(monkeypatch):
    real = metadata.version

    def without_numpy(name):
        if name == "numpy":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", without_numpy)
    results = {result.name: result for result in diagnostics._requirements()}
    for extra in ("audit", "models", "membership", "lab", "private"):
        assert results[f"extra {extra}"].state == "missing"
        assert "numpy is not installed" in results[f"extra {extra}"].detail
    assert results["extra evidence"].state == "ok"
    assert not any(
        "codescan 0" in result.detail for name, result in results.items() if "extra" in name
    )
