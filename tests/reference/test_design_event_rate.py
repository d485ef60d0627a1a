"""One event rate against a fixed value: lrstat 0.3.3 `getDesignOneRateExact`, and plain sums."""

import numpy as np
import pytest
from scipy.stats import poisson

from equipoise.design.counts.one_rate import (
    EventRateQuestion,
    event_rate_patients,
    event_rate_power,
)
from equipoise.errors import DesignError

GIVEN_PATIENTS = [  # lambdaH0, lambda, D, alpha, n: r, attainedAlpha, power
    ((0.049, 0.012, 0.5, 0.025, 525), (5, 0.0117372849609, 0.9002103240222)),
    ((1.0, 1.4, 2.0, 0.05, 60), (139, 0.0481713003873, 0.9902207482675)),
]
GIVEN_POWER = [  # lambdaH0, lambda, D, alpha, 1 - beta: n, r, attainedAlpha, power
    ((0.2, 0.3, 1.0, 0.025, 0.8), (204, 55, 0.0195151342454, 0.8026346331306)),
    ((0.5, 0.35, 1.0, 0.05, 0.9), (174, 71, 0.0448754850305, 0.9102547335032)),
    ((0.05, 0.12, 1.5, 0.025, 0.85), (106, 15, 0.0164265495462, 0.8543154141168)),
]


@pytest.mark.parametrize(("asked", "expected"), GIVEN_PATIENTS)
def test_power(asked, expected):
    *question, patients = asked
    found = event_rate_power(EventRateQuestion(*question), patients)
    counts = [found.claim_at_least, found.claim_at_most]
    assert expected[0] in counts
    assert (found.alpha, found.power) == pytest.approx(expected[1:], abs=1e-12)


@pytest.mark.parametrize(("asked", "expected"), GIVEN_POWER)
def test_patients(asked, expected):
    *question, power = asked
    found = event_rate_patients(EventRateQuestion(*question), power=power, choice="lasting")
    assert found.patients == expected[0]
    assert expected[1] in (found.claim_at_least, found.claim_at_most)
    assert (found.alpha, found.power) == pytest.approx(expected[2:], abs=1e-12)


@pytest.mark.parametrize("rates", [(0.4, 0.7), (0.7, 0.4), (3.0, 2.5), (0.01, 0.06)])
def test_sizes_one_by_one(rates):
    question = EventRateQuestion(*rates, exposure=0.8, alpha=0.05)
    powers = []
    for n in range(1, 400):
        mean, true = n * 0.8 * rates[0], n * 0.8 * rates[1]
        counts = np.arange(-1, int(mean + 10 * mean**0.5 + 20))
        if rates[1] > rates[0]:
            claim = counts[poisson.sf(counts - 1, mean) <= 0.05].min()
            powers.append(poisson.sf(claim - 1, true))
        else:
            claim = counts[poisson.cdf(counts, mean) <= 0.05].max()
            powers.append(poisson.cdf(claim, true))
        if n in (1, 7, 30):
            assert event_rate_power(question, n).power == pytest.approx(powers[-1], abs=1e-12)
    enough = np.array(powers) >= 0.8
    assert event_rate_patients(question, power=0.8).patients == int(np.argmax(enough)) + 1
    lasting = next(n for n in range(380) if enough[n : n + 10].all()) + 1
    assert event_rate_patients(question, power=0.8, choice="lasting").patients == lasting


def test_too_little_exposure_to_claim_a_lower_rate():
    """Lrstat stops with an error of its library: no count of events is rare enough."""
    found = event_rate_power(EventRateQuestion(0.01, 0.002), 20)
    assert (found.claim_at_most, found.alpha, found.power) == (-1, 0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"null": 0.0}, "under the null must be a number above 0"),
        ({"alternative": 0.2}, "tells them apart"),
        ({"exposure": -1.0}, "exposure of a patient"),
        ({"alpha": 2.5}, "as a fraction"),
        ({"alternative": 0.2000001}, "larger difference"),
    ],
)
def test_what_cannot_be(change, says):
    question = EventRateQuestion(**{"null": 0.2, "alternative": 0.3, **change})
    with pytest.raises(DesignError, match=says):
        event_rate_patients(question, power=0.8)
