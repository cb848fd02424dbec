# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Results of finished steps of a lab run, which a run that continues reads again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from codescan.errors import UsageError
from codescan.records.json_decode import DecodingError, decode_json
from codescan.records.json_encode import canonical_json
from codescan.runs.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_step", "write_step"]

_T = TypeVar("_T")


def write_step(path: Path, result: object) -> None:
    """Write the result of a step.

    Raises:
        OutputError: it cannot be written.
    """
    # Every field as it is: the form of reports leaves out what was not measured.
    write_atomically(path, canonical_json(msgspec.to_builtins(result)))


def read_step(path: Path, kind: type[_T]) -> _T | None:
    """The result of a step; None if the step is not finished.

    Raises:
        UsageError: the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        return decode_json(path.read_bytes(), kind)
    except DecodingError as error:
        raise UsageError(
            f"{path} is damaged: {error}", "remove it; the lab then runs this step again"
        ) from error
