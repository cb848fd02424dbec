# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The settings of an audit from their four places: call, settings file, project, preset.

The call (options of the command line, arguments of the Python function) comes first, then
`--settings FILE`, then the table `[audit]` of the project's configuration, then the preset.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from codescan.app.audit_options import AuditOptions
from codescan.config import FAIL_ON, Config, load_audit_table
from codescan.errors import ConfigError, UsageError
from codescan.records.enums import FRAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_PRESET", "PRESETS", "SETTINGS", "audit_options"]

Preset = Literal["quick", "standard", "thorough"]
DEFAULT_PRESET: Preset = "standard"

PRESETS: Mapping[Preset, Mapping[str, object]] = {
    "quick": {
        "limit": 40,
        "max_new_tokens": 64,
        "prior_prompts": 0,
        "self_test": 0,
        "shuffled_index": False,
    },
    "standard": {},
    "thorough": {
        "limit": 1_000,
        "max_new_tokens": 256,
        "prior_prompts": 16,
        "self_test": 100,
    },
}
"""Settings that differ from the defaults of `AuditOptions`.

quick: a first look, too small to tell a low rate from zero. thorough: enough prompts for narrow
intervals.
"""

_Count = Annotated[int, msgspec.Meta(ge=1)]
_CountOrNone = Annotated[int, msgspec.Meta(ge=0)]


class _Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Every setting with its type and range; UNSET if a source does not name it."""

    model: str | msgspec.UnsetType = msgspec.UNSET
    replay: Path | msgspec.UnsetType = msgspec.UNSET
    index: Path | msgspec.UnsetType = msgspec.UNSET
    corpus: str | msgspec.UnsetType = msgspec.UNSET
    preset: Preset | msgspec.UnsetType = msgspec.UNSET
    strategy: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    strategy_option: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    prompt_file: Path | msgspec.UnsetType = msgspec.UNSET
    limit: _Count | msgspec.UnsetType = msgspec.UNSET
    frame: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    null_share: Annotated[float, msgspec.Meta(ge=0, lt=1)] | msgspec.UnsetType = msgspec.UNSET
    null_corpus: str | msgspec.UnsetType = msgspec.UNSET
    shuffled_index: bool | msgspec.UnsetType = msgspec.UNSET
    unrelated_index: Path | msgspec.UnsetType = msgspec.UNSET
    reference_model: str | msgspec.UnsetType = msgspec.UNSET
    prior_prompts: _CountOrNone | msgspec.UnsetType = msgspec.UNSET
    near_verbatim: _CountOrNone | msgspec.UnsetType = msgspec.UNSET
    samples: _CountOrNone | msgspec.UnsetType = msgspec.UNSET
    max_new_tokens: _Count | msgspec.UnsetType = msgspec.UNSET
    temperature: Annotated[float, msgspec.Meta(ge=0)] | msgspec.UnsetType = msgspec.UNSET
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] | msgspec.UnsetType = msgspec.UNSET
    top_k: _CountOrNone | msgspec.UnsetType = msgspec.UNSET
    seed: _CountOrNone | msgspec.UnsetType = msgspec.UNSET
    device: str | msgspec.UnsetType = msgspec.UNSET
    dtype: str | msgspec.UnsetType = msgspec.UNSET
    batch_size: _Count | msgspec.UnsetType = msgspec.UNSET
    base_url: str | msgspec.UnsetType = msgspec.UNSET
    model_option: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    out: Path | msgspec.UnsetType = msgspec.UNSET
    retry_skipped: bool | msgspec.UnsetType = msgspec.UNSET
    self_test: _CountOrNone | msgspec.UnsetType = msgspec.UNSET
    verify: bool | msgspec.UnsetType = msgspec.UNSET
    private_data: bool | msgspec.UnsetType = msgspec.UNSET
    data: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    hash_key: Path | msgspec.UnsetType = msgspec.UNSET
    fail_on: str | msgspec.UnsetType = msgspec.UNSET
    allow_unchecked: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


SETTINGS = tuple(_Settings.__struct_fields__)
"""Names of all settings: those of the options, with underscores."""

_FIELDS = {
    "index": "index_folder",
    "strategy": "strategies",
    "strategy_option": "strategy_options",
    "frame": "frames",
    "model_option": "model_options",
}
"""Fields of `AuditOptions` whose name differs from the setting."""
_PATHS = ("replay", "index", "prompt_file", "unrelated_index", "out", "hash_key")
_EXCLUSIVE = (
    ("model", "replay"),
    ("index", "corpus"),
    ("shuffled_index", "unrelated_index"),
)
"""Groups of settings; naming one in a nearer source overrides all others of the group."""


def audit_options(
    call: Mapping[str, object],
    *,
    config: Config | None = None,
    settings_file: Path | None = None,
    command_line: tuple[str, ...] = ("audit",),
) -> AuditOptions:
    """Merge the settings of an audit.

    Args:
        call: settings from the command line or the Python call, by names of `SETTINGS`.
        config: the project's configuration.
        settings_file: TOML with settings at its top, or in a table `[audit]`.
        command_line: for the report and for hints.

    Raises:
        ConfigError: a file is wrong: an unknown key, or a value of another type or range.
        UsageError: the same for a setting of the call.
    """
    config = config if config is not None else Config()
    merged = _checked(call, UsageError, "")
    for file, table in (
        (settings_file, load_audit_table(settings_file) if settings_file is not None else {}),
        (config.file, config.audit),
    ):
        held = _checked(table, ConfigError, f" in {file}")
        for name in _PATHS:
            if name in held and file is not None:
                held[name] = file.parent / held[name]
        merged = _without_overruled(held, merged) | merged
    chosen = dict(PRESETS[merged.pop("preset", DEFAULT_PRESET)])
    if merged.keys() & {"replay", "prompt_file"} and "strategy" not in merged:
        chosen.pop("limit", None)  # all of a log or a prompt file
    merged = _without_overruled(chosen, merged) | merged
    return AuditOptions(
        config=config,
        command_line=command_line,
        **{_FIELDS.get(name, name): value for name, value in merged.items()},
    )


def _without_overruled(
    farther: Mapping[str, object], nearer: Mapping[str, object]
) -> dict[str, Any]:
    overruled = {name for names in _EXCLUSIVE if nearer.keys() & set(names) for name in names}
    return {name: value for name, value in farther.items() if name not in overruled}


def _checked(
    table: Mapping[str, object], error: type[ConfigError | UsageError], place: str
) -> dict[str, Any]:
    """The validated settings of one source.

    Raises:
        ConfigError, UsageError: a setting is wrong; `error` selects the class.
    """
    for name in table:
        if name not in SETTINGS:
            close = difflib.get_close_matches(str(name), SETTINGS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(SETTINGS)}"
            raise error(f"unknown audit setting {name!r}{place}", hint)
    stated = {name: value for name, value in table.items() if value is not None}
    try:
        settings = msgspec.convert(_plain(stated), _Settings, dec_hook=_decoded)
    except msgspec.ValidationError as wrong:
        problem, _, where = str(wrong).partition(" - at `$.")
        name = where.rstrip("`")
        raise error(
            f"audit setting {name}{place}: {problem}", "see `codescan audit --help-all`"
        ) from wrong
    held = {name: getattr(settings, name) for name in stated}
    for name, known in (("frame", tuple(FRAMES)), ("fail_on", FAIL_ON)):
        values = held.get(name, ())
        for value in (values,) if isinstance(values, str) else values:
            if value not in known:
                raise error(
                    f"audit setting {name}{place} is {value!r}", f"known: {', '.join(known)}"
                )
    return held


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    """Values as in TOML: a path becomes a string, and a single string a list where needed."""
    lists = {"strategy", "strategy_option", "frame", "model_option", "allow_unchecked"}
    plain: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, Path):
            plain[name] = str(value)
        elif name in lists and isinstance(value, str):
            plain[name] = [value]
        else:
            plain[name] = value
    return plain


def _decoded(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
