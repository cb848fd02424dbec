# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Download a model repository of the Hugging Face hub, or fail with a clear error in seconds."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from codescan.errors import MissingExtraError, ModelError

__all__ = ["PROBE_SECONDS", "snapshot"]

PROBE_SECONDS = 5.0
"""Timeout of the first request to the hub, in seconds."""

_CONFIGURATION = ("*.json", "*.txt", "*.model", "*.tiktoken", "*.jinja")
_SAFE_WEIGHTS = "*.safetensors"
_PICKLED_WEIGHTS = "*.bin"
# Second copies of the weights in other layouts, and adapters: not what from_pretrained reads.
_IGNORED = ("original/*", "consolidated*", "onnx/*", "*/training_args.bin", "training_args.bin")
_LOCAL_HINT = (
    "if the model is on another machine, copy its folder (config.json, *.safetensors, tokenizer "
    "files) and give it: --model /path/to/folder"
)

Progress = Callable[[str], None]


def snapshot(
    repository: str,
    *,
    revision: str | None = None,
    allow_pickle: bool = False,
    progress: Progress | None = None,
) -> Path:
    """The folder with a repository's configuration, tokenizer and weights.

    A copy in the hub's own cache is used when the hub cannot be reached. Only one copy of the
    weights is fetched: safetensors, or pickled files if there are no others and `allow_pickle`.

    Args:
        repository: "owner/name".
        revision: branch, tag or commit; None for the main branch.
        allow_pickle: whether `.bin` weights may be fetched.
        progress: called with a line of text for each slow step.

    Raises:
        ModelError: the hub is unreachable, does not have the model, denies access, or has only
            pickled weights. The message names the model and the alternative without a hub.
        MissingExtraError: huggingface_hub is not installed.
    """
    try:
        import huggingface_hub
        from huggingface_hub import errors
    except ImportError as error:
        raise MissingExtraError("fetching models from the hub", "models") from error

    where = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    named = f"{repository}@{revision}" if revision else repository
    try:
        info = huggingface_hub.HfApi().model_info(
            repository, revision=revision, timeout=PROBE_SECONDS
        )
    except errors.GatedRepoError as error:
        raise ModelError(
            f"the hub refuses the model {named}: its makers ask for consent first ({where})",
            f"accept the terms on the model's page, then `hf auth login`; {_LOCAL_HINT}",
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise ModelError(
            f"the hub {where} has no model {named}, or it is private",
            f"check the spelling, or `hf auth login` for a private one; {_LOCAL_HINT}",
        ) from error
    except errors.HFValidationError as error:
        raise ModelError(f"{named} is not the name of a hub model: {error}", _LOCAL_HINT) from error
    except Exception as error:  # the HTTP client's own errors differ between hub versions
        cached = _cached(repository, revision)
        if cached is not None:
            return cached
        raise ModelError(
            f"the model {named} is not on this machine and the hub cannot be reached; "
            f"tried the hub's cache, then {where} ({_reason(error)})",
            _LOCAL_HINT,
        ) from error

    files = [sibling.rfilename for sibling in info.siblings or ()]
    patterns = _patterns(named, files, allow_pickle=allow_pickle)
    if progress is not None:
        progress(f"fetching {named} from {where}")
    try:
        return Path(
            huggingface_hub.snapshot_download(
                repository,
                revision=info.sha,
                allow_patterns=patterns,
                ignore_patterns=list(_IGNORED),
            )
        )
    except Exception as error:
        raise ModelError(
            f"fetching the model {named} from {where} failed: {_reason(error)}",
            f"run the command again: it goes on where it stopped; {_LOCAL_HINT}",
        ) from error


def _patterns(named: str, files: Sequence[str], *, allow_pickle: bool) -> list[str]:
    patterns = list(_CONFIGURATION)  # never Python files
    if any(f.endswith(".safetensors") for f in files):
        return [*patterns, _SAFE_WEIGHTS]
    if not any(f.endswith(".bin") for f in files):
        raise ModelError(
            f"the hub's {named} holds no weights that can be loaded (safetensors)",
            "for a GGUF repository fetch the file and give it: --model /path/to/file.gguf",
        )
    if not allow_pickle:
        raise ModelError(
            f"the hub's {named} holds only pickled weights (.bin), which may run code when loaded",
            "choose a revision with safetensors (the hub converts many models in 'refs/pr/…'), "
            "or set the option allow_pickle if you trust its makers",
        )
    return [*patterns, _PICKLED_WEIGHTS]


def _cached(repository: str, revision: str | None) -> Path | None:
    import huggingface_hub

    try:
        path = Path(
            huggingface_hub.snapshot_download(repository, revision=revision, local_files_only=True)
        )
    except Exception:  # noqa: BLE001 - whatever the reason: there is no usable copy
        return None
    has_weights = any(path.glob("*.safetensors")) or any(path.glob("*.bin"))
    return path if has_weights and (path / "config.json").is_file() else None


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
