# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads one notice: a comment at the head of a file, a comment in its middle, or a license file.

All of them are read in the same way: first license texts and standard headers by their templates,
then grants by name in the other words, then words that remove rights. A statement that is not
understood is NOASSERTION with the words as evidence; a more general level never replaces it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from codescan._core import _native
from codescan.licenses import (
    license_names,
    license_text_matcher,
    notices,
    text_normalization,
    verbatim_texts,
)
from codescan.licenses.categories import category, strictness
from codescan.licenses.expressions import all_of, any_of, covers, leaves
from codescan.licenses.granted_expressions import granted_expressions, with_versions
from codescan.licenses.granting_words import GrantingWords, granting_words
from codescan.licenses.later_terms import spelled_out, without_later_license
from codescan.licenses.license_addresses import answer_site, license_of_address
from codescan.licenses.license_families import is_of_family
from codescan.licenses.license_fields import field_matches, stated_fields
from codescan.licenses.license_phrases import opening
from codescan.licenses.notice_evidence import AMBIGUOUS, first_stating, one_line, text_evidence
from codescan.licenses.notice_sentences import (
    decoded,
    plain_words,
    split,
)
from codescan.licenses.notice_words import is_legal, may_name_license
from codescan.licenses.offered_choices import offers_choice
from codescan.licenses.other_terms import has_addition, other_terms
from codescan.licenses.repeated_texts import kept_by_text
from codescan.licenses.restrictions import restriction
from codescan.licenses.rights_words import ANY_LEGAL
from codescan.licenses.strange_sentences import strange_sentence
from codescan.licenses.unknown_names import is_name_of, may_have_unknown_names, unknown_names
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["NoticeReading", "read_notice"]

_UNKNOWN = "not understood: "
_CHANGED = "a changed text of "
_TEXT_WORDS = 12
_COVERED = 0.6
_EDGE_WORDS = 6
_LEAST_EDGE = 3
"""The same for words that remove rights."""
_BESIDE_FILE = 150
_BESIDE_TEXT = 80
"""If at most this many words accompany a whole license text, all of them are about it."""
_BESIDE_GRANT = 40
"""The same for a grant by name or by a standard header."""
_MAX_EVIDENCE = 200
_MIN_EXPLAINED = 0.6
_CHOICE_WORDS = 150
_CHOICE_PARTS = 3
_PERMISSIVE = strictness("permissive")
_RESTRICTED = frozenset(("source-available", "proprietary"))

_POINTER = lazy_pattern(
    r"^\W*(?:see\b(?!.*\b(?:contract|agreement|eula)\b)|refer\b|read\b|check\b"
    r"|cf\b|in \W|the (?:file|license file)"
    r"|(?!https?:)\S*licen[sc]e(?:\.\w+)?\W*$"
    r"|\S*copying\b|\.{0,2}/|this\b|same as|as (?:above|below)|below|above|none of|\{|\$|%|<|%\w"
    r"|file\b|bundled|included|attached"
    r"|https?://(?:[\w-]+\.)*(?:github|githubusercontent|gitlab|bitbucket|codeberg|sourceforge"
    r"|googlecode|googlesource|launchpad|savannah|readthedocs)\.\S+$)",
    re.IGNORECASE,
)
_FOREIGN = lazy_pattern(
    r" (?:lizenz\w*|licencia\w*|licenza|licenca|licentie|licens) (?!.*\b(?:datei|file"
    r"|license md)\b)"
)
"""Licenses in other languages; `notices` handles the English word."""
_ANY_FOREIGN = _native.Words([b"lizen", b"licen"])
"""Every match of `_FOREIGN` contains one of these."""
_COPIED = lazy_pattern(
    r" (?:copied|taken|adapted|borrowed|stolen|lifted|derived) (?:\w+ ){0,2}?(?:from|at) "
)
_LATER_GRANT = lazy_pattern(rb" (?:or|and) (?:\(?at your option\)? )?(?:any )?(?:later|newer) ")
_LATER = lazy_pattern(r"\b(?:later|newer)\s+versions?\b", re.IGNORECASE)
_ALL_RIGHTS = lazy_pattern(r"\ball rights reserved\b", re.IGNORECASE)


class NoticeReading(Struct, frozen=True):
    """The license that a notice states."""

    expression: str
    """NOASSERTION if the words were not understood."""
    evidence: str
    has_text: bool = False
    """Whether a whole license text was recognized, not only a name."""


def read_notice(notice: bytes, *, is_license_file: bool = False) -> NoticeReading | None:
    """Read a notice; None if it has no statement about a license.

    Args:
        notice: the comment without its marks, or the license file.
        is_license_file: whether it holds nothing but statements about licenses.
    """
    text = text_normalization.without_notices(notice)
    words = text_normalization.normal(text)
    is_template = license_text_matcher.PLACEHOLDER.search(notice) is not None
    reading = _read_words(text, words, is_license_file, is_template)
    if (reading is None or reading.expression == NOASSERTION) and text != notice:
        # A line that begins with a copyright notice may continue with the license.
        words = text_normalization.normal(notice)
        whole = _read_words(notice, words, is_license_file, is_template)
        if whole is not None and whole.has_text and whole.expression != NOASSERTION:
            reading = whole
    if reading is None and is_license_file and _ALL_RIGHTS.search(decoded(notice[:4096])):
        return NoticeReading(NOASSERTION, f"{_UNKNOWN}{one_line(decoded(notice))}"[:_MAX_EVIDENCE])
    return reading


@lru_cache(maxsize=1024)
def _read_words(
    text: bytes, words: bytes, is_file: bool, is_template: bool
) -> NoticeReading | None:
    characters = decoded(text)
    sentences = split(characters)
    if not is_file and not may_name_license(characters, words):  # most comments
        sentence = other_terms(words) or restriction(sentences, is_notice=False)
        problem = f"{_UNKNOWN}{one_line(sentence)}"[:_MAX_EVIDENCE]
        return NoticeReading(NOASSERTION, problem) if sentence else None
    own = words
    if not text.isascii() or plain_words(characters).encode() != words:
        # Sentences may begin with numbering letters, which are kept.
        own = b" ".join(word for each in sentences for word in _tokens(each))
    legal = own if ANY_LEGAL.any_in(words) else b""
    reading = license_text_matcher.read_words(legal, is_template=is_template)
    non_latin = verbatim_texts.non_latin_licenses(characters)
    free = sentences
    if reading.parts or non_latin:
        parts = [verbatim_texts.without_listed(part) for part in reading.parts]
        parts += [license_text_matcher.Part(each, 1.0) for each in non_latin]
        explained = 1.0 if non_latin else reading.explained
        reading = replace(reading, parts=tuple(parts), explained=explained)
        free = _free_sentences(sentences, reading)
    granting = granting_words([spelled_out(each) for each in free])
    exact = [part for part in reading.parts if not _is_changed(part)]
    changed = [part for part in reading.parts if _is_changed(part) and not part.is_header]
    all_notices = list(notices.find_notices(granting.words, granting.linkless))
    is_titled = not all_notices and not exact and not is_legal(words)
    lines = "\n".join(map(without_later_license, free))
    fields = stated_fields(lines, with_titles=is_titled)
    all_notices = [  # "GPLv2+" loses its sign among the words
        each for each in all_notices if not any(_is_cut(each.expression, field) for field in fields)
    ] + [
        notices.Notice(each, len(granting.words))
        for each in fields
        if not any(_within(each, notice.expression) for notice in all_notices)
    ]
    all_notices += _later_grants(sentences, exact)
    expressions = with_versions(granted_expressions(exact, all_notices), spelled_out(lines))
    problem = _problem(granting, lines, all_notices, changed, exact, is_file)
    named = [key for each in expressions for key in leaves(each)]
    if not problem and not exact and (partial := license_text_matcher.partial_text(own, named)):
        problem = f"{_CHANGED}{partial}: {one_line(characters)}"
    if not expressions and not problem:
        address = license_of_address(lines) if b"licen" in words else ""
        if address:
            is_later = _LATER_GRANT.search(granting.words) is not None
            expressions = [re.sub("-only$", "-or-later", address) if is_later else address]
        elif exact == [] and (site := answer_site(lines)):
            problem = f"{_UNKNOWN}{site}"
        elif terms := other_terms(words):
            problem = f"{_UNKNOWN}{terms}"
        elif part := opening(words):
            problem = f"{_CHANGED}{part}: {one_line(characters)}"
        else:
            return None
    return _concluded(expressions, problem, reading, words, is_file, all_notices, free)


@kept_by_text(2048, 2048)
def _tokens(sentence: str) -> tuple[bytes, ...]:
    return tuple(text_normalization.normal(sentence.encode("utf-8", "replace")).split())


def _free_sentences(sentences: list[str], reading: license_text_matcher.Reading) -> list[str]:
    """The sentences that no recognized license covers."""
    covered = reading.covered
    free: list[str] = []
    at = 0
    for sentence in sentences:
        tokens = _tokens(sentence)
        own = covered[at : at + len(tokens)]
        at += len(tokens)
        known_words = own.count(1)
        if not own or known_words / len(own) < _COVERED:
            free.append(sentence)
        elif known_words < len(own):
            # Words before or after a license without a full stop between.
            edge = _uncovered_words(tokens, own)
            if edge:
                free.append(edge)
    known = [part.license_id for part in reading.parts if not part.is_header]
    return [each for each in free if not verbatim_texts.is_in_license(each, known)]


def _later_grants(
    sentences: list[str], exact: list[license_text_matcher.Part]
) -> list[notices.Notice]:
    """The grants of later versions that accompany license texts.

    The appendix of a license text explains in the same words how to grant it.
    """
    texts = [part.license_id for part in exact if not part.is_header]
    if not any(each.endswith("-only") for each in texts):
        return []
    text = "\n".join(sentences)
    own = [s for s in sentences if _LATER.search(s) and verbatim_texts.is_once_more(s, text, texts)]
    granted = notices.find_notices(plain_words("\n".join(own)).encode()) if own else ()
    return [each for each in granted if each.expression.endswith("-or-later")]


def _uncovered_words(tokens: tuple[bytes, ...], covered: bytearray) -> str:
    """The words of a sentence that a license does not cover, if they may change its meaning."""
    edges = tokens[: covered.index(1)], tokens[covered.rindex(1) + 1 :]
    words = [b" ".join(edge).decode() for edge in edges]
    return " ".join(
        each
        for each, edge in zip(words, edges, strict=True)
        if len(edge) >= _EDGE_WORDS
        or (len(edge) >= _LEAST_EDGE and restriction([each], is_notice=True))
    )


def _is_changed(part: license_text_matcher.Part) -> bool:
    return bool(part.changes) or any(
        restriction([filled], is_notice=True) for filled in part.filled
    )


def _is_cut(expression: str, field: str) -> bool:
    """Whether the plain words lost a sign or an exception of a field: "GPLv2+" becomes "gplv2"."""
    if expression == field:
        return False
    bare = re.sub(r" WITH [\w.-]+", "", field)
    return expression in (bare, bare.replace("-or-later", "-only"))


def _within(expression: str, other: str) -> bool:
    return expression == other or expression in other.replace("(", "").replace(")", "").split(" ")


def _problem(  # noqa: C901, PLR0911, PLR0912 - one kind of doubt after the other
    granting: GrantingWords,
    lines: str,
    all_notices: list[notices.Notice],
    changed: list[license_text_matcher.Part],
    exact: list[license_text_matcher.Part],
    is_file: bool,
) -> str:
    """A quote of words that were not understood or that remove rights; else ""."""
    for part in changed:
        words = (*part.changes, *(f"filled in: {w}" for w in part.filled))
        return f"{_CHANGED}{part.license_id}: {'; '.join(words)}"
    free = granting.sentences
    texts = [part for part in exact if not part.is_header]
    words_beside = sum(len(each.split()) for each in free)
    most = _BESIDE_FILE if is_file else _BESIDE_TEXT
    is_notice = words_beside <= most if texts else is_file
    granted = [*(notice.expression for notice in all_notices), *(part.license_id for part in exact)]
    is_copyleft = bool(granted) and all(strictness(category(e)) > _PERMISSIVE for e in granted)
    is_near = bool(exact) and words_beside <= most
    sentence = restriction(free, is_notice=is_notice, is_copyleft=is_copyleft, is_near=is_near)
    is_short = bool(granted) and words_beside <= _BESIDE_GRANT
    if not sentence and ((texts and is_notice) or is_short):
        sentence = strange_sentence(free, is_file=is_file, has_text=bool(texts) and is_notice)
    if sentence:
        return f"{_UNKNOWN}{one_line(sentence)}"
    for match in field_matches(lines):
        value = (match.group(1) or match.group(2) or "").strip(" \t*/#\"'`.,;")
        if has_addition(value):
            return f"{_UNKNOWN}{one_line(value)}"
    for match in field_matches(lines) if not all_notices and not exact else ():
        value = (match.group(1) or match.group(2) or "").strip(" \t*/#\"'`.,;")
        if value and not _POINTER.match(value):
            named = license_names.find(text_normalization.plain(value).removeprefix("the ") or " ")
            if named is None or named[1] == NOASSERTION:
                kind = AMBIGUOUS if named is not None else _UNKNOWN
                return f"{kind}{one_line(value)}"
    if not all_notices and not exact:
        is_foreign = not lines.isascii() or _ANY_FOREIGN.any_in(lines.encode())
        for sentence in free if is_foreign else ():
            if _FOREIGN.search(plain_words(sentence)):
                return f"{_UNKNOWN}{one_line(sentence)}"
    site = answer_site(lines)
    if (
        site
        and _COPIED.search(plain_words(site))
        and not any(notice.expression.startswith("CC-") for notice in all_notices)
    ):
        return f"{_UNKNOWN}{site}"
    may_be_unknown = may_have_unknown_names(granting.linkless)
    may_open = not exact and opening(granting.linkless)
    linkless = granting.by_sentence() if may_open or may_be_unknown else b""
    if may_open and (family := opening(linkless)):
        return f"{_CHANGED}{family}: {one_line(' '.join(free))}"
    text_ids = [part.license_id for part in exact if not part.is_header]
    if not text_ids and (address := license_of_address(lines)):
        text_ids = [address]
    for position, name in unknown_names(linkless) if may_be_unknown else ():
        if is_of_family(name, text_ids) or is_name_of(name, text_ids):
            continue  # the adjacent text says which one
        behind = linkless[position : position + _BESIDE].partition(b"~")[0]
        if not notices.find_notices(b" licensed under the " + behind.strip() + b" "):
            ambiguous = license_names.find(name) is not None and (
                not _is_joined(behind.decode("ascii")[len(name) :]) or offers_choice(granting.words)
            )
            return f"{AMBIGUOUS if ambiguous else _UNKNOWN}{name}"
    return ""


def _is_joined(behind: str) -> bool:
    """Whether words after a name join that of another license: " and the gplv2"."""
    joint = _JOINT.match(behind)
    return joint is not None and license_names.find(behind[joint.end() :], in_list=True) is not None


_JOINT = lazy_pattern(r"^ (?:and|plus|as well as)(?: (?:the|a|an|under))* ")
_BESIDE = 160
"""Characters after a granting verb in which a known license explains a name."""


def _concluded(
    expressions: list[str],
    problem: str,
    reading: license_text_matcher.Reading,
    words: bytes,
    is_file: bool,
    all_notices: list[notices.Notice],
    free: list[str],
) -> NoticeReading:
    exact = [part for part in reading.parts if not _is_changed(part)]
    expression = _joined_expression(expressions, reading, words) if expressions else NOASSERTION
    if problem and not (expression != NOASSERTION and category(expression) in _RESTRICTED):
        return NoticeReading(NOASSERTION, problem[:_MAX_EVIDENCE])
    if is_file and any(not part.is_header for part in exact) and expression != NOASSERTION:
        # Too many words are unexplained, unless the file has one license text among other words.
        needed = _MIN_EXPLAINED / 2 if len(expressions) == 1 else _MIN_EXPLAINED
        if reading.close or (reading.explained < needed and not all_notices):
            return NoticeReading(NOASSERTION, text_evidence(reading)[:_MAX_EVIDENCE])
    evidence = text_evidence(reading) if exact else one_line(first_stating(free) or words.decode())
    return NoticeReading(expression, evidence[:_MAX_EVIDENCE], bool(exact))


def _joined_expression(
    expressions: list[str], reading: license_text_matcher.Reading, words: bytes
) -> str:
    for each in (
        expressions if len(expressions) > 1 else ()
    ):  # a statement that names all the others
        if all(covers(each, other) for other in expressions):
            return each
    other_words = reading.other_words if reading.parts else words
    # A choice counts where the text says little else: it loosens everything, so it must be meant.
    short = other_words.count(b" ") <= _CHOICE_WORDS * (1 if reading.parts else _CHOICE_PARTS)
    if short and offers_choice(other_words):
        # "dual licensed under the MIT and GPL licenses" offers a choice, although it says "and".
        plain = [each for e in expressions for each in (e.split(" AND ") if "(" not in e else [e])]
        return any_of(plain)
    return all_of(expressions)
