# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Code that stands in a document of an index is found as code, however the document marks it."""

from __future__ import annotations

import difflib
import heapq
import inspect
import shlex
import textwrap
import time

import pytest

import codescan
from codescan._core import _native
from codescan.records import Grade

PROSE = (
    "The next section shows how it works (in detail), for those who care about locks.\n"
    "It was written when the old harbor [1] was still in use; nobody knew the tide then.\n\n"
)
FUNCTIONS = {
    "long comments": inspect.getsource(difflib.SequenceMatcher.find_longest_match),
    "a doctest": inspect.getsource(heapq.merge),
    "branches": inspect.getsource(shlex.shlex.read_token),
    "javascript": """\
export function ferryTimes(first, last, interval, pauses) {
  const departures = []; // it's a list
  for (let minute = first; minute <= last; minute += interval) {
    const pause = pauses.find((p) => p.from <= minute && minute < p.until && !/["'`]/.test(p.name));
    if (pause) {
      minute = pause.until - interval;
      continue;
    }
    const hours = String(Math.floor(minute / 60)).padStart(2, "0");
    departures.push(`${hours}:${String(minute % 60).padStart(2, "0")}`);
  }
  return departures;
}
""",
    "rust": """\
pub fn settle<'a>(levels: &'a mut [f64], gates: &'a [Gate]) -> &'a [f64] {
    let mut moved = true; // until nothing flows
    while moved {
        moved = false;
        for (i, gate) in gates.iter().enumerate() {
            if gate.mark == '"' || gate.mark == '\\'' { continue; }
            let difference = levels[i] - levels[i + 1];
            if difference.abs() <= 0.01 { continue; }
            let flow = (difference.abs() / 2.0).min(gate.capacity);
            levels[i] -= if difference > 0.0 { flow } else { -flow };
            moved = true;
        }
    }
    levels
}
""",
    "sql": """\
SELECT lock.name, count(*) AS passages -- it's a count
FROM locks AS lock JOIN passages ON passages.lock_id = lock.id AND passages.kind <> 'it''s'
WHERE passages.at >= '2024-01-01' AND passages.tonnage BETWEEN 100 AND 2500
GROUP BY lock.name HAVING count(*) > 12 ORDER BY passages DESC, lock.name LIMIT 40;
""",
    "shell": """\
for lock in "${LOCKS[@]}"; do # doesn't stop
    if [ -f "$lock/levels.txt" ] && grep -q "open $(date +%F)" "$lock/levels.txt"; then
        cp -r "$lock" "$TARGET/$(basename "$lock")" || echo "cannot copy $lock: $?" >&2
        sort -u "$lock/levels.txt" | awk '{ sum += $2 } END { print sum / NR }' > "$TARGET/mean"
    fi
done
""",
}
FORMS = {
    "a fence": ("README.md", "```\n{}```\n"),
    "a fence of tildes": ("README.md", "~~~~ lang\n{}~~~~\n"),
    "a fence that nothing closes": ("README.md", "```\n{}"),
    "a fence in a list": ("README.md", "- so:\n\n      ```\n[}      ```\n"),
    "a quotation": ("README.md", "<}\n"),
    "an indented block": ("guide.rst", "Example::\n\n[}\n"),
    "a block of AsciiDoc": ("guide.adoc", "[source]\n----\n{}----\n"),
    "a block of org": ("notes.org", "#+begin_src\n{}#+end_src\n"),
    "plain text": ("notes.txt", "{}\n"),
}


def written(form: str, code: str) -> tuple[str, str]:
    """The name and text of a document that shows some code."""
    name, block = FORMS[form]
    block = block.replace("{}", code).replace("[}", textwrap.indent(code, " " * 6))
    block = block.replace("<}", textwrap.indent(code, "> ", lambda _line: True))
    return name, f"{PROSE}{block}\n{PROSE if 'nothing closes' not in form else ''}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("code", FUNCTIONS)
def test_code_of_a_document_is_found_whole(tmp_path, form, code):
    name, text = written(form, FUNCTIONS[code])
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / name).write_bytes(text.encode())
    with codescan.Index.of_folder(tmp_path) as index:
        findings = index.scan(FUNCTIONS[code], "python" if "def " in FUNCTIONS[code] else None)
    best = max(findings.findings, key=lambda finding: finding.tokens)
    assert best.grade is Grade.A
    lines = len(FUNCTIONS[code].splitlines())
    assert best.region.end_line - best.region.start_line + 1 >= 0.9 * lines
    first = text.splitlines().index(
        next(line for line in text.splitlines() if FUNCTIONS[code].splitlines()[0] in line)
    )
    assert best.attribution.region.start_line - best.region.start_line == first


def test_prompts_of_an_interpreter_are_no_code(tmp_path):
    code = "".join(
        f"level_{n} = settle(gates[{n}], tolerance={n}.5, wait=flow_{n % 3})\n" for n in range(12)
    )
    session = "".join(f">>> {line}\n{n}.25\n" for n, line in enumerate(code.splitlines()))
    (tmp_path / "guide.rst").write_text(PROSE + session + PROSE, encoding="utf-8")
    parts = lexed(PROSE + session + PROSE).parts().tolist()
    assert [stream for _start, _end, stream in parts] == [2, 1]
    start, end, _stream = parts[1]
    tokens = lexed(PROSE + session + PROSE).hashes(start, end).tolist()
    prompt = _native.lex(b">>>", _native.LEXERS["python"]).hashes().tolist()
    assert not any(tokens[i : i + 3] == prompt for i in range(len(tokens)))


def lexed(text: str) -> _native.Tokens:
    """The tokens of a document in an index."""
    return _native.lex(text.encode(), _native.LEXERS["prose"], streams=True, of_corpus=True)


def test_prose_holds_no_code():
    headings = "Locks\n~~~~~\n\nThey open at noon.\n\nGates\n~~~~~\n\n"
    for text in (PROSE * 20, headings * 20, "Name | Length\n-----|-----\nNorth | 12\n" * 20, ""):
        assert [stream for *_range, stream in lexed(text).parts().tolist()] == [2]


@pytest.mark.parametrize(
    "line", ["```\n", "~~~\n", "`" * 500 + "\n", "a(\n", " a = b\n\n", "\r", ">>> \n", "x\n"]
)
def test_hostile_documents_cost_linear_time(line):
    def cost(size: int) -> float:
        text = line * (size // len(line))
        start = time.process_time()
        lexed(text)
        return time.process_time() - start

    assert cost(1_600_000) < 0.2 + 40 * max(cost(100_000), 0.001)
