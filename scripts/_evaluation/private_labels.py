# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hits in real packages that a person labeled: precision, and another scanner on the same files.

`private_labels.csv` has a row for each labeled hit: tool, sample, archive, path, line, kind, label
("true" or "false"), and 24 bits of a hash of the value. No value is in it. Samples: "fresh" was
drawn from all hits in the 100 packages, when the rules were all but fixed; "tuning" was drawn
before, and the rules were changed after it was read; "kind" was drawn, likewise before, from each
rare kind; "second" was drawn later from 302 MB of other packages (Debian, PyPI and npm), all hits
of rare kinds and 135 each of the two frequent ones, and the rules were changed after it; "third"
are all hits of rare kinds, each value once, in the packages that came next; "fourth" are all hits,
each value once, in 19 packages of tools around language models, and the rules were changed after
it; "fifth" was drawn after that from small files of Debian 13 (at most three hits of a file, each
value once, at most 150 each of the two frequent kinds), and the rules were changed after it;
"sixth" are the hits of the version after that in files of 23 packages of services and networks
(each value once, at most 60 each of the two frequent kinds), of which a part had been read before
the last change; "seventh" was drawn
after rules for docstrings, drawings and named examples: all hits in 34 wheels of PyPI, drawn at
random from the 6,000 most downloaded; and, in 63 MB of Debian, PyPI and npm packages without a
label before, all hits of rare kinds and 110 each of the two frequent ones; ten false hits were
fixed after it; "eighth" are all hits of other kinds than e-mail addresses and names, each value
once, at most three of a file, in 1.3 GB of PyPI wheels without a label before, and the rules were
changed after it; "ninth" are the same of the version after that in 0.36 GB of further wheels, most
of them in playbooks of Ansible, and rules were changed after it; "tenth" are, of the version after
that in 22 packages of PyPI without a label before, all hits of rare kinds and 247 drawn
from the e-mail addresses and names, each value once, at most three of a file and kind, and rules
were changed after it; "eleventh" is drawn likewise from 28 further packages, and rules were
changed after it; "twelfth" is drawn likewise, after these changes, from 43 further packages, and
rules were changed after it; "peer" was drawn from the lines
that another scanner reports in the labeled files.

A hit is true if the text is a value of its kind that names, reaches or authenticates somebody or
something. It is false if it is something else (a version, a number, an identifier), or an evident
example (a reserved or made-up name, a documented test number, fingers on a keyboard). Keys and
tokens of test suites are true: they are complete keys, and nothing but their place tells them from
those in use.
"""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.private_data.file_places import weighed
from codescan.private_data.finder import Finder
from codescan.private_data.search import COUNTED
from codescan.private_data.texts import searchable
from codescan.sources.archives import ArchiveLimits, entries
from codescan.sources.assemble import Unread
from codescan.stats.intervals import rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LABELS", "Label", "report"]

LABELS = Path(__file__).with_name("private_labels.csv")
Label = dict[str, str]
_OWN = "codescan"
_PEER = "detect-secrets"
_NAMES = 12


def report(archives: Path | None, peer: str | None) -> None:
    """Print precision; with the archives, also what this version finds in the labeled files."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    own = [label for label in labels if label["tool"] == _OWN]
    print(f"\n{len(own)} hits in real packages, labeled by hand: precision")
    for sample, title in (
        ("twelfth", "43 further packages, before nine of its 14 false hits were fixed"),
        ("eleventh", "28 further packages, before 14 of its 19 false hits were fixed"),
        ("tenth", "22 packages without a label before, before 26 of its 39 false hits were fixed"),
        ("ninth", "rare kinds in 0.36 GB of further wheels, before 21 false hits were fixed"),
        ("eighth", "rare kinds in 1.3 GB of wheels, before 93 of its 108 false hits were fixed"),
        ("seventh", "packages without a label before, before ten of its false hits were fixed"),
        ("sixth", "packages of services and networks, before three of its false hits were fixed"),
        ("fifth", "Debian 13, latest, before its false hits were fixed"),
        ("fourth", "tools around language models, before their false hits were fixed"),
        ("second", "other packages, later, before their false hits were fixed"),
        ("third", "rare kinds in further packages, after that"),
        ("fresh", "when the rules were all but fixed"),
        ("tuning", "before, all kinds"),
        ("kind", "before, rare kinds"),
    ):
        _print(title, [each for each in own if each["sample"] == sample])
    others = [label for label in labels if label["tool"] == _PEER]
    _print(f"{_PEER}, same files", others)
    print("by kind, all samples")
    by_kind: dict[str, list[Label]] = defaultdict(list)
    for label in own:
        by_kind[label["kind"]].append(label)
    for kind, rows in sorted(by_kind.items()):
        _print(f"  {kind}", rows)
    if archives is not None:
        contents = dict(_labeled_files(archives, own))
        _print_found_again(own, contents)
        if peer is not None:
            _print_peer(peer, own, contents)


def check(kind: str, value: str) -> str:
    """24 bits of a hash, to tell whether a hit is the labeled one."""
    return hashlib.sha256(f"{kind}\0{value}".encode("utf-8", "replace")).hexdigest()[:6]


def _print(title: str, labels: list[Label]) -> None:
    right = sum(label["label"] == "true" for label in labels)
    print(f"  {title:24} {rate(right, len(labels)).words}")


def _labeled_files(
    archives: Path, labels: Iterable[Label]
) -> Iterator[tuple[tuple[str, str], bytes]]:
    """The content of each file with a label."""
    expected: dict[str, set[str]] = defaultdict(set)
    for label in labels:
        expected[label["archive"]].add(label["path"])
    for archive in sorted(archives.rglob("*")):
        if archive.name in expected and archive.is_file():
            for entry in entries(archive, ArchiveLimits(entry_bytes=1 << 20)):
                if not isinstance(entry, Unread) and entry[0] in expected[archive.name]:
                    yield (archive.name, entry[0]), entry[1]


def _print_found_again(labels: list[Label], contents: dict[tuple[str, str], bytes]) -> None:
    """How many labeled hits this version still finds, and hits that have no label."""
    finder = Finder()
    by_key: dict[tuple[str, str, str, str], str] = {}
    for (archive, path), content in contents.items():
        text = searchable(content)
        for each in weighed(finder.find(text), path.partition("/")[2], text):
            if each.grade in COUNTED and not each.placeholder:
                by_key[archive, path, each.kind, check(each.kind, each.value)] = each.kind
    keys = {(each["archive"], each["path"], each["kind"], each["check"]): each for each in labels}
    keys = {key: label for key, label in keys.items() if key[:2] in contents}
    print(f"\nthis version, in the {len(contents)} labeled files")
    selected = [label for key, label in keys.items() if key in by_key]
    _print("labeled hits that count", selected)
    right = [label for label in keys.values() if label["label"] == "true"]
    again = sum(label["label"] == "true" for label in selected)
    print(f"  true hits found again    {rate(again, len(right)).words}")
    unlabeled = Counter(kind for key, kind in by_key.items() if key not in keys)
    listed = ", ".join(f"{kind} {count}" for kind, count in unlabeled.most_common(_NAMES))
    print(f"  hits without a label: {unlabeled.total()} ({listed})")


def _print_peer(python: str, labels: list[Label], contents: dict[tuple[str, str], bytes]) -> None:
    """Hits of detect-secrets in the labeled files, beside the labeled secrets."""
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, ((archive, path), content) in enumerate(contents.items()):
            file = Path(folder, f"{number}{Path(path).suffix}")
            file.write_bytes(content)
            names[file.name] = (archive, path)
        # It reports nothing for files outside of the current folder, and for several processes.
        scan = ("--cores", "1", "scan", "--all-files", "--no-verify", ".")
        done = subprocess.run(
            [python, "-m", "detect_secrets", *scan], capture_output=True, check=True, cwd=folder
        )
    results = json.loads(done.stdout)["results"]
    hits = {
        (*names[Path(name).name], int(hit["line_number"]))
        for name, findings in results.items()
        for hit in findings
    }
    personal = {"e-mail", "person-name", "phone-number", "ip-address", "iban", "payment-card",
                "national-number"}  # fmt: skip
    secrets = [each for each in labels if each["kind"] not in personal and each["label"] == "true"]
    again = sum((each["archive"], each["path"], int(each["line"])) in hits for each in secrets)
    print(f"\n{_PEER} on the same {len(contents)} files: {len(hits)} lines reported")
    print(f"  labeled true secrets on them   {rate(again, len(secrets)).words}")
    print("  kinds it does not look for: personal data")
