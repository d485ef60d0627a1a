"""A proportional-hazards test of nothing: chi-square 1e-33 and p = 1, where R's matrix is singular.

With one moment that compares anyone, a hazard ratio that changes over time cannot be told from
one that does not: γ has no variance once β is fitted.
"""

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.analyze.proportional_hazards import proportional_hazards_test


@pytest.mark.parametrize("transform", ["km", "rank", "identity"])
def test_one_moment_that_compares(transform):
    fit = cox([0, 0, 1], [1, 1, 1], [0, 1, 0])
    result = proportional_hazards_test(fit, transform)
    assert result.tests[0].statistic is result.together.statistic is Absent.NO_VARIANCE
    assert result.together.p_two_sided is Absent.NO_VARIANCE


def test_two_covariates_of_which_one_can_be_tested():
    """The second varies among those at risk at one moment only."""
    random = np.random.default_rng(5)
    time = np.arange(1.0, 31)
    other = np.zeros(30)
    other[0], time[1] = 1, 1.0  # of two tied at the first moment, one; then 0 throughout
    x = np.column_stack([random.normal(size=30), other])
    result = proportional_hazards_test(cox(time, np.ones(30), x))
    assert 0 < result.tests[0].p_two_sided < 1
    assert result.tests[1].statistic is result.together.statistic is Absent.NO_VARIANCE


def test_two_moments_that_compare():
    result = proportional_hazards_test(cox([0, 0, 1, 1], [1, 1, 1, 1], [0, 1, 0, 1]))
    assert isinstance(result.together.statistic, float)
