# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The exact test of a preference for published texts: false positives, faint preferences."""

import numpy as np
import pytest

from codescan.stats.preferred_form import null_rate, preference, site_leads

KINDS = ("quotes", "local-name", "imports")


def drawn(generator, sites=400, gain=0.0):
    """Sites of a model that prefers the first texts, by far more than one reading adds."""
    kinds = [KINDS[n] for n in generator.integers(0, 3, sites)]
    places = generator.integers(1, 9, sites)
    habit = -3.0 * places + generator.standard_t(2, sites) * np.sqrt(places)
    published = generator.integers(0, 2, sites).astype(bool)
    differences = habit + gain * places * np.where(published, 1, -1)
    base = 2.0 * habit + generator.normal(0, 1, sites)
    return differences, kinds, places, base, published


@pytest.mark.parametrize("with_base", [False, True])
def test_unrelated_models_are_not_accused(with_base):
    """Over 150 unrelated models the p-value is below 5 % in about 5 %."""
    generator = np.random.default_rng(7)
    low = 0
    for number in range(150):
        differences, kinds, places, base, published = drawn(generator, sites=120)
        leads = site_leads(differences, kinds, places, base if with_base else None)
        low += preference(leads, published, seed=number).p_value <= 0.05
    assert 1 <= low <= 17
    keys = generator.integers(0, 2, (300, 120)).astype(bool)
    rate = null_rate(leads, keys)
    assert rate.n == 300
    assert rate.low <= 0.05 <= rate.high


def test_a_faint_preference_is_found_beside_strong_habits():
    generator = np.random.default_rng(8)
    differences, kinds, places, base, published = drawn(generator, sites=900, gain=0.12)
    plain = np.where(published, differences, -differences)
    assert abs(plain.sum()) / np.sqrt((plain**2).sum()) < 2  # habits hide it
    assert preference(site_leads(differences, kinds, places), published).p_value < 0.01
    preferred = preference(site_leads(differences, kinds, places, base), published)
    assert preferred.p_value < 0.001
    assert preferred.sites == 900
    assert preferred.mean_lead > 0


def test_one_site_of_wide_scores_does_not_hide_the_others():
    generator = np.random.default_rng(3)
    differences, kinds, places, _, published = drawn(generator, gain=0.3)
    alone = preference(site_leads(differences, kinds, places), published).p_value
    differences[:4] += np.where(published[:4], -1e6, 1e6)
    assert preference(site_leads(differences, kinds, places), published).p_value < 10 * alone


def test_leads_do_not_depend_on_what_was_published():
    """The remainder is bounded and sees the scores alone; equal scores lead nowhere."""
    generator = np.random.default_rng(5)
    differences, kinds, places, base, _ = drawn(generator)
    leads = site_leads(differences, kinds, places, base)
    assert np.abs(leads).max() <= 2.0
    order = generator.permutation(len(kinds))
    again = site_leads(differences[order], [kinds[n] for n in order], places[order], base[order])
    assert np.allclose(again, leads[order], atol=1e-6)
    assert preference(np.zeros(3), [True, False, True]).p_value == 1.0
    assert preference([], []).sites == 0
    assert site_leads([0.0, 0.0], ["a", "b"], [1, 1]).tolist() == [0.0, 0.0]


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="published"):
        preference([1.0], [])
    with pytest.raises(ValueError, match="finite"):
        site_leads([np.nan], ["a"], [1])
    with pytest.raises(ValueError, match="finite"):
        site_leads([1.0], ["a"], [1], [1.0, 2.0])
    with pytest.raises(ValueError, match="place"):
        site_leads([1.0], ["a"], [0])
