# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Settings from an option, the configuration file or a default, in this order."""

from __future__ import annotations

from pathlib import Path

from codescan.config import Config, find_config, load_config
from codescan.errors import ConfigError, UsageError
from codescan.registry import names

__all__ = ["DEFAULT_CORPUS", "only_one", "project_config", "report_format"]

DEFAULT_CORPUS = "installed"
"""The default corpus, which needs no network: the Python packages of this machine."""


def project_config(file: Path | None) -> Config:
    """The configuration of `--config`, or the nearest one, or none.

    Raises:
        ConfigError: the configuration is invalid, or the named file does not exist.
    """
    return load_config(file if file is not None else find_config(Path.cwd()))


def report_format(option: str | None, config: Config) -> str:
    """The report format of a command; default "terminal".

    Raises:
        ConfigError: the configuration names an unknown one.
    """
    if option is not None:
        return option
    if config.format is None:
        return "terminal"
    if config.format not in names("reports"):
        raise ConfigError(
            f"format in {config.file} is {config.format!r}, which is not a report format",
            f"known: {', '.join(names('reports'))}",
        )
    return config.format


def only_one(index: Path | None, corpus: str | None) -> None:
    """Check that `--index` and `--corpus` are not both given.

    Raises:
        UsageError: both are given.
    """
    if index is not None and corpus is not None:
        raise UsageError("--index cannot be combined with --corpus", "give one of them")
