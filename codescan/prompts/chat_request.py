# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `chat-request`: a message that asks for a function, as people ask assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.prompts.function_units import long_functions
from codescan.prompts.slicing import make_prompt, printable, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["REQUESTS", "ChatRequestStrategy"]

REQUESTS = {
    "plain": "Complete this {language} function. Answer with the whole function only.",
    "named": (
        "Write this {language} function exactly as it is in the file {path} of {package}. "
        "Answer with the whole function only."
    ),
}
"""The kind of request. "plain" is everyday use; "named" asks for the copy, and says what can be
drawn out, not what users get by accident: the two must not be counted together."""
_MAX_PROMPT = 4_000
_MAX_EXPECTED = 4_000


class ChatRequestStrategy:
    """Asks for a long function by its head, in the model's chat template where it has one.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        requests: how it is asked, "plain" or "named"; one prompt for each.
        seed: another seed, other functions.

    Raises:
        UsageError: a way to ask is not known.
    """

    name = "chat-request"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        requests: str | Sequence[str] = ("plain",),
        seed: int = 0,
    ) -> None:
        del tokenizer
        names = (requests,) if isinstance(requests, str) else tuple(requests)
        unknown = sorted(set(names) - set(REQUESTS))
        if unknown or not names:
            raise UsageError(
                f"the prompt strategy {self.name!r} does not have the request {', '.join(unknown)}",
                f"known: {', '.join(REQUESTS)}",
            )
        self.requests = tuple(request for request in REQUESTS if request in names)
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield a prompt for each way to ask; none where units of the language are not read."""
        if text_of(document) is None:
            return
        for unit in long_functions(document, self.seed):
            cut = unit.signature.end
            if unit.docstring is not None and unit.docstring.start >= unit.body.start:
                cut = unit.docstring.end
            head = document.content[unit.span.start : cut].decode("utf-8")
            if len(head) > _MAX_PROMPT:
                continue
            for request in self.requests:
                yield self._prompt(
                    document, request, head, document.content[cut : unit.span.end].decode("utf-8")
                )
            return

    def _prompt(self, document: Document, request: str, head: str, body: str) -> Prompt:
        message = REQUESTS[request].format(
            language=document.language,
            path=printable(document.origin.path),
            package=printable(document.origin.package.name),
        )
        return make_prompt(
            self.name,
            document,
            f"{message}\n\n```{document.language}\n{head}\n```\n",
            body[:_MAX_EXPECTED],
            variant=request,
            chat=True,
        )
