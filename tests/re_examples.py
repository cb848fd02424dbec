# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Random texts that a regular expression matches, for tests of rules."""

from __future__ import annotations

import random
import re
import string
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]

_WIDE = string.ascii_letters + string.digits


def example(pattern: re.Pattern[str], draws: random.Random) -> str:
    """A text that the pattern matches; assertions at its ends are left to the caller."""
    for _ in range(50):
        text = "".join(_texts(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), draws))
        if pattern.match(text):
            return text
    raise AssertionError(f"no example of {pattern.pattern}")


def _texts(tree, draws):
    for operation, argument in tree:
        yield from _text(operation, argument, draws)


def _text(operation, argument, draws):
    if operation is c.LITERAL:
        yield chr(argument)
    elif operation is c.IN:
        yield draws.choice(_characters(argument))
    elif operation is c.ANY:
        yield draws.choice(_WIDE)
    elif operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        least, most, inner = argument
        for _ in range(draws.randint(least, min(most, least + 24))):
            yield from _texts(inner, draws)
    elif operation is c.SUBPATTERN:
        yield from _texts(argument[3], draws)
    elif operation is c.BRANCH:
        yield from _texts(draws.choice(argument[1]), draws)
    elif operation is c.NOT_LITERAL:
        yield draws.choice(_WIDE.replace(chr(argument), ""))
    elif operation not in (c.ASSERT, c.ASSERT_NOT, c.AT):
        raise AssertionError(f"{operation} is not known here")


def _characters(entries):
    chosen, is_negated = "", False
    for operation, argument in entries:
        if operation is c.LITERAL:
            chosen += chr(argument)
        elif operation is c.RANGE:
            chosen += "".join(map(chr, range(argument[0], argument[1] + 1)))
        elif operation is c.NEGATE:
            is_negated = True
        elif operation is c.CATEGORY:
            chosen += {
                c.CATEGORY_DIGIT: string.digits,
                c.CATEGORY_SPACE: " ",
                c.CATEGORY_WORD: _WIDE + "_",
            }[argument]
    return "".join(ch for ch in _WIDE if ch not in chosen) if is_negated else chosen
