"""The analysis of one time-to-event endpoint without competing events.

Each arm: Kaplan-Meier, quantiles, landmark rates, restricted mean, numbers at risk.  Each
comparison: see `effects`.  Each hypothesis of the protocol: its own test, set against alpha.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.contrast import Contrast
from equipoise.analyze.effects import all_tests, compare
from equipoise.analyze.estimates import Absent, Number, TestResult
from equipoise.analyze.follow_up import reverse_kaplan_meier
from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.restricted_mean import largest_common_time
from equipoise.analyze.results import (
    ArmSurvival,
    FollowUp,
    RateAt,
    TimeToEventAnalysis,
    Verdict,
)
from equipoise.analyze.selection import (
    Selection,
    arm_rows,
    comparisons_of,
    merged,
    select,
    verdicts,
)
from equipoise.analyze.snapshot import Followup, Snapshot
from equipoise.analyze.time_grid import at_risk_grid
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import AnalysisPlan, Arm, Test


@dataclass(frozen=True, slots=True)
class ArmRows:
    """The follow-up rows of one arm, and the curve through them."""

    arm: Arm
    followup: Followup
    mask: Flags
    curve: SurvivalCurve

    @property
    def patients(self) -> int:
        """How many different patients."""
        return int(np.unique(self.followup.subject[self.mask]).size)

    def of(self, values: Vector | Codes) -> Vector:
        """Pick this arm's rows of a column."""
        return np.asarray(values[self.mask], dtype=np.float64)


def time_to_event_analysis(snapshot: Snapshot, estimand: Estimand) -> TimeToEventAnalysis:
    """Answer everything the protocol asks of one time-to-event estimand.

    Raises:
        DataError: an arm of the estimand has no patients in its population.
    """
    protocol = snapshot.protocol
    plan = protocol.analysis
    endpoint = protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, TimeToEvent)  # noqa: S101 - the caller dispatched on the kind
    followup = merged(snapshot.followups[endpoint.id])
    selection = select(snapshot, estimand.population, estimand.treatment)
    arms = tuple(_arm_rows(followup, selection, arm) for arm in selection.arms)
    until = _restricted_mean_limit(plan, arms)
    longest = max(float(arm.curve.time[-1]) for arm in arms)
    grid = at_risk_grid(longest, protocol.trial.time_unit, protocol.trial.display_unit)
    contrasts = [
        Contrast(snapshot, estimand, endpoint, followup, selection, comparison)
        for comparison in comparisons_of(protocol, estimand)
    ]
    each = [(contrast, all_tests(contrast, until)) for contrast in contrasts]
    return TimeToEventAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=selection.population,
        arms=tuple(_arm_survival(arm, plan, grid, until) for arm in arms),
        at_risk_times=grid,
        comparisons=tuple(compare(contrast, until, found) for contrast, found in each),
        follow_up=_follow_up(followup, selection, arms, plan),
        verdicts=tuple(v for contrast, found in each for v in _verdicts(contrast, found)),
        assumed=_assumed(plan),
    )


def _arm_rows(followup: Followup, selection: Selection, arm: Arm) -> ArmRows:
    mask = arm_rows(selection, arm, followup)
    entry = None if followup.entry is None else followup.entry[mask]
    curve = kaplan_meier(followup.time[mask], followup.outcome[mask] == 1, entry=entry)
    return ArmRows(arm, followup, mask, curve)


def _restricted_mean_limit(plan: AnalysisPlan, arms: tuple[ArmRows, ...]) -> float | None:
    common = largest_common_time(arm.curve for arm in arms)
    until = common if plan.restricted_mean_until is None else plan.restricted_mean_until
    return until if 0 < until <= common else None


def _arm_survival(
    rows: ArmRows, plan: AnalysisPlan, grid: tuple[float, ...], until: float | None
) -> ArmSurvival:
    curve, level, scale = rows.curve, plan.level, plan.survival_interval
    lower_quartile, median, upper_quartile = (
        curve.quantile(share, level, scale) for share in (0.25, 0.5, 0.75)
    )
    events = int(curve.events.sum())
    return ArmSurvival(
        arm=rows.arm,
        patients=rows.patients,
        events=events,
        censored=rows.patients - events,
        first_events=_first_events(rows),
        curve=curve.curve(level, scale),
        median=median,
        lower_quartile=lower_quartile,
        upper_quartile=upper_quartile,
        landmarks=tuple(
            RateAt(t, int(curve.at_risk_at([t])[0]), curve.survival_at(t, level, scale))
            for t in plan.landmarks
        ),
        at_risk=tuple(int(n) for n in curve.at_risk_at(grid)),
        restricted_mean=None if until is None else curve.restricted_mean(until, level),
    )


def _first_events(rows: ArmRows) -> Mapping[str, int]:
    happening = rows.followup.happening
    if happening is None:
        return {}
    ended = rows.mask & (rows.followup.outcome == 1) & (happening.codes >= 0)
    counts = np.bincount(happening.codes[ended], minlength=len(happening.levels))
    named = zip(happening.levels, counts.tolist(), strict=True)
    return {name: count for name, count in named if count}


def _follow_up(
    followup: Followup, selection: Selection, arms: tuple[ArmRows, ...], plan: AnalysisPlan
) -> tuple[FollowUp, ...]:
    everyone = selection.mask[followup.subject]
    groups: list[tuple[Arm | None, Flags]] = [(None, everyone)]
    groups += [(rows.arm, rows.mask) for rows in arms]
    return tuple(_follow_up_of(followup, arm, mask, plan) for arm, mask in groups)


def _follow_up_of(followup: Followup, arm: Arm | None, mask: Flags, plan: AnalysisPlan) -> FollowUp:
    entry = None if followup.entry is None else followup.entry[mask]
    time = followup.time[mask]
    curve = reverse_kaplan_meier(time, followup.outcome[mask] == 1, entry=entry)
    quartile: list[Number] = [
        curve.quantile(share, plan.level, plan.survival_interval).value for share in (0.25, 0.75)
    ]
    return FollowUp(
        endpoint=followup.endpoint,
        arm=arm,
        patients=int(np.unique(followup.subject[mask]).size),
        median=curve.quantile(0.5, plan.level, plan.survival_interval),
        lower_quartile=quartile[0],
        upper_quartile=quartile[1],
        longest=float(time.max()) if time.size else Absent.NO_PATIENTS,
    )


def _verdicts(contrast: Contrast, tests: Mapping[Test, TestResult]) -> tuple[Verdict, ...]:
    return verdicts(
        contrast.snapshot.protocol,
        contrast.estimand,
        contrast.comparison,
        lambda hypothesis: tests[hypothesis.test],
    )


def _assumed(plan: AnalysisPlan) -> tuple[str, ...]:
    return (
        "At risk at t: entry < t <= exit; a censoring at t counts as after an event at t.",
        "Times closer than 1.5e-8 of the mean time are ties.",
        f"Survival: Kaplan-Meier; intervals {plan.survival_interval}, Greenwood variance.",
        "Medians and quartiles: Brookmeyer-Crowley intervals; midpoint where the curve is flat.",
        f"Hazard ratios: Cox model, {plan.ties.capitalize()} ties, Wald interval on the log scale.",
        "Log-rank: hypergeometric variance at ties.",
        "Follow-up: reverse Kaplan-Meier (an event ends follow-up as a censoring does in Ŝ).",
        "Proportional hazards: score test for a trend with the Kaplan-Meier time transform.",
    )
