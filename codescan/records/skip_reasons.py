# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The reasons why an input was not compared, and their effect on a result.

An input without text that anyone could have copied is *out of scope*. An input that may hold such
text but was not compared is *unchecked*: the result does not cover it. A reason that is in no table
counts as unchecked.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "INELIGIBLE",
    "NOTHING",
    "OUT_OF_SCOPE",
    "UNCHECKED",
    "is_missing_reason",
    "is_unchecked_reason",
]

OUT_OF_SCOPE: Mapping[str, str] = MappingProxyType(
    {
        "beside-rows": "description beside the files of a data set",
        "binary": "binary file",
        "codescan-report": "report that codescan wrote",
        "deleted": "deleted file",
        "empty": "no text",
        "empty-answer": "completion without text",
        "excluded-folder": "folder that is not walked, such as .git or node_modules",
        "ignored": "file that Git ignores",
        "link": "symbolic link",
        "repeated-text": "further copy of a text of the same set",
        "no-added-lines": "change without added lines",
        "special-file": "pipe, socket or device in a folder",
        "submodule": "submodule",
    }
)
"""Inputs without text, by reason."""

UNCHECKED: Mapping[str, str] = MappingProxyType(
    {
        "aborted": "the model aborted the completion",
        "archive-bomb": "archive that unpacks to more than the limit",
        "bad-json": "row that is not a JSON object",
        "bad-row": "row without the expected keys",
        "both-labels": "text that is labeled as a member and as a non-member",
        "budget": "the limit on tokens or cost was reached",
        "checksum-mismatch": "download whose checksum is wrong",
        "changed": "file that changed while it was compared",
        "connection": "the connection to the service failed",
        "corrupt-archive": "archive that is damaged",
        "decoded-too-large": "nested text over the size limit",
        "empty-archive": "archive without files",
        "empty-prompt": "prompt without tokens",
        "encoded": "response in a content encoding that is not read",
        "error": "the model failed",
        "filter": "the service filtered the completion",
        "interrupted": "the run was interrupted",
        "junk-answer": "the service sent a response that cannot be read",
        "lfs-pointer": "source whose text Git LFS or git-annex keeps elsewhere",
        "missing-object": "object that is missing from the Git repository",
        "nested-archive": "archive or Parquet file inside an archive or a stream",
        "nested-too-deep": "text in more layers of other formats than are taken off",
        "no-beam": "the model cannot be searched for near-verbatim continuations",
        "no-completion": "row or prompt without a completion",
        "no-content": "row without text of a model",
        "no-infill": "the model cannot fill in the middle",
        "no-logprobs": "the service gives no log-probabilities",
        "no-sources": "artifact whose source archive is missing",
        "no-rows": "file among those of a data set that does not hold rows",
        "no-record": "installed package that does not list its files",
        "not-a-file": "pipe, socket or device named as an input",
        "not-found": "not found",
        "not-in-log": "prompt that the log does not answer",
        "not-json": "row that is not JSON",
        "outside-link": "symbolic link to a file or folder outside of the data",
        "not-scored": "prompt whose true continuation the model did not rate",
        "origin-unreadable": "file of a compared folder that cannot be read",
        "out-of-memory": "the prompt does not fit into memory",
        "rate-limited": "the service refused further requests",
        "refused": "download that the server refused",
        "rejected": "the service rejected the request",
        "server-error": "the service failed",
        "service-error": "the service returned an error instead of a response",
        "stored-elsewhere": "row whose text is kept in another file",
        "timeout": "the service did not answer in time",
        "token-boundary": "text that does not divide at its end into the same tokens",
        "too-large": "text over the size limit",
        "too-long": "prompt longer than the model's context",
        "too-short": "text of fewer than two model tokens",
        "truncated": "text that ends early",
        "undecodable": "text in an encoding that is not known",
        "unfinished": "response without an end",
        "unknown-shape": "rows of a shape that is not known",
        "unknown-token": "prompt with a token that the model does not have",
        "unreachable": "server that cannot be reached",
        "unread-answer": "the service sent a response in a notation that is not known",
        "unreadable": "file or folder that cannot be read",
        "unsafe-path": "path that leaves its folder",
    }
)
"""Inputs that a result does not cover, by reason."""

INELIGIBLE: Mapping[str, str] = MappingProxyType(
    {
        "data": "data file",
        "duplicate-path": "second file of the same path",
        "generated": "generated file",
        "minified": "minified file",
        "not-a-file": "link, pipe, socket or device",
        "outside-package": "file outside of its package",
        "too-large": "file over the size limit",
        "unknown-language": "file in an unknown language",
        "unsafe-path": "path that leaves its package",
    }
)
"""Files that an index leaves out by rule, by reason, in addition to those out of scope."""

NOTHING = "nothing"
"""Kind of a result without any compared text."""


def is_unchecked_reason(reason: str) -> bool:
    """Whether inputs that were skipped for a reason may hold text."""
    return reason not in OUT_OF_SCOPE


def is_missing_reason(reason: str) -> bool:
    """Whether an input that an index left out for this reason still belongs to its corpus."""
    return reason not in OUT_OF_SCOPE and reason not in INELIGIBLE
