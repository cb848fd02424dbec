# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read small, untrusted files: only regular files, up to a size limit."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import ConfigError
from codescan.system.files import open_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_bounded", "read_regular_file"]


def read_regular_file(path: Path, limit: int, *, inside: Path | None = None) -> bytes | None:
    """The content of a file, or None if it does not exist.

    A named pipe, a device or a folder is never opened for reading, so that the read cannot block.

    Args:
        path: the file; links are followed.
        limit: bytes; a larger file is refused.
        inside: the folder that a link must not lead out of; None: anywhere.

    Raises:
        ConfigError: it is not a regular file, too large, cannot be read, or outside.
    """
    try:
        real = path.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise ConfigError(f"{path} is a link to nothing", "remove or correct it") from None
        return None
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in the name
        raise ConfigError(f"{path} cannot be read: {_reason(error)}", "remove or correct it") from (
            error
        )
    if inside is not None and not real.is_relative_to(inside.resolve()):
        raise ConfigError(
            f"{path} leads out of the project, to {real}", "replace the link by a copy of the file"
        )
    try:
        content = read_bounded(real, limit)
    except (OSError, ValueError) as error:
        reason = _reason(error)
        raise ConfigError(f"{path} cannot be read: {reason}", "check its permissions") from error
    if content is None:
        raise ConfigError(f"{path} is not a regular file", "replace it by a file")
    if isinstance(content, int):
        raise ConfigError(f"{path} is larger than {limit} bytes", "shorten it")
    return content


def read_bounded(path: Path, limit: int) -> bytes | int | None:
    """The content of a regular file; its size if that is above `limit`; None if it is another kind.

    A link at the end of the path is not followed.

    Raises:
        OSError: the file cannot be opened or read.
    """
    try:
        return _native.read_file(str(path), limit)
    except UnicodeEncodeError:  # a name that is not UTF-8
        pass
    with os.fdopen(open_file(path), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        content = stream.read(limit + 1)
        return content if len(content) <= limit else max(status.st_size, len(content))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
