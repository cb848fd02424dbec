# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Models that are not what they seem: refused by kind, or run so that every row is its own."""

import json

import pytest
from tiny_models import save_starcoder2, save_tokenizer

from codescan.errors import ModelError
from codescan.models.backends.transformers import TransformersModel
from codescan.models.loading.model_kinds import check_kind
from codescan.records import Completion, Prompt, Sampling

KINDS = {
    "bert": ({"model_type": "bert", "architectures": ["BertForMaskedLM"]}, "masked language"),
    "bert-base": ({"model_type": "bert"}, "masked language"),
    "roberta": ({"model_type": "roberta", "architectures": ["RobertaModel"]}, "masked language"),
    "modernbert": (
        {"model_type": "modernbert", "architectures": ["ModernBertForMaskedLM"]},
        "masked",
    ),
    "electra": ({"model_type": "electra", "architectures": ["ElectraForPreTraining"]}, "masked"),
    "t5": (
        {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"]},
        "encoder-decoder",
    ),
    "bart": ({"model_type": "x", "is_encoder_decoder": True}, "encoder-decoder"),
    "classifier": (
        {"model_type": "llama", "architectures": ["LlamaForSequenceClassification"]},
        "class",
    ),
    "gptq": ({"model_type": "llama", "quantization_config": {"quant_method": "gptq"}}, "gptqmodel"),
    "awq": ({"model_type": "llama", "quantization_config": {"quant_method": "awq"}}, "gptqmodel"),
    "bnb": ({"model_type": "llama", "quantization_config": {"load_in_4bit": True}}, "bitsandbytes"),
    "hqq": ({"model_type": "llama", "quantization_config": {"quant_method": "hqq"}}, "hqq"),
    "unknown-method": (
        {"model_type": "llama", "quantization_config": {"quant_method": "x9"}},
        "quantized with x9, which transformers does not know",
    ),
    "no-method": (
        {"model_type": "llama", "quantization_config": {"bits": 4}},
        "quantized with a method without a name",
    ),
    "list": ([], "not a configuration"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_of_models_are_refused_before_they_are_loaded(tmp_path, kind):
    config, words = KINDS[kind]
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=words):
        check_kind(tmp_path, "m")
    with pytest.raises(ModelError, match=words):
        TransformersModel(tmp_path, device="cpu")


FAILURES = {
    "vision": ({"model_type": "clip", "architectures": ["CLIPModel"]}, "not a causal language"),
    "speech": ({"model_type": "wav2vec2"}, "not a causal language model"),
    "unknown": ({"model_type": "my_new"}, "installed transformers does not know"),
    "other-shapes": ({"vocab_size": 10}, "other shapes"),
    "package": ({"quantization_config": {"quant_method": "vptq"}}, "vptq"),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_what_transformers_cannot_load_is_named(tmp_path, kind):
    config, words = FAILURES[kind]
    save_starcoder2(tmp_path)
    whole = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**whole, **config}))
    with pytest.raises(ModelError, match=words) as caught:
        TransformersModel(tmp_path, device="cpu")
    assert caught.value.hint


@pytest.mark.parametrize("whole", [True, False])
def test_an_adapter_is_not_taken_for_its_base(tmp_path, whole):
    if whole:
        save_starcoder2(tmp_path)
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "a/b"}')
    with pytest.raises(ModelError, match="PEFT adapter of a/b"):
        TransformersModel(tmp_path, device="cpu")


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "bert", "is_decoder": True, "architectures": ["BertLMHeadModel"]},
        {"model_type": "starcoder2", "architectures": ["Starcoder2ForCausalLM"]},
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]},
        {"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"]},
        {"model_type": "llama", "quantization_config": {"quant_method": "fp8"}},
        {"model_type": "x", "architectures": "none", "quantization_config": None},
    ],
)
def test_causal_models_pass(tmp_path, config):
    (tmp_path / "config.json").write_text(json.dumps(config))
    check_kind(tmp_path, "m")


def completions(model, texts, **more):
    prompts = [Prompt(f"p{n}", text, "t", **more) for n, text in enumerate(texts)]
    generated = list(model.generate(prompts, Sampling(max_new_tokens=6)))
    assert all(isinstance(item, Completion) for item in generated)
    return {item.prompt_id: item.text for item in generated}


TEXTS = ["def push(self", "def add(left, right):\n    return left + right\n\nclass", "x"]


def alone_and_together(model):
    together = completions(model, TEXTS)
    for number, text in enumerate(TEXTS):
        (alone,) = completions(model, [text]).values()
        assert together[f"p{number}"] == alone


def test_a_padding_token_beyond_the_embedding_is_not_used(tmp_path):
    import transformers

    save_starcoder2(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    tokenizer.add_special_tokens({"pad_token": "<pad>"})
    tokenizer.save_pretrained(tmp_path)
    model = TransformersModel(tmp_path, device="cpu")
    assert model.tokenizer.padding >= model._rows > model._padding
    alone_and_together(model)
    scored = list(
        model.score([Prompt(f"p{n}", t, "t", expected=" x") for n, t in enumerate(TEXTS)])
    )
    assert len(scored) == 3


@pytest.mark.parametrize("padding", [32_000, -1])
def test_a_configuration_may_name_a_padding_token_beyond_the_embedding(tmp_path, padding):
    save_starcoder2(tmp_path)
    path = tmp_path / "config.json"
    config = json.loads(path.read_text())
    assert config["vocab_size"] < 32_000
    path.write_text(json.dumps({**config, "pad_token_id": padding}))
    alone_and_together(TransformersModel(tmp_path, device="cpu"))


def test_a_token_beyond_the_embedding_is_skipped(tmp_path):
    import transformers

    save_starcoder2(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    tokenizer.add_tokens(["zebra"])
    tokenizer.save_pretrained(tmp_path)
    model = TransformersModel(tmp_path, device="cpu")
    (skipped,) = model.generate([Prompt("p", "a zebra", "t")], Sampling(max_new_tokens=2))
    assert skipped.reason == "unknown-token"


EACH_PART = "{% for p in messages[0]['content'] %}<s>{{ p['text'] }}{% endfor %}"
PARTS_ONLY = "{% if messages[0]['content'] is string %}{{ raise_exception('parts') }}{% endif %}"
TEMPLATES = {
    "text": ("<s>{{ messages[0]['content'] }}</s>", True),
    "parts": (EACH_PART, True),
    "raises-on-text": (PARTS_ONLY + EACH_PART, True),
    "raises": ("{{ raise_exception('never') }}", False),
    "broken": ("{% if %}", False),
    "drops-the-message": ("hello", False),
    "trims": ("[{{ messages[0]['content'] | trim }}]", True),
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_chat_template_is_a_program_that_may_fail(tmp_path, kind):
    from codescan.models.loading.hf_tokenizer import HubTokenizer

    template, works = TEMPLATES[kind]
    tokenizer = save_tokenizer(tmp_path)
    tokenizer.chat_template = template
    hub = HubTokenizer(tokenizer)
    assert hub.has_chat_template is works
    tokens = hub.prompt_tokens(Prompt("p", "  push it  ", "t", chat=True))
    assert "  push it  " in hub.decode(tokens)


def test_length_scaled_positions_are_run_one_row_at_a_time(tmp_path):
    import torch
    import transformers

    tokenizer = save_tokenizer(tmp_path)
    half = 4
    torch.manual_seed(0)
    config = transformers.Phi3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=128,
        original_max_position_embeddings=16,
        rope_scaling={
            "type": "longrope",
            "rope_type": "longrope",
            "short_factor": [1.0] * half,
            "long_factor": [8.0] * half,
        },
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=None,
        initializer_range=0.4,
    )
    transformers.Phi3ForCausalLM(config).save_pretrained(tmp_path)
    model = TransformersModel(tmp_path, device="cpu")
    assert model.describe()["single_rows"] is True
    alone_and_together(model)


def test_a_recurrent_model_is_run_one_row_at_a_time_where_padding_moves_it(tmp_path):
    import torch
    import transformers

    tokenizer = save_tokenizer(tmp_path)
    torch.manual_seed(0)
    config = transformers.RwkvConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        attention_hidden_size=32,
        num_hidden_layers=2,
        context_length=128,
        bos_token_id=None,
        eos_token_id=None,
    )
    rwkv = transformers.RwkvForCausalLM(config)
    with torch.no_grad():
        for weight in rwkv.parameters():
            weight.copy_(torch.randn_like(weight) * 0.4)
    rwkv.save_pretrained(tmp_path)
    model = TransformersModel(tmp_path, device="cpu")
    assert model.describe()["single_rows"] is True
    alone_and_together(model)


def test_an_ordinary_model_keeps_its_batches(tiny):
    assert tiny.describe()["single_rows"] is False
    alone_and_together(tiny)
