# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The MCP server: tools and resources for assistants, over stdio or HTTP."""

from __future__ import annotations

import functools
import inspect
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from codescan.app.versions import version
from codescan.errors import CodescanError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server import MCPServer

    from codescan.app.assistant_answers import Assistant
    from codescan.serve.settings import ServeSettings

__all__ = ["mcp_server", "require_mcp", "run_http"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PATH = "/mcp"
_INSTRUCTIONS = """\
codescan compares code with an index of open source code, offline. Call check_code before you hand
over code that you wrote. If its status is "refused", write the passage from its purpose, or keep it
with the notice that notices_for gives. "unchecked" and "nothing" do not mean that code is fine."""


def require_mcp() -> None:
    """Check that the extra `mcp` is installed.

    Raises:
        MissingExtraError: it is not installed.
    """
    if find_spec("mcp") is None:
        raise MissingExtraError("the MCP server", "mcp")


def mcp_server(assistant: Assistant) -> MCPServer[Any]:
    """The server with its tools and resources.

    Args:
        assistant: implementation of the tools.
    """
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    server: MCPServer[Any] = MCPServer(
        "codescan", version=version(), instructions=_INSTRUCTIONS, log_level="ERROR"
    )
    read_only = ToolAnnotations(
        read_only_hint=True, idempotent_hint=True, open_world_hint=False, destructive_hint=False
    )
    for tool in (
        assistant.check_code,
        assistant.explain_finding,
        assistant.notices_for,
        assistant.license_fits,
    ):
        server.add_tool(_with_hints(tool), annotations=read_only)

    @server.resource("codescan://index", mime_type="application/json")
    def index() -> str:
        """The index that code is compared with: name, size, guarantee, digest."""
        return json.dumps(assistant.index_document())

    @server.resource("codescan://policy", mime_type="application/json")
    def policy() -> str:
        """The license policy of the project, and its source."""
        return json.dumps(assistant.policy_document())

    return server


def run_http(
    server: MCPServer[Any], settings: ServeSettings, on_ready: Callable[[str], None]
) -> None:
    """Serve over HTTP until the process is interrupted.

    Args:
        server: from `mcp_server`.
        settings: address and token.
        on_ready: called with the address of the server.

    Raises:
        OutputError: the address is in use.
    """
    import asyncio
    import contextlib

    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    from codescan.serve.guard import Guard
    from codescan.serve.listening import listen

    app = server.streamable_http_app(
        streamable_http_path=_PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=settings.max_body,
        # The guard checks hosts and origins, and knows those of the settings.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    listening, url = listen(settings.host, settings.port)
    with listening, contextlib.suppress(KeyboardInterrupt):
        on_ready(url + _PATH)
        config = uvicorn.Config(
            Guard(app, settings),
            access_log=False,
            log_config=None,
            limit_concurrency=settings.max_connections,
            server_header=False,
        )
        asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


def _with_hints(tool: Callable[_P, _T]) -> Callable[_P, _T]:
    """The tool with hints in its errors; signature and description are unchanged."""

    @functools.wraps(tool)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            return tool(*args, **kwargs)
        except CodescanError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise ToolError(f"nothing was checked: {error.message}{hint}") from error

    call.__signature__ = inspect.signature(tool, eval_str=True)  # type: ignore[attr-defined]
    call.__annotations__ = inspect.get_annotations(tool, eval_str=True)
    return call
