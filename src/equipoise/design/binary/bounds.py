"""The effect estimated at a boundary: which rate the experimental arm must show.

With the control arm at its planned rate, the experimental rate at which the statistic of
`rates` equals z, its variance fitted under the null to the rates seen (as rpact shows it).
Where even a rate of 0 or 1 does not reach z the effect is infinite.  A Wald test has the
planned variance, and the effect is linear in z.
"""

from dataclasses import replace

import numpy as np

from equipoise.design.binary.rates import TwoRates, effect_of, spread
from equipoise.design.plan import Effect
from equipoise.design.sequential.describe import EffectAt
from equipoise.kernel.arrays import Vector
from equipoise.kernel.root import root_between

EDGE = 1e-12


def effect_at_bounds(rates: TwoRates, effect: Effect, patients: Vector) -> EffectAt | None:
    """Give the rule by which the effect at a bound follows from its z; None: linearly in z.

    Args:
        rates: as planned.
        effect: as planned; says which side is better.
        patients: (looks,) in both arms.

    Witness: rpact `criticalValuesEffectScale` (tests/reference).
    """
    if "wald" in rates.statistic:
        return None
    sign = 1.0 if effect.better == "higher" else -1.0

    def at(look: int, z: float) -> float:
        return effect_at_z(rates, sign * z, float(patients[look - 1]))

    return at


def effect_at_z(rates: TwoRates, z: float, patients: float) -> float:
    """Give the effect whose statistic is z, positive above the null; infinite if none is.

    Witness: rpact `criticalValuesEffectScale` (tests/reference); z of the effect found (laws).
    """
    edge = float(np.copysign(np.inf, z))
    low, high = EDGE, 1 - EDGE
    if not _z(rates, low, patients) <= z <= _z(rates, high, patients):
        return edge
    rate = root_between(lambda seen: _z(rates, seen, patients) - z, low, high)
    return effect_of(rates.measure, rate, rates.control)


def _z(rates: TwoRates, experimental: float, patients: float) -> float:
    """Give the statistic if the arms show these rates."""
    seen = replace(rates, experimental=experimental)
    found = spread(seen, equal=True)
    return found.distance * float(np.sqrt(patients)) / found.null_sd
