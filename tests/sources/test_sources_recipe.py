# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recipes load by name and path, open, and say plainly what is wrong with them."""

from __future__ import annotations

import hashlib
import json

import pytest

from codescan.errors import ConfigError, UsageError
from codescan.protocols import Source
from codescan.records import Document, Skipped
from codescan.sources.downloads import Fetched
from codescan.sources.recipe import fetch, load_recipe, recipes

SHIPPED = [
    "copyleft-debian", "copyleft-npm", "copyleft-pypi", "debian-c", "demo", "installed", "lab-ci",
    "lab-cpu", "texts", "the-stack-v2", "top-crates", "top-go", "top-maven", "top-npm", "top-pypi",
]  # fmt: skip


def test_the_shipped_recipes_open():
    shipped = recipes()
    assert [recipe.name for recipe in shipped] == SHIPPED
    for recipe in shipped:
        assert recipe.description
        assert all(isinstance(source, Source) for source in recipe.open())
        assert load_recipe(recipe.name) == recipe
        json.dumps(recipe.as_mapping())


def test_the_registries_recipes_are_fixed_in_time():
    for name, least in (("top-pypi", 100), ("top-npm", 60), ("debian-c", 40)):
        (source,) = load_recipe(name).open()
        assert len(source.packages) >= least
        assert list(source.packages) == sorted(source.packages, key=str.casefold)
    assert load_recipe("top-pypi").open()[0].before == "2024-01-01"
    assert all("@" in item[1:] for item in load_recipe("top-npm").open()[0].packages)


def test_the_default_reads_this_machine():
    (source,) = load_recipe("installed").open()
    assert source.stdlib
    first = next(item for item in source.documents() if isinstance(item, Document))
    assert first.origin.package.purl.startswith("pkg:pypi/")


def test_a_folder_a_dataset_and_a_file_are_recipes(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"content": "x = 1\\n", "path": "a.py"}\n')
    recipe = tmp_path / "mine.toml"
    recipe.write_text(
        f'description = "Mine"\n[[sources]]\nkind = "directory"\npath = "{tmp_path}"\n'
    )
    for name, path in ((tmp_path.name, tmp_path), ("rows", rows), ("mine", recipe)):
        loaded = load_recipe(str(path))
        assert loaded.name == name
        documents = [item for item in loaded.open()[0].documents() if isinstance(item, Document)]
        assert [document.content for document in documents] == [b"x = 1\n"]


@pytest.mark.parametrize(
    ("text", "says", "hints"),
    [
        ("x", "not a TOML file", ""),
        ('title = "x"', "unknown key 'title'", "description"),
        ("[[sources]]\nkind = 'pypi'", "`description` is missing", "description"),
        ('description = "x"', "no [[sources]]", "add"),
        ('description = "x"\n[[sources]]\npath = "x"', "`kind` is missing", "pypi"),
        ('description = "x"\n[[sources]]\nkind = "pypii"', "no source called 'pypii'", "'pypi'"),
        (
            'description = "x"\n[[sources]]\nkind = "pypi"\npackage = ["x"]',
            "no key 'package'",
            "'packages'",
        ),
        ('description = "x"\n[[sources]]\nkind = "pypi"', "`packages` is missing", ""),
        ('description = "x"\n[[sources]]\nkind = "pypi"\npackages = 3', "wrong type", "each text"),
        ('description = "x"\n[[sources]]\nkind = "npm"\npackages = ["a b"]', "'a b'", ""),
        (
            'description = "x"\n[[sources]]\nkind = "directory"\npath = "x"\ndata = 1',
            "wrong type",
            "true or false",
        ),
    ],
)
def test_mistakes_are_named_with_file_and_key(tmp_path, text, says, hints):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_recipe(str(path)).open()
    assert says.replace("`packages`", "the key 'packages'") in caught.value.message
    assert str(path) in caught.value.message
    assert hints in caught.value.hint


def test_an_unknown_name_gets_a_suggestion(tmp_path):
    with pytest.raises(UsageError) as caught:
        load_recipe("instaled")
    assert "'installed'" in caught.value.hint
    with pytest.raises(UsageError):
        load_recipe(str(tmp_path / "none.toml"))


def test_fetch_reports_each_package_and_goes_on(tmp_path, server, tarball):
    sdist = tarball({"ex-1.0/m.py": b"x = 1\n"})
    digest = hashlib.sha256(sdist).hexdigest()
    server.routes["/f/ex-1.0.tar.gz"] = sdist
    page = f'<a href="/f/ex-1.0.tar.gz#sha256={digest}">ex-1.0.tar.gz</a>'.encode()
    server.routes["/simple/ex/"] = ("text/html", page)
    path = tmp_path / "mine.toml"
    path.write_text(
        'description = "Mine"\n'
        '[[sources]]\nkind = "pypi"\npackages = ["ex", "gone"]\n'
        f'index_url = "{server.url}/simple"\n'
        f'[[sources]]\nkind = "debian"\npackages = ["zz"]\nmirror = "{server.url}"\n'
        f'[[sources]]\nkind = "directory"\npath = "{tmp_path}"\n'
    )
    seen = []
    cache = tmp_path / "cache"
    outcomes = fetch(load_recipe(str(path)), cache, seen.append)
    assert tuple(seen) == outcomes
    assert [type(outcome) for outcome in outcomes] == [Fetched, Skipped, Skipped]
    assert outcomes[0].files[0].is_relative_to(cache)
    server.routes.clear()  # from here on the cache must do
    source = load_recipe(str(path)).open(cache)[0]
    assert any(isinstance(item, Document) for item in source.documents())


def test_a_recipe_is_kept_without_credentials(tmp_path):
    (tmp_path / "own.toml").write_text(
        'description = "own"\n[[sources]]\nkind = "pypi"\npackages = ["requests"]\n'
        'index_url = "https://ada:s3cret@example.org/simple"\n',
        encoding="utf-8",
    )
    recipe = load_recipe(str(tmp_path / "own.toml"))
    assert "s3cret" not in json.dumps(recipe.as_mapping())
    assert "https://example.org/simple" in json.dumps(recipe.as_mapping())
    assert recipe.sources[0].options["index_url"] == "https://ada:s3cret@example.org/simple"
