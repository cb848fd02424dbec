# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tell examples and templates from real values."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

__all__ = [
    "has_example_label", "has_hash_label", "has_ticket_label", "is_class_name",
    "number_placeholder", "secret_placeholder", "template_placeholder",
]  # fmt: skip

_WORDS = re.compile(
    r"example|sample|dummy|placehold|change_?me|changeit|your[_-]?|x{5}|\*{3}|\.{3}|\u2026|redacted|"
    r"p.{0,2}ss.?w.{1,2}rd|foobar|fake|insert[_-]|replace|todo|notreal|not[_-]a[_-]|secretkey|deadbeef|passwd|removed|censored|"
    r"my[_-]?(?:api|secret|token|key|password)|password|test[_-]?(?:token|key|secret)|this_?is",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\$\{|\{\{|\{[A-Za-z_][\w.]{0,60}\}|<[^<>\n]{1,60}>|%\([A-Za-z_]|#\{|"
    r"\[[A-Z_ ]{2,40}\]"
)
_VARIABLE = re.compile(r"%[sdrv]|\$[A-Za-z_]\w{0,60}")
_LEAST_REST = 16
_REST_DIGITS = 3
_SHORT_WORDS = frozenset(
    {
        "password", "passwd", "pass", "pwd", "secret", "user", "username", "admin", "root", "test",
        "guest", "changeme", "postgres", "mysql", "redis", "token", "key", "foo", "bar", "baz",
        "abc", "xxx", "none", "null", "hunter2", "mypass", "mypassword", "mypwd", "pw", "default",
        "demo",
        "pa55w0rd", "secretpassword", "letmein", "123", "1234", "12345", "123456", "qwerty",
        "tiger",
        "p@ssw0rd", "p@ssword", "passw0rd", "pass123", "password123", "admin123", "test123",
        "rootpw",
        "some_password", "somepassword", "dbpass", "dbpassword", "userpass", "rabbitmq",
        "minioadmin",
        "s3cr3t", "s3cret", "s3kret", "sekret", "mongo", "mongodb", "elastic", "scott",
        "sa", "oracle", "django",
    }
)  # fmt: skip
_DOCUMENTED = frozenset(
    {
        "4eC39HqLyjWDarjtT1zdp7dc", "TYooMQauvdEDq54NiTphI7jx", "BQokikJOvBiI2HlWgH4olfQ2",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
    }
)  # fmt: skip
"""Keys of the Azure emulators, which are public."""
_LONGEST_WITH_WORDS = 100
_FEW_KINDS = 4
_LONGEST_RUN = 6
_LONGEST_HALF = 8
"""Maximum length of a run in every other character, as in "a1b2c3"."""
_LONG_DIGITS_RUN = 7
_LEAST_ENTROPY = ((32, 2.9), (16, 2.4), (8, 1.9))
"""(length, bits per character): all but one in 10^6 random values of that length have more."""

_EXAMPLE_LABEL = re.compile(
    r"(?<![a-z])(?:example|sample|dummy|fake|mock|placeholder|fictional|fictitious)"
    r"[\w -]{0,24}[\"'\]]?\s{0,2}[:=(,]{1,2}\s{0,2}[\[({]?[\"'`]?$",
    re.IGNORECASE,
)
_LONGEST_LABEL = 48
_EXAMPLE_SENTENCE = re.compile(
    r"(?<![a-z])(?:examples?\b[\w /()-]{0,48}(?:\bare|\bis|:)|e\.g\.,?|"
    r"for (?:example|instance),?|ex[.:]|"
    r"(?:examples?|e\.g\.|for instance),?\s[\w ]{0,32}"
    r"\b(?:numbers?|address(?:es)?|ips?|phones?)\b):?"
    r"(?:\s{0,8}[A-Za-z-]{1,32}:)?(?:[\s\d+().,'\"\u201c\u201d\u2018\u2019`/*-]|\band\b|\bor\b)*$",
    re.IGNORECASE,
)
"""Words that call the following numbers examples, such as "e.g." or "Examples of them are:"."""
_LONGEST_SENTENCE = 160
_TICKET_LABEL = re.compile(
    r"(?<![\w/])b/$|(?<![a-z])(?:issues?|bugs?|tickets?|pull|crbug\.com)[ /]{1,2}#?$", re.IGNORECASE
)
_HASH_LABEL = re.compile(
    r"(?<![a-z\d])(?:sha-?\d{1,3}|md5|blake\w{1,4})[=:-]\s?[\"']?[\w+/-]{0,32}$", re.IGNORECASE
)

_CLASS_NAME = re.compile(
    r"(?=(?:.{0,60}?[A-Z][a-z]{3}){2})(?:[A-Z]{1,6}[a-z]{2,}|[A-Z]{2,6}(?![A-Za-z])|[A-Z](?=\d)|\d{1,3}(?!\d)|_)+"
)
"""Consecutive capitalized words, with acronyms and versions."""


def is_class_name(value: str) -> bool:
    """Whether a value is a class name, such as `ModelForConditionalGeneration`."""
    return _CLASS_NAME.fullmatch(value) is not None


def has_example_label(text: str, start: int) -> bool:
    """Whether the words before a value call it an example: `example_number="..."`, "e.g. ...".

    Args:
        text: the text.
        start: start of the value.
    """
    if _EXAMPLE_SENTENCE.search(text[max(0, start - _LONGEST_SENTENCE) : start]):
        return True
    line = text[max(0, start - _LONGEST_LABEL) : start].rpartition("\n")[2]
    return _EXAMPLE_LABEL.search(line) is not None


def has_ticket_label(text: str, start: int) -> bool:
    """Whether the label of a number is that of an issue, as in `TODO(b/261722623)`."""
    return _TICKET_LABEL.search(text[max(0, start - _LONGEST_LABEL) : start]) is not None


def has_hash_label(text: str, start: int) -> bool:
    """Whether the label of a value is that of a hash, as in `sha256=...`."""
    return _HASH_LABEL.search(text[max(0, start - _LONGEST_LABEL) : start]) is not None


def secret_placeholder(value: str) -> str:
    """Why a key, token or password is not a secret; "" if it may be one.

    Args:
        value: the variable part, without the prefix of its service.
    """
    if value in _DOCUMENTED:
        return "documentation"
    if template_placeholder(value):
        return "template"
    # In a long random text a short word occurs by chance.
    has_word = len(value) <= _LONGEST_WITH_WORDS and _WORDS.search(value) is not None
    if has_word or value.lower() in _SHORT_WORDS:
        return "example-word"
    halves = max(longest_run(value[::2]), longest_run(value[1::2]))
    if longest_run(value) >= _LONGEST_RUN or halves >= _LONGEST_HALF or "1234-1234" in value:
        return "sequence"
    is_repeated = len(set(value)) < _FEW_KINDS <= len(value)
    least = next((bits for length, bits in _LEAST_ENTROPY if len(value) >= length), 0.0)
    return "repeated" if is_repeated or entropy(value) < least else ""


def template_placeholder(value: str) -> str:
    """The reason "template" if a value is a placeholder to fill in, else "".

    A random value with signs may contain "%s" or "$a" by chance; it is a value if enough other text
    is left.
    """
    if _TEMPLATE.search(value):
        return "template"
    constant = _VARIABLE.sub("", value)
    is_random = len(constant) >= _LEAST_REST and sum(map(str.isdigit, constant)) >= _REST_DIGITS
    return "template" if len(constant) < len(value) and not is_random else ""


def number_placeholder(digits: str) -> str:
    """Why a number is an example; "" if it may belong to a person.

    Args:
        digits: digits without separators, possibly with letters.
    """
    if len(set(digits)) < _FEW_KINDS - 1 or digits[-9:] == digits[-3:] * 3:
        return "repeated"
    return "sequence" if longest_run(digits) >= _LONG_DIGITS_RUN else ""


def entropy(value: str) -> float:
    """Shannon entropy of the characters, in bits per character."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values())


def longest_run(value: str) -> int:
    """Length of the longest run of repeated, ascending or descending characters, such as "1234"."""
    longest = run = 1
    step: int | None = None
    for before, after in pairwise(value):
        change = ord(after) - ord(before)
        if (before, after) == ("9", "0"):
            change = 1
        if change == step and change in (-1, 0, 1):
            run += 1
        elif change in (-1, 0, 1):
            run, step = 2, change
        else:
            run, step = 1, None
        longest = max(longest, run)
    return longest
