# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The language server, asked by the client of pygls over stdio."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest
from harbor_texts import C_COPY, COPY

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

OWN = "def add(a, b):\n    return a + b\n"


class Editor:
    """An editor with one server."""

    def __init__(self):
        self.client = LanguageClient("editor", "1")
        self.published, self.messages = asyncio.Queue(), asyncio.Queue()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params):
            self.published.put_nowait(params)

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params):
            self.messages.put_nowait(params.message)

    async def start(self, index, **capabilities):
        await self.client.start_io(
            sys.executable, "-I", "-m", "codescan", "lsp", "--index", str(index)
        )
        await self.client.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(**capabilities))
        )
        self.client.initialized(types.InitializedParams())

    def open(self, path, text, language="python"):
        item = types.TextDocumentItem(path.as_uri(), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, path, text, version):
        identifier = types.VersionedTextDocumentIdentifier(version, path.as_uri())
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(identifier, [change])
        )

    def save(self, path):
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(path.as_uri()))
        )

    def close(self, path):
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(path.as_uri()))
        )

    async def diagnostics(self):
        return list((await asyncio.wait_for(self.published.get(), 60)).diagnostics)

    async def hover(self, path, line):
        return await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(path.as_uri()), types.Position(line, 1))
        )

    async def actions(self, path, diagnostic):
        answers = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(path.as_uri()), diagnostic.range,
                types.CodeActionContext([diagnostic]),
            )
        )  # fmt: skip
        return {each.title: each.edit.changes[path.as_uri()][0].new_text for each in answers}

    async def stop(self):
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


def converse(index, talk, **capabilities):
    async def run():
        editor = Editor()
        await editor.start(index, **capabilities)
        try:
            await asyncio.wait_for(talk(editor), 120)
        finally:
            await editor.stop()

    asyncio.run(run())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_editor_shows_explains_and_settles_a_passage(hook_index, project):
    path = project.root / "a b.c"

    async def talk(editor):
        editor.open(path, C_COPY, "c")
        [diagnostic] = await editor.diagnostics()
        assert "soundings.c" in diagnostic.message
        assert "MIT" in diagnostic.message
        assert (diagnostic.range.start.line, diagnostic.source) == (0, "codescan")
        hover = await editor.hover(path, 3)
        assert hover.contents.kind == types.MarkupKind.PlainText
        assert "why this origin" in hover.contents.value
        assert await editor.hover(path, 400) is None
        actions = await editor.actions(path, diagnostic)
        notice, accept = sorted(actions, key=lambda title: "Accept" in title)
        editor.change(path, actions[accept], 2)
        # A comment without a reason lets nothing in.
        assert len(await editor.diagnostics()) == 1
        editor.change(path, actions[accept].replace("reason=", "reason=asked Emil"), 3)
        assert await editor.diagnostics() == []
        editor.change(path, actions[notice], 4)
        assert "SPDX-SnippetCopyrightText: 2011 Emil Prober" in actions[notice]
        assert await editor.diagnostics() == []

    converse(hook_index, talk)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_changes_are_followed_and_the_base_is_no_finding(hook_index, project):
    project.commit_file("old.py", COPY)
    old, new = project.root / "old.py", project.root / "new.py"

    async def talk(editor):
        editor.open(old, OWN + COPY)
        assert await editor.diagnostics() == []
        editor.open(new, OWN)
        assert await editor.diagnostics() == []
        for version, text in enumerate((OWN, C_COPY[:30], C_COPY, C_COPY + "// x\n"), 2):
            editor.change(new, text, version)
        [diagnostic] = await editor.diagnostics()  # the quiet time joins them
        assert diagnostic.severity == types.DiagnosticSeverity.Warning
        editor.change(new, "a\0b" * 50, 9)
        [diagnostic] = await editor.diagnostics()
        assert "not checked" in diagnostic.message
        editor.close(new)
        assert await editor.diagnostics() == []

    converse(hook_index, talk)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_texts_that_are_in_no_file_are_checked(hook_index, project):  # noqa: ARG001  the folder
    async def talk(editor):
        for uri in ("untitled:Untitled-1", "vscode-notebook-cell:/n.ipynb#c1", "inmemory:///a"):
            item = types.TextDocumentItem(uri, "python", 1, COPY)
            editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
            [diagnostic] = await editor.diagnostics()
            assert "AGPL-3.0-only" in diagnostic.message

    converse(hook_index, talk)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_lines_are_those_of_the_editor(hook_index, project):
    """A carriage return ends a line of an editor; a character may have two code units."""
    path = project.root / "odd.py"

    async def talk(editor):
        editor.open(path, f"# one\r# two \U0001f6a2\r\n# three\r\r{OWN}" + COPY)
        [diagnostic] = await editor.diagnostics()
        begin = 4 + OWN.count("\n")
        assert diagnostic.range.start.line == begin
        assert diagnostic.range.end.line == begin + COPY.count("\n")
        assert await editor.hover(path, begin - 2) is None
        assert await editor.hover(path, begin) is not None
        for text in (await editor.actions(path, diagnostic)).values():
            assert text.count("def high_waters") == 1

    converse(hook_index, talk)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_edits_of_parts_leave_a_text_unchecked(hook_index, project):
    """The server asks for whole texts: an editor and pygls disagree on where lines end."""
    path = project.root / "parts.py"

    async def talk(editor):
        editor.open(path, f"# one\f\u2028# two\n{OWN}")
        assert await editor.diagnostics() == []
        identifier = types.VersionedTextDocumentIdentifier(2, path.as_uri())
        for start, end in (((1, 0), (1, 0)), ((9, 9), (1, 0)), ((7, 0), (700, 5))):
            place = types.Range(types.Position(*start), types.Position(*end))
            change = types.TextDocumentContentChangePartial(place, "x = 1\n")
            editor.client.text_document_did_change(
                types.DidChangeTextDocumentParams(identifier, [change])
            )
        [diagnostic] = await editor.diagnostics()
        assert "nothing was checked" in diagnostic.message
        editor.change(path, f"# one\f\u2028# two\n{COPY}", 3)
        [diagnostic] = await editor.diagnostics()
        assert diagnostic.range.start.line == 1

    converse(hook_index, talk)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_odd_orders_of_events_end_in_an_answer(hook_index, project):
    path, other = project.root / "a%20b \U0001f6a2.py", project.root / "broken.py"
    other.write_bytes(b"\xff\xfe\xff\n")

    async def talk(editor):
        editor.save(other)  # never opened, and not text
        [diagnostic] = await editor.diagnostics()
        assert "nothing was checked" in diagnostic.message
        editor.save(project.root / "absent.py")
        [diagnostic] = await editor.diagnostics()
        assert "nothing was checked" in diagnostic.message
        editor.change(project.root / "unopened.py", COPY, 2)
        assert "unopened.py" in await asyncio.wait_for(editor.messages.get(), 60)
        editor.open(path, COPY)
        editor.close(path)  # while the text is compared
        assert await editor.diagnostics() == []
        assert await editor.hover(path, 1) is None
        editor.open(path, OWN)
        assert await editor.diagnostics() == []
        editor.change(path, COPY, 2)
        assert len(await editor.diagnostics()) == 1
        editor.save(path)
        assert len(await editor.diagnostics()) == 1
        assert editor.published.empty()

    converse(hook_index, talk)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_edit_is_for_the_version_that_was_checked(hook_index, project):
    """The copy ends the text, without a line feed, behind carriage returns."""
    path = project.root / "new folder" / "last.py"
    text = (OWN + COPY).rstrip().replace("\n", "\r\n")
    workspace = types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    )

    async def talk(editor):
        editor.open(path, text)
        [diagnostic] = await editor.diagnostics()
        assert diagnostic.range.end.line == text.count("\n") + 1
        last = types.Position(text.count("\n"), 0)
        actions = await editor.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(path.as_uri()), types.Range(last, last),
                types.CodeActionContext([]),
            )
        )  # fmt: skip
        for action in actions:
            [change] = action.edit.document_changes
            assert change.text_document.version == 1
            new_text = change.edits[0].new_text
            assert new_text.count("\n") == new_text.count("\r\n")
        assert len(actions) == 2

    converse(hook_index, talk, workspace=workspace)


@pytest.mark.parametrize("last", [("shutdown", "exit"), ("shutdown",), ()])
def test_each_end_of_a_session_is_quiet(hook_index, project, last):
    def message(method, **fields):
        body = json.dumps({"jsonrpc": "2.0", "method": method, **fields}).encode()
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    start = message("initialize", id=1, params={"processId": None, "capabilities": {}})
    ends = [message(each, **({"id": 2} if each == "shutdown" else {})) for each in last]
    done = subprocess.run(
        [sys.executable, "-I", "-m", "codescan", "lsp", "--index", str(hook_index)],
        cwd=project.root, input=b"".join([start, *ends]), capture_output=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
