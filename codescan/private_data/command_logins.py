# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Passwords in shell commands and in `.netrc` files."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.placeholders import secret_placeholder, template_placeholder
from codescan.records import Grade

__all__ = ["CommandLogins"]

_KIND = "command-login"
_DESCRIPTION = "User and password in a command or a .netrc file"
_WORD = r"[^\s\"'`<>|;&\\]"
_QUOTE = r"[\"']?"
_END = rf"(?!{_WORD})"
"""A quote or a shell operator may end a password."""
_OPTIONS = r"(?:[^\n;|&]|\\\n){0,200}?\s"
"""Other options of a command, also on continued lines."""
_SIMPLE = re.compile(r"[a-z]{1,12}|[A-Z]{1,12}|\d{1,6}|[a-z]{1,8}\d{0,2}|.{1,4}")
"""Words and short numbers that manuals use in place of a password."""
_WORDS = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}|[_-]")
_VARIABLE = re.compile(r"^[$%{(\[@-]|[()\[\]]|^None$|^null$", re.IGNORECASE)


def _is_mixed(password: str) -> bool:
    is_name = re.fullmatch("[a-z]{0,2}", _WORDS.sub("", password)) is not None  # as "myApiToken"
    return not is_name and _SIMPLE.fullmatch(password) is None


def _placeholder(password: str) -> str:
    if _VARIABLE.search(password) or template_placeholder(password):
        return "template"
    return secret_placeholder(password) or secret_placeholder(password.rstrip("0123456789!"))


def _rule(anchors: tuple[str, ...], pattern: str) -> AnchoredRule:
    return AnchoredRule(
        _KIND,
        _DESCRIPTION,
        anchors,
        re.compile(rf"(?:{'|'.join(map(re.escape, anchors))}){pattern}"),
        check=_is_mixed,
        checked_grade=Grade.B,
        placeholder=_placeholder,
    )


_RULES = (
    _rule(
        ("curl ",),
        rf"{_OPTIONS}?(?:-u|--user|--proxy-user|-U)(?:\s|=|(?=[\"'])){_QUOTE}"
        rf"{_WORD[:-1]}:]{{1,64}}:(?P<value>{_WORD}{{4,128}}){_QUOTE}{_END}",
    ),
    _rule(
        ("machine ",),
        rf"{_WORD}{{1,120}}\s{{1,20}}login\s{{1,20}}{_WORD}{{1,120}}\s{{1,20}}password\s{{1,20}}"
        rf"(?P<value>{_WORD}{{4,200}}){_END}",
    ),
    _rule(
        ("mysql ", "mysqldump ", "mysqladmin ", "mariadb "),
        rf"{_OPTIONS}?(?<!-)-p(?P<value>{_WORD}{{6,128}}){_END}",
    ),
    _rule(("sshpass ",), rf"-p\s?{_QUOTE}(?P<value>{_WORD}{{4,128}}){_QUOTE}{_END}"),
    _rule(
        ("docker login ", "podman login ", "helm registry login ", "az login ", "oc login "),
        rf"{_OPTIONS}?(?:-p|--password)(?:\s|=){_QUOTE}(?P<value>{_WORD}{{6,200}}){_QUOTE}{_END}",
    ),
)


class CommandLogins(AnchoredDetector):
    """Find passwords in commands and `.netrc` files."""

    def __init__(self) -> None:
        super().__init__(_RULES)
