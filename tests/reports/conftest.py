# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The sample reports, under the names that tests ask for."""

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "sample_report", Path(__file__).with_name("sample_report.py")
)
samples = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(samples)


@pytest.fixture
def sample():
    return samples.sample()


@pytest.fixture
def empty():
    return samples.empty()


@pytest.fixture
def large():
    return samples.large()


@pytest.fixture
def hostile():
    return samples.hostile()


@pytest.fixture(scope="session")
def huge():
    return samples.large(2_000)
