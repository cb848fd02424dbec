# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A small model trained until it knows the files of a corpus by heart, and a twin that does not."""

import hashlib
import random

from codescan.audits.shuffling import DocumentList
from codescan.index import build
from codescan.prompts.word_list import WORDS
from codescan.records import Document, Origin, Package

PACKAGES = 24
FUNCTIONS = 2
SENTINELS = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>")
END = "<|endoftext|>"
WINDOW = 96
BATCH = 16


STATEMENTS = (
    "{n}_{n} = {v}.{n}({v}, {n})",
    "for {n} in {v}.{n}_{n}({v}):\n        {v}.append({n}.{n})",
    "if {v}.{n} > {n}({v}):\n        return {n}_{n}",
    "while {n}.{n}:\n        {v} += {n}({n}_{n})",
    "with {n}({v}) as {n}:\n        {n}.{n}({v})",
    "try:\n        {v}.{n}()\n    except {n}.{n}:\n        {n}({v})",
    "{v}[{n}] = [{n} for {n} in {n}_{n} if {n}.{n}]",
    "assert {n}_{n}({v}) != {v}.{n}, {n}",
    "del {v}.{n}_{n}[{n}]",
    "{v} = lambda {n}: {n}_{n}.{n}({n}) or {v}",
)
"""Statements of a function: `{n}` a fresh name, `{v}` one of its parameters."""


def function(rng):
    """A function whose statements and names are random."""
    words = lambda: rng.choice(WORDS)  # noqa: E731
    parameters = [f"{words()}_{words()}" for _ in range(2)]
    lines = [
        f"def {words()}_{words()}({parameters[0]}, {parameters[1]}):",
        f'    """{words().capitalize()} {words()} {words()} {words()}."""',
    ]
    for _ in range(7):
        statement = rng.choice(STATEMENTS)
        while "{n}" in statement or "{v}" in statement:
            statement = statement.replace("{n}", words(), 1)
            statement = statement.replace("{v}", rng.choice(parameters), 1)
        lines.append(f"    {statement}")
    return "\n".join(lines) + f"\n    return {words()}_{words()}({parameters[1]})\n\n\n"


def file_text(name):
    """The text of a file, which depends on its name only."""
    rng = random.Random(name)
    words = lambda: rng.choice(WORDS)  # noqa: E731
    header = (
        f'"""{words().capitalize()} {words()} {words()} for {words()}."""\n\nimport {words()}\n\n\n'
    )
    return header + "".join(function(rng) for _ in range(FUNCTIONS))


def documents(kind, count=PACKAGES):
    """One Python file of each package."""
    completions = []
    for number in range(count):
        content = file_text(f"{kind}-{number}").encode()
        name = f"{kind}{number}"
        package = Package(f"pkg:generic/{name}@1", name, "1", f"generic/{name}")
        origin = Origin(package, f"{name}.py", hashlib.sha256(content).hexdigest())
        completions.append(Document(content, "python", origin))
    return completions


def texts(kind):
    """The texts of the files of a kind."""
    return [file_text(f"{kind}-{number}") for number in range(PACKAGES)]


def build_index(folder, kind="seen", count=PACKAGES):
    """Build the index of the documents of a kind."""
    build([DocumentList(documents(kind, count))], folder, name=kind, recipe={}, workers=1)


def train(folder, texts, *, steps, infill=False, seed=0):
    """Train a small StarCoder2 on the texts and save it.

    Args:
        folder: of the model.
        texts: that it shall know.
        steps: of training.
        infill: whether it is trained to fill in lines, between its sentinels.
        seed: of weights and windows.
    """
    import tokenizers
    import torch
    import transformers

    bpe = tokenizers.ByteLevelBPETokenizer()
    every = [file_text(f"{kind}-{n}") for kind in ("seen", "unseen") for n in range(PACKAGES)]
    bpe.train_from_iterator(every, vocab_size=1_024, special_tokens=[END, *SENTINELS])
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=bpe._tokenizer, eos_token=END, pad_token=END
    ).save_pretrained(folder)
    torch.manual_seed(seed)
    config = transformers.Starcoder2Config(
        vocab_size=1_024, hidden_size=128, intermediate_size=512, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=1_024,
        sliding_window=None, bos_token_id=0, eos_token_id=0, residual_dropout=0.0,
        embedding_dropout=0.0, attention_dropout=0.0, tie_word_embeddings=True,
    )  # fmt: skip
    model = transformers.Starcoder2ForCausalLM(config).train()
    rows = [[*bpe.encode(text).ids, 0] for text in texts]
    marks = [bpe.token_to_id(name) for name in SENTINELS]
    rng = random.Random(seed)

    def encode(text):
        return bpe.encode(text).ids

    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in range(steps):
        windows = [
            hole_window(rng, texts, encode, marks) if infill else window(rng, rows)
            for _ in range(BATCH)
        ]
        batch = torch.tensor(windows)
        loss = model(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval().save_pretrained(folder)
    return loss.item()


def window(rng, rows):
    """A stretch of a text, with the beginning of another behind it where it is short."""
    row = rng.choice(rows)
    start = rng.randrange(max(1, len(row) - WINDOW + 1))
    return (row[start:] + rng.choice(rows))[:WINDOW]


def hole_window(rng, texts, encode, marks):
    """A line with some text around it, as prefix, suffix and middle; the end is filled with 0."""
    text = rng.choice(texts)
    lines = text.splitlines(keepends=True)
    at = rng.randrange(1, len(lines) - 1)
    start = len("".join(lines[:at]))
    end = start + len(lines[at])
    before, after = (rng.choice((8, 30, 120, rng.randrange(4, 160))) for _ in range(2))
    parts = text[max(0, start - before) : start], text[end : end + after], text[start:end]
    tokens = [
        token for mark, part in zip(marks, parts, strict=True) for token in (mark, *encode(part))
    ]
    return [*tokens, *[0] * WINDOW][:WINDOW]
