# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads marks of lines that a model wrote: Agent Trace records, git-ai notes, `Assisted-by:`.

Formats: Agent Trace 0.1.0 (agent-trace.dev), git-ai authorship log 3.0.0, and the trailer of the
Linux kernel, "Assisted-by: AGENT:MODEL [TOOL]...". Marks come with a change and are not trusted:
they only sort results, and never take a line out of a check.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.records.json_decode import unique_names
from codescan.reports.escaping import clip, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Author", "Mark", "agent_trace_marks", "assisted_by", "git_ai_marks"]

_MOST = 100_000
"""Marks that are read of one source."""
_LAST_LINE = 10_000_000
_LONGEST = 80
_NO_RANGE = "whose range is not lines of a file"
_LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)
_MODELS = ("ai", "mixed")
_WRITERS = (*_MODELS, "human", "unknown")
"""Types of contributors of Agent Trace; those of a model come first."""
_TRACE_VERSIONS = ("0.1.",)
_NOTE_VERSIONS = ("authorship/3.",)


@dataclass(frozen=True, slots=True, order=True)
class Author:
    """An agent with its model; "" for what a mark does not say."""

    agent: str
    model: str

    @classmethod
    def of(cls, agent: object, model: object) -> Author:
        """An author with names that are safe to show."""
        return cls(_name(agent), _name(model))


@dataclass(frozen=True, slots=True)
class Mark:
    """Lines of a file that a model wrote."""

    path: str
    start_line: int
    end_line: int
    author: Author
    revision: str = ""
    """Commit whose lines are counted; "" for the text after the change."""


def agent_trace_marks(text: str) -> Iterator[Mark]:
    """The marks of Agent Trace records: one JSON object, or one on each line.

    Raises:
        ValueError: a line is not JSON, or, after all other marks, some of them are not understood.
    """
    try:
        records = [_json(text)]
    except ValueError:
        records = [_json(line) for line in text.split("\n") if line.strip()]
    yield from _understood(mark for record in records for mark in _record_marks(record))


def _understood(marks: Iterable[Mark | str]) -> Iterator[Mark]:
    """The marks; those that are not understood are reasons, and named at the end."""
    reasons: Counter[str] = Counter()
    for count, mark in enumerate(marks):
        if count >= _MOST:
            raise ValueError(f"over {_MOST:,} marks")
        if isinstance(mark, str):
            reasons[mark] += 1
        else:
            yield mark
    if reasons:
        raise ValueError("; ".join(f"{count:,} {reason}" for reason, count in reasons.items()))


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=unique_names)
    except RecursionError as error:
        raise ValueError("its JSON is nested too deeply") from error


def _record_marks(record: Any) -> Iterator[Mark | str]:
    if not isinstance(record, dict):
        yield "not a record"
        return
    if not _is_known(record.get("version"), _TRACE_VERSIONS):
        yield "of an unknown version"
        return
    revision = _dict(record, "vcs").get("revision") or ""
    if not isinstance(revision, str):
        yield "of an unknown revision"
        return
    tool = _dict(record, "tool").get("name", "")
    for file in _records(record, "files"):
        path = file.get("path") if isinstance(file, dict) else ""
        if isinstance(file, str):
            yield file
        elif not isinstance(path, str):
            yield "without a path"
        else:
            yield from _file_marks(file, path.removeprefix("./"), tool, revision)


def _file_marks(
    file: dict[str, Any], path: str, tool: object, revision: str
) -> Iterator[Mark | str]:
    """The marks of one file of an Agent Trace record; what is not understood as a reason."""
    for talk in _records(file, "conversations"):
        if isinstance(talk, str):
            yield talk
            continue
        for place in _records(talk, "ranges"):
            if isinstance(place, str):
                yield place
            else:
                yield from _range_marks(place, _dict(talk, "contributor"), path, tool, revision)


def _range_marks(
    place: dict[str, Any], writer: dict[str, Any], path: str, tool: object, revision: str
) -> Iterator[Mark | str]:
    """The mark of a range; nothing for lines by people.

    Args:
        place: the range.
        writer: contributor of a range that names none.
        path: of the file.
        tool: name of the agent.
        revision: commit whose lines are counted.
    """
    contributor = _dict(place, "contributor") or writer
    kind = contributor.get("type", "ai")
    if kind not in _WRITERS:
        yield "of an unknown contributor"
    elif kind in _MODELS:
        lines = _range(place.get("start_line"), place.get("end_line"))
        author = Author.of(tool, contributor.get("model_id", ""))
        yield Mark(path, *lines, author, revision) if lines else _NO_RANGE


def git_ai_marks(note: str, revision: str) -> Iterator[Mark]:
    """The marks of a git-ai note on a commit.

    Raises:
        ValueError: it is not such a note, or, after all other marks, some are not understood.
    """
    head, line, tail = note.partition("\n---\n")
    if not line:
        raise ValueError("no line --- before the metadata")
    metadata = _json(tail)
    if not isinstance(metadata, dict) or not _is_known(
        metadata.get("schema_version"), _NOTE_VERSIONS
    ):
        raise ValueError("metadata of an unknown version")
    yield from _understood(_note_marks(head, metadata, revision))


def _note_marks(head: str, metadata: dict[str, Any], revision: str) -> Iterator[Mark | str]:
    authors = {}
    for key in ("prompts", "sessions"):
        for name, prompt in _dict(metadata, key).items():
            agent = _dict(prompt, "agent_id") if isinstance(prompt, dict) else {}
            authors[name] = Author.of(agent.get("tool", ""), agent.get("model", ""))
    path = ""
    for row in head.split("\n"):
        if row and not row[0].isspace():
            path = row.strip().strip('"')
            continue
        session, _, places = row.strip().partition(" ")
        author = authors.get(session) or authors.get(session.partition("::")[0])
        for place in filter(None, places.replace(",", " ").split()):
            match = _LINES.fullmatch(place)
            lines = _range(int(match[1]), int(match[2] or match[1])) if match else None
            if path and lines is not None:
                yield Mark(path, *lines, author or Author("", ""), revision)
            else:
                yield _NO_RANGE


def assisted_by(value: str) -> Author:
    """The author that an `Assisted-by:` trailer names."""
    words = value.split()
    agent, _, model = (words[0] if words else "").partition(":")
    return Author.of(agent, model)


def _is_known(version: object, known: tuple[str, ...]) -> bool:
    """Whether a version is one that is read; a source that states none counts as one."""
    return version is None or (isinstance(version, str) and version.startswith(known))


def _range(start: object, end: object) -> tuple[int, int] | None:
    if type(start) is int and type(end) is int and 1 <= start <= end <= _LAST_LINE:
        return start, end
    return None


def _name(value: object) -> str:
    return clip(" ".join(visible(value).split()), _LONGEST) if isinstance(value, str) else ""


def _dict(holder: Any, key: str) -> dict[str, Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _records(holder: dict[str, Any], key: str) -> Iterator[dict[str, Any] | str]:
    """The objects of a list; a reason in place of the list or of an item that is none."""
    value = holder.get(key)
    if not isinstance(value, list):
        yield f"without a list of {key}"
        return
    for each in value:
        yield each if isinstance(each, dict) else f"with an item of {key} that is not an object"
