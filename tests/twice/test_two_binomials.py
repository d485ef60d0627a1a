"""Fisher's tests and the sizes they need, programmed a second time, total by total."""

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact, hypergeom

from equipoise.design.binary.exact import (
    ExactBinaryQuestion,
    exact_binary_patients,
    exact_binary_power,
)
from equipoise.design.binary.rates import TwoRates
from equipoise.kernel.two_binomials import (
    fisher_two_sided,
    fisher_two_sided_region,
    most_power_given_total,
)

ARMS = [(1, 1), (1, 9), (9, 1), (7, 7), (12, 5)]


@pytest.mark.parametrize(("n1", "n0"), ARMS)
def test_two_sided_p_of_scipy(n1, n0):
    tables = [[[[i, n1 - i], [j, n0 - j]] for j in range(n0 + 1)] for i in range(n1 + 1)]
    p = [[fisher_exact(table)[1] for table in row] for row in tables]
    assert fisher_two_sided(n1, n0) == pytest.approx(np.array(p), abs=1e-13)


@pytest.mark.parametrize(("n1", "n0"), [*ARMS, (40, 33)])
@pytest.mark.parametrize("alpha", [1e-6, 0.01, 0.05, 0.4])
def test_the_region_is_where_p_is_small(n1, n0, alpha):
    region = fisher_two_sided_region(n1, n0, alpha)
    assert np.array_equal(region, fisher_two_sided(n1, n0) <= alpha)


@pytest.mark.parametrize(("n1", "n0"), ARMS)
@pytest.mark.parametrize(("experimental", "control"), [(0.7, 0.3), (0.2, 0.6)])
def test_most_power_given_the_total(n1, n0, experimental, control):
    alpha, power = 0.05, 0.0
    for total in range(n1 + n0 + 1):
        x1 = np.arange(max(0, total - n0), min(n1, total) + 1)
        chance = binom.pmf(x1, n1, experimental) * binom.pmf(total - x1, n0, control)
        left = alpha
        for x in x1[::-1] if experimental > control else x1:  # the most telling table first
            null = hypergeom.pmf(x, n1 + n0, n1, total)
            power += chance[x - x1[0]] * min(1.0, left / null)
            left = max(0.0, left - null)
    found = most_power_given_total(n1, n0, experimental, control, alpha)
    assert found == pytest.approx(power, abs=1e-13)


@pytest.mark.parametrize(
    ("rates", "alpha", "sides"),
    [
        (TwoRates(0.1, 0.6), 0.05, 2),
        (TwoRates(0.9, 0.3), 0.025, 1),
        (TwoRates(0.05, 0.5, allocation=2.0), 0.05, 2),
    ],
)
def test_no_smaller_size_has_the_power(rates, alpha, sides):
    asked = ExactBinaryQuestion(rates, "fisher", alpha, sides)
    found = exact_binary_patients(asked, power=0.8, balanced=False)
    share = rates.allocation / (1.0 + rates.allocation)
    for total in range(5, found.patients):
        experimental = int(np.floor(total * share + 0.5))
        assert exact_binary_power(asked, total - experimental, experimental).power < 0.8
