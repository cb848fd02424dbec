# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""No file name and no text becomes a command of the runner that shows the output.

GitHub's runner reads lines that begin with "::" behind white space, and "##[" anywhere; Azure
Pipelines reads "##vso[". Both end a line at a line feed or a carriage return.
"""

from __future__ import annotations

import json
import os
import re

import pytest
from harbor_texts import C_COPY, COPY

NAMES = (
    "::error::n.py",
    " ::error::n.py",
    "\t::error::n.py",
    "##[error]n.py",
    "##vso[task.complete result=Failed]n.py",
    "a\n::error::n.py",
    "a\r::error::n.py",
    "a\r\n  ::error::n.py",
    "%0A::error::n.py",
    "::stop-commands::n.py",
    "a,title=x::pwned.py",
    "\u2028::error::n.py",
    "\x1b[2J::error::n.py",
)
PRINTED = ("terminal", "github", "markdown", "gitlab", "sarif", "json")
TEXT = "::error::pwned ##[error]pwned ##vso[x]pwned\r::error::pwned\n  ::error::pwned"
_OURS = re.compile(
    r"::(error|warning|notice|debug) "
    r"((file=[^:,]*,line=\d+,endLine=\d+,)?title=[^:]*)::[^\r\n]*"
)


def commands(output):
    """The lines that a runner takes for commands."""
    return [
        line
        for line in re.split(r"\r\n|\r|\n", output)
        if line.lstrip().startswith("::") or re.search(r"##(vso)?\[", line, re.IGNORECASE)
    ]


def refuse_foreign(format_, *outputs):
    """Every command is one that the format itself makes."""
    for output in outputs:
        for line in commands(output):
            assert format_ == "github", line
            assert _OURS.fullmatch(line), line
            # The runner reads the command first; the name of a file has to stay what it is.
            assert not re.search(r"##(vso)?\[", re.sub("file=[^,:]*", "", line))


@pytest.mark.parametrize("format_", PRINTED)
def test_names_of_files_are_no_commands(work, check, format_):
    for name in NAMES:
        work.write(f"sub/{name}", COPY)
        work.write(name, COPY + "# codescan: allow-next\n<<<<<<< a\n=======\n>>>>>>> b\n")
        work.write(f"wide{name}", COPY.encode("utf-16")[:-1])
    work.git("add", "-A")
    code, out, err = check("--staged", "--format", format_)
    assert code == 1
    refuse_foreign(format_, out, err)
    code, out, err = check("--format", format_, "--show-suppressed")
    assert code == 1
    refuse_foreign(format_, out, err)


@pytest.mark.parametrize("format_", PRINTED)
def test_what_files_say_is_no_command(work, check, format_):
    """Reasons of comments and entries, settings, licenses, and the passages themselves."""
    entry = {"fingerprint": "::error::f", "path": "::error::gone.py", "rule": "x", "origin": "x",
             "license": "x", "lines": "1", "reviewer": TEXT, "reason": TEXT,
             "decided": "2026-01-01"}  # fmt: skip
    document = {"schema_version": 1, "entries": [entry]}
    work.write(".codescan.baseline.json", json.dumps(document))
    work.write("codescan.toml", f"own = [{json.dumps('pkg:generic/' + TEXT)}]\n")
    work.write("package.json", json.dumps({"name": TEXT, "license": TEXT}))
    work.write("a.py", f"# codescan: allow-next reason={TEXT[:40]}\n{COPY}")
    work.write("b.py", f"# codescan: allow[{TEXT[:10]}] reason={TEXT[:40]}\nx = 1\n")
    work.write("c.py", COPY.replace("    times = []", f'    times = []  # {TEXT[:40]}\n    "::x"'))
    work.git("add", "-A")
    for arguments in (("--staged",), ("--show-suppressed",), ("c.py",)):
        _, out, err = check(*arguments, "--format", format_)
        refuse_foreign(format_, out, err)


@pytest.mark.parametrize("format_", ["terminal", "github", "markdown"])
def test_names_and_texts_in_a_scan_are_no_commands(work, check, format_):
    for name in NAMES:
        work.write(name, f'x = """\n::error::pwned\n"""\n{COPY}\n# ::error::pwned\n')
        work.write(f"wide{name}", COPY.encode("utf-16")[:-1])
    _, out, err = check(".", "--format", format_, command="scan")
    refuse_foreign(format_, out, err)


@pytest.mark.parametrize("name", NAMES)
def test_messages_about_inputs_are_no_commands(work, check, name):
    for arguments in ((f"missing{name}",), (name,), ("--diff", name), ("--diff", f"{name}..HEAD"),
                      ("--config", name), ("--baseline", name, "--staged"),
                      ("-", "--stdin-filename", name)):  # fmt: skip
        _, out, err = check(*arguments)
        refuse_foreign("terminal", out, err)
    if "/" not in name:
        os.mkfifo(work.root / name)
        _, out, err = check(name)
        refuse_foreign("terminal", out, err)


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_annotations_decode_to_the_names_of_files(work, check, name):
    """So that GitHub shows an annotation where the file is: escapes are those of the runner."""
    work.write(name, COPY)
    _, out, _ = check(name if not name.startswith("-") else f"./{name}", "--format", "github")
    (line,) = [line for line in commands(out) if "line=" in line]
    shown = re.search(r"file=([^,]*),", line)[1]
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%25", "%")):
        shown = shown.replace(escape, character)
    if not re.search(r"[\x00-\x1f\u2028]", name):
        assert shown == name


@pytest.mark.parametrize("name", [each.replace(".py", ".c") for each in NAMES])
def test_other_commands_of_the_gate_print_no_command(work, check, capfd, name):
    from codescan.__main__ import main

    work.write(name, "int one;\n\n" + C_COPY)
    accept = ("--update-baseline", "--reason", "r", "--reviewer", "t")
    for command, *arguments in (
        ("attribute", name, "--dry-run", "--format", "json"),
        ("attribute", name, "--format", "json"),
        ("check", name, *accept, "--baseline", f"{name}.json"),
    ):
        _, out, err = check(*arguments, command=command)
        refuse_foreign("terminal", out, err)
    work.write(f"sub/{name}", "int one;\n\n" + C_COPY)
    for command, *arguments in (("attribute", f"sub/{name}"), ("check", "sub")):
        _, out, err = check(*arguments, command=command)
        refuse_foreign("terminal", out, err)
    for arguments in (["explain", "--last"], ["explain", "--last", "--format", "json"]):
        main(arguments)
        captured = capfd.readouterr()
        refuse_foreign("terminal", captured.out, captured.err)
