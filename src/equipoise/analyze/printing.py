"""What a result shows of itself at the prompt: a line or two, as R prints.

Rounded for reading; every digit is in the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.analyze.estimates import short
from equipoise.analyze.results.adverse_events import AdverseEventAnalysis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.analyze.cox_fit import CoxFit
    from equipoise.analyze.cumulative_incidence import CumulativeIncidence
    from equipoise.analyze.estimates import Estimate
    from equipoise.analyze.kaplan_meier import SurvivalCurve
    from equipoise.analyze.log_rank import LogRank
    from equipoise.analyze.max_combo import MaxCombo
    from equipoise.analyze.results.whole import EndpointAnalysis, TrialAnalysis

EFFECTS = (  # the field that holds a comparison's effect → its name
    ("hazard_ratio", "hazard ratio"),
    ("cause_specific_hazard_ratio", "cause-specific hazard ratio"),
    ("difference", "difference"),
)


def with_limits(estimate: Estimate) -> str:
    """Write an estimate with its interval."""
    limits = estimate.interval
    return f"{short(estimate.value)} ({short(limits.lower)} to {short(limits.upper)})"


def survival_curve(curve: SurvivalCurve) -> str:
    """Show a Kaplan-Meier estimate."""
    events, rows = int(curve.events.sum()), int(curve.events.sum() + curve.censored.sum())
    median = with_limits(curve.quantile(0.5))
    return f"SurvivalCurve: n={rows}, events={events}, median {median}, 95% log-log"


def log_rank(result: LogRank) -> str:
    """Show a log-rank test with observed and expected events."""
    observed, expected = (
        ", ".join(map(short, each.tolist())) for each in (result.observed, result.expected)
    )
    strata = f", {result.strata} strata" if result.strata > 1 else ""
    return f"{result.test}\n  observed {observed}; expected {expected}{strata}"


def max_combo(result: MaxCombo) -> str:
    """Show a MaxCombo test with the z of every weight."""
    z = zip(result.weights, result.z.tolist(), strict=False)
    each = ", ".join(f"({rho:g}, {gamma:g}): {short(value)}" for (rho, gamma), value in z)
    return f"{result.test}\n  z by weight {each}" if each else str(result.test)


def cox_fit(fit: CoxFit) -> str:
    """Show a Cox model, a coefficient a line."""
    head = f"CoxFit: n={fit.rows}, events={fit.events}, {fit.ties.capitalize()} ties"
    width = max(map(len, fit.names), default=0)
    lines = [
        f"  {name:{width}}  hazard ratio {with_limits(fit.hazard_ratio(at))}"
        for at, name in enumerate(fit.names)
    ]
    return "\n".join([head, *lines, f"  {fit.wald}"])


def cumulative_incidence(course: CumulativeIncidence) -> str:
    """Show an Aalen-Johansen estimate, with the events of each cause."""
    events = course.events.sum(axis=1)
    rows = int(events.sum() + course.censored.sum())
    causes = ", ".join(f"cause {at}: {count:.0f}" for at, count in enumerate(events, start=1))
    if not course.time.size:
        return f"CumulativeIncidence: n={rows}"
    last = ", ".join(map(short, course.incidence[:, -1].tolist()))
    return (
        f"CumulativeIncidence: n={rows}, events of {causes}; incidence at "
        f"{short(float(course.time[-1]))}: {last}"
    )


def trial_analysis(analysis: TrialAnalysis) -> str:
    """Show the analysis of a protocol, an estimand a line."""
    patients = sum(analysis.snapshot.disposition.randomized.values())
    trial = analysis.protocol.trial
    lines = (
        "; ".join([f"  {each.estimand.id} ({each.estimand.label})", *_findings(each)])
        for each in analysis.endpoints
    )
    return "\n".join([f"TrialAnalysis of {trial.id}: {patients} patients randomized", *lines])


def _findings(endpoint: EndpointAnalysis) -> Iterator[str]:
    if isinstance(endpoint, AdverseEventAnalysis):
        return
    for each in endpoint.comparisons:
        for field, name in EFFECTS:
            effect = getattr(each, field, None)
            if effect is not None:
                yield f"{each.comparison.id}: {name} {with_limits(effect)}"
    for verdict in endpoint.verdicts:
        decided = {True: "rejected", False: "not rejected", None: "not decided"}[verdict.rejected]
        yield f"{verdict.hypothesis.id} {decided}"
