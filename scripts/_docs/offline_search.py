# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hook of mkdocs: the search of the site loads its worker from the site, not from the network.

The theme's `offline` plugin lets the search run from a folder, but names a script on a public host.
"""

from __future__ import annotations

from typing import Any

_REMOTE = "https://unpkg.com/iframe-worker/shim"
_LOCAL = "assets/iframe-worker.js"


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001  mkdocs passes both
    """Replace the address of the script; every page lies in the top folder of the site."""
    return output.replace(_REMOTE, _LOCAL)


def on_post_template(output: str, template_name: str, config: Any) -> str:  # noqa: ARG001
    """Replace it in pages without a Markdown file, such as the page for wrong addresses."""
    return output.replace(_REMOTE, _LOCAL)
