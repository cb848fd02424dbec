# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Backend `openai-compatible`: a model behind a service that implements the OpenAI API."""

from __future__ import annotations

import os
import threading
from itertools import islice
from typing import TYPE_CHECKING, Any

from codescan.errors import ModelError, UsageError
from codescan.logs.bodies import service_choices
from codescan.logs.compose import response_of
from codescan.models.generation.sampling import check
from codescan.models.http.budget import RateLimit, Spending
from codescan.models.http.client import Service
from codescan.models.http.completion_text import is_empty, unread_fields, without_suffix
from codescan.models.http.echo_logprobs import echo_body, listed_tokens
from codescan.models.http.failures import Failure, Kind, is_unsupported
from codescan.models.http.request_fields import RequestFields, generation_fields
from codescan.models.http.service_identity import identity_of, text_items
from codescan.models.http.settled_results import settled
from codescan.models.http.top_logprobs import score_of
from codescan.models.loading.hf_tokenizer import folder_tokenizer
from codescan.models.loading.worker_threads import in_threads
from codescan.records import DECODINGS, Completion, Decoding, Prompt, Sampling, Score, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from codescan.protocols import Tokenizer

__all__ = ["ENDPOINTS", "OpenAICompatibleModel"]

ENDPOINTS = ("auto", "completions", "chat")
"""Choice of endpoint. "auto" uses completions where the service supports them, else chat."""

_HOSTED_URL = "https://api.openai.com/v1"
_GIVE_UP_AFTER = 10  # prompts in a row without an answer: the service is down, not the prompt bad


class OpenAICompatibleModel:
    """A model behind an OpenAI-compatible service. Satisfies `Model` and `Scorer`.

    The completions endpoint is preferred. A chat endpoint wraps the prompt in a chat template, and
    that is a different experiment from continuing a text. True continuations are scored if that
    endpoint echoes a text with its log-probabilities. Otherwise they are skipped, with this reason.

    Args:
        model: the service's name of the model.
        base_url: up to and including "/v1"; None reads OPENAI_BASE_URL and falls back to OpenAI's
            URL.
        api_key_env: environment variable with the key; self-hosted services may need none.
        endpoint: one of `ENDPOINTS`.
        instruction: system message of a chat; "" for none.
        concurrency: number of parallel calls.
        timeout: seconds for one complete response.
        retries: further attempts after a temporary failure; Retry-After is honored.
        requests_per_minute: None for no limit.
        max_tokens_total: cap on prompt and completion tokens of all calls; None for none.
        max_cost: cap on the cost of all calls; None for none.
        price_in: price of a million prompt tokens, for `max_cost`.
        price_out: price of a million completion tokens, for `max_cost`.
        tokenizer: a folder with the model's tokenizer, so that prompts are cut at its tokens and
            their continuations can be scored.
        alternatives: number of likeliest tokens whose log-probabilities are requested for scoring.
        decodings: sampling settings under which true continuations are scored, as far as those
            alternatives suffice.
        token_statistics: keep the log-probability of each scored token.

    Attributes:
        name: "openai:" and the service's name of the model.
        tokenizer: None unless a tokenizer folder was given.

    Raises:
        UsageError: an option is out of range.
        ModelError: a required key is not set.
        MissingExtraError: the extra `api` is not installed.
    """

    def __init__(  # noqa: PLR0913 - options of a command line, each with a default
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key_env: str = "OPENAI_API_KEY",
        endpoint: str = "auto",
        instruction: str = "",
        concurrency: int = 4,
        timeout: float = 120.0,
        retries: int = 4,
        requests_per_minute: float | None = None,
        max_tokens_total: int | None = None,
        max_cost: float | None = None,
        price_in: float = 0.0,
        price_out: float = 0.0,
        tokenizer: str | None = None,
        alternatives: int = 5,
        decodings: Sequence[Decoding] = DECODINGS,
        token_statistics: bool = False,
    ) -> None:
        if endpoint not in ENDPOINTS:
            raise UsageError(f"there is no endpoint {endpoint!r}", f"use {', '.join(ENDPOINTS)}")
        if concurrency < 1 or timeout <= 0 or retries < 0:
            raise UsageError(
                "concurrency, timeout or retries is too small", "give at least 1, 0.1 and 0"
            )
        if max_cost is not None and not (price_in or price_out):
            raise UsageError("a cost cap needs prices", "give price_in and price_out")
        url = base_url or os.environ.get("OPENAI_BASE_URL")
        key = os.environ.get(api_key_env, "").strip()
        if not (key.isascii() and key.isprintable()):
            raise ModelError(
                f"the key in {api_key_env} holds characters that no HTTP header can hold",
                "a key is one line of ASCII characters; copy it again",
            )
        if not key and (url is None or url.startswith(_HOSTED_URL)):
            raise ModelError(
                f"{model} needs an API key and {api_key_env} is not set",
                f"export {api_key_env}=…, or give base_url for a service that needs none",
            )
        self.name = f"openai:{model}"
        self.tokenizer: Tokenizer | None = folder_tokenizer(tokenizer) if tokenizer else None
        self._alternatives = max(1, alternatives)
        self._decodings = tuple(decodings)
        self._token_statistics = token_statistics
        self._echoes, self._has_echoed = True, False
        self._model = model
        self._asked_endpoint = endpoint
        fixed = None if endpoint == "auto" else endpoint
        # By whether the prompt is a message: messages go to the chat endpoint where there is one.
        self._endpoints = {False: fixed, True: fixed}
        self._instruction = instruction
        self._concurrency = concurrency
        self._service = Service(url or _HOSTED_URL, key, timeout, retries)
        hosted = self._service.url.startswith(_HOSTED_URL) or ".azure.com" in self._service.url
        self._fields = RequestFields("max_completion_tokens" if hosted else "max_tokens")
        self._limit = RateLimit(requests_per_minute)
        self._spending = Spending(max_tokens_total, max_cost, (price_in, price_out))
        self._lock = threading.Lock()
        self._observed: set[tuple[str, str]] = set()
        self._recalled: frozenset[tuple[str, str]] = frozenset()
        self._recalled_endpoint = ""
        self._kept: Mapping[str, frozenset[int]] = {}
        self._failed_in_a_row = 0

    @staticmethod
    def check(reference: str, **options: object) -> None:
        """Check the options, the address and the key without sending a request.

        Raises:
            UsageError: an option is out of range.
            ModelError: a required key is not set.
        """
        light: dict[str, Any] = {name: v for name, v in options.items() if name != "tokenizer"}
        OpenAICompatibleModel(reference, **light)

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield completions as they arrive, from several parallel calls.

        Raises:
            UsageError: a value of `sampling` is out of range.
            ModelError: the service is unreachable, does not have the model, denies access, or
                stopped responding.
        """
        check(sampling)
        known = self._kept
        jobs = (
            (prompt, index)
            for prompt in prompts
            for index in range(sampling.count)
            if index not in known.get(prompt.id, ())
        )
        stop = threading.Event()
        try:
            if (
                None in self._endpoints.values()
            ):  # the first answer shows which endpoint the service has
                for prompt, index in islice(jobs, 1):
                    yield self._answer(prompt, index, sampling, stop)
            yield from settled(
                in_threads(
                    jobs, lambda job: self._answer(*job, sampling, stop), self._concurrency, stop
                )
            )
        finally:
            stop.set()

    def leave_out(self, completed: Mapping[str, frozenset[int]]) -> None:
        """Indices of the completions not to request again, by prompt id."""
        self._kept = completed

    def score(self, prompts: Sequence[Prompt]) -> Iterator[Score | Skipped]:
        """Yield a Score for each prompt with a continuation, if the service echoes texts.

        Raises:
            ModelError: as for `generate`.
        """
        scorable = (prompt for prompt in prompts if prompt.expected)
        stop = threading.Event()
        try:
            rated = in_threads(
                scorable, lambda prompt: self._rate(prompt, stop), self._concurrency, stop
            )
            yield from settled(rated)
        finally:
            stop.set()

    def describe(self) -> dict[str, object]:
        """The request settings and the address, and under "observed" what the service reported."""
        description: dict[str, object] = {
            "backend": "openai-compatible",
            "name": self.name,
            "model": self._model,
            "base_url": self._service.url,
            "endpoint": self._asked_endpoint,
            "instruction": self._instruction,
            "cut_at_tokens": self.tokenizer is not None,
        }
        observed = self.observed()
        return {**description, "observed": observed} if observed else description

    def observed(self) -> dict[str, object]:
        """The service's reports about itself in this run, and the usage; {} for none."""
        with self._lock:
            seen = self._observed | self._recalled
        if not seen and not self._spending.requests:
            return {}
        return {
            "endpoint": self._endpoints[False] or self._endpoints[True] or self._recalled_endpoint,
            # More than one of a kind: the service changed the model under the run.
            "models": sorted({model for model, _ in seen if model}),
            "fingerprints": sorted({fingerprint for _, fingerprint in seen if fingerprint}),
            "requests": self._spending.requests,
            "prompt_tokens": self._spending.prompt_tokens,
            "completion_tokens": self._spending.completion_tokens,
            "requests_estimated": self._spending.estimated,
            "cost": self._spending.cost,
            "refused_fields": self._fields.changes,
        }

    def recall(self, observed: Mapping[str, object]) -> None:
        """Restore what an earlier part of this run observed. Names and usage are added up.

        This way, caps apply to the whole run.
        """
        named = [(name, "") for name in text_items(observed.get("models"))]
        named += [("", fingerprint) for fingerprint in text_items(observed.get("fingerprints"))]
        with self._lock:
            self._recalled = frozenset(named)
        self._recalled_endpoint = str(observed.get("endpoint") or "")
        self._spending.recall(observed)
        self._fields.recall(text_items(observed.get("refused_fields")))

    def _answer(
        self, prompt: Prompt, index: int, sampling: Sampling, stop: threading.Event
    ) -> Completion | Skipped:
        if self._spending.exhausted:
            return Skipped(prompt.id, "elicit", "budget", "the cap on tokens or cost is reached")
        try:
            answer = self._ask(prompt, index, sampling, stop)
        except Failure as failure:
            return self._failed(prompt, index, failure)
        with self._lock:
            self._failed_in_a_row = 0
            self._observed.add(identity_of(answer))
        choices = service_choices(answer.get("events", answer))
        response = response_of(choices[0]) if choices else None
        text = response.text if response is not None else ""
        tokens = self._spending.add(answer.get("usage"), prompt.text, text)
        if response is None and (unread := unread_fields(answer)):
            return Skipped(prompt.id, "elicit", "unread-answer", unread)
        if response is None and not is_empty(answer):
            return Skipped(prompt.id, "elicit", "no-completion", "")
        return Completion(
            prompt_id=prompt.id,
            model=self.name,
            text=without_suffix(text, prompt),
            index=index,
            finish_reason=response.finish_reason if response is not None else "stop",
            tokens=tokens,
        )

    def _rate(self, prompt: Prompt, stop: threading.Event) -> Score | Skipped:
        if self._spending.exhausted:
            return Skipped(prompt.id, "score", "budget", "the cap on tokens or cost is reached")
        if not self._echoes or prompt.chat or prompt.suffix:
            detail = "the service gives no log-probabilities for this text"
            return Skipped(prompt.id, "score", "no-logprobs", detail)
        text = prompt.text + prompt.expected
        body = {"model": self._model, "temperature": 0.0, **echo_body(text, self._alternatives)}
        try:
            self._limit.wait(stop)
            answer = self._service.call("completions", body, stop)
        except Failure as failure:
            if failure.kind is Kind.ABSENT or failure.reason == "rejected":
                # Who has echoed a text before does not like this one, and may like the next.
                self._echoes = self._has_echoed
                return Skipped(prompt.id, "score", "no-logprobs", failure.detail)
            result = self._failed(prompt, 0, failure)
            reason = result.reason if isinstance(result, Skipped) else failure.reason
            return Skipped(prompt.id, "score", reason, failure.detail)
        with self._lock:
            self._failed_in_a_row = 0
            self._observed.add(identity_of(answer))
            self._has_echoed = True
        self._spending.add(answer.get("usage"), text, "")
        return self._score_of(prompt, answer)

    def _score_of(self, prompt: Prompt, answer: dict[str, Any]) -> Score | Skipped:
        tokens = listed_tokens(
            answer,
            prompt.text + prompt.expected,
            len(prompt.text),
            self._alternatives,
            len(prompt.expected_tokens) or None,
        )
        if tokens is None:
            detail = "the answer holds no log-probabilities of the continuation"
            return Skipped(prompt.id, "score", "no-logprobs", detail)
        if prompt.expected_tokens and len(tokens) != len(prompt.expected_tokens):
            detail = "the service cuts the text into other tokens"
            return Skipped(prompt.id, "score", "token-boundary", detail)
        detailed = self._token_statistics
        return score_of(prompt.id, self.name, tokens, self._decodings, token_statistics=detailed)

    def _ask(
        self, prompt: Prompt, index: int, sampling: Sampling, stop: threading.Event
    ) -> dict[str, Any]:
        known = self._endpoints[prompt.chat]
        either = ("chat", "completions") if prompt.chat else ("completions", "chat")
        endpoints = either if known is None else (known,)
        if prompt.infill_order:
            raise Failure(Kind.ITEM, "no-infill", "a service orders the parts as it likes")
        first: Failure | None = None
        for endpoint in endpoints:
            if endpoint == "chat" and prompt.suffix:
                raise first or Failure(Kind.ITEM, "no-infill", "a chat has no place for a suffix")
            try:
                answer = self._adapted(endpoint, prompt, index, sampling, stop)
            except Failure as failure:
                if endpoint != endpoints[-1] and is_unsupported(failure):
                    first = failure
                    continue
                # Of two failures, the one that says more than "there is no such endpoint".
                other = failure.kind is Kind.ABSENT and first and first.kind is not Kind.ABSENT
                raise (first if first and other else failure) from None
            if endpoint != endpoints[-1] and not answer.get("choices"):
                self._spending.add(answer.get("usage"), prompt.text, "")
                first = Failure(Kind.ITEM, "no-completion")
                continue
            self._endpoints[prompt.chat] = endpoint
            return answer
        raise Failure(Kind.ABSENT, "not-found")

    def _adapted(
        self, endpoint: str, prompt: Prompt, index: int, sampling: Sampling, stop: threading.Event
    ) -> dict[str, Any]:
        """The response to a request without the fields that the service rejects."""
        fields = generation_fields(
            self._model, endpoint, prompt, index, sampling, instruction=self._instruction
        )
        tried: list[str] = []
        while True:
            self._limit.wait(stop)
            body = self._fields.body(endpoint, fields, tried)
            try:
                answer = self._service.call(endpoint, body, stop)
            except Failure as failure:
                name = self._fields.refused(failure, body, tried)
                if name is None:
                    raise
                tried.append(name)
            else:
                self._fields.keep(endpoint, tried)
                return answer

    def _failed(self, prompt: Prompt, index: int, failure: Failure) -> Completion | Skipped:
        if failure.kind is Kind.FILTER:
            return Completion(prompt.id, self.name, "", index=index, finish_reason="filter")
        if failure.kind in (Kind.ABSENT, Kind.DENIED):
            raise ModelError(
                f"the service at {self._service.url} does not serve {self._model}: {failure}",
                "check the model's name, the key and the account",
            )
        if failure.kind is Kind.UNREACHED and failure.reason != "interrupted":
            with self._lock:
                self._failed_in_a_row += 1
                never = not self._observed and failure.reason == "connection"
                down = self._failed_in_a_row >= _GIVE_UP_AFTER
            if never or down:
                raise ModelError(
                    f"the service at {self._service.url} cannot be reached for {self._model}: "
                    f"{failure}",
                    "check base_url and the network; the run continues where it stopped",
                )
        return Skipped(prompt.id, "elicit", failure.reason, failure.detail)
