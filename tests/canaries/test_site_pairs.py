# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Two texts of each site of a stamped file, which say nothing about the published one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from test_stamps import PARTS

from codescan.canaries.stamps.package_forms import stamp_file, stamped_before
from codescan.canaries.stamps.site_pairs import null_choices, pair_prompts, site_pairs


@given(st.permutations(PARTS[1:]), st.integers(1, len(PARTS)), st.integers(0, 10**6))
def test_pairs_differ_at_one_site_and_hide_the_stamp(parts, count, seed):
    """Both texts of a pair are equivalent, and are the same whichever was published."""
    source = PARTS[0] + "\n\n" + "".join(parts[:count])
    file = stamp_file("a.py", source, f"key {seed}")
    pairs = site_pairs(file, f"key {seed}", 16)
    windows = {}
    for prompt in pair_prompts(file, f"key {seed}", 16):
        site, way, _ = prompt.id.rsplit("|", 2)
        windows.setdefault(site, ([], []))[int(way)].append(prompt)
    assert list(windows) == [pair.id for pair in pairs]
    for pair in pairs:
        first, second = windows[pair.id]
        assert len(first) == len(second)
        assert any(a.expected != b.expected for a, b in zip(first, second, strict=True))
        assert [a.expected.count("\n") for a in first] == [b.expected.count("\n") for b in second]
        assert [a.text for a in first][:1] == [b.text for b in second][:1]
        assert pair.places >= 1
        if pair.kind in {"quotes", "local-name"}:
            texts = "".join(prompt.expected for prompt in first)
            assert texts != "".join(prompt.expected for prompt in second)
    null = null_choices(file, f"key {seed}", pairs, 5)
    assert [len(coins) for coins in null] == [len(pairs)] * 5


def test_what_was_published_is_a_fair_coin_at_each_site():
    source = PARTS[0] + "\n\n" + PARTS[1] + PARTS[2]
    counts = {}
    for number in range(600):
        file = stamped_before("a.py", source, f"key {number}")
        for pair in site_pairs(file, f"key {number}", 16):
            own = counts.setdefault(pair.id, [0, 0])
            own[pair.is_second_published] += 1
    for first, second in counts.values():
        assert abs(first - second) < 4 * np.sqrt(first + second)
