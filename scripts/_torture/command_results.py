# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What of a command's result must not change, and what is wrong with a result."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["digests", "index_problem", "index_state", "json_problem", "names", "report"]

_FINISHED = re.compile(r"\.codescan-\w+\.finished-")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?")


def index_state(out: Path) -> object:
    """What the index holds; it is opened and verified."""
    from codescan.index import Index

    with Index.open(out / "index") as opened:
        if not opened.has_texts:
            opened.verify()
            return opened.manifest.digest, len(opened)
        contents = sorted(
            hashlib.sha256(opened.content(number)).hexdigest() for number in range(len(opened))
        )
        return opened.manifest.digest, contents


def index_problem(out: Path) -> str:
    """An index that is neither absent nor whole."""
    from codescan.__main__ import main

    if not (out / "index" / "manifest.json").exists():
        return ""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        code = main(["index", "verify", str(out / "index"), "-q"])
    return "" if code == 0 else f"the index does not verify after the kill: exit code {code}"


def names(folder: Path, but: str) -> object:
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.match(but)
    )


def json_problem(path: Path) -> str:
    """A JSON file that is neither absent nor whole."""
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return ""
    except ValueError as error:
        return f"{path.name} is not whole: {error}"
    return ""


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        # A task folder that is being removed belongs to a run that is complete.
        if path.is_file() and not _FINISHED.match(path.relative_to(out).parts[0])
    }


def report(path: Path) -> object:
    """A report without its dates and names of folders."""
    text = _DATE.sub("DATE", path.read_text(encoding="utf-8"))
    return re.sub(r"/[^\s\"]*/run\d*", "RUN", text)
