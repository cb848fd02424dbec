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


def documents(kind):
    """One Python file of each package."""
    made = []
    for number in range(PACKAGES):
        content = file_text(f"{kind}-{number}").encode()
        name = f"{kind}{number}"
        package = Package(f"pkg:generic/{name}@1", name, "1", f"generic/{name}")
        origin = Origin(package, f"{name}.py", hashlib.sha256(content).hexdigest())
        made.append(Document(content, "python", origin))
    return made


def texts(kind):
    """The texts of the files of a kind."""
    return [file_text(f"{kind}-{number}") for number in range(PACKAGES)]


def build_index(folder, kind="seen"):
    """Build the index of the documents of a kind."""
    build([DocumentList(documents(kind))], folder, name=kind, recipe={}, workers=1)


def train(folder, texts, *, steps, infill=False, seed=0):
    """Train a small StarCoder2 on the texts and save it.

    Args:
        folder: of the model.
        texts: that it shall know.
        steps: of training.
        infill: whether half of the windows have their middle moved to the end, with sentinels.
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
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in range(steps):
        batch = torch.tensor([window(rng, rows, marks, infill=infill) for _ in range(BATCH)])
        loss = model(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval().save_pretrained(folder)
    return loss.item()


def window(rng, rows, marks, *, infill):
    """A stretch of a text; with `infill`, half of them as prefix, suffix and middle."""
    row = rng.choice(rows)
    room = WINDOW - (len(marks) if infill else 0)
    start = rng.randrange(max(1, len(row) - room + 1))
    piece = (row[start:] + rng.choice(rows))[:room]
    if not infill:
        return piece
    if rng.random() < 0.5:
        return [*piece, *rng.choice(rows)[: len(marks)]]
    first, second = sorted(rng.sample(range(room), 2))
    before, hole, after = piece[:first], piece[first:second], piece[second:]
    return [marks[0], *before, marks[1], *after, marks[2], *hole]
