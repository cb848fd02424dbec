# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The fields of a request, without those that the service rejected.

Services differ in what they accept: newer models of OpenAI take `max_completion_tokens` instead of
`max_tokens` and no temperature; some servers refuse a seed. A field that an error names is renamed
or dropped. Where the service then takes the request, the change holds for all later ones, and the
run records it. An error that only quotes the name of a field changes nothing.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from codescan.models.http.failures import Failure
    from codescan.records import Prompt, Sampling

__all__ = ["RequestFields", "generation_fields"]

_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_DROPPABLE = ("temperature", "top_p", "top_k", "seed")
_REFUSING = frozenset({0, 400, 404, 422, 500, 501})
"""Statuses of a rejection; 0 is an error inside a response with status 200."""
_PARAM = re.compile(r'"(?:param|parameter|loc)"\s*:\s*(?:\[[^\]]*?)?"(?P<name>\w+)"\s*[,}\]]')


def generation_fields(
    model: str, endpoint: str, prompt: Prompt, index: int, sampling: Sampling, *, instruction: str
) -> dict[str, Any]:
    """The fields of a request for one completion.

    Args:
        model: the service's name of the model.
        endpoint: "chat" or "completions".
        prompt: text, and suffix for the completions endpoint.
        index: number of the completion among those of the prompt; it changes the seed.
        sampling: sampling settings.
        instruction: system message of a chat; "" for none.
    """
    fields: dict[str, Any] = {
        "model": model,
        "max_tokens": sampling.max_new_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed + index,
    }
    if sampling.top_k:
        fields["top_k"] = sampling.top_k  # not in the API, but in most servers
    if endpoint == "chat":
        system = [{"role": "system", "content": instruction}] if instruction else []
        fields["messages"] = [*system, {"role": "user", "content": prompt.text}]
        return fields
    fields["prompt"] = prompt.text
    if prompt.suffix:
        fields["suffix"] = prompt.suffix
    return fields


class RequestFields:
    """The request fields that one service accepts. Safe to use from several threads.

    Args:
        chat_limit: name of the limit on new tokens in chat requests.
    """

    def __init__(self, chat_limit: str = "max_tokens") -> None:
        self._lock = threading.Lock()
        self._limits = {"chat": chat_limit, "completions": "max_tokens"}
        self._renamed: set[tuple[str, str]] = set()
        self._dropped: set[str] = set()

    @property
    def changes(self) -> list[str]:
        """Descriptions of the dropped or renamed fields, sorted."""
        with self._lock:
            renamed = {
                f"{name} renamed to {_RENAMED[name]} ({endpoint})"
                for endpoint, name in self._renamed
                if name in _RENAMED and self._limits[endpoint] != name
            }
            return sorted({f"{name} dropped" for name in self._dropped} | renamed)

    def recall(self, changes: Iterable[str]) -> None:
        """Restore the changes of an earlier part of the run."""
        with self._lock:
            for change in changes:
                name, _, action = change.partition(" ")
                endpoint = change.rpartition("(")[2].rstrip(")")
                if action == "dropped" and name in _DROPPABLE:
                    self._dropped.add(name)
                elif name in _RENAMED and endpoint in self._limits:
                    self._limits[endpoint] = _RENAMED[name]
                    self._renamed.add((endpoint, name))

    def body(
        self, endpoint: str, fields: Mapping[str, Any], tried: Collection[str] = ()
    ) -> dict[str, Any]:
        """The fields in the form that this service accepts.

        Args:
            endpoint: endpoint of the request.
            fields: all fields of the request.
            tried: fields to rename or drop for this request only.
        """
        with self._lock:
            limit = self._limits[endpoint]
            dropped = self._dropped.union(tried)
        limit = _RENAMED[limit] if limit in tried else limit
        return {
            limit if name in _RENAMED else name: value
            for name, value in fields.items()
            if name in _RENAMED or name not in dropped
        }

    def refused(
        self, failure: Failure, sent: Mapping[str, Any], tried: Collection[str] = ()
    ) -> str | None:
        """The rejected field of a request, if it can be dropped or renamed; None for none."""
        if failure.status not in _REFUSING or failure.reason in ("too-long", "filter"):
            return None
        name = _named(failure.detail, sent)
        return None if name in tried or _RENAMED.get(name or "") in tried else name

    def keep(self, endpoint: str, tried: Iterable[str]) -> None:
        """Apply these changes to all later requests, after the service accepted one with them."""
        with self._lock:
            for name in tried:
                if name not in _RENAMED:
                    self._dropped.add(name)
                elif self._limits[endpoint] == name:
                    self._renamed.add((endpoint, name))
                    self._limits[endpoint] = _RENAMED[name]


def _named(message: str, sent: Mapping[str, Any]) -> str | None:
    """The rejected field: the error's parameter, else the first field in its message."""
    known = [name for name in sent if name in _RENAMED or name in _DROPPABLE]
    for match in _PARAM.finditer(message):
        if match["name"] in known:
            return match["name"]
    places = {
        name: re.search(rf"(?<!\w){name.replace('_', '_?')}(?!\w)", message, re.IGNORECASE)
        for name in known
    }
    named = [(match.start(), name) for name, match in places.items() if match]
    return min(named)[1] if named else None
