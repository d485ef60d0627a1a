"""Whose hazards a patient shares: everyone's, a stratum's, an arm's, an arm's in a stratum.

Groups by arm and stratum are numbered arm by arm: group = arm * strata + stratum.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, codes
from equipoise.monitor.future.future import PatientsAtHand

By: TypeAlias = Literal["everyone", "stratum", "arm", "arm and stratum"]


def grouped(
    at_hand: PatientsAtHand, by: By, *, arms: Sequence[str] = (), strata: Sequence[str] = ()
) -> PatientsAtHand:
    """Give the same patients in other groups.

    Args:
        at_hand: with `arm` and `stratum` where groups are made of them.
        by: what makes a group; without strata "arm and stratum" is "arm".
        arms: names, in the protocol's order.
        strata: names, in the order of the codes.

    Raises:
        DataError: An arm or stratum is not known of every patient.
    """
    patients = at_hand.entry.size
    group, names = np.zeros(patients, np.int64), [""]
    if "arm" in by:
        group, names = _known(at_hand.arm, arms, "arm"), list(arms)
    if "stratum" in by and strata:
        stratum = _known(at_hand.stratum, strata, "stratum")
        group = group * len(strata) + stratum
        names = [f"{name}, {each}" if name else each for name in names for each in strata]
    return replace(
        at_hand,
        group=codes(group),
        groups=tuple(name or "everyone" for name in names),
    )


def _known(values: Codes | None, names: Sequence[str], what: str) -> Codes:
    if values is None:
        raise DataError(
            f"The {what} of the patients at hand is not told, so that they cannot be grouped by "
            f"{what}; give it, or forecast everyone together."
        )
    if values.size and not 0 <= values.min() <= values.max() < len(names):
        raise DataError(
            f"A patient at hand has no known {what}; leave these patients out, or forecast "
            "everyone together."
        )
    return values
