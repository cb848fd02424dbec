# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Imports licenses and copyright lines from the JSON output of ScanCode.

    [[sources]]
    kind = "directory"
    path = "~/src/product"
    scancode = "product.scancode.json"      # scancode -clpi --json-pp product.scancode.json product

Files are identified by their hash if the scan has hashes (`--info`), else by their path below the
scanned folder. A scan is read once, in pieces, into a small table that all processes share.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from codescan.errors import SourceError
from codescan.licenses.categories import category
from codescan.licenses.expressions import all_of, leaves, normalize
from codescan.licenses.license_paths import is_license_path
from codescan.records import NOASSERTION, Document, LicenseBasis, LicenseClaim
from codescan.records.json_decode import decode_json
from codescan.sources.divided_source import DividedSource
from codescan.sources.downloads import cache_folder
from codescan.sources.json_elements import elements
from codescan.tasks.unfinished import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from codescan.protocols import Source
    from codescan.records import Skipped

__all__ = ["ScancodeSource", "ScancodeTable", "import_scan"]

_VERSION = "2"
"""Version of the table's format; part of its name."""
_EXPRESSION = "detected_license_expression_spdx"
_HINT = "make it with: scancode --license --copyright --info --json FILE FOLDER"
_RANK = {basis: rank for rank, basis in enumerate(LicenseBasis)}
_HASHES = {"sha256": 64, "sha1": 40}
_MAX_COPYRIGHTS = 50
_MAX_LENGTH = 300
_MAX_EVIDENCE = 200
_BATCH = 1000
# Pointers such as "see the LICENSE file": the nearest license file decides.
_POINTERS = ("unknown-license-reference", "unknown-spdx", "free-unknown", "scancode-unknown")


class _ScannedClaim(Struct, array_like=True):
    """A license in the imported table."""

    expression: str
    basis: LicenseBasis
    evidence: str


class _ScannedFile(Struct, array_like=True):
    """A scanned file in the imported table."""

    claim: _ScannedClaim | None
    copyrights: tuple[str, ...]
    path: str


@dataclass(frozen=True)
class ScancodeSource(DividedSource):
    """A source whose documents also have the claims of a ScanCode scan.

    A statement of the scan about a file overrides codescan's own result on the same level; tags in
    the file are still the most specific. Files that are not in the scan are unchanged.

    Args:
        inner: the source that reads the files.
        scan: the JSON file that ScanCode wrote about them.
    """

    inner: Source
    scan: str

    def parts(self) -> Iterator[Source]:
        """Yield the inner source's parts, each with the claims.

        Raises:
            SourceError: the file cannot be read, or is not a scan.
        """
        table = import_scan(Path(self.scan).expanduser())
        for part in self.inner.parts():
            yield _Part(part, table)


@dataclass(frozen=True)
class _Part:
    inner: Source
    table: Path

    def documents(self) -> Iterator[Document | Skipped]:
        with closing(ScancodeTable(self.table)) as table:
            for item in self.inner.documents():
                yield table.applied(item) if isinstance(item, Document) else item

    def parts(self) -> Iterator[Source]:
        yield self


class ScancodeTable:
    """The statements of a scan about files, looked up one by one.

    Args:
        path: a file that `import_scan` made.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        root = self._db.execute("SELECT value FROM files WHERE key = ''").fetchone()[0]
        self._above = f"/{root}/" if root else "/"

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def applied(self, document: Document) -> Document:
        """The document with the scan's claim and copyright lines, if the scan has the file."""
        sha1 = hashlib.sha1(document.content, usedforsecurity=False).hexdigest()
        for key in (document.origin.sha256, sha1, self._above + document.origin.path):
            row = self._db.execute("SELECT value FROM files WHERE key = ?", (key,)).fetchone()
            if row is not None:
                scanned = decode_json(row[0], _ScannedFile)
                break
        else:
            return document
        claims = [_claim(scanned.claim)] if scanned.claim is not None else []
        if not any(
            each.basis is LicenseBasis.LICENSE_FILE and each.expression != NOASSERTION
            for each in document.licenses
        ):
            claims += self._nearest(scanned.path)
        licenses = dict.fromkeys((*claims, *document.licenses))
        return replace(
            document,
            licenses=tuple(sorted(licenses, key=lambda each: _RANK[each.basis])),
            copyrights=scanned.copyrights or document.copyrights,
        )

    def _nearest(self, path: str) -> list[LicenseClaim]:
        """The claim of the scan about the license files nearest to a file, up its path."""
        while path:
            path = path.rpartition("/")[0]
            row = self._db.execute("SELECT value FROM files WHERE key = ?", (f"@{path}",))
            nearest = row.fetchone()
            if nearest is not None:
                return [_claim(decode_json(nearest[0], _ScannedClaim))]
        return []


def _claim(claim: _ScannedClaim) -> LicenseClaim:
    return LicenseClaim(claim.expression, claim.basis, claim.evidence, category(claim.expression))


def import_scan(path: Path) -> Path:
    """Read a scan into a table in the cache folder, unless the table exists.

    Args:
        path: JSON of ScanCode 32 or later (`--json`, `--json-pp`).

    Returns:
        The table's file, for `ScancodeTable`.

    Raises:
        SourceError: the file cannot be read, is not such a scan, or has an element of over 32 MiB.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"the scan {path} cannot be read: {error.strerror}", _HINT) from error
    folder = cache_folder() / "scancode"
    table = folder / f"{digest[:40]}.{_VERSION}.sqlite"
    if table.is_file():
        return table
    try:
        with scratch_folder(folder) as scratch:
            aside = scratch / table.name
            with path.open(encoding="utf-8", newline="") as text, closing(_new(aside)) as db:
                _import(elements(text), db, path)
            aside.replace(table)
    except UnicodeDecodeError as error:
        raise SourceError(f"the scan {path} is not UTF-8", _HINT) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the scan {path} is not ScanCode's JSON: {error}", _HINT) from error
    except (OSError, sqlite3.Error) as error:
        raise SourceError(
            f"the scan {path} cannot be kept in {folder}: {error}", "set CODESCAN_CACHE"
        ) from error
    return table


def _new(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    # Nobody reads the file before it is complete, so a journal would protect nothing.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("CREATE TABLE files (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
    return db


def _import(records: Iterable[tuple[str, Any]], db: sqlite3.Connection, path: Path) -> None:
    root = None
    rows: list[tuple[str, str]] = []
    folders: dict[str, list[tuple[str, str]]] = {}
    files = 0
    for tool, element in _records(records):
        where = element["path"].strip("/")
        if root is None:  # the scanned folder comes first, unless --strip-root leaves it out
            root = "" if element.get("type") == "file" else where
        elif not where.startswith(root + "/"):
            root = ""
        if element.get("type") != "file":
            continue
        files += 1
        if _EXPRESSION not in element:
            raise _without_licenses(element, path)
        expression, basis, evidence = _stated(element, tool)
        value = [(expression, basis, evidence) if expression else None, _copyrights(element), where]
        rows.append((_key(element, where), json.dumps(value)))
        if expression not in ("", NOASSERTION) and is_license_path(where):
            folders.setdefault(where.rpartition("/")[0], []).append((expression, evidence))
        if len(rows) >= _BATCH:
            _write(db, rows)
    if not files:
        raise ValueError("it names no files")
    rows += [(f"@{folder}", _of_folder(claims)) for folder, claims in folders.items()]
    rows.append(("", root or ""))
    _write(db, rows)
    db.commit()


def _records(records: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(the tool that scanned, record of a file or folder with a path), in order."""
    tool = ""
    for key, element in records:
        if not isinstance(element, dict):
            continue
        if key == "headers" and not tool and isinstance(element.get("tool_name"), str):
            tool = f"{element['tool_name']} {element.get('tool_version')}"[:60].strip()
        elif key == "files":
            if not tool or not isinstance(element.get("path"), str):
                raise ValueError("it has no header of the tool, or a file without a path")
            yield tool, element


def _write(db: sqlite3.Connection, rows: list[tuple[str, str]]) -> None:
    # The first of two equal files counts; both say the same.
    db.executemany("INSERT OR IGNORE INTO files VALUES (?, ?)", rows)
    rows.clear()


def _without_licenses(element: Mapping[str, object], path: Path) -> SourceError:
    if "licenses" in element:
        return SourceError(
            f"the scan {path} is of a ScanCode before 32", "scan again with ScanCode 32 or later"
        )
    return SourceError(f"the scan {path} holds no license detections", _HINT)


def _key(element: Mapping[str, object], where: str) -> str:
    """The key of a file: the best hash that the scan has, else its path."""
    for name, length in _HASHES.items():
        digest = element.get(name)
        if isinstance(digest, str) and len(digest) == length:
            return digest.lower()
    return "/" + where


def _stated(element: Mapping[str, Any], tool: str) -> tuple[str, str, str]:
    """Expression ("" for none), basis and evidence of a file's license."""
    stated = element.get(_EXPRESSION)
    expression = _definite(normalize(stated)) if isinstance(stated, str) and stated else ""
    matches = [
        match
        for detection in _dicts(element.get("license_detections"))
        for match in _dicts(detection.get("matches"))
    ]
    tagged = bool(matches) and all(match.get("matcher") == "1-spdx-id" for match in matches)
    basis = LicenseBasis.FILE_TAG if tagged else LicenseBasis.FILE_HEADER
    if expression == NOASSERTION:  # an expression that is not understood is reported, not dropped
        evidence = f"{tool}: {stated}"
    else:
        evidence = f"{tool}: {_evidence(matches[0])}" if matches else tool
    return expression, basis.value, evidence[:_MAX_EVIDENCE]


def _copyrights(element: Mapping[str, Any]) -> list[str]:
    lines = (each.get("copyright") for each in _dicts(element.get("copyrights")))
    statements = [line[:_MAX_LENGTH] for line in lines if isinstance(line, str) and line.strip()]
    return list(dict.fromkeys(statements))[:_MAX_COPYRIGHTS]


def _of_folder(declared: list[tuple[str, str]]) -> str:
    """The claim of a folder's license files, which all apply, as JSON."""
    expression = all_of(expression for expression, _ in declared)
    evidence = "; ".join(evidence for _, evidence in declared)
    return json.dumps([expression, LicenseBasis.LICENSE_FILE.value, evidence[:_MAX_EVIDENCE]])


def _definite(expression: str) -> str:
    """An expression without pointers to other files; "" if nothing remains."""
    if not any(word in expression for word in _POINTERS):
        return expression
    if " OR " in expression:
        return ""
    license_ids = [
        each for each in leaves(expression) if not any(word in each for word in _POINTERS)
    ]
    return all_of(license_ids) if license_ids else ""


def _evidence(match: Mapping[str, Any]) -> str:
    rule, score = str(match.get("rule_identifier", ""))[:80], match.get("score")
    first, last = match.get("start_line"), match.get("end_line")
    lines = f", lines {first}-{last}" if isinstance(first, int) and isinstance(last, int) else ""
    return f"rule {rule}{lines}" + (f", score {score:g}" if isinstance(score, int | float) else "")


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
