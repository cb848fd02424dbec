# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A patch that git and patch take; writing that follows no link and loses nothing."""

from __future__ import annotations

import os
import subprocess

import pytest
from harbor_texts import C_COPY
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan.app.file_changes import patch, write_changes
from codescan.errors import CodescanError, OutputError
from codescan.gate.notices import notice

CONTENT = st.lists(
    st.sampled_from([b"a", b"b\r", b"", b"\xe9\xff", b"\x0c", b"\xe2\x80\xa8", b"- x", b"\\ No"]),
    max_size=8,
).map(b"\n".join)
NAME = st.sampled_from(["a", "with space", 'q"uote', "é", "tab\there", "back\\slash", "-x"])


@settings(max_examples=40, deadline=None)
@given(name=NAME, before=st.none() | CONTENT, after=CONTENT.filter(bool))
def test_git_and_patch_apply_what_was_printed(tmp_path_factory, name, before, after):
    if before == after:
        return
    for command in (["git", "apply", "-"], ["patch", "-p1", "-s"]):
        root = tmp_path_factory.mktemp("tree")
        if before is not None:
            (root / name).write_bytes(before)
        text = patch({root / name: (before, after)}, root)
        done = subprocess.run(command, cwd=root, input=text, capture_output=True, check=False)
        assert done.returncode == 0, (done.stderr, done.stdout, text)
        assert (root / name).read_bytes() == after


def test_a_dry_run_prints_what_a_run_does(work, gate_index, tmp_path, capfdbinary):
    from codescan.__main__ import main

    names = ["a b.c", "é.c", "crlf.c", "bare.c"]
    texts = [C_COPY, C_COPY, C_COPY.replace("\n", "\r\n"), C_COPY.rstrip("\n")]
    for name, text in zip(names, texts, strict=True):
        work.write(name, text.encode())
    arguments = ["attribute", *names, "--index", str(gate_index)]
    assert main([*arguments, "--dry-run"]) == 0
    printed = capfdbinary.readouterr().out
    subprocess.run(["git", "apply", "--check", "-"], cwd=work.root, input=printed, check=True)
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", work.root, copy], check=True)
    subprocess.run(["patch", "-p1", "-s"], cwd=copy, input=printed, check=True)
    assert main(arguments) == 0
    for name in [*names, "NOTICE", "LICENSES/MIT.txt"]:
        assert (work.root / name).read_bytes() == (copy / name).read_bytes()


def test_no_link_is_written_through(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "file").write_bytes(b"theirs")
    (root / "link").symlink_to(outside / "file")
    (root / "folder").symlink_to(outside)
    for path, before in ((root / "link", b"theirs"), (root / "folder" / "new", None)):
        with pytest.raises(OutputError):
            write_changes({path: (before, b"ours")}, root)
    assert (outside / "file").read_bytes() == b"theirs"
    assert os.listdir(outside) == ["file"]  # noqa: PTH208


def test_what_changed_meanwhile_is_not_overwritten(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"newer")
    file.chmod(0o750)
    with pytest.raises(OutputError, match="meanwhile"):
        write_changes({file: (b"old", b"tagged")}, tmp_path)
    assert file.read_bytes() == b"newer"
    write_changes({file: (b"newer", b"tagged")}, tmp_path)
    assert file.read_bytes() == b"tagged"
    assert file.stat().st_mode & 0o777 == 0o750
    assert not list(tmp_path.glob("*.partial"))


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "NOTICE")
    with pytest.raises(CodescanError):
        write_changes({tmp_path / "NOTICE": (b"", b"x")}, tmp_path)


def test_notices_with_other_line_ends_are_found_again():
    from test_attribute_and_explain import finding

    from codescan.records import Region

    one = finding(b"x\n", Region(1, 1), snippet_path="a.py")
    first = notice("", [one])
    windows = first.replace("\n", "\r\n")
    assert notice(windows, [one]) == windows
    assert notice(first.rstrip("\n"), [one]).count("THIRD-PARTY NOTICES (kept") == 1
