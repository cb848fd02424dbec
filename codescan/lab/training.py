# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Trains one model of a lab run: resumable, and the same on the same machine and threads.

A checkpoint holds weights, optimizer and step, and is replaced whole. A run that was killed goes on
from it to the same weights.
"""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.lab.finished_steps import read_step, write_step
from codescan.models.loading.load import silenced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np

    from codescan.lab.sizes import LabSize, ModelShape

__all__ = ["Recipe", "TrainedArm", "train"]

_FACTS = "training.json"
_CHECKPOINT = "checkpoint.pt"
_CHECKPOINT_SECONDS = 30.0
_WARMUP = 0.05
_CLIP = 1.0
_DECAY = 0.01


@dataclass(frozen=True, slots=True)
class Recipe:
    """The training recipe of an arm."""

    seed: int
    learning_rate: float
    epochs: int = 1
    start: str = ""
    """Folder of a trained model to go on from; "" starts from random weights."""
    goldfish: int = 0
    """Every k-th token, by a hash of those before it, gets no loss (goldfish loss); 0: all do."""
    clipping: float = 0.0
    """Norm to which the gradient of each row is clipped (DP-SGD); 0 trains as usual."""
    noise: float = 0.0
    """Noise multiplier of DP-SGD."""


@dataclass(frozen=True, slots=True)
class TrainedArm:
    """A trained model."""

    folder: str
    parameters: int
    tokens: int
    """The tokens of all rows, each counted once."""
    steps: int
    cpu_seconds: float
    """Of training, over all processes that took part."""
    last_loss: float
    """Mean over the last tenth of the steps, in nats."""
    epsilon: float | None = None
    """The epsilon of DP-SGD at delta 1e-5."""


def train(
    folder: Path,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    shape: ModelShape,
    size: LabSize,
    recipe: Recipe,
    tokenizer: Any,
    on_step: Callable[[int, int], None],
) -> TrainedArm:
    """Train a model, or take up one that is there.

    Args:
        folder: of the model; nothing else lies in it.
        rows: [rows, context], the training data in order.
        shape: of the model.
        size: of the run.
        recipe: how.
        tokenizer: saved beside the weights.
        on_step: called with finished and total steps.
    """
    facts = folder / _FACTS
    if (finished := read_step(facts, TrainedArm)) is not None:
        return finished
    folder.mkdir(parents=True, exist_ok=True)
    with _settled(size.threads):
        trained = _trained(folder, rows, shape, size, recipe, tokenizer, on_step)
    # Written last: an arm without it is not finished.
    write_step(facts, trained)
    (folder / _CHECKPOINT).unlink(missing_ok=True)
    return trained


@contextlib.contextmanager
def _settled(threads: int) -> Iterator[None]:
    """A number of threads, which sums depend on."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _trained(
    folder: Path,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    shape: ModelShape,
    size: LabSize,
    recipe: Recipe,
    tokenizer: Any,
    on_step: Callable[[int, int], None],
) -> TrainedArm:
    import torch

    begun = time.process_time()
    model = _model(shape, size, recipe, len(tokenizer))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, betas=(0.9, 0.95), weight_decay=_DECAY
    )
    per_epoch = -(-len(rows) // size.batch_rows)
    steps = per_epoch * recipe.epochs
    step, spent, losses = _restored(folder, model, optimizer)
    saved = time.monotonic()
    data = torch.from_numpy(rows)
    while step < steps:
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * _schedule(step, steps)
        at = step % per_epoch * size.batch_rows
        batch = data[at : at + size.batch_rows].to(size.device)
        losses.append(_step(model, optimizer, batch, recipe, step))
        step += 1
        on_step(step, steps)
        if time.monotonic() - saved > _CHECKPOINT_SECONDS:
            used = spent + time.process_time() - begun
            _save(folder, model, optimizer, (step, used, losses))
            saved = time.monotonic()
    with silenced():
        model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    tail = losses[-max(1, len(losses) // 10) :]
    return TrainedArm(
        folder.name,
        sum(parameter.numel() for parameter in model.parameters()),
        int(rows.size),
        steps,
        round(spent + time.process_time() - begun, 2),
        sum(tail) / len(tail),
        _epsilon(recipe, steps, size.batch_rows, len(rows)),
    )


def _model(shape: ModelShape, size: LabSize, recipe: Recipe, vocabulary: int) -> Any:
    import torch
    import transformers

    if recipe.start:
        with silenced():
            model = transformers.AutoModelForCausalLM.from_pretrained(
                recipe.start, dtype=torch.float32, local_files_only=True
            )
        return model.to(size.device).train()
    config = transformers.LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.inner_width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=max(2 * size.context, 256),
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = transformers.LlamaForCausalLM(config)
    return model.to(size.device).train()


def _step(model: Any, optimizer: Any, batch: Any, recipe: Recipe, step: int) -> float:
    import torch
    from torch.nn import functional

    if recipe.clipping:
        return _private_step(model, optimizer, batch, recipe, step)
    logits = model(input_ids=batch).logits[:, :-1]
    targets = batch[:, 1:]
    if recipe.goldfish:
        targets = targets.masked_fill(_dropped(batch, recipe.goldfish), -100)
    loss = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
    optimizer.step()
    return float(loss.detach())


_HASHED_TOKENS = 4


def _dropped(batch: Any, k: int) -> Any:
    """The targets that get no loss: those whose preceding tokens hash to 0 modulo k.

    Goldfish loss (Hans et al. 2024, arXiv 2406.10209). The hash sees tokens only, so every copy of
    a passage drops the same ones.
    """
    import torch

    hashed = torch.zeros_like(batch)
    for distance in range(_HASHED_TOKENS):
        shifted = _shifted(batch, distance)
        hashed = (hashed * 1_000_003 + shifted * 7_919 + 12_345) % 2_147_483_647
    return (hashed % k == 0)[:, :-1]


def _shifted(batch: Any, distance: int) -> Any:
    """The tokens `distance` places earlier; 0 before the row."""
    from torch.nn import functional

    return functional.pad(batch, (distance, 0))[:, : batch.shape[1]] if distance else batch


def _private_step(model: Any, optimizer: Any, batch: Any, recipe: Recipe, step: int) -> float:
    """A step of DP-SGD (Abadi et al. 2016, arXiv 1607.00133): clip each row's gradient, add noise.

    Gradients of single rows by `torch.func`; opacus accounts for the privacy that is spent.
    """
    import torch
    from torch import func
    from torch.nn import functional

    parameters = {name: p.detach() for name, p in model.named_parameters()}
    buffers = dict(model.named_buffers())

    def loss_of(values: dict[str, Any], row: Any) -> Any:
        logits = func.functional_call(model, (values, buffers), (row.unsqueeze(0),)).logits
        return functional.cross_entropy(logits[0, :-1], row[1:])

    gradients: dict[str, Any] = {name: torch.zeros_like(p) for name, p in parameters.items()}
    total = 0.0
    for row in batch:  # one at a time: vectorizing does not reach into attention masks
        own, loss = func.grad_and_value(loss_of)(parameters, row)
        norm = torch.sqrt(sum((g**2).sum() for g in own.values()))
        factor = min(1.0, recipe.clipping / (float(norm) + 1e-6))
        for name, gradient in own.items():
            gradients[name] += factor * gradient
        total += float(loss)
    generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator).to(parameter.device)
        scale = recipe.noise * recipe.clipping
        parameter.grad = (gradients[name] + scale * noise) / len(batch)
    optimizer.step()
    return total / len(batch)


def _epsilon(recipe: Recipe, steps: int, batch: int, rows: int) -> float | None:
    """Epsilon at delta 1e-5 by opacus' accountant; None without DP-SGD."""
    if not (recipe.clipping and recipe.noise):
        return None
    from opacus.accountants import RDPAccountant

    accountant = RDPAccountant()
    accountant.history = [(recipe.noise, min(1.0, batch / rows), steps)]
    return float(accountant.get_epsilon(delta=1e-5))


def _schedule(step: int, steps: int) -> float:
    """Linear warm-up, then a cosine to a tenth."""
    warmup = max(1, int(_WARMUP * steps))
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return 0.1 + 0.9 * 0.5 * (1.0 + math.cos(math.pi * progress))


def _save(folder: Path, model: Any, optimizer: Any, progress: tuple[int, float, Any]) -> None:
    import torch

    step, used, losses = progress
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "cpu_seconds": used,
        "losses": losses,
    }
    temporary = folder / f"{_CHECKPOINT}.part"
    torch.save(state, temporary)
    temporary.replace(folder / _CHECKPOINT)


def _restored(folder: Path, model: Any, optimizer: Any) -> tuple[int, float, list[float]]:
    """Step, CPU seconds and losses of the checkpoint; the start where there is none."""
    import torch

    path = folder / _CHECKPOINT
    if not path.is_file():
        return 0, 0.0, []
    state = torch.load(path, weights_only=True, map_location=str(model.device))
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"]), float(state["cpu_seconds"]), list(state["losses"])
