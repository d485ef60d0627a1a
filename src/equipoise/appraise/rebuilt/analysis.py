"""What the patients behind two published curves say, by every method of the analysis.

Every number comes from the likeliest reconstruction, with its own interval, and from many others
that fit as well: their 95% range is what rebuilding adds.  Both are joined (`together`) as for
imputed data.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equipoise.analyze.estimates import Absent, Interval, Number
from equipoise.appraise.claims.claim import Claimed
from equipoise.appraise.curves.draws import Reconstructions
from equipoise.appraise.curves.reconstruct import Reconstruction
from equipoise.appraise.rebuilt.beliefs import beliefs_of
from equipoise.appraise.rebuilt.fragility import Sides, outcome_fragility, reassignment_fragility
from equipoise.appraise.rebuilt.methods import Asked, Said, said_by, shared_time
from equipoise.appraise.rebuilt.published import set_against
from equipoise.appraise.rebuilt.together import Joined, joined_interval, joined_median
from equipoise.appraise.rebuilt.values import (
    ARMS,
    Measure,
    OverDraws,
    RatioName,
    RebuiltAnalysis,
    RebuiltFragility,
    RebuiltNumber,
    RebuiltTest,
    over_draws,
)
from equipoise.appraise.rebuilt.wording import wording
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.protocol.monitoring import Belief

SHARE = 0.95  # of the reconstructions within the limits told
MOST_TIMES = 6  # of rates, where none are asked for
JOINED: dict[Measure, Joined] = {
    "hazard ratio": "log",
    "rate": "log-log",
    "cumulative incidence": "log-log",
}
_Rows = tuple[Vector, Flags, Codes]  # time, event, arm
_Patients = tuple[Vector, Codes, Codes]  # time, outcome, arm


def analyze_rebuilt(  # noqa: PLR0913 - each is one choice of the analysis
    control: Reconstructions,
    experimental: Reconstructions,
    *,
    published: Sequence[Claimed] = (),
    arms: tuple[str, str] = ("control", "experimental"),
    cause: int | None = None,
    times: Sequence[float] | None = None,
    until: float | None = None,
    alpha: float = 0.05,
    sides: Sides = 2,
    planned: float | None = None,
    beliefs: Sequence[Belief] | None = None,
    margins: Sequence[float] = (),
    level: float = 0.95,
) -> RebuiltAnalysis:
    """Analyze the rebuilt patients of two arms, and set them against what was published.

    Args:
        control: reconstructions of one arm.
        experimental: as many of the other.
        published: what was printed of this endpoint: ratios, P values, medians, rates, differences.
        arms: ids of control and experimental arm in `published`.
        cause: of competing causes the one compared; None: any event.
        times: of rates; those of the numbers at risk unless given.
        until: of restricted means; the largest time that all allow unless given.
        alpha: which P is significant, for fragility.
        sides: of alpha.
        planned: hazard ratio of the design, to be sceptical of.
        beliefs: priors; the sceptical and the flat one unless given.
        margins: hazard ratios; how likely a better one is.
        level: of intervals.

    Raises:
        DataError: arms with different numbers of draws, or without a common time.
        NotEstimable: `until` beyond what the arms allow.

    Witness: the methods of `analyze` on each reconstruction.
    """
    patients = _sets(control, experimental)
    best, *drawn = [_compared(each, cause) for each in patients]
    asked = _asked(control.best, patients, times, until, (level, cause))
    said, *others = [said_by(*each, asked) for each in patients]
    numbers, tests = _numbers(said, others, level), _tests(said, others)
    against = tuple(set_against(each, numbers, tests, others, arms) for each in published)
    return RebuiltAnalysis(
        patients=(control.best.patients, experimental.best.patients),
        events=_events(best),
        until=asked.until,
        level=level,
        draws=len(drawn),
        ratio=_ratio(control.best, cause),
        numbers=numbers,
        tests=tests,
        published=tuple(each for each in against if each is not None),
        fragility=_fragility(best, drawn, alpha, sides),
        beliefs=beliefs_of(
            numbers[0], sum(_events(best)), planned=planned, beliefs=beliefs, margins=margins
        ),
        said=wording(numbers, tests),
        assumed=_assumed(control, experimental, asked),
    )


def _ratio(made: Reconstruction, cause: int | None) -> RatioName:
    """Name the ratio: of one cause's incidence alone the hazards are those of the subdistribution.

    The rebuilt patients bring 1 - Kaplan-Meier to the incidence F, so that their hazard is
    dF/(1 - F), whether or not the numbers at risk leave out those with other events.
    """
    if cause is None:
        return "hazard ratio"
    if len(made.curves) > 1:
        return "cause-specific hazard ratio"
    return "subdistribution hazard ratio"


def _sets(control: Reconstructions, experimental: Reconstructions) -> list[_Patients]:
    """Put the arms together: the likeliest patients, then those of each draw."""
    if len(control.drawn) != len(experimental.drawn):
        raise DataError(
            f"{len(control.drawn)} draws of control but {len(experimental.drawn)} of experimental. "
            "Draw both alike."
        )
    pairs = zip(
        (control.best, *control.drawn), (experimental.best, *experimental.drawn), strict=True
    )
    return [
        (
            np.concatenate([one.time, other.time]),
            np.concatenate([one.outcome, other.outcome]),
            np.repeat(np.arange(2), [one.patients, other.patients]),
        )
        for one, other in pairs
    ]


def _compared(patients: _Patients, cause: int | None) -> _Rows:
    """Say who had the event that is compared."""
    time, outcome, arm = patients
    return time, outcome > 0 if cause is None else outcome == cause, arm


def _asked(
    made: Reconstruction,
    sets: Sequence[_Patients],
    times: Sequence[float] | None,
    until: float | None,
    how: tuple[float, int | None],
) -> Asked:
    """Settle times of rates, and up to where means are restricted."""
    level, cause = how
    shared = shared_time(sets)
    if times is None:
        printed = [] if made.at_risk is None else made.at_risk.times.tolist()
        inside = [float(at) for at in printed if 0.0 < at <= shared]
        step = max(1, -(-len(inside) // MOST_TIMES))
        times = inside[step - 1 :: step]
    if cause is not None:
        return Asked(tuple(times), None, level, cause)
    if until is None:
        until = shared if shared > 0.0 else None
    return Asked(tuple(times), until, level)


def _numbers(said: Said, others: Sequence[Said], level: float) -> tuple[RebuiltNumber, ...]:
    """Put each estimate beside those of the other reconstructions."""
    found = []
    for place, (measure, arm, time, estimate) in enumerate(said.numbers):
        drawn = [other.numbers[place][3] for other in others]
        over = over_draws([each.value for each in drawn], SHARE)
        if measure == "median" and arm is not None:
            whole = _of_median(said, others, level, ARMS.index(arm))
        else:
            whole = joined_interval(estimate, drawn, level, JOINED.get(measure, "as it is"))
        found.append(RebuiltNumber(measure, arm, time, estimate, over, whole))
    return tuple(found)


def _of_median(said: Said, others: Sequence[Said], level: float, side: int) -> Interval | None:
    """Give the interval of an arm's median that knows of sampling and of reconstruction."""
    drawn = [other.curves[side] for other in others if other.curves is not None]
    return None if said.curves is None else joined_median(said.curves[side], drawn, level)


def _tests(said: Said, others: Sequence[Said]) -> tuple[RebuiltTest, ...]:
    """Put each test beside those of the other reconstructions."""
    return tuple(
        RebuiltTest(
            name, test, over_draws([other.tests[place][1].p_two_sided for other in others], SHARE)
        )
        for place, (name, test) in enumerate(said.tests)
    )


def _fragility(best: _Rows, drawn: Sequence[_Rows], alpha: float, sides: Sides) -> RebuiltFragility:
    """Count the patients who decide, in each reconstruction."""
    outcomes = outcome_fragility(*best, alpha=alpha, sides=sides)
    moved = reassignment_fragility(*best, alpha=alpha, sides=sides)
    every = [outcome_fragility(*rows, alpha=alpha, sides=sides) for rows in drawn]
    alike = [k for k, each in enumerate(every) if each.significant == outcomes.significant]
    counts = [_count(every[k].patients) for k in alike] or [_count(outcomes.patients)]
    arms = [
        _count(reassignment_fragility(*drawn[k], alpha=alpha, sides=sides).patients) for k in alike
    ] or [_count(moved.patients)]
    return RebuiltFragility(
        outcomes=outcomes,
        outcomes_over=_whole(counts),
        arms=moved,
        arms_over=_whole(arms),
        significant=sum(each.significant for each in every),
        draws=len(drawn),
    )


def _whole(counts: Sequence[Number]) -> OverDraws:
    """Tell how a number of patients varies, in whole patients."""
    over = over_draws(counts, SHARE)
    lower = over.lower if isinstance(over.lower, Absent) else float(np.floor(over.lower))
    upper = over.upper if isinstance(over.upper, Absent) else float(np.ceil(over.upper))
    return replace(over, lower=lower, upper=upper)


def _count(patients: int | None) -> Number:
    return Absent.NO_VALUE_FITS if patients is None else float(patients)


def _events(rows: _Rows) -> tuple[int, int]:
    _, event, arm = rows
    return int(event[arm == 0].sum()), int(event[arm == 1].sum())


def _assumed(
    control: Reconstructions, experimental: Reconstructions, asked: Asked
) -> tuple[str, ...]:
    """Say what is taken for granted."""
    told = [
        "Patients are rebuilt from curves, not the trial's own.",
        "Nothing is stratified or adjusted; the publication may have done both.",
        *control.best.assumed,
        *experimental.best.assumed,
    ]
    if asked.cause is not None and len(control.best.curves) > 1:
        told.append(
            "Events of other causes censor the cause compared in the hazard ratio and the tests of "
            "hazards; cumulative incidences and Gray's test count them as what they are."
        )
    return tuple(dict.fromkeys(told))
