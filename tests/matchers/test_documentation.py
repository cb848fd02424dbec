# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Documentation is found whether it is prose, a comment or a string, here and in the index."""

from __future__ import annotations

import random
import textwrap
import time

import pytest

import codescan
from codescan.__main__ import main
from codescan.records import Grade
from codescan.text.views import views_of

TEXTS = {
    "moorings": """Plan the moorings of a harbor for one night.

    Ships that stay longer are placed first, since they may block the way of the others. A berth
    is free again half an hour after its ship has left; the tide decides how deep it is until
    then. Where no berth is deep enough, the ship waits outside at anchor, and its wait is part of
    the cost that this function keeps low.
    """,
    "parameters": """Weigh the catch of each boat by species.

    Parameters
    ----------
    boats : sequence of Boat
        The boats that came in, in any order. Boats without a log are skipped with a warning.
    species : mapping
        From the code of a species to its name and its mean weight in kilograms.
    spoiled : float, optional
        Share of the catch that does not count; by default what the last season had.

    Returns
    -------
    weights : dict
        Kilograms by the name of the species, largest first.
    """,
    "a class": """A lighthouse with its lamp, its range and the pattern of its flashes.

    The pattern is a tuple of seconds: dark, light, dark, light and so on. Two lighthouses in sight
    of each other must not have the same one. Fog shortens the range to a tenth, which
    `visible_from` takes into account; rain does not matter.
    """,
}
LAYOUTS = {
    "as it stands": lambda text: text,
    "without indent": textwrap.dedent,
    "wrapped anew": lambda text: "\n\n".join(
        textwrap.fill(part, 56) for part in textwrap.dedent(text).split("\n\n")
    ),
    "in a paragraph": lambda text: f"Sure! This is what it does.\n\n{text}\nLet me know.\n",
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "a page": lambda text: f"<html><body><p>{text}</p></body></html>",
}


def lines_behind(mark, text):
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


CODE = {
    "docstring": ("python", lambda text: f'def f(a):\n    """{text}"""\n    return a\n'),
    "other quotes": ("python", lambda text: f"def f(a):\n    '''{text}'''\n    return a\n"),
    "comment": ("python", lambda text: lines_behind("# ", text) + "def f(a):\n    return a\n"),
    "block": ("javascript", lambda text: f"/*\n{text}\n*/\nfunction f(a) {{ return a; }}\n"),
    "JSDoc": ("javascript", lambda text: (
        f"/**\n{lines_behind(' * ', text)} */\nfunction f(a) {{ return a; }}\n"
    )),
    "Rustdoc": ("rust", lambda text: lines_behind("/// ", text) + "fn f(a: i32) -> i32 { a }\n"),
    "SQL": ("sql", lambda text: lines_behind("-- ", text) + "COMMIT;\n"),
    "Lisp": ("commonlisp", lambda text: lines_behind(";; ", text) + "(defun f (a) a)\n"),
    "Elixir": ("elixir", lambda text: f'  @doc """\n{text}\n"""\n  def f(a), do: a\n'),
    "HTML": ("html", lambda text: f"<html><!--\n{text}\n--><body>a</body></html>\n"),
    "YAML": ("yaml", lambda text: lines_behind("# ", text) + "a: 1\n"),
    "Fortran": ("fortran", lambda text: lines_behind("! ", text) + "a = 1\n"),
    "BASIC": ("vbnet", lambda text: lines_behind("' ", text) + "Dim a\n"),
    "batch": ("batch", lambda text: lines_behind("REM ", text) + "echo 1\n"),
    "Haskell": ("haskell", lambda text: f"{{-\n{text}\n-}}\nmain = print 1\n"),
    "roxygen": ("r", lambda text: lines_behind("#' ", text) + "f <- function(a) a\n"),
    "C strings": ("c", lambda text: "const char *s =\n" + "".join(
        '  "' + line.replace('"', '\\"') + '\\n"\n' for line in text.splitlines()
    ) + ";\n"),
    "Markdown": ("markdown", lambda text: f"# About\n\n{textwrap.dedent(text)}\n"),
}  # fmt: skip
ENDINGS = {"python": "py", "javascript": "js", "rust": "rs", "sql": "sql", "commonlisp": "lisp",
           "elixir": "ex", "markdown": "md", "html": "html", "yaml": "yml", "fortran": "f90",
           "vbnet": "vb", "batch": "bat", "haskell": "hs", "r": "R", "c": "c"}  # fmt: skip


@pytest.fixture(scope="module", params=[name for name in CODE if name != "YAML"])  # data
def index(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("documentation")
    language, write = CODE[request.param]
    for number, text in enumerate(TEXTS.values()):
        (folder / f"module_{number}.{ENDINGS[language]}").write_text(write(text), encoding="utf-8")
    out = tmp_path_factory.mktemp("index") / "documentation"
    assert main(["index", "build", "--corpus", str(folder), "--out", str(out), "-q"]) == 0
    return codescan.Index.open(out)


@pytest.mark.parametrize("language", [None, "text"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", TEXTS)
def test_documentation_in_code_is_found_as_prose(index, name, layout, language):
    check(index, LAYOUTS[layout](TEXTS[name]), language, name)


@pytest.mark.parametrize("copied_as", CODE)
@pytest.mark.parametrize("name", TEXTS)
def test_documentation_is_found_in_other_code(index, name, copied_as):
    language, write = CODE[copied_as]
    check(index, write(TEXTS[name]), language, name)


def check(index, text, language, name):
    findings = [f for f in index.scan(text, language).findings if f.grade in {Grade.A, Grade.B}]
    assert max((finding.tokens for finding in findings), default=0) > 40
    [place] = {finding.attribution.origin.path for finding in findings}
    assert place.startswith(f"module_{list(TEXTS).index(name)}.")


@pytest.mark.parametrize("language", ["python", "c", "shell", "sql"])
def test_prose_that_is_called_code_is_found(index, language):
    check(index, textwrap.dedent(TEXTS["moorings"]), language, "moorings")


@pytest.mark.parametrize("seed", range(6))
def test_words_in_another_order_are_no_documentation(index, seed):
    words = " ".join(TEXTS.values()).split()
    random.Random(seed).shuffle(words)
    assert not index.scan(" ".join(words)).findings


@pytest.mark.parametrize("text", [
    '"""' + '\\"""' * 40_000, '"""' + "a" * 200 + "\\" * 200_000, "\"\"\"x'''" * 40_000,
    "# " + "a" * 200 + "\n" + "#\n" * 100_000, "/*" + "* " * 100_000,
], ids=range(5))  # fmt: skip
def test_the_work_is_linear(text):
    began = time.process_time()
    list(views_of(text.encode(), "python"))
    assert time.process_time() - began < 20  # seconds; a search that is not linear takes minutes
