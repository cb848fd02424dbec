# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy decoding by the library, to compare with."""


def greedy(model, prompt, count):
    """The next token ids that the model finds likeliest, by its own `generate`."""
    import torch

    with torch.inference_mode():
        token_ids = model.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            max_new_tokens=count,
            do_sample=False,
            eos_token_id=None,
            pad_token_id=0,
        )
    return token_ids[0, len(prompt) :].tolist()
