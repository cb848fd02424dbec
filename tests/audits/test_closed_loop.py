# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A tiny model trained here to memorize known texts: every measure has a known answer."""

import hashlib
import os
import random

import pytest

from codescan.audits.parts import AuditParts, ModelReference
from codescan.audits.prompt_plan import PromptPlan
from codescan.audits.runner import run_audit
from codescan.matchers.matching import Matching
from codescan.prompts.prefix import PrefixStrategy
from codescan.prompts.word_list import WORDS
from codescan.records import Arm, Document, Origin, Package, Prompt, Sampling
from codescan.runs import RunStore

os.environ.setdefault("OMP_NUM_THREADS", "1")

COPIES = (1, 8, 32)
DOCUMENTS = 8  # of each number of copies, and of the null arm
LENGTH = 60
SEEN_AT_ONCE = 32  # words of a training row; from anywhere, as documents are packed
EPOCHS = 12
PREFIXES = (1, 4, 16)


def text(name):
    rng = random.Random(name)
    return " ".join(rng.choice(WORDS) for _ in range(LENGTH))


def document(name, copies):
    content = text(name).encode()
    package = Package(f"pkg:generic/{name}@1", name, "1", name)
    digest = hashlib.sha256(content).hexdigest()
    return Document(content, "prose", Origin(package, "a.txt", digest), families=copies)


SEEN = [document(f"seen-{c}-{i}", c) for c in COPIES for i in range(DOCUMENTS)]
UNSEEN = [document(f"unseen-{i}", 0) for i in range(DOCUMENTS)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A small Llama trained on each text as often as it has copies, and its untrained twin."""
    import tokenizers
    import torch
    import transformers

    words = {word: number for number, word in enumerate(["<unk>", "<end>", *WORDS])}
    backend = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))  # noqa: S106
    backend.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trained_folder, twin = (tmp_path_factory.mktemp(name) for name in ("trained", "untrained"))
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        eos_token="<end>",  # noqa: S106 - no password
        unk_token="<unk>",  # noqa: S106
    )
    tokenizer.save_pretrained(trained_folder)
    tokenizer.save_pretrained(twin)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=128,
        bos_token_id=None, eos_token_id=1,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config)
    model.eval().save_pretrained(twin)
    model.train()
    rows = [
        [words[word] for word in one.content.decode().split()]
        for one in SEEN
        for _ in range(one.families)
    ]
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    rng = random.Random(0)
    for _ in range(EPOCHS):
        rng.shuffle(rows)
        starts = [rng.randrange(LENGTH - SEEN_AT_ONCE + 1) for _ in rows]
        cut = [row[at : at + SEEN_AT_ONCE] for row, at in zip(rows, starts, strict=True)]
        for start in range(0, len(rows), 64):
            batch = torch.tensor(cut[start : start + 64])
            loss = model(input_ids=batch, labels=batch).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval().save_pretrained(trained_folder)
    return trained_folder, twin


@pytest.fixture(scope="module")
def model(folders):
    from codescan.models.backends.transformers import TransformersModel

    return TransformersModel(folders[0], device="cpu")


@pytest.fixture(scope="module")
def statistics(model, folders, known_index, tmp_path_factory):
    from codescan.prompts.null_arm import NullStrategy

    strategy = PrefixStrategy(tokenizer=model.tokenizer, prefix_tokens=PREFIXES, expected_tokens=10)
    prompts = [prompt for one in SEEN for prompt in strategy.prompts(one)]
    prompts += [p for one in UNSEEN for p in NullStrategy(strategy, None).prompts(one)]
    parts = AuditParts(
        model=model,
        sampling=Sampling(max_new_tokens=30, temperature=0.7, count=4),
        prompts=PromptPlan(prompts),
        matching=Matching(known_index, ()),
        reference=ModelReference(str(folders[1]), {"device": "cpu"}),
        prior_prompts=4,
    )
    with RunStore(tmp_path_factory.mktemp("runs") / "run") as store:
        report = run_audit(parts, store, tool={}, run={}, index={})
    assert sum(prompt.arm is Arm.NULL for prompt in prompts) == DOCUMENTS * len(PREFIXES)
    return report.statistics


def extracted(groups):
    return [group["discoverable_extraction"]["value"] for group in groups.values()]


def test_rates_rise_with_copies(statistics):
    groups = statistics["by_copies_in_the_index"]
    assert list(groups) == ["1", "8 to 15", "32 to 63"]
    once, often, most = extracted(groups)
    assert once < often <= most
    assert once < 0.3
    assert most > 0.5


def test_rates_rise_with_the_length_of_the_prefix(statistics):
    groups = statistics["by_variant"]
    assert list(groups) == [f"prefix, {n} tokens" for n in PREFIXES]
    short, middle, long = extracted(groups)
    assert short < min(middle, long)


def test_the_null_arm_stays_at_its_floor_and_the_excess_is_above_it(statistics):
    extraction = statistics["discoverable_extraction"]
    assert extraction["null"]["k"] == 0
    assert extraction["excess"]["low"] > 0


def test_more_attempts_give_more_and_the_null_arm_nothing(statistics):
    for entry in statistics["discoverability"]:
        rows = [row for row in entry["table"] if row["probability"] == 0.5]
        values = [row["target"]["value"] for row in rows]
        assert values == sorted(values)
        assert rows[2]["null"]["k"] == 0, "a hundred attempts"


def test_agreement_finds_the_planted_texts_without_a_corpus(statistics):
    """Prompts of the null arm lead into planted texts too: such a model knows nothing else."""
    agreement = statistics["agreement"]
    assert agreement["target"]["k"] >= DOCUMENTS
    assert agreement["excess"]["value"] > 0
    planted = [one.content.decode() for one in SEEN]
    ends = [clique["excerpt"][-50:] for clique in agreement["cliques"][:DOCUMENTS]]
    assert all(any(end in one for one in planted) for end in ends)
    assert len(ends) == DOCUMENTS


def test_the_twin_that_was_not_trained_gives_nothing_and_the_excess_is_the_whole(statistics):
    measures = {entry["measure"]: entry for entry in statistics["reference_model"]["measures"]}
    extracted = measures["true continuations that greedy decoding emits"]
    assert extracted["a"]["k"] == 0
    assert extracted["difference"]["low"] > 0
    assert extracted["p_value_adjusted"] < 0.001


def test_what_was_memorized_belongs_to_its_prompt(statistics):
    """The model knows these texts alone, so each is not unlikely elsewhere; the twin knows none."""
    prior_aware = statistics["prior_aware"]
    assert len(prior_aware["continuations"]) >= DOCUMENTS
    assert prior_aware["median_gain_bits"] > 8
    assert all(one["reference_gain_bits"] > 40 for one in prior_aware["continuations"])


def test_a_few_words_bring_up_whole_passages_and_tell_of_those_that_did_not_come(model, tmp_path):
    """Two words of each text, matched with the index: how many of the texts can come up at all."""
    from codescan.audits.shuffling import DocumentList
    from codescan.index import Index, build
    from codescan.matchers.verbatim import VerbatimMatcher

    build([DocumentList(SEEN)], tmp_path / "index", name="seen", recipe={}, workers=1)
    prompts = [
        Prompt(f"p{number}", " ".join(one.content.decode().split()[:2]), "short-snippet",
               document_id=one.id, frame="uniform")
        for number, one in enumerate(SEEN)
    ]  # fmt: skip
    with Index.open(tmp_path / "index") as index, RunStore(tmp_path / "run") as store:
        parts = AuditParts(
            model=model,
            sampling=Sampling(max_new_tokens=LENGTH, temperature=0.3),
            prompts=PromptPlan(prompts),
            matching=Matching(index, (VerbatimMatcher(index),)),
        )
        statistics = run_audit(parts, store, tool={}, run={}, index={}).statistics
    (entry,) = statistics["unseen_passages"]
    assert entry["passages"] >= 3
    assert entry["with_copies"]["k"] >= entry["passages"]
    assert entry["passages"] <= entry["all_passages"]["value"]
    assert entry["all_passages"]["low"] <= len(SEEN)
    assert 0 <= entry["unseen_mass"]["value"] <= 1
