# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Mechanisms by which a change may hide the lines that it adds, or stop the gate."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from _torture.gate_case import Case, Plan, invented_code

if TYPE_CHECKING:
    from collections.abc import Callable

ERROR = frozenset({2, 3, 5})
UNCHECKED = frozenset({1, 5})
MECHANISMS: dict[str, Callable[[Case], Plan]] = {}


def mechanism(act: Callable[[Case], Plan]) -> Callable[[Case], Plan]:
    """Register a mechanism under its function's name."""
    MECHANISMS[act.__name__.removeprefix("_")] = act
    return act


def _either(case: Case) -> Plan:
    return case.staged() if case.rng.choice((True, False)) else case.diff()


# Attributes


def _attribute(name: str, line: str) -> None:
    def act(case: Case) -> Plan:
        old = invented_code(case.rng, 1)
        case.stage_blob(b"b.py", old)
        case.stage(".gitattributes", line + "\n")
        case.first = case.commit()
        case.stage_blob(b"b.py", old + case.text())
        return _either(case)

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
    return _either(case)


@mechanism
def _attribute_names_flood_stderr(case: Case) -> Plan:
    names = "".join(
        f"*.py {'x' * 80}{n}@!?=1 -&{n}\n" for n in range(600 + case.rng.randrange(4000))
    )
    case.stage(".gitattributes", names)
    case.stage("b.py", case.text())
    return _either(case)


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
    return _either(case)


@mechanism
def _other_line_ends(case: Case) -> Plan:
    end = case.rng.choice(["\v", "\f", "\x85", "\u2028", "\u2029", "\r"])
    before = "# " + end.join("q" * 40) + "\n"
    case.stage("b.py", before)
    case.first = case.commit()
    case.stage("b.py", before + case.payload)
    return _either(case)


@mechanism
def _line_ends_converted(case: Case) -> Plan:
    old = invented_code(case.rng, 3)
    case.stage("b.py", old)
    case.first = case.commit()
    case.stage("b.py", (old + case.payload).replace("\n", "\r\n"))
    return _either(case)


@mechanism
def _no_line_end_at_the_end(case: Case) -> Plan:
    case.stage("b.py", "x = 1")
    case.first = case.commit()
    case.stage("b.py", "x = 1\n" + case.payload.rstrip())
    return _either(case)


@mechanism
def _one_copy_among_many_hunks(case: Case) -> Plan:
    lines = [f"v{n} = {case.rng.randrange(10**6)}\n" for n in range(6000)]
    case.stage("b.py", "".join(lines))
    case.first = case.commit()
    new = [line if n % 3 else f"# {line}" for n, line in enumerate(lines)]
    new.insert(case.rng.randrange(6000), case.payload)
    case.stage("b.py", "".join(new))
    return _either(case)


@mechanism
def _repetitive_lines(case: Case) -> Plan:
    case.stage("b.py", "}\n" * 200_000 + "x = 1\n")
    case.first = case.commit()
    case.stage("b.py", "{\n" + "}\n" * 150_000 + case.payload + "}\n" * 90_000)
    return _either(case)


@mechanism
def _put_together_by_removal(case: Case) -> Plan:
    """An earlier commit brings the lines apart; the change only removes what stands between."""
    apart = "".join(f"{line}{invented_code(case.rng, 1)}" for line in case.payload.splitlines(True))
    case.stage("b.py", apart)
    case.first = case.commit()
    case.stage("b.py", case.payload)
    return _either(case)


@mechanism
def _inserted_into_an_old_copy(case: Case) -> Plan:
    """An old file without a gap gets one line back that makes the passage whole."""
    lines = case.payload.splitlines(keepends=True)
    middle = len(lines) // 2
    case.stage("b.py", "".join(lines[:middle] + lines[middle + 1 :]))
    case.first = case.commit()
    case.stage("b.py", case.payload)
    return _either(case)


# Kinds of entries


@mechanism
def _link_becomes_a_file(case: Case) -> Plan:
    (case.root / "b.py").symlink_to("a.py")
    case.git("add", "b.py")
    case.first = case.commit()
    case.stage("b.py", case.text())
    return _either(case)


@mechanism
def _link_text_is_the_file(case: Case) -> Plan:
    """The link's target is the same blob as the file that replaces it."""
    case.stage_blob(b"b.py", case.payload, "120000")
    case.first = case.commit()
    case.stage_blob(b"b.py", case.payload)
    return _either(case)


@mechanism
def _submodule_becomes_a_file(case: Case) -> Plan:
    case.git("update-index", "--add", "--cacheinfo", f"160000,{case.first},b.py")
    case.first = case.commit()
    case.stage("b.py", case.text())
    return _either(case)


@mechanism
def _mode_and_text_change(case: Case) -> Plan:
    old = invented_code(case.rng, 1)
    case.stage("b.py", old)
    case.first = case.commit()
    case.stage("b.py", old + case.text())
    case.git("update-index", "--chmod=+x", "b.py")
    return _either(case)


@mechanism
def _renamed_and_extended(case: Case) -> Plan:
    old = invented_code(case.rng, 8)
    case.stage("old.py", old)
    case.first = case.commit()
    case.git("mv", "old.py", "new.py")
    case.stage("new.py", old + case.text())
    return _either(case)


@mechanism
def _copied_and_extended(case: Case) -> Plan:
    old = invented_code(case.rng, 8)
    case.stage("old.py", old)
    case.first = case.commit()
    case.stage("new.py", old + case.text())
    return _either(case)


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
    return _either(case)


# Names


def _named(name: str, *paths: bytes) -> None:
    def act(case: Case) -> Plan:
        case.stage_blob(case.rng.choice(paths), case.text())
        return _either(case)

    act.__name__ = name
    mechanism(act)


_named("name_like_a_range", b"HEAD..x.py", b"main...HEAD.py", b"HEAD^.py", b"HEAD~1..HEAD.py")
_named("name_like_an_option", b"-rf.py", b"--staged.py", b"--output=x.py", b"-.py")
_named("name_with_magic", b":(glob)**.py", b":!x.py", b":(exclude)b.py", b"*?[x].py")
_named("name_with_control", b"line\nbreak.py", b"tab\there.py", b"es\x1b[2Jc.py", b"bell\x07.py")
_named("name_with_quotes", b'qu"ote.py', b"sin'gle.py", b"back\\slash.py", b"dollar$(id).py")
_named("name_not_utf8", b"b\xff.py", b"\xc3(.py", b"\xed\xa0\x80.py")
_named("name_long", b"n" * 252 + b".py", b"/".join([b"d" * 60] * 40) + b"/b.py")
_named("name_hides", "\u202eyp.b.py".encode(), "a\u200b.py".encode(), b" b.py", b"b.py ")
_named("name_of_a_command", b"::error::b.py", b"##[error]b.py", b"%0A::stop-commands::b.py")
_named("name_of_git_files", b"sub/.gitmodules.py", b".gitignore.py", b".mailmap.py")


@mechanism
def _names_differ_in_case(case: Case) -> Plan:
    case.stage_blob(b"b.py", "x = 1\n")
    case.stage_blob(b"B.py", case.text())
    case.stage_blob(b"B.PY", "y = 1\n")
    return _either(case)


# States of the repository


@mechanism
def _no_commit_yet(case: Case) -> Plan:
    case.git("checkout", "-q", "--orphan", "fresh")
    case.stage("b.py", case.text())
    return case.staged(says="no commit yet")


@mechanism
def _shallow_clone(case: Case) -> Plan:
    case.stage("b.py", case.text())
    head = case.commit()
    clone = case.folder / "clone"
    case.git("clone", "-q", "--depth=2", case.root.as_uri(), str(clone), at=case.folder)
    return Plan(["--diff", f"{case.first}..{head}"], folder=clone)


@mechanism
def _shallow_clone_without_the_base(case: Case) -> Plan:
    case.stage("b.py", case.text())
    head = case.commit()
    clone = case.folder / "clone"
    case.git("clone", "-q", "--depth=1", case.root.as_uri(), str(clone), at=case.folder)
    dots = case.rng.choice(["..", "..."])
    return Plan([f"--diff={case.first}{dots}{head}"], frozenset({2}), frozenset({2}), folder=clone)


@mechanism
def _bare_repository(case: Case) -> Plan:
    case.stage("b.py", case.text())
    head = case.commit()
    bare = case.folder / "bare.git"
    case.git("clone", "-q", "--bare", str(case.root), str(bare), at=case.folder)
    return Plan(["--diff", f"{case.first}..{head}"], folder=bare)


@mechanism
def _staged_in_a_bare_repository(case: Case) -> Plan:
    bare = case.folder / "bare.git"
    case.git("clone", "-q", "--bare", str(case.root), str(bare), at=case.folder)
    return Plan(["--staged"], frozenset({2}), frozenset({2}), "bare", folder=bare)


@mechanism
def _linked_worktree(case: Case) -> Plan:
    tree = case.folder / "linked"
    case.git("worktree", "add", "-q", str(tree))
    (tree / "b.py").write_text(case.text())
    case.git("add", "b.py", at=tree)
    return Plan(["--staged"], folder=tree)


@mechanism
def _merge_in_progress(case: Case) -> Plan:
    case.git("checkout", "-q", "-b", "other")
    case.stage("b.py", case.text())
    case.commit()
    case.git("checkout", "-q", "main")
    case.stage("c.py", "y = 2\n")
    case.commit()
    case.git("merge", "-q", "--no-commit", "--no-ff", "other")
    return case.staged(says="a merge is in progress")


@mechanism
def _unresolved_merge(case: Case) -> Plan:
    for branch, text in (("other", case.text()), ("main", "y = 2\n")):
        if branch == "other":
            case.git("checkout", "-q", "-b", "other")
        else:
            case.git("checkout", "-q", "main")
        case.stage("a.py", text)
        case.commit()
    subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "merge", "-q", "other"],
        cwd=case.root, capture_output=True, check=False,
    )  # fmt: skip
    return case.staged(
        codes=frozenset({2}), clean_codes=frozenset({2}), says="conflicts of a merge"
    )


@mechanism
def _sparse_checkout(case: Case) -> Plan:
    case.stage("dir/c.py", "x = 1\n")
    case.first = case.commit()
    case.git("sparse-checkout", "set", "--no-cone", "/dir/")
    case.stage_blob(b"b.py", case.text())
    return case.staged()


@mechanism
def _partial_clone(case: Case) -> Plan:
    case.stage("b.py", case.text())
    head = case.commit()
    case.git("config", "uploadpack.allowFilter", "true")
    clone = case.folder / "clone"
    case.git("clone", "-q", "--bare", "--filter=blob:none", case.root.as_uri(), str(clone),
             at=case.folder)  # fmt: skip
    return Plan(["--diff", f"{case.first}..{head}"], ERROR, ERROR, folder=clone)


@mechanism
def _replaced_object(case: Case) -> Plan:
    case.stage("b.py", case.text())
    blob = case.git("rev-parse", ":b.py")
    clean = case.git("hash-object", "-w", "--stdin", data=b"x = 1\n")
    case.git("replace", blob, clean)
    return _either(case)


@mechanism
def _grafted_history(case: Case) -> Plan:
    case.stage("b.py", case.text())
    head = case.commit()
    case.stage("c.py", "x = 1\n")
    last = case.commit()
    (case.root / ".git/info/grafts").write_text(f"{last} {case.first}\n{case.first} {head}\n")
    return Plan(["--diff", f"{case.first}...{last}"])


@mechanism
def _index_flags(case: Case) -> Plan:
    case.stage("b.py", "x = 1\n")
    case.first = case.commit()
    case.stage("b.py", case.text())
    case.git("update-index", case.rng.choice(["--assume-unchanged", "--skip-worktree"]), "b.py")
    case.write("b.py", "x = 1\n")
    return case.staged()


@mechanism
def _split_index(case: Case) -> Plan:
    case.git("update-index", "--split-index")
    case.stage("b.py", case.text())
    return case.staged()


@mechanism
def _intent_to_add_beside_a_copy(case: Case) -> Plan:
    case.write("later.py", case.text())
    case.git("add", "-N", "later.py")
    case.stage("b.py", case.text())
    return case.staged()


@mechanism
def _working_tree_differs(case: Case) -> Plan:
    case.stage("b.py", case.text())
    case.write("b.py", "x = 1\n")
    return case.staged()


@mechanism
def _environment_redirects(case: Case) -> Plan:
    case.stage("b.py", case.text())
    mark = case.folder / "ran"
    return case.staged(
        environment={
            "GIT_EXTERNAL_DIFF": f"touch {mark}",
            "GIT_DIFF_OPTS": "--unified=0",
            "GIT_PAGER": f"touch {mark}",
            "GIT_TRACE": str(case.folder / "trace"),
            "GIT_GLOB_PATHSPECS": "1",
            "GIT_ICASE_PATHSPECS": "1",
        },
        absent=mark,
    )


@mechanism
def _from_a_subfolder(case: Case) -> Plan:
    case.stage("dir/c.py", "x = 1\n")
    case.stage("b.py", case.text())
    plan = _either(case)
    plan.folder = case.root / "dir"
    return plan


@mechanism
def _modules_in_the_checkout(case: Case) -> Plan:
    mark = case.folder / "ran"
    for name in ("json", "multiprocessing", "rapidfuzz", "numpy", "sitecustomize", "tomllib"):
        case.stage(f"{name}.py", f"open({str(mark)!r}, 'w')\n")
    case.stage("b.py", case.text())
    plan = _either(case)
    plan.absent = mark
    return plan


# What cannot be read


@mechanism
def _padded_beyond_the_limit(case: Case) -> Plan:
    case.stage("b.py", case.text() + "#" * 100 + "\n# x\n" * 1_100_000)
    return _with_note(_either(case), "too-large")


@mechanism
def _zero_byte_in_a_source(case: Case) -> Plan:
    case.stage("b.c", b"/*\0*/\n".decode() + case.text())
    return _with_note(_either(case), "binary")


@mechanism
def _other_encoding(case: Case) -> Plan:
    code = case.rng.choice(["utf-16", "utf-32", "utf-16-le"])
    case.stage("b.py", case.text().encode(code))
    return _with_note(_either(case), "")


def _with_note(plan: Plan, reason: str) -> Plan:
    """What is not checked is named; whether that fails is a matter of the exit code 5."""
    plan.codes = frozenset({0, 1, 5})
    plan.clean_codes = frozenset({0, 5})
    plan.says = f"not checked: 1 {reason}"
    return plan


@mechanism
def _tracked_although_ignored(case: Case) -> Plan:
    case.stage(".gitignore", "*.py\nbuild/\n")
    case.stage(case.rng.choice(["b.py", "build/b.py"]), case.text())
    return Plan(["."])


@mechanism
def _in_a_folder_that_walks_pass_by(case: Case) -> Plan:
    folder = case.rng.choice(["node_modules", ".venv", ".tox", "__pycache__", ".hg"])
    case.stage(f"{folder}/pkg/b.py", case.text())
    return Plan(["."])
