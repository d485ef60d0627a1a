"""The continuity correction of two proportions: from n to what the corrected test needs.

    m = m'/4 (1 + √(1 + 2c/m'))²,   c = (1 + r) / (r |p1 - p0|),   m control patients

(Casagrande, Pike & Smith 1978; Fleiss, Tytun & Ury 1980).  Solved for m':  m' = (m - c/2)²/m.
"""

import numpy as np

from equipoise.design.binary.rates import TwoRates
from equipoise.errors import DesignError


def corrected(rates: TwoRates, patients: float) -> float:
    """Give the patients in all that the continuity-corrected test needs.

    Witness: Fleiss, Levin & Paik (2003), table A.4; inverse of `uncorrected` (tests/laws).
    """
    control = patients / (1 + rates.allocation)
    root = 1 + np.sqrt(1 + 2 * _unit(rates) / control)
    return float((1 + rates.allocation) * control / 4 * root**2)


def uncorrected(rates: TwoRates, patients: float) -> float:
    """Give the patients of the uncorrected test that so many of the corrected one are worth.

    Raises:
        DesignError: The correction takes more than there is.

    Witness: inverse of `corrected` (tests/laws).
    """
    control, unit = patients / (1 + rates.allocation), _unit(rates)
    if control <= unit / 2:
        raise DesignError(
            f"The continuity correction is larger than {patients:g} patients can bear. "
            f"Plan more than {(1 + rates.allocation) * unit / 2:.0f}, or leave the correction out."
        )
    return float((1 + rates.allocation) * (control - unit / 2) ** 2 / control)


def _unit(rates: TwoRates) -> float:
    difference = abs(rates.experimental - rates.control)
    return (1 + rates.allocation) / (rates.allocation * difference)
