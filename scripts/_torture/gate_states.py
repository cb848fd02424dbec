# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Mechanisms of names, of states of a repository, and of texts that cannot be read."""

from __future__ import annotations

import subprocess

from _torture.gate_case import Case, Plan
from _torture.gate_registry import either, mechanism

ERROR = frozenset({2, 3, 5})

# Names


def _named(name: str, *paths: bytes) -> None:
    def act(case: Case) -> Plan:
        case.stage_blob(case.rng.choice(paths), case.text())
        return either(case)

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
    return either(case)


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
    return either(case)


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
    plan = either(case)
    plan.folder = case.root / "dir"
    return plan


@mechanism
def _modules_in_the_checkout(case: Case) -> Plan:
    mark = case.folder / "ran"
    for name in ("json", "multiprocessing", "rapidfuzz", "numpy", "sitecustomize", "tomllib"):
        case.stage(f"{name}.py", f"open({str(mark)!r}, 'w')\n")
    case.stage("b.py", case.text())
    plan = either(case)
    plan.absent = mark
    return plan


# What cannot be read


@mechanism
def _padded_beyond_the_limit(case: Case) -> Plan:
    case.stage("b.py", case.text() + "#" * 100 + "\n# x\n" * 1_100_000)
    return _unchecked(either(case))


@mechanism
def _zero_byte_in_a_source(case: Case) -> Plan:
    case.stage("b.c", b"/*\0*/\n".decode() + case.text())
    return _unchecked(either(case))


@mechanism
def _other_encoding(case: Case) -> Plan:
    code = case.rng.choice(["utf-16", "utf-32", "utf-16-le"])
    case.stage("b.py", case.text().encode(code))
    return _unchecked(either(case))


def _unchecked(plan: Plan) -> Plan:
    """What is not checked fails the check."""
    plan.codes = frozenset({1, 5})
    plan.clean_codes = frozenset({0, 5})
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
