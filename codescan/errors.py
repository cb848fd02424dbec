# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The error tree.

    CodescanError
    ├── UsageError            2  a wrong option, argument or configuration
    │   └── ConfigError       2  a wrong key or value in codescan.toml
    ├── MissingExtraError     2  an optional dependency is not installed
    ├── SourceError           3  a corpus cannot be read or fetched
    │   └── ChangedError      3  a file changed after it was first read
    ├── GitError              3  git fails, or a repository cannot be read
    ├── IndexMissingError     3  there is no index
    ├── IndexFormatError      3  an index is of another version, truncated or damaged
    ├── EvidenceError         3  signed evidence is damaged, incomplete or signed by another key
    ├── PackageError          3  an index package is unsigned, altered, expired or out of reach
    ├── EmptyCorpusError      3  a corpus holds nothing that can be indexed
    ├── ResourceError         3  memory ran out, or a process of the program was killed
    ├── ModelError            3  a model cannot be loaded or reached
    └── OutputError           3  a result cannot be written

A message says what happened and to which item; the hint says what to do next. Each class owns
its exit code; only `codescan.cli` prints and exits.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "ChangedError",
    "CodescanError",
    "ConfigError",
    "EmptyCorpusError",
    "EvidenceError",
    "GitError",
    "GitTimeoutError",
    "IndexFormatError",
    "IndexMissingError",
    "MissingExtraError",
    "ModelError",
    "OutputError",
    "PackageError",
    "ResourceError",
    "SourceError",
    "UsageError",
]


class CodescanError(Exception):
    """Root of every expected error.

    Args:
        message: what happened, to which item.
        hint: what to do next; may be empty.
    """

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle an error of any signature, for workers to report it."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[CodescanError], arguments: tuple[object, ...], state: dict[str, object]
) -> CodescanError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error


class UsageError(CodescanError):
    """A wrong option or argument."""

    exit_code = 2


class ConfigError(UsageError):
    """A wrong key or value in a configuration file."""


class MissingExtraError(CodescanError):
    """An optional dependency is not installed; the hint is the command that installs it."""

    exit_code = 2

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs packages that are not installed",
            f"pip install 'codescan[{extra}]'",
        )
        self.extra = extra


class SourceError(CodescanError):
    """A corpus cannot be read or fetched."""


class ChangedError(SourceError):
    """A file of a folder changed after it was first read.

    Args:
        message: as of every error.
        hint: likewise.
        item: the file.
    """

    def __init__(self, message: str, hint: str = "", item: str = "") -> None:
        super().__init__(message, hint)
        self.item = item


class GitError(CodescanError):
    """Git fails, or a repository cannot be read."""


class GitTimeoutError(GitError):
    """Git takes too long: a hostile repository can make it wait forever."""


class IndexMissingError(CodescanError):
    """There is no index at the given place."""


class IndexFormatError(CodescanError):
    """An index is of another version, truncated or damaged."""


class EmptyCorpusError(CodescanError):
    """A corpus holds no file that can be indexed."""


class EvidenceError(CodescanError):
    """Signed evidence is damaged, incomplete or signed by another key."""


class PackageError(CodescanError):
    """A package of an index is unsigned, altered, expired or out of reach."""


class ModelError(CodescanError):
    """A model cannot be loaded, reached or run."""


class ResourceError(CodescanError):
    """Memory ran out, or a process of the program was killed."""


class OutputError(CodescanError):
    """A result cannot be written to its place."""
