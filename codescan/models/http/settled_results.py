# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Holds back failures until it is clear whether the service is down.

When a service goes down, some calls fail before the run is ended for it. These failures say nothing
about their prompts: whoever continues the run asks them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from codescan.models.http.failures import UNREACHED_REASONS
from codescan.records import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["settled"]

Result = TypeVar("Result")


def settled(results: Iterable[Result]) -> Iterator[Result]:
    """Yield results in order; failures without a response follow when another result has come.

    Args:
        results: of the calls. Where it raises, the failures right before are left out.
    """
    held: list[Result] = []
    for result in results:
        if isinstance(result, Skipped) and result.reason in UNREACHED_REASONS:
            held.append(result)
            continue
        yield from held
        held.clear()
        yield result
    yield from held
