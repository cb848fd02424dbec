# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A Hugging Face tokenizer behind the `Tokenizer` protocol, exact at every boundary.

It handles three boundaries that can fail silently: between special tokens and text, between a
prompt and its true continuation, and between a prompt and the completion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Prompt

__all__ = ["HubTokenizer", "folder_tokenizer"]

# Markers of a document's end that models were trained with but whose configurations often leave
# out of the end-of-sequence tokens: what follows is another file, not the continuation.
_DOCUMENT_ENDS = (
    "<|endoftext|>",
    "<file_sep>",
    "<|file_sep|>",
    "<|file_separator|>",
    "<|end_of_text|>",
    "▁<EOT>",  # the end of a middle for Code Llama
)
_PLACE = "codescan message goes here"
_BOUNDARY_TOKENS = 8  # tokens of the prompt that are decoded together with what follows


class HubTokenizer:
    """A model's tokenizer.

    Args:
        tokenizer: a `transformers` tokenizer.
        parse_special: whether "<|endoftext|>" and similar texts become special tokens. Off by
            default: corpora hold many of them, and a corpus must not be able to end a document or
            open a chat turn.

    Attributes:
        prefix: special tokens that the model expects before any text, for example BOS.
        end_tokens: tokens that end a document.
    """

    def __init__(self, tokenizer: Any, *, parse_special: bool = False) -> None:
        self._tokenizer = tokenizer
        self._parse_special = parse_special
        self.prefix = self._leading_specials()
        self.end_tokens = self._ends()

    def encode(self, text: str) -> list[int]:
        """Model tokens of `text`, without added special tokens."""
        return self._ids(text, special=False)

    def encode_with_spans(self, text: str) -> tuple[list[int], list[tuple[int, int]] | None]:
        """Model tokens of `text`, with the start and end character of each.

        Returns:
            The tokens, and None for the spans if the tokenizer gives none or invalid ones.
        """
        if not getattr(self._tokenizer, "is_fast", False):
            return self.encode(text), None
        encoded = self._tokenizer(
            text,
            add_special_tokens=False,
            split_special_tokens=not self._parse_special,
            return_attention_mask=False,
            return_offsets_mapping=True,
            verbose=False,
        )
        tokens = [int(token) for token in encoded["input_ids"]]
        spans = [(int(start), int(end)) for start, end in encoded["offset_mapping"]]
        is_sound = len(spans) == len(tokens) and all(
            0 <= start <= end <= len(text) for start, end in spans
        )
        return tokens, spans if is_sound else None

    def decode(self, tokens: Sequence[int]) -> str:
        """Text of model tokens, without special tokens."""
        return str(
            self._tokenizer.decode(
                list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    @property
    def has_chat_template(self) -> bool:
        """Whether the tokenizer has a chat template."""
        return self._ends_of_message is not None

    @property
    def _ends_of_message(self) -> tuple[str, str] | None:
        """The template's text before and after a user's message; None without a template.

        Templates are programs by the model's authors: some accept only a list of content parts,
        some raise. A template that renders neither form is ignored.
        """
        if not getattr(self._tokenizer, "chat_template", None):
            return None
        for content in (_PLACE, [{"type": "text", "text": _PLACE}]):
            try:
                rendered = self._tokenizer.apply_chat_template(
                    [{"role": "user", "content": content}],
                    tokenize=False,
                    add_generation_prompt=True,
                )
            except Exception:  # noqa: BLE001, S112 - whatever a template raises
                continue
            before, place, after = str(rendered).partition(_PLACE)
            if place and "'type'" not in before[-40:]:
                return before, after
        return None

    def prompt_tokens(self, prompt: Prompt) -> list[int]:
        """The model's input for a prompt: its tokens after the leading special ones.

        A message is rendered with the chat template; without a template it is plain text.
        """
        if prompt.chat and self.has_chat_template:
            return self._message(prompt.text)
        own = prompt.prompt_tokens or self.encode(prompt.text)
        return [*self.prefix, *own]

    def expected_tokens(self, prompt: Prompt) -> list[int] | None:
        """Tokens of the true continuation, so that prompt plus continuation gives the true text.

        If the tokens of the joined text begin with those of the prompt, the remaining ones are
        used, as in training. If a token spans the boundary, the continuation is encoded by itself;
        None if decoding does not restore its text.
        """
        if prompt.expected_tokens:
            return list(prompt.expected_tokens)
        head = list(prompt.prompt_tokens) or self.encode(prompt.text)
        if not prompt.prompt_tokens:
            joined = self.encode(prompt.text + prompt.expected)
            if joined[: len(head)] == head:
                return joined[len(head) :]
        apart = self.encode(prompt.expected)
        return apart if self.continuation(head, apart) == prompt.expected else None

    def continuation(self, before: Sequence[int], added: Sequence[int]) -> str:
        """Text that the tokens `added` contribute after `before`.

        Decoding `added` by itself loses the leading space of SentencePiece tokenizers; decoding
        everything and removing the prompt's text fails if decoding is not the inverse of encoding.
        Therefore the last few tokens before the boundary are decoded together with `added`, and
        their text is removed.
        """
        tail = list(before[-_BOUNDARY_TOKENS:])
        head = self.decode(tail)
        whole = self.decode([*tail, *added])
        return whole[len(head) :] if whole.startswith(head) else self.decode(added)

    def id_of(self, token: str) -> int | None:
        """Id of a vocabulary token, given literally; None if it is missing."""
        token_id = self._tokenizer.get_vocab().get(token)
        return None if token_id is None else int(token_id)

    @property
    def padding(self) -> int:
        """A token for padding. The choice does not matter, because padding is masked."""
        return self.padding_below(None)

    def padding_below(self, rows: int | None) -> int:
        """A token for padding that has an embedding.

        Some tokenizers have more tokens than the model has embeddings, the padding token first.

        Args:
            rows: rows of the model's embedding; None if unknown.
        """
        for token in (self._tokenizer.pad_token_id, self._tokenizer.eos_token_id):
            if token is not None and token >= 0 and (rows is None or token < rows):
                return int(token)
        return 0

    def _message(self, text: str) -> list[int]:
        """A user message in the chat template; only the template may create special tokens."""
        ends = [
            self._tokenizer(part, add_special_tokens=False, verbose=False)["input_ids"]
            for part in self._ends_of_message or ("", "")
        ]
        return [*ends[0], *self.encode(text), *ends[1]]

    def _ids(self, text: str, *, special: bool) -> list[int]:
        encoded = self._tokenizer(
            text,
            add_special_tokens=special,
            split_special_tokens=not self._parse_special,
            return_attention_mask=False,
            verbose=False,  # a long text needs no warning
        )
        return [int(token) for token in encoded["input_ids"]]

    def _leading_specials(self) -> tuple[int, ...]:
        plain = self._ids("x", special=False)
        full = self._ids("x", special=True)
        for start in range(len(full) - len(plain) + 1):
            if full[start : start + len(plain)] == plain:
                return tuple(full[:start])
        return ()

    def _ends(self) -> frozenset[int]:
        special = set(getattr(self._tokenizer, "all_special_ids", ()))
        added = {
            number
            for number, token in getattr(self._tokenizer, "added_tokens_decoder", {}).items()
            if getattr(token, "special", False)
        }
        named = {self.id_of(token) for token in _DOCUMENT_ENDS} & (special | added)
        own = self._tokenizer.eos_token_id
        return frozenset(int(n) for n in (*named, own) if n is not None)


def folder_tokenizer(folder: str) -> HubTokenizer:
    """The tokenizer in a folder, without a model.

    Raises:
        MissingExtraError: transformers is not installed.
        ModelError: the folder holds no tokenizer.
    """
    try:
        import transformers
    except ImportError as error:
        raise MissingExtraError("cutting prompts at a model's tokens", "models") from error
    try:
        loaded = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        text = " ".join(str(error).split())[:200]
        raise ModelError(
            f"{folder} holds no tokenizer: {type(error).__name__}: {text}",
            "give the folder with the model's tokenizer.json",
        ) from error
    return HubTokenizer(loaded)
