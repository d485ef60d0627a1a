"""Two arms as counts: what proportions, their differences and their ratios all start from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtr

from equipoise.analyze.estimates import TestResult
from equipoise.errors import DataError

if TYPE_CHECKING:
    from equipoise.kernel.two_by_two import Floats

Better = Literal["yes", "no"]


def checked_counts(successes: int, patients: int) -> tuple[int, int]:
    """Give whole counts, or say what is wrong with them.

    Raises:
        DataError: counts that are not whole, more successes than patients, or no patients.
    """
    for what, count in (("successes", successes), ("patients", patients)):
        if not math.isfinite(count) or count != int(count) or count < 0:
            raise DataError(f"{count} {what}: counts are whole numbers from 0. Correct the count.")
    if patients == 0:
        raise DataError("0 of 0: a proportion needs at least one patient. Leave this arm out.")
    if successes > patients:
        raise DataError(f"{successes} successes among {patients} patients. Swap or correct them.")
    return int(successes), int(patients)


def normal_test(method: str, z: float, better: Better, assumed: tuple[str, ...] = ()) -> TestResult:
    """Turn a Z of experimental minus control into a test in the direction of benefit."""
    favorable = z if better == "yes" else -z
    both = float(2 * ndtr(-abs(z)))
    return TestResult(method, favorable, 1, float(ndtr(-favorable)), both, assumed)


def one_table(x1: int, n1: int, x0: int, n0: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Give checked counts as the arrays of one that the score kernels take."""
    (a, n), (b, m) = checked_counts(x1, n1), checked_counts(x0, n0)
    return np.array([float(a)]), np.array([float(n)]), np.array([float(b)]), np.array([float(m)])
