# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Mechanisms of histories, names of revisions, formats of repositories and hand-made objects."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from _torture.gate_case import Case, Plan, invented_code
from _torture.gate_registry import either, mechanism

if TYPE_CHECKING:
    from pathlib import Path

_USAGE = frozenset({2})
_ERROR = frozenset({2, 3, 5})


# Names of revisions


@mechanism
def _tag_named_like_the_base(case: Case) -> Plan:
    """A tag comes before a branch of the same name: it makes the range empty."""
    case.git("branch", "base", case.first)
    case.stage("b.py", case.text())
    head = case.commit()
    case.git("tag", "base", head)
    dots = case.rng.choice(["..", "..."])
    return Plan([f"--diff=base{dots}HEAD"], _USAGE, _USAGE, "more than one branch or tag")


@mechanism
def _branch_named_like_a_commit(case: Case) -> Plan:
    """An id stays an id, whatever branch has it as a name."""
    case.stage("b.py", case.text())
    head = case.commit()
    case.git("update-ref", f"refs/heads/{case.first}", head)
    return Plan([f"--diff={case.first}..{head}"])


@mechanism
def _branch_named_head(case: Case) -> Plan:
    case.git("update-ref", "refs/heads/HEAD", case.first)
    case.stage("b.py", case.text())
    return either(case)


@mechanism
def _ambiguity_is_not_warned_of(case: Case) -> Plan:
    case.git("config", "core.warnAmbiguousRefs", "false")
    return _tag_named_like_the_base(case)


@mechanism
def _annotated_tag_of_a_tag(case: Case) -> Plan:
    case.git("tag", "-a", "-m", "x", "one", case.first)
    case.git("tag", "-a", "-m", "x", "two", "one")
    case.stage("b.py", case.text())
    case.commit()
    return Plan(["--diff=two..HEAD"])


# Merges


@mechanism
def _evil_merge(case: Case) -> Plan:
    """The merge commit itself brings what neither side has."""
    case.git("checkout", "-q", "-b", "other")
    case.stage("c.py", "x = 1\n")
    case.commit()
    case.git("checkout", "-q", "main")
    case.stage("d.py", "y = 1\n")
    main = case.commit()
    case.git("merge", "-q", "--no-commit", "--no-ff", "other")
    case.stage("b.py", case.text())
    return case.diff(base=main)


@mechanism
def _octopus_merge(case: Case) -> Plan:
    for number in range(3):
        case.git("checkout", "-q", "-b", f"topic{number}", case.first)
        case.stage(f"c{number}.py", case.text() if number == 1 else f"x = {number}\n")
        case.commit()
    case.git("checkout", "-q", "main")
    case.git("merge", "-q", "topic0", "topic1", "topic2")
    return Plan(["--diff", f"{case.first}...HEAD"])


@mechanism
def _criss_cross_merge(case: Case) -> Plan:
    for branch in ("one", "two"):
        case.git("checkout", "-q", "-b", branch, case.first)
        case.stage(f"{branch}.py", f"{branch} = 1\n")
        case.commit()
    case.git("checkout", "-q", "-b", "left", "one")
    case.git("merge", "-q", "--no-ff", "-m", "m", "two")
    case.git("checkout", "-q", "-b", "right", "two")
    case.git("merge", "-q", "--no-ff", "-m", "m", "one")
    case.stage("b.py", case.text())
    case.commit()
    return Plan(["--diff", "left...right"])


@mechanism
def _merge_with_a_driver_for_ours(case: Case) -> Plan:
    case.stage(".gitattributes", "*.py merge=ours\n")
    case.first = case.commit()
    case.git("config", "merge.ours.driver", "true")
    case.git("checkout", "-q", "-b", "other")
    case.stage("b.py", case.text())
    case.commit()
    case.git("checkout", "-q", "main")
    case.stage("c.py", "x = 1\n")
    case.commit()
    case.git("merge", "-q", "--no-ff", "-m", "m", "other")
    return Plan(["--diff", f"{case.first}..HEAD"])


# Formats of repositories


def _reformatted(case: Case, *options: str) -> Path:
    """Another repository of the case, made with options of `git init`."""
    root = case.folder / "other"
    case.git("init", "-q", "-b", "main", *options, str(root), at=case.folder)
    case.root = root
    case.stage("pyproject.toml", '[project]\nname = "mine"\nlicense = "MIT"\n')
    case.stage("a.py", invented_code(case.rng, 1))
    case.first = case.commit()
    return root


@mechanism
def _sha256_repository(case: Case) -> Plan:
    _reformatted(case, "--object-format=sha256")
    case.stage("b.py", case.text())
    return either(case)


@mechanism
def _separate_git_folder(case: Case) -> Plan:
    _reformatted(case, f"--separate-git-dir={case.folder / 'elsewhere'}")
    case.stage("b.py", case.text())
    return either(case)


@mechanism
def _objects_of_another_repository(case: Case) -> Plan:
    """The contents lie in alternates."""
    other = case.folder / "store"
    case.git("clone", "-q", "--bare", str(case.root), str(other), at=case.folder)
    (case.root / ".git/objects/info").mkdir(exist_ok=True)
    (case.root / ".git/objects/info/alternates").write_text(f"{other}/objects\n")
    blob = case.git("hash-object", "-w", "--stdin", data=case.text().encode(), at=other)
    case.git("update-index", "--add", "--cacheinfo", f"100644,{blob},b.py")
    return either(case)


@mechanism
def _packed_with_a_commit_graph(case: Case) -> Plan:
    case.stage("b.py", case.text())
    head = case.commit()
    case.git("repack", "-q", "-a", "-d", "--write-midx", "--write-bitmap-index")
    case.git("commit-graph", "write", "--reachable", "--changed-paths")
    for name in ("commit-graph", "pack/multi-pack-index"):
        path = case.root / ".git/objects" / ("info" if "/" not in name else "") / name
        if path.exists() and case.rng.random() < 0.7:
            path.chmod(0o644)
            content = bytearray(path.read_bytes())
            for _ in range(40):
                content[case.rng.randrange(len(content))] ^= 255
            path.write_bytes(content)
    return Plan(["--diff", f"{case.first}..{head}"])


@mechanism
def _sparse_index(case: Case) -> Plan:
    case.stage("in/c.py", "x = 1\n")
    case.stage("out/d.py", "y = 1\n")
    case.first = case.commit()
    case.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    case.stage_blob(b"out/b.py", case.text())
    return either(case)


@mechanism
def _bare_repository_in_the_change(case: Case) -> Plan:
    """A folder of the change is a repository of its own, with the refs that the check names."""
    case.git("branch", "base", case.first)
    inner = case.folder / "inner.git"
    case.git("clone", "-q", "--bare", str(case.root), str(inner), at=case.folder)
    for path in inner.rglob("*"):
        if path.is_file() and "hooks" not in path.parts:
            case.stage(f"sub/{path.relative_to(inner)}", path.read_bytes())
    (case.root / "sub/refs").mkdir(exist_ok=True)
    case.stage("b.py", case.text())
    case.commit()
    plan = Plan(["--diff=base..HEAD"], frozenset({1, 2}), frozenset({0, 2}))
    plan.folder = case.root / "sub"
    return plan


@mechanism
def _repository_is_a_submodule(case: Case) -> Plan:
    above = case.folder / "above"
    case.git("init", "-q", "-b", "main", str(above), at=case.folder)
    case.git("submodule", "add", "-q", str(case.root), "part", at=above)
    case.git("commit", "-q", "-m", "x", at=above)
    part = above / "part"
    (part / "b.py").write_text(case.text())
    case.git("add", "b.py", at=part)
    return Plan(["--staged"], folder=part)


@mechanism
def _commit_of_named_files(case: Case) -> Plan:
    """`git commit FILE` gives hooks another index than the usual one."""
    case.stage("b.py", case.text())
    other = case.root / ".git/next-index-1.lock"
    other.write_bytes((case.root / ".git/index").read_bytes())
    case.git("reset", "-q", "b.py")
    return case.staged(environment={"GIT_INDEX_FILE": str(other)})


@mechanism
def _special_file_in_the_git_folder(case: Case) -> Plan:
    case.stage("b.py", case.text())
    name = case.rng.choice(["info/exclude", "info/attributes", "info/grafts", "shallow", "index",
                            "info/sparse-checkout", "objects/info/alternates", "packed-refs",
                            "config", "HEAD", "refs/heads/main", "commondir"])  # fmt: skip
    path = case.root / ".git" / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if case.rng.random() < 0.5:
        os.mkfifo(path)
    else:
        path.symlink_to(case.rng.choice(["/dev/zero", "/dev/tty", "/dev/random"]))
    return case.staged(codes=frozenset({1, *_ERROR}), clean_codes=frozenset({0, *_ERROR}))


# Objects made by hand


def _tree(case: Case, *entries: tuple[bytes, bytes, str]) -> str:
    """Write a tree object as it stands, however odd; returns its id."""
    data = b"".join(
        mode + b" " + name + b"\0" + bytes.fromhex(object_id) for mode, name, object_id in entries
    )
    return case.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=data)


def _by_hand(name: str, *rows: tuple[bytes, bytes, bool]) -> None:
    """Register a commit whose tree has these rows: mode, name, and whether it is the copy."""

    def act(case: Case) -> Plan:
        blobs = {
            is_copy: case.git(
                "hash-object",
                "-w",
                "--stdin",
                data=(case.text() if is_copy else "x = 1\n").encode(),
            )
            for is_copy in (True, False)
        }
        tree = _tree(case, *((mode, path, blobs[is_copy]) for mode, path, is_copy in rows))
        head = case.git("commit-tree", "-p", case.first, "-m", "x", tree)
        codes, clean = frozenset({1, *_ERROR}), frozenset({0, *_ERROR})
        return Plan(["--diff", f"{case.first}..{head}"], codes, clean)

    act.__name__ = name
    mechanism(act)


_by_hand("tree_with_odd_modes", (b"100600", b"b.py", True), (b"100666", b"c.py", True))
_by_hand("tree_with_a_padded_mode", (b"0100644", b"b.py", True))
_by_hand("tree_with_a_name_twice", (b"100644", b"b.py", True), (b"100644", b"b.py", False))
_by_hand("tree_with_a_name_twice_reversed", (b"100644", b"b.py", False), (b"100644", b"b.py", True))
_by_hand("tree_out_of_order", (b"100644", b"z.py", False), (b"100644", b"b.py", True))
_by_hand("tree_with_a_slash_in_a_name", (b"100644", b"../b.py", True))
_by_hand("tree_with_dot_git", (b"100644", b".git", False), (b"100644", b"b.py", True))
_by_hand("tree_with_an_empty_name", (b"100644", b"", False), (b"100644", b"b.py", True))


@mechanism
def _file_becomes_a_folder(case: Case) -> Plan:
    case.stage("b.py", invented_code(case.rng, 1))
    case.first = case.commit()
    case.git("rm", "-q", "b.py")
    case.stage("b.py/b.py", case.text())
    return either(case)


@mechanism
def _folder_becomes_a_file(case: Case) -> Plan:
    case.stage("b.py/c.py", "x = 1\n")
    case.first = case.commit()
    case.git("rm", "-q", "b.py/c.py")
    case.stage_blob(b"b.py", case.text())
    return either(case)


@mechanism
def _very_deep_folder(case: Case) -> Plan:
    case.stage_blob(b"d/" * 1500 + b"b.py", case.text())
    return either(case)


@mechanism
def _thousands_of_files(case: Case) -> Plan:
    blob = case.git("hash-object", "-w", "--stdin", data=b"x = 1\n")
    rows = "".join(f"100644 {blob}\tf{n % 50}/x{n}.py\0" for n in range(3000))
    case.git("update-index", "-z", "--add", "--index-info", data=rows.encode())
    case.stage_blob(b"f7/b.py", case.text())
    return either(case)


# Settings and files that git reads in the working tree


@mechanism
def _ignore_file_is_a_pipe(case: Case) -> Plan:
    case.stage("sub/b.py", case.text())
    for name in (".gitignore", "sub/.gitignore", ".gitattributes", ".mailmap"):
        if case.rng.random() < 0.7:
            os.mkfifo(case.root / name)
    codes, clean = frozenset({1, *_ERROR}), frozenset({0, *_ERROR})
    return Plan(["."], codes, clean)


@mechanism
def _setting_includes_a_pipe(case: Case) -> Plan:
    case.stage("b.py", case.text())
    os.mkfifo(case.folder / "pipe")
    with (case.root / ".git/config").open("a") as config:
        config.write(f"[include]\n\tpath = {case.folder / 'pipe'}\n")
    return case.staged(codes=_ERROR, clean_codes=_ERROR)


@mechanism
def _setting_of_another_working_tree(case: Case) -> Plan:
    other = case.folder / "elsewhere"
    other.mkdir()
    (other / "pyproject.toml").write_text('[project]\nname = "mine"\nlicense = "MIT"\n')
    case.stage("b.py", case.text())
    case.git("config", "core.worktree", str(other))
    codes, clean = frozenset({1, *_ERROR}), frozenset({0, *_ERROR})
    return case.staged(codes=codes, clean_codes=clean)


@mechanism
def _setting_says_bare(case: Case) -> Plan:
    case.stage("b.py", case.text())
    case.git("config", "core.bare", "true")
    codes, clean = frozenset({1, *_ERROR}), frozenset({0, *_ERROR})
    return case.staged(codes=codes, clean_codes=clean)


@mechanism
def _repository_in_the_working_tree(case: Case) -> Plan:
    """A folder is a repository of its own, which the outer one does not track."""
    inner = case.root / "inner"
    case.git("init", "-q", str(inner))
    (inner / "b.py").write_text(case.text())
    return Plan(["."])


@mechanism
def _files_that_git_tracks_in_no_order(case: Case) -> Plan:
    """More names than fit into a listing's first part, the copy among them."""
    for number in range(300):
        case.write(f"x{number:03}/y.py", f"value = {number}\n")
    case.write(f"x{case.rng.randrange(300):03}/b.py", case.text())
    case.git("add", "-A")
    return either(case)
