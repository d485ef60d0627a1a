"""How long everyone was followed, and how far behind the data are.

Follow-up is the reverse Kaplan-Meier estimate; the endpoint's event and those competing with it
end it.  The lag is the time from a patient's last contact to the cut: those who had an event are
not followed for it any more, and do not count.  A month has 30.4375 days.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.estimates import Number
from equipoise.analyze.follow_up import reverse_kaplan_meier
from equipoise.analyze.means import summarize
from equipoise.analyze.results import FollowUp
from equipoise.analyze.selection import merged
from equipoise.analyze.snapshot import Snapshot
from equipoise.kernel.arrays import codes, vector
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.protocol.trial import DAYS_PER

WITHIN = (3, 6, 12)  # months


@dataclass(frozen=True, slots=True)
class DataLag:
    """One endpoint."""

    endpoint: str
    label: str
    patients: int  # still followed, with a date of randomization
    median: Number  # days from last contact to the cut
    lower_quartile: Number
    upper_quartile: Number
    longest: Number
    within: tuple[tuple[int, int], ...]  # (months, patients seen within so many of the cut)


def pooled_follow_up(pooled: Snapshot) -> tuple[FollowUp, ...]:
    """Tell for each time-to-event endpoint how long everyone randomized was followed.

    Args:
        pooled: a snapshot without arms.

    Witness: `reverse_kaplan_meier` (tests/twice/test_monitored_pooled.py).
    """
    plan, told = pooled.protocol.analysis, []
    for endpoint in pooled.protocol.endpoints:
        followup = pooled.followups.get(endpoint.id)
        if followup is None or not followup.subject.size:
            continue
        rows = merged(followup)
        curve = reverse_kaplan_meier(rows.time, rows.outcome > 0, entry=rows.entry)
        low, high = (
            curve.quantile(share, plan.level, plan.survival_interval).value
            for share in (0.25, 0.75)
        )
        told.append(
            FollowUp(
                endpoint=endpoint.id,
                arm=None,
                patients=int(np.unique(rows.subject).size),
                median=curve.quantile(0.5, plan.level, plan.survival_interval),
                lower_quartile=low,
                upper_quartile=high,
                longest=float(rows.time.max()),
            )
        )
    return tuple(told)


def data_lags(pooled: Snapshot, as_of: date) -> tuple[DataLag, ...]:
    """Tell for each time-to-event endpoint how far behind its follow-up is.

    Args:
        pooled: a snapshot without arms.
        as_of: the cut.

    Witness: counted patient by patient (tests/twice/test_monitored_pooled.py).
    """
    randomized = pooled.subjects.randomized
    if randomized is None:
        return ()
    days_per_unit = DAYS_PER[pooled.protocol.trial.time_unit]
    calendar = CutCalendar(randomized, days_per_unit, as_of.toordinal())
    told = []
    for endpoint in pooled.protocol.endpoints:
        if endpoint.id not in pooled.followups:
            continue
        followup = merged(pooled.followups[endpoint.id])
        size = pooled.subjects.size
        last, happened = np.full(size, -np.inf), np.zeros(size, dtype=np.bool_)
        np.maximum.at(last, followup.subject, followup.time)
        happened[followup.subject[followup.outcome > 0]] = True
        followed = np.flatnonzero(np.isfinite(last) & ~happened & (randomized >= 0))
        seen = calendar.day(codes(followed), vector(last[followed]))
        lag = vector(np.maximum(as_of.toordinal() - seen, 0)) if followed.size else vector([])
        found = summarize(lag)
        told.append(
            DataLag(
                endpoint=endpoint.id,
                label=endpoint.label,
                patients=int(followed.size),
                median=found.median,
                lower_quartile=found.lower_quartile,
                upper_quartile=found.upper_quartile,
                longest=found.maximum,
                within=tuple((k, int((lag <= k * DAYS_PER["month"]).sum())) for k in WITHIN),
            )
        )
    return tuple(told)
