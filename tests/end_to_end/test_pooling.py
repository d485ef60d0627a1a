"""From the example's file of two published trials to their pooled effects."""

from pathlib import Path

import pytest

from equipoise.appraise.pooling.asked import network_as_asked, pooled_as_asked
from equipoise.appraise.pooling.sensitivity import leave_one_out
from equipoise.errors import ClaimError
from equipoise.io.pooling.file import read_pooling, read_pooling_file

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


def test_a_network_from_its_file():
    text = """
title: three treatments
networks:
  - id: survival
    effect: hazard ratio
    method: fixed
    reference: C
    studies:
      - {id: one, experimental: A, control: C, estimate: 0.70 (0.50-0.98)}
      - {id: two, experimental: B, control: C, estimate: 0.80 (0.60-1.07)}
      - id: three
        contrasts:
          - {experimental: A, control: C, estimate: 0.65 (0.45-0.94)}
          - {experimental: B, control: C, estimate: 0.85 (0.60-1.20)}
          - {experimental: A, control: B, estimate: 0.76 (0.53-1.09)}
"""
    asked = read_pooling(text, "network.yaml")
    told = network_as_asked(asked.networks[0])
    assert asked.pools == ()
    assert told.treatments == ("C", "A", "B")
    assert 0.6 < told.comparison("A", "C").value < 0.75
    assert told.p_scores[1] > told.p_scores[2] > told.p_scores[0]


BAD_NETWORK = """networks:
  - id: survival
    effect: hazard ratio
    studies:
      - {id: one, experimental: A, estimate: 0.70 (0.50-0.98)}
      - {id: two, experimental: B, control: C, estimat: 0.80 (0.60-1.07)}
      - id: three
        contrasts:
          - {experimental: A, control: C, estimate: 0.65 (0.94-0.45)}
          - {experimental: B, control: C}
      - id: four
        contrasts:
          - {experimental: A, control: C, estimate: 0.65 (0.45-0.94)}
          - {experimental: B, control: C, estimate: 0.85 (0.60-1.20)}
      - {id: five, experimental: A, control: A, estimate: 0.70 (0.50-0.98)}
"""


def test_wrong_lines_of_a_network_are_named():
    with pytest.raises(ClaimError) as caught:
        read_pooling(BAD_NETWORK, "network.yaml")
    told = [line.split(":", 2)[1:] for line in str(caught.value).splitlines()]
    lines = [int(number) for number, _ in told]
    assert sorted(set(lines)) == [5, 6, 9, 10, 11, 15]
    words = {int(number): rest for number, rest in told}
    assert "`control` is missing" in words[5]
    assert "lower limit first" in words[9]
    assert "give each pair of arms once" in words[11]
