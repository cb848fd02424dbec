# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Continuations are scored over HTTP where they can be; a run loses nothing to a bad service."""

import json

import pytest
from odd_server import PASSING, break_off, endless, ok, stall

from codescan.models import load_model
from codescan.protocols import Scorer
from codescan.records import Decoding, Prompt, Sampling

SAMPLING = Sampling(max_new_tokens=8)


def echoing(sizes=4):
    """A service that cuts texts every few characters and likes the letter e best."""

    def behave(_path, body, _number):
        text = body["prompt"] + "!"
        starts = list(range(0, len(text), sizes))
        return {
            "choices": [
                {
                    "text": text,
                    "logprobs": {
                        "tokens": [text[i : i + sizes] for i in starts],
                        "text_offset": starts,
                        "token_logprobs": [None, *[-0.5 - i / 100 for i in starts[1:]]],
                        "top_logprobs": [None, *[{"e": -0.52, "x": -3.0} for _ in starts[1:]]],
                    },
                }
            ],
            "usage": {"prompt_tokens": len(starts), "completion_tokens": 1},
        }

    return behave


def scored(server, **options):
    url = f"http://127.0.0.1:{server.server_port}/v1"
    model = load_model("openai:m", base_url=url, timeout=20.0, retries=0, **options)
    prompts = [
        Prompt("even", "12345678", "t", expected="abcdefgh"),
        Prompt("odd", "1234567", "t", expected="abcdefgh"),
        Prompt("none", "1234", "t"),
    ]
    return model, {getattr(r, "prompt_id", "") or r.item: r for r in model.score(prompts)}


def test_continuations_are_scored_from_echoed_logprobs(server):
    server.behave = echoing()
    model, results = scored(server)
    assert isinstance(model, Scorer)
    assert results.keys() == {"even", "odd"}
    score = results["even"]
    assert (score.tokens, score.greedy_run) == (2, 0)
    assert score.logprob == pytest.approx(-0.58 - 0.62)
    assert [one.decoding for one in score.sampled] == [Decoding()]
    assert (results["odd"].stage, results["odd"].reason) == ("score", "no-logprobs")
    assert server.calls[0][2]["echo"] is True


def test_a_service_without_logprobs_is_asked_once_and_skipped(server):
    server.behave = lambda *_: (400, {}, {"error": {"message": "echo is not supported"}})
    _, results = scored(server, concurrency=1)
    assert {(r.stage, r.reason) for r in results.values()} == {("score", "no-logprobs")}
    assert len(server.calls) == 1


def test_one_text_that_is_refused_does_not_end_scoring(server):
    echo = echoing()
    refused = (400, {}, {"error": {"message": "odd letters"}})
    server.behave = lambda path, body, number: (
        refused if body["prompt"].startswith("1234567a") else echo(path, body, number)
    )
    url = f"http://127.0.0.1:{server.server_port}/v1"
    model = load_model("openai:m", base_url=url, timeout=20.0, retries=0, concurrency=1)
    texts = ["12345678", "1234567", "abcdefgh"]
    prompts = [Prompt(text, text, "t", expected="abcdefgh") for text in texts]
    results = list(model.score(prompts))
    assert [getattr(result, "reason", "") for result in results] == ["", "no-logprobs", ""]


def logprobs(offsets, own, best):
    columns = {"text_offset": offsets, "token_logprobs": own, "top_logprobs": best}
    return {"choices": [{"text": "x", "logprobs": columns}]}


ODD = [
    {"choices": [{"text": "x", "logprobs": None}]},
    logprobs([0], "x", None),
    logprobs([8, 0], [0, 0], [{}, {}]),
    logprobs([0, 8, 16], [0, "NaN", 0], [{}, {"a": 0.0}, {}]),
    logprobs([0, 8, 16], [0, 7.5, 0], [{}, {"a": 0.0}, {}]),
    # Nothing behind the text: llama-cpp-python, where each place has what belongs to the next one.
    logprobs([0, 8], [0, -0.5], [{}, {"a": -0.1}]),
    {"choices": []},
    {},
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_logprobs_are_skipped(server, odd):
    server.behave = lambda *_: odd
    _, results = scored(server)
    assert {(r.stage, r.reason) for r in results.values()} == {("score", "no-logprobs")}


HOSTILE = [
    stall,
    (429, {"retry-after": "0.02"}, {"error": "slow down"}),
    (429, {"retry-after": "3600"}, {"error": "come back later"}),
    break_off,
    {"choices": [{"message": {"content": None, "refusal": "No."}}]},
    b"<html>gateway</html>",
    b"[1, 2, 3]",
    {"choices": "none"},
    endless,
    (500, {}, b"oops"),
    PASSING["truncated-json"],
]


@pytest.mark.usefixtures("_small_answers")
def test_a_run_against_a_hostile_service_loses_nothing_and_is_taken_up_again(server, tmp_path):
    """Whatever is answered is kept and not asked again; the rest is skipped with its reason."""
    from codescan.audits.elicitation import ask as elicit_all
    from codescan.runs import RunStore

    def hostile(path, body, number):
        which = int(body["prompt"].split()[1]) + number
        return HOSTILE[which % len(HOSTILE)] if which % 2 else ok(path, body, number)

    prompts = [Prompt(f"p{i}", f"prompt {i}", "t") for i in range(22)]
    url = f"http://127.0.0.1:{server.server_port}/v1"
    options = {"timeout": 1.0, "retries": 1, "endpoint": "completions", "concurrency": 6}
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(prompts)
        server.behave = hostile
        model = load_model("openai:m", base_url=url, **options)
        elicit_all(model, SAMPLING, store, lambda *_: None)
        answered = {c.prompt_id: c.text for c in store.completions()}
        skipped = {s.item: s.reason for s in store.skipped()}
        assert answered.keys() | skipped.keys() == {p.id for p in prompts}
        assert not answered.keys() & skipped.keys()
        assert len(answered) >= 11
        assert all(skipped.values())
    server.calls.clear()
    server.behave = ok
    with RunStore(tmp_path / "run") as store:
        store.retry_skipped()
        model = load_model("openai:m", base_url=url, **options)
        elicit_all(model, SAMPLING, store, lambda *_: None)
        completions = {c.prompt_id: c.text for c in store.completions()}
        assert completions.keys() == {p.id for p in prompts}
        assert answered.items() <= completions.items()
        asked_again = {f"p{key.split()[1]}" for _, key, _ in server.calls}
        assert asked_again == skipped.keys()


@pytest.fixture
def audit(server, tmp_path, monkeypatch):
    """Run `codescan audit` against the server, always in the same run folder: exit code, report."""
    from codescan.__main__ import main

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").mkdir()
    for name in ("first", "second", "third", "fourth"):
        lines = "".join(f"{name}_{n} = later({n}, {n * n})\n" for n in range(90))
        (tmp_path / "corpus" / f"{name}.py").write_text(lines)
    assert main(["index", "build", "--corpus", "corpus", "--out", "index", "-q"]) == 0
    url = f"http://127.0.0.1:{server.server_port}/v1"
    command = [
        *("audit", "--model", "openai:m", "--base-url", url, "--index", "index", "--out", "run"),
        *("--strategy", "prefix", "--null-share", "0", "--self-test", "0", "--limit", "4", "-q"),
        *("--model-option", "concurrency=1", "--model-option", "retries=0"),
    ]

    def run(*arguments):
        code = main([*command, *arguments])
        path = tmp_path / "run" / "report.json"
        return code, json.loads(path.read_text()) if path.exists() else None

    return run


def named(fingerprint, until=99):
    """A service that says which version it is, and after some answers denies access."""

    def behave(path, body, number):
        answer = {**ok(path, body, number), "system_fingerprint": fingerprint}
        return answer if len(answered) < until and not answered.append(body) else (401, {}, {})

    answered = []
    return behave


def test_that_a_service_changed_shows_also_where_the_run_was_taken_up_again(server, audit):
    server.behave = named("fp-a", until=2)
    assert audit() == (3, None)
    server.behave = named("fp-b")
    code, report = audit()
    assert code == 0
    seen = report["run"]["model"]["observed"]
    assert (seen["fingerprints"], seen["requests"]) == (["fp-a", "fp-b"], 4)
    assert seen["prompt_tokens"] + seen["completion_tokens"] == 60
    calls = len(server.calls)
    message = " ".join(report["statistics"]["summary"])
    assert "2 versions of the model during the run (fp-a, fp-b)" in message
    assert audit()[1]["run"]["model"]["observed"] == seen
    assert len(server.calls) == calls


def test_samples_that_came_before_a_stop_are_not_asked_for_again(server, audit):
    sampled = ("--samples", "3", "--temperature", "1")
    server.behave = named("fp-a", until=4)
    assert audit(*sampled) == (3, None)
    server.behave = named("fp-b")
    server.calls.clear()
    code, report = audit(*sampled)
    assert (code, report["statistics"]["completions"]) == (0, 12)
    assert len(server.calls) == 8


def test_a_cap_holds_for_the_whole_run_and_may_be_raised(server, audit):
    def capped(tokens, *more):
        code, report = audit("--model-option", f"max_tokens_total={tokens}", *more)
        assert code == (5 if tokens < 900 else 0)
        return report["statistics"]

    server.behave = named("fp-a")
    once = capped(30)
    assert once["completions"] == 2
    assert "during the run" not in " ".join(once["summary"])
    assert capped(30, "--retry-skipped")["completions"] == 2
    assert capped(45, "--retry-skipped")["completions"] == 3
    assert capped(900, "--retry-skipped")["skipped"].keys() <= {"score/no-logprobs"}
