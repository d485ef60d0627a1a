"""How long patients were followed, had none of them had the event.

The reverse Kaplan-Meier estimate: events end follow-up as censorings do in Ŝ, and the end of
follow-up is the event (Schemper & Smith 1996).  At the same time the end of follow-up comes
first, as an event does in Ŝ (R: `survfit(Surv(time, 1 - status) ~ 1)`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.survival_rows import survival_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def reverse_kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, entry: ArrayLike | None = None
) -> SurvivalCurve:
    """Estimate how long patients remain under follow-up; give one row a patient.

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        event: 1 or True where the follow-up ended in the event, 0 or False where it was censored.
        entry: when each row came under observation, before `time`; at risk after it.

    Raises:
        DataError: rows that break a convention, by number.

    Witness: R survival 3.5-3 `survfit` with the event reversed, tests/reference/examples.json.

    >>> reverse_kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).quantile(0.5).value
    3.0
    """
    rows = survival_rows(time, event, entry)
    return kaplan_meier(rows.time, np.logical_not(rows.event), entry=rows.entry)
