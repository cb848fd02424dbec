# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whether two Python modules are the same up to what a stamp may change."""

from __future__ import annotations

import ast

from codescan.canaries.insertion import parsed

__all__ = ["are_equivalent"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def are_equivalent(one: str, other: str) -> bool:
    """Whether both parse to the same tree, with local names numbered and free orders sorted.

    Sorted are neighboring imports, names of an import, and neighboring functions of the module.
    """
    trees = [parsed(text) for text in (one, other)]
    if None in trees:
        return False
    return len({_normal_form(tree) for tree in trees if tree is not None}) == 1


def _normal_form(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, _Function):
            _number_locals(node)
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: (alias.name, alias.asname or ""))
    body: list[str] = []
    run: list[str] = []
    kind = ""
    for statement in tree.body:
        own = _kind(statement)
        if not own or own != kind:
            body += sorted(run)
            run, kind = [], own
        run.append(ast.dump(statement))
        if not own:
            body += run
            run = []
    return "\n".join([*body, *sorted(run)])


def _kind(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return "import"
    return "function" if isinstance(statement, _Function) else ""


def _number_locals(function: _Function) -> None:
    """Give the variables of a function's own scope numbers in the order in which they stand."""
    own: list[ast.AST] = []
    inner: set[str] = set()  # these stay, so that a captured name cannot change unseen
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCOPES):
            inner |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            continue
        own.append(node)
        waiting += reversed(list(ast.iter_child_nodes(node)))
    arguments = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    outer = {name for n in own if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}
    names = [node for node in own if isinstance(node, ast.Name)]
    stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)} - arguments
    stored -= outer | inner
    numbers: dict[str, str] = {}
    for node in names:
        if node.id in stored:
            node.id = numbers.setdefault(node.id, f"local {len(numbers)}")
