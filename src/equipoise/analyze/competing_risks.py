"""The analysis of one time-to-event endpoint whose event others can forestall.

Each arm: Aalen-Johansen incidence of the event and of every competing event.  Each comparison:
Gray's test per cause, the difference at the landmarks, and the cause-specific hazard ratio
(competing events end follow-up there: it speaks of the rate, not of how many).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from equipoise.analyze.contrast import Contrast, rows_of
from equipoise.analyze.cumulative_incidence import (
    CumulativeIncidence,
    cumulative_incidence,
    cumulative_incidence_difference,
)
from equipoise.analyze.effects import run_test as run_cause_specific_test
from equipoise.analyze.estimates import Absent, TestResult, absent_test
from equipoise.analyze.gray import gray_test
from equipoise.analyze.results import (
    ArmIncidence,
    CauseIncidence,
    CompetingRisksAnalysis,
    CompetingRisksComparison,
    RateAt,
    Verdict,
)
from equipoise.analyze.selection import (
    arm_rows,
    comparisons_of,
    hypotheses_of,
    merged,
    select,
    verdicts,
)
from equipoise.analyze.snapshot import Followup, Snapshot
from equipoise.analyze.time_grid import at_risk_grid
from equipoise.analyze.treatment_effect import treatment_effect
from equipoise.errors import ProtocolError
from equipoise.kernel.arrays import Flags
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import AnalysisPlan, Arm, Protocol, Test, TestMethod

CAUSE_SPECIFIC = (TestMethod.LOG_RANK, TestMethod.FLEMING_HARRINGTON, TestMethod.COX_WALD)


@dataclass(frozen=True)
class _ArmRows:
    """The follow-up of one arm."""

    arm: Arm
    followup: Followup
    mask: Flags
    causes: int

    @cached_property
    def incidence(self) -> CumulativeIncidence:
        """Every cause's cumulative incidence."""
        entry = self.followup.entry
        return cumulative_incidence(
            self.followup.time[self.mask],
            self.followup.outcome[self.mask],
            causes=self.causes,
            entry=None if entry is None else entry[self.mask],
        )

    def at_risk(self, time: float) -> int:
        """Count rows with entry < time ≤ exit; at the start, everyone who starts there."""
        within = self.mask & (self.followup.time >= time)
        if self.followup.entry is not None:
            start = min(0.0, float(self.followup.entry[self.mask].min()))
            within &= (self.followup.entry < time) | (self.followup.entry <= start)
        return int(within.sum())


def competing_risks_analysis(snapshot: Snapshot, estimand: Estimand) -> CompetingRisksAnalysis:
    """Answer everything the protocol asks of one estimand with competing events.

    Raises:
        DataError: an arm of the estimand has no patients in its population.
    """
    protocol = snapshot.protocol
    endpoint = protocol.endpoint(estimand.endpoint)
    assert isinstance(endpoint, TimeToEvent)  # noqa: S101 - the caller dispatched on the kind
    followup = merged(snapshot.followups[endpoint.id])
    selection = select(snapshot, estimand.population, estimand.treatment)
    causes = cause_names(endpoint)
    arms = {
        arm.id: _ArmRows(arm, followup, arm_rows(selection, arm, followup), len(causes))
        for arm in selection.arms
    }
    longest = max(float(rows.incidence.time[-1]) for rows in arms.values())
    units = (protocol.trial.time_unit, protocol.trial.display_unit)
    grid = at_risk_grid(longest, *units, most=6)  # two panels stand side by side
    contrasts = [
        Contrast(snapshot, estimand, endpoint, followup, selection, comparison)
        for comparison in comparisons_of(protocol, estimand)
    ]
    return CompetingRisksAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=selection.population,
        arms=tuple(_arm_incidence(rows, causes, protocol.analysis, grid) for rows in arms.values()),
        at_risk_times=grid,
        comparisons=tuple(_compare(contrast, arms, causes) for contrast in contrasts),
        verdicts=tuple(v for contrast in contrasts for v in _verdicts(contrast)),
        assumed=_assumed(protocol.analysis),
    )


def cause_names(endpoint: TimeToEvent) -> tuple[str, ...]:
    """Name outcomes 1, 2, ...: the endpoint's event, then its competing events."""
    return (" or ".join(endpoint.events), *endpoint.competing)


def _arm_incidence(
    rows: _ArmRows, causes: tuple[str, ...], plan: AnalysisPlan, grid: tuple[float, ...]
) -> ArmIncidence:
    course, level, scale = rows.incidence, plan.level, plan.survival_interval
    patients = int(np.unique(rows.followup.subject[rows.mask]).size)
    events = course.events.sum(axis=1)
    return ArmIncidence(
        arm=rows.arm,
        patients=patients,
        censored=patients - int(events.sum()),
        causes=tuple(
            CauseIncidence(
                cause=name,
                events=int(events[place]),
                curve=course.curve(place + 1, level, scale),
                landmarks=tuple(
                    RateAt(t, rows.at_risk(t), course.estimate_at(place + 1, t, level, scale))
                    for t in plan.landmarks
                ),
            )
            for place, name in enumerate(causes)
        ),
        at_risk=tuple(rows.at_risk(t) for t in grid),
    )


def _compare(
    contrast: Contrast, arms: dict[str, _ArmRows], causes: tuple[str, ...]
) -> CompetingRisksComparison:
    protocol, plan, better = _protocol(contrast), contrast.plan, contrast.endpoint.better
    experimental = arms[contrast.comparison.experimental].incidence
    control = arms[contrast.comparison.control].incidence
    asked = [h.test for h in hypotheses_of(protocol, contrast.estimand, contrast.comparison)]
    rho = next((test.rho for test in asked if test.method is TestMethod.GRAY), 0.0)
    rows = rows_of(contrast, contrast.strata)
    plain = rows_of(contrast, ())
    return CompetingRisksComparison(
        comparison=contrast.comparison,
        tests={
            name: _gray(contrast, Test(TestMethod.GRAY, contrast.strata, rho), place + 1)
            for place, name in enumerate(causes)
        },
        landmarks=tuple(
            cumulative_incidence_difference(experimental, control, 1, t, plan.level, better)
            for t in plan.landmarks
        ),
        cause_specific_hazard_ratio=treatment_effect(rows, plan, better).hazard_ratio,
        unstratified_hazard_ratio=treatment_effect(plain, plan, better).hazard_ratio,
        strata=tuple(protocol.variable(each).label for each in contrast.strata),
        left_out=rows.without_stratum,
    )


def _gray(contrast: Contrast, test: Test, cause: int) -> TestResult:
    """Run Gray's test; a competing event has no direction that is known to be better."""
    rows = rows_of(contrast, test.stratified_by)
    left_out = rows.without_stratum
    note = (f"{left_out} patients without a stratum left out",) if left_out else ()
    if np.unique(rows.side).size < 2:  # noqa: PLR2004 - two arms
        return absent_test("Gray", Absent.NO_PATIENTS)
    result = gray_test(
        rows.time,
        rows.outcome,
        rows.side,
        cause=cause,
        stratum=rows.stratum,
        rho=test.rho,
        entry=rows.entry,
        better=contrast.endpoint.better if cause == 1 else "later",
    )
    if cause > 1:
        fewer = "positive: fewer of these in the experimental arm"
        note, result = (*note, fewer), replace(result, p_one_sided=Absent.NO_DIRECTION)
    return replace(result, assumed=(*result.assumed, *note))


def _verdicts(contrast: Contrast) -> tuple[Verdict, ...]:
    return verdicts(
        _protocol(contrast),
        contrast.estimand,
        contrast.comparison,
        lambda hypothesis: _hypothesis_test(contrast, hypothesis.test),
    )


def _hypothesis_test(contrast: Contrast, test: Test) -> TestResult:
    if test.method is TestMethod.GRAY:
        return _gray(contrast, test, 1)
    if test.method in CAUSE_SPECIFIC:
        result = run_cause_specific_test(contrast, test, None)
        return replace(result, assumed=(*result.assumed, "competing events censored"))
    raise ProtocolError(
        f"Hypothesis test {test.method.value!r} does not fit the endpoint "
        f"{contrast.endpoint.id!r}, which has competing events. Use gray, or for its "
        "cause-specific hazard log-rank, fleming-harrington or cox wald."
    )


def _protocol(contrast: Contrast) -> Protocol:
    return contrast.snapshot.protocol


def _assumed(plan: AnalysisPlan) -> tuple[str, ...]:
    return (
        "At risk at t: entry < t <= exit; a censoring at t counts as after an event at t.",
        f"Incidence: Aalen-Johansen, {plan.survival_interval} limits, jackknife variance.",
        "Gray's test: his variance, with hypergeometric correction for ties.",
        f"Cause-specific hazard ratio: {plan.ties.capitalize()} ties, competing events censored.",
    )
