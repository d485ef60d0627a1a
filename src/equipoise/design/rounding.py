"""Whole patients and whole events, in each of the ways trials are rounded by.

    whole_patients     up to the next number that keeps the allocation (survival)
    whole_arms         each arm up by itself (means, counts)
    after_control      the control arm up, the experimental one up from it by the allocation (rates)
    whole_events       the last look's up, the interim ones to the nearest to their fraction of it

With equal arms the first three agree.
"""

import math
from fractions import Fraction

import numpy as np

from equipoise.kernel.arrays import Vector

LARGEST_BLOCK = 40  # allocations like 2:3 are kept whole up to blocks of this size
NOISE = 1e-9  # relative: a count this little above a whole number is that number


def whole_patients(patients: float, allocation: float) -> tuple[int, int]:
    """Round patients up to whole ones (control, experimental), the allocation kept.

    Witness:
        sv16 (gsDesign toInteger).

    >>> whole_patients(393.8, 1.0), whole_patients(100.1, 2.0), whole_patients(10.0, 1.5)
    ((197, 197), (34, 68), (4, 6))
    """
    ratio = Fraction(allocation).limit_denominator(LARGEST_BLOCK)
    block = ratio.numerator + ratio.denominator
    if block > LARGEST_BLOCK or abs(float(ratio) - allocation) > NOISE:
        control = whole_number(patients / (1.0 + allocation))
        return control, whole_number(patients * allocation / (1.0 + allocation))
    blocks = whole_number(patients / block)
    return blocks * ratio.denominator, blocks * ratio.numerator


def whole_number(count: float) -> int:
    """Round a count up, but for the noise of its last digits.

    >>> whole_number(12.0 + 1e-12), whole_number(12.001)
    (12, 13)
    """
    return math.ceil(count - NOISE * max(1.0, count))


def whole_arms(patients: float, allocation: float) -> tuple[int, int]:
    """Round control and experimental patients up, each arm by itself.

    Witness:
        rpact getSampleSizeMeans.

    >>> whole_arms(112.3, 1.0), whole_arms(30.0, 2.0)
    ((57, 57), (10, 20))
    """
    if not math.isfinite(allocation):
        return 0, whole_number(patients)
    control = patients / (1 + allocation)
    return whole_number(control), whole_number(patients - control)


def after_control(patients: float, allocation: float) -> tuple[int, int]:
    """Round the control arm up, and the experimental arm after it.

    Witness:
        rpact getSampleSizeRates.

    >>> after_control(31.0, 2.0)
    (11, 22)
    """
    if not math.isfinite(allocation):
        return 0, whole_number(patients)
    control = whole_number(patients / (1 + allocation))
    return control, whole_number(control * allocation)


def whole_events(events: Vector) -> Vector:
    """Give whole events: the last look's up, the interim ones nearest to their fraction of it.

    Witness:
        sv16.

    >>> whole_events(np.array([178.2, 267.4, 356.5])).tolist()
    [178.0, 268.0, 357.0]
    """
    last = whole_number(float(events[-1]))
    rounded = np.maximum(np.rint(events / events[-1] * last), 1.0)
    rounded[-1] = last
    return np.asarray(rounded)
