# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Copies of one package under other names count as one family; strangers do not."""

from __future__ import annotations

import hashlib

import pytest

from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Document, Finding, Grade, Origin, Package, Snippet

SHARED = "\n".join(
    f"def berth_{n}(ledger, harbor={n}):\n"
    f"    pilot = ledger.pilot_{n}(harbor, 'tide {n * 7}')\n"
    f"    return pilot.moor(at={n * 3}) if pilot else harbor - {n * 11}\n"
    for n in range(8)
)


def own(name, number):
    return f"def {name}_{number}(x):\n    return x * {number} + len({name!r})\n"


def package(name, files):
    pkg = Package(f"pkg:pypi/{name}@1", name, "1", f"pypi/{name}")
    for path, text in files.items():
        content = text.encode()
        origin = Origin(pkg, path.replace("NAME", name), hashlib.sha256(content).hexdigest())
        yield Document(content, "python", origin)


def forks(names, changed=0, own_files=9, renamed_folder=False):
    for name in names:
        folder = "NAME" if renamed_folder else "lib"
        files = {f"{folder}/shared.py": SHARED}
        files |= {
            f"{folder}/part{n}.py": own(name if n < changed else "part", n)
            for n in range(own_files)
        }
        yield from package(name, files)


def families(index):
    snippet = Snippet("s", SHARED.encode(), "python")
    (finding,) = (
        f for f in scan([snippet], index, [VerbatimMatcher(index)]) if isinstance(f, Finding)
    )
    assert finding.grade is Grade.A
    return finding.spread.families


FOUR = ("alder", "birch", "cedar", "dogwood")


@pytest.mark.parametrize("changed", [0, 1, 3])
def test_four_forks_are_one_family(make_index, changed):
    assert families(make_index(list(forks(FOUR, changed)))) == 1


def test_forks_whose_every_file_was_changed_have_the_same_paths(make_index):
    documents = list(forks(FOUR, changed=12, own_files=12, renamed_folder=True))
    assert families(make_index(documents)) == 1


def test_packages_that_share_one_file_of_many_are_strangers(make_index):
    documents = [
        document
        for name in FOUR
        for document in package(
            name,
            {"lib/shared.py": SHARED} | {f"{name}/{name}{n}.py": own(name, n) for n in range(9)},
        )
    ]
    assert families(make_index(documents)) == len(FOUR)


def test_a_stranger_among_forks_counts_by_itself(make_index):
    documents = [*forks(FOUR), *package("elm", {"x/shared.py": SHARED, "x/elm.py": own("elm", 1),
                                                "x/more.py": own("elm", 2)})]  # fmt: skip
    assert families(make_index(documents)) == 2


def test_a_package_that_holds_a_whole_other_one_is_no_copy_of_it(make_index):
    small = list(package("fir", {"fir/shared.py": SHARED, "fir/fir.py": own("fir", 1)}))
    large = {"fir/shared.py": SHARED, "fir/fir.py": own("fir", 1)}
    large |= {f"grove/g{n}.py": own("grove", n) for n in range(12)}
    assert families(make_index([*small, *package("grove", large)])) == 2
