# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a release needs: one version everywhere, pinned actions, files in the wheel."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def check_version(tag):
    command = [sys.executable, ROOT / "scripts/check_version", tag]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_another_tag_is_refused_with_each_disagreement():
    done = check_version("v999.1.2")
    assert done.returncode == 1
    for file in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "docs/"):
        assert file in done.stderr


def test_the_program_knows_the_version_of_the_package():
    from codescan.version import VERSION

    assert PROJECT["project"]["version"] == VERSION


def test_the_citation_names_the_version_of_the_package():
    version = PROJECT["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_every_action_is_pinned_to_a_commit():
    files = [ROOT / "action.yml", *(ROOT / ".github/workflows").glob("*.yml")]
    used = [
        name
        for file in files
        for name in re.findall(r"uses:\s*(\S+)", file.read_text(encoding="utf-8"))
    ]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)] == []


ADDRESS = "https://git.example.org/harbor/codescan"


@pytest.mark.parametrize(
    ("wheel", "glibc"),
    [
        ("codescan-1.0-cp312-abi3-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl", (2, 24)),
        ("codescan-1.0-cp312-abi3-manylinux2014_aarch64.manylinux_2_17_aarch64.whl", (2, 17)),
        ("codescan-1.0-cp312-abi3-linux_aarch64.whl", None),
    ],
)
def test_the_name_of_a_wheel_says_the_oldest_glibc(wheel, glibc):
    script = runpy.run_path(str(ROOT / "scripts/build_wheels"))
    assert script["needed_glibc"](wheel) == glibc


@pytest.mark.parametrize(
    ("wheel", "module", "suffix", "is_found"),
    [
        ("cp311-cp311-win_amd64", "_native.cp311-win_amd64.pyd", ".cp311-win_amd64.pyd", True),
        ("cp311-cp311-win_amd64", "_native.cpython-311-x.so", ".cp311-win_amd64.pyd", False),
        ("cp312-abi3-win_amd64", "_native.pyd", ".cp312-win_amd64.pyd", True),
        ("cp312-abi3-linux_x86_64", "_native.abi3.so", ".cpython-312-x.so", True),
    ],
)
def test_the_module_of_a_wheel_has_the_name_that_python_looks_for(
    tmp_path, wheel, module, suffix, is_found
):
    check = runpy.run_path(str(ROOT / "scripts/build_wheels"))["check_module_name"]
    path = tmp_path / f"codescan-1.0-{wheel}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"codescan/_core/{module}", b"")
        archive.writestr("codescan/_core/_native.pyi", b"")
    if is_found:
        check(path, suffix)
    else:
        with pytest.raises(SystemExit, match="Python needs"):
            check(path, suffix)


def name_repository(address, root):
    command = [sys.executable, ROOT / "scripts/name_repository", address, "--root", root]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def sources(tmp_path):
    """Copies of the files in which a release names its repository."""
    (tmp_path / "docs").mkdir()
    for name in ("pyproject.toml", "README.md", "docs/gate.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def contents(folder):
    return {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_a_release_names_its_repository_everywhere(sources):
    assert name_repository(f"{ADDRESS}.git", sources).returncode == 0
    project = tomllib.loads((sources / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"]["Source"] == ADDRESS
    assert project["dependencies"] == PROJECT["project"]["dependencies"]
    assert set(project["urls"]) == {"Source", "Documentation", "Changelog", "Issues"}
    readme = (sources / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", readme)
    assert len(targets) > 30
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    assert "\npip install codescan\n" in readme
    assert "pip install ." not in readme
    version = PROJECT["project"]["version"]
    assert f"({ADDRESS}/raw/v{version}/docs/images/report.png)" in readme
    assert f"({ADDRESS}/blob/v{version}/docs/gate.md#what-to-do-about-a-finding)" in readme
    page = (sources / "docs/gate.md").read_text(encoding="utf-8")
    assert f"repo: {ADDRESS}\n" in page
    assert f"uses: harbor/codescan@v{version}\n" in page
    before = contents(sources)
    assert name_repository(ADDRESS, sources).returncode == 0
    assert contents(sources) == before


@pytest.mark.parametrize(
    "address", ["", "http://a/b/c", "https://a/b", 'https://a/b/c"\nx = "1', "file:///etc/passwd"]
)
def test_what_is_not_an_address_changes_nothing(sources, address):
    before = contents(sources)
    assert name_repository(address, sources).returncode == 2
    assert contents(sources) == before


def test_the_release_names_the_repository_before_it_builds():
    workflow = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    named = [at.start() for at in re.finditer("scripts/name_repository", workflow)]
    built = [
        at.start()
        for at in re.finditer("cibuildwheel --output-dir|run build --sdist|build_wheels", workflow)
    ]
    assert len(named) == len(built) == 3
    assert all(name < build for name, build in zip(named, built, strict=True))
