# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The definitions of each grammar: one tree-sitter query per language.

To add a language, name its grammar in `language_table`, add a query here and the grammar's package
to the requirements. Captures:

    @function @class     the definition; a function directly inside a class becomes a method
    @name                its name
    @declarator          in C: the declarator that contains its name
    @body                its body, which follows the signature
    @opening             the first node of a body; if it is a string, it is the docstring
    @comment             a comment; comments directly before a definition document it
    @decorator           a node that belongs to the definition that follows it
    @wrapper             a node that contains a definition at its end and belongs to it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PACKAGES", "QUERIES"]

_PYTHON = """
(function_definition name: (_) @name body: (_) @body) @function
(class_definition name: (_) @name body: (_) @body) @class
(decorated_definition) @wrapper
(block . (_) @opening)
(comment) @comment
"""

_C = """
(function_definition declarator: (_) @declarator body: (compound_statement) @body) @function
(struct_specifier name: (_) @name body: (_) @body) @class
(union_specifier name: (_) @name body: (_) @body) @class
(enum_specifier name: (_) @name body: (_) @body) @class
(comment) @comment
"""

_CPP = f"""
{_C}
(class_specifier name: (_) @name body: (_) @body) @class
(template_declaration) @wrapper
"""

_JAVA = """
(method_declaration name: (_) @name body: (_) @body) @function
(constructor_declaration name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @class
(line_comment) @comment
(block_comment) @comment
"""

_JAVASCRIPT = """
(function_declaration name: (_) @name body: (_) @body) @function
(generator_function_declaration name: (_) @name body: (_) @body) @function
(method_definition name: (_) @name body: (_) @body) @function
(lexical_declaration . (variable_declarator name: (identifier) @name
  value: [(arrow_function body: (statement_block) @body)
          (function_expression body: (_) @body)]) .) @function
(variable_declaration . (variable_declarator name: (identifier) @name
  value: [(arrow_function body: (statement_block) @body)
          (function_expression body: (_) @body)]) .) @function
(expression_statement (assignment_expression left: (_) @name
  right: [(arrow_function body: (statement_block) @body)
          (function_expression body: (_) @body)])) @function
(pair key: (_) @name
  value: [(arrow_function body: (statement_block) @body)
          (function_expression body: (_) @body)]) @function
(class_declaration name: (_) @name body: (_) @body) @class
(export_statement) @wrapper
(decorator) @decorator
(comment) @comment
"""

_TYPESCRIPT = f"""
{_JAVASCRIPT}
(abstract_class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
"""

_GO = """
(function_declaration name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_) @body) @function
(type_declaration . (type_spec name: (_) @name type: (struct_type (_) @body)) .) @class
(type_declaration . (type_spec name: (_) @name type: (interface_type) @body) .) @class
(comment) @comment
"""

_RUST = """
(function_item name: (_) @name body: (_) @body) @function
(struct_item name: (_) @name body: (_) @body) @class
(enum_item name: (_) @name body: (_) @body) @class
(trait_item name: (_) @name body: (_) @body) @class
(impl_item type: (_) @name body: (_) @body) @class
(attribute_item) @decorator
(line_comment) @comment
(block_comment) @comment
"""

_RUBY = """
(method name: (_) @name body: (_) @body) @function
(singleton_method name: (_) @name body: (_) @body) @function
(class name: (_) @name body: (_) @body) @class
(module name: (_) @name body: (_) @body) @class
(comment) @comment
"""

_PHP = """
(function_definition name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(trait_declaration name: (_) @name body: (_) @body) @class
(comment) @comment
"""

_CSHARP = """
(method_declaration name: (_) @name body: (_) @body) @function
(constructor_declaration name: (_) @name body: (_) @body) @function
(local_function_statement name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(struct_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @class
(comment) @comment
"""

_KOTLIN = """
(function_declaration name: (_) @name (function_body) @body) @function
(class_declaration name: (_) @name (class_body) @body) @class
(class_declaration name: (_) @name (enum_class_body) @body) @class
(object_declaration name: (_) @name (class_body) @body) @class
(line_comment) @comment
(block_comment) @comment
"""

_SCALA = """
(function_definition name: (_) @name body: (_) @body) @function
(class_definition name: (_) @name body: (_) @body) @class
(object_definition name: (_) @name body: (_) @body) @class
(trait_definition name: (_) @name body: (_) @body) @class
(comment) @comment
(block_comment) @comment
"""

_SWIFT = """
(function_declaration name: (simple_identifier) @name body: (_) @body) @function
(init_declaration name: "init" @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(protocol_declaration name: (_) @name body: (_) @body) @class
(comment) @comment
(multiline_comment) @comment
"""

_LUA = """
(function_declaration name: (_) @name body: (_) @body) @function
(assignment_statement (variable_list . name: (_) @name .)
  (expression_list . value: (function_definition body: (_) @body) .)) @function
(variable_declaration) @wrapper
(comment) @comment
"""

_BASH = """
(function_definition name: (_) @name body: (_) @body) @function
(comment) @comment
"""

_PERL = """
(subroutine_declaration_statement name: (_) @name body: (_) @body) @function
(comment) @comment
(pod) @comment
"""

QUERIES: Final[Mapping[str, str]] = {
    "python": _PYTHON,
    "c": _C,
    "cpp": _CPP,
    "java": _JAVA,
    "javascript": _JAVASCRIPT,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "go": _GO,
    "rust": _RUST,
    "ruby": _RUBY,
    "php": _PHP,
    "csharp": _CSHARP,
    "kotlin": _KOTLIN,
    "scala": _SCALA,
    "swift": _SWIFT,
    "lua": _LUA,
    "bash": _BASH,
    "perl": _PERL,
}
"""The query of each grammar, by the grammar's name in `language_table`."""

PACKAGES: Final[Mapping[str, tuple[str, str]]] = {
    **{grammar: (f"tree_sitter_{grammar}", "language") for grammar in QUERIES},
    "csharp": ("tree_sitter_c_sharp", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    # Grammars without a query: used only to distinguish strings and comments.
    **{
        grammar: (f"tree_sitter_{grammar}", "language")
        for grammar in ("css", "html", "make", "markdown", "scss", "toml", "yaml")
    },
    "xml": ("tree_sitter_xml", "language_xml"),
}
"""The Python package of each grammar and its function that returns the language."""
