"""From the example's file of two published trials to their pooled effects."""

from pathlib import Path

import pytest

from equipoise.appraise.pooling_asked import pooled_as_asked
from equipoise.appraise.pooling_sensitivity import leave_one_out
from equipoise.io.pooling_file import read_pooling, read_pooling_file

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331" / "pooling.yaml"


def test_aall1331_with_locatelli():
    asked = read_pooling_file(EXAMPLE)
    events, deaths = map(pooled_as_asked, asked.pools)
    limits = events.effect.interval
    told = (events.effect.value, limits.lower, limits.upper, events.heterogeneity.q)
    assert [round(each, 2) for each in told] == [0.56, 0.40, 0.78, 4.13]
    assert round(100 * events.heterogeneity.i_squared) == 76
    limits = deaths.effect.interval
    told = (deaths.effect.value, limits.lower, limits.upper)
    assert [round(each, 2) for each in told] == [0.57, 0.38, 0.86]
    assert any("unverified" in sentence for sentence in events.assumed)
    alone = leave_one_out(events)
    assert alone[1].pooled.effect.value == pytest.approx(0.70)


def test_tables_and_levels_and_differences():
    text = """
title: forms
pools:
  - id: remission
    effect: odds ratio
    method: Peto
    studies:
      - {id: a, events: 44/49 v 26/48, year: 2021}
      - {id: b, events: 30/40 vs 22/41, note: read from a figure.}
  - id: rates
    effect: difference
    level: 0.9
    studies:
      - {id: a, estimate: -3.5 (-7 to 0), level: 0.99}
      - {id: b, estimate: 1.0 (-1.0 to 3.0)}
  - id: events
    effect: hazard ratio
    method: DL
    studies:
      - {id: a, observed_minus_expected: -10, variance: 25}
"""
    remission, rates, events = map(pooled_as_asked, read_pooling(text, "forms.yaml").pools)
    assert remission.effect.value > 1
    assert rates.level == 0.9
    assert rates.studies[0].standard_error == pytest.approx(3.5 / 2.5758293035489)
    assert events.mean == pytest.approx(-0.4)
