# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whether two Python modules are the same up to what a stamp may change."""

from __future__ import annotations

import ast

from codescan.canaries.insertion import parsed

__all__ = ["EquivalentModules", "are_equivalent"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def are_equivalent(one: str, other: str) -> bool:
    """Whether both parse to the same tree, with local names numbered and free orders sorted.

    Sorted are neighboring imports, names of an import, and neighboring functions of the module.
    """
    return EquivalentModules(one).includes(other)


class EquivalentModules:
    """The modules that are equivalent to one.

    A statement that several forms share has one normal form: it depends on its own text alone.
    So of each further form only the statements are normalized that no form had before.

    Args:
        source: of the module.
    """

    def __init__(self, source: str) -> None:
        self._known: dict[tuple[str, int, int], str] = {}
        self._form = self._normal_form(source)

    def includes(self, text: str) -> bool:
        """Whether a text is equivalent to the module."""
        return self._form is not None and self._normal_form(text) == self._form

    def _normal_form(self, text: str) -> list[str] | None:
        tree = parsed(text)
        if tree is None:
            return None
        # With other line ends the lines of the tree are not those of the text.
        lines = text.split("\n") if "\r" not in text else None
        body: list[str] = []
        run: list[str] = []
        kind = ""
        for statement in tree.body:
            own = _kind(statement)
            if not own or own != kind:
                body += sorted(run)
                run, kind = [], own
            run.append(self._statement(statement, lines))
            if not own:
                body += run
                run = []
        return [*body, *sorted(run)]

    def _statement(self, statement: ast.stmt, lines: list[str] | None) -> str:
        if isinstance(statement, ast.ClassDef):
            members = [self._statement(member, lines) for member in statement.body]
            statement.body = []
            return "\n".join([_dump(statement), *members, "end of class"])
        if lines is None:
            return _dump(statement)
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(each.lineno for each in decorators)])
        last = statement.end_lineno or statement.lineno
        own_text = "\n".join(lines[first - 1 : last])
        key = own_text, statement.col_offset, statement.end_col_offset or 0
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _dump(statement)
        return known


def _dump(statement: ast.stmt) -> str:
    """The tree of a statement as text, with local names numbered and imported names sorted."""
    for node in ast.walk(statement):
        if isinstance(node, _Function):
            _number_locals(node)
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: (alias.name, alias.asname or ""))
    return ast.dump(statement)


def _kind(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return "import"
    return "function" if isinstance(statement, _Function) else ""


def _number_locals(function: _Function) -> None:
    """Give the variables of a function's own scope numbers in the order in which they occur."""
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
