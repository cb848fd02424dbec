# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sites of Python source: local names, quotes, order of imports and of independent functions."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from typing import TYPE_CHECKING

from codescan.canaries.insertion import parsed
from codescan.canaries.stamps.local_names import OBSERVERS, renamable_locals
from codescan.canaries.stamps.sites import Edit, FileSites, LineOrder, Rewording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["python_sites"]

_WITH_EFFECTS = frozenset(
    {"__future__", "__main__", "antigravity", "idlelib", "lib2to3", "readline", "rlcompleter",
     "site", "sitecustomize", "this", "tkinter", "turtle", "turtledemo", "usercustomize"}
)  # fmt: skip
"""Modules of the standard library whose import does more than define names."""
_PLAIN_STRING = re.compile(r"""([bBuU]?)(['"])([^'"\\\n{}]*)\2""")
_PLAIN_IMPORT = re.compile(r"(?:import|from) [\w., ]+(?: import [\w., ]+)?\s*")
_LONGEST_ORDER = 12
"""Blocks of one order: more would not make a form more recognizable."""


def python_sites(source: str) -> FileSites:
    """The sites of a module; none where it does not parse or has unusual line ends."""
    tree = parsed(source)
    lines = source.splitlines(keepends=True)
    if (
        tree is None
        or "\r" in source
        or "\f" in source
        or len(lines) != source.count("\n") + (not source.endswith("\n") and bool(source))
    ):
        return FileSites()
    if lines and not lines[-1].endswith("\n"):
        return FileSites()  # the last block cannot be moved
    try:
        quotes = list(_quotes(source, tree))
        names = list(renamable_locals(source, tree))
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError, IndentationError):
        return FileSites()
    orders = [*_import_orders(tree, lines)]
    if not OBSERVERS.search(source):
        orders += _definition_orders(tree, lines)
    return FileSites((*quotes, *names), tuple(_name_orders(tree, lines)), tuple(orders))


def _quotes(source: str, tree: ast.Module) -> Iterator[Rewording]:
    """One rewording for each function, method or other statement with plain strings."""
    starts = sorted(
        {
            each.lineno
            for node in tree.body
            for each in ([node, *node.body] if isinstance(node, ast.ClassDef) else [node])
        }
    )
    groups: dict[int, list[Edit]] = {}
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        depth += (kind == "FSTRING_START") - (kind == "FSTRING_END")
        match = _PLAIN_STRING.fullmatch(token.string)
        if kind != "STRING" or depth or match is None or token.start[0] != token.end[0]:
            continue
        other = '"' if match[2] == "'" else "'"
        line = token.start[0]
        group = max((start for start in starts if start <= line), default=0)
        edit = Edit(line - 1, token.start[1], token.end[1], f"{match[1]}{other}{match[3]}{other}")
        groups.setdefault(group, []).append(edit)
    for _, edits in sorted(groups.items()):
        yield Rewording("quotes", tuple(edits))


def _import_orders(tree: ast.Module, lines: Sequence[str]) -> Iterator[LineOrder]:
    run: list[tuple[int, int]] = []
    bound: set[str] = set()
    for node in [*tree.body, None]:
        names = _imported(node, lines)
        block = (node.lineno - 1, node.lineno) if node is not None else (0, 0)
        if names and run and run[-1][1] == block[0] and not names & bound:
            run.append(block)
            bound |= names
            continue
        if len(run) > 1:
            yield LineOrder("imports", tuple(run[:_LONGEST_ORDER]))
        run, bound = ([block], set(names)) if names else ([], set())


def _imported(node: ast.stmt | None, lines: Sequence[str]) -> set[str]:
    """Names that a plain import of the standard library binds; empty for anything else."""
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        modules = [node.module or ""]
    else:
        return set()
    roots = {module.partition(".")[0] for module in modules}
    line = lines[node.lineno - 1]
    is_plain = node.lineno == node.end_lineno and _PLAIN_IMPORT.fullmatch(line) is not None
    if not is_plain or not roots <= sys.stdlib_module_names - _WITH_EFFECTS:
        return set()
    names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return set(names) if len(set(names)) == len(names) else set()


def _name_orders(tree: ast.Module, lines: Sequence[str]) -> Iterator[LineOrder]:
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or len(node.names) < 2:  # noqa: PLR2004
            continue
        names = tuple(
            f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            for alias in node.names
        )
        line = lines[node.lineno - 1]
        if _imported(node, lines) and line.count(", ".join(names)) == 1:
            yield LineOrder("imported-names", ((node.lineno - 1, node.lineno),), names)


def _definition_orders(tree: ast.Module, lines: Sequence[str]) -> Iterator[LineOrder]:
    has_lazy_annotations = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
    counts: dict[str, int] = {}
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            counts[each.name] = counts.get(each.name, 0) + 1
        elif isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            counts[each.id] = counts.get(each.id, 0) + 1
    run: list[tuple[int, int]] = []
    for node in [*tree.body, None]:
        is_free = node is not None and _is_free(node, counts, has_lazy_annotations)
        end = run[-1][1] if run else 0
        start = _block_start(node, lines, end) if is_free and node is not None else -1
        if start >= 0 and run and all(not line.strip() for line in lines[end:start]):
            run.append((start, node.end_lineno or 0))  # type: ignore[union-attr]
            continue
        if len(run) > 1:
            yield LineOrder("definitions", tuple(run[:_LONGEST_ORDER]))
        run = []
        if is_free and node is not None:
            run = [(node.lineno - 1, node.end_lineno or 0)]


def _block_start(node: ast.stmt, lines: Sequence[str], end: int) -> int:
    """First line of a function or of its comment; -1 for a comment that may not move."""
    start = node.lineno - 1
    while start > end and lines[start - 1].startswith("#"):
        start -= 1
    comments = "".join(lines[start : node.lineno - 1])
    return -1 if re.search(r"fmt:|region|pylint|isort|type:", comments) else start


def _is_free(node: ast.stmt, counts: dict[str, int], has_lazy_annotations: bool) -> bool:
    """Whether defining a function does nothing but bind its name, and binds it alone."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list:
        return False
    if counts[node.name] > 1 or node.name.startswith("test") or getattr(node, "type_params", None):
        return False
    arguments = node.args
    defaults = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
    if not all(isinstance(default, ast.Constant) for default in defaults):
        return False
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg,
             arguments.kwarg]  # fmt: skip
    annotations = [a.annotation for a in parameters if a is not None and a.annotation is not None]
    annotations += [node.returns] if node.returns is not None else []
    return has_lazy_annotations or all(
        isinstance(part, ast.Name | ast.Constant | ast.expr_context)
        for annotation in annotations
        for part in ast.walk(annotation)
    )
