# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Licenses that manifests in a source tree declare: pyproject.toml, Cargo.toml, setup.cfg.

It is used for packages of a corpus and for the project under review. Nothing is executed: in a
setup.py, only a literal `license=` argument is read.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from codescan.licenses import license_names, text_normalization
from codescan.licenses.detect import text_claim
from codescan.licenses.metadata import core_metadata_claims, declared_claim, npm_claims
from codescan.licenses.notice_sentences import decoded
from codescan.licenses.pom import pom_claims
from codescan.licenses.wide_texts import as_utf8
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "MANIFESTS", "inherits_license", "is_manifest", "is_workspace", "manifest_claims",
    "named_license_files", "readme_claim",
]  # fmt: skip

_MAX_BYTES = 1 << 20
_SETUP_LICENSE = lazy_pattern(
    r"(?:^|[(,{])[ \t]*(?:license[ \t]*=|[\"']license[\"'][ \t]*:)[ \t]*(?:\(\s*)?[rubRUB]{0,2}"
    r"([\"'])((?:(?!\1)[^\\\n]){1,200})\1",
    re.MULTILINE,
)
_SETUP_CLASSIFIER = lazy_pattern(r"[\"'](License :: [^\"'\n]{1,200})[\"']")
_SEE = lazy_pattern(r"see\s+licen[sc]e\s+(?:file\s+)?in\s+(.{1,300})", re.IGNORECASE)
_EXPRESSION_KEYS = ("license_expression", "license-expression")
_GEM_LICENSES = lazy_pattern(
    r"\.licenses?\s*=\s*(\[[^\]]{1,400}\]|%[wi][\[({][^\])}]{1,400}|[\"'][^\"'\n]{1,100}[\"'])"
)
_MAX_NAMED = 20
_HEADING = lazy_pattern(
    r"^(?:#{1,6}[ \t]*|=+[ \t]+|\*\*|<h\d[^>]*>)?[ \t]*(?:\d+[.)][ \t]*)?[^\w\n]{0,4}"
    r"(?:licen[sc]e|licen[sc]es|licensing|lizenz|licencia|licence et copyright"
    r"|(?:copyright|legal|credits?|author\w*)[ \t]*(?:and|&|/|,)[ \t]*licen[sc]\w+"
    r"|licen[sc]\w+[ \t]*(?:and|&|/|,)[ \t]*(?:copyright|credits?|authors?|legal\w*|terms)"
    r"|licen[sc]e information|software licen[sc]e)"
    r"[ \t]*:?(?:\*\*)?(?:</h\d>)?[ \t]*#*[ \t]*$(?:\n[=\-~^*`\"']{3,}[ \t]*$)?",
    re.IGNORECASE | re.MULTILINE,
)
_NEXT_HEADING = lazy_pattern(r"^(?:#{1,6}[ \t]*\S|<h\d|=+[ \t]+\S)|"
                           r"^\S[^\n]{0,80}\n[=\-~^]{3,}[ \t]*$",
                           re.MULTILINE)  # fmt: skip
_MAX_SECTION = 4000
_SHORT_LINE = 10
"""Maximum words of a line with a name and a pointer: "GPL-3.0-or-later, see COPYING"."""


def _toml(content: bytes) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content[:_MAX_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _pyproject(content: bytes) -> tuple[LicenseClaim, ...]:
    parsed = _toml(content)
    project = _table(parsed.get("project"))
    poetry = _table(_table(parsed.get("tool")).get("poetry"))
    flit = _table(_table(_table(parsed.get("tool")).get("flit")).get("metadata"))
    headers: dict[str, list[str]] = {}
    value = project.get("license")
    if isinstance(value, str):
        headers["License-Expression"] = [value]
    elif isinstance(_table(value).get("text"), str):
        headers["License"] = [_table(value)["text"]]
    for other in (poetry, flit):
        if not headers and isinstance(other.get("license"), str):
            headers["License"] = [other["license"]]
    headers["Classifier"] = [
        item for table in (project, poetry, flit) for item in _strings(table.get("classifiers"))
    ]
    return core_metadata_claims({key: values for key, values in headers.items() if values})


def _setup_cfg(content: bytes) -> tuple[LicenseClaim, ...]:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(decoded(content[:_MAX_BYTES]))
    except (configparser.Error, ValueError):
        return ()
    if not parser.has_section("metadata"):
        return ()
    metadata = parser["metadata"]
    headers = {
        "License": [metadata[key] for key in ("license", "licence") if metadata.get(key)][:1],
        "License-Expression": [
            metadata[key] for key in _EXPRESSION_KEYS if metadata.get(key, "").strip()
        ][:1],
        "Classifier": [
            line.strip()
            for key in ("classifiers", "classifier")
            for line in (metadata.get(key) or "").splitlines()
        ],
    }
    return core_metadata_claims({key: values for key, values in headers.items() if values})


def _setup_py(content: bytes) -> tuple[LicenseClaim, ...]:
    text = decoded(content[:_MAX_BYTES])
    match = _SETUP_LICENSE.search(text)
    headers = {
        "License": [match.group(2)] if match is not None else [],
        "Classifier": _SETUP_CLASSIFIER.findall(text)[:20],
    }
    return core_metadata_claims({key: values for key, values in headers.items() if values})


def inherits_license(content: bytes) -> bool:
    """Whether a Cargo.toml inherits its license from its workspace, which is another file."""
    parsed = _toml(content)
    package = _table(parsed.get("package"))
    is_inherited = _table(package.get("license")).get("workspace") is True
    return is_inherited and "workspace" not in parsed


def is_workspace(content: bytes) -> bool:
    """Whether a Cargo.toml is the root of a workspace."""
    return "workspace" in _toml(content)


def _workspace_claims(content: bytes) -> tuple[LicenseClaim, ...]:
    shared = _table(_table(_toml(content).get("workspace")).get("package"))
    return _cargo_claim(shared.get("license"))


def _cargo(content: bytes) -> tuple[LicenseClaim, ...]:
    parsed = _toml(content)
    package = _table(parsed.get("package") or parsed.get("project"))
    value = package.get("license")
    if not isinstance(value, str):
        value = _table(_table(parsed.get("workspace")).get("package")).get("license")
    return _cargo_claim(value)


def _cargo_claim(value: object) -> tuple[LicenseClaim, ...]:
    if not isinstance(value, str) or not value.strip():
        return ()
    # Cargo used a slash for OR before it used SPDX expressions.
    return (declared_claim(re.sub(r"\s*/\s*", " OR ", value.strip()), f"Cargo.toml: {value}"),)


def _json_manifest(content: bytes) -> tuple[LicenseClaim, ...]:
    try:
        fields = json.loads(content[:_MAX_BYTES])
    except (ValueError, RecursionError):
        return ()
    return npm_claims(fields) if isinstance(fields, dict) else ()


def _composer(content: bytes) -> tuple[LicenseClaim, ...]:
    try:
        value = json.loads(content[:_MAX_BYTES])
    except (ValueError, RecursionError):
        return ()
    value = value.get("license") if isinstance(value, dict) else None
    names = [value] if isinstance(value, str) else _strings(value)
    if not names:
        return ()
    return (declared_claim(" OR ".join(names), f"composer.json: {', '.join(names)}"),)


def _gemspec(content: bytes) -> tuple[LicenseClaim, ...]:
    match = _GEM_LICENSES.search(decoded(content[:_MAX_BYTES]))
    listed = match.group(1) if match is not None else ""
    is_words = listed.startswith("%")
    names = listed[3:].split() if is_words else re.findall(r"[\"']([^\"']{1,100})[\"']", listed)
    return (declared_claim(" OR ".join(names), f"gemspec: {', '.join(names)}"),) if names else ()


def _pom(content: bytes) -> tuple[LicenseClaim, ...]:
    return pom_claims((content,))


_READERS: Mapping[str, Callable[[bytes], tuple[LicenseClaim, ...]]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Cargo.toml": _cargo,
    "package.json": _json_manifest,
    "bower.json": _json_manifest,
    "composer.json": _composer,
    "pom.xml": _pom,
}
MANIFESTS = tuple(_READERS)
"""Names of the manifests that are read, in order of precedence."""


def is_manifest(name: str) -> bool:
    """Whether a file name is that of a manifest: one of `MANIFESTS`, or of a gem."""
    return name in _READERS or name.endswith(".gemspec")


def manifest_claims(files: Mapping[str, bytes], workspace: bytes = b"") -> tuple[LicenseClaim, ...]:
    """The claims of the manifests in one folder, definite statements first.

    Args:
        files: content by name, of `MANIFESTS` and of the files that `named_license_files` returns;
            other names are ignored.
        workspace: Cargo.toml of the workspace of the folder.
    """
    files = {name: as_utf8(content) for name, content in files.items()}
    claims: list[LicenseClaim] = []
    for name, reader in _READERS.items():
        if name in files:
            claims += reader(files[name])
    if "Cargo.toml" in files and inherits_license(files["Cargo.toml"]):
        claims += _workspace_claims(workspace)
    for name in sorted(files):
        if name.endswith(".gemspec"):
            claims += _gemspec(files[name])
    if all(claim.expression == NOASSERTION for claim in claims):
        claims += _named_claims(files)
    ordered = sorted(dict.fromkeys(claims), key=lambda claim: claim.expression == NOASSERTION)
    return tuple(ordered)


def named_license_files(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Paths of the files that manifests name as their license, without paths outside of the tree.

    Args:
        files: content by name, of `MANIFESTS`; other names are ignored.
    """
    stated: list[object] = []
    for name, reader in _NAMERS.items():
        if name in files:
            stated += reader(files[name])
    paths = (posixpath.normpath(each.strip()) for each in stated if isinstance(each, str) and each)
    inside = (path for path in paths if not path.startswith(("/", "..")) and path != ".")
    return tuple(dict.fromkeys(path for path in inside if "*" not in path))[:_MAX_NAMED]


def _named_claims(files: Mapping[str, bytes]) -> list[LicenseClaim]:
    """The licenses of the texts that manifests name; NOASSERTION with a quote for unknown ones."""
    claims = []
    for path in named_license_files(files):
        content = files.get(path)
        if not content or not content.strip():
            continue
        claim = text_claim(content)
        if claim is None:
            first = next(line for line in decoded(content).splitlines() if line.strip())
            claims.append(declared_claim(NOASSERTION, f"{path}: {first.strip()}"))
        else:
            claims.append(declared_claim(claim.expression, f"{path}: {claim.evidence}"))
    return claims


def _pyproject_files(content: bytes) -> list[object]:
    parsed = _toml(content)
    project = _table(parsed.get("project"))
    setuptools = _table(_table(parsed.get("tool")).get("setuptools"))
    return [
        _table(project.get("license")).get("file"),
        *_strings(project.get("license-files")),
        *_strings(setuptools.get("license-files")),
    ]


def _setup_cfg_files(content: bytes) -> list[object]:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(decoded(content[:_MAX_BYTES]))
    except (configparser.Error, ValueError):
        return []
    keys = ("license_file", "license_files", "license-file")
    values = (parser.get("metadata", key, fallback="") for key in keys)
    return [line for value in values for line in value.replace(",", "\n").splitlines()]


def _cargo_files(content: bytes) -> list[object]:
    parsed = _toml(content)
    package = _table(parsed.get("package"))
    value = package.get("license-file")
    if _table(value).get("workspace"):
        value = _table(_table(parsed.get("workspace")).get("package")).get("license-file")
    return [value]


def _json_files(content: bytes) -> list[object]:
    try:
        fields = json.loads(content[:_MAX_BYTES])
    except (ValueError, RecursionError):
        return []
    value = fields.get("license", fields.get("licence")) if isinstance(fields, dict) else None
    if isinstance(value, dict):
        return [value.get("file"), value.get("path"), *_seen(value.get("type"))]
    return _seen(value)


def _seen(value: object) -> list[object]:
    """The file in "SEE LICENSE IN file"."""
    match = _SEE.fullmatch(value.strip()) if isinstance(value, str) else None
    return [match[1].strip(" \"'<>`").rstrip(".")] if match is not None else []


_NAMERS: Mapping[str, Callable[[bytes], list[object]]] = {
    "pyproject.toml": _pyproject_files,
    "setup.cfg": _setup_cfg_files,
    "Cargo.toml": _cargo_files,
    "package.json": _json_files,
}


def readme_claim(name: str, content: bytes) -> LicenseClaim | None:
    """The claim of the license section of a README; None without one or if it is only a pointer."""
    text = decoded(content[:_MAX_BYTES]).replace("\r\n", "\n").replace("\r", "\n")
    for match in _HEADING.finditer(text):
        behind = text[match.end() : match.end() + _MAX_SECTION]
        end = _NEXT_HEADING.search(behind.lstrip("\n"))
        section = behind.lstrip("\n")[: end.start()] if end is not None else behind
        first = next((line for line in section.splitlines() if line.strip()), "").strip(" *_`.-")
        declared = declared_claim(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", first), "")
        if declared.expression != NOASSERTION:
            return LicenseClaim(
                declared.expression, LicenseBasis.PACKAGE_METADATA, f"{name}: {first}"[:200],
                declared.category,
            )  # fmt: skip
        named = license_names.find(text_normalization.plain(first) or " ")
        if named is not None and named[1] != NOASSERTION and len(first.split()) <= _SHORT_LINE:
            return declared_claim(named[1], f"{name}: {first}")
        from codescan.licenses.notice_reading import read_notice

        reading = read_notice(section.encode("utf-8", "replace"))
        if reading is not None:
            return declared_claim(reading.expression, f"{name}: {reading.evidence}")
    return None
