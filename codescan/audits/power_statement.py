# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Statistical power of an audit, computed before any completion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from codescan.audits.group_counts import cluster_of
from codescan.audits.sampling_frames import frame_of
from codescan.records import Arm
from codescan.records.json_form import JsonForm
from codescan.stats.power import DETECTED_SHARE, detection_power

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.records import Prompt

__all__ = ["Power", "PowerCount", "power_of"]


@dataclass(frozen=True, slots=True)
class Power:
    """Probability that the audit shows an excess above 0 if the true share is 5 %."""

    json_form: ClassVar = JsonForm(derived=("words",))

    share: float
    """True share of the target arm, 0..1; that of the null arm is 0."""
    target_prompts: int
    null_prompts: int
    target_units: int
    """Independent units, such as families of packages."""
    null_units: int
    this_corpus: float
    """Power for a claim about this corpus, where prompts are independent."""
    packages_like_these: float
    """Power for a claim about other packages, where each unit counts as one prompt (worst case)."""

    @property
    def words(self) -> str:
        """The power as a sentence."""
        sizes = f"{self.target_prompts:,} prompts and {self.null_prompts:,} of the null arm"
        units = f"{self.target_units:,} and {self.null_units:,} packages"
        return (
            f"If the true share were {_percent(self.share)} and that of unseen text 0, this audit "
            f"would show an excess above 0 with a probability of {_percent(self.this_corpus)} for "
            f"this corpus ({sizes}), and of at least {_percent(self.packages_like_these)} for "
            f"packages like these ({units})"
        )


@dataclass(slots=True)
class PowerCount:
    """Count the prompts of the first drawn frame."""

    frame: str | None = None
    prompts: dict[Arm, int] = field(default_factory=lambda: dict.fromkeys(Arm, 0))
    units: dict[Arm, set[str]] = field(default_factory=lambda: {arm: set() for arm in Arm})

    def add(self, prompt: Prompt) -> None:
        """Count a drawn prompt."""
        if not prompt.frame:
            return
        self.frame = self.frame or prompt.frame
        if frame_of(prompt) == self.frame:
            self.prompts[prompt.arm] += 1
            self.units[prompt.arm].add(cluster_of(prompt))

    def power(self) -> Power | None:
        """The power for these sample sizes; None without a null arm."""
        target, null = (self.prompts[arm] for arm in (Arm.TARGET, Arm.NULL))
        if not target or not null:
            return None
        target_units, null_units = (len(self.units[arm]) for arm in (Arm.TARGET, Arm.NULL))
        return Power(
            DETECTED_SHARE, target, null, target_units, null_units,
            detection_power(target, null), detection_power(target_units, null_units),
        )  # fmt: skip


def _percent(share: float) -> str:
    """A share in percent; 0 and 100 only if exact."""
    if 0.0 < share < 0.01:  # noqa: PLR2004
        return "below 1 %"
    if 0.99 < share < 1.0:  # noqa: PLR2004
        return "above 99 %"
    return f"{share * 100:.0f} %"


def power_of(prompts: Iterable[Prompt]) -> Power | None:
    """The power of an audit with these prompts; None without a null arm."""
    count = PowerCount()
    for prompt in prompts:
        count.add(prompt)
    return count.power()
