# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The scores of the ground truth by the models of a lab run, in a run folder each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.audits.elicitation import ask, rate_continuations
from codescan.canaries.scoring import canary_prompts, canary_scores
from codescan.errors import ModelError
from codescan.membership.evidence_store import ask_model, collect, draw_questions
from codescan.membership.texts import CandidateText
from codescan.models import load_model
from codescan.prompts.slicing import prompt_id
from codescan.protocols import Scorer
from codescan.records import Decoding, Prompt
from codescan.runs import RunStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from codescan.audits.elicitation import Watch
    from codescan.canaries.canary import CanarySet
    from codescan.canaries.measure import CanaryScores
    from codescan.lab.arms import ArmBuilder
    from codescan.lab.corpus_texts import Passage
    from codescan.membership.texts import TextEvidence
    from codescan.models.loading.hf_tokenizer import HubTokenizer
    from codescan.protocols import Model
    from codescan.records import Completion, Sampling, Score

__all__ = ["PLAIN", "ArmScores", "load_arm"]

PLAIN = Decoding()
_PASSAGES = "lab-passage"


def load_arm(folder: Path, device: str) -> Model:
    """The model of an arm, as any other model is loaded."""
    return load_model(
        f"transformers:{folder}",
        device=device,
        dtype="float32",
        decodings=(PLAIN,),
        token_statistics=True,
        token_ranks=False,
    )


@dataclass(slots=True)
class ArmScores:
    """Asks one arm; what its folder holds is not asked again."""

    model: Model
    tokenizer: HubTokenizer
    folder: Path
    watch: Watch
    prefix_tokens: int
    """Of a planted passage; the rest is its suffix."""

    def texts(
        self, passages: Sequence[Passage], members: frozenset[str], max_tokens: int, name: str
    ) -> list[tuple[CandidateText, TextEvidence]]:
        """Evidence on texts whose membership is known.

        Args:
            passages: the texts.
            members: ids of those that are members.
            max_tokens: of a text that are scored.
            name: of the folder that keeps the scores.
        """
        candidates = [
            CandidateText(passage.id, passage.text, passage.id in members, "", "python")
            for passage in passages
        ]
        questions = draw_questions(candidates, self.tokenizer, max_tokens=max_tokens)
        with RunStore(self.folder / name) as store:
            ask_model(self.model, questions, store, self.watch)
            return list(collect(questions, store))

    def passages(self, builder: ArmBuilder) -> list[Score | None]:
        """The score of each planted passage's suffix after its prefix."""
        cut = builder.experiment.size.prefix_tokens
        prompts = [
            Prompt(
                prompt_id(_PASSAGES, planted.passage.id, planted.passage.text),
                builder.tokenizer.decode(list(tokens[:cut])),
                _PASSAGES,
                language="python",
                document_id=planted.passage.id,
                expected=builder.tokenizer.decode(list(tokens[cut:])),
                prompt_tokens=tokens[:cut],
                expected_tokens=tokens[cut:],
                copies=planted.copies,
            )
            for planted, tokens in zip(
                builder.experiment.planted, builder.passage_tokens(), strict=True
            )
        ]
        return self._scores(prompts, "passages")

    def canaries(self, canaries: CanarySet, sampled: int) -> CanaryScores:
        """The scores of a set of canaries."""
        prompts = list(canary_prompts(canaries, sampled=sampled))
        scores = self._scores(prompts, "canaries")
        return canary_scores(score for score in scores if score is not None)

    def _scores(self, prompts: Iterable[Prompt], name: str) -> list[Score | None]:
        listed = list(prompts)
        with RunStore(self.folder / name) as store:
            if not store.prompts_drawn:
                store.add_prompts(listed)
            rate_continuations(
                self._scorer(), lambda: listed, store, self.watch, step=f"score {name}"
            )
            return [store.score_of(prompt.id) for prompt in listed]

    def sampled(
        self, prompts: Sequence[Prompt], sampling: Sampling, name: str = "samples"
    ) -> list[Completion]:
        """Completions, kept like scores in a folder of that name."""
        with RunStore(self.folder / name) as store:
            if not store.prompts_drawn:
                store.add_prompts(prompts)
            ask(self.model, sampling, store, self.watch, step="sample continuations")
            return list(store.completions())

    def _scorer(self) -> Scorer:
        if not isinstance(self.model, Scorer):
            raise ModelError(f"{self.model.name} cannot score", "it is not a local model")
        return self.model

    def suffix_text(self, prefix: Sequence[int], suffix: Sequence[int]) -> str:
        """Text that a suffix adds after its prefix."""
        return self.tokenizer.continuation(prefix, suffix)
