# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes untrusted text harmless to look at: nothing in it can move, hide or reorder the page.

Completions and file names come from models and strangers. A control character may clear a
terminal, a bidirectional override may show code in another order than it runs in ("Trojan
Source", CVE-2021-42574), an invisible character may hide a difference. All of them are shown by
name, or written as escapes where the format is JSON.
"""

from __future__ import annotations

import json
import re

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["clip", "inert_json", "inert_line", "json_text", "visible"]

# C0, DEL and C1 controls; soft hyphen; Arabic letter mark; zero-width, direction and separator
# characters; invisible operators; surrogates; the byte order mark; interlinear annotations;
# tag characters. Variation selectors and the joiner inside emoji are shown by name as well: in
# a report about code the plain truth beats a pretty glyph.
_HIDDEN = lazy_pattern(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_HASH_COMMAND = lazy_pattern(r"##((?:vso)?\[)", re.IGNORECASE)
_PICTURES = 0x2400  # U+2400.. are pictures of U+0000..U+001F
_DELETE = 0x7F
_SPACE = 0x20


def visible(text: str, *, keep: str = "") -> str:
    r"""The text with every hidden character shown by name: "␛" for escape, "⟨U+202E⟩" for others.

    Args:
        text: anything.
        keep: characters that are left alone, for example "\n\t" where lines are wanted.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda match: match[0] if match[0] in keep else _name(match[0]), text)


def inert_line(line: str) -> str:
    """A line that no runner of continuous integration takes for a command.

    GitHub's runner reads lines that begin with "::" after white space, and "##[" anywhere;
    Azure Pipelines reads "##vso[" and "##[".
    """
    line = _HASH_COMMAND.sub(r"## \1", line)
    start = len(line) - len(line.lstrip())
    return f"{line[:start]}: :{line[start + 2 :]}" if line.startswith("::", start) else line


def clip(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `limit` characters."""
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


def json_text(data: object) -> str:
    """Data as indented JSON in which hidden characters are escapes: nothing is lost or played.

    So is the second "#" of what Azure Pipelines and GitHub's runner would take for a command.

    Raises:
        TypeError, ValueError, RecursionError: `data` holds what JSON cannot.
    """
    return inert_json(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


def inert_json(text: str) -> str:
    """A JSON text with escapes for hidden characters and for what a runner would obey.

    Args:
        text: JSON, whose only hidden characters outside strings are line ends.
    """
    text = _HASH_COMMAND.sub(r"#\\u0023\1", text)  # only strings have it
    return _HIDDEN.sub(lambda match: match[0] if match[0] == "\n" else _escape(match[0]), text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _name(character: str) -> str:
    code = ord(character)
    if code < _SPACE:
        return chr(_PICTURES + code)
    return "␡" if code == _DELETE else f"⟨U+{code:04X}⟩"
