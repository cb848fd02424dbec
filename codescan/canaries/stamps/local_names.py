# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Local variables of Python functions that may have another name: nothing else can see them."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import symtable
from typing import TYPE_CHECKING

from codescan.canaries.stamps.sites import Edit, Rewording

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OBSERVERS", "renamable_locals"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef
OBSERVERS = re.compile(
    r"\b(?:locals|vars|eval|exec|dir|globals|_getframe|currentframe|f_locals|f_code|co_varnames"
    r"|__code__|inspect|sys\.settrace|getargvalues|numba|numexpr)\b"
)
"""Functions that see the names of local variables, or the order of definitions."""
_SYNONYMS = {
    "result": "outcome", "results": "outcomes", "value": "val", "values": "vals", "index": "idx",
    "count": "total", "item": "entry", "items": "entries", "key": "name_key", "line": "row",
    "lines": "rows", "data": "payload", "name": "label", "path": "location", "text": "content",
    "length": "size", "size": "length", "output": "produced", "response": "reply", "res": "out",
    "ret": "answer", "msg": "message", "message": "msg", "func": "function",
    "match": "found", "parts": "pieces", "start": "begin", "end": "stop", "node": "element",
    "tmp": "temporary", "buf": "buffer", "pos": "position", "num": "number", "char": "letter",
}  # fmt: skip
_SHORTEST = 2


def renamable_locals(source: str, tree: ast.Module) -> Iterator[Rewording]:
    """Yield one rewording for each local variable that may be renamed.

    A variable is left alone where anything but the function's own code could see its name: nested
    scopes, f-strings, words of strings, `locals()` and its like, decorators.

    Args:
        source: of the module.
        tree: of the source.
    """
    if OBSERVERS.search(source):
        return
    names_in_use = set(re.findall(r"\w+", source)) | set(dir(builtins)) | set(keyword.kwlist)
    lines = source.splitlines(keepends=True)
    for function, table in _functions(tree, source):
        for name in sorted(_own_names(function, table)):
            new = _new_name(name, names_in_use)
            edits = tuple(_edits(function, name, new, lines))
            if new and edits:
                names_in_use.add(new)
                yield Rewording("local-name", edits)


def _functions(tree: ast.Module, source: str) -> Iterator[tuple[_Function, symtable.SymbolTable]]:
    """Functions of the module and methods of its classes, with their symbols."""
    tables: dict[tuple[str, int], list[symtable.SymbolTable]] = {}
    waiting = [symtable.symtable(source, "module", "exec")]
    while waiting:
        table = waiting.pop()
        tables.setdefault((table.get_name(), table.get_lineno()), []).append(table)
        waiting += table.get_children()
    for node in tree.body:
        for function in node.body if isinstance(node, ast.ClassDef) else [node]:
            if not isinstance(function, _Function) or function.decorator_list:
                continue
            tables_here = tables.get((function.name, function.lineno), [])
            if len(tables_here) == 1:  # two on one line cannot be told apart
                yield function, tables_here[0]


def _own_names(function: _Function, table: symtable.SymbolTable) -> set[str]:
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_local()
        and symbol.is_assigned()
        and not symbol.is_parameter()
        and not symbol.is_imported()
        and not symbol.is_namespace()
    }
    names = {n for n in names if n.isascii() and not n.startswith("_") and len(n) >= _SHORTEST}
    inner = {symbol.get_name() for child in _descendants(table) for symbol in child.get_symbols()}
    return names - inner - _mentioned(function)


def _descendants(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _descendants(child)


def _mentioned(function: _Function) -> set[str]:
    """Names that occur in a function in another form than as a plain variable."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.JoinedStr):
            names |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= set(re.findall(r"\w+", node.value))
        if isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        if isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        if isinstance(node, ast.Global | ast.Nonlocal):
            names |= set(node.names)
    return names


def _new_name(name: str, names_in_use: set[str]) -> str:
    """A name that the module does not have; "" if there is none."""
    candidates = (_SYNONYMS.get(name, ""), f"local_{name}", f"this_{name}")
    return next(
        (candidate for candidate in candidates if candidate and candidate not in names_in_use), ""
    )


def _edits(function: _Function, name: str, new: str, lines: list[str]) -> Iterator[Edit]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name:
            line = lines[node.lineno - 1]
            start = len(line.encode()[: node.col_offset].decode("utf-8", "replace"))
            if line[start : start + len(name)] == name:
                yield Edit(node.lineno - 1, start, start + len(name), new)
