# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Load a causal language model from a folder or a GGUF file, safely and completely.

Safely: no code of the model's folder is run, and no pickle is opened unless an option says so.
Completely: weights that are missing from the files are an error, never random numbers.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError, ModelError, UsageError
from codescan.models.loading.load_errors import load_failure
from codescan.models.loading.model_kinds import check_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "Loaded",
    "Weights",
    "check_files",
    "is_gguf",
    "load",
    "pick_device",
    "require_libraries",
    "silenced",
]

_SPINS = "3000"


@dataclass(frozen=True, slots=True)
class Weights:
    """Location of a model's files."""

    path: Path
    """A folder in the layout of `save_pretrained`, or a `.gguf` file."""
    name: str
    """Name of the model in completions and reports."""
    identity: tuple[tuple[str, str], ...] = ()
    """Facts about the origin, for `describe`: repository, revision, sha256, license."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to run."""

    model: Any
    tokenizer: Any
    device: str
    dtype: str


def require_libraries() -> None:
    """Check that the extra `models` is installed, and prepare the import of its libraries.

    Waiting threads of GNU OpenMP spin for millions of cycles before they sleep. On busy cores this
    slows a model several times; a short spin costs almost nothing on an idle machine. torch reads
    the limit at its first import. A limit set by the user is kept.

    Raises:
        MissingExtraError: torch or transformers cannot be imported.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    try:
        import torch
        import transformers
    except ImportError as error:
        raise MissingExtraError("running a local model", "models") from error
    del torch, transformers


def is_gguf(path: Path) -> bool:
    """Whether a path names a GGUF file."""
    return path.suffix.lower() == ".gguf"


def pick_device(device: str) -> str:
    """Resolve "auto"; any other device name is checked and returned.

    Raises:
        UsageError: this machine does not have the device.
    """
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise UsageError(
            f"there is no device {device!r} on this machine", "use cpu, cuda, cuda:N or auto"
        ) from error
    return device


def pick_dtype(dtype: str, device: str) -> Any:
    """The torch dtype of a name; "auto" is bfloat16 on CUDA devices that have it, else float32.

    Raises:
        UsageError: the name is not a floating-point dtype.
    """
    import torch

    if dtype == "auto":
        if not device.startswith("cuda"):
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    short = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32", "fp64": "float64"}
    torch_dtype = getattr(torch, short.get(dtype, dtype), None)
    if not isinstance(torch_dtype, torch.dtype) or not torch_dtype.is_floating_point:
        raise UsageError(
            f"there is no dtype {dtype!r}", "use auto, float32, bfloat16, float16 or float64"
        )
    return torch_dtype


def load(
    weights: Weights,
    *,
    device: str = "auto",
    dtype: str = "auto",
    device_map: str | None = None,
    allow_pickle: bool = False,
    verbose: bool = False,
) -> Loaded:
    """Load tokenizer and model, in evaluation mode, on their device.

    Args:
        weights: a folder or a GGUF file.
        device: "auto", "cpu", "cuda", "cuda:1", ...
        dtype: "auto", "float32", "bfloat16", "float16", "float64".
        device_map: as in `transformers` ("auto", "balanced"), for models larger than one device;
            `device` is then not used.
        allow_pickle: open `.bin` weights. Only for files you trust.
        verbose: leave the libraries' own progress bars and warnings on.

    Raises:
        ModelError: a file is missing, damaged or not supported; names it.
        MissingExtraError: torch or transformers is not installed.
    """
    require_libraries()
    if not is_gguf(weights.path):
        check_kind(weights.path, weights.name)
    check_files(weights, allow_pickle=allow_pickle)
    place = pick_device(device)
    kind = pick_dtype(dtype, place)
    common: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    folder = weights.path
    if is_gguf(weights.path):
        folder = weights.path.parent
        common["gguf_file"] = weights.path.name
    with contextlib.nullcontext() if verbose else silenced():
        tokenizer, model, info = _from_pretrained(
            weights, str(folder), kind, device_map, common, allow_pickle=allow_pickle
        )
        missing = sorted(info.get("missing_keys", ()))
        if missing or info.get("mismatched_keys"):
            raise ModelError(
                f"the weights of {weights.name} are incomplete: "
                f"{len(missing)} tensors are missing (first: {', '.join(missing[:3]) or '-'}), "
                f"{len(info.get('mismatched_keys') or ())} have another shape",
                f"fetch {weights.path.name} again",
            )
        if device_map is None:
            model = _to(model, place)
    model.eval()
    return Loaded(model, tokenizer, str(model.device), str(kind).removeprefix("torch."))


def check_files(weights: Weights, *, allow_pickle: bool) -> None:
    """Check that a folder or a GGUF file has all files of a model.

    Raises:
        ModelError: a file is missing, or the weights are pickled without `allow_pickle`.
    """
    path = weights.path
    if is_gguf(path):
        if not path.is_file():
            raise ModelError(f"{path} does not exist", "check the path of the .gguf file")
        with path.open("rb") as stream:
            if stream.read(4) != b"GGUF":
                raise ModelError(
                    f"{path} is not a GGUF file", "give a file that begins with the bytes GGUF"
                )
        return
    if not path.is_dir():
        raise ModelError(f"there is no model folder {path}", "check the path")
    if not (path / "config.json").is_file():
        raise ModelError(
            f"{path} holds no config.json, so it is not a model folder",
            "give the folder that save_pretrained wrote, or a .gguf file",
        )
    if any(path.glob("*.safetensors")):
        return
    if not any(path.glob("*.bin")):
        raise ModelError(f"{path} holds no weights (*.safetensors)", "fetch the model again")
    if not allow_pickle:
        raise ModelError(
            f"{path} holds only pickled weights (.bin), which may run code when loaded",
            "convert them to safetensors, or set the option allow_pickle if you trust their makers",
        )


def _from_pretrained(
    weights: Weights,
    folder: str,
    kind: Any,
    device_map: str | None,
    common: dict[str, Any],
    *,
    allow_pickle: bool,
) -> tuple[Any, Any, dict[str, Any]]:
    import transformers

    extra: dict[str, Any] = {} if device_map is None else {"device_map": device_map}
    if "gguf_file" not in common and not (allow_pickle and not _has_safetensors(folder)):
        extra["use_safetensors"] = True
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **common)
        if "gguf_file" not in common:
            extra["config"] = _config(folder, common)
        model, info = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=kind, output_loading_info=True, **extra, **common
        )
    except Exception as error:
        raise load_failure(weights.name, weights.path, error) from error
    return tokenizer, model, dict(info)


def _config(folder: str, common: Mapping[str, Any]) -> Any:
    """The configuration, without a padding token that has no embedding.

    Some fine-tuned models name such a token, and building their embeddings fails. codescan chooses
    its own padding token.
    """
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder, **common)
    for part in (config, config.get_text_config()):
        padding, rows = getattr(part, "pad_token_id", None), getattr(part, "vocab_size", None)
        if isinstance(padding, int) and isinstance(rows, int) and not 0 <= padding < rows:
            part.pad_token_id = None
    return config


def _has_safetensors(folder: str) -> bool:
    return any(Path(folder).glob("*.safetensors"))


def _to(model: Any, device: str) -> Any:
    try:
        return model.to(device)
    except RuntimeError as error:
        raise ModelError(
            f"the model does not fit on {device}: {' '.join(str(error).split())[:200]}",
            "use dtype bfloat16, or device_map auto, or a smaller model",
        ) from error


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Silence the libraries' progress bars and warnings, and restore their settings afterwards."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        # Some bars cannot be turned off, so stderr is dropped during this time.
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
