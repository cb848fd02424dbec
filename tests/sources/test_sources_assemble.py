# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every file of a package comes out once, as a document or as a reason."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from codescan.records import Document, Package, Skipped
from codescan.sources import assemble
from codescan.sources.assemble import Unread, documents, packaged

PACKAGE = Package("pkg:generic/x@1", "x", "1", "generic/x")
CODE = b"def f(x):\n    return x + 1\n"
NOTICE = """Copyright 2021 Ada Example

Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
compliance with the License. You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0
"""
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["a.py", "b.c", "c.png", "LICENSE", "d.json", "e", "f/a.py"]),
        st.one_of(st.just(CODE), st.binary(max_size=60)),
    ),
    max_size=8,
)


@given(ENTRIES)
def test_every_entry_comes_out_once_and_ids_are_unique(entries):
    items = list(documents(PACKAGE, entries, {}))
    assert len(items) == len(entries)
    ids = [item.id for item in items if isinstance(item, Document)]
    assert len(set(ids)) == len(ids)
    for (path, content), item in zip(entries, items, strict=True):
        if isinstance(item, Document):
            assert (item.origin.path, item.content) == (path, content)
        else:
            assert item.item == f"pkg:generic/x@1#{path}"


def test_reasons_that_need_the_language():
    entries = [("a.json", b'{"a": 1}\n'), ("b.weird", b"hello\n"), ("LICENSE.weird", b"MIT\n")]
    items = list(documents(PACKAGE, entries, {}))
    assert [item.reason for item in items[:2]] == ["data", "unknown-language"]
    assert items[2].language == "prose"
    assembled = list(documents(PACKAGE, entries[:1], {}, data=True))
    assert isinstance(assembled[0], Document)


def test_what_was_not_read_keeps_its_reason_and_stage():
    entries = [Unread("a.py", "too-large", "9 bytes"), Unread("", "corrupt-archive", stage="fetch")]
    assert list(documents(PACKAGE, entries, {})) == [
        Skipped("pkg:generic/x@1#a.py", "read", "too-large", "9 bytes"),
        Skipped("pkg:generic/x@1", "fetch", "corrupt-archive"),
    ]


def test_a_license_that_comes_last_still_counts():
    entries = [("a.py", CODE), ("LICENSE", NOTICE.encode())]
    items = list(packaged(lambda: iter(entries), lambda _: PACKAGE))
    assert items[0].licenses[0].expression == "Apache-2.0"
    assert "Ada Example" in items[0].origin.package.copyrights[0]


def test_a_package_larger_than_the_budget_is_read_twice_with_the_same_result(monkeypatch):
    entries = [(f"m{i}.py", CODE) for i in range(50)] + [("LICENSE", NOTICE.encode())]
    opened = []

    def read():
        opened.append(1)
        return iter(entries)

    once = list(packaged(read, lambda _: PACKAGE))
    assert len(opened) == 1
    monkeypatch.setattr(assemble, "_BUDGET", 100)
    assert list(packaged(read, lambda _: PACKAGE)) == once
    assert len(opened) == 3
    assert len({item.id for item in once}) == 51
    assert {item.licenses[0].expression for item in once} == {"Apache-2.0"}


def test_metadata_goes_to_the_description_not_to_the_licenses():
    entries = [("PKG-INFO", b"SPDX-License-Identifier: ISC\n"), ("a.py", CODE)]
    seen = {}

    def describe(side):
        seen.update(side)
        return PACKAGE

    items = list(packaged(lambda: iter(entries), describe, side_files=frozenset(("PKG-INFO",))))
    assert set(seen) == {"PKG-INFO"}
    assert items[1].licenses == ()
    assert items[1].origin.sha256 == hashlib.sha256(CODE).hexdigest()
