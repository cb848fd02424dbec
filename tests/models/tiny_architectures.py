# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every causal architecture of transformers, built with random weights in a tiny size."""

import inspect

SIZES = {
    "hidden_size": 32, "n_embd": 32, "d_model": 32, "dim": 32, "embedding_size": 32,
    "word_embed_proj_dim": 32, "intermediate_size": 64, "ffn_dim": 64, "n_inner": 64, "d_ff": 64,
    "d_inner": 64, "num_hidden_layers": 2, "n_layer": 2, "num_layers": 2, "n_layers": 2,
    "decoder_layers": 2, "num_attention_heads": 4, "n_head": 4, "num_heads": 4, "n_heads": 4,
    "decoder_attention_heads": 4, "decoder_ffn_dim": 64, "num_key_value_heads": 2, "head_dim": 8,
    "max_position_embeddings": 128, "n_positions": 128, "n_ctx": 128, "max_seq_len": 128,
    "num_experts": 4, "num_local_experts": 4, "n_routed_experts": 4, "num_experts_per_tok": 2,
    "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32, "expert_ffn_size": 32,
    "moe_num_experts": 4, "moe_topk": 2, "n_group": 1, "topk_group": 1, "n_shared_experts": 1,
    "kv_lora_rank": 16, "q_lora_rank": 16, "qk_rope_head_dim": 8, "qk_nope_head_dim": 8,
    "v_head_dim": 8, "rotary_dim": 4, "state_size": 8, "lru_width": 32,
    "mamba_d_state": 8, "mamba_n_heads": 4, "mamba_d_head": 16, "mamba_n_groups": 1,
    "linear_num_key_heads": 2, "linear_num_value_heads": 2, "linear_key_head_dim": 8,
    "linear_value_head_dim": 8, "attention_hidden_size": 32, "adapter_dim": 8,
    "hidden_size_per_layer_input": 8, "vocab_size_per_layer_input": 64, "attention_head_size": 8,
    "attn_layer_period": 2, "attn_layer_offset": 1, "expert_layer_period": 2,
    "pad_token_id": 1, "bos_token_id": 2, "eos_token_id": 0, "attention_window": 16,
    "first_k_dense_replace": 1, "num_kv_shared_layers": 0, "global_head_dim": 8,
}  # fmt: skip
"""Small sizes by the name that a configuration gives them."""
LARGEST = 8_000_000
"""Parameters; what is larger has a size that is not known here."""


def names():
    """Model types with a causal language model, sorted; text models only."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    return sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)


def build(name, vocabulary):
    """A model of a type in evaluation mode.

    Raises:
        Exception: the type cannot be made in a tiny size.
    """
    import torch
    import transformers

    config_class = transformers.CONFIG_MAPPING[name]
    default = config_class()
    known = {
        key
        for key in inspect.signature(config_class.__init__).parameters
        if hasattr(default, key) and not isinstance(getattr(config_class, key, None), property)
    }
    settings = {key: value for key, value in SIZES.items() if key in known}
    settings["vocab_size"] = vocabulary
    if "qk_rope_head_dim" in known:
        settings.pop("head_dim", None)
    types = getattr(default, "layer_types", None)
    if isinstance(types, list) and "layer_types" in known:  # one layer of each kind
        settings["layer_types"] = [*dict.fromkeys(types), types[0]]
        settings["num_hidden_layers"] = len(settings["layer_types"])
    config = config_class(**settings)
    if hasattr(config, "is_decoder"):
        config.is_decoder = True
    with torch.device("meta"):
        size = sum(
            p.numel() for p in transformers.AutoModelForCausalLM.from_config(config).parameters()
        )
    if size > LARGEST:
        raise ValueError(f"{name} has {size:,} parameters")
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:  # wide enough that logits are clear of each other
                parameter.mul_(4.0)
    return model
