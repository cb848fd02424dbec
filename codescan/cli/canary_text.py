# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Results of `codescan canary` as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports.coverage_text import skip_sentences
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.app.canary_plant import PlantResult
    from codescan.app.canary_stamp import StampResult
    from codescan.app.canary_verify import SurvivalResult
    from codescan.app.stamp_score import StampTest
    from codescan.canaries.results import CanaryResult, LevelResult, MeanResult

__all__ = [
    "planted_text", "scored_text", "stamp_test_text", "stamped_text", "survival_text"
]  # fmt: skip

_DECISIONS = {
    "memorized": "Memorized: exposure grows with the copies (lower bound of the slope above 0).",
    "not-shown": "Not shown: the lower bound of the slope of exposure is not above 0.",
    "not-measured": "Not measured: there is no slope of exposure that can be trusted.",
}


def planted_text(result: PlantResult) -> str:
    """The planted canaries, and the data to publish."""
    if not result.documents:
        nothing = ["Nothing was planted: the data holds no document."]
        return "\n".join([*nothing, *_not_copied(result.left_out)])
    share = f"{(result.share or 0) * 100:.2g} %"
    lines = [
        f"Planted {result.planted:,} canaries in {result.copies:,} copies ({share} of the data).",
        f"{result.inserted:,} copies were inserted, {result.added:,} are new documents.",
        f"Held out {result.held_out:,} canaries.",
    ]
    lines += _not_copied(result.left_out)
    if result.rows_without_text:
        lines.append(f"{plural(result.rows_without_text, 'row')} without a text stayed unchanged.")
    lines += [
        f"Data: {result.out}",
        f"Manifest (keep it private): {result.canaries}/manifest.json",
        f"Commitment (publish it before training): {result.canaries}/commitment.json",
        f"SHA-256 of the manifest: {result.manifest_sha256}",
        f"Signed with key {result.key_id}." if result.key_id else "Not signed.",
    ]
    return "\n".join(lines)


def survival_text(result: SurvivalResult) -> str:
    """The number of surviving canaries, and the problems by kind."""
    skipped = skip_sentences(result.skipped)
    if not result.texts:
        return "\n".join(["Nothing was checked: the data holds no text.", *skipped])
    survived = f"{result.survived:,} of {result.planted:,} canaries survived with all their copies"
    lines = [
        f"{survived}." if result.key_id else f"{survived}, but the set is not signed.",
        f"{result.copies_usable:,} of {result.copies_planted:,} copies can be learned.",
        f"Texts read: {result.texts:,}.",
    ]
    if result.copies_with_loss is None:
        lines.append("Loss: not measured (the data holds no rows of tokens).")
    else:
        lines.append(f"Loss: {result.copies_with_loss:,} copies receive loss on every token.")
    lines += [f"  {problem}: {count:,}" for problem, count in result.problems.items()]
    if result.held_out_found:
        lines.append(
            f"{len(result.held_out_found):,} held-out canaries are in the data. The set is spoiled."
        )
    lines += skipped
    if result.key_id:
        lines.append(f"Signed with key {result.key_id}.")
    return "\n".join(lines)


def scored_text(result: CanaryResult) -> str:
    """The decision, then a line for each level."""
    lines = [_DECISIONS[result.decision]]
    if result.slope is not None:
        lines.append(
            f"Slope: {result.slope.value:+.3f} bits for each doubling, at least "
            f"{result.slope.low:+.3f} (95 %, one-sided; {result.slope.n:,} canaries)."
        )
    check = result.null_check
    if check is None:
        lines.append("Held-out controls: not measured.")
    else:
        outcome = "pass" if check.is_passed else "FAIL: no figure can be trusted"
        lines.append(
            f"Held-out controls: mean exposure {_mean(check.exposure)} bits, expected "
            f"{check.expected_exposure:.2f}; p = {check.p_value:.3g} ({outcome})."
        )
    lines += ["", "copies  canaries  exposure        TPR at 1 % FPR / greedy extraction / epsilon"]
    lines += [_level(level) for level in result.levels]
    if result.skipped:
        skipped = ", ".join(f"{count:,} {reason}" for reason, count in result.skipped.items())
        lines += ["", f"Not scored: {skipped}."]
    return "\n".join(lines)


def _level(level: LevelResult) -> str:
    rate = level.true_positive_rate
    positives = rate.words if rate is not None else "not measured"
    epsilon = f"at least {level.epsilon.low:.2f}" if level.epsilon is not None else "not measured"
    return (
        f"{level.copies:6,}  {level.canaries:8,}  {_mean(level.exposure):14}  {positives} / "
        f"{level.extraction.words} / {epsilon}"
    )


def _mean(mean: MeanResult) -> str:
    if mean.mean is None:
        return "not measured"
    if mean.low is None or mean.high is None:
        return f"{mean.mean:.2f}"
    return f"{mean.mean:.2f} ± {(mean.high - mean.low) / 2:.2f}"


def stamped_text(result: StampResult) -> str:
    """The number of stamped files, and the files to keep."""
    if not result.files:
        return "Nothing was stamped: the package holds no file."
    unchanged = ", ".join(f"{count:,} {reason}" for reason, count in result.unchanged.items())
    if not result.stamped:
        return f"Nothing was stamped: no file has another form ({unchanged})."
    sites = ", ".join(f"{count:,} {kind}" for kind, count in result.sites.items())
    lines = [
        f"Stamped {result.stamped:,} of {result.files:,} files: one of 2^{result.bits:.0f} forms.",
        f"Sites: {sites}.",
        f"Publish: {result.out}",
        f"Keep private: {result.private}",
        f"SHA-256 to commit to: {result.commitment_sha256}",
    ]
    if unchanged:
        lines.insert(2, f"Unchanged: {unchanged}.")
    lines[2:2] = _not_copied(result.left_out)
    return "\n".join(lines)


def _not_copied(left_out: Mapping[str, int]) -> list[str]:
    """The data missing from the copy; nothing if it is complete."""
    counts = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
    return [f"Not copied: {counts}."] if counts else []


def stamp_test_text(test: StampTest) -> str:
    """The p-value, and the false-positive rate of null keys."""
    if test.p_value is None or test.null_keys is None:
        lines = ["Nothing was checked: no file has a score of every site."]
        return "\n".join([*lines, *skip_sentences(test.skipped)])
    finding = "prefers" if test.decision == "preferred" else "is not shown to prefer"
    lines = [
        f"The model {finding} the published forms: p = {test.p_value:.3g}.",
        f"Scored: {plural(test.sites, 'site')} of {plural(test.files, 'file')}, two texts each.",
        f"Published texts lead by {test.mean_lead:+.3f} median deviations on average.",
        f"Null keys with p up to 5 %: {test.null_keys.words}.",
    ]
    if test.unscored:
        lines.append(f"Not scored: {plural(test.unscored, 'file')}.")
        lines += skip_sentences(test.skipped)
    return "\n".join(lines)
