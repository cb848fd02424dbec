# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A service that stalls, drips, limits, breaks off, refuses or talks junk loses nothing."""

import gc
import json
import threading
import time

import pytest
from msgspec.structs import replace
from odd_server import PASSING, SILENT, Server, break_off, endless, hang_up, ok, stall, trickle

from codescan.errors import ModelError, UsageError
from codescan.models import load_model
from codescan.protocols import Model
from codescan.records import Completion, Prompt, Sampling, Skipped

SAMPLING = Sampling(max_new_tokens=8)


def ask(server, prompts=4, sampling=SAMPLING, **options):
    settings = {"timeout": 20.0, "retries": 2, **options}
    model = load_model("openai:m", base_url=f"http://127.0.0.1:{server.server_port}/v1", **settings)
    requests = [Prompt(id=f"p{i}", text=f"prompt {i}", strategy="t") for i in range(prompts)]
    return model, sorted(
        model.generate(requests, sampling), key=lambda r: getattr(r, "item", None) or r.id
    )


def test_completions_are_had_in_parallel(server):
    pairs = threading.Barrier(2)

    def slow(path, body, number):
        if body["prompt"] in {"prompt 1", "prompt 2"}:  # "prompt 0" finds the endpoint
            pairs.wait(60)
        time.sleep(0.01)
        return ok(path, body, number)

    server.behave = slow
    model, results = ask(server, prompts=9, concurrency=4)
    assert isinstance(model, Model)
    assert [r.text for r in results] == [f"after prompt {i}" for i in range(9)]
    assert {(r.model, r.finish_reason, r.tokens) for r in results} == {("openai:m", "stop", 5)}
    assert 1 < server.most_running <= 4
    assert {path for path, _, _ in server.calls} == {"/v1/completions"}


def test_settings_are_sent(server):
    sampling = Sampling(max_new_tokens=7, temperature=0.5, top_p=0.9, top_k=40, count=2, seed=3)
    _, results = ask(server, prompts=1, sampling=sampling)
    assert [r.index for r in results] == [0, 1]
    bodies = [body for _, _, body in server.calls]
    assert sorted(b["seed"] for b in bodies) == [3, 4]
    for body in bodies:
        sent = [body[k] for k in ("model", "max_tokens", "temperature", "top_p", "top_k")]
        assert sent == ["m", 7, 0.5, 0.9, 40]


def test_chat_is_the_fallback(server):
    def chat_only(path, body, number):
        if "chat" not in path:
            return 404, {}, {"error": {"message": "not supported in v1/completions"}}
        return ok(path, body, number)

    server.behave = chat_only
    model, results = ask(server, instruction="Continue.")
    assert len([r for r in results if isinstance(r, Completion)]) == 4
    assert model.describe()["observed"]["endpoint"] == "chat"
    assert sum("chat" not in path for path, _, _ in server.calls) == 1
    assert server.calls[-1][2]["messages"][0] == {"role": "system", "content": "Continue."}


@pytest.mark.parametrize("trouble", PASSING)
def test_passing_trouble_is_ridden_out(server, trouble):
    def first_time(path, body, number):
        return PASSING[trouble] if number == 0 else ok(path, body, number)

    server.behave = first_time
    timeout = 1.0 if trouble in SILENT else 20.0
    _, results = ask(server, timeout=timeout, endpoint="completions")
    assert [r.text for r in results] == [f"after prompt {i}" for i in range(4)]


LASTING = {
    "rate-limited": (PASSING["rate-limited"], "rate-limited"),
    "overloaded": (PASSING["overloaded"], "server-error"),
    "junk": (PASSING["junk"], "junk-answer"),
    "deep": (b'{"a":' * 100_000, "junk-answer"),
    "broken-off": (break_off, "connection"),
    "stalled": (stall, "timeout"),
    "trickling": (trickle, "timeout"),
    "endless": (endless, "junk-answer"),
    "truncated-json": (PASSING["truncated-json"], "junk-answer"),
    "no-choices": ({"choices": []}, "no-completion"),
    "no-reason": ({"choices": [{"text": "", "finish_reason": None}]}, "no-completion"),
    "failed": ({"choices": [{"text": "", "finish_reason": "error"}]}, "no-completion"),
    "odd-choices": ({"choices": [7, {"text": 3}, None]}, "unread-answer"),
    "error-in-200": ({"error": {"message": "oom"}}, "service-error"),
    "bad-request": ((400, {}, {"error": {"message": "no such option"}}), "rejected"),
    "too-long": ((400, {}, {"error": {"code": "context_length_exceeded"}}), "too-long"),
    "wait-an-hour": ((429, {"retry-after": "3600"}, {}), "rate-limited"),
}


@pytest.mark.usefixtures("_small_answers")
@pytest.mark.parametrize("trouble", LASTING)
def test_lasting_trouble_of_one_prompt_is_skipped_and_said(server, trouble):
    behavior, reason = LASTING[trouble]

    def one_bad(path, body, number):
        return behavior if body["prompt"] == "prompt 1" else ok(path, body, number)

    server.behave = one_bad
    if trouble == "deep":
        gc.collect()  # else a client of another test may end with no stack left for its finalizer
    _, results = ask(server, timeout=1.0 if trouble in SILENT else 20.0)
    assert len(results) == 4
    (skipped,) = [r for r in results if isinstance(r, Skipped)]
    assert (skipped.item, skipped.stage, skipped.reason) == ("p1", "elicit", reason)


def test_refusals_filters_and_truncation_are_data(server):
    answers = {
        "prompt 0": {"choices": [{"message": {"content": None, "refusal": "No."}}]},
        "prompt 1": {"choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]},
        "prompt 2": (400, {}, {"error": {"code": "content_filter", "message": "policy"}}),
        "prompt 3": {"choices": [{"message": {"content": "par"}, "finish_reason": "length"}]},
    }
    server.behave = lambda _path, body, _number: answers[body["messages"][-1]["content"]]
    _, results = ask(server, endpoint="chat")
    assert [(r.finish_reason, r.text) for r in results] == [
        ("refusal", "No."),
        ("filter", ""),
        ("filter", ""),
        ("length", "par"),
    ]


@pytest.mark.parametrize(
    "status",
    [
        (401, {}, {}),
        (403, {}, {}),
        (404, {}, {}),
        (429, {}, {"error": {"code": "billing_not_active"}}),
    ],
)
def test_denied_or_absent_is_one_error(server, status):
    server.behave = lambda *_: status
    with pytest.raises(ModelError, match="does not serve m"):
        ask(server)
    assert len(server.calls) <= 10


def test_an_unreachable_service_is_one_error():
    server = Server()
    server.server_close()
    with pytest.raises(ModelError, match="cannot be reached"):
        ask(server, retries=1)


def test_a_service_that_goes_down_ends_the_run(server):
    def down(path, body, number):
        return ok(path, body, number) if body["prompt"] == "prompt 0" else (503, {}, {})

    server.behave = down
    with pytest.raises(ModelError, match="cannot be reached"):
        ask(server, prompts=60, retries=0)
    assert len(server.calls) < 40


@pytest.mark.parametrize("failing", [(503, {}, {}), hang_up])
def test_prompts_that_failed_when_a_service_went_down_are_asked_again(server, failing):
    """They are not among the results; a failure before that stays one."""
    bad = {"prompt 1"} | {f"prompt {i}" for i in range(5, 60)}
    server.behave = lambda path, body, n: failing if body["prompt"] in bad else ok(path, body, n)
    url = f"http://127.0.0.1:{server.server_port}/v1"
    model = load_model("openai:m", base_url=url, retries=0, concurrency=1, timeout=20.0)
    results = []
    prompts = [Prompt(f"p{i}", f"prompt {i}", "t") for i in range(60)]

    def collect():
        for result in model.generate(prompts, SAMPLING):
            results.append(result)  # noqa: PERF402 - what came before the error counts

    with pytest.raises(ModelError, match="cannot be reached"):
        collect()
    assert [getattr(r, "prompt_id", "") or r.item for r in results] == [
        "p0",
        "p1",
        "p2",
        "p3",
        "p4",
    ]
    assert [isinstance(r, Skipped) for r in results] == [False, True, False, False, False]


def test_the_cap_on_tokens_holds(server):
    model, results = ask(server, prompts=30, max_tokens_total=60, concurrency=2)
    done = [r for r in results if isinstance(r, Completion)]
    assert 4 <= len(done) <= 6  # 15 tokens a call, two at once
    assert {r.reason for r in results if isinstance(r, Skipped)} == {"budget"}
    assert len(results) == 30
    assert model.describe()["observed"]["requests"] == len(done)


def test_the_cap_on_cost_holds(server):
    options = {"max_cost": 1.0, "price_in": 50_000.0, "price_out": 0.0, "concurrency": 1}
    _, results = ask(server, prompts=10, **options)
    assert sum(isinstance(r, Completion) for r in results) == 2


def test_requests_are_spaced(server):
    begun = time.monotonic()
    ask(server, prompts=6, requests_per_minute=60 / 0.05)
    assert time.monotonic() - begun >= 0.25


def test_closing_early_does_not_wait_for_a_silent_service(server):
    server.behave = lambda path, body, n: (
        ok(path, body, n) if body["prompt"] == "prompt 0" else lambda _h: time.sleep(20)
    )
    url = f"http://127.0.0.1:{server.server_port}/v1"
    model = load_model("openai:m", base_url=url, timeout=30.0)
    results = model.generate([Prompt(f"p{i}", f"prompt {i}", "t") for i in range(9)], SAMPLING)
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 15  # the silent service would take longer


def test_the_key_is_sent_and_never_shown(server, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret-value")
    seen = []

    def look(path, body, number):
        return lambda handler: (
            seen.append(handler.headers["authorization"]),
            handler.answer(ok(path, body, number)),
        )

    server.behave = look
    model, _ = ask(server, prompts=1, api_key_env="MY_KEY")
    assert seen == ["Bearer secret-value"]
    assert "secret-value" not in json.dumps(model.describe())


def test_drift_of_the_service_is_recorded(server):
    def drifting(path, body, number):
        return {**ok(path, body, number), "system_fingerprint": f"fp-{body['prompt'][-1]}"}

    server.behave = drifting
    model, _ = ask(server, prompts=2)
    assert model.describe()["observed"]["fingerprints"] == ["fp-0", "fp-1"]


def test_hosted_use_needs_a_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        load_model("openai:gpt-x")


@pytest.mark.parametrize(
    "options", [{"endpoint": "x"}, {"concurrency": 0}, {"max_cost": 1.0}, {"timeout": 0.0}]
)
def test_senseless_options_are_refused(options):
    with pytest.raises(UsageError):
        load_model("openai:m", base_url="http://127.0.0.1:1/v1", **options)


def test_a_suffix_that_comes_back_is_no_part_of_the_answer(server):
    def adding(path, body, number):
        answer = ok(path, body, number)
        answer["choices"][0]["text"] += body.get("suffix", "")
        return answer

    server.behave = adding
    url = f"http://127.0.0.1:{server.server_port}/v1"
    model = load_model("openai:m", base_url=url)
    prompt = Prompt("p", "prompt", "t", suffix="return x\n")
    (completion,) = model.generate([prompt], SAMPLING)
    assert completion.text == "after prompt"
    assert server.calls[0][2]["suffix"] == "return x\n"
    (skipped,) = model.generate([replace(prompt, infill_order="spm")], SAMPLING)
    assert skipped.reason == "no-infill"
