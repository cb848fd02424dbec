# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Text that tools write into their output is graded as such, whatever program it was made from."""
# ruff: noqa: E501 - lines as tools write them

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from stdlib_index import document

from codescan._core import _native
from codescan.matchers.tool_output import tool_stretches
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Finding, Grade, Snippet
from codescan.text.languages import LANGUAGES, detect

OLD_ESBUILD = """\
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __markAsModule = (target) => __defProp(target, "__esModule", { value: true });
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __reExport = (target, module2, desc) => {
  if (module2 && typeof module2 === "object" || typeof module2 === "function") {
    for (let key of __getOwnPropNames(module2))
      if (!__hasOwnProp.call(target, key) && key !== "default")
        __defProp(target, key, { get: () => module2[key], enumerable: true });
  }
  return target;
};
"""
BABEL = """\
function _inherits(subClass, superClass) { if (typeof superClass !== "function" && superClass !== null) { throw new TypeError("Super expression must either be null or a function"); } subClass.prototype = Object.create(superClass && superClass.prototype, { constructor: { value: subClass, writable: true, configurable: true } }); }
function _classCallCheck(instance, Constructor) { if (!(instance instanceof Constructor)) { throw new TypeError("Cannot call a class as a function"); } }
"""
REST = """\
function tide() {
  for (var _len = arguments.length, args = new Array(_len), _key = 0; _key < _len; _key++) {
    args[_key] = arguments[_key];
  }
"""
TYPESCRIPT = """\
var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
"""
SWC = """\
function _ts_decorate(decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for(var i = decorators.length - 1; i >= 0; i--)if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
}
"""
ROLLUP = """\
function _interopNamespace(e) {
  if (e && e.__esModule) return e;
  var n = Object.create(null);
  if (e) {
    Object.keys(e).forEach(function (k) {
      if (k !== 'default') {
        var d = Object.getOwnPropertyDescriptor(e, k);
        Object.defineProperty(n, k, d.get ? d : {
          enumerable: true,
          get: function () { return e[k]; }
        });
      }
    });
  }
  n["default"] = e;
  return Object.freeze(n);
}
"""
WEBPACK = """\
(function webpackUniversalModuleDefinition(root, factory) {
	if(typeof exports === 'object' && typeof module === 'object')
		module.exports = factory();
	else if(typeof define === 'function' && define.amd)
		define([], factory);
	else if(typeof exports === 'object')
		exports["harbor"] = factory();
	else
		root["harbor"] = factory();
})(this, function() {
"""
PARCEL = """\
exports.interopDefault = function (a) {
  return a && a.__esModule ? a : {default: a};
};

exports.defineInteropFlag = function (a) {
  Object.defineProperty(a, '__esModule', {value: true});
};

exports.exportAll = function (source, dest) {
  Object.keys(source).forEach(function (key) {
    if (key === 'default' || key === '__esModule' || Object.prototype.hasOwnProperty.call(dest, key)) {
      return;
    }

    Object.defineProperty(dest, key, {
      enumerable: true,
      get: function () {
        return source[key];
      },
    });
  });

  return dest;
};
"""
DJANGO = '''\
def main():
    """Run administrative tasks."""
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'harbor.settings')
    try:
        from django.core.management import execute_from_command_line
    except ImportError as exc:
        raise ImportError(
            "Couldn't import Django. Are you sure it's installed and "
            "available on your PYTHONPATH environment variable? Did you "
            "forget to activate a virtual environment?"
        ) from exc
    execute_from_command_line(sys.argv)
'''
SPHINX = """\
# Add any paths that contain templates here, relative to this directory.
templates_path = ['_templates']

# List of patterns, relative to source directory, that match files and
# directories to ignore when looking for source files.
# This pattern also affects html_static_path and html_extra_path.
exclude_patterns = ['_build', 'Thumbs.db', '.DS_Store']
"""
SCM = """\
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple, Union
    VERSION_TUPLE = Tuple[Union[int, str], ...]
else:
    VERSION_TUPLE = object

version: str
__version__: str
__version_tuple__: VERSION_TUPLE
version_tuple: VERSION_TUPLE

__version__ = version = '7.3.1'
__version_tuple__ = version_tuple = (7, 3, 1)
"""
WRITTEN = [
    ("esbuild", "javascript", OLD_ESBUILD),
    ("Babel", "javascript", BABEL),
    ("Babel", "javascript", REST),
    ("TypeScript", "javascript", TYPESCRIPT),
    ("SWC", "javascript", SWC),
    ("Rollup", "javascript", ROLLUP),
    ("webpack", "javascript", WEBPACK),
    ("Parcel", "javascript", PARCEL),
    ("Django", "python", DJANGO),
    ("setuptools-scm", "python", SCM),
    ("Sphinx", "python", SPHINX),
]
"""(a tool that writes it, language, text); helpers are shared by some tools."""


@pytest.mark.parametrize(("tool", "language", "text"), WRITTEN)
def test_what_a_tool_wrote_is_its_output(make_index, tool, language, text):
    suffix = {"javascript": "js", "python": "py"}[language]
    index = make_index([document(f"a.{suffix}", text.encode(), "harbor", language)])
    results = [
        item
        for item in scan([Snippet("s", text.encode(), language)], index, [VerbatimMatcher(index)])
        if isinstance(item, Finding)
    ]
    assert all(item.grade not in (Grade.A, Grade.B) for item in results), [
        (item.grade, item.grade_reasons) for item in results
    ]
    lexed = _native.lex(text.encode(), _native.LEXERS[LANGUAGES[language].lexer], streams=True)
    assert tool_stretches(lexed), f"nothing of {tool} is known"


RECORDED = sorted((Path(__file__).parent / "tool_outputs").glob("*.txt"))
"""Parts of what generators wrote from samples whose names are in no data of codescan."""


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_output_is_known(make_index, path):
    name = path.name.removesuffix(".txt")
    text = path.read_bytes()
    language = detect(name, text)
    tokens = _native.lex(text, _native.LEXERS[LANGUAGES[language].lexer], streams=True)
    written = Counter()
    for start, end, tool in tool_stretches(tokens):
        written[tool.name.replace(" ", "_")] += end - start
    tool, covered = written.most_common(1)[0]
    assert tool == name.rpartition(".")[0]
    assert covered > len(tokens) / 2
    index = make_index([document(name, text, "harbor", language)])
    items = scan([Snippet("s", text, language)], index, [VerbatimMatcher(index)])
    assert {item.grade for item in items if isinstance(item, Finding)} <= {Grade.C, Grade.D}


@pytest.mark.parametrize("language", ["javascript", "python"])
def test_text_of_its_own_is_no_output(language):
    text = (
        "function moor(ledger, berth) { const pilot = ledger.pilots.get(berth.code); return"
        " pilot && pilot.bring(berth, ledger.tide * 7); }"
        if language == "javascript"
        else "def moor(ledger, berth):\n    pilot = ledger.pilots.get(berth.code)\n"
        "    return pilot and pilot.bring(berth, ledger.tide * 7)\n"
    )
    lexed = _native.lex(text.encode(), _native.LEXERS[LANGUAGES[language].lexer], streams=True)
    assert not tool_stretches(lexed)
