"""The patients at hand at a cut, as the rest of the trial is drawn from.

Who has had no event goes on from the day last seen, unless gone: after a competing event, or last
seen longer than `seen_within` before the cut.  Visits and data entry take time: who was seen within
it is taken to be followed still, whatever word the censoring has.  Patients without any follow-up
yet go on from randomization.
"""

from collections.abc import Sequence

import numpy as np

from equipoise.analyze.selection import merged, select, stratum_codes
from equipoise.analyze.snapshot import Followup, Snapshot
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.future.model_groups import By, grouped
from equipoise.protocol.trial import DAYS_PER

SEEN_WITHIN = DAYS_PER["year"] / 2.0  # days: half a year between visits


def patients_at_hand(
    cut: DataCut,
    hypothesis: str,
    *,
    by: By = "arm and stratum",
    strata: Sequence[str] | None = None,
    seen_within: float = SEEN_WITHIN,
) -> PatientsAtHand:
    """Give the patients of a hypothesis as followed for its endpoint by the cut.

    Args:
        cut: the data.
        hypothesis: id; its endpoint, population and strata count.
        by: who shares hazards; `grouped` makes other groups of them.
        strata: names of the strata in the order wanted, with those nobody is in yet; None: those
            met, in the order of the variables' levels.
        seen_within: days before the cut within which a patient last seen is followed still.

    Raises:
        DataError: The endpoint has no follow-up, or a stratum met is not among those named.

    Witness: `follow_up` of the same snapshot (events and times); patient by patient in plain
        Python.
    """
    snapshot = cut.snapshot
    protocol = snapshot.protocol
    promised = protocol.hypothesis(hypothesis)
    estimand = protocol.estimand(promised.estimand)
    if estimand.endpoint not in snapshot.followups:
        raise DataError(
            f"{estimand.endpoint!r} has no follow-up in the data, so that its patients cannot go "
            "on from it. Name a hypothesis about a time to an event."
        )
    subjects = snapshot.subjects
    taken = select(snapshot, estimand.population).arm >= 0
    names, stratum = _strata(snapshot, promised.test.stratified_by, strata)
    taken = taken & (stratum >= 0)
    days = DAYS_PER[protocol.trial.time_unit]
    started = subjects.randomized
    assert started is not None  # noqa: S101 - a cut has dates
    first, last = cut.first_randomized.toordinal(), cut.as_of.toordinal()
    entry = (started - first) / days
    time, event, lost = _followed(snapshot, estimand.endpoint, (last - started) / days, seen_within)
    none = np.zeros(int(taken.sum()), np.int64)
    told = PatientsAtHand(
        cut=(last - first) / days,
        entry=vector(entry[taken]),
        time=vector(time[taken]),
        event=flags(event[taken]),
        lost=flags(lost[taken]),
        group=codes(none),
        groups=("everyone",),
        arm=codes(_arms(snapshot, estimand.population)[taken]),
        stratum=codes(stratum[taken]),
    )
    return grouped(told, by, arms=tuple(arm.id for arm in protocol.arms), strata=names)


def _arms(snapshot: Snapshot, population: str) -> Codes:
    analyzed = snapshot.protocol.population(population).arms
    subjects = snapshot.subjects
    return subjects.received if analyzed == "received" else subjects.assigned


def _strata(
    snapshot: Snapshot, variables: Sequence[str], wanted: Sequence[str] | None
) -> tuple[tuple[str, ...], Codes]:
    """Give the names of the strata, and everyone's place among them; -1: not known."""
    if not variables:
        return (), codes(np.zeros(snapshot.subjects.size))
    met = stratum_codes(snapshot.subjects, variables)
    if wanted is None:
        return met.levels, met.codes
    foreign = [name for name in met.levels if name not in wanted]
    if foreign:
        raise DataError(
            f"Patients are in the strata {', '.join(map(repr, foreign))}, which are not among "
            f"{', '.join(map(repr, wanted))}. Name every stratum as its levels are, in the order "
            "of the test's variables."
        )
    place = np.array([wanted.index(name) for name in met.levels] + [-1], dtype=np.int64)
    return tuple(wanted), codes(place[met.codes])


def _followed(
    snapshot: Snapshot, endpoint: str, since: Vector, seen_within: float
) -> tuple[Vector, Flags, Flags]:
    """Give of every patient the time followed, the event, and who is gone without it."""
    followup: Followup = merged(snapshot.followups[endpoint])
    patients, subject = snapshot.subjects.size, followup.subject
    time, event = np.zeros(patients), np.zeros(patients, np.bool_)
    gone = np.zeros(patients, np.bool_)
    order = np.lexsort((followup.time, subject))  # the last row of each patient stays
    subject, at = subject[order], followup.time[order]
    time[subject], event[subject] = at, followup.outcome[order] == 1
    gone[subject] = followup.outcome[order] > 1
    unseen = since - time > seen_within / DAYS_PER[snapshot.protocol.trial.time_unit]
    seen = np.zeros(patients, np.bool_)
    seen[subject] = True
    return vector(time), flags(event), flags(~event & (gone | (unseen & seen)))
