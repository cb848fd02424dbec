# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The project's own third-party notices: a section of NOTICE, and the texts in LICENSES/.

The section is rewritten in place and keeps what it held: components are merged by package URL and
sorted, so that the same passages always give the same bytes. It carries SPDX tags, which makes
the file itself pass `reuse lint`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.licenses.expressions import leaves
from codescan.licenses.obligations import texts_to_reproduce
from codescan.records import NOASSERTION
from codescan.reports.escaping import clip, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.records import Finding

__all__ = ["license_texts", "missing_texts", "notice"]

_BEGIN = "THIRD-PARTY NOTICES (kept by `codescan attribute`)"
_END = "END OF THIRD-PARTY NOTICES"
_RULE = "-" * 72
_MARK = "SPDX" + "-"  # split, so that this file does not seem to carry the tags
_LICENSE = f"{_MARK}License-Identifier: "
_HOLDER = f"{_MARK}FileCopyrightText: "
_FIELD = 400


@dataclass(slots=True)
class _Component:
    name: str = ""
    licenses: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)
    passages: set[str] = field(default_factory=set)


def notice(before: str, findings: Iterable[Finding]) -> str:
    """The content of NOTICE with the origins of passages added.

    Args:
        before: its content; "" where there is none. Text outside the section stays.
        findings: passages that are kept in the project.
    """
    if "\r\n" in before:  # as git may check it out
        return notice(before.replace("\r\n", "\n"), findings).replace("\n", "\r\n")
    head, section, tail = _parts(before)
    components = _read(section)
    for finding in findings:
        _add(components, finding)
    if not components:
        return before
    lines = [_BEGIN]
    for purl in sorted(components):
        one = components[purl]
        lines += ["", _RULE, one.name, purl]
        lines += [_LICENSE + text for text in sorted(one.licenses)]
        lines += [_HOLDER + text for text in sorted(one.holders)]
        lines += ["", *(f"  {text}" for text in sorted(one.passages))]
    lines += ["", _END, ""]
    gap = "" if not head or head.endswith("\n\n") else "\n" if head.endswith("\n") else "\n\n"
    return head + gap + "\n".join(lines) + tail


def license_texts(findings: Iterable[Finding], own: Mapping[str, str]) -> Mapping[str, str]:
    """License or exception id to its text, for every passage: the files of LICENSES/.

    Args:
        findings: passages that are kept.
        own: texts of ids that are not on the SPDX list, as `origin_texts` finds them.
    """
    texts: dict[str, str] = {}
    for finding in findings:
        expression = finding.attribution.license.expression
        texts |= texts_to_reproduce(expression)
        texts |= {key: own[key] for key in leaves(expression) if key in own}
    return {key: text if text.endswith("\n") else text + "\n" for key, text in texts.items()}


def missing_texts(expression: str) -> tuple[str, ...]:
    """The ids of an expression whose text is not on the SPDX list."""
    if expression == NOASSERTION:
        return (expression,)
    known = texts_to_reproduce(expression)
    license_ids = [part for leaf in leaves(expression) for part in leaf.split(" WITH ")]
    return tuple(key for key in license_ids if key not in known)


def _add(components: dict[str, _Component], finding: Finding) -> None:
    attribution = finding.attribution
    origin, origin_region = attribution.origin, attribution.region
    package = origin.package
    one = components.setdefault(_line(package.purl), _Component())
    one.name = _line(f"{package.name} {package.version}")
    one.licenses.add(_line(attribution.license.expression))
    one.holders |= {_line(text) for text in attribution.copyrights or (NOASSERTION,)}
    # Lines of the project's own file are left out: they move.
    one.passages.add(
        _line(
            f"{finding.snippet_path or finding.snippet_id}: from {origin.path}, "
            f"lines {origin_region.start_line}-{origin_region.end_line}"
        )
    )


def _parts(text: str) -> tuple[str, str, str]:
    """The text before the section, in it, and after it."""
    head, begin, after = text.partition(_BEGIN + "\n")
    if not begin:
        return text, "", ""
    section, end, tail = after.partition(_END + "\n")
    if not end and after.endswith(_END):  # an editor took the last line end away
        return head, after.removesuffix(_END), ""
    return (head, section, tail) if end else (head, after, "")


def _read(section: str) -> dict[str, _Component]:
    components: dict[str, _Component] = {}
    for block in section.split(_RULE + "\n")[1:]:
        name, _, body = block.partition("\n")
        purl, _, body = body.partition("\n")
        one = components.setdefault(purl, _Component(name))
        for line in body.splitlines():
            if line.startswith(_LICENSE):
                one.licenses.add(line.removeprefix(_LICENSE))
            elif line.startswith(_HOLDER):
                one.holders.add(line.removeprefix(_HOLDER))
            elif line.startswith("  "):
                one.passages.add(line.strip())
    return components


def _line(text: str) -> str:
    return clip(visible(text), _FIELD).strip()
