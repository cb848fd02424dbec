# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What each ranking rule read is kept, and the margin says how clear the ranking is."""

import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_attribution import PASSAGE, SNIPPET, Shelf, document, run, shelf

from codescan.licenses import attribution, ranking
from codescan.licenses.project_packages import ProjectPackages
from codescan.records import Match, MatchKind, MatchLocation, Snippet, Span

RULES = (
    "declared", "pointer", "not-vendored", "coverage", "earliest", "owner",
    "registry", "exact-coverage", "package-url",
)  # fmt: skip


def test_the_only_holder_has_no_margin_but_its_readings():
    result = run(shelf(document("pkg:pypi/a@1", released="2020-01-01")))
    assert result.margin is None
    assert result.runner_up is None
    assert [each.rule for each in result.contributions] == list(RULES)
    assert {each.runner_up for each in result.contributions} == {None}
    (earliest,) = (e for e in result.contributions if e.rule == "earliest")
    assert (earliest.origin, earliest.points) == ("2020-01-01", 0.0)


def test_every_rule_is_kept_also_those_that_speak_for_the_runner_up():
    pointed = Snippet("s", b"# adapted from the late project\n" + PASSAGE)
    result = run(
        shelf(
            document("pkg:pypi/early@1", released="2010-01-01"),
            document("pkg:pypi/late@1", released="2020-01-01"),
        ),
        snippet=pointed,
    )
    assert result.origin.package.name == "late"
    points = {each.rule: each.points for each in result.contributions}
    assert points["pointer"] == 1 / 4
    assert points["earliest"] == -1 / 32
    assert result.margin == 1 / 4 - 1 / 32
    assert result.earliest is not None
    assert (result.earliest.package, result.earliest.released) == ("early", "2010-01-01")


def test_a_declared_dependency_is_the_likely_source():
    catalogue = shelf(
        document("pkg:pypi/early@1", released="2010-01-01"),
        document("pkg:pypi/used@1", released="2020-01-01"),
        document("pkg:pypi/used@1", path="used/_vendor/other/a.py", released="2020-01-01"),
    )
    attributed = attribution.attribute(
        _match(3),
        catalogue,
        SNIPPET,
        project=ProjectPackages(dependencies=frozenset({"pkg:pypi/used"})),
    )
    assert attributed.origin.package.name == "used"
    assert "_vendor" not in attributed.origin.path
    assert attributed.reasons[0] == "used is a declared dependency of the project"
    assert attributed.margin == 1 / 2 - 1 / 32
    assert run(catalogue).origin.package.name == "early"


def test_a_tie_has_no_margin():
    result = run(shelf(document("pkg:pypi/a@1"), document("pkg:pypi/b@1", license_="GPL-3.0-only")))
    assert result.ambiguous
    assert result.margin == 0
    assert result.earliest is None
    assert result.runner_up is not None
    assert result.runner_up.package == "b"


def test_the_margin_is_above_zero_exactly_where_a_rule_decides():
    dates, names = (None, "2015-01-01", "2020-01-01"), ("x", "y")
    for first, second in itertools.product(dates, repeat=2):
        result = run(
            shelf(
                document("pkg:pypi/x@1", released=first), document("pkg:pypi/y@1", released=second)
            )
        )
        assert (result.margin > 0) == (first != second)
        assert result.origin.package.name in names


def test_licenses_are_counted_by_family():
    result = run(
        shelf(
            document("pkg:pypi/a@1", released="2010-01-01"),
            document("pkg:pypi/a@2", released="2011-01-01"),
            document("pkg:pypi/b@1", license_="GPL-3.0-only"),
            document("pkg:pypi/c@1", license_=""),
            document("pkg:pypi/d@1"),
        )
    )
    assert result.licenses_seen == (("MIT", 2), ("GPL-3.0-only", 1), ("NOASSERTION", 1))
    assert sum(n for _, n in result.licenses_seen) == result.families


def test_points_halve_so_that_the_sum_ranks_as_the_rules_do():
    points = [rule.points for rule in ranking._RULES]
    for at, point in enumerate(points):
        assert point == 0 or point > sum(points[at + 1 :])
    assert sum(points) <= 1


class Indexed(Shelf):
    """A catalogue that finds a file by its path, and counts how often it is asked."""

    calls = 0

    def content_at(self, purl, path):
        self.calls += 1
        expected = [
            number
            for number, (documents, _) in enumerate(self.contents)
            for each in documents
            if (each.origin.package.purl, each.origin.path) == (purl, path)
        ]
        return expected[0] if expected else None


@pytest.mark.parametrize("listed", [b"requests==2.31.0\n", b""])
def test_the_list_beside_a_copy_is_looked_up_once_for_many_files(listed):
    catalogue = Indexed(
        ((document("pkg:pypi/pip@24", path="pip/_vendor/requests/a.py"),), PASSAGE),
        ((document("pkg:pypi/pip@24", path="pip/_vendor/vendor.txt"),), listed),
    )
    for _ in range(3):
        result = attribution.attribute(_match(), catalogue, SNIPPET)
    assert catalogue.calls == 1
    message = [r for r in result.reasons if "requests 2.31.0" in r]
    assert bool(message) == bool(listed)


def _match(count=1):
    start = SNIPPET.content.find(PASSAGE)
    holders = tuple(MatchLocation(number, Span(0, len(PASSAGE))) for number in range(count))
    return Match("s", MatchKind.VERBATIM, Span(start, start + len(PASSAGE)), 9, holders, count)
