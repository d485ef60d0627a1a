"""A z that is positive when the experimental arm is better, and its p-values.

Tails are computed as tails, so that a large z gives a small p and never 0 by cancellation.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr

from equipoise.analyze.estimates import Absent, TestResult

Better: TypeAlias = Literal["later", "sooner"]  # is it good for patients when it comes later?


def signed_test(
    method: str, benefit: float, variance: float, assumed: tuple[str, ...] = ()
) -> TestResult:
    """Test benefit / √variance against the normal distribution.

    >>> signed_test("example", 30.0, 1.0).p_two_sided > 0
    True
    """
    if not variance > 0.0 or not np.isfinite(variance):
        return absent(method, Absent.NO_VARIANCE, assumed)
    z = benefit / float(np.sqrt(variance))
    return TestResult(method, z, 1, float(ndtr(-z)), float(2.0 * ndtr(-abs(z))), assumed)


def absent(method: str, state: Absent, assumed: tuple[str, ...] = ()) -> TestResult:
    """Name why a test does not exist for these data."""
    return TestResult(method, state, 1, state, state, assumed)
