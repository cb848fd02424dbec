# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Stamped code runs as before, and the test finds only models that prefer the published forms."""

import contextlib
import hashlib
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_schemas import read_result

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.stamps.equivalence import are_equivalent
from codescan.canaries.stamps.javascript_sites import EquivalentScripts, javascript_sites
from codescan.canaries.stamps.package_forms import (
    forms_of,
    published_form,
    stamp_file,
)
from codescan.canaries.stamps.python_sites import python_sites
from codescan.canaries.stamps.sites import draw_ways, write_ways
from codescan.cli.entry import run
from codescan.records import Score, Skipped

PARTS = r"""
import os
import sys
import json as codec
from math import pi, floor, sqrt
#---
def area(width, height):
    result = width * height
    return result + len('ab')


#---
# Adds.
def add(values, start=0):
    total = start
    for value in values:
        total += value
    return total


#---
def outer(n):
    count = n
    def inner():
        nonlocal count
        count += 1
        return count
    inner()
    return count


#---
def shown(value):
    text = f'{value!r} {value}'
    other = text + "x"
    return f'{other=}'


#---
def caught():
    try:
        raise ValueError('no')
    except ValueError as error:
        message = str(error)
    return message


#---
def closed(base):
    factor = base * 2
    made = lambda x: x * factor
    return [made(item) for item in range(3)]


#---
def matched(value):
    match value:
        case {'k': found, **rest}:
            return found, rest
        case [first, *others]:
            return first, others
    return None


#---
class Box:
    '''A box.'''
    label = 'b'
    def size(self, items):
        length = len(items)
        return length, self.label


#---
def typed(value: int = 3) -> str:
    text: str = 'v' + str(value)
    return text


#---
def walrus(values):
    if (size := len(values)) > 1:
        size = size + 1
    return size


#---
def swapped(pair):
    left, (right, *more) = pair
    del more
    return right, left


""".lstrip().split("#---\n")
CALLS = """
print(*(name() for name in [
    lambda: area(2, 3), lambda: add([1, 2]), lambda: add([1], 5), lambda: outer(4),
    lambda: shown('q'), lambda: caught(), lambda: closed(2), lambda: matched({'k': 1, 'z': 2}),
    lambda: matched([1, 2, 3]), lambda: Box().size('abc'), lambda: typed(), lambda: walrus('ab'),
    lambda: swapped((1, (2, 3))), lambda: floor(pi), lambda: codec.dumps([os.sep]),
    lambda: sys.maxsize,
] if not missing(name)), sep=chr(10))
"""
MISSING = """
def missing(function):
    try:
        function()
    except NameError:
        return True
    return False
"""


def varied_module(number, parts=(1, 2, 8)):
    """A module whose names and strings no other number has."""
    source = PARTS[0] + f"\n\nNUMBER = {number}\n\n\n" + "".join(PARTS[n] for n in parts)
    return re.sub(r"\b(result|total|values?|text|ab|v|width|start)\b", rf"\1_{number}", source)


def drawn_form(source, sites, seed):
    return "".join(
        write_ways(source.splitlines(keepends=True), sites, draw_ways(sites, DrawStream("k", seed)))
    )


def printed(source):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source + MISSING + CALLS, "m", "exec"), {})  # noqa: S102 - our own text
    return out.getvalue()


@given(st.permutations(PARTS[1:]), st.integers(1, len(PARTS)), st.integers(0, 10**6))
def test_every_form_of_python_runs_as_before(parts, count, seed):
    source = PARTS[0] + "\n\n" + "".join(parts[:count])
    sites = python_sites(source)
    form = drawn_form(source, sites, seed)
    assert are_equivalent(source, form)
    assert printed(form) == printed(source)
    assert form.count("\n") == source.count("\n")


def test_sites_of_each_kind_are_found():
    source = PARTS[0] + "\n\n" + PARTS[1] + PARTS[2]
    sites = python_sites(source)
    assert set(sites.kinds) == {"quotes", "local-name", "imports", "imported-names", "definitions"}
    forms = {drawn_form(source, sites, n) for n in range(400)}
    assert len(forms) > 200
    assert any(form.index("def add") < form.index("def area") for form in forms)
    assert any("# Adds.\ndef add" in form for form in forms)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    name = 1\n    return locals()\n",
        "import inspect\n\ndef f():\n    name = 1\n    return name\n",
        "@g\ndef f():\n    name = 1\n    return name\n",
        "def f(df):\n    limit = 1\n    return df.query('@limit \\n')\n",
        "def f():\n    global name\n    name = 1\n",
        "def f():\n    __name = 1\n    return __name\n",
        "def f():\n    import os as name\n    return name\n",
        "import a\nimport b\n",
        "import logging\nimport logging.config\n",
        "from .x import a, b\n",
        "def f(a=g()):\n    pass\n\ndef g():\n    return 1\n",
        "def f():\n    pass\n\ndef f():\n    pass\n",
        "def test_a():\n    pass\n\ndef test_b():\n    pass\n",
        "def f():\n    pass\n# fmt: off\ndef g():\n    pass\n",
        "x = 'it\"s'\ny = 'a\\n'\nz = f'{x}'\n",
        "x = 1",
        "x = 1\r\ny = 'a'\r\n",
        "def broken(:\n",
    ],
)
def test_what_may_mean_something_else_is_left_alone(source):
    assert python_sites(source).count == 0


SCRIPT = """'use strict';
import { one, two as other, three } from './a.js';
const name = 'a', quoted = "it's", escaped = 'a\\n';
export function f() { 'use strict'; return ["x", 'y']; }
"""


def test_javascript_keeps_its_tokens():
    sites = javascript_sites(SCRIPT)
    assert sorted(set(sites.kinds)) == ["imported-names", "quotes"]
    forms = {drawn_form(SCRIPT, sites, n) for n in range(100)}
    assert len(forms) > 30
    for form in forms:
        assert EquivalentScripts(SCRIPT).includes(form)
        assert form.startswith("'use strict';")
        assert '"it\'s"' in form
    assert not EquivalentScripts(SCRIPT).includes(SCRIPT.replace("'a'", "'b'"))
    assert not EquivalentScripts(SCRIPT).includes(SCRIPT.replace("one,", ""))
    assert javascript_sites("let a = <p b='c'>d</p>;\n").count == 0
    assert javascript_sites("let a = ;\n").count == 0


def test_forms_are_drawn_alike_and_the_published_one_is_any():
    source = PARTS[0] + "\n\n" + PARTS[1] + PARTS[2]
    file = stamp_file("a.py", source, "key")
    forms = forms_of(file, "key")
    assert file.published == forms[published_form("a.py", "key")]
    assert forms != forms_of(file, "other")
    counts = np.bincount([published_form(f"{n}.py", "key") for n in range(3200)], minlength=16)
    assert ((counts > 140) & (counts < 260)).all()
    assert stamp_file("tests/test_a.py", source, "key") == "test"
    assert stamp_file("a.txt", source, "key") == "other-kind"
    assert stamp_file("a.py", "x = 1\n", "key") == "no-sites"


class Reader:
    """Knows the lines of the published files a little; else random."""

    name = "reader"
    tokenizer = None

    def __init__(self, published, *, gain=2.0, fails=None):
        self._published = set(published.splitlines())
        self._gain = gain
        self._fails = fails
        self._asked = 0

    def describe(self):
        return {"name": self.name}

    def generate(self, prompts, sampling):
        raise NotImplementedError

    def score(self, prompts):
        for prompt in prompts:
            self._asked += 1
            if self._asked == self._fails:
                raise KeyboardInterrupt
            logprob = -100.0
            for line in prompt.expected.splitlines():
                logprob += hashlib.sha256(line.encode()).digest()[0] / 100
                logprob += self._gain * (line in self._published)
            yield Score(prompt.id, self.name, 10, 0, logprob)


class Silent(Reader):
    def score(self, prompts):
        for prompt in prompts:
            yield Skipped(prompt.id, "score", "no-logprobs")


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    for number in range(20):
        (folder / f"m{number}.py").write_text(varied_module(number))
    (folder / "data.json").write_text("{}")
    return folder


def test_a_package_is_stamped_and_tested(package, tmp_path, monkeypatch, capsys):
    out, private = tmp_path / "out", tmp_path / "private"
    stamp = ["canary", "stamp", str(package), "--out", str(out), "--private-folder", str(private)]
    assert run([*stamp, "--stamp-key", "k"]) == 0
    assert run([*stamp, "--stamp-key", "k"]) == 2
    published = "".join(path.read_text() for path in sorted(out.glob("*.py")))
    assert (out / "data.json").read_bytes() == b"{}"
    for path in package.glob("*.py"):
        assert are_equivalent(path.read_text(), (out / path.name).read_text())

    def score(model, name):
        monkeypatch.setattr("codescan.models.load_model", lambda *_a, **_k: model)
        monkeypatch.setattr("codescan.models.loading.resolve.check_model", lambda *_a, **_k: None)
        capsys.readouterr()
        code = run(["canary", "stamp-score", str(private), "--model", "transformers:m", "--out",
                    str(tmp_path / name), "-q", "--format", "json"])  # fmt: skip
        text = capsys.readouterr().out
        return code, read_result("canary stamp-score", text) if text else None

    code, result = score(Reader(published), "read")
    assert (code, result["decision"], result["files"]) == (1, "preferred", 20)
    assert result["sites"] == sum(kind["sites"] for kind in result["kinds"].values())
    assert result["null_keys"]["n"] == 200
    assert result["null_keys"]["k"] <= 22  # 10 of 200 expected; more once in 2,500 keys of a stamp
    code, result = score(Reader(""), "unread")
    assert (code, result["decision"]) == (0, "not-shown")
    assert score(Reader("", fails=200), "again")[0] == 130
    assert score(Reader(""), "again")[1]["p_value"] == result["p_value"]
    code, result = score(Silent(""), "silent")
    assert (code, result["decision"], result["p_value"]) == (5, "not-measured", None)
    for name in ("stamp.json", "commitment.json", "originals/m3.py"):
        content = (private / name).read_bytes()
        for place in range(0, len(content), 1 + len(content) // 5):
            (private / name).write_bytes(content[:place] + b"~" + content[place + 1 :])
            assert score(Reader(""), "changed")[0] == 3
        (private / name).write_bytes(content)
    assert run(["canary", "stamp-score", str(tmp_path), "--model", "m", "--out", "x"]) == 2


def test_a_base_model_makes_a_faint_preference_visible(package, tmp_path, monkeypatch, capsys):
    out, private = tmp_path / "out", tmp_path / "private"
    assert run(["canary", "stamp", str(package), "--out", str(out), "--private-folder",
                str(private), "--stamp-key", "k", "-q"]) == 0  # fmt: skip
    published = "".join(path.read_text() for path in sorted(out.glob("*.py")))
    models = {"transformers:tuned": Reader(published, gain=0.3), "transformers:base": Reader("")}
    monkeypatch.setattr("codescan.models.load_model", lambda name, **_k: models[name])
    monkeypatch.setattr("codescan.models.loading.resolve.check_model", lambda *_a, **_k: None)

    def score(name, *more):
        capsys.readouterr()
        code = run(["canary", "stamp-score", str(private), "--model", "transformers:tuned", "--out",
                    str(tmp_path / name), "-q", "--format", "json", *more])  # fmt: skip
        text = capsys.readouterr().out
        return code, read_result("canary stamp-score", text) if text else None

    assert score("alone")[0] == 0
    base = ("--reference-model", "transformers:base")
    code, result = score("pair", *base)
    assert (code, result["p_value"]) == (1, 1e-4)
    assert result["null_keys"]["k"] <= 22  # 10 of 200 expected; more once in 2,500 keys of a stamp
    assert score("pair", *base) == (code, result)
    assert score("pair")[0] == 2  # another run


def test_packages_with_nothing_to_stamp(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    folders = ["--out", str(tmp_path / "o"), "--private-folder", str(tmp_path / "p")]
    command = ["canary", "stamp", *folders]
    assert run([*command, str(empty)]) == 5
    (empty / "a.txt").write_text("text")
    assert run([*command, str(empty)]) == 5
    assert not (tmp_path / "o").exists()
    assert run([*command, str(tmp_path / "none")]) == 2


def test_a_stamp_that_was_killed_between_its_two_folders_is_continued(tmp_path):
    package, out, private = (tmp_path / name for name in ("package", "out", "private"))
    package.mkdir()
    (package / "m.py").write_text(PARTS[0] + PARTS[1] + PARTS[2])
    folders = ["--out", str(out), "--private-folder", str(private)]
    command = ["canary", "stamp", str(package), *folders, "-q"]
    assert run(command) == 0
    published = (out / "m.py").read_bytes()
    stamp_bytes = (private / "stamp.json").read_bytes()
    assert run(command) == 2  # both are there
    (out / "m.py").unlink()
    out.rmdir()
    assert run([*command, "--stamp-key", "another"]) == 2  # the key that is kept is another
    (package / "m.py").write_text(PARTS[0] + PARTS[1])
    assert run(command) == 2  # another package
    assert not out.exists()
    (package / "m.py").write_text(PARTS[0] + PARTS[1] + PARTS[2])
    assert run(command) == 0
    assert (out / "m.py").read_bytes() == published
    assert (private / "stamp.json").read_bytes() == stamp_bytes


@pytest.mark.parametrize(
    ("line", "stamped"),
    [("# -*- coding: utf-8 -*-", 1), ("# vim: set fileencoding=UTF_8 :", 1),
     ("# coding: latin-1", 0), ("# -*- coding: utf-7 -*-", 0), ("# about encoding", 1)],
)  # fmt: skip
def test_a_declared_encoding_is_read(tmp_path, capsys, line, stamped):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "m.py").write_text(f"{line}\n{varied_module(1)}")
    code = run(["canary", "stamp", str(folder), "--out", str(tmp_path / "out"), "--private-folder",
                str(tmp_path / "private"), "--stamp-key", "k", "-q", "--format",
                "json"])  # fmt: skip
    result = read_result("canary stamp", capsys.readouterr().out)
    assert (code, result["stamped"]) == (0 if stamped else 5, stamped)
