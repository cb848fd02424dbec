# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shared by the routes of the service: settings, index, threads, metrics."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from codescan.app.text_scan import Text, TextResult, scan_text
from codescan.serve.admission import Admission
from codescan.serve.metrics import Metrics
from codescan.serve.problems import RequestError
from codescan.serve.tickets import Tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codescan.app.shared_index import OpenIndex, SharedIndex
    from codescan.serve.settings import ServeSettings

__all__ = ["Service"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_BODIES = 16
"""Maximum number of full-size requests in memory."""
_SHORT_CHARACTERS = 4_096


@dataclass(slots=True)
class Service:
    """One running service. Call its methods from the event loop unless they state otherwise."""

    settings: ServeSettings
    index: SharedIndex
    metrics: Metrics = field(default_factory=Metrics)
    tickets: Tickets = field(default_factory=Tickets)
    admission: Admission = field(init=False)

    def __post_init__(self) -> None:
        """Start the threads."""
        settings = self.settings
        self.admission = Admission(
            settings.worker_threads, settings.queue, settings.max_body * _BODIES
        )

    async def run(
        self, seconds: float, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Run blocking work in a thread.

        Args:
            seconds: maximum waiting time of the caller.
            work: function to run; keeps its thread until it ends, even if no client waits.
            args: arguments of the function.
            kwargs: keyword arguments of the function.

        Raises:
            RequestError: 503, it takes too long.
            QueueFullError: the queue is full.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self.admission.run(work, *args, **kwargs)
        except TimeoutError:
            raise timed_out(self.settings.timeout) from None

    def may_scan_at_once(self, texts: Sequence[Text]) -> bool:
        """Whether to scan texts in the event loop, because a thread switch would cost more.

        For one short text, the switch to a thread and back takes half as long as the scan.
        """
        return (
            len(texts) == 1 and len(texts[0].text) <= _SHORT_CHARACTERS and self.index.is_at_hand()
        )

    def scan(
        self,
        texts: Sequence[Text],
        opened: OpenIndex,
        min_tokens: int | None,
        deadline: float,
    ) -> list[TextResult]:
        """Scan texts in a thread, or in the event loop if `may_scan_at_once` is true.

        Raises:
            RequestError: 422 for a minimum below the guarantee, 503 after the deadline.
            CodescanError: the index is damaged.
        """
        if min_tokens is not None and min_tokens < opened.min_tokens:
            raise RequestError(
                422, "bad-request",
                f"min_tokens is {min_tokens}; this index needs at least {opened.min_tokens}",
            )  # fmt: skip
        results = []
        for text in texts:
            if time.monotonic() > deadline:
                raise timed_out(self.settings.timeout)
            result = scan_text(text, opened, min_tokens)
            self.metrics.note_result(result)
            results.append(result)
        return results


def timed_out(seconds: float) -> RequestError:
    """The error response to a request that takes too long."""
    return RequestError(
        503, "timed-out", f"no result within {seconds:g} s; nothing was checked",
        "send smaller batches", ((b"retry-after", b"1"),),
    )  # fmt: skip
