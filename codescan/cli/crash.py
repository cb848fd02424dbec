# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The file that is written when codescan fails unexpectedly."""

from __future__ import annotations

import os
import platform
import re
import shlex
import tempfile
import time
import traceback
from pathlib import Path

from codescan.app.versions import version
from codescan.text.redaction import Redactor, without_url_secrets

__all__ = ["write_crash_report"]

_SECRET = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)


def write_crash_report(error: BaseException, arguments: list[str]) -> Path | None:
    """Write the traceback with what a maintainer needs to know.

    Args:
        error: the exception that nothing expected.
        arguments: the command line without the program's name.

    Returns:
        The file, or None when no place could be written to.
    """
    import platformdirs

    text = "\n".join(
        (
            f"codescan {version()}",
            f"Python {platform.python_version()} on {platform.platform()}",
            f"command: codescan {shlex.join(arguments)}",
            "",
            "".join(traceback.format_exception(error)),
        )
    )
    text = Redactor(_secrets()).text(without_url_secrets(text))
    name = f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for folder in (platformdirs.user_log_path("codescan"), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None


def _secrets() -> list[str]:
    """Values of environment variables whose names say that they are secret."""
    return [value.strip() for name, value in os.environ.items() if _SECRET.search(name)]
