# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every registered prompt strategy promises (codescan/protocols.py, PromptStrategy)."""

import hashlib
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from codescan import registry
from codescan.protocols import PromptStrategy
from codescan.records import Document, Origin, Package

STDLIB = Path(sysconfig.get_path("stdlib"))
REAL = [STDLIB / name for name in ("argparse.py", "bisect.py", "csv.py", "heapq.py")]


def document(content, path, language):
    digest = hashlib.sha256(content).hexdigest()
    package = Package("pkg:pypi/demo@1", "demo", "1", "pypi/demo")
    return Document(content, language, Origin(package, path, digest))


HOSTILE = [
    document(b"", "empty.py", "python"),
    document(b"\xff\xfe\x00" * 999, "binary.py", "python"),
    document(b"(" * 99_999, "nested.py", "python"),
    document(b"\n" * 99_999, "blank.py", "python"),
    document(b"x" * 99_999, "long.txt", "prose"),
    document("\u2028é\r".encode() * 9_999, "ends.py", "python"),
    document(b"import x\n" * 9_999, "a\nb\x1b[31m.py", "python"),
    document(b"what\n" * 999, "odd", "klingon"),
]


UNTARGETED = {"unconditional", "divergence"}
"""Strategies that take no text from the corpus: what the model writes is only looked up in it."""
NOTHING_EXPECTED = UNTARGETED | {"short-snippet"}


@pytest.fixture(params=registry.names("prompts"))
def strategy(request):
    return registry.load("prompts", request.param)()


@pytest.fixture(params=REAL, ids=lambda path: path.name)
def real(request):
    return document(request.param.read_bytes(), f"lib/{request.param.name}", "python")


def test_it_satisfies_the_protocol_under_its_registered_name(strategy):
    assert isinstance(strategy, PromptStrategy)
    assert registry.load("prompts", strategy.name) is type(strategy)


def test_it_takes_the_options_that_every_audit_gives(strategy):
    type(strategy)(tokenizer=None, seed=7)


def test_it_draws_true_text_of_a_real_file(strategy, real):
    prompts = list(strategy.prompts(real))
    assert prompts
    text = real.content.decode()
    for prompt in prompts:
        if strategy.name in UNTARGETED:
            assert not prompt.expected
            continue
        own = prompt.text
        if prompt.chat:  # a message: the document's text stands in a fenced block
            own = own.partition("```python\n")[2].rpartition("```")[0].rstrip("\n")
            assert own.strip()
            assert own in text
            assert prompt.expected in text
            continue
        # At most one line, naming the path, may have been put before the document's text.
        first, _, remainder = own.partition("\n")
        own = remainder if real.origin.path in first and first not in text else own
        assert own + prompt.expected + prompt.suffix in text
        assert own.strip() or prompt.suffix.strip()
        assert prompt.expected.strip() or strategy.name in NOTHING_EXPECTED


def test_prompts_say_where_they_are_from(strategy, real):
    prompts = list(strategy.prompts(real))
    assert len({prompt.id for prompt in prompts}) == len(prompts)
    for prompt in prompts:
        message = ("", "prose") if strategy.name in UNTARGETED else (real.id, "python")
        assert (prompt.document_id, prompt.language) == message
        assert prompt.strategy == strategy.name


def test_it_is_pure_and_lazy(strategy, real):
    prompts = strategy.prompts(real)
    assert isinstance(prompts, Iterator)
    assert list(prompts) == list(strategy.prompts(real)) == list(type(strategy)().prompts(real))


def test_the_same_text_of_another_document_is_another_prompt(strategy, real):
    other = document(real.content, "elsewhere.py", "python")
    ids = [{prompt.id for prompt in strategy.prompts(doc)} for doc in (real, other)]
    assert not ids[0] & ids[1] or strategy.name == "divergence"


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda document: repr(document.origin.path))
def test_hostile_documents_do_no_harm(strategy, hostile):
    for prompt in strategy.prompts(hostile):
        assert prompt.text.strip() or prompt.suffix.strip() or strategy.name == "unconditional"
        assert "\x1b" not in prompt.text
