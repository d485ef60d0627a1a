"""How well rebuilt patients draw the published curve again, and what two arms of them say.

Distances are between the Kaplan-Meier (Aalen-Johansen) estimate of the rebuilt patients and the
curve, at the times of its points; the mean is over time.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.cox import cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.estimates import Absent, Estimate, TestResult
from equipoise.analyze.log_rank import log_rank
from equipoise.appraise.curves.reconstruct import Reconstruction
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, vector

NOTICED = 0.01  # distance from the curve that is remarked upon
LOOSE = 3.0  # in units of the reading error


@dataclass(frozen=True, slots=True)
class Fit:
    """How the rebuilt patients compare with what was published."""

    farthest: float  # largest distance from the curve, in proportions
    farthest_at: float  # where
    mean_distance: float  # over time
    times_at_risk: Vector
    printed_at_risk: Codes
    rebuilt_at_risk: Codes
    printed_events: int | None
    rebuilt_events: int
    remarks: tuple[str, ...]  # what did not come back


def fit_of(made: Reconstruction) -> Fit:
    """Compare rebuilt patients with the curve, the numbers at risk and the events published.

    Witness: law (zero distance and equal numbers for curves made from few known patients).
    """
    course = cumulative_incidence(made.time, made.outcome, causes=len(made.curves))
    farthest, where, mean = -1.0, 0.0, 0.0
    for cause, curve in enumerate(made.curves):
        rebuilt = course.incidence[cause][
            np.maximum(np.searchsorted(course.time, curve.time, side="right") - 1, 0)
        ]
        rebuilt = np.where(curve.time < course.time[0], 0.0, rebuilt)
        off = np.abs(rebuilt - curve.incidence)
        weights = np.diff(curve.time, append=curve.end)
        mean = max(mean, float((off * weights).sum() / max(weights.sum(), 1e-300)))
        if off.max() > farthest:
            farthest, where = float(off.max()), float(curve.time[int(off.argmax())])
    times = vector([]) if made.at_risk is None else made.at_risk.times
    printed = codes([]) if made.at_risk is None else made.at_risk.patients
    back = codes([(made.time >= at).sum() for at in times])
    events = int((made.outcome > 0).sum())
    return Fit(
        farthest=farthest,
        farthest_at=where,
        mean_distance=mean,
        times_at_risk=times,
        printed_at_risk=printed,
        rebuilt_at_risk=back,
        printed_events=made.total_events,
        rebuilt_events=events,
        remarks=_remarks(made, farthest, where, (times, printed, back), events),
    )


def _remarks(
    made: Reconstruction,
    farthest: float,
    where: float,
    at_risk: tuple[Vector, Codes, Codes],
    events: int,
) -> tuple[str, ...]:
    """Say what did not come back."""
    said = []
    if farthest > max(NOTICED, LOOSE * made.reading_error):
        said.append(
            f"The rebuilt curve lies {100 * farthest:.1f} points from the published one at "
            f"{where:.4g}: curve, numbers at risk and events may not belong together."
        )
    for at, printed, back in zip(*at_risk, strict=True):
        if printed != back:
            said.append(f"{printed} are printed at risk at {at:g}, {back} are rebuilt.")
    if made.total_events is not None and events != made.total_events:
        said.append(
            f"{made.total_events} events are published, {events} are rebuilt: the curve does not "
            "allow for more nearly as many."
        )
    return tuple(said)


@dataclass(frozen=True, slots=True)
class RebuiltComparison:
    """What two rebuilt arms say, beside what was published."""

    hazard_ratio: Estimate  # experimental over control
    log_rank: TestResult
    published: float | None
    off: float | None  # rebuilt over published hazard ratio, less 1


def compare_rebuilt(
    control: Reconstruction,
    experimental: Reconstruction,
    *,
    cause: int | None = None,
    published: float | None = None,
) -> RebuiltComparison:
    """Compare two rebuilt arms by Cox's model and the log-rank test.

    Args:
        control: one arm.
        experimental: the other.
        cause: of competing causes the one compared, the others censoring it; None: any event.
        published: the hazard ratio as published, experimental over control.

    Raises:
        DataError: when the published hazard ratio is not above 0.
        NotEstimable: when there are no events.

    Witness: R survival 3.5-3 `coxph` and `survdiff`, by those of `analyze`.
    """
    if published is not None and not published > 0.0:
        raise DataError(f"A hazard ratio is above 0, not {published:g}. Check the published one.")
    time, event, arm = rows_of(control, experimental, cause)
    ratio = cox(time, event, arm[:, None].astype(np.float64), names=["arm"]).hazard_ratio("arm")
    off = None
    if published is not None and not isinstance(ratio.value, Absent):
        off = float(ratio.value / published - 1.0)
    return RebuiltComparison(ratio, log_rank(time, event, arm, groups=2).test, published, off)


def rows_of(
    control: Reconstruction, experimental: Reconstruction, cause: int | None = None
) -> tuple[Vector, Flags, Codes]:
    """Put two arms together: times, events, and the arm (0 control, 1 experimental).

    Witness: law (every patient of both arms, in order).
    """
    time = np.concatenate([control.time, experimental.time])
    outcome = np.concatenate([control.outcome, experimental.outcome])
    event = outcome > 0 if cause is None else outcome == cause
    arm = np.repeat(np.arange(2), [control.patients, experimental.patients])
    return time, event, arm
