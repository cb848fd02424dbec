# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The project's defaults: `codescan.toml` or `[tool.codescan]` in pyproject.toml, as one value.

Precedence: an option on the command line, then the file, then the default written here. The file
is read once, by the command that needs it, and handed on as a frozen `Config`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from codescan.errors import ConfigError
from codescan.sources.regular_files import read_regular_file
from codescan.text.conflict_markers import has_conflict_markers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "CONFIG_FILES",
    "FAIL_ON",
    "STATES",
    "Config",
    "PolicyTable",
    "find_config",
    "is_config",
    "load_audit_table",
    "load_config",
    "parse_config",
]

FAIL_ON = ("A", "B", "C", "D", "none")
"""Grades that `fail_on` can name, strongest evidence first, or none of them."""

STATES = ("ok-with-obligations", "review", "unknown", "conflict")
"""Policy states that `fail_states` can name, best first; "ok" never fails."""

_OWN_FILE = "codescan.toml"
_PROJECT_FILE = "pyproject.toml"
CONFIG_FILES = (_OWN_FILE, _PROJECT_FILE)
"""Names of configuration files; in one folder the first one present holds."""
_MAX_BYTES = 1 << 20
_POLICY_TABLES = ("allow", "review", "deny")
_TEXTS = ("own", "fail_states")


class PolicyTable(Struct, frozen=True):
    """One table of the policy: `allow`, `review` or `deny` (docs/configuration.md)."""

    licenses: tuple[str, ...] = ()
    """SPDX ids; `*` stands for any characters."""
    categories: tuple[str, ...] = ()
    """Categories of `codescan.licenses.categories`."""
    packages: tuple[str, ...] = ()
    """Package URLs of origins; `*` stands for any characters."""
    paths: tuple[str, ...] = ()
    """Paths of the project's own files, as REUSE.toml writes them."""


class Config(Struct, frozen=True):
    """Defaults of a project. None: the command's own default holds."""

    index: Path | None = None
    """Folder of the index to match against; relative to the file."""
    corpus: str | None = None
    """Name of a corpus, or path of a recipe, whose index is used when `index` is not given."""
    fail_on: str | None = None
    """Lowest grade that makes a command exit with 1: "A", "B", "C", "D", or "none"."""
    min_tokens: int | None = None
    """Minimum number of lexer tokens of a finding; at least 1."""
    format: str | None = None
    """Name of the report format on stdout."""
    license: str | None = None
    """SPDX expression that the project is under; None: read from its own files."""
    own: tuple[str, ...] = ()
    """Package URLs, without versions, of the project's own packages."""
    baseline: Path | None = None
    """File of accepted passages; relative to the file."""
    fail_states: tuple[str, ...] = STATES
    """Policy states that make `check` fail."""
    allow: PolicyTable = field(default_factory=PolicyTable)
    review: PolicyTable = field(default_factory=PolicyTable)
    deny: PolicyTable = field(default_factory=PolicyTable)
    package_url: str | None = None
    """The address from which `index pull` takes packages; see docs/sharing-indexes.md."""
    audit: Mapping[str, object] = field(default_factory=dict)
    """Table of audit settings, checked by `app.audit_settings` when an audit begins."""
    file: Path | None = None
    """The file that was read; None if there is none."""


def find_config(start: Path) -> Path | None:
    """The configuration that holds for the folder `start`: the nearest one at or above it.

    In one folder `codescan.toml` comes before pyproject.toml, which counts only when it has a
    table `[tool.codescan]`. The search ends at the root of a Git repository: what lies above it
    belongs to someone else, and counts only when it is named.

    Raises:
        ConfigError: a file of that name is not a regular file, or cannot be read.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        for name in CONFIG_FILES:
            content = read_regular_file(folder / name, _MAX_BYTES)
            if content is not None and is_config(name, content):
                return folder / name
        if (folder / ".git").exists():
            break
    return None


def is_config(name: str, content: bytes) -> bool:
    """Whether a file of `CONFIG_FILES` is about codescan.

    Only its text is looked at: a pyproject.toml that is not about codescan may be broken.
    """
    return name == _OWN_FILE or b"tool.codescan" in content


def load_config(path: Path | None) -> Config:
    """Read a configuration file; None gives the defaults.

    Raises:
        ConfigError: the file cannot be read, or has unknown keys or wrong values; every problem
            is named.
    """
    if path is None:
        return Config()
    content = read_regular_file(path, _MAX_BYTES)
    if content is None:
        raise ConfigError(f"cannot read {path}: No such file", "check --config")
    return parse_config(content, path)


def load_audit_table(path: Path) -> Mapping[str, object]:
    """Read a file of audit settings: its table `[audit]`, or else its top.

    Raises:
        ConfigError: the file cannot be read, is not valid TOML, or holds tables besides `[audit]`.
    """
    content = read_regular_file(path, _MAX_BYTES)
    if content is None:
        raise ConfigError(f"cannot read {path}: No such file", "check --settings")
    table = _table(content, path)
    inner = table.get("audit")
    if inner is None:
        return table
    if not isinstance(inner, dict) or len(table) > 1:
        raise ConfigError(
            f"{path} must hold the table [audit] only, or settings without a table",
            "see docs/auditing.md",
        )
    return inner


def parse_config(content: bytes, path: Path) -> Config:
    """Read the text of a configuration file.

    Args:
        content: the text.
        path: the file; paths in it are relative to its folder.

    Raises:
        ConfigError: it is not valid, or has unknown keys or wrong values; every problem is named.
    """
    table = _table(content, path)
    problems = tuple(_problems(table))
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise ConfigError(
            f"{path} has {_plural(len(problems), 'problem')}:{listed}", _known_keys_hint()
        )
    return Config(
        index=_path(table.get("index"), path),
        corpus=_text(table.get("corpus")),
        fail_on=_text(table.get("fail_on")),
        min_tokens=_positive_count(table.get("min_tokens")),
        format=_text(table.get("format")),
        license=_text(table.get("license")),
        own=_texts(table.get("own")) or (),
        baseline=_path(table.get("baseline"), path),
        fail_states=STATES if (states := _texts(table.get("fail_states"))) is None else states,
        allow=_policy_table(table.get("allow")),
        review=_policy_table(table.get("review")),
        deny=_policy_table(table.get("deny")),
        package_url=_text(table.get("package_url")),
        audit=audit if isinstance(audit := table.get("audit"), dict) else {},
        file=path,
    )


def _table(text: bytes, path: Path) -> Mapping[str, object]:
    import tomllib  # here, so that commands without a configuration start faster

    try:
        content = tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8: {error}", "save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if has_conflict_markers(text):
            raise ConfigError(
                f"{path} holds conflict markers of a merge", "resolve the conflict"
            ) from error
        raise ConfigError(f"{path} is not valid TOML: {error}", "correct that line") from error
    if path.name != _PROJECT_FILE:
        return content
    tool = content.get("tool", {})
    table = tool.get("codescan", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"tool.codescan in {path} is not a table", "write [tool.codescan]")
    return table


def _keys() -> tuple[str, ...]:
    return tuple(name for name in Config.__struct_fields__ if name != "file")


def _known_keys_hint() -> str:
    return f"known keys: {', '.join(_keys())}"


def _problems(table: Mapping[str, object]) -> Iterator[str]:
    for key, value in table.items():
        if key not in _keys():
            yield _unknown(key, _keys())
        elif key in _POLICY_TABLES:
            yield from _list_problems(key, value)
        else:
            yield from _value_problems(key, value)


def _value_problems(key: str, value: object) -> Iterator[str]:
    if key in _TEXTS:
        if _texts(value) is None:
            yield f"{key} is {value!r}, must be a list of texts"
        elif key == "fail_states" and not set(_texts(value) or ()) <= set(STATES):
            yield f"{key} is {value!r}, must name states among {', '.join(STATES)}"
    elif key == "audit":
        if not isinstance(value, dict):
            yield f"audit is {value!r}, must be a table"
    elif key == "license":
        yield from _license_problems(value)
    elif key == "fail_on":
        if value not in FAIL_ON:
            yield f"fail_on is {value!r}, must be one of {', '.join(FAIL_ON)}"
    elif key == "min_tokens":
        if _positive_count(value) is None:
            yield f"min_tokens is {value!r}, must be a whole number of at least 1"
    elif not isinstance(value, str) or not value:
        yield f"{key} is {value!r}, must be a text"


def _unknown(key: str, keys: tuple[str, ...]) -> str:
    import difflib

    close = difflib.get_close_matches(key, keys, n=1)
    return f"unknown key {key!r}" + (f", did you mean {close[0]!r}?" if close else "")


def _list_problems(name: str, value: object) -> Iterator[str]:
    from codescan.licenses.categories import CATEGORIES

    if not isinstance(value, dict):
        yield f"{name} is {value!r}, must be a table"
        return
    keys = PolicyTable.__struct_fields__
    for key, listed in value.items():
        if key not in keys:
            yield f"in {name}: {_unknown(key, keys)}"
        elif _texts(listed) is None:
            yield f"{name}.{key} is {listed!r}, must be a list of texts"
        elif key == "categories":
            for each in sorted(set(_texts(listed) or ()) - set(CATEGORIES)):
                yield f"{name}.categories names {each!r}; known: {', '.join(CATEGORIES)}"


def _license_problems(value: object) -> Iterator[str]:
    from codescan.licenses.expressions import leaves

    # For a plain id this answers from the list, without starting the expression library.
    if not isinstance(value, str) or not leaves(value):
        yield f"license is {value!r}, must be an SPDX expression such as 'Apache-2.0'"


def _policy_table(value: object) -> PolicyTable:
    if not isinstance(value, dict):
        return PolicyTable()
    return PolicyTable(**{key: _texts(listed) or () for key, listed in value.items()})


def _path(value: object, file: Path) -> Path | None:
    return file.parent / value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        return None
    return tuple(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _positive_count(value: object) -> int | None:
    """`value` if it is a whole number of at least 1; a TOML boolean is not."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    return None


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
