# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The file that holds most of a passage is its origin; what everybody writes is no copy."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from stdlib_index import document

from codescan.matchers.renamed import RenamedMatcher
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Finding, Grade, Snippet


def findings(index, text, language="python"):
    matchers = [VerbatimMatcher(index), RenamedMatcher(index)]
    snippet = Snippet("s", text.encode() if isinstance(text, str) else text, language)
    return [f for f in scan([snippet], index, matchers) if isinstance(f, Finding)]


def test_a_module_is_the_origin_before_the_bundles_made_of_it(make_index, library):
    module = library["shlex.py"][2000:4000]
    inner = b"\n".join(module.splitlines()[1:-1])  # a bundler drops the first and last line
    filler = b"\n".join(b"value_%d = compute(%d, origin)" % (i, i) for i in range(300))
    bundles = [
        document(f"dist/{n}.py", filler + b"\n%d\n" % n + inner + b"\n", "shlex") for n in range(6)
    ]
    index = make_index([*bundles, document("src/module.py", module, "shlex")])
    (finding,) = findings(index, module)
    assert finding.attribution.origin.path == "src/module.py"


def test_a_file_is_the_origin_before_a_bundle_with_a_copyright_line(make_index, library):
    module = library["heapq.py"][9000:11000]
    bundle = b"# Copyright 2020 heap authors\n" + b"\n".join(module.splitlines()[1:-1]) + b"\n"
    owned = replace(document("all.py", bundle, "heap"), copyrights=("Copyright 2020 heap",))
    index = make_index([owned, document("src/module.py", module, "heap")])
    (finding,) = findings(index, module)
    assert finding.attribution.origin.path == "src/module.py"


def test_names_that_were_all_renamed_say_nothing(make_index):
    listed = [f"    Error{word}," for word in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    index = make_index([document("a.py", "\n".join(listed).encode(), "a")])
    other = "\n".join(f"    handle_{number}_event," for number in range(26))
    assert all(f.grade not in (Grade.A, Grade.B) for f in findings(index, other))
    (same,) = findings(index, "\n".join(listed))
    assert same.grade is Grade.C  # a list needs more than its names in order
    assert same.grade_reasons == ("a list of names",)


def test_imports_are_identified_by_their_tokens_not_by_the_lines_around_them(make_index):
    text = (
        "from collections.abc import (\n    Callable, Iterable, Iterator, Mapping,\n"
        "    MutableMapping, Sequence, Set, Sized, Reversible, Collection,\n)\n"
        "import os.path, sys, json, base64, binascii, contextlib\n"
        + "# a comment between\n" * 8
        + "LIMIT = 3\n"
    )
    index = make_index([document("a.py", text.encode(), "a")])
    (finding,) = findings(index, text)
    assert finding.grade is Grade.C
    assert "import block" in finding.grade_reasons[0]


@pytest.mark.parametrize("lines", range(3, 14))
@pytest.mark.parametrize("common", ["imports", "rows of signs"])
def test_code_behind_common_lines_is_still_a_copy(make_index, library, common, lines):
    """A copy often begins with the imports or with a banner of its file."""
    names = "".join(f"    name_{n}, OTHER_{n}, third{n},\n" for n in range(40))
    before = {
        "imports": f"import os\nfrom package.module import (\n{names})\n\n",
        "rows of signs": ("=" * 60 + "\n") * 12,
    }[common]
    function = library["heapq.py"].split(b"def nsmallest(")[1].splitlines(keepends=True)
    code = b"def nsmallest(" + b"".join(function[:1] + function[5 : 5 + lines])
    index = make_index([document("a.py", before.encode() + code, "a")])
    alone = [each.grade for each in findings(index, code) if each.tokens > 31]
    together = [each.grade for each in findings(index, before.encode() + code)]
    assert lines < 6 or Grade.A in alone
    assert not alone or min(together) <= min(alone)


def test_a_license_file_is_no_copied_work_whatever_it_says(make_index):
    text = "This house permits guests to read every book that they find on its shelves, provided "
    text += "that they put each of them back where it stood, and that they tell the librarian. " * 4
    index = make_index([document("LICENSE", text.encode(), "a", "prose")])
    (finding,) = findings(index, text, "prose")
    assert finding.grade is Grade.C


def test_a_language_that_is_not_told_is_read_as_the_origin_was(make_index):
    rust = (
        "#[derive(Debug)]\npub struct Gate<'a> { width: &'a str, open: bool }\n"
        "#[inline]\nimpl<'a> Gate<'a> {\n    pub fn shut(&'a mut self) -> &'a str {\n"
        "        self.open = false; // gently\n        self.width\n    }\n}\n"
    )
    index = make_index([document("gate.rs", rust.encode(), "gate", "rust")])
    (finding,) = findings(index, rust, None)
    assert finding.region.start_line == 1
    assert finding.region.end_line == 9
