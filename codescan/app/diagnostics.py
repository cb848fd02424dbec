# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Diagnose the installation: what is installed, what is missing, and how to install it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.settings import DEFAULT_CORPUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

__all__ = ["Diagnosis", "Diagnostic", "diagnose"]

_BROKEN = 3


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One diagnosed item."""

    name: str
    state: str
    """"ok", "missing" or "damaged"."""
    detail: str = ""
    hint: str = ""
    """Next step; empty if the state is "ok"."""
    essential: bool = False
    """Whether codescan cannot work without it."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All diagnosed items."""

    schema_version: int
    healthy: bool
    """Whether all essential items are ok."""
    checks: tuple[Diagnostic, ...]

    @property
    def exit_code(self) -> int:
        """3 if an essential item is missing, else 0."""
        return 0 if self.healthy else _BROKEN


def diagnose() -> Diagnosis:
    """Diagnose the installation."""
    checks = tuple(_diagnostics())
    healthy = all(check.state == "ok" for check in checks if check.essential)
    return Diagnosis(1, healthy, checks)


def _diagnostics() -> Iterator[Diagnostic]:
    """All items, in display order."""
    import platform

    from codescan.app.versions import version

    yield Diagnostic("codescan", "ok", version())
    yield Diagnostic("python", "ok", f"{platform.python_version()} on {platform.platform()}")
    yield _native()
    yield from _requirements()
    yield from _folders()
    yield _default_index()
    yield _configuration()


def _native() -> Diagnostic:
    try:
        from codescan._core import _native
    except ImportError as error:
        return Diagnostic(
            "native module",
            "missing",
            str(error),
            "install codescan with a C++20 compiler at hand: pip install codescan",
            essential=True,
        )
    return Diagnostic("native module", "ok", str(_native.__file__), essential=True)


def _requirements() -> Iterator[Diagnostic]:
    """The base requirements and the extras, from the installed package's own metadata."""
    from importlib import metadata

    from packaging.requirements import Requirement

    try:
        package = metadata.metadata("codescan")
    except metadata.PackageNotFoundError:
        yield Diagnostic(
            "requirements", "missing", "codescan runs from a source tree", "pip install ."
        )
        return
    parsed = [Requirement(text) for text in package.get_all("Requires-Dist") or ()]
    yield _group("base install", [r for r in parsed if _applies(r, "")], "codescan", essential=True)
    for extra in package.get_all("Provides-Extra") or ():
        yield _group(f"extra {extra}", _added_by(extra, parsed), f"codescan[{extra}]")


def _added_by(extra: str, parsed: list[Requirement]) -> list[Requirement]:
    """Requirements that an extra adds to the base, including those of its own extras."""
    added: dict[str, Requirement] = {}
    extras = [extra]
    for name in extras:  # grows: an extra of this package includes others
        for requirement in parsed:
            if not _applies(requirement, name) or _applies(requirement, ""):
                continue
            if requirement.name == "codescan":
                extras += sorted(requirement.extras - set(extras))
            else:
                added.setdefault(str(requirement), requirement)
    return list(added.values())


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _group(
    name: str, requirements: list[Requirement], install: str, *, essential: bool = False
) -> Diagnostic:
    versions = [_installed(requirement) for requirement in requirements]
    missing = any(not fits for fits, _words in versions)
    return Diagnostic(
        name,
        "missing" if missing else "ok",
        ", ".join(words for _fits, words in versions),
        f"pip install '{install}'" if missing else "",
        essential=essential,
    )


def _installed(requirement: Requirement) -> tuple[bool, str]:
    """Whether a requirement is met, and a description of the installed version."""
    from importlib import metadata

    try:
        installed = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return False, f"{requirement.name} is not installed"
    if not requirement.specifier.contains(installed, prereleases=True):
        return False, f"{requirement.name} {installed} is not {requirement.specifier}"
    return True, f"{requirement.name} {installed}"


def _folders() -> Iterator[Diagnostic]:
    import platformdirs

    from codescan.app.indexes import indexes_folder
    from codescan.sources.downloads import cache_folder

    for name, path in (
        ("cache folder", cache_folder().parent),
        ("index folder", indexes_folder()),
        ("log folder", platformdirs.user_log_path("codescan")),
    ):
        size = f"{_size(path) / 1e6:,.1f} MB" if path.exists() else "not made yet"
        yield Diagnostic(name, "ok", f"{path} ({size})")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:  # removed since the listing
            continue
    return total


def _default_index() -> Diagnostic:
    from codescan.app.indexes import indexes_folder
    from codescan.errors import CodescanError

    folder = indexes_folder() / DEFAULT_CORPUS
    build = f"codescan index build --corpus {DEFAULT_CORPUS}"
    if not folder.exists():
        return Diagnostic("default index", "missing", str(folder), build)
    try:
        from codescan.index import Index

        Index.open(folder).close()
    except (CodescanError, ImportError) as error:
        return Diagnostic(
            "default index", "damaged", str(error), getattr(error, "hint", "") or build
        )
    return Diagnostic("default index", "ok", str(folder))


def _configuration() -> Diagnostic:
    from codescan.config import find_config, load_config
    from codescan.errors import ConfigError

    file = find_config(Path.cwd())
    if file is None:
        return Diagnostic("configuration", "ok", "no codescan.toml or [tool.codescan] here")
    try:
        load_config(file)
    except ConfigError as error:
        return Diagnostic("configuration", "damaged", error.message, error.hint)
    return Diagnostic("configuration", "ok", str(file))
