# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Mechanisms by which a change may choose, remove or block the rules that it is judged by."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from _torture import gate_changes, gate_history, gate_states, gate_wrappers
from _torture.gate_case import Case, Plan, check
from _torture.gate_registry import MECHANISMS, mechanism

if TYPE_CHECKING:
    from collections.abc import Callable

_BASELINE = ".codescan.baseline.json"
_CONFIG_ERROR = frozenset({2})


# Settings that the change brings


def _setting(name: str, *texts: str) -> None:
    def act(case: Case) -> Plan:
        case.stage("codescan.toml", 'fail_on = "B"\n')
        case.first = case.commit()
        case.stage("codescan.toml", case.rng.choice(texts))
        case.stage("b.py", case.text())
        return case.diff(says="policy changed: codescan.toml")

    act.__name__ = name
    mechanism(act)


_setting("setting_fail_states", "fail_states = []\n", 'fail_states = ["review"]\n')
_setting("setting_min_tokens", "min_tokens = 100000\n")
_setting("setting_own", 'own = ["pkg:generic/upstream"]\n')
_setting("setting_allow", '[allow]\npackages = ["*"]\n', '[allow]\npaths = ["**"]\n')
_setting("setting_fail_on", 'fail_on = "none"\n')
_setting("setting_license", 'license = "AGPL-3.0-only"\n[allow]\nlicenses = ["*"]\n')
_setting("setting_index", 'index = "/dev/zero"\n', 'index = "empty"\n', 'corpus = "x"\n')
_setting("setting_baseline", 'baseline = "accepted.json"\n', 'baseline = "/dev/zero"\n')
_setting("setting_broken", "[[[[\n", "<<<<<<< a\nx\n=======\n>>>>>>> b\n", "\xff")


@mechanism
def _setting_in_pyproject(case: Case) -> Plan:
    case.stage("codescan.toml", "")
    case.first = case.commit()
    case.git("rm", "-q", "codescan.toml")
    text = '[project]\nname = "mine"\nlicense = "MIT"\n[tool.codescan]\nfail_states = []\n'
    case.stage("pyproject.toml", text)
    case.stage("b.py", case.text())
    return case.diff(says="policy changed: pyproject.toml")


@mechanism
def _setting_above_the_repository(case: Case) -> Plan:
    (case.folder / "codescan.toml").write_text("fail_states = []\n")
    case.stage("b.py", case.text())
    plan = case.staged() if case.rng.choice((True, False)) else case.diff()
    plan.says = "configuration: none"
    return plan


@mechanism
def _setting_in_a_strict_check(case: Case) -> Plan:
    """Without one in the base, the settings of the change count; not where it is strict."""
    case.stage("codescan.toml", case.rng.choice(["fail_states = []\n", 'fail_on = "none"\n']))
    case.stage("b.py", case.text())
    return case.diff("--strict")


@mechanism
def _setting_of_the_base_in_a_strict_check(case: Case) -> Plan:
    case.stage("codescan.toml", 'min_tokens = 99999\nindex = "nowhere"\n')
    case.first = case.commit()
    case.stage("b.py", case.text())
    return case.diff("--strict")


@mechanism
def _setting_without_one_in_the_base(case: Case) -> Plan:
    case.stage("codescan.toml", "fail_states = []\n")
    case.stage("b.py", case.text())
    codes = frozenset({0})
    return case.diff(codes=codes, says="codescan.toml (read from: this change: the base has none)")


@mechanism
def _setting_of_a_named_file_in_the_change(case: Case) -> Plan:
    case.stage("ci.toml", "")
    case.first = case.commit()
    case.stage("ci.toml", "fail_states = []\n")
    case.stage("b.py", case.text())
    return case.diff("--config", "ci.toml")


@mechanism
def _setting_through_a_link(case: Case) -> Plan:
    case.stage("rules.toml", "")
    (case.root / "codescan.toml").symlink_to("rules.toml")
    case.git("add", "codescan.toml")
    case.first = case.commit()
    case.stage("rules.toml", "fail_states = []\n")
    case.stage("b.py", case.text())
    return case.diff(says="policy changed: rules.toml")


@mechanism
def _setting_staged_is_listed(case: Case) -> Plan:
    case.stage("codescan.toml", "fail_states = []\n")
    case.stage("b.py", case.text())
    return case.staged(codes=frozenset({0}), says="policy changed: codescan.toml: configuration")


# What the change says about the project


def _project(name: str, **files: str) -> None:
    def act(case: Case) -> Plan:
        for path, content in files.items():
            case.stage(path.replace("__", "/").replace("_t", ".t").replace("_j", ".j"), content)
        case.stage("sub/b.py", case.text())
        return case.diff("--strict") if case.rng.choice((True, False)) else case.diff()

    act.__name__ = name
    mechanism(act)


_AGPL = '[project]\nname = "mine"\nlicense = "AGPL-3.0-only"\n'
_project("project_license", pyproject_toml=_AGPL)
_project("project_name", pyproject_toml='[project]\nname = "upstream"\nlicense = "MIT"\n')
_project("project_nested", sub__package_json='{"name": "upstream", "license": "AGPL-3.0-only"}')
_project("project_cargo", Cargo_toml='[package]\nname = "upstream"\nlicense = "AGPL-3.0"\n')
_project("project_dependency", requirements_txt="upstream\n")
_project("project_license_file", LICENSE="GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3\n")


@mechanism
def _project_in_a_vendored_folder(case: Case) -> Plan:
    case.stage("vendor/x/package.json", '{"name": "upstream", "license": "AGPL-3.0-only"}')
    case.stage("vendor/x/b.py", case.text())
    return case.staged()


# Files that block or flood


def _blocked(name: str, path: str, *, codes: frozenset[int] = frozenset({1})) -> None:
    def act(case: Case) -> Plan:
        place = case.root / path
        place.unlink(missing_ok=True)
        kind = case.rng.choice(["pipe", "/dev/zero", "/dev/stdin", "/etc/passwd", path, "nowhere"])
        if kind == "pipe":
            os.mkfifo(place)
        else:
            place.symlink_to(kind)
            case.git("add", "-f", path)
        case.stage("b.py", case.text())
        clean = frozenset({0}) if codes == frozenset({1}) else codes
        return case.staged(codes=codes, clean_codes=clean)

    act.__name__ = name
    mechanism(act)


_blocked("blocked_license", "LICENSE")
_blocked("blocked_package_json", "package.json")
_blocked("blocked_pyproject", "pyproject.toml", codes=_CONFIG_ERROR)
_blocked("blocked_requirements", "requirements.txt")
_blocked("blocked_configuration", "codescan.toml", codes=_CONFIG_ERROR)
_blocked("blocked_baseline", _BASELINE, codes=_CONFIG_ERROR)


def _blocked_in_commit(name: str, path: str, codes: frozenset[int]) -> None:
    def act(case: Case) -> Plan:
        target = case.rng.choice(["/dev/zero", "../../../etc/passwd", path, "x/../../y"])
        case.stage_blob(path.encode(), target, "120000")
        case.first = case.commit()
        case.stage("b.py", case.text())
        clean = frozenset({0}) if codes == frozenset({1}) else codes
        return case.diff(codes=codes, clean_codes=clean)

    act.__name__ = name
    mechanism(act)


_blocked_in_commit("committed_link_license", "LICENSE", frozenset({1}))
_blocked_in_commit("committed_link_configuration", "codescan.toml", _CONFIG_ERROR)
_blocked_in_commit("committed_link_baseline", _BASELINE, _CONFIG_ERROR)


@mechanism
def _input_is_a_pipe(case: Case) -> Plan:
    os.mkfifo(case.root / "pipe.py")
    (case.root / "zero.py").symlink_to("/dev/zero")
    case.stage("b.py", case.text())
    return Plan(["pipe.py", "zero.py", "b.py"], clean_codes=frozenset({0, 5}))


@mechanism
def _index_is_a_pipe(case: Case) -> Plan:
    os.mkfifo(case.root / "index")
    case.stage("b.py", case.text())
    codes = frozenset({2, 3})
    return Plan(["--staged", "--index", "index"], codes, codes)


@mechanism
def _baseline_too_large(case: Case) -> Plan:
    case.stage(_BASELINE, '{"schema_version": 1, "entries": [' + " " * (17 << 20) + "]}")
    case.stage("b.py", case.text())
    return case.staged(codes=_CONFIG_ERROR, clean_codes=_CONFIG_ERROR)


@mechanism
def _baseline_with_conflict_markers(case: Case) -> Plan:
    empty = '{"schema_version": 1, "entries": []}\n'
    case.stage(_BASELINE, f"<<<<<<< HEAD\n{empty}=======\n{empty}>>>>>>> b\n")
    case.stage("b.py", case.text())
    return case.staged(
        codes=_CONFIG_ERROR, clean_codes=_CONFIG_ERROR, says="conflict markers of a merge"
    )


@mechanism
def _baseline_nested_deeply(case: Case) -> Plan:
    case.stage(_BASELINE, "[" * 100_000)
    case.stage("b.py", case.text())
    return case.staged(codes=_CONFIG_ERROR, clean_codes=_CONFIG_ERROR)


# What the change accepts itself


def _accept(case: Case, *paths: str) -> None:
    """Write a baseline that accepts what the files hold now."""
    plan = Plan([*paths, "--update-baseline", "--reason", "r", "--reviewer", "t"])
    outcome = check(case, plan)
    if outcome.code:
        raise RuntimeError(f"the baseline was not written: {outcome.output}")
    case.git("add", "-f", _BASELINE)


@mechanism
def _accepted_by_a_comment(case: Case) -> Plan:
    case.stage("b.py", f"# codescan: allow-next reason=mine\n{case.payload}")
    return case.diff(codes=frozenset({0}), says="accepted in this change: 1")


@mechanism
def _accepted_by_a_comment_strictly(case: Case) -> Plan:
    case.stage("b.py", f"# codescan: allow-next reason=mine\n{case.payload}")
    return case.diff("--strict")


@mechanism
def _accepted_by_the_baseline(case: Case) -> Plan:
    case.stage("b.py", case.text())
    _accept(case, "b.py")
    return case.diff(codes=frozenset({0}), says="accepted in this change: 1")


@mechanism
def _accepted_by_the_baseline_strictly(case: Case) -> Plan:
    case.stage("b.py", case.text())
    _accept(case, "b.py")
    return case.diff("--strict")


@mechanism
def _old_allowance_reaches_further(case: Case) -> Plan:
    """The base switches the check off up to a line that the change moves."""
    case.stage("b.py", "# codescan: off reason=old\nx = 1\n# codescan: on\n")
    case.first = case.commit()
    case.stage("b.py", f"# codescan: off reason=old\nx = 1\n{case.payload}")
    return case.diff("--strict", says="allow comment removed")


@mechanism
def _another_copy_of_an_accepted_one(case: Case) -> Plan:
    case.stage("b.py", case.text())
    _accept(case, "b.py")
    case.first = case.commit()
    case.stage("c.py", case.text())
    return case.diff()


@mechanism
def _accepted_copy_moves_and_stays(case: Case) -> Plan:
    """The accepted file is deleted, and two others take its passage."""
    case.stage("b.py", case.text())
    _accept(case, "b.py")
    case.first = case.commit()
    case.git("rm", "-q", "b.py")
    case.stage("c.py", case.text())
    case.stage("d.py", case.text())
    return case.diff()


@mechanism
def _raised_count_of_an_entry(case: Case) -> Plan:
    case.stage("b.py", case.text())
    _accept(case, "b.py")
    case.first = case.commit()
    document = json.loads((case.root / _BASELINE).read_text())
    for entry in document["entries"]:
        entry["count"] = 99
    case.stage(_BASELINE, json.dumps(document))
    case.stage("b.py", case.text() + "\n\n" + case.payload)
    return case.diff("--strict")


@mechanism
def _named_baseline_in_the_change(case: Case) -> Plan:
    case.stage("b.py", case.text())
    _accept(case, "b.py")
    return case.diff("--strict", "--baseline", _BASELINE, codes=frozenset({1, 2}),
                     clean_codes=frozenset({0, 2}))  # fmt: skip


def all_mechanisms() -> dict[str, Callable[[Case], Plan]]:
    """Every mechanism by name; importing a module registers its own."""
    modules = (gate_changes, gate_history, gate_states, gate_wrappers)
    if not all(module.mechanism for module in modules):
        raise RuntimeError("the mechanisms are not registered")
    return MECHANISMS
