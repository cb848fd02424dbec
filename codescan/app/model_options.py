# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options of a model's backend, from those of a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.option_types import option_types, parse_options

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["model_options"]

_SUPPLIED = ("progress", "decodings", "token_statistics", "token_ranks")
"""Parameters that the program sets itself."""


def model_options(
    reference: str, pairs: Sequence[str], **shared: object | None
) -> dict[str, object]:
    """Keyword arguments for a backend that scores tokens, with its declared types.

    Args:
        reference: the model.
        pairs: texts KEY=VALUE.
        shared: options of the command line. None stands for the default; options that the backend
            does not have are ignored.

    Raises:
        UsageError: a pair is not KEY=VALUE, the backend does not have the option, or the value is
            of the wrong type.
    """
    from codescan.models.loading.resolve import backend_class
    from codescan.models.loading.resolve import options as options_of

    known_names = options_of(reference)
    values = {
        name: value for name, value in shared.items() if value is not None and name in known_names
    }
    parsed: list[tuple[str, str]] = []
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise UsageError(f"--model-option {pair!r} is not KEY=VALUE", "for example a=1")
        parsed.append((key.replace("-", "_"), value))
    known = option_types(backend_class(reference), _SUPPLIED, keyword_only=True)
    values |= parse_options(f"the model {reference}", parsed, known)
    # One pass gives everything that scores need; ways of sampling and ranks are not wanted.
    supplied: dict[str, object] = {
        "token_statistics": True,
        "token_ranks": False,
        "decodings": (),
    }
    return values | {name: value for name, value in supplied.items() if name in known_names}
