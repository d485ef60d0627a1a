"""A test turned round once lost its small one-sided p: 1 - (1 - 1e-100) is 0."""

import numpy as np
import pytest

from equipoise.analyze.contrast import Rows
from equipoise.analyze.treatment_effect import treatment_effect
from equipoise.protocol.trial import AnalysisPlan


def test_a_small_p_survives_where_sooner_is_better():
    random = np.random.default_rng(1)
    side = np.repeat([0, 1], 2000)
    time = random.exponential(10.0, 4000) / (1 + side)
    event = np.ones(4000, dtype=bool)
    rows = Rows(time, event, event.astype(np.int64), side, None, None, np.arange(4000))
    wald = treatment_effect(rows, AnalysisPlan(), better="sooner").tests[0]
    assert wald.statistic > 15
    assert 0.0 < wald.p_one_sided == pytest.approx(wald.p_two_sided / 2, rel=1e-12)
    assert wald.reversed().p_one_sided == pytest.approx(1.0)
    assert wald.reversed().reversed().p_one_sided == pytest.approx(wald.p_one_sided, rel=1e-12)
