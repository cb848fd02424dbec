# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""May a passage go in: the matrix, the lists, the obligations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.licenses.compatibility import Compatibility, compatibility, matrix_source
from codescan.licenses.expressions import leaves
from codescan.licenses.obligations import obligations, texts_to_reproduce
from codescan.licenses.policy import Policy, Rules, State, evaluate_license
from codescan.records import NOASSERTION

IDS = st.sampled_from(
    ["MIT", "Apache-2.0", "GPL-2.0-only", "GPL-3.0-or-later", "MPL-2.0", "LicenseRef-x", "0BSD"]
)


@pytest.mark.parametrize(
    ("project", "passage", "expected"),
    [
        ("GPL-3.0-only", "MIT", "yes"),
        ("MIT", "GPL-3.0-only", "no"),
        ("MIT", "LGPL-2.1-or-later", "no"),
        ("GPL-2.0-only", "Apache-2.0", "no"),
        ("Apache-2.0", "GPL-2.0-only", "no"),
        ("GPL-3.0-only", "GPL-2.0-or-later", "yes"),
        ("GPL-3.0-only", "GPL-2.0-only", "no"),
        ("Apache-2.0", "Apache-2.0", "yes"),
        ("MIT OR GPL-3.0-only", "GPL-3.0-only", "no"),
        ("MIT", "GPL-2.0-only WITH Bison-exception-2.2", "no"),
        ("MIT", "BUSL-1.1", "no"),
        ("MIT", "CC-PDDC", "yes"),
        ("MIT", "LicenseRef-x", "review"),
        ("LicenseRef-mine", "MIT", "review"),
        ("", "MIT", "review"),
    ],
)
def test_compatibility(project, passage, expected):
    verdict = compatibility(project, passage)
    assert verdict.answer is Compatibility(expected), verdict.reason
    assert verdict.reason


def test_the_matrix_names_its_date_and_license():
    assert "2024-05-21" in matrix_source()
    assert "CC-BY-4.0" in matrix_source()


@pytest.mark.parametrize(
    ("expression", "project", "state", "choice"),
    [
        ("0BSD", "MIT", "ok", "0BSD"),
        ("MIT", "Apache-2.0", "ok-with-obligations", "MIT"),
        ("GPL-3.0-only", "MIT", "conflict", "GPL-3.0-only"),
        ("MIT OR GPL-3.0-only", "MIT", "ok-with-obligations", "MIT"),
        ("GPL-3.0-only OR 0BSD OR MIT", "MIT", "ok", "0BSD"),
        ("MIT AND GPL-3.0-only", "MIT", "conflict", "MIT AND GPL-3.0-only"),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", "MIT", "ok-with-obligations",
         "MIT AND BSD-3-Clause"),
        (NOASSERTION, "MIT", "unknown", NOASSERTION),
        ("LicenseRef-x", "MIT", "unknown", "LicenseRef-x"),
        ("MIT AND LicenseRef-x", "MIT", "unknown", "MIT AND LicenseRef-x"),
        ("GPL-3.0-only", "", "review", "GPL-3.0-only"),
        ("MIT", "", "ok-with-obligations", "MIT"),
        ("BUSL-1.1", "", "conflict", "BUSL-1.1"),
    ],
)  # fmt: skip
def test_judgment(expression, project, state, choice):
    evaluation = evaluate_license(expression, Policy(project))
    assert (evaluation.state, evaluation.choice) == (State(state), choice), evaluation.reason


LISTS = Policy(
    project_license="MIT",
    allow=Rules(
        licenses=frozenset({"GPL-2.0-only"}),
        categories=frozenset({"unknown", "weak-copyleft"}),
        packages=frozenset({"pkg:pypi/ours@*"}),
        paths=frozenset({"vendored/**"}),
    ),
    review=Rules(licenses=frozenset({"Apache-*"})),
    deny=Rules(licenses=frozenset({"MIT-0"}), packages=frozenset({"pkg:npm/bad@*"})),
)


@pytest.mark.parametrize(
    ("expression", "purl", "path", "state", "reason"),
    [
        ("GPL-2.0-only", "", "", "ok-with-obligations", "allowed by license GPL-2.0-only"),
        ("MPL-2.0", "", "", "ok-with-obligations", "allowed by category weak-copyleft"),
        ("Apache-2.0", "", "", "review", "to be reviewed by license Apache-*"),
        ("MIT-0", "", "", "conflict", "denied by license MIT-0"),
        ("MIT-0 OR MIT", "", "", "ok-with-obligations", "OSADL"),
        ("MIT", "pkg:npm/bad@1", "", "conflict", "denied by package pkg:npm/bad@*"),
        ("LicenseRef-x", "", "", "unknown", "nothing is known"),
        (NOASSERTION, "", "", "unknown", "no license is known"),
        (NOASSERTION, "pkg:pypi/ours@2", "", "ok", "allowed by package"),
        (
            "GPL-3.0-only",
            "",
            "vendored/a/b.c",
            "ok-with-obligations",
            "allowed by path vendored/**",
        ),
        ("GPL-3.0-only", "", "src/a.c", "conflict", "OSADL"),
    ],
)
def test_lists(expression, purl, path, state, reason):
    evaluation = evaluate_license(expression, LISTS, purl=purl, path=path)
    assert evaluation.state is State(state), evaluation.reason
    assert reason in evaluation.reason


@given(st.lists(IDS, min_size=2, max_size=4), IDS)
def test_and_is_never_better_than_or(ids, project):
    order = list(State).index
    policy = Policy(project)
    every = evaluate_license(" AND ".join(ids), policy).state
    either = evaluate_license(" OR ".join(ids), policy).state
    assert order(either) <= order(every)
    assert order(every) >= max(order(evaluate_license(i, policy).state) for i in ids)


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_is_not_understood_never_passes(expression, project):
    if not leaves(expression):
        assert evaluate_license(expression, Policy(project)).state is State.UNKNOWN


def test_obligations():
    by_key = {o.key: o for o in obligations("Apache-2.0 AND BSD-3-Clause")}
    assert by_key["include-license"].licenses == ("Apache-2.0", "BSD-3-Clause")
    assert by_key["no-endorsement"].licenses == ("BSD-3-Clause",)
    assert "include-notice" in by_key
    assert obligations("0BSD") == ()
    assert "share-alike" in {o.key for o in obligations("CC-BY-SA-4.0")}
    assert "same-license-file" in {o.key for o in obligations("MPL-2.0")}
    assert "network-source" in {o.key for o in obligations("AGPL-3.0-only")}


def test_texts_to_reproduce():
    texts = texts_to_reproduce("MIT AND GPL-2.0-only WITH Classpath-exception-2.0 AND LicenseRef-x")
    assert [*texts] == ["MIT", "GPL-2.0-only", "Classpath-exception-2.0"]
