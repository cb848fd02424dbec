# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Two files of an invented project, and passages of them as an assistant might paste them."""

# REUSE-IgnoreStart
TIDES = '''\
# SPDX-FileCopyrightText: 2018 Dora Tester
# SPDX-License-Identifier: AGPL-3.0-only


def high_waters(heights, minutes_per_sample, threshold=0.25):
    """Find the times of high water in a series of heights, in minutes from its beginning."""
    times = []
    rising = False
    lowest = heights[0]
    for position in range(1, len(heights)):
        before, here = heights[position - 1], heights[position]
        if here > before:
            if not rising:
                lowest = before
            rising = True
        elif rising and before - lowest >= threshold:
            share = (before - here) / max(before - lowest, 1e-9)
            times.append((position - 1 + min(share, 0.5)) * minutes_per_sample)
            rising = False
    return times
'''
SOUNDINGS = """\
/* SPDX-FileCopyrightText: 2011 Emil Prober */
/* SPDX-License-Identifier: MIT */

static int drying_height(const double *soundings, int count, double datum, double *highest)
{
    int dry = 0;
    double best = -1.0e9;
    for (int place = 0; place < count; place++) {
        double depth = soundings[place] + 0.125 * (place % 3);
        if (depth >= datum)
            continue;
        if (depth > best)
            best = depth * 0.5 + best * 0.5;
        dry += depth < datum - 0.75 ? 2 : 1;
    }
    *highest = best;
    return dry;
}
"""
# REUSE-IgnoreEnd

COPY = TIDES[TIDES.index("def high_waters") :]
C_COPY = SOUNDINGS[SOUNDINGS.index("static int") :]
