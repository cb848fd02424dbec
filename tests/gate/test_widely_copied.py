# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Passages that many independent projects hold are judged by the licenses of all of them."""

from __future__ import annotations

import itertools
import json

import pytest
from harbor_texts import COPY
from msgspec import structs

from codescan.gate.policy_result import with_policy
from codescan.gate.project import Project
from codescan.gate.widely_copied import has_trustworthy_origin
from codescan.licenses.categories import category
from codescan.licenses.policy import Policy, Rules
from codescan.records import Contribution, LicenseBasis, LicenseClaim, Spread

PERMISSIVE = ("MIT", "BSD-3-Clause", "ISC", "Apache-2.0")
MIXED = ("MIT", "GPL-3.0-only", "MIT", "BSD-3-Clause")


def holders(tmp_path, licenses):
    """Build an index of one package for each license, all with the same function."""
    from codescan.__main__ import main

    out = tmp_path / "index"
    for number, name in enumerate(licenses):
        folder = tmp_path / f"holder{number}"
        folder.mkdir()
        tag = "SPDX-" + f"License-Identifier: {name}"
        own = "".join(f"alone_{number}_{n} = own_{number}({n})\n" for n in range(40))
        (folder / f"part{number}.py").write_text(f"# {tag}\n\n{own}\n\n{COPY}")
        command = ["build", "--out", str(out)] if number == 0 else ["add", str(out)]
        assert main(["index", *command, "--corpus", str(folder), "-q"]) == 0
    return out


def check_copy(work, index, capfd):
    from codescan.__main__ import main

    work.stage("b.py", "b = 1\n\n" + COPY)
    capfd.readouterr()
    code = main(["check", "--staged", "--index", str(index), "--format", "json"])
    (finding,) = json.loads(capfd.readouterr().out)["findings"]
    return code, finding


@pytest.mark.parametrize(
    ("licenses", "state"),
    [
        (PERMISSIVE, "ok-with-obligations"),
        (("AGPL-3.0-only",) * 4, "conflict"),
        (MIXED, "review"),
        (MIXED[::-1], "review"),
        ((*PERMISSIVE, "AGPL-3.0-only"), "review"),
        (("MIT", "MIT", "MIT", "LicenseRef-Secret"), "review"),
    ],
)
def test_alike_licenses_decide_and_mixed_ones_are_reviewed(
    work, tmp_path, capfd, licenses, state
):  # fmt: skip
    code, finding = check_copy(work, holders(tmp_path, licenses), capfd)
    assert finding["spread"]["families"] == len(licenses)
    assert finding["policy"]["state"] == state
    assert code == 1  # whatever has obligations fails until they are met


def test_a_dependency_is_a_trustworthy_origin(sample_finding):
    """The holder that the project declares to use decides, whatever the others are under."""
    finding = spread_over(sample_finding, MIXED, rule="declared", points=0.5)
    assert state_of(finding) == "ok-with-obligations"


def spread_over(finding, licenses, *, rule="package-url", points=0.0, ambiguous=False, **texts):
    """The finding, held by one family for each license; `rule` decides for the first."""
    claim = LicenseClaim(licenses[0], LicenseBasis.FILE_TAG, "", category(licenses[0]))
    read = Contribution(rule, texts.get("origin", "x"), texts.get("runner_up", "y"), points)
    attribution = structs.replace(
        finding.attribution,
        license=claim,
        claims=(claim,),
        licenses_seen=tuple((name, 1) for name in licenses),
        families=len(licenses),
        ambiguous=ambiguous,
        contributions=(read,),
    )
    spread = Spread(len(licenses), tuple(sorted(set(map(category, licenses)))))
    return structs.replace(finding, attribution=attribution, spread=spread)


def state_of(finding, content=b"x = 1\n", **policy):
    policy = Policy(project_license="MIT", **policy)
    return with_policy(finding, content, policy, Project()).policy.state


@pytest.mark.parametrize(
    ("rule", "points", "texts", "trusted"),
    [
        ("declared", 0.5, {}, True),
        ("pointer", 0.25, {}, True),
        ("not-vendored", 0.125, {}, True),
        ("owner", 0.015, {}, True),
        ("earliest", 0.03, {"origin": "2010-01-01", "runner_up": "2012-01-01"}, True),
        ("earliest", 0.03, {"origin": "2010-01-01", "runner_up": ""}, False),
        ("coverage", 0.06, {}, False),
        ("registry", 0.0, {}, False),
        ("package-url", 0.0, {}, False),
        ("declared", -0.5, {}, False),
    ],
)
def test_evidence_makes_an_origin_trustworthy(sample_finding, rule, points, texts, trusted):
    finding = spread_over(sample_finding, MIXED, rule=rule, points=points, **texts)
    assert has_trustworthy_origin(finding.attribution) is trusted
    assert state_of(finding) == ("ok-with-obligations" if trusted else "review")
    doubtful = structs.replace(
        finding, attribution=structs.replace(finding.attribution, ambiguous=True)
    )
    assert state_of(doubtful) == "review"


@pytest.mark.parametrize(
    "licenses", [*itertools.permutations(("MIT", "GPL-2.0-only", "X11", "ISC"))]
)
def test_the_order_of_the_holders_does_not_matter(sample_finding, licenses):
    assert state_of(spread_over(sample_finding, licenses)) == "review"


def test_one_category_whose_licenses_lead_to_different_states_is_reviewed(sample_finding):
    """Both are strong copyleft, but a project under GPL-3.0 can take in only one of them."""
    finding = spread_over(
        sample_finding, ("GPL-3.0-only", "GPL-2.0-only", "GPL-3.0-only", "GPL-3.0")
    )
    policy = Policy(project_license="GPL-3.0-only")
    assert with_policy(finding, b"", policy, Project()).policy.state == "review"


def test_few_holders_are_judged_by_their_origin(sample_finding):
    assert state_of(spread_over(sample_finding, MIXED[:3])) == "ok-with-obligations"


def test_rules_for_a_package_or_path_come_before_the_spread(sample_finding):
    finding = spread_over(sample_finding, MIXED)
    finding = structs.replace(finding, snippet_path="vendor/a.py")
    paths = Rules(paths=frozenset({"vendor/**"}))
    assert state_of(finding, allow=paths) == "ok-with-obligations"
    assert state_of(finding, deny=paths) == "conflict"


def test_tags_do_not_settle_a_passage_of_unclear_origin(sample_finding):
    finding = spread_over(sample_finding, MIXED)
    mark = "SPDX-"
    text = (
        f"# {mark}SnippetBegin\n# {mark}SnippetCopyrightText: x\n"
        f"# {mark}Snippet-License-Identifier: MIT\n{'y = 1' * 60}\n# {mark}SnippetEnd\n"
    )
    result = with_policy(finding, text.encode(), Policy(project_license="MIT"), Project()).policy
    assert result.state == "review"
    assert result.accepted == ""
