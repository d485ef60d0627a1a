"""Efficacy bounds of the classical families, as what they ask of every look.

    Wang & Tsiatis (1987)        u_k = C t_k^(δ - 1/2)
    O'Brien & Fleming (1979)     δ = 0: the same score at every look
    Pocock (1977)                δ = 1/2: the same z at every look
    Haybittle (1971), Peto (1976)  a constant z at interim looks, the rest of alpha at the last

C is the one with P(cross any bound | no effect) = alpha.
"""

import numpy as np

from equipoise.design.sequential.rules import (
    HaybittlePeto,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.schedule import Family, Schedule
from equipoise.errors import DesignError


def efficacy_schedule(
    rule: WangTsiatis | HaybittlePeto, stopping: StoppingPlan
) -> Schedule | Family:
    """Say what a classical family asks of every look of a one-sided test (or of one side).

    Raises:
        DesignError: A parameter is out of its range.

    Witness: gsd11 to gsd13 and their truths; gs-rpact-0030, 0035; lr03.
    """
    information = np.array(stopping.information, dtype=np.float64)
    alpha = stopping.alpha / stopping.sides
    if isinstance(rule, WangTsiatis):
        if not -1.0 <= rule.delta <= 1.0:
            raise DesignError(
                f"Wang and Tsiatis's delta is {rule.delta:g}; choose from 0 (O'Brien-Fleming) over "
                "0.5 (Pocock) to 1 (or down to -1 for still later stopping)."
            )
        return Family(information ** (rule.delta - 0.5))
    if not rule.z > 0.0:
        raise DesignError(
            f"Haybittle and Peto's interim bound is {rule.z:g}; give a z above 0, such as 3."
        )
    last = np.arange(information.size) == information.size - 1
    return Schedule(np.where(last, np.nan, rule.z), np.where(last, alpha, 0.0))
