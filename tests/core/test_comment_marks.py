# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every comment mark that the language table declares is one for its lexer."""

from __future__ import annotations

import pytest

from codescan._core import _native
from codescan.text.languages import LANGUAGES

CODE = "alpha = beta\n"
NOTE = "some words of a note"
NESTING = {
    *("rust", "kotlin", "scala", "swift", "dart", "haskell", "elm", "purescript", "ocaml", "coq"),
    *("fsharp", "lisp", "scheme", "julia"),
}
SPECS = [spec for spec in LANGUAGES.values() if spec.lexer != "prose"]


def lexed(text, spec, **options):
    return _native.lex(text.encode(), _native.LEXERS[spec.lexer], **options)


def hashes(text, spec):
    return lexed(text, spec).hashes().tolist()


def block(spec, text=NOTE):
    opening, closing = spec.block_comment
    return f"{opening}\n{text}\n{closing}"


@pytest.mark.parametrize("spec", [s for s in SPECS if s.line_comment], ids=lambda s: s.name)
def test_line_comments_are_not_tokens(spec):
    note = f"{spec.line_comment} {NOTE}\n"
    assert hashes(f"{note}{CODE}  {note}{CODE}", spec) == hashes(CODE * 2, spec)
    comments = lexed(f"{CODE}{note}{CODE}", spec, comments=True).comments().tolist()
    assert comments == [[len(CODE), len(CODE) + len(note) - 1]]


@pytest.mark.parametrize("spec", [s for s in SPECS if s.block_comment], ids=lambda s: s.name)
def test_block_comments_are_not_tokens(spec):
    assert hashes(f"{CODE}{block(spec)}\n{CODE}", spec) == hashes(CODE * 2, spec)
    text = f"{block(spec)}\n{CODE}{block(spec)}\n{CODE}"
    assert hashes(text, spec) == hashes(CODE * 2, spec)


@pytest.mark.parametrize("name", sorted(NESTING))
def test_nested_comments_end_with_the_outer_one(name):
    spec = LANGUAGES[name]
    nested = block(spec, f"{NOTE}\n{block(spec)}\n{NOTE}")
    assert hashes(f"{CODE}{nested}\n{CODE}", spec) == hashes(CODE * 2, spec)


@pytest.mark.parametrize("spec", [s for s in SPECS if s.block_comment], ids=lambda s: s.name)
def test_a_mark_without_its_partner_deletes_nothing(spec):
    opening, closing = spec.block_comment
    code = [b"alpha", b"beta"]
    for text in (f"{CODE}{opening}\n{CODE}{CODE}", f"{CODE}{CODE}{closing}\n{CODE}"):
        data = text.encode()
        words = [data[a:b] for a, b in lexed(text, spec).spans().tolist()]
        # A line comment begins with some of these marks, so the mark's own line may be one.
        assert [word for word in words if word in code] == code * 3


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_comments_are_read_as_prose(spec):
    note = " ".join(f"word{i}" for i in range(40))
    texts = []
    if spec.line_comment:
        texts.append(f"{CODE}{spec.line_comment} {note}\n{CODE}")
    if spec.block_comment:
        texts.append(f"{CODE}{block(spec, note)}\n{CODE}")
    expected = _native.lex(note.encode(), _native.LEXERS["prose"]).hashes().tolist()
    for text in texts:
        tokens = lexed(text, spec, streams=True)
        (part,) = [part for part in tokens.parts().tolist() if part[2] == 2]
        part_hashes = tokens.hashes(*part[:2]).tolist()
        places = [
            i for i in range(len(part_hashes)) if part_hashes[i : i + len(expected)] == expected
        ]
        assert len(places) == 1
        start = part[0] + places[0]
        begin, end = tokens.span(start, start + len(expected))
        assert text.encode()[begin:end].decode() == note


OUTCOMMENTED = """total = weight(levels, depth) + 17
    % { "label": total }
    * rate(levels[0])
    - base(depth, 3)
    ! checked(total)
    ; finish(levels, total * 5)
remember(total, depth, key(levels))
"""
"""Lines that begin with the signs of marks."""


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
@pytest.mark.parametrize("decoration", ["", " * "])
def test_commented_code_is_read_whole(spec, decoration):
    """Signs at which its lines begin are code, unless most lines have them."""
    if spec.block_comment is None:
        pytest.skip("no block comments")
    lines = OUTCOMMENTED.splitlines()
    if spec.name in {"lisp", "scheme"}:
        lines.remove("    ; finish(levels, total * 5)")
    if any(mark in OUTCOMMENTED for mark in spec.block_comment):
        pytest.skip("its marks are signs of the code")
    text = f"{CODE}{block(spec, chr(10).join(decoration + line for line in lines))}\n{CODE}"
    # Without comments of its own, which the code would open.
    expected = _native.lex(" ".join(lines).encode(), _native.LEXERS[spec.lexer]).hashes().tolist()
    tokens = lexed(text, spec, streams=True)
    parts = [tokens.hashes(*part[:2]).tolist() for part in tokens.parts().tolist() if part[2] == 1]
    bare = hashes("\n".join(lines), spec)
    assert any(contains(part, bare) or contains(part, expected) for part in parts)


def contains(tokens, run):
    return any(tokens[i : i + len(run)] == run for i in range(len(tokens)))
