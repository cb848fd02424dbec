# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The documentation says what the program does: links, commands, options, the shipped log."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

import codescan
from codescan.cli.root import cli
from codescan.config import Config, load_config
from codescan.registry import AXES, load
from codescan.sources.recipe import load_recipe, recipes
from codescan.version import VERSION

ROOT = Path(__file__).resolve().parents[1]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def markdown(path: Path) -> str:
    return path.read_text(encoding="utf-8")


PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")])


LONGEST_PAGE = 1500
"""Words; reference pages may be longer."""


def test_a_page_is_short_enough_to_be_read():
    site = markdown(ROOT / "mkdocs.yml")
    reference = set(re.findall(r": (\S+\.md)", site[site.index("- Reference:") :]))
    words = {
        path.name: len(markdown(path).split())
        for path in (ROOT / "docs").glob("*.md")
        if path.name not in reference
    }
    assert {page: count for page, count in words.items() if count > LONGEST_PAGE} == {}


def test_every_page_of_the_documentation_is_linked_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[^)#\s]+)", markdown(ROOT / "README.md")))
    written = {name(path) for path in (ROOT / "docs").glob("*.*")}
    assert written <= linked


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_inside_the_repository_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", markdown(page)):
        address, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", address):
            continue
        file = (page.parent / address).resolve() if address else page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)$", markdown(file), flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}
            assert anchor in slugs, target


def commands(page: Path) -> list[str]:
    """Lines of the page's shell blocks that start one of our programs."""
    blocks = re.findall(
        r"^```(?:console|bash|sh)\n(.*?)^```", markdown(page), re.DOTALL | re.MULTILINE
    )
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    stripped = [line.removeprefix("$ ").strip() for line in lines]
    return [line for line in stripped if line.startswith(("codescan ", "scripts/"))]


COMMANDS = [(page, line) for page in PAGES for line in commands(page)]


@pytest.mark.parametrize(
    "line", [line for _, line in COMMANDS], ids=[f"{page.name}: {line}" for page, line in COMMANDS]
)
def test_documented_commands_parse(line):
    """Command, options, their values and all that is required, without running anything."""
    words = shlex.split(line, comments=True)
    if words[0].startswith("scripts/"):
        assert (ROOT / words[0]).is_file()
        return
    command: click.Command = cli
    while isinstance(command, click.Group) and len(words) > 1:
        subcommand = command.get_command(click.Context(command), words[1])
        if subcommand is None:
            break
        command = subcommand
        del words[1]
    assert not isinstance(command, click.Group), "no such command"
    command.make_context(words[0], words[1:])


BLOCKS = [
    (page, language, block)
    for page in PAGES
    for language, block in re.findall(
        r"^```(python|json|toml|yaml)\n(.*?)^```", markdown(page), re.DOTALL | re.MULTILINE
    )
]


@pytest.mark.parametrize(
    ("language", "block"),
    [(language, block) for _, language, block in BLOCKS],
    ids=[f"{page.name} {language}" for page, language, _ in BLOCKS],
)
def test_documented_data_and_python_is_valid(language, block):
    if language == "json":
        json.loads(block)
    elif language == "toml":
        tomllib.loads(block)
    elif language == "yaml":
        pytest.importorskip("yaml").safe_load(block)
    else:
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "codescan":
                assert hasattr(codescan, node.attr), node.attr


def test_the_readme_starts_with_the_first_result_and_names_the_scripts():
    shown = commands(ROOT / "README.md")
    assert shown[0] == "codescan demo"
    assert [line for line in shown if line.startswith("scripts/")] == [
        "scripts/demo",
        "scripts/test",
    ]


def comparison_table(page: Path) -> str:
    """The table that compares codescan with other tools, its links as those of a page in docs/."""
    (table,) = re.findall(r"^\| tool \|.*?(?=\n\n)", markdown(page), re.DOTALL | re.MULTILINE)
    return table.replace("](docs/", "](")


def test_every_statement_about_another_tool_has_its_source():
    page = markdown(ROOT / "docs/comparison.md")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    assert "read at its\nsource in November 2026" in page
    for tool, section in sections.items():
        rows = re.findall(r"^\| (?!statement|---)(.+) \| (.+) \|$", section, re.MULTILINE)
        assert rows, tool
        own = tool == "codescan"
        assert [row for row in rows if ("](https://" in row[1]) == own] == []
    slugs = {re.sub(r"[^\w\- ]", "", tool.lower()).replace(" ", "-") for tool in sections}
    landing = comparison_table(ROOT / "docs/index.md")
    assert set(re.findall(r"comparison\.md#([\w-]+)", landing)) == slugs - {"codescan"}
    assert comparison_table(ROOT / "README.md") == landing


RECIPES = [
    (page, block)
    for page in PAGES
    for block in re.findall(
        r"^```toml\n(description.*?)^```", markdown(page), re.DOTALL | re.MULTILINE
    )
]


@pytest.mark.parametrize(("page", "text"), RECIPES, ids=[page.name for page, _ in RECIPES])
def test_documented_recipes_can_be_opened(page, text, tmp_path):
    file = tmp_path / f"{page.stem}.toml"
    file.write_text(text, encoding="utf-8")
    assert load_recipe(str(file)).open()


def test_every_shipped_corpus_and_every_option_of_a_source_is_documented():
    page = markdown(ROOT / "docs/corpora.md")
    assert all(f"| `{recipe.name}` |" in page for recipe in recipes())
    for kind in AXES["sources"]:
        rows = re.findall(rf"^\| `{kind}` \|.*\| (.*) \|$", page, re.MULTILINE)
        options = inspect.signature(load("sources", kind)).parameters
        assert ", ".join(f"`{name}`" for name in options) in rows


@pytest.mark.parametrize(
    ("axis", "page"), [("reports", "reports"), ("prompts", "prompts"), ("matchers", "matching")]
)
def test_every_format_strategy_and_matcher_is_documented(axis, page):
    text = markdown(ROOT / f"docs/{page}.md")
    assert [name for name in AXES[axis] if f"| `{name}` |" not in text] == []


def test_the_documented_configuration_is_valid_and_every_key_is_explained(tmp_path):
    page = markdown(ROOT / "docs/configuration.md")
    (text,) = re.findall(r"^```toml\n# codescan.toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    file = tmp_path / "codescan.toml"
    file.write_text(text, encoding="utf-8")
    assert load_config(file).license == "Apache-2.0"
    keys = [name for name in Config.__struct_fields__ if name != "file"]
    table = page[page.index("| key |") :]
    assert [key for key in keys if f"`{key}`" not in table] == []


def test_documented_hooks_exist():
    hooks = markdown(ROOT / ".pre-commit-hooks.yaml")
    page = markdown(ROOT / "docs/gate.md")
    assert all(f"`{hook}`" in page for hook in re.findall(r"^- id: (\S+)", hooks, re.MULTILINE))


def test_pre_commit_accepts_the_documented_configurations(tmp_path):
    clientlib = pytest.importorskip("pre_commit.clientlib")
    blocks = re.findall(
        r"^```yaml\n(.*?)^```", markdown(ROOT / "docs/gate.md"), re.DOTALL | re.MULTILINE
    )
    shown = [block for block in blocks if "\nrepos:" in f"\n{block}"]
    assert len(shown) == 2
    for number, block in enumerate(shown):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block, encoding="utf-8")
        clientlib.load_config(file)
    published = clientlib.load_manifest(ROOT / ".pre-commit-hooks.yaml")
    entry = next(hook["entry"] for hook in published if hook["id"] == "codescan-diff")
    assert f"entry: {entry} --corpus top-pypi\n" in shown[0], "the quick way comes first"
    assert f"additional_dependencies: [codescan=={VERSION}]\n" in shown[0]


def test_pages_that_the_program_names_exist():
    named = {
        page
        for path in (ROOT / "codescan").rglob("*.py")
        for page in re.findall(r"docs/[\w.-]+\.\w+", path.read_text(encoding="utf-8"))
    }
    assert [page for page in named if not (ROOT / page).is_file()] == []


# The shipped log

EXAMPLES = ROOT / "examples"


def test_the_shipped_log_says_where_each_of_its_functions_is_from():
    lines = (EXAMPLES / "assistant_answers.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    origins = json.loads((EXAMPLES / "assistant_answers.origins.json").read_text(encoding="utf-8"))
    known = [row["id"] for row in origins["copies"]] + list(origins["common"]) + origins["clean"]
    assert {row["id"] for row in rows} == set(known)
    assert len(rows) == len({row["id"] for row in rows})
    notice = markdown(EXAMPLES / "NOTICE.md")
    for copy in origins["copies"]:
        assert f"| `{copy['id']}` | `{copy['name']}` in `{copy['path']}` |" in notice


def test_the_files_that_the_architecture_names_exist():
    named = re.findall(r"`((?:\w+/)+[\w*]*(?:\.\w+)?|\w+\.py)`", markdown(ROOT / "ARCHITECTURE.md"))
    assert len(named) > 30
    parts = [ROOT / "codescan", *(ROOT / "codescan").glob("models")]
    assert [path for path in named if not any(list(part.glob(path)) for part in parts)] == []


def test_the_architecture_names_every_folder():
    named = set(re.findall(r"`(\w+)/`", markdown(ROOT / "ARCHITECTURE.md")))
    folders = {path.parent.name for path in (ROOT / "codescan").glob("*/__init__.py")}
    assert folders - named == set()
