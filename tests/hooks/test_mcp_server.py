# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The MCP server, asked by the client of the official SDK: in process, over stdio, over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys

import pytest
from harbor_texts import C_COPY, COPY

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters

from codescan.app.assistant_answers import Assistant
from codescan.app.shared_index import SharedIndex
from codescan.config import Config
from codescan.serve.mcp_server import mcp_server

OWN = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def ask(hook_index, project):
    """Call tools in turn; returns their results."""
    index = SharedIndex(hook_index, None, Config())
    server = mcp_server(Assistant(index, project.root))

    def run(*calls):
        async def talk():
            async with Client(server) as client:
                return [await client.call_tool(name, arguments) for name, arguments in calls]

        return asyncio.run(talk())

    yield run
    index.close()


def content(result):
    assert not result.is_error, result
    return result.structured_content


def text(result):
    return result.content[0].text


def test_copied_code_is_refused_explained_and_own_code_is_fine(ask):
    refused, fine = ask(("check_code", {"code": COPY}), ("check_code", {"code": OWN}))
    answer = content(refused)
    assert answer["status"] == "refused"
    [finding] = answer["findings"]
    assert finding["license"] == "AGPL-3.0-only"
    assert finding["origin_path"] == "tides.py"
    assert content(fine)["status"] == "fine"
    first, again = ask(
        ("check_code", {"code": COPY, "path": "a.py"}),
        ("explain_finding", {"fingerprint": finding["fingerprint"][:10]}),
    )
    assert content(first)["findings"][0]["fingerprint"] == finding["fingerprint"]
    assert "why this origin" in text(again)


@pytest.mark.parametrize(("code", "status"), [
    ("", "nothing"), (" \n\t", "nothing"), ("a\0b" * 40, "unchecked"),
])  # fmt: skip
def test_code_that_cannot_be_compared_is_not_fine(ask, code, status):
    [result] = ask(("check_code", {"code": code, "path": "a.py"}))
    assert content(result)["status"] == status
    [notices] = ask(("notices_for", {"code": code}))
    assert content(notices)["complete"] is False


def test_notices_name_holder_license_and_origin(ask):
    [result] = ask(("notices_for", {"code": C_COPY, "path": "a.c"}))
    answer = content(result)
    assert answer["complete"]
    assert answer["licenses"] == ["MIT"]
    assert "Emil Prober" in answer["notice"]
    assert "soundings.c" in answer["notice"]


@pytest.mark.parametrize(("expression", "state", "is_understood"), [
    ("MIT", "ok-with-obligations", True), ("AGPL-3.0-only", "conflict", True),
    ("MIT OR AGPL-3.0-only", "ok-with-obligations", True), ("I made this up", "unknown", False),
    ("", "unknown", False), ("NOASSERTION", "unknown", False), ("MIT AND", "unknown", False),
])  # fmt: skip
def test_a_license_fits_by_the_policy_of_the_project(ask, expression, state, is_understood):
    [result] = ask(("license_fits", {"expression": expression}))
    answer = content(result)
    assert (answer["state"], answer["is_understood"]) == (state, is_understood)
    assert answer["project_license"] == "MIT"


def test_the_working_tree_does_not_decide(ask, project):
    project.write("codescan.toml", '[policy.allow]\nlicenses = ["AGPL-3.0-only"]\n')
    project.write("pyproject.toml", '[project]\nlicense = "AGPL-3.0-only"\n')
    checked, fits = ask(
        ("check_code", {"code": COPY}), ("license_fits", {"expression": "AGPL-3.0"})
    )
    assert content(checked)["status"] == "refused"
    assert content(fits)["state"] == "conflict"


def test_what_the_base_holds_is_fine(ask, project):
    project.commit_file("old.py", COPY)
    [result] = ask(("check_code", {"code": OWN + COPY, "path": "new.py"}))
    assert content(result)["status"] == "fine"


@pytest.mark.parametrize(("tool", "arguments"), [
    ("explain_finding", {"fingerprint": ""}), ("explain_finding", {"fingerprint": "abcdef"}),
    ("check_code", {}), ("check_code", {"code": 3}), ("check_code", {"code": OWN, "path": "a\0"}),
    ("no_such_tool", {}),
])  # fmt: skip
def test_wrong_calls_are_errors(ask, tool, arguments):
    from mcp import MCPError

    try:
        [result] = ask((tool, arguments))
    except MCPError:
        return
    except BaseExceptionGroup as group:
        assert group.subgroup(MCPError) is not None  # noqa: PT017  the group holds it
        return
    assert result.is_error


@pytest.fixture
def parameters(hook_index, project):
    """How a client starts the server on stdio."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-I", "-m", "codescan", "mcp", "--index", str(hook_index)],
        env=dict(os.environ),
        cwd=project.root,
    )


async def conversation(target):
    async with Client(target) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        resources = {str(each.uri) for each in (await client.list_resources()).resources}
        index = await client.read_resource("codescan://index")
        policy = await client.read_resource("codescan://policy")
        checked = await client.call_tool("check_code", {"code": COPY})
        return tools, resources, index, policy, checked


def check_conversation(tools, resources, index, policy, checked):
    assert set(tools) == {"check_code", "explain_finding", "notices_for", "license_fits"}
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools.values())
    assert set(tools["check_code"].input_schema["required"]) == {"code"}
    assert resources == {"codescan://index", "codescan://policy"}
    assert json.loads(index.contents[0].text)["name"] == "harbors"
    assert json.loads(policy.contents[0].text)["project_license"] == "MIT"
    assert content(checked)["status"] == "refused"


def test_the_sdk_talks_over_stdio(parameters):
    check_conversation(*asyncio.run(conversation(parameters)))


def test_the_sdk_talks_over_http(hook_index, project):
    command = [
        sys.executable, "-I", "-m", "codescan", "mcp", "--http", "--port", "0", "--index",
        str(hook_index),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=project.root, stderr=subprocess.PIPE, text=True) as server:
        try:
            url = server.stderr.readline().removeprefix("listening on ").strip()
            check_conversation(*asyncio.run(conversation(url)))
            assert status_of(url, {"Origin": "http://evil.example"}) == 403
            assert status_of(url, {"Host": "evil.example"}) == 403
        finally:
            server.terminate()
            server.communicate(timeout=300)


def status_of(url, headers):
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=300)
    connection.request("POST", parts.path, b"{}", {"Content-Type": "application/json", **headers})
    status = connection.getresponse().status
    connection.close()
    return status
