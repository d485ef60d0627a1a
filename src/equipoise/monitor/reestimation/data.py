"""The pooled data of a trial's leading endpoint, from a cut: arms are not looked at."""

import numpy as np

from equipoise.analyze.selection import merged
from equipoise.analyze.snapshot import Snapshot
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import Flags, codes, flags, vector
from equipoise.kernel.ordering import near
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.reestimation import Pooled, PooledAnswers, PooledMeasurements
from equipoise.protocol.endpoints import Binary
from equipoise.protocol.trial import DAYS_PER

TWO = 2


def pooled_data(cut: DataCut, design: TrialDesign) -> Pooled:
    """Pool the data of the endpoint that the trial is sized for.

    Args:
        cut: the data.
        design: of the trial.

    Raises:
        DesignError: no hypothesis has a plan.
        DataError: the data hold none of its endpoint, or no dates of randomization.

    Witness: sums over patients (tests/laws/test_monitored_reestimation.py).
    """
    main, snapshot = design.main, cut.snapshot
    if main is None:
        raise DesignError("No hypothesis of the protocol has a plan: there is no size to revise.")
    hypothesis = snapshot.protocol.hypothesis(main.hypothesis)
    inside = snapshot.subjects.populations[
        snapshot.protocol.estimand(hypothesis.estimand).population
    ]
    name = main.endpoint
    if name in snapshot.followups:
        return _times(cut, name, inside)
    if name in snapshot.answers:
        return _answers(snapshot, name, inside)
    if name in snapshot.measurements:
        value = snapshot.measurements[name].value[inside]
        value = value[np.isfinite(value)]
        if value.size < TWO or np.ptp(value) == 0:
            raise DataError(f"{value.size} measurements of {name!r} tell no spread. Wait for more.")
        return PooledMeasurements(float(value.std(ddof=1)), int(value.size))
    raise DataError(f"The data hold nothing of {name!r}, for which the trial is sized.")


def _answers(snapshot: Snapshot, name: str, inside: Flags) -> PooledAnswers:
    """Count answers as the analysis will: those awaited not at all, missing ones by their rule."""
    answers, endpoint = snapshot.answers[name], snapshot.protocol.endpoint(name)
    assert isinstance(endpoint, Binary)  # noqa: S101 - answers are of binary endpoints
    missing = answers.value < 0
    counted = inside if answers.awaited is None else inside & ~answers.awaited
    if endpoint.missing == "excluded":
        counted = counted & ~missing
    yes = answers.value == 1
    if endpoint.missing == "counts as yes":
        yes = yes | missing
    return PooledAnswers(int((yes & counted).sum()), int(counted.sum()))


def _times(cut: DataCut, name: str, inside: Flags) -> PatientsAtHand:
    snapshot = cut.snapshot
    randomized = snapshot.subjects.randomized
    if randomized is None or (randomized[inside] < 0).any():
        raise DataError(
            "Not every patient's date of randomization is known: when patients came cannot be "
            "told. Map `randomized` under `data.subjects`."
        )
    followup = merged(snapshot.followups[name])
    if followup.entry is not None:
        raise DataError(f"Patients of {name!r} enter late; pooled rates need follow-up from 0.")
    rows = inside[followup.subject]
    subject = followup.subject[rows]
    unit = DAYS_PER[snapshot.protocol.trial.time_unit]
    entry = (randomized[subject] - cut.first_randomized.toordinal()) / unit
    end = (cut.as_of.toordinal() - cut.first_randomized.toordinal()) / unit
    time, event = followup.time[rows], followup.outcome[rows] == 1
    gone = time < end - entry - max(near(time), 1.0 / unit)  # seen no more before the cut
    return PatientsAtHand(
        cut=end,
        entry=vector(entry),
        time=vector(time),
        event=flags(event),
        lost=flags(~event & gone),
        group=codes(np.zeros(subject.size)),
        groups=("all",),
    )
