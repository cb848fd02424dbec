# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Requests and responses of `POST /v1/scan`: fields, decoding and encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from codescan.app.text_scan import Text, TextResult, without_origin_text
from codescan.reports.report_layout import REPORT_CODEC
from codescan.serve.json_requests import read_json
from codescan.serve.problems import RequestError

if TYPE_CHECKING:
    from codescan.app.shared_index import OpenIndex

__all__ = [
    "SCHEMA_VERSION", "ScanRequest", "ScanResponse", "TextItem", "index_identity",
    "read_scan_request", "result_document",
]  # fmt: skip

SCHEMA_VERSION = 1
_Id = Annotated[
    str | int, msgspec.Meta(description="Names the text in the answer; need not be unique.")
]
_Language = Annotated[
    str | None, msgspec.Meta(description="Language, such as python. Default: detected.")
]
_Path = Annotated[str | None, msgspec.Meta(description="File that the text is meant for.")]


class TextItem(msgspec.Struct, forbid_unknown_fields=True):
    """A text of a batch."""

    text: Annotated[str, msgspec.Meta(description="The text to scan.")]
    id: _Id = "text"
    language: _Language = None
    path: _Path = None


class ScanRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Either one text or a batch of texts."""

    text: Annotated[str | None, msgspec.Meta(description="One text to scan.")] = None
    id: _Id = "text"
    language: _Language = None
    path: _Path = None
    texts: Annotated[
        list[TextItem] | None, msgspec.Meta(description="A batch, instead of `text`.")
    ] = None
    min_tokens: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None,
        msgspec.Meta(description="Minimum length of a finding. Default: the guarantee."),
    ] = None
    passages: Annotated[
        bool, msgspec.Meta(description="Whether findings hold the source text of their origin.")
    ] = True

    def items(self) -> list[Text]:
        """The texts."""
        if self.texts is not None:
            return [Text(text.text, str(text.id), text.language, text.path) for text in self.texts]
        return [Text(self.text or "", str(self.id), self.language, self.path)]


class IndexIdentity(msgspec.Struct):
    """The index that the texts were compared with."""

    name: str
    guarantee_tokens: Annotated[
        int, msgspec.Meta(description="Every shared run of at least so many tokens is found.")
    ]
    digest: Annotated[str, msgspec.Meta(description="Equal corpora have equal digests.")]
    root: Annotated[str, msgspec.Meta(description="Identifies every byte of the index.")]


class ResultItem(msgspec.Struct):
    """The result of one text."""

    id: str
    status: Annotated[
        str,
        msgspec.Meta(
            description="findings; clean: compared whole, nothing found; partial: a part could not "
            "be compared; nothing: no text was compared",
            extra_json_schema={"enum": ["findings", "clean", "partial", "nothing"]},
        ),
    ]
    findings: Annotated[list[Any], msgspec.Meta(description="As in a report of `codescan scan`.")]
    suppressed: Annotated[list[Any], msgspec.Meta(description="Shared runs, with the reason.")]
    skipped: Annotated[list[Any], msgspec.Meta(description="What was not compared, and why.")]
    unknown_language: Annotated[str, msgspec.Meta(description="A language name to correct.")] = ""


class ScanResponse(msgspec.Struct):
    """One result per text, in order."""

    schema_version: int
    index: IndexIdentity
    complete: Annotated[bool, msgspec.Meta(description="Whether every text was compared whole.")]
    results: list[ResultItem]


def read_scan_request(body: bytes, max_texts: int) -> ScanRequest:
    """The request in a body.

    Raises:
        RequestError: 400 for a body that is not JSON, 422 for wrong fields, 413 for too many texts.
    """
    try:
        request = read_json(body, ScanRequest)
    except msgspec.ValidationError as error:
        raise RequestError(422, "bad-request", str(error)[:300]) from None
    except ValueError as error:
        reason = str(error)[:150]
        raise RequestError(400, "not-json", f"the body cannot be read as JSON: {reason}") from None
    if (request.text is None) == (request.texts is None):
        raise RequestError(422, "bad-request", "give either `text` or `texts`")
    if request.texts is not None and len(request.texts) > max_texts:
        raise RequestError(
            413,
            "too-many",
            f"{len(request.texts):,} texts; the limit is {max_texts:,}",
            "split the batch",
        )
    return request


def index_identity(opened: OpenIndex) -> IndexIdentity:
    """The identity of an index."""
    manifest = opened.matching.index.manifest
    return IndexIdentity(manifest.name, manifest.guarantee_tokens, manifest.digest, manifest.root)


def result_document(result: TextResult, *, passages: bool) -> ResultItem:
    """The result of a text in its published form.

    Args:
        result: result of the text.
        passages: whether findings include the source text of their origin.
    """
    findings = result.findings
    if not passages:
        findings = tuple(map(without_origin_text, findings))
    return ResultItem(
        result.id,
        result.status,
        REPORT_CODEC.encode(findings),
        REPORT_CODEC.encode(result.suppressed),
        REPORT_CODEC.encode(result.skipped),
        result.unknown_language,
    )
