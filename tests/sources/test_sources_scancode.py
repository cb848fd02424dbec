# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Claims of a ScanCode scan count; foreign, damaged and hostile files are refused plainly."""

from __future__ import annotations

import hashlib
import io
import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.errors import ConfigError, SourceError
from codescan.protocols import Source
from codescan.records import Document, LicenseBasis
from codescan.sources import json_elements
from codescan.sources.directory import DirectorySource
from codescan.sources.json_elements import elements
from codescan.sources.recipe import fetch, load_recipe
from codescan.sources.scancode import ScancodeSource, import_scan
from codescan.text import json_reader

TOOL = '{"headers": [{"tool_name": "t"}], "files": '
CODE = b"def f(x):\n    return x + 1\n"
HEADERS = [{"tool_name": "scancode-toolkit", "tool_version": "32.3.0"}]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))


def file(path, expression="GPL-2.0-or-later", content=None, matcher="2-aho", **more):
    match = {
        "rule_identifier": "gpl-2.0-plus_4.RULE", "matcher": matcher,
        "start_line": 1, "end_line": 9, "score": 100.0,
    }  # fmt: skip
    sha1 = hashlib.sha1(content or b"", usedforsecurity=False).hexdigest()
    hashes = {"sha1": sha1} if content is not None else {}
    return {
        "path": path,
        "type": "file",
        "detected_license_expression_spdx": expression,
        "license_detections": [{"matches": [match]}] if expression else [],
        "copyrights": [{"copyright": "Copyright (c) 1999 Ada", "start_line": 1}],
        **hashes,
        **more,
    }


def folder(path):
    return {"path": path, "type": "directory", "detected_license_expression_spdx": None}


def scan(tmp_path, *files, headers=HEADERS, **more):
    path = tmp_path / "scan.json"
    path.write_text(json.dumps({"headers": headers, **more, "files": files}), encoding="utf-8")
    return path


def tree(tmp_path, **contents):
    root = tmp_path / "product"
    for name, content in contents.items():
        place = root / name.replace("__", "/").replace("_py", ".py")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return DirectorySource(str(root))


def read(source, path):
    return {d.origin.path: d for d in ScancodeSource(source, str(path)).documents()
            if isinstance(d, Document)}  # fmt: skip


def test_a_scans_licenses_and_holders_are_those_of_the_file(tmp_path):
    source = tree(tmp_path, a_py=CODE, src__b_py=CODE + b"\n")
    path = scan(
        tmp_path, folder("product"), file("product/a.py"), folder("product/src"),
        file("product/src/b.py", None, copyrights=[]),
    )  # fmt: skip
    documents = read(source, path)
    (claim,) = documents["a.py"].licenses
    assert (claim.expression, claim.basis) == ("GPL-2.0-or-later", LicenseBasis.FILE_HEADER)
    assert claim.category == "strong-copyleft"
    assert claim.evidence == (
        "scancode-toolkit 32.3.0: rule gpl-2.0-plus_4.RULE, lines 1-9, score 100"
    )
    assert documents["a.py"].copyrights == ("Copyright (c) 1999 Ada",)
    assert documents["src/b.py"].licenses == ()


def test_a_file_is_known_by_its_hash_wherever_it_lies(tmp_path):
    source = tree(tmp_path, a_py=CODE)
    path = scan(tmp_path, folder("elsewhere"), file("elsewhere/x/y.py", content=CODE))
    assert read(source, path)["a.py"].licenses[0].expression == "GPL-2.0-or-later"


def test_a_scan_of_another_state_of_the_file_says_nothing(tmp_path):
    source = tree(tmp_path, a_py=CODE)
    path = scan(tmp_path, folder("product"), file("product/a.py", content=b"older"))
    assert read(source, path)["a.py"].licenses == ()


@pytest.mark.parametrize("hashed", [False, True])
def test_license_files_that_only_the_scan_knows_speak_for_their_folder(tmp_path, hashed):
    own, sub = b"Rules of the house: be kind to the cat, always.\n" * 9, CODE + b"# other\n"
    source = tree(tmp_path, LICENSE=own, a_py=CODE, sub__b_py=sub)
    content = {"a": CODE, "b": sub, "own": own} if hashed else dict.fromkeys(("a", "b", "own"))
    above = "elsewhere" if hashed else "product"
    path = scan(
        tmp_path, folder(above),
        file(f"{above}/LICENSE", "LicenseRef-scancode-cats", content["own"]),
        file(f"{above}/a.py", None, content["a"]), file(f"{above}/sub/b.py", "MIT", content["b"]),
    )  # fmt: skip
    documents = read(source, path)
    bases = {
        name: [(c.basis.value, c.expression) for c in documents[name].licenses]
        for name in documents
    }
    assert bases["a.py"] == [("license-file", "LicenseRef-scancode-cats")]
    assert bases["sub/b.py"] == [
        ("file-header", "MIT"), ("license-file", "LicenseRef-scancode-cats"),
    ]  # fmt: skip


def test_a_license_file_that_codescan_knows_needs_no_scan(tmp_path):
    from codescan.licenses.spdx_list import license_text

    source = tree(tmp_path, LICENSE=license_text("MIT").encode(), a_py=CODE)
    path = scan(tmp_path, folder("product"), file("product/LICENSE", "ISC"),
                file("product/a.py", None))  # fmt: skip
    assert [c.expression for c in read(source, path)["a.py"].licenses] == ["MIT"]


@pytest.mark.parametrize("above", ["", "/srv/work/product/", "product/"])
def test_stripped_full_and_usual_roots(tmp_path, above):
    source = tree(tmp_path, product__a_py=CODE, b_py=CODE + b"#\n")
    listed = [folder(above.rstrip("/"))] if above else []
    path = scan(
        tmp_path, *listed, folder(f"{above}product"), file(f"{above}product/a.py", "MIT"),
        file(f"{above}b.py", "ISC"),
    )  # fmt: skip
    documents = read(source, path)
    assert documents["product/a.py"].licenses[0].expression == "MIT"
    assert documents["b.py"].licenses[0].expression == "ISC"


def test_the_files_own_tag_stays_the_most_specific(tmp_path):
    mark = b"# SPDX" + b"-License-Identifier: MIT\n"
    source = tree(tmp_path, a_py=mark + CODE)
    path = scan(tmp_path, folder("product"), file("product/a.py"))
    bases = [(c.basis, c.expression) for c in read(source, path)["a.py"].licenses]
    assert bases == [(LicenseBasis.FILE_TAG, "MIT"), (LicenseBasis.FILE_HEADER, "GPL-2.0-or-later")]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("MIT AND LicenseRef-scancode-unknown-license-reference", "MIT"),
        ("LicenseRef-scancode-unknown-license-reference", None),
        ("MIT OR LicenseRef-scancode-unknown-license-reference", None),
        ("LicenseRef-scancode-public-domain", "LicenseRef-scancode-public-domain"),
        ("what is this", "NOASSERTION"),
        ("", None),
        (7, None),
    ],
)
def test_pointers_to_other_files_claim_nothing(tmp_path, stated, expected):
    source = tree(tmp_path, a_py=CODE)
    path = scan(tmp_path, folder("product"), file("product/a.py", stated))
    claims = read(source, path)["a.py"].licenses
    assert [c.expression for c in claims] == ([expected] if expected else [])


def test_the_expression_of_a_tag_counts_as_a_tag(tmp_path):
    source = tree(tmp_path, a_py=CODE)
    path = scan(tmp_path, folder("product"), file("product/a.py", matcher="1-spdx-id"))
    assert read(source, path)["a.py"].licenses[0].basis is LicenseBasis.FILE_TAG


def test_parts_are_sources_that_other_processes_can_open(tmp_path):
    source = ScancodeSource(
        tree(tmp_path, a_py=CODE), str(scan(tmp_path, folder("product"), file("product/a.py")))
    )
    assert isinstance(source, Source)
    (part,) = pickle.loads(pickle.dumps(list(source.parts())))  # noqa: S301 - our own
    (document,) = part.documents()
    assert document.licenses
    assert list(source.documents()) == [document]


def test_a_recipe_names_the_scan_for_any_kind_of_source(tmp_path):
    tree(tmp_path, a_py=CODE)
    path = scan(tmp_path, folder("product"), file("product/a.py"))
    recipe = tmp_path / "r.toml"
    text = (
        f'description = "d"\n[[sources]]\nkind = "directory"\npath = "{tmp_path / "product"}"\n'
        f'scancode = "{path}"\n'
    )
    recipe.write_text(text)
    loaded = load_recipe(str(recipe))
    (document,) = loaded.open()[0].documents()
    assert document.licenses[0].expression == "GPL-2.0-or-later"
    assert loaded.as_mapping()["sources"][0]["scancode"] == str(path)
    assert fetch(loaded) == ()
    recipe.write_text(text.replace(f'scancode = "{path}"', "scancode = 3"))
    with pytest.raises(ConfigError, match="scancode = 3"):
        load_recipe(str(recipe)).open()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected"),
        ("[]", "'{' expected"),
        ("{", "not ScanCode's JSON"),
        ('{"files": [', "not ScanCode's JSON"),
        ('{"files": []}', "it names no files"),
        ('{"files": [{"path": "a", "type": "file"}]}', "no header"),
        ('{"bomFormat": "CycloneDX", "components": [{}]}', "it names no files"),
        ('{"x": ' + "[" * 100_000, "nested too deeply"),
        (TOOL + '[{"path": "a", "type": "file"}]}',
         "no license detections"),
        (TOOL + '[{"type": "file", "path": "", "licenses": 0}]}',
         "before 32"),
        (TOOL + '[{"path": 7, "type": "file"}]}',
         "without a path"),
    ],
)  # fmt: skip
def test_what_is_no_scan_is_refused_by_name(tmp_path, text, words):
    path = tmp_path / "scan.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"scan\.json") as caught:
        import_scan(path)
    assert words in caught.value.message
    assert caught.value.hint
    assert not list((tmp_path / "cache" / "scancode").glob("*"))


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path):
    path = tmp_path / "scan.json"
    with pytest.raises(SourceError, match="cannot be read"):
        import_scan(path)
    path.write_bytes(b'{"files": ["\xff"]}')
    with pytest.raises(SourceError, match="not UTF-8"):
        import_scan(path)


def test_one_enormous_element_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_elements, "MAX_ELEMENT", 1000)
    monkeypatch.setattr(json_reader, "_CHUNK", 100)
    path = scan(tmp_path, file("a.py", padding="x" * 5000))
    with pytest.raises(SourceError, match="one element has more than"):
        import_scan(path)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=4), values, max_size=4), st.integers(1, 7), st.booleans())
def test_elements_are_those_of_the_whole_object(data, chunk, indented):
    text = json.dumps(data, indent=2 if indented else None, ensure_ascii=False)
    expected = [
        (key, each)
        for key, value in data.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    before, json_reader._CHUNK = json_reader._CHUNK, chunk
    try:
        assert list(elements(io.StringIO(text, newline=""))) == expected
    finally:
        json_reader._CHUNK = before
