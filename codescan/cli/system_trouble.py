# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Trouble of the system that reaches the command line: disks, permissions, memory, libraries."""

from __future__ import annotations

import errno
import os

from codescan.errors import CodescanError, MissingExtraError, OutputError, ResourceError

__all__ = ["trouble_of"]

_SPACE = "free some space, then run the same command again"
_PERMISSIONS = "check the permissions"
_HINTS = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: "raise the limit of file sizes (`ulimit -f`)",
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: "write to another file system",
    errno.EMFILE: "raise the limit of open files (`ulimit -n`)",
    errno.ENFILE: "close other programs, then run the same command again",
    errno.ENOMEM: "close other programs, or use fewer --workers",
    errno.EAGAIN: "raise the limit of processes (`ulimit -u`), or use fewer --workers",
    errno.EIO: "check the disk",
    errno.EBADF: "a standard stream is closed: keep it open; a result can go to a file with --out",
    errno.ENAMETOOLONG: "use a shorter path",
    errno.ELOOP: "name the file itself, not a link",
    errno.ENOENT: "was it removed meanwhile? run the same command again",
    errno.ENOTDIR: "check the path",
    errno.EISDIR: "name a file, not a folder",
    errno.ESTALE: "mount the file system again",
    errno.ETIMEDOUT: "check the connection to the file system",
}
"""Advice by error number; an error of another kind may be a defect."""
_DATABASE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk cannot be read or written",
    "SQLITE_READONLY": "it cannot be written",
    "SQLITE_CANTOPEN": "it cannot be opened",
    "SQLITE_PERM": "it may not be opened",
    "SQLITE_BUSY": "another process is using it",
    "SQLITE_LOCKED": "another process is using it",
    "SQLITE_NOMEM": "memory ran out",
    "SQLITE_CORRUPT": "it is damaged",
    "SQLITE_NOTADB": "it is not a database",
}

_EXTRAS = {
    "cryptography": "evidence",
    "datasketch": "audit",
    "fastapi": "serve",
    "gguf": "models",
    "httpx2": "serve",
    "mcp": "mcp",
    "numpy": "audit",
    "pandas": "pandas",
    "phonenumbers": "private",
    "prometheus_client": "serve",
    "pyarrow": "parquet",
    "pygls": "lsp",
    "ray": "cluster",
    "scipy": "audit",
    "sklearn": "membership",
    "stdnum": "private",
    "torch": "models",
    "transformers": "models",
    "uvicorn": "serve",
}
"""The extra that installs a module which the base installation leaves out."""


def trouble_of(error: BaseException) -> CodescanError | None:
    """The error as the user should see it; None when it may be a defect of the program."""
    if isinstance(error, MemoryError):
        return ResourceError(
            "memory ran out", "use fewer --workers or a smaller input, or free some memory"
        )
    if isinstance(error, ModuleNotFoundError):
        module = (error.name or "").partition(".")[0]
        extra = _EXTRAS.get(module)
        return MissingExtraError("this command", extra) if extra else None
    if any(kind.__module__ == "sqlite3" for kind in type(error).__mro__):
        return _database_trouble(error)
    if not isinstance(error, OSError):
        return None
    hint = _HINTS.get(error.errno or 0)
    if hint is None:
        return None
    stream_name = (
        os.fsdecode(error.filename)
        if isinstance(error.filename, str | bytes)
        else "a standard stream"
    )
    return OutputError(f"{stream_name}: {error.strerror}", hint)


def _database_trouble(error: BaseException) -> CodescanError | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, reason in _DATABASE.items():
        if name == prefix or name.startswith(prefix + "_"):
            return OutputError(
                f"a database: {reason} ({error})", "check the free space and the permissions"
            )
    return None
