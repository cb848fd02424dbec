# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hold back failures until it is clear whether the service is down.

When a service goes down, some calls fail before the run ends. These failures do not
count for their prompts: a resumed run sends the prompts again.
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
    """Yield results in order; failures without a response are yielded after a later result.

    Args:
        results: results of the calls. If the iterator raises, the failures just before are dropped.
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
