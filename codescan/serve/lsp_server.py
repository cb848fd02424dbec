# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The language server: findings as diagnostics, origins on hover, edits that resolve them."""

from __future__ import annotations

import asyncio
import contextlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from codescan.app.editor_findings import EditorFile, accepted_text, check_file, tagged_text
from codescan.app.explanation import explanation
from codescan.app.versions import version
from codescan.errors import CodescanError, MissingExtraError, UsageError
from codescan.reports import summary
from codescan.reports.escaping import clip, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol import types
    from pygls.lsp.server import LanguageServer
    from pygls.workspace import TextDocument

    from codescan.app.shared_index import SharedIndex
    from codescan.records import Finding

__all__ = ["lsp_server", "require_lsp"]

_QUIET_SECONDS = 0.3
"""Seconds without a change before a text is checked."""
_SOURCE = "codescan"
_LONGEST = 200
_UNNAMED = "untitled"


def require_lsp() -> None:
    """Check that the extra `lsp` is installed.

    Raises:
        MissingExtraError: it is not installed.
    """
    if find_spec("pygls") is None:
        raise MissingExtraError("the language server", "lsp")


class _Files:
    """The open files with their last results.

    Args:
        server: server that publishes diagnostics.
        index: the index.
        config_file: configuration instead of a project's own.
    """

    def __init__(
        self, server: LanguageServer, index: SharedIndex, config_file: Path | None
    ) -> None:
        self._server, self._index, self._config_file = server, index, config_file
        self._files: dict[str, EditorFile] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._unknown: set[str] = set()

    def edited(self, uri: str, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """Check a file after a pause in typing; partial edits invalidate its text.

        The server accepts only whole texts: pygls ends a line at a form feed, so partial edits
        would apply to wrong lines.
        """
        if changes and hasattr(changes[-1], "range"):
            self._unknown.add(uri)
        else:
            self._unknown.discard(uri)
        self.changed(uri, _QUIET_SECONDS)

    def changed(self, uri: str, seconds: float) -> None:
        """Check a file after a pause in typing."""
        waiting = self._tasks.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self._tasks[uri] = asyncio.create_task(self._check(uri, seconds))

    def closed(self, uri: str) -> None:
        """Forget a file."""
        waiting = self._tasks.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self._files.pop(uri, None)
        self._unknown.discard(uri)
        self._publish(uri, [], None)

    def findings_at(self, uri: str, lines: types.Range) -> list[tuple[EditorFile, Finding]]:
        """The findings that overlap a range, if the file is unchanged since the check."""
        file = self._files.get(uri)
        if file is None or self._server.workspace.get_text_document(uri).source != file.text:
            return []
        result = file.result
        return [
            (file, finding)
            for finding in (*result.failing, *filter(_is_shown, result.passing))
            if _line(file.text, finding.region.start_line) <= lines.end.line
            and lines.start.line < _line(file.text, finding.region.end_line + 1)
        ]

    def replacement(self, uri: str, file: EditorFile, text: str) -> types.WorkspaceEdit:
        """The edit that replaces the checked text, and no later version."""
        from lsprotocol import types

        end = types.Position(file.text.count("\n") + file.text.count("\r") + 1, 0)
        edits = [types.TextEdit(types.Range(types.Position(0, 0), end), text)]
        workspace = self._server.client_capabilities.workspace
        if workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes:
            number = self._server.workspace.get_text_document(uri).version
            place = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=number)
            return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(place, edits)])
        return types.WorkspaceEdit(changes={uri: edits})

    async def _check(self, uri: str, seconds: float) -> None:
        from lsprotocol import types

        await asyncio.sleep(seconds)
        document = self._server.workspace.get_text_document(uri)
        path, number = _path_of(uri) or self._unnamed(), document.version
        try:
            text = self._text_of(uri, document)
            file = await asyncio.to_thread(check_file, path, text, self._index, self._config_file)
        except Exception as error:  # noqa: BLE001  no diagnostic at all would look clean
            self._files.pop(uri, None)
            reason = error.message if isinstance(error, CodescanError) else repr(error)
            self._publish(uri, [_note(f"nothing was checked: {reason}")], number)
            return
        if document.source != text:
            return  # a newer check is on its way
        self._files[uri] = file
        diagnostics = [
            *(
                _diagnostic(finding, text, types.DiagnosticSeverity.Warning)
                for finding in file.result.failing
            ),
            *(
                _diagnostic(finding, text, types.DiagnosticSeverity.Information)
                for finding in file.result.passing
                if _is_shown(finding)
            ),
            *(_note(f"not checked: {skip.reason}") for skip in file.result.unchecked),
        ]
        self._publish(uri, diagnostics, number)

    def _text_of(self, uri: str, document: TextDocument) -> str:
        if uri in self._unknown:
            raise UsageError("the editor sent a part of the text", "open the file again")
        return document.source

    def _unnamed(self) -> Path:
        """The location of an unnamed document; its project is that of the workspace."""
        workspace = self._server.workspace
        folders = (_path_of(folder.uri) for folder in workspace.folders.values())
        root = next(filter(None, folders), None) or workspace.root_path or Path.cwd()
        return Path(root) / _UNNAMED

    def _publish(self, uri: str, diagnostics: list[types.Diagnostic], number: int | None) -> None:
        from lsprotocol import types

        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, diagnostics, number)
        )


def lsp_server(index: SharedIndex, config_file: Path | None = None) -> LanguageServer:
    """The server.

    Args:
        index: the index.
        config_file: configuration instead of a project's own.
    """
    from lsprotocol import types
    from pygls.lsp.server import LanguageServer

    server = LanguageServer(
        _SOURCE, version(), text_document_sync_kind=types.TextDocumentSyncKind.Full
    )
    files = _Files(server, index, config_file)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        files.changed(params.text_document.uri, 0.0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        files.edited(params.text_document.uri, params.content_changes)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        files.changed(params.text_document.uri, 0.0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        files.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        place = types.Range(params.position, params.position)
        texts = [explanation(f) for _, f in files.findings_at(params.text_document.uri, place)]
        if not texts:
            return None
        # Plain text: names of strangers must not become links or pictures.
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, "\n\n".join(texts)))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix]),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        findings = files.findings_at(params.text_document.uri, params.range)
        return [
            action
            for file, finding in findings
            for action in _actions(files, params.text_document.uri, file, finding)
        ]

    return server


def _actions(files: _Files, uri: str, file: EditorFile, finding: Finding) -> list[types.CodeAction]:
    from lsprotocol import types

    origin = _inert(summary.origin_name(finding))
    edits = (
        (f"Add the notice of {origin}", tagged_text(file, finding)),
        (f"Accept the passage of {origin}: write a reason", accepted_text(file, finding)),
    )
    return [
        types.CodeAction(
            title=title,
            kind=types.CodeActionKind.QuickFix,
            edit=files.replacement(uri, file, text),
        )
        for title, text in edits
        if text is not None
    ]


def _is_shown(finding: Finding) -> bool:
    """Whether to show a passing finding as a note."""
    return finding.counts and not (finding.policy is not None and finding.policy.accepted)


def _line(text: str, number: int) -> int:
    """The 0-based editor line in which a line of a finding begins.

    In editors, a carriage return also ends a line.
    """
    if "\r" not in text:
        return number - 1
    at = behind = 0
    for _ in range(number - 1):
        at = text.find("\n", at) + 1
        if not at:  # after a last line without an end
            at, behind = len(text), 1
            break
    before = text[:at]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + behind


def _diagnostic(
    finding: Finding, text: str, severity: types.DiagnosticSeverity
) -> types.Diagnostic:
    from lsprotocol import types

    region, attribution = finding.region, finding.attribution
    state = f", {finding.policy.state}" if finding.policy is not None else ""
    lines = summary.lines_of(attribution.region.start_line, attribution.region.end_line)
    message = (
        f"{summary.KINDS[finding.kind]} copy of {finding.tokens} tokens: "
        f"{summary.origin_name(finding)}, {attribution.origin.path}, {lines} "
        f"({attribution.license.expression}{state})"
    )
    return types.Diagnostic(
        range=types.Range(
            types.Position(_line(text, region.start_line), 0),
            types.Position(_line(text, region.end_line + 1), 0),
        ),
        message=_inert(message),
        severity=severity,
        code=finding.rule.value,
        source=_SOURCE,
        data={"fingerprint": finding.fingerprint},
    )


def _note(message: str) -> types.Diagnostic:
    """A diagnostic of the whole file."""
    from lsprotocol import types

    start = types.Position(0, 0)
    return types.Diagnostic(
        types.Range(start, start), _inert(message), types.DiagnosticSeverity.Warning, source=_SOURCE
    )


def _path_of(uri: str) -> Path | None:
    """The path of a file; None for text that is not on disk, such as an unnamed document."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(uri)
        path = unquote_to_bytes(parts.path)
        if parts.scheme == "file" and path.startswith(b"/") and b"\0" not in path:
            return Path(os.fsdecode(path))
    return None


def _inert(text: Any) -> str:
    return clip(" ".join(visible(str(text)).split()), _LONGEST)
