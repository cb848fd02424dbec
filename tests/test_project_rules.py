# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Project rules: what keeps the code base small, named well, and light to import."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import codescan
from codescan import registry
from codescan.errors import MissingExtraError
from codescan.licenses.words_of_names import packed_words
from codescan.licenses.words_of_patterns import packed_pattern_words

ROOT = Path(__file__).resolve().parents[1]
HEADER = (
    "SPDX-FileCopyrightText: 2026 The codescan authors",
    "SPDX-License-Identifier: Apache-2.0",
)
CODE = {".py", ".cpp", ".hpp", ".toml", ".yml", ".yaml", ".j2", ".css", ".js", ""}
VAGUE = {"util", "utils", "helper", "helpers", "misc", "tools", "stuff", "base"}
LONGEST = 400


def files(*folders: str) -> list[Path]:
    """Our own text files: no caches, no test data, nothing generated."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and not {"__pycache__", "data", "golden", "LICENSES"} & set(path.relative_to(ROOT).parts)
        and path.suffix != ".pyc"
    )


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_code(path: Path) -> bool:
    return path.suffix in CODE and path.name != "py.typed"


SOURCES = [path for path in files("codescan", "tests", "scripts", "corpora") if is_code(path)]
LOADED = "import sys; {statement}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"


@pytest.fixture(scope="module")
def modules() -> dict[Path, ast.Module]:
    """The syntax tree of each module of the package."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in files("codescan")
        if path.suffix == ".py"
    }


def defined_in(tree: ast.Module) -> set[str]:
    """Every name that a module defines or imports."""
    defined = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            defined.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
    return defined


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(tree: ast.Module, modules: Collection[str]) -> set[str]:
    """Modules of the package that a module imports anywhere, but for its annotations."""
    annotations = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for statement in node.body
        for child in ast.walk(statement)
    }
    imported = set()
    for node in ast.walk(tree):
        if node in annotations:
            continue
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            imported |= inner if inner <= set(modules) else {node.module, *inner}
    return imported & set(modules)


def exported_by(tree: ast.Module) -> set[str]:
    """The names in `__all__`."""
    return {
        exported
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        for exported in ast.literal_eval(node.value)
    }


def parameters_of_other_types(tree: ast.Module) -> set[str]:
    """Names of parameters that are never nodes of a syntax tree."""
    kinds: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            kinds.setdefault(node.arg, set()).add(ast.unparse(node.annotation or ast.Name("Node")))
    return {name for name, of in kinds.items() if not any("Node" in kind for kind in of)}


def modules_after(statement: str, folder: Path) -> set[str]:
    """Top-level modules that a fresh interpreter holds after a statement."""
    script = LOADED.format(statement=statement)
    command = [sys.executable, "-W", "ignore", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return set(done.stdout.split())


def test_importing_codescan_loads_nothing_heavy(tmp_path):
    heavy = {
        "torch", "transformers", "scipy", "numpy", "pandas", "datasketch", "sqlite_utils",
        "httpx", "requests", "urllib3", "openai", "pyarrow", "datasets", "ray", "jinja2",
        "tree_sitter_language_pack", "starlette",
    }  # fmt: skip
    assert not heavy & modules_after("import codescan", tmp_path)


def test_the_command_line_starts_without_deep_learning_or_http_libraries(tmp_path):
    heavy = {
        "torch", "transformers", "scipy", "pandas", "datasketch", "sqlite_utils", "httpx",
        "requests", "openai", "pyarrow", "datasets", "ray", "starlette",
    }  # fmt: skip
    statement = "import codescan.__main__, codescan.cli.entry, codescan.cli.root"
    assert not heavy & modules_after(statement, tmp_path)


def test_everything_in_all_exists_and_is_sorted():
    assert list(codescan.__all__) == sorted(codescan.__all__)
    for public in codescan.__all__:
        assert getattr(codescan, public) is not None


def test_dir_of_the_package_names_what_is_public():
    assert set(codescan.__all__) <= set(dir(codescan))


def test_the_package_is_typed():
    assert (Path(codescan.__file__).parent / "py.typed").is_file()


def test_files_are_short():
    lines = {
        name(path): path.read_text(encoding="utf-8").count("\n")
        for path in SOURCES
        if path.suffix not in {".toml", ".js", ".css"}
    }
    too_long = {path: count for path, count in lines.items() if count > LONGEST}
    assert not too_long, "divide these files by noun"


def test_files_name_their_license():
    # An empty __init__.py has nothing to license.
    unlicensed = [
        name(path)
        for path in SOURCES
        if path.suffix in {".py", ".cpp", ".hpp", ".toml", ""}
        and (text := path.read_text(encoding="utf-8")).strip()
        and not all(line in text[:400] for line in HEADER)
    ]
    assert not unlicensed


def test_modules_have_a_purpose_and_a_telling_name(modules):
    vague = [name(path) for path in modules if VAGUE & set(path.stem.strip("_").split("_"))]
    assert not vague
    undescribed = [
        name(path) for path, tree in modules.items() if tree.body and not ast.get_docstring(tree)
    ]
    assert not undescribed


def test_all_names_only_what_the_module_defines(modules):
    for path, tree in modules.items():
        if path == ROOT / "codescan/__init__.py":  # its names are loaded when they are used
            continue
        assert exported_by(tree) <= defined_in(tree), name(path)


def test_no_module_imports_itself_through_others(modules):
    """Imports inside functions count, too: they may hide a cycle."""
    named = {module_name(path): tree for path, tree in modules.items()}
    imports = {module: imported_by(tree, named) - {module} for module, tree in named.items()}
    try:
        tuple(TopologicalSorter(imports).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("axis", "entry"), [(axis, entry) for axis in registry.AXES for entry in registry.AXES[axis]]
)
def test_every_registered_name_loads_or_says_which_extra_it_needs(axis, entry):
    try:
        loaded = registry.load(axis, entry)
    except MissingExtraError as error:
        pytest.skip(error.hint)
    assert loaded.__doc__


def test_every_extra_that_an_error_names_can_be_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {
        extra
        for path in (ROOT / "codescan").rglob("*.py")
        for extra in re.findall(
            r"MissingExtraError\([^()]*?,\s*\"(\w+)\"", path.read_text(encoding="utf-8")
        )
    }
    assert named <= set(project["optional-dependencies"])


NO_PACKAGE = {
    "contracts": "what every plug-in of an axis promises",
    "core": "the native code, codescan/_core",
    "data": "files that tests read",
    "evaluation": "scripts/_evaluation",
    "fuzz": "scripts/fuzz_core",
    "golden": "one report in every format",
}


def test_the_folders_of_the_tests_mirror_the_package():
    def folders(root, pattern):
        return {
            path.name
            for path in (ROOT / root).iterdir()
            if any(path.rglob(pattern)) or path.name in NO_PACKAGE
        }

    package, tested = folders("codescan", "*.py") - {"_core"}, folders("tests", "test_*.py")
    assert package - tested == set(), "these have no tests of their own"
    assert tested - set(NO_PACKAGE) - package == set(), "these mirror no folder of the package"
    assert set(NO_PACKAGE) <= tested


NOT_EVERYWHERE = re.compile(
    r"\bos\.(?:sched_\w+|posix_\w+|memfd_create|eventfd|pidfd_open|splice|copy_file_range|fork\w*"
    r"|getrandom|pipe2|p(?:read|write)v?|O_(?!RDONLY|WRONLY|RDWR|CREAT|EXCL|TRUNC|APPEND)[A-Z]+"
    r"|(?:get|set)e?[ug]id|killpg|set[sp]g?id|f?ch(?:own|mod)|sysconf|statvfs|mkfifo|nice)\b"
    r"|\bdir_fd=|\bAF_UNIX\b|\bsignal\.(?:SIG(?:HUP|ALRM|USR.|PIPE|CHLD)|pthread_\w+|alarm)\b"
    r"|\bimport (?:fcntl|grp|msvcrt|pty|pwd|resource|termios|tty)\b"
)
ASKS_FIRST = {  # whether the system has the call; does without it
    "app/service_client.py", "git/command.py", "models/loading/memory.py",
    "serve/local_socket.py", "tasks/unfinished.py",
}  # fmt: skip


def test_only_the_system_package_names_calls_that_some_systems_lack():
    assert NOT_EVERYWHERE.search("len(os.sched_getaffinity(0))")
    assert not NOT_EVERYWHERE.search("os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)")
    root = ROOT / "codescan"
    users = {
        path.relative_to(root).as_posix()
        for path in files("codescan")
        if path.suffix == ".py" and NOT_EVERYWHERE.search(path.read_text(encoding="utf-8"))
    }
    elsewhere = {user for user in users if not user.startswith("system/")}
    assert elsewhere - ASKS_FIRST == set(), "put the call into codescan/system"
    assert elsewhere


def test_no_module_reads_the_text_of_a_syntax_node(modules):
    """Parsers read from one buffer, which is gone later: `node.text` would crash the process."""
    named = {module_name(path) for path in modules}
    readers = {
        f"{name(path)}:{node.lineno}"
        for path, tree in modules.items()
        if "codescan.text.syntax_tree" in imported_by(tree, named)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "text"
        and getattr(node.value, "id", "") not in parameters_of_other_types(tree)
    }
    assert not readers, "slice the content by start_byte and end_byte instead"


def test_scripts_can_be_executed():
    for path in [*(p for p in (ROOT / "scripts").iterdir() if p.is_file()), ROOT / ".ci/run"]:
        assert path.stat().st_mode & 0o111, path


def test_the_words_of_license_names_are_those_of_their_tables():
    """`scripts/make_license_data --words` refreshes them."""
    shipped = ROOT / "codescan" / "licenses" / "data" / "first_words.txt"
    assert shipped.read_bytes() == packed_words()
    shipped = ROOT / "codescan" / "licenses" / "data" / "pattern_words.json"
    assert shipped.read_bytes() == packed_pattern_words()


# The guard of conftest.py


def test_tests_cannot_leave_this_machine():
    with socket.socket() as sock, pytest.raises(OSError, match="tests may not connect"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="tests may not look up"):
        socket.getaddrinfo("example.org", 80)


def test_tests_can_reach_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
