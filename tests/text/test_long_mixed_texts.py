# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Long texts in several languages: each is read in the language of its parts, chance as before."""

from __future__ import annotations

import html
import random
import time

import pytest

from codescan._core import _native
from codescan.records import Skipped, Span
from codescan.text.views import View, views_of

# Each with a comment that Python has no mark for: texts with the same tokens are read once.
_CODE = {
    "ruby": "def %s(%s)\n=begin\nof each\n=end\n  %s.each do |x|\n    puts x.%s\n  end\nend\n\n",
    "go": (
        "func %s(%s string) error {\n\tif %s == nil { // none\n\t\treturn %s\n\t}\n"
        "\treturn nil\n}\n\n"
    ),
    "perl": (
        "sub %s {\n    my ($%s) = @_;\n=pod\n\ngives it\n\n=cut\n"
        "    return $%s->{%s} unless $x;\n}\n\n"
    ),
}


def _names(rng: random.Random) -> tuple[str, ...]:
    return tuple(f"name{rng.randrange(10**5)}" for _ in range(4))


def _python(rng: random.Random, size: int) -> str:
    text = ""
    while len(text) < size:
        name, parameter, field, result = _names(rng)
        text += (
            f"def {name}(self, {parameter}):\n    for x in self.{field}:\n"
            f"        yield x.{result}\n\n\n"
        )
    return text


@pytest.mark.parametrize("language", _CODE)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_code_of_another_language_is_read_in_it(language: str, place: str) -> None:
    rng = random.Random(f"{language}{place}")
    code = "".join(_CODE[language] % _names(rng) for _ in range(6))
    before = 0 if place == "first" else 40_000
    text = (_python(rng, before) if before else "") + code
    start = len(text) - len(code)
    text += _python(rng, 40_000) if place != "last" else ""
    views = [view for view in views_of(text.encode()) if isinstance(view, View)]
    [view] = [view for view in views if view.language == language]
    assert len(view.content) < len(text) / 2
    assert view.searched_bytes == len(text)
    at = view.content.index(code.encode())
    span = Span(at, at + len(code))
    assert view.outer_span(span) == Span(start, start + len(code))
    main = next(one for one in views if one.language == "python")
    assert main.end is None


def test_lines_are_counted_in_the_part_not_in_the_excerpt() -> None:
    rng = random.Random(4)
    code = "".join(_CODE["go"] % _names(rng) for _ in range(6))
    page = f"<html><body>{_python(rng, 40_000)}\n{code}{_python(rng, 40_000)}</body></html>"
    views = [view for view in views_of(page.encode()) if isinstance(view, View)]
    [view] = [view for view in views if view.language == "go" and view.end is not None]
    at = view.content.index(code.encode())
    outer = view.outer_span(Span(at, at + len(code)))
    assert page.encode()[outer.start : outer.end].decode() == code


def test_a_short_text_is_read_whole_in_each_of_its_languages() -> None:
    rng = random.Random(5)
    text = _python(rng, 6000) + "".join(_CODE["ruby"] % _names(rng) for _ in range(6))
    assert all(v.end is None for v in views_of(text.encode()) if isinstance(v, View))


def test_tags_that_never_end_cost_linear_time() -> None:
    for unit in (b'<a "<b ', b"<code>", b"<script", b"<pre><code>", b"<a '\"<b \"'"):
        started = time.process_time()
        for result in views_of(b"<html>" + unit * (400_000 // len(unit)), "html"):
            assert isinstance(result, View | Skipped)
        for result in views_of(b"text </b> " + unit * (400_000 // len(unit))):
            assert isinstance(result, View | Skipped)
        assert time.process_time() - started < 20


def test_bare_patches_keep_blank_lines_and_their_ends() -> None:
    line = b"line of it, which has some more words than most"
    text = b"see:\n    + 1st %b\n    + second\n\n    + 3rd %b\nother\n" % (line, line)
    assert _native.added_runs(text, 4, 3) == [(5, text.index(b"other"))]
    assert _native.added_runs(text, 4, 4) == []
    layers = [v.content for v in views_of(text) if isinstance(v, View)]
    bare = b" 1st %b\n second\n\n 3rd %b\n" % (line, line)
    assert b"see:\n" + bare + b"other\n" in [layer.replace(b"    ", b"") for layer in layers]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (b"a<b>c</b>d", ["a", "c", "d"]),
        (b"a<br/>b<P class='x>y'>c", ["a", "\n", "b", "\n", "c"]),
        (b"a<!-- <b> -->b<!-- never closed", ["a", "b"]),
        (b"a<![CDATA[<b>]]>c", ["a", "<b>", "c"]),
        (b"1 < 2 && 3 > 2", ["1 < 2 && 3 > 2"]),
        (b"&lt;p&gt;&#65;&#x42;&bogus;", ["<", "p", ">", "A", "B", "&bogus;"]),
        (b"<a title='", ["<a title='"]),
    ],
)
def test_markup_pieces(text: bytes, pieces: list[str]) -> None:
    spans = _native.markup_pieces(
        text, 0, len(text), lambda entity: html.unescape(entity.decode()).encode()
    )
    assert [
        (text[start:end] if decoded is None else decoded).decode() for start, end, decoded in spans
    ] == pieces
