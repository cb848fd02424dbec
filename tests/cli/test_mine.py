# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan mine` finds verbatim, renamed and edited copies of one owner's code, and no others."""

import pytest
from result_schemas import read_result

from codescan.__main__ import main
from codescan.app import mine as mine_app
from codescan.membership.mine_passages import rarest_passages
from codescan.records import Completion, Skipped

LICENSE = (
    "# SPDX-FileCopyrightText: 2021 Edda Tester\n# SPDX-License-Identifier: GPL-3.0-or-later\n"
)
FUNCTION = '''

def {name}(samples, window, threshold):
    """Return the {what} of a series of {unit} readings."""
    smoothed = []
    for position in range(len(samples)):
        first = max(0, position - window)
        part = samples[first : position + {offset}]
        smoothed.append(sum(part) * {scale} / max(len(part), {least}))
    crossings = [
        place for place, level in enumerate(smoothed[1:], start={start})
        if (level - threshold) * (smoothed[place - 1] - threshold) < {eps}
    ]
    if not crossings:
        return None, smoothed[-1] - threshold * {factor}
    gaps = [later - earlier for earlier, later in zip(crossings, crossings[1:])]
    return sum(gaps) / max(1, len(gaps)) ** {power}, smoothed[crossings[0]]
'''
NAMES = ["estuary", "culvert", "moraine", "isobar", "graben", "oxbow", "fjord", "karst"]


def module(number):
    name = NAMES[number]
    body = FUNCTION.format(
        name=f"{name}_period", what=f"{name} swing", unit=f"{name} gauge", offset=number + 2,
        scale=1.5 + number, least=number + 1, start=number + 1, eps=number / 8, factor=number + 3,
        power=number + 2,
    )  # fmt: skip
    return f'{LICENSE}"""Readings of the {name}."""\n\nimport math\nimport statistics\n{body}'


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "owned"
    folder.mkdir()
    for number in range(len(NAMES)):
        (folder / f"{NAMES[number]}.py").write_text(module(number))
    (folder / "LICENSE").write_text("All rights reserved.\n")
    return folder


class Writer:
    """Writes what it was told after target prompts: the truth, changed; else something harmless."""

    name = "writer"
    tokenizer = None

    def __init__(self, change=None, *, fails_after=None, every=1):
        self._change = change
        self._fails_after = fails_after
        self._every = every
        self.asked = 0

    def describe(self):
        return {"name": self.name}

    def generate(self, prompts, sampling):
        for prompt in prompts:
            if self._fails_after is not None and self.asked >= self._fails_after:
                raise KeyboardInterrupt
            self.asked += 1
            for index in range(sampling.count):
                knows = self._change is not None and prompt.arm.value == "target"
                is_told = knows and index % self._every == 0
                text = self._change(prompt.expected) if is_told else "    return None\n"
                yield Completion(prompt.id, self.name, text, index)


@pytest.fixture
def mined(repository, monkeypatch, capsys):
    """A function that mines with a stand-in model: its exit code, its result and the model."""

    def run(model, name="run", *more, folder=repository):
        monkeypatch.setattr("codescan.models.load_model", lambda *_a, **_k: model)
        monkeypatch.setattr("codescan.models.loading.resolve.check_model", lambda *_a, **_k: None)
        capsys.readouterr()
        code = main(["mine", str(folder), "--model", "transformers:m", "--out", name, "-q",
                     "--format", "json", *more])  # fmt: skip
        text = capsys.readouterr().out
        return code, read_result("mine", text) if text else None

    return run


def test_verbatim_copies_are_found_with_a_p_value_and_a_page(mined, tmp_path):
    code, result = mined(Writer(lambda text: text, every=2))
    assert (code, result["decision"]) == (1, "reproduced")
    assert result["by_kind"] == {"verbatim": result["prompts"]}
    assert result["files"] == len(NAMES)
    assert result["null"]["k"] == 0 < result["null"]["n"]
    assert result["p_value"] < 0.001
    copy = result["copies"][0]
    assert (copy["hits"], copy["tries"]) == (2, 4)
    assert copy["license"] == "GPL-3.0-or-later"
    assert copy["path"].removesuffix(".py") in NAMES
    page = (tmp_path / "work" / "run" / "mine.html").read_text()
    assert "one owner" in page
    assert "crossings" in page


def test_renamed_and_edited_copies_are_told_apart(mined):
    def renamed(text):
        for old, new in (("smoothed", "flat"), ("crossings", "cuts"), ("gaps", "holes"),
                         ("samples", "data"), ("window", "span"), ("threshold", "limit"),
                         ("position", "at"), ("level", "height")):  # fmt: skip
            text = text.replace(old, new)
        return text

    def edited(text):
        lines = text.split("\n")
        return "\n".join(
            line + "  # noted" if number % 5 else "    assert window > 0"
            for number, line in enumerate(lines)
        )

    _, result = mined(Writer(renamed), "renamed")
    assert set(result["by_kind"]) >= {"renamed"}
    _, result = mined(Writer(edited), "edited")
    assert result["by_kind"].get("verbatim", 0) < result["prompts"]


def test_copyright_lines_are_kept_or_lost(mined):
    _, lost = mined(Writer(lambda text: text), "lost")
    assert set(lost["copyright"]) <= {"lost", "in-prompt"}
    _, clean_result = mined(Writer(lambda text: LICENSE + text), "kept")
    assert clean_result["copyright"] == {"kept": len(clean_result["copies"])}


def test_a_model_that_writes_other_code_is_not_accused(mined):
    code, result = mined(Writer())
    assert (code, result["decision"], result["copies"]) == (0, "not-reproduced", [])
    assert result["target"]["k"] == 0
    assert result["target"]["high"] > 0
    assert result["p_value"] == 1.0


def test_a_stopped_run_goes_on_to_the_same_result(mined, tmp_path):
    _, whole = mined(Writer(lambda text: text), "whole")
    assert mined(Writer(lambda text: text, fails_after=33), "stopped")[0] == 130
    honest_model = Writer(lambda text: text)
    _, result = mined(honest_model, "stopped")
    assert result == whole
    pages = [(tmp_path / "work" / n / "mine.html").read_bytes() for n in ("whole", "stopped")]
    assert pages[0] == pages[1]
    again = Writer()
    assert mined(again, "stopped")[1] == whole
    assert again.asked == 0
    assert mined(again, "stopped", "--limit", "3")[0] == 2


class Refuser(Writer):
    def generate(self, prompts, sampling):
        for prompt in prompts[: sampling.count and None]:
            yield Skipped(prompt.id, "elicit", "refused")


def test_nothing_to_ask_for_or_no_answer_is_never_clean(mined, tmp_path):
    code, result = mined(Refuser())
    assert (code, result["decision"], result["p_value"]) == (5, "not-measured", None)
    assert result["target"]["value"] is None
    empty = tmp_path / "empty"
    empty.mkdir()
    assert mined(Writer(), "none", folder=empty)[0] == 5
    (empty / "a.py").write_text("x = 1\n")
    assert mined(Writer(), "small", folder=empty)[0] == 5
    assert mined(Writer(), "missing", folder=tmp_path / "missing")[0] == 2


def test_the_rarest_passages_come_first(repository):
    documents, _ = mine_app._documents(repository)
    passages = rarest_passages(documents.values(), 100)
    bits = [passage.bits for passage in passages]
    assert bits == sorted(bits, reverse=True)
    assert rarest_passages(documents.values(), 3) == passages[:3]
    assert all(p.null_prompt is None or p.null_prompt.id != p.prompt.id for p in passages)
    assert {p.prompt.strategy for p in passages} == {"file-header", "signature", "first-lines"}
