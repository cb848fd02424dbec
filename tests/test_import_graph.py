# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The graph of imports, with those in functions and those for type checkers only.

`lint-imports` holds the folders to their layers by the same graph. Here: no two modules import each
other, and nothing imports in a way that the graph does not show.
"""

from __future__ import annotations

import ast
import graphlib
import re
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "codescan").rglob("*.py"))
NAMES = re.compile(r"codescan(\.[a-z_0-9]+)+(:[A-Za-z_]+)?")
"""Texts that may be the name of a module, with or without what is taken from it."""
PLUG_INS = "codescan.registry"
"""The table of plug-ins: a layer asks it for another one's class by the name that a user gave."""


@pytest.fixture(scope="module")
def imports():
    graph = grimp.build_graph("codescan", cache_dir=None)
    return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}


def test_no_module_imports_itself_over_others(imports):
    assert len(imports) > 500
    order = list(graphlib.TopologicalSorter(imports).static_order())  # raises CycleError
    assert set(order) >= set(imports)


def test_the_graph_shows_imports_in_functions_and_for_types(imports):
    """Else the test above, and the layers, would say nothing about them."""
    assert "codescan.app.check_marks" in imports["codescan.app.check"]
    assert "codescan.app.check_options" in imports["codescan.app.check"]


def test_the_command_line_decides_nothing():
    """Use cases check options and choose exit codes; commands read options and print."""
    deciding = {"codescan.errors", "codescan.app.outcome"}
    own = {"console.py", "crash.py", "entry.py", "signals.py", "system_trouble.py"}
    for path in (ROOT / "codescan" / "cli").glob("*.py"):
        if path.name in own:  # what ends a program, and bytes on a terminal
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module in deciding:
                names = {each.name for each in node.names} - {"exit_code"}
                assert not names, f"{path.name} imports {names}"
            if isinstance(node, ast.Raise):
                assert "click.BadParameter" in ast.unparse(node), path.name


@pytest.fixture(scope="module")
def nodes():
    """The imports and the texts of each file."""
    kinds = ast.Import | ast.ImportFrom | ast.Constant
    return {
        path: [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, kinds)]
        for path in SOURCES
    }


def modules_in_texts(nodes, modules):
    """Yield modules that texts name, to be imported when they are needed."""
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        name = text.partition(":")[0] if isinstance(text, str) and NAMES.fullmatch(text) else ""
        if name in modules:
            yield name


def test_a_name_in_a_text_leads_downward(imports, nodes):
    """Modules that are imported by name are of the same folder, or of a layer below."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    rank = {name: at for at, layer in enumerate(layers) for name in layer.split(" | ")}
    checked = 0
    for path in SOURCES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        importer = ".".join(parts).removesuffix(".__init__")
        if importer in ("codescan", PLUG_INS):
            continue
        for name in modules_in_texts(nodes[path], imports):
            one, other = importer.split(".")[1], name.split(".")[1]
            assert one == other or rank[one] < rank[other], f"{importer} names {name}"
            checked += 1
    assert checked > 10


def imported(nodes):
    """Yield the modules that import statements name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def users(module, nodes):
    """Files of the package that import a module."""
    package = ROOT / "codescan"
    return {
        path.relative_to(package).as_posix() for path in SOURCES if module in imported(nodes[path])
    }


def test_one_reader_of_tar_archives(nodes):
    assert users("tarfile", nodes) == set()
    assert users("codescan.sources.tar_stream", nodes) == {"sources/archives.py"}
    native = [path.name for path in SOURCES if "_native.tar_entries" in path.read_text("utf-8")]
    assert native == ["tar_stream.py"]


def test_one_module_runs_git(nodes):
    """The others run pip."""
    assert users("subprocess", nodes) == {
        "git/command.py", "models/loading/pypi_weights.py", "sources/pypi_index.py"
    }  # fmt: skip
    for library in ("git", "pygit2", "dulwich.repo"):
        assert users(library, nodes) == set()
    spawns = re.compile(r"\bos\.(system|popen|exec[lv]|spawn)|shell=True")
    assert [path for path in SOURCES if spawns.search(path.read_text("utf-8"))] == []
