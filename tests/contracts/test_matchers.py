# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every registered matcher promises."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest

from codescan import registry
from codescan.index import Index, build
from codescan.protocols import Matcher
from codescan.records import Match, Snippet, Suppressed
from codescan.sources.directory import DirectorySource

MODULES = ("heapq", "textwrap", "shlex", "sched", "fnmatch", "bisect", "cmd", "colorsys")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for name in MODULES:
        source = Path(sysconfig.get_path("stdlib")) / f"{name}.py"
        (folder / f"{name}.py").write_bytes(source.read_bytes())
    out = tmp_path_factory.mktemp("index")
    build([DirectorySource(folder)], out, name="t", recipe={}, workers=1)
    with Index.open(out) as index:
        yield index


@pytest.fixture(params=registry.names("matchers"))
def matcher(request, index):
    return registry.load("matchers", request.param)(index)


def disguised(text, rng):
    """Every sixth line is another, and one name is."""
    lines = text.decode().replace("text", "words").splitlines(keepends=True)
    for i in range(rng.randrange(6), len(lines), 6):
        indent = lines[i][: len(lines[i]) - len(lines[i].lstrip())]
        lines[i] = f"{indent}step_{i} = prepare({i})\n"
    return "".join(lines).encode()


def test_it_satisfies_the_protocol(matcher):
    assert isinstance(matcher, Matcher)
    assert matcher.name in registry.names("matchers")


def test_spans_are_valid_in_both_texts_and_answers_repeat(matcher, index):
    rng = random.Random(1)
    count = 0
    for content in range(len(index)):
        text = index.content(content)
        snippet = Snippet("s", disguised(text, rng) if content % 2 else text, "python")
        first = list(matcher.match(snippet))
        assert first == list(matcher.match(snippet))
        for item in first:
            assert isinstance(item, Match | Suppressed)
            if not isinstance(item, Match):
                assert item.reason
                continue
            count += 1
            assert 0 <= item.span.start < item.span.end <= len(snippet.content)
            assert item.locations
            assert item.locations_total >= len(item.locations)
            assert 0 < item.similarity <= 1
            assert item.bits > 0
            for location in item.locations:
                assert 0 <= location.span.start < location.span.end
                assert location.span.end <= len(index.content(location.content_id))
    assert count or matcher.name == "renamed"


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 300, b"\xff" * 5000, b"x" * 200_000, b"(" * 50_000, b"a = 1\r" * 20_000],
    ids=["empty", "nul", "not-utf8", "one-word", "open", "repeated"],
)
@pytest.mark.parametrize("language", ["python", "c", "prose", None, "no-such-language"])
def test_hostile_snippets_end_without_a_match(matcher, content, language):
    assert not [m for m in matcher.match(Snippet("s", content, language)) if isinstance(m, Match)]


def test_context_and_identity_of_the_snippet_stay(matcher, index):
    snippet = Snippet("the-name", index.content(0), "python", context="a prompt")
    assert {item.snippet_id for item in matcher.match(snippet)} <= {"the-name"}
