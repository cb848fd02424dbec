# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes hostile repositories and checks them with the gate.

Each case is one repository with a copy of AGPL code and a mechanism that may hide it. It has two
twins: the mechanism without the copy, which must pass, and the copy without the mechanism, which
must fail. Failures are: a copy that passes without the right words (silent), a check that does not
end (hang), exit code 4 or death by a signal (crash), code of the repository that ran (ran), and a
twin with another result.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from _torture.gate_case import Case, Outcome, Plan, check, invented_code, make_upstream
from _torture.gate_policies import all_mechanisms

RUNS = 320
_SHOWN = 1200


def run(seed: int, runs: int | None) -> int:
    """Run the cases and print a table; return the number of failures."""
    with tempfile.TemporaryDirectory(prefix="codescan-torture-") as name:
        return _run(Path(name), seed, runs or RUNS)


def _run(folder: Path, seed: int, runs: int) -> int:
    from codescan.__main__ import main

    rng = Random(seed)
    upstream = make_upstream(folder / "upstream", rng)
    index = folder / "index"
    if main(["index", "build", "-q", "--corpus", str(folder / "upstream"), "--out", str(index)]):
        raise RuntimeError("the index was not built")
    main(["check", "-q", "--index", str(index), str(folder / "upstream")])  # imports, once
    mechanisms = all_mechanisms()
    names = rng.sample(list(mechanisms), len(mechanisms))
    failures: Counter[str] = Counter()
    slowest, begun = 0.0, time.monotonic()
    for number in range(runs):
        name = names[number % len(names)]
        case_seed = rng.randrange(1 << 30)
        payload = upstream[number % len(upstream)]
        clean = invented_code(Random(case_seed))
        for kind, text in (("hostile", payload), ("clean twin", clean)):
            case = Case(folder / "case", Random(case_seed), text, index)
            try:
                plan = mechanisms[name](case)
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                failures["setup"] += 1
                print(f"setup: {name}: {error}", flush=True)
                shutil.rmtree(case.folder)
                continue
            start = time.monotonic()
            outcome = check(case, plan)
            slowest = max(slowest, time.monotonic() - start)
            problem = _problem(kind, plan, outcome)
            if problem:
                failures[problem] += 1
                print(f"{problem}: {name}, {kind}, exit code {outcome.code}")
                print(f"  {plan.arguments}\n  {outcome.output[-_SHOWN:]}", flush=True)
            shutil.rmtree(case.folder)
        problem = _plain_twin(folder, case_seed, payload, index)
        failures[problem] += 1
    failures.pop("", None)
    used, seconds = min(runs, len(names)), time.monotonic() - begun
    print(f"hostile repositories  {runs} of {used} mechanisms, in {seconds:.0f} s")
    print(f"mechanisms            {' '.join(sorted(names[:used]))}")
    for word in ("silent", "hang", "crash", "ran", "wrong", "twin", "setup"):
        print(f"{word:21} {failures[word]}")
    print(f"slowest check         {slowest:.2f} s")
    return failures.total()


def _problem(kind: str, plan: Plan, outcome: Outcome) -> str:
    """The word for what went wrong, or ""."""
    if outcome.code not in {0, 1, 2, 3, 5}:
        return "hang" if outcome.code is None and outcome.output.startswith("HANG") else "crash"
    if plan.absent is not None and plan.absent.exists():
        return "ran"
    if kind != "hostile":
        return "" if outcome.code in plan.clean_codes else "twin"
    if outcome.code in plan.codes and plan.says in outcome.output:
        return ""
    return "silent" if outcome.code == 0 else "wrong"


def _plain_twin(folder: Path, case_seed: int, payload: str, index: Path) -> str:
    """The copy without any mechanism has to be found."""
    case = Case(folder / "case", Random(case_seed), payload, index)
    case.stage("b.py", case.text())
    plan = case.staged()
    outcome = check(case, plan)
    shutil.rmtree(case.folder)
    return "" if outcome.code == 1 else "twin"
