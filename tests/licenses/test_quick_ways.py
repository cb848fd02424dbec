# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What spares most texts the full reading never changes its answer."""

from __future__ import annotations

import random
import re
import tomllib

import re_examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codescan._core import _native
from codescan.licenses import (
    gnu_names,
    license_names,
    license_text_matcher,
    lone_names,
    notice_sentences,
    restrictions,
    spdx_list,
    template_alignment,
    text_normalization,
)
from codescan.licenses.detect import file_claims
from codescan.licenses.notice_comments import notice_scanner
from codescan.licenses.official_names import official_keys
from codescan.licenses.pattern_words import WordedPatterns, required_words
from codescan.licenses.repeated_texts import kept_by_text
from codescan.records import NOASSERTION

TABLE = tomllib.loads(spdx_list.data("restrictions.toml").decode("utf-8"))
PATTERNS = [*TABLE["anywhere"], *TABLE["work"], *TABLE["notice"]]


def test_each_match_has_a_required_word():
    draws = random.Random(1)
    for pattern in PATTERNS:
        words = required_words(pattern)
        for _ in range(5):
            text = re_examples.example(re.compile(pattern), draws)
            assert not words or any(word in text.lower() for word in words), pattern


def test_words_of_notices_are_those_of_the_patterns_of_restrictions():
    """What is cut off around a notice has no word of a pattern that takes rights away."""
    draws = random.Random(2)
    scanner = notice_scanner()
    for pattern in PATTERNS:
        sentence = re_examples.example(re.compile(pattern), draws).strip()
        if not sentence.isascii() or pattern.startswith("^"):
            continue
        text = f"{sentence}\n\nLicensed under the MIT License.\n\nAlso {sentence} here."
        block = "".join(f"# {line}\n" for line in text.split("\n")).encode()
        notice, _ = scanner.notice(block)
        assert notice.decode().strip() == text, pattern


def test_descriptions_around_a_notice_change_no_answer():
    for license_id in ("MIT", "BSD-3-Clause", "Zlib", "ISC"):
        text = spdx_list.license_text(license_id) or ""
        lines = f"conf_reader.py: helpers of the parser\n\n{text}".splitlines()
        block = "".join(f"# {line}\n" for line in lines).encode()
        (claim,) = file_claims(block)
        assert claim.expression == license_id
        assert b"conf_reader" not in notice_scanner().notice(block)[0]


def test_a_restriction_in_front_of_a_license_text_is_read():
    text = spdx_list.license_text("MIT") or ""
    for words in ("Not for use by banks.", "No resale.", "Users pay a fee.", "Employees only."):
        lines = f"{words}\n\n{text}".splitlines()
        block = "".join(f"# {line}\n" for line in lines).encode()
        assert [claim.expression for claim in file_claims(block)] == [NOASSERTION], words


def test_required_words_of_each_part_of_a_pattern():
    assert required_words("a{0,3}(?:abc|defg)(?:x|longest)?") == {"abc", "defg"}
    assert required_words("(?:abc|de)f*") == frozenset()
    assert required_words("(?=word)(?!other)x") == frozenset()
    assert required_words("ABC+", re.IGNORECASE) == frozenset()
    assert required_words("ABCD+", re.IGNORECASE) == {"abc"}


def test_patterns_without_words_and_texts_outside_of_ascii_are_asked():
    patterns = WordedPatterns("a.c", "kind", flags=re.IGNORECASE)
    assert patterns.is_in("xabcx")
    assert patterns.is_in("KIND")
    assert patterns.is_in("\N{KELVIN SIGN}ind")
    assert not patterns.is_in("kin")


SENTENCE = st.lists(
    st.sampled_from([
        "this", "file", "is", "confidential", "and", "proprietary", "no part of", "it", "may be",
        "copied", "for", "commercial", "use", "only", "without", "permission", "not", "train", "ai",
        "models", "must", "internal", "evaluation", "the license",
        "vertraulich", "reprodu\u0301cir", "\u7981\u6b62",
        "\u672a\u7ecf\u6388\u6743", "X.", "never",
    ]),
    max_size=14,
).map(" ".join)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(SENTENCE, max_size=4), st.booleans())
def test_restrictions_are_those_of_the_patterns(sentences, is_notice):
    restricted = restrictions.restriction(sentences, is_notice=is_notice)
    assert restricted == restrictions.restriction(sentences, is_notice=is_notice)
    anywhere = re.compile("|".join(TABLE["anywhere"]))
    if any(anywhere.search(restrictions.plain_words(sentence)) for sentence in sentences):
        assert restricted


NAMES = [
    *license_names.NAMES, "MIT", "mit", "GPL-2.0+", "GPL (>= 2)", "GPLv3+", "the MIT license",
    "none", "LicenseRef-x", "Apache 2.0", "v2", "cc by sa 4.0", "creative commons zero", "AND",
    "or", "WITH", "GNU Library or Lesser General Public License v2", "LGPLv2.1 or later",
    "BSD 3-Clause", "(", ")", "version", "a", "license", "Classpath-exception-2.0", "lesser",
    "foo", "either", "dual-licensed",
    "under", "your choice of", ",", "/", "whichever you prefer", "\u0107c by", "public domain",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(NAMES), max_size=5).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("dual-licensed under your choice of MIT or Apache-2.0")
def test_names_are_found_that_a_full_look_up_finds(text):
    full = license_names._looked_up.__wrapped__(text)
    assert license_names.lookup(text) == full
    names = lone_names._only_names.__wrapped__(text)
    assert lone_names.bare_names(text) == names


def test_each_name_of_the_list_may_be_one():
    names = [*license_names.NAMES, *gnu_names.GNU_NAMES, *official_keys()]
    assert all(license_names.may_name(name) for name in names)


def test_an_alignment_is_kept_by_its_words_and_its_template():
    mit, isc = (
        tuple(text_normalization.normal((spdx_list.license_text(each) or "").encode()).split())
        for each in ("MIT", "ISC")
    )
    whole = template_alignment.difference.__wrapped__
    for words in (mit, isc, mit[:40], mit):
        for number in (3, 4, 3):
            assert template_alignment.difference(words, number) == whole(words, number)


_PIECES = st.sampled_from((
    *"aZ09_ \n\t\r.!?)\"'>-=*~#;:(,\x0b\x1c", "\n\n", "\r\n", "----", "====", " e.g.", " I.E. ",
    "v.", "ver. ", "Inc.", " co. ", "corp.", "Ltd. ", "licence", "LICENCE", "\ndnl ", "\nrem ",
    "\nC ", "rem x", "word. Word", "word.", "word! ",
))  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_native_sentences_are_those_of_the_pattern(text):
    pieces = notice_sentences._END.split(text)
    assert notice_sentences.split(text) == [p for p in pieces if p and not p.isspace()]


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_native_words_are_those_of_the_pattern(text):
    words = f" {re.sub('[^a-z0-9]+', ' ', text.lower()).strip()} ".replace("licence", "license")
    assert notice_sentences.plain_words(text) == words
    unmarked = re.sub(r"(?i)([\r\n])(?:dnl|rem|c)(?=[^a-z0-9\r\n])", r"\1", text)
    own = " ".join(re.findall("[a-z0-9]+", unmarked.lower())).replace("licence", "license")
    assert text_normalization.normal(text.encode()) == f" {own} ".encode()


@given(
    st.lists(st.text("abcd", min_size=1, max_size=4), max_size=20), st.text("abcdA", max_size=40)
)
def test_words_that_are_present(words, text):
    present = _native.Words([word.encode() for word in words]).present_in(text.encode())
    assert present == [at for at, word in enumerate(words) if word in text.lower()]


def test_a_text_has_the_pairs_of_its_license_and_no_others():
    table = license_text_matcher.pair_table()
    text = text_normalization.normal((spdx_list.license_text("ISC") or "").encode()).split()
    rng = random.Random(4)
    for _ in range(30):
        tokens = text[: rng.randrange(2, len(text))] + [b"quux"] * rng.randrange(3)
        match = table.pairs.match(tokens)
        counts = {row: match.shared(row) for row in range(len(table.ids))}
        assert dict(match.covering(0.75)) == {
            row: count for row, count in counts.items() if count / table.size(row) >= 0.75
        }
        best, most = match.best()
        assert most == max(counts.values()) == counts[best]
        match.explain(best)
        assert match.unexplained == match.known - most
        assert match.unexplained_in(best) == 0


def test_long_texts_are_answered_anew_and_short_ones_once():
    calls = []

    @kept_by_text(2, 3)
    def length(text):
        calls.append(text)
        return len(text)

    for text in ("a", "a", "long", "long", "b", "c", "a"):
        assert length(text) == len(text)
    assert calls == ["a", "long", "long", "b", "c", "a"]


@given(
    st.lists(
        st.sampled_from((
            b"SPDX-License-Identifier: MIT", b"spdx-FileCopyrightText: x", b"\n", b"\r", b"# ",
            b"a" * 700, b"SPDX", b"-", b"\xe9",
        )),
        max_size=12,
    ).map(b"".join),
    st.integers(0, 5),
)  # fmt: skip
def test_tag_lines_are_the_lines_with_a_tag(content, most_lines):
    around = 640
    lines = []
    behind = 0
    for match in re.finditer(rb"spdx-", content, re.IGNORECASE):
        at = match.start()
        if at < behind or len(lines) == most_lines:
            continue
        start = max(at - len(re.split(rb"[\r\n]", content[:at])[-1]), at - around, 0)
        behind = min(at + len(re.split(rb"[\r\n]", content[at:])[0]), at + around)
        lines.append(content[start:behind])
    assert _native.tag_lines(content, around, most_lines) == b"\n".join(lines)


def test_a_restriction_beside_a_tag_is_read_wherever_its_comment_ends():
    tag = "SPDX-License-" + "Identifier: MIT"
    words = "This software may not be used for commercial purposes."
    for text in (
        f"# {tag}\n# {words}\nx = 1\n",
        f"# {words}\n# {tag}\nx = 1\n",
        f"# {tag}\n#\n# {words}\nx = 1\n",
        f"# {tag}\n' {words}\nx = 1\n",
        f"/*\n * {tag}\n *\n * {words}\n */\nint x;\n",
    ):
        assert NOASSERTION in {claim.expression for claim in file_claims(text.encode())}, text
    plain = f"# x.py: reads rows\n# {tag}\n# Written by Jane.\nx = 1\n"
    assert [claim.expression for claim in file_claims(plain.encode())] == ["MIT"]
