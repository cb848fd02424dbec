# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reject folders that are not complete causal language models.

`AutoModelForCausalLM` accepts unsuitable folders. A masked model gets a causal head with half of
its weights unused. Without `peft` an adapter is ignored, and the base model would be audited
instead. The configuration shows the kind of model before loading.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_kind"]

_LARGEST = 16 << 20  # bytes of a configuration
_CAUSAL_HINT = "give a causal language model, such as StarCoder2, Qwen, Llama or Gemma"
_HEADS = {
    "ForMaskedLM": "a masked language model",
    "ForPreTraining": "a masked language model",
    "ForSequenceClassification": "a classifier",
    "ForTokenClassification": "a classifier",
    "ForQuestionAnswering": "a model that marks answers in a text",
    "ForMultipleChoice": "a classifier",
    "ForNextSentencePrediction": "a classifier",
    "ForFeatureExtraction": "an embedding model",
}
_MASKED = frozenset(
    {
        "albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "ernie",
        "esm", "eurobert", "mobilebert", "modernbert", "mpnet", "nomic_bert", "roberta",
        "roberta-prelayernorm", "roformer", "squeezebert", "xlm-roberta", "xlm-roberta-xl",
    }
)  # fmt: skip
"""Model types with bidirectional attention unless their configuration sets `is_decoder`."""
_ENCODER_DECODERS = frozenset(
    {
        "bart", "blenderbot", "codet5", "encoder-decoder", "led", "longt5", "m2m_100", "marian",
        "mbart", "mt5", "mvp", "pegasus", "plbart", "prophetnet", "switch_transformers", "t5",
        "t5gemma", "umt5", "whisper",
    }
)  # fmt: skip
_OTHER_POSITIONS = frozenset(
    {
        "camembert", "cpmant", "data2vec-text", "roberta", "roberta-prelayernorm", "xlm-roberta",
        "xlm-roberta-xl", "xlnet", "xmod",
    }
)  # fmt: skip
"""Model types whose positions depend on padding or segments, so that results depend on the batch.
"""
_QUANTIZERS: Mapping[str, tuple[str, ...]] = {
    "bitsandbytes": ("bitsandbytes",),
    "bitsandbytes_4bit": ("bitsandbytes",),
    "bitsandbytes_8bit": ("bitsandbytes",),
    "gptq": ("gptqmodel", "auto_gptq"),
    "awq": ("gptqmodel", "awq"),
    "compressed-tensors": ("compressed_tensors",),
    "hqq": ("hqq",),
    "aqlm": ("aqlm",),
    "quanto": ("optimum.quanto",),
    "torchao": ("torchao",),
    "eetq": ("eetq",),
}
"""Packages that load the weights of a quantization method; one of them suffices."""


def check_kind(folder: Path, name: str) -> None:
    """Reject a folder of another kind of model, or one that needs a missing package.

    Args:
        folder: in the layout of `save_pretrained`.
        name: the user's name of the model.

    Raises:
        ModelError: names the kind or the package.
    """
    adapter = _read(folder / "adapter_config.json")
    if adapter is not None:
        base = adapter.get("base_model_name_or_path")
        raise ModelError(
            f"{name} is a PEFT adapter of {base if isinstance(base, str) else 'another model'}, "
            "not a whole model",
            "merge it into its base first: PeftModel.from_pretrained(base, adapter)"
            ".merge_and_unload().save_pretrained(folder)",
        )
    config = _read(folder / "config.json")
    if config is None:
        return
    _check_architecture(config, name)
    quantized = config.get("quantization_config")
    if isinstance(quantized, Mapping):
        _check_quantization(quantized, name)


def _check_architecture(config: Mapping[str, object], name: str) -> None:
    kind = config.get("model_type")
    kind = kind if isinstance(kind, str) else ""
    if config.get("is_encoder_decoder") is True or kind in _ENCODER_DECODERS:
        raise ModelError(f"{name} is an encoder-decoder model ({kind})", _CAUSAL_HINT)
    listed = config.get("architectures")
    heads = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    for head in heads[:1]:
        for ending, words in _HEADS.items():
            if head.endswith(ending):
                raise ModelError(f"{name} is {words} ({head})", _CAUSAL_HINT)
    causal = any(head.endswith(("ForCausalLM", "LMHeadModel")) for head in heads)
    if kind in _MASKED and not causal and config.get("is_decoder") is not True:
        raise ModelError(f"{name} is a masked language model ({kind})", _CAUSAL_HINT)
    if kind in _OTHER_POSITIONS:
        raise ModelError(
            f"{name} numbers its positions by padding or segments ({kind}), which is not supported",
            _CAUSAL_HINT,
        )


def _check_quantization(quantized: Mapping[str, object], name: str) -> None:
    method = str(quantized.get("quant_method", "")).lower()
    if not method and (quantized.get("load_in_4bit") or quantized.get("load_in_8bit")):
        method = "bitsandbytes"
    if method not in _known_methods():
        raise ModelError(
            f"the weights of {name} are quantized with {method or 'a method without a name'}, "
            "which transformers does not know",
            "use the unquantized model, or serve it and audit it as openai:MODEL",
        )
    packages = _QUANTIZERS.get(method, ())
    if packages and not any(map(_is_installed, packages)):
        raise ModelError(
            f"the weights of {name} are quantized with {method}, which needs the package "
            f"{packages[0].replace('_', '-')}",
            f"pip install {packages[0].partition('.')[0].replace('_', '-')}, or use the "
            "unquantized model",
        )


def _known_methods() -> frozenset[str]:
    """Quantization methods with special weight formats."""
    from transformers.quantizers.auto import AUTO_QUANTIZER_MAPPING

    return frozenset({*_QUANTIZERS, *AUTO_QUANTIZER_MAPPING})


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _read(file: Path) -> Mapping[str, object] | None:
    """A configuration; None where there is none.

    Raises:
        ModelError: it is not a JSON object, or too large.
    """
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        value = json.loads(data) if len(data) <= _LARGEST else None
    except (OSError, ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelError(f"{file} is not a configuration in JSON", "fetch the model again")
    return value
