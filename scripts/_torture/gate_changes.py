# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Mechanisms by which a change may hide the lines that it adds: attributes, settings, lines."""

from __future__ import annotations

import os

from _torture.gate_case import Case, Plan, invented_code
from _torture.gate_registry import either, mechanism

# Attributes


def _attribute(name: str, line: str) -> None:
    def act(case: Case) -> Plan:
        old = invented_code(case.rng, 1)
        case.stage_blob(b"b.py", old)
        case.stage(".gitattributes", line + "\n")
        case.first = case.commit()
        case.stage_blob(b"b.py", old + case.text())
        return either(case)

    act.__name__ = name
    mechanism(act)


for _name, _line in {
    "attribute_no_diff": "*.py -diff",
    "attribute_binary": "*.py binary",
    "attribute_eol": "*.py text eol=crlf",
    "attribute_encoding": "*.py working-tree-encoding=UTF-16",
    "attribute_driver": "*.py diff=hidden",
    "attribute_ident": "*.py ident export-ignore export-subst",
    "attribute_linguist": "*.py linguist-generated linguist-vendored -text",
    "attribute_merge": "* -merge -diff !text\n[attr]binary -diff",
}.items():
    _attribute(_name, _line)


@mechanism
def _attribute_of_a_twin(case: Case) -> Plan:
    """Two files change from the same blob to the same blob; one has no diff."""
    old = invented_code(case.rng, 1)
    case.stage("b.py", old)
    case.stage("twin.dat", old)
    case.stage(".gitattributes", "twin.dat -diff\n")
    case.first = case.commit()
    for name in ("b.py", "twin.dat"):
        case.stage(name, old + case.text())
    return either(case)


@mechanism
def _attribute_names_flood_stderr(case: Case) -> Plan:
    names = "".join(
        f"*.py {'x' * 80}{n}@!?=1 -&{n}\n" for n in range(600 + case.rng.randrange(4000))
    )
    case.stage(".gitattributes", names)
    case.stage("b.py", case.text())
    return either(case)


@mechanism
def _attribute_file_is_a_pipe(case: Case) -> Plan:
    case.stage_blob(b"b.py", case.text())
    os.mkfifo(case.root / ".gitattributes")
    return case.staged()


@mechanism
def _driver_runs_a_command(case: Case) -> Plan:
    mark = case.folder / "ran"
    case.stage_blob(b"b.py", case.text())
    for key in ("diff.x.command", "diff.x.textconv", "diff.external", "filter.x.clean",
                "filter.x.smudge", "filter.x.process", "core.fsmonitor", "core.pager",
                "core.sshCommand", "core.editor", "core.alternateRefsCommand"):  # fmt: skip
        case.git("config", key, f"touch {mark};false")
    case.git("config", "core.hooksPath", "hooks")
    (case.root / ".git/info/attributes").write_text("*.py diff=x filter=x\n")
    hook = case.write("hooks/post-index-change", f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    plan = case.staged()
    mark.unlink(missing_ok=True)
    plan.absent = mark
    return plan


def _setting(name: str, *pairs: tuple[str, str]) -> None:
    def act(case: Case) -> Plan:
        old = invented_code(case.rng, 3)
        case.stage("b.py", old)
        case.first = case.commit()
        case.stage_blob(b"b.py", old + case.text())
        tree = case.git("write-tree")
        head = case.git("commit-tree", "-p", case.first, "-m", "x", tree)
        for key, value in pairs:
            case.git("config", key, value.format(folder=case.folder))
        os.mkfifo(case.folder / "pipe")
        if case.rng.choice((True, False)):
            return case.staged()
        return Plan(["--diff", f"{case.first}..{head}"])

    act.__name__ = name
    mechanism(act)


_setting("setting_order_file_is_a_pipe", ("diff.orderFile", "{folder}/pipe"))
_setting("setting_attributes_file_is_a_pipe", ("core.attributesFile", "{folder}/pipe"))
_setting("setting_big_files", ("core.bigFileThreshold", "1"))
_setting("setting_renames", ("diff.renames", "copies"), ("diff.renameLimit", "1"))
_setting("setting_algorithm", ("diff.algorithm", "nonsense"), ("diff.context", "90"))
_setting("setting_ignores", ("diff.ignoreSubmodules", "all"), ("core.ignoreStat", "true"))
_setting("setting_relative", ("diff.relative", "true"), ("diff.noprefix", "true"))
_setting("setting_file_mode", ("core.fileMode", "false"), ("core.symlinks", "false"))
_setting("setting_case", ("core.ignoreCase", "true"), ("core.precomposeUnicode", "true"))
_setting("setting_autocrlf", ("core.autocrlf", "true"), ("core.safecrlf", "warn"))
_setting("setting_untracked_cache", ("core.untrackedCache", "true"), ("index.threads", "9"))


# Lines


@mechanism
def _lone_carriage_returns(case: Case) -> Plan:
    before = "# " + "\r".join("q" * n for n in range(1, case.rng.randrange(20, 90))) + "\n"
    case.stage("b.py", before)
    case.first = case.commit()
    case.stage("b.py", before + case.payload)
    return either(case)


@mechanism
def _other_line_ends(case: Case) -> Plan:
    end = case.rng.choice(["\v", "\f", "\x85", "\u2028", "\u2029", "\r"])
    before = "# " + end.join("q" * 40) + "\n"
    case.stage("b.py", before)
    case.first = case.commit()
    case.stage("b.py", before + case.payload)
    plan = either(case)
    # This number of control characters may also leave the file unchecked, which is not a pass.
    plan.codes, plan.clean_codes = frozenset({1, 5}), frozenset({0, 5})
    return plan


@mechanism
def _line_ends_converted(case: Case) -> Plan:
    old = invented_code(case.rng, 3)
    case.stage("b.py", old)
    case.first = case.commit()
    case.stage("b.py", (old + case.payload).replace("\n", "\r\n"))
    return either(case)


@mechanism
def _no_line_end_at_the_end(case: Case) -> Plan:
    case.stage("b.py", "x = 1")
    case.first = case.commit()
    case.stage("b.py", "x = 1\n" + case.payload.rstrip())
    return either(case)


@mechanism
def _one_copy_among_many_hunks(case: Case) -> Plan:
    lines = [f"v{n} = {case.rng.randrange(10**6)}\n" for n in range(6000)]
    case.stage("b.py", "".join(lines))
    case.first = case.commit()
    new = [line if n % 3 else f"# {line}" for n, line in enumerate(lines)]
    new.insert(case.rng.randrange(6000), case.payload)
    case.stage("b.py", "".join(new))
    return either(case)


@mechanism
def _repetitive_lines(case: Case) -> Plan:
    case.stage("b.py", "}\n" * 200_000 + "x = 1\n")
    case.first = case.commit()
    case.stage("b.py", "{\n" + "}\n" * 150_000 + case.payload + "}\n" * 90_000)
    return either(case)


@mechanism
def _put_together_by_removal(case: Case) -> Plan:
    """An earlier commit brings the lines apart; the change only removes what stands between."""
    apart = "".join(f"{line}{invented_code(case.rng, 1)}" for line in case.payload.splitlines(True))
    case.stage("b.py", apart)
    case.first = case.commit()
    case.stage("b.py", case.payload)
    return either(case)


@mechanism
def _inserted_into_an_old_copy(case: Case) -> Plan:
    """An old file without a gap gets one line back that makes the passage whole."""
    lines = case.payload.splitlines(keepends=True)
    middle = len(lines) // 2
    case.stage("b.py", "".join(lines[:middle] + lines[middle + 1 :]))
    case.first = case.commit()
    case.stage("b.py", case.payload)
    return either(case)


# Kinds of entries


@mechanism
def _link_becomes_a_file(case: Case) -> Plan:
    (case.root / "b.py").symlink_to("a.py")
    case.git("add", "b.py")
    case.first = case.commit()
    case.stage("b.py", case.text())
    return either(case)


@mechanism
def _link_text_is_the_file(case: Case) -> Plan:
    """The link's target is the same blob as the file that replaces it."""
    case.stage_blob(b"b.py", case.payload, "120000")
    case.first = case.commit()
    case.stage_blob(b"b.py", case.payload)
    return either(case)


@mechanism
def _submodule_becomes_a_file(case: Case) -> Plan:
    case.git("update-index", "--add", "--cacheinfo", f"160000,{case.first},b.py")
    case.first = case.commit()
    case.stage("b.py", case.text())
    return either(case)


@mechanism
def _mode_and_text_change(case: Case) -> Plan:
    old = invented_code(case.rng, 1)
    case.stage("b.py", old)
    case.first = case.commit()
    case.stage("b.py", old + case.text())
    case.git("update-index", "--chmod=+x", "b.py")
    return either(case)


@mechanism
def _renamed_and_extended(case: Case) -> Plan:
    old = invented_code(case.rng, 8)
    case.stage("old.py", old)
    case.first = case.commit()
    case.git("mv", "old.py", "new.py")
    case.stage("new.py", old + case.text())
    return either(case)


@mechanism
def _copied_and_extended(case: Case) -> Plan:
    old = invented_code(case.rng, 8)
    case.stage("old.py", old)
    case.first = case.commit()
    case.stage("new.py", old + case.text())
    return either(case)


@mechanism
def _swapped_with_a_link(case: Case) -> Plan:
    case.stage("b.py", "x = 1\n")
    (case.root / "c.py").symlink_to("b.py")
    case.git("add", "c.py")
    case.first = case.commit()
    case.git("rm", "-q", "c.py", "b.py")
    (case.root / "b.py").symlink_to("c.py")
    case.git("add", "b.py")
    case.stage("c.py", case.text())
    return either(case)
