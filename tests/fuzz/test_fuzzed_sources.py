# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The fuzzer compiles every native file that the code under test includes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "codescan" / "_core"


def test_the_fuzzer_links():
    script = (ROOT / "scripts" / "fuzz_core").read_text(encoding="utf-8")
    groups = re.findall(r'"\$core"/\{([^}]*)\}\.cpp', script)
    compiled = {name for group in groups for name in group.split(",")}
    waiting = [CORE / f"{name}.cpp" for name in compiled]
    waiting += (ROOT / "tests" / "fuzz").glob("*.?pp")
    seen, needed = set(), set()
    while waiting:
        path = waiting.pop()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        for name in re.findall(r'#include "(\w+)\.hpp"', path.read_text(encoding="utf-8")):
            waiting += (CORE / f"{name}.hpp", CORE / f"{name}.cpp")
            needed |= {name} if (CORE / f"{name}.cpp").exists() else set()
    assert needed <= compiled
    assert all((CORE / f"{name}.cpp").exists() for name in compiled)
