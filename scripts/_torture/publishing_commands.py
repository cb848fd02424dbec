# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Long commands that write what others get: packages, lists and bundles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _torture.command_results import digests, index_problem, index_state, names
from _torture.disturbed_runs import LongCommand

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["publishing_commands"]


def publishing_commands(folder: Path) -> list[LongCommand]:
    """The commands.

    Args:
        folder: with the data that `long_commands.prepare` made.
    """
    index, packages = f"{folder}/index", f"{folder}/packages"
    return [
        LongCommand(
            "index pack",
            ("index", "pack", index, "--out", "OUT/packages", "--signing-key",
             f"{folder}/key", "-q"),
            lambda out: names(out / "packages", but="*.json"),
        ),
        LongCommand(
            "index push",
            ("index", "push", "demo", packages, "--to", "OUT/server", "-q"),
            lambda out: _visible_digests(out / "server"),
        ),
        LongCommand(
            "index pull",
            ("index", "pull", "demo", "--from", packages, "--out", "OUT/index", "-q"),
            index_state,
            check=index_problem,
        ),
        LongCommand(
            "index export",
            ("index", "export", index, "--swhids", "OUT/list", "--list-format", "compact", "-q"),
            _visible_digests,
            check=_list_problem,
        ),
        LongCommand(
            "evidence bundle",
            ("evidence", "bundle", f"{folder}/audited", "--out", "OUT/bundle", "--signing-key",
             f"{folder}/key", "-q"),
            lambda out: names(out / "bundle", but="*.dsse.json"),
        ),
    ]  # fmt: skip


def _visible_digests(out: Path) -> dict[str, str]:
    """The files but for what a killed process left aside under a hidden name."""
    return {
        name: digest
        for name, digest in digests(out).items()
        if not any(part.startswith(".") for part in name.split("/"))
    }


def _list_problem(out: Path) -> str:
    """A list that is neither absent nor whole."""
    from codescan.errors import CodescanError
    from codescan.index.swhid_list import SwhidList

    if not (out / "list").exists():
        return ""
    try:
        SwhidList(out / "list").close()
    except CodescanError as error:
        return f"the list is not whole: {error}"
    return ""
