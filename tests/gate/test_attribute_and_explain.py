# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fix mode adds comments only, twice is once, and the next check says "declared"."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest
from harbor_texts import C_COPY, COPY
from msgspec import structs

from codescan._core import _native
from codescan.gate.notices import notice
from codescan.gate.tagging import tagged
from codescan.licenses.spdx_tags import snippet_tags
from codescan.records import (
    Attribution,
    Finding,
    Grade,
    Level,
    LicenseBasis,
    LicenseClaim,
    MatchKind,
    Origin,
    Package,
    Region,
    Rule,
)
from codescan.text.lines import LineMap


def finding(content, region, **changes):
    sample = Finding(
        rule=Rule.VERBATIM_COPY, grade=Grade.A, level=Level.ERROR, fingerprint="f" * 32,
        snippet_id="a", snippet_path="a", span=LineMap(content).span(region), region=region,
        kind=MatchKind.VERBATIM, similarity=1.0, tokens=90, bits=300.0,
        attribution=Attribution(
            origin=Origin(Package("pkg:pypi/x@1", "x", "1"), "x/a.py", "0" * 64),
            region=Region(1, 9), license=LicenseClaim("MIT", LicenseBasis.FILE_TAG),
            swhid="swh:1:cnt:0", copyrights=("2011 Emil Prober",),
        ),
    )  # fmt: skip
    return structs.replace(sample, **changes)


def test_a_permissive_passage_is_tagged_declared_and_left_alone_the_second_time(work, check):
    file = work.write("a.c", "int one;\n\n" + C_COPY + "\nint two;\n")
    file.chmod(0o755)
    assert check("a.c")[0] == 1
    code, out, _ = check("a.c", "--dry-run", command="attribute")
    assert code == 0
    assert "+/* SPDX-SnippetBegin" in out  # REUSE-IgnoreStart
    assert file.read_text().startswith("int one;\n\nstatic")  # REUSE-IgnoreEnd
    assert check("a.c", command="attribute")[0] == 0
    once = {
        p: p.read_bytes() for p in work.root.rglob("*") if p.is_file() and ".git" not in p.parts
    }
    assert {"LICENSES/MIT.txt", "NOTICE"} <= {p.relative_to(work.root).as_posix() for p in once}
    assert file.stat().st_mode & 0o777 == 0o755
    code, out, _ = check("a.c", "--show-suppressed")
    assert code == 0
    assert "declared by snippet tags as MIT" in out
    assert check("a.c", command="attribute")[0] == 0
    assert once == {p: p.read_bytes() for p in once}


def test_tags_cannot_make_a_conflict_fit(work, check):
    work.write("a.py", COPY)
    code, _, err = check("a.py", command="attribute")
    assert code == 1
    assert "does not fit" in err
    assert check("a.py")[0] == 1


def test_tags_that_name_another_license_are_a_mismatch(work, check):
    work.write("a.c", C_COPY)
    check("a.c", command="attribute")
    text = (work.root / "a.c").read_text().replace("Identifier: MIT", "Identifier: Apache-2.0")
    work.write("a.c", text)
    code, out, _ = check("a.c")
    assert code == 1
    assert "license-mismatch" in out


def test_a_file_that_keeps_license_and_holder_in_its_head_is_declared(work, check):
    work.write("a.c", "// SPDX-License-Identifier: MIT\n" + C_COPY)  # REUSE-IgnoreLine
    assert check("a.c")[0] == 1
    work.write("a.c", "// Copyright 2011 Emil Prober\n// SPDX-License-Identifier: MIT\n" + C_COPY)
    assert check("a.c")[0] == 0


@pytest.mark.parametrize(
    ("language", "text", "region"),
    [
        ("python", "def f():\n    s = '''\n  text\n'''\n    return s\n", Region(3, 5)),
        ("python", "total = 1 + \\\n    2\nnext = 3\n", Region(2, 2)),
        ("c", "#define A(x) \\\n  do { x; \\\n  } while (0)\nint b;\n", Region(2, 2)),
        ("shell", "#!/bin/sh\necho one\n", Region(1, 2)),
        ("css", "a { color: red }\n", Region(1, 1)),
        ("html", "<!DOCTYPE html>\n<p>text</p>\n", Region(1, 2)),
        ("javascript", "const a = `x\n  ${1}\n`;\nlet b;\r\n", Region(2, 2)),
        ("rust", 'let a = r#"\n x\n"#;\n', Region(2, 2)),
        ("python", "x = 1", Region(1, 1)),
    ],
)
def test_only_comments_are_added(language, text, region):
    content = text.encode()
    result = tagged(content, language, [finding(content, region)])
    assert len(result.written) == 1
    tag, *more = snippet_tags(result.content)
    assert not more
    assert (tag.claim.expression, tag.copyrights) == ("MIT", ("2011 Emil Prober",))
    assert "pkg:pypi/x@1 x/a.py lines 1-9 swh:1:cnt:0" in tag.comment
    from codescan.text.languages import LANGUAGES

    lexer = _native.LEXERS[LANGUAGES[language].lexer]
    assert _native.lex(content, lexer).hashes().tolist() == (
        _native.lex(result.content, lexer).hashes().tolist()
    )
    if language == "python":
        assert ast.dump(ast.parse(content)) == ast.dump(ast.parse(result.content))
    assert "\\\n" not in text or b"\\\n//" not in result.content


def test_a_text_without_comments_is_left_with_the_reason():
    content = b'{"a": 1}\n'
    result = tagged(content, "json", [finding(content, Region(1, 1))])
    assert result.content == content
    assert "no comments" in result.unattributed[0][1]


def test_of_overlapping_passages_the_longest_is_tagged():
    content = b"a = 1\nb = 2\nc = 3\n"
    findings = [finding(content, Region(1, 2), tokens=5), finding(content, Region(2, 3), tokens=50)]
    result = tagged(content, "python", findings)
    assert [one.tokens for one in result.written] == [50]
    assert [one.tokens for one, _ in result.unattributed] == [5]


def test_nothing_in_an_origin_can_end_the_comment():
    content = b"a { color: red }\n"
    hostile = finding(content, Region(1, 1))
    bad = structs.replace(hostile.attribution, copyrights=("x */ body{} /*\nSPDX-SnippetEnd",))
    result = tagged(content, "css", [structs.replace(hostile, attribution=bad)])
    assert result.content.count(b"*/") == 5
    assert len(snippet_tags(result.content)) == 1


def test_notices_are_merged_sorted_and_kept():
    content = b"x\n"
    one = finding(content, Region(1, 1), snippet_path="b.py")
    two = finding(content, Region(1, 1), snippet_path="a.py")
    before = "Our product\n"
    first = notice(before, [one])
    assert first.startswith(before)
    assert notice(first, [one]) == first
    both = notice(first + "after\n", [two])
    assert both == notice(notice(before, [two]) + "after\n", [one])
    assert both.index("a.py: from") < both.index("b.py: from") < both.index("after")
    assert notice("", []) == ""


def test_explain_says_why_and_what_to_do(work, check, capfd):
    from codescan.__main__ import main

    work.write("a.py", COPY)
    _, out, _ = check("a.py")
    print_ = out.partition("codescan explain ")[2].split()[0]
    capfd.readouterr()
    assert main(["explain", print_]) == 0
    message = capfd.readouterr().out
    for part in (
        "a.py, lines", "why this origin", "AGPL-3.0-only ← applies", "2018 Dora Tester",
        "why grade A",
        "conflict", "what to do", "swh:1:cnt:",
    ):  # fmt: skip
        assert part in message
    assert main(["explain", "zzzz"]) == 2
    assert main(["explain", print_, "--last", "--run", "x"]) == 2


@pytest.mark.slow
@pytest.mark.network
def test_the_result_passes_reuse_lint(work, check, tmp_path):
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin/pip", "install", "-q", "reuse"], check=True)
    work.write("a.c", "// SPDX-FileCopyrightText: 2026 Tess\n// SPDX-License-Identifier: MIT\n"
               "int one;\n\n" + C_COPY)  # fmt: skip
    head = "# SPDX-FileCopyrightText: 2026 Tess\n# SPDX-License-Identifier: MIT\n"
    work.write("pyproject.toml", head + (work.root / "pyproject.toml").read_text())
    assert check("a.c", command="attribute")[0] == 0
    done = subprocess.run(
        [venv / "bin/reuse", "lint"], cwd=work.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_conflicting_passage_is_tagged_once_and_refused_each_time(work, check):
    file = work.write("a.py", "one = 1\n\n" + COPY)
    assert check("a.py", command="attribute")[0] == 1
    once = file.read_bytes()
    assert once.count(b"SnippetBegin") == 1
    code, _, message = check("a.py", command="attribute")
    assert code == 1
    assert "its license does not fit" in message
    assert file.read_bytes() == once


@pytest.mark.parametrize("name", ["LICENSES", "NOTICE"])
@pytest.mark.parametrize("kind", ["outside", "inside", "pipe", "zero"])
def test_notices_are_not_written_through_links_or_to_pipes(work, check, tmp_path, name, kind):
    before = "int one;\n\n" + C_COPY
    file = work.write("a.c", before)
    outside = tmp_path / "outside"
    outside.mkdir()
    (work.root / "real").mkdir()
    target = outside if name == "LICENSES" else outside / "victim"
    if kind == "pipe":
        os.mkfifo(work.root / name)
    else:
        places = {"outside": target, "inside": work.root / "real", "zero": "/dev/zero"}
        (work.root / name).symlink_to(places[kind])
    code, _, err = check("a.c", command="attribute")
    assert code in {2, 3}, err
    assert name in err
    assert not list(outside.iterdir())
    assert not list((work.root / "real").iterdir())
    assert file.read_text() == before


def test_a_notice_without_an_end_is_refused(work, check):
    work.write("a.c", "int one;\n\n" + C_COPY)
    with (work.root / "NOTICE").open("wb") as stream:
        stream.truncate(64 << 30)  # a hole: it takes no room
    code, _, err = check("a.c", command="attribute")
    assert code == 2
    assert "larger than" in err
