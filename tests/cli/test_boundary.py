# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The error boundary: every way to end has its exit code, its message and its hint."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
import types
from pathlib import Path

import click
import pytest

from codescan import errors
from codescan.__main__ import main
from codescan.cli import root

EXPECTED = {
    errors.CodescanError: 3,
    errors.UsageError: 2,
    errors.ConfigError: 2,
    errors.SourceError: 3,
    errors.ChangedError: 3,
    errors.IndexMissingError: 3,
    errors.IndexFormatError: 3,
    errors.EmptyCorpusError: 3,
    errors.EvidenceError: 3,
    errors.PackageError: 3,
    errors.ModelError: 3,
    errors.GitError: 3,
    errors.GitTimeoutError: 3,
    errors.OutputError: 3,
    errors.ResourceError: 3,
}


@pytest.fixture
def command(monkeypatch):
    """Make `codescan try` do what is given."""

    def make(work):
        module = types.ModuleType("codescan_test_command")
        module.try_ = click.Command("try", callback=work)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(root.COMMANDS, "try", "codescan_test_command:try_")
        return ["try"]

    return make


def raising(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_an_expected_error_is_its_message_its_hint_and_its_exit_code(command, capsys, kind):
    assert main(command(raising(kind("the item broke", "mend it")))) == EXPECTED[kind]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "error: the item broke\nhint: mend it\n"


def test_every_error_class_has_its_row_in_the_table():
    classes = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.CodescanError)
    }
    assert classes == {*EXPECTED, errors.MissingExtraError}


def test_a_missing_extra_says_how_to_install_it(command, capsys):
    assert main(command(raising(errors.MissingExtraError("auditing", "models")))) == 2
    assert "pip install 'codescan[models]'" in capsys.readouterr().err


@pytest.mark.parametrize(("module", "extra"), [("numpy.linalg", "audit"), ("stdnum", "private")])
def test_a_missing_library_of_an_extra_says_how_to_install_it(command, capsys, module, extra):
    assert main(command(raising(ModuleNotFoundError("No module", name=module)))) == 2
    assert f"pip install 'codescan[{extra}]'" in capsys.readouterr().err


def test_a_missing_module_of_codescan_itself_is_a_defect(command):
    assert main(command(raising(ModuleNotFoundError("No module", name="codescan.gone")))) == 4


def test_notes_say_what_is_kept(command, capsys):
    error = errors.ModelError("it went away", "try again")
    error.add_note("12 completions are saved")
    assert main(command(raising(error))) == 3
    assert "12 completions are saved\nhint: try again\n" in capsys.readouterr().err


def test_untrusted_text_cannot_act_on_the_terminal(command, capsys):
    assert main(command(raising(errors.SourceError("bad \x1b[2Jfile\u202e", "")))) == 3
    message = capsys.readouterr().err
    assert "\x1b" not in message
    assert "\u202e" not in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan", "--no-such-option"], "No such option"),
        (["no-such-command"], "No such command"),
        (["scan", "--min-tokens", "0"], "--min-tokens"),
        (["scan", "--format", "pdf"], "'terminal'"),
        (["audit", "--samples", "many"], "--samples"),
        (["report"], "RUN"),
    ],
)
def test_a_wrong_command_line_is_2_and_says_which_part(capsys, arguments, message):
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err


def test_a_command_that_fails_unexpectedly_leaves_a_file_for_a_report(
    command, capsys, monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert main([*command(raising(ZeroDivisionError("by zero")))]) == 4
    message = capsys.readouterr().err
    [file] = tmp_path.rglob("crash-*.txt")
    assert str(file) in message
    assert "report it" in message
    text = file.read_text()
    assert "ZeroDivisionError: by zero" in text
    assert "command: codescan try" in text
    assert "Python 3" in text


def test_a_crash_that_can_be_saved_nowhere_is_still_4(command, capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    assert main(command(raising(ZeroDivisionError()))) == 4
    assert "could not be saved" in capsys.readouterr().err


def test_ctrl_c_is_130_and_passes_on_what_the_step_left_as_notes(command, capsys):
    stop = KeyboardInterrupt()
    stop.add_note("37 completions are saved")
    assert main(command(raising(stop))) == 130
    assert "interrupted\n37 completions are saved\n" in capsys.readouterr().err


def test_ctrl_c_without_notes_says_that_nothing_is_half_done(command, capsys):
    assert main(command(raising(KeyboardInterrupt()))) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_sigterm_is_as_ctrl_c_and_the_handler_is_put_back(command, capsys):
    before = signal.getsignal(signal.SIGTERM)
    assert main(command(lambda: os.kill(os.getpid(), signal.SIGTERM))) == 130
    assert signal.getsignal(signal.SIGTERM) is before
    assert "interrupted" in capsys.readouterr().err


def test_an_exit_code_of_a_command_is_passed_on(command):
    assert main(command(lambda: 1)) == 1
    assert main(command(lambda: None)) == 0


@pytest.mark.parametrize("arguments", [["--help"], ["audit", "--help"]])
def test_a_broken_pipe_is_quiet(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "codescan", *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        text=True,
    )
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 141


def _prints_or_exits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(
        re.match(r"print$|sys\.exit$|click\.", ast.unparse(node.func))
    )


def test_only_the_command_line_prints_and_exits(root: Path):
    """Nothing else in the package writes to the console or ends the process."""
    guilty = [
        path.relative_to(root).as_posix()
        for path in (root / "codescan").rglob("*.py")
        if "cli" not in path.parts
        and path.name != "__main__.py"
        and any(map(_prints_or_exits, ast.walk(ast.parse(path.read_text()))))
    ]
    assert guilty == []
