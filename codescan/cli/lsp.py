# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan lsp`: findings in any editor that speaks the Language Server Protocol."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from codescan.cli import options

__all__ = ["lsp"]


@click.command()
@options.index_options(builds=False)
@options.config_option
def lsp(*, index_folder: Path | None, corpus: str | None, config_file: Path | None) -> int:
    """Show copied passages in an editor, over stdio.

    Diagnostics come when a file is opened and while it changes. Hover shows the origin, and code
    actions add the notice of a passage or a comment that accepts it.
    """
    from codescan.app.edit_check import edit_policy
    from codescan.app.shared_index import SharedIndex
    from codescan.serve.lsp_server import lsp_server, require_lsp

    require_lsp()
    config = edit_policy(Path.cwd(), config_file, from_working_tree=True).config
    index = SharedIndex(index_folder, corpus, config)
    try:
        # The server closes its stream at the end, and stdout is still needed.
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
            lsp_server(index, config_file).start_io(stdout=output)
    finally:
        index.close()
    return 0
