# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The disguises in which a copy is looked for. Each makes the text of a snippet from a span."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from _evaluation.edits import edited
from _evaluation.lexed import read
from _evaluation.spans import Cut
from msgspec import structs

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from _evaluation.lexed import Piece

__all__ = ["TRANSFORMS", "Disguised", "Transform"]


@dataclass(frozen=True)
class Disguised:
    """A snippet and where it comes from."""

    cut: Cut
    """What of the file is in it; smaller than the span drawn where the transform cuts."""
    text: str
    language: str | None
    chat: bool = False
    """It is a whole answer in Markdown."""
    renamed: bool = False
    """Its names are new, so a file that differs from the origin in names alone is as right."""
    edited: bool = False
    """Lines of it were changed."""
    whole: str | None = None
    """What of the span is left whole, where the ends of its text are not."""


@dataclass(frozen=True)
class Transform:
    """One disguise."""

    name: str
    make: Callable[[Cut, random.Random], Disguised]
    reach: float
    """Recall that the project promises to reach; 0 where it promises none."""
    lines: tuple[int, int] = (0, 1 << 30)
    """Least and most lines of code of the spans it is for."""

    words: int = 0
    """Least words of several letters of the spans it is for."""

    def is_for(self, cut: Cut) -> bool:
        """Whether a span is long enough for it, and not too long."""
        least, most = self.lines
        return least <= len(cut.code_lines) <= most and len(_words(cut)) >= self.words


def _plain(text_of: Callable[[Cut, random.Random], str]) -> Callable[..., Disguised]:
    return lambda cut, rng: Disguised(cut, text_of(cut, rng), cut.language)


# Layout

_FREE = ("c", "cpp", "java", "javascript", "typescript", "rust", "php")
"""Languages in which a line may end behind a comma, a brace or a parenthesis without a change."""
_BRACED = ("c", "cpp", "java", "rust")


def _reformatted(cut: Cut, rng: random.Random) -> str:
    """Another indent and other line breaks, where the language allows them."""
    unit = rng.choice([" ", "  ", "        ", "\t"])
    pieces = cut.pieces
    out: list[str] = []
    depth = 0
    in_directive = False
    allman = cut.language in _BRACED and rng.random() < 0.5  # noqa: PLR2004 - braces on own lines
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == "space":
            following = pieces[number + 1] if number + 1 < len(pieces) else None
            if allman and text == " " and following is not None and following.text == "{":
                out.append(" " if _directive_line(cut, following) else "\n" + unit)
            elif "\n" in text:
                in_directive = False
                before = pieces[number - 1] if number else None
                joinable = cut.language in _FREE or depth > 0
                after_comment = before is not None and before.kind != "code"
                near_comment = number + 1 < len(pieces) and (
                    pieces[number + 1].kind == "comment"
                    or pieces[number + 1].text.startswith(("#", "<?", "?>"))
                )
                comma = before is not None and before.text.endswith((",", "("))
                if joinable and comma and not after_comment and not near_comment:
                    out.append(rng.choice(["\n" + unit * 3, " "]))
                else:
                    out.append(re.sub(r"(?m)(?<=\n)((?: {4}|\t| {2})+)", _indent(unit), text))
            else:
                out.append(text)
            continue
        if piece.kind == "code" and text.startswith("#") and cut.language in ("c", "cpp"):
            in_directive = True
        out.append(text)
        if piece.kind == "code" and not in_directive:
            depth = max(0, depth + sum(map(text.count, "([")) - sum(map(text.count, ")]")))
            breakable = cut.language in _FREE or depth > 0
            following = pieces[number + 1] if number + 1 < len(pieces) else None
            if (
                text == ","
                and breakable
                and following is not None
                and following.kind == "space"
                and "\n" not in following.text
                and rng.random() < 0.3  # noqa: PLR2004
                and not _directive_line(cut, piece)
            ):
                out.append("\n" + unit * 2)
    return "".join(out)


def _directive_line(cut: Cut, piece: Piece) -> bool:
    line = cut.source.lines[cut.source.line_of(piece.start)]
    before = cut.source.lines[max(0, cut.source.line_of(piece.start) - 1)]
    return line.lstrip().startswith("#") or before.rstrip().endswith("\\") or "//" in line


def _indent(unit: str) -> Callable[[re.Match[str]], str]:
    return lambda match: unit * max(1, len(match[1].expandtabs(4)) // 2)


def _without_comments(cut: Cut, _rng: random.Random) -> str:
    text = "".join("" if p.kind == "comment" else p.text for p in cut.pieces)
    # What a comment that was cut at the end of its line leaves behind.
    return re.sub(r"\n(?:[ \t]*\n)+", "\n", re.sub(r"[ \t]+(?=\n)", "", text))


def _windows(cut: Cut, _rng: random.Random) -> str:
    lines = cut.text.splitlines()
    tabbed = [re.sub(r"^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), line) for line in lines]
    # A space behind a backslash would end what it continues.
    return "".join(line + ("\r\n" if line.endswith("\\") else "  \r\n") for line in tabbed)


# Names

_SYLLABLES = ("ba", "co", "di", "fu", "ga", "ho", "ki", "lu", "ma", "ne", "po", "ru", "sa", "te")


_COMMON_JS = frozenset(
    ("require", "module", "exports", "Object", "Array", "String", "Number", "Math", "JSON", "Error")
)
_GIVEN = {
    "javascript": _COMMON_JS,
    "typescript": _COMMON_JS,
    "ruby": frozenset(
        ("require", "require_relative", "attr_reader", "attr_accessor", "raise", "new")
    ),
    "rust": frozenset(("impl", "mut", "dyn", "Self", "Ok", "Err", "Some", "None", "new")),
}  # fmt: skip


def _renamed_locals(cut: Cut, rng: random.Random) -> str:
    """Parameters and variables under new names; members, types and what is called stay.

    A local name begins in lower case, occurs twice or more, and never follows a dot or precedes a
    parenthesis.
    """
    uses: Counter[str] = Counter()
    fixed: set[str] = set()
    code = [piece for piece in cut.pieces if piece.kind not in ("comment", "space")]
    for place, piece in enumerate(code):
        before = code[place - 1].text if place else ""
        after = code[place + 1].text if place + 1 < len(code) else ""
        if piece.kind == "name":
            uses[piece.text] += 1
            if before.endswith((".", "->", "::", "@")) or after.startswith("("):
                fixed.add(piece.text)
    local = {name for name, count in uses.items() if count > 1 and re.match("[$]?[a-z]", name)}
    return _renamed(cut, rng, local - fixed)


def _renamed(cut: Cut, rng: random.Random, chosen: AbstractSet[str] | None = None) -> str:
    """Every name under a new one, the same everywhere; or those that are chosen.

    Names that a language or its runtime gives stay, and so do those that also occur in a string:
    renaming them in one place and not in the other would not be one to one.
    """
    pieces = cut.pieces
    fixed = {
        word
        for p in pieces
        if p.kind not in ("name", "comment")
        for word in re.findall(r"[A-Za-z_]\w*", p.text)
    }
    fixed |= _GIVEN.get(cut.language, frozenset())
    names: dict[str, str] = {}
    taken = {p.text for p in pieces}
    for piece in pieces:
        for word in re.findall(r"[A-Za-z_]\w*", piece.text) if piece.kind == "name" else ():
            if word in fixed or word in names or (word.startswith("__") and word.endswith("__")):
                continue
            if chosen is not None and piece.text not in chosen:
                continue
            new = word
            while new in taken:
                new = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))
                new = new.capitalize() if word[0].isupper() else new
            taken.add(new)
            names[word] = new
    return "".join(
        re.sub(r"[A-Za-z_]\w*", lambda m: names.get(m[0], m[0]), p.text)
        if p.kind == "name" and (chosen is None or p.text in chosen)
        else p.text
        for p in pieces
    )


# Cuts and surroundings


def _words(cut: Cut) -> list[tuple[int, int]]:
    """The words of several letters outside of comments."""
    return [
        (piece.start + word.start(), piece.start + word.end())
        for piece in cut.pieces
        if piece.kind not in ("comment", "space")
        for word in re.finditer(r"\w{2,}", piece.text)
    ]


def _mid_token(cut: Cut, rng: random.Random) -> Disguised:
    """From the middle of a word of the first line to the middle of one of the last line."""
    words = _words(cut)
    line_of = cut.source.line_of
    first = rng.choice([w for w in words if line_of(w[0]) == line_of(words[0][0])])
    last = rng.choice([w for w in words if line_of(w[0]) == line_of(words[-1][0])])
    if first >= last or not any(first < w < last for w in words):  # of a cut in one or two lines
        first, last = words[0], words[-1]
    start = rng.randrange(first[0] + 1, first[1])
    end = rng.randrange(last[0] + 1, last[1])
    # What is left of a word at either end is no longer of the file: its line may be lost.
    inside = [w for w in words if start <= w[0] and w[1] <= end]
    smaller = replace(cut, first=line_of(inside[0][0]), last=line_of(inside[-1][0]))
    return Disguised(
        smaller,
        cut.source.text[start:end],
        cut.language,
        whole=cut.source.text[inside[0][0] : inside[-1][1]],
    )


_BEFORE = (
    "Sure! Here's an implementation that should work for your use case:",
    "Great question. The usual way to do this looks as follows.\n\nFirst, the code:",
    "I've rewritten the function so that it handles the cases you mentioned. I haven't run it:",
)
_AFTER = (
    "Let me know if you'd like me to add tests or walk through it step by step!",
    "**How it works**\n\n1. The input is checked.\n2. The loop does the rest.\n\nHope this helps!",
    "You can adapt the names to your own project. If something fails, paste the full error here.",
)
_TAGS = {
    "python": ("python", "py", ""), "c": ("c", ""), "cpp": ("cpp", "c++", ""),
    "javascript": ("javascript", "js", ""), "typescript": ("typescript", "ts"),
    "java": ("java", ""), "go": ("go", "golang"), "rust": ("rust", "rs"),
    "ruby": ("ruby", "rb"), "php": ("php", ""),
}  # fmt: skip


def _chat(cut: Cut, rng: random.Random) -> Disguised:
    fence = "~~~" if "```" in cut.text else "```"
    text = cut.text if cut.text.endswith("\n") else cut.text + "\n"
    tag = rng.choice(_TAGS[cut.language])
    answer = f"{rng.choice(_BEFORE)}\n\n{fence}{tag}\n{text}{fence}\n\n{rng.choice(_AFTER)}\n"
    return Disguised(cut, answer, None, chat=True)


def _edited(share: float) -> Callable[..., Disguised]:
    """That share of the lines changed."""
    return lambda cut, rng: Disguised(cut, edited(cut, share, rng), cut.language, edited=True)


def _combined(cut: Cut, rng: random.Random) -> Disguised:
    """Comments removed, locals renamed, one line in eight edited, inside a chat answer."""
    changed = cut
    for change in (_without_comments, _renamed_locals, lambda cut, rng: edited(cut, 1 / 8, rng)):
        again = _cut_of(changed, change(changed, rng))
        changed = again or changed
    return replace(_chat(changed, rng), cut=cut, renamed=True, edited=True)


def _cut_of(cut: Cut, text: str) -> Cut | None:
    """A whole text as a cut of its own, so that it can be changed again."""
    source = read(structs.replace(cut.source.document, content=text.encode()))
    if source is None or not source.code_lines:
        return None
    return Cut(source, min(source.code_lines), max(source.code_lines))


TRANSFORMS = (
    Transform("verbatim", _plain(lambda cut, _rng: cut.text), 1.0),
    Transform("language not told", lambda c, _rng: Disguised(c, c.text, None), 0.95),
    Transform("reformatted", _plain(_reformatted), 0.99),
    Transform("comments removed", _plain(_without_comments), 0.99),
    Transform("CRLF and tabs", _plain(_windows), 0.99),
    Transform("cut mid-token", _mid_token, 0.99, words=3),
    Transform("in a chat answer", _chat, 0.99),
    Transform("renamed", lambda c, r: replace(_plain(_renamed)(c, r), renamed=True), 0.95),
    Transform(
        "renamed locals", lambda c, r: replace(_plain(_renamed_locals)(c, r), renamed=True), 0.0
    ),
    Transform("1 in 8 edited", _edited(1 / 8), 0.0),
    Transform("combined", _combined, 0.0),
    # A tenth of fewer than ten lines is less than a line.
    Transform("10 % edited", _edited(0.1), 0.95, (10, 1 << 30)),
    Transform("1 of 6-9 edited", _edited(0.1), 0.0, (6, 9)),
    Transform("30 % edited", _edited(0.3), 0.7),
)
