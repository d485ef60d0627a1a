"""How long patients were followed, had none of them had the event.

The reverse Kaplan-Meier estimate: events end follow-up as censorings do in Ŝ, and the end of
follow-up is the event (Schemper & Smith 1996).  At the same time the end of follow-up comes
first, as an event does in Ŝ (R: `survfit(Surv(time, 1 - status) ~ 1)`).
"""

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.survival_rows import survival_rows


def reverse_kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, entry: ArrayLike | None = None
) -> SurvivalCurve:
    """Estimate how long patients remain under follow-up; give one row a patient.

    Raises:
        DataError: rows that break a convention, by number.

    Witness: R survival 3.5-3 `survfit` with the event reversed, tests/reference/examples.json.

    >>> reverse_kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).quantile(0.5).value
    3.0
    """
    rows = survival_rows(time, event, entry)
    return kaplan_meier(rows.time, np.logical_not(rows.event), entry=rows.entry)
