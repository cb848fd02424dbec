# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `file-header`: a file's path, banner and imports; what follows is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.file_heading import heading_end
from codescan.prompts.slicing import at_least, make_prompt, path_comment, text_of
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["FileHeaderStrategy"]

_MAX_PROMPT = 8_000
"""Characters."""
_FIRST_LINES = ("#!", "<?", "<!", "\ufeff")
"""A file that begins so must begin so: no comment may occur before."""


class FileHeaderStrategy:
    """One prompt for each source file: a comment with its path, then its head as written.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        path_comment: whether the path is put before the head, as code models saw it in training.
            It is the one line of any prompt that is not in the document.
        min_expected_characters: a file with less after its head, white space not counted, is
            passed over.
        max_expected_characters: what follows is cut to this.
        seed: not needed; there is nothing to choose.

    Raises:
        UsageError: a number is out of range.
    """

    name = "file-header"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        path_comment: bool = True,
        min_expected_characters: int = 150,
        max_expected_characters: int = 2_000,
        seed: int = 0,
    ) -> None:
        del tokenizer, seed
        self.path_comment = path_comment
        self.min_expected_characters = at_least(
            self.name, "min_expected_characters", min_expected_characters, 1
        )
        self.max_expected_characters = at_least(
            self.name, "max_expected_characters", max_expected_characters, 1
        )

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield one prompt; none for prose, data, and files that open with neither."""
        spec = LANGUAGES.get(document.language)
        text = text_of(document)
        if text is None or spec is None or spec.kind != "code":
            return
        end = heading_end(text, document.language)
        if not 0 < end <= _MAX_PROMPT:
            return
        expected = text[end : end + self.max_expected_characters]
        if len("".join(expected.split())) < self.min_expected_characters:
            return
        head = text[:end]
        if self.path_comment and not head.startswith(_FIRST_LINES):
            head = path_comment(document) + head
        yield make_prompt(self.name, document, head, expected)
