"""What the data of a cut say of each hypothesis: z, effect, and information as the rules count it.

z is the protocol's own test, positive where the experimental arm is better.  A test whose law
under no difference is not normal (Fisher, Student's t, MaxCombo) is told by the z of its one-sided
p, so that z ≥ bound if and only if p ≤ the bound's.  Beside it stands the effect, of advantage θ̂
over the null value on its linear scale, with the information I that inference after stopping takes:

    I = (z / θ̂)²,    so that θ̂ = z / √I: the estimate is the effect seen, p that of the decision.

Test and estimate take their variances at the null value and at θ̂, so that I is near 1 / se²; where
it is not (another sign, or beyond a factor of 1.5), and where θ̂ is 0, it is 1 / se².  Where a ratio
has no finite estimate (events in one arm only), I is the variance of the log-rank score.
"""

from math import exp, isfinite, log, sqrt

from scipy.special import ndtri

from equipoise.analyze.estimates import Absent, Estimate, Interval, TestResult
from equipoise.analyze.snapshot import Snapshot
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DataError, DesignError
from equipoise.kernel.confidence import normal_quantile
from equipoise.monitor.inference.unadjusted import advantage_of
from equipoise.monitor.look.look import Counted, SeenStatistic, TrialRules
from equipoise.monitor.statistics.effect_scale import EffectScale, effect_scale
from equipoise.monitor.statistics.in_time import Finding, in_time
from equipoise.monitor.statistics.of_answers import of_answers, of_measurements
from equipoise.protocol.endpoints import Binary, Continuous, TimeToEvent
from equipoise.protocol.trial import Hypothesis, TestMethod

FARTHEST = 1.5  # times apart: informations of one test and one estimate, no farther
BY_P = frozenset({TestMethod.FISHER, TestMethod.WELCH, TestMethod.ANCOVA, TestMethod.MAX_COMBO})


def seen_statistics(
    snapshot: Snapshot, design: TrialDesign, rules: TrialRules
) -> tuple[SeenStatistic, ...]:
    """Test every hypothesis that the rules decide, on the data known at the cut.

    Args:
        snapshot: the patients randomized by the cut, as followed by then.
        design: of the trial.
        rules: which hypotheses, and what their information is counted in.

    Returns:
        In the order of the rules.

    Witness: `analyze_trial` of the same snapshot; the looks of rehearsed trials.
    """
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    return tuple(
        _seen(snapshot, design, name, counted)
        for name, counted in zip(names, rules.counted, strict=True)
    )


def _seen(snapshot: Snapshot, design: TrialDesign, name: str, counted: Counted) -> SeenStatistic:
    protocol = snapshot.protocol
    hypothesis = protocol.hypothesis(name)
    endpoint = protocol.endpoint(protocol.estimand(hypothesis.estimand).endpoint)
    effect = design.hypothesis(name).effect
    margin, measure = (None, "") if effect is None else (effect.margin, effect.measure)
    match endpoint:
        case TimeToEvent():
            found = in_time(snapshot, hypothesis, endpoint, margin)
        case Binary():
            found = of_answers(snapshot, hypothesis, endpoint, measure, margin)
        case Continuous():
            found = of_measurements(snapshot, hypothesis, endpoint, margin)
        case _:
            raise DataError(f"{name} is about adverse events, which no look tests.")
    strata = tuple(protocol.variable(each).label for each in hypothesis.test.stratified_by)
    try:
        scale = effect_scale(design.hypothesis(name), endpoint)
    except DesignError:
        scale = None
    return _told(hypothesis, found, counted, strata, scale)


def _told(
    hypothesis: Hypothesis,
    found: Finding,
    counted: Counted,
    strata: tuple[str, ...],
    scale: EffectScale | None,
) -> SeenStatistic:
    z, why_not = (None, found.why_not) if found.why_not else _z(hypothesis, found.test)
    information = {"events": found.events, "patients": found.patients, "variance": found.variance}
    seen = information[counted]
    return SeenStatistic(
        hypothesis=hypothesis.id,
        z=z,
        why_not=why_not,
        counted=counted,
        information=seen if isfinite(seen) else 0.0,
        effect=found.effect,
        score_information=_score_information(found, z, scale),
        method=found.test.method,
        strata=strata,
    )


def _z(hypothesis: Hypothesis, test: TestResult) -> tuple[float | None, str]:
    """Give z, or the reason why there is none."""
    statistic, p = test.statistic, test.p_one_sided
    if isinstance(statistic, Absent):
        return None, statistic.value
    if hypothesis.test.method not in BY_P:
        return float(statistic), ""
    if isinstance(p, Absent):
        return None, p.value
    z = -float(ndtri(p))
    return (z, "") if isfinite(z) else (float(statistic), "")


def _score_information(found: Finding, z: float | None, scale: EffectScale | None) -> float | None:
    """Give the information with which z stands for the effect seen; else the score's variance."""
    effect = found.effect
    if effect is not None:
        error = effect.standard_error
        if not isinstance(error, Absent) and error > 0.0:
            wald = float(error**-2.0)
            advantage = None if scale is None else advantage_of(effect, scale)
            return wald if z is None or advantage is None else _agreeing(z, advantage, wald)
    return found.variance if found.variance > 0.0 else None


def _agreeing(z: float, advantage: float, wald: float) -> float:
    """Give the information that makes z the test of the estimate, where the two tell one story."""
    if z * advantage <= 0.0:
        return wald
    agreeing = (z / advantage) ** 2
    return agreeing if wald / FARTHEST <= agreeing <= wald * FARTHEST else wald


def statistic_given(
    design: TrialDesign,
    rules: TrialRules,
    hypothesis: str,
    z: float,
    information: float,
    *,
    score_information: float | None = None,
) -> SeenStatistic:
    """Tell a statistic that was computed elsewhere, for whoever has a z and a count but no data.

    Of a hazard ratio the score information is taken as events times p (1 - p), p the share of
    one arm (Schoenfeld 1981), and the ratio as exp(∓ z / √ of it), unless it is given.

    Args:
        design: of the trial.
        rules: of the trial.
        hypothesis: id.
        z: positive where the experimental arm is better.
        information: as the rules count it: events, patients, or inverse variance.
        score_information: 1 / variance of the effect on its linear scale; None: as above.

    Raises:
        DataError: The hypothesis is not decided at looks, or a number is none.

    Witness: closed form (80 events, z 1.645: hazard ratio exp(-1.645 / √20) = 0.692).
    """
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    if hypothesis not in names:
        raise DataError(
            f"{hypothesis!r} is not decided at looks; give a statistic of {', '.join(names)}."
        )
    if not isfinite(z) or not (isfinite(information) and information > 0.0):
        raise DataError(
            f"{hypothesis} is given z {z:g} at information {information:g}; give a finite z, and "
            "information above 0."
        )
    counted = rules.counted[names.index(hypothesis)]
    scored = score_information
    if scored is None:
        scored = _approximate_information(design, hypothesis, counted, information)
    return SeenStatistic(
        hypothesis=hypothesis,
        z=z,
        why_not="",
        counted=counted,
        information=information,
        effect=None if scored is None else _effect_of(design, hypothesis, z, scored),
        score_information=scored,
        method="as given",
    )


def _approximate_information(
    design: TrialDesign, hypothesis: str, counted: Counted, information: float
) -> float | None:
    """Give the score information that a count stands for; None where it takes more."""
    each = design.hypothesis(hypothesis)
    if counted == "variance":
        return information
    if counted == "events":
        protocol = design.protocol
        ratio = protocol.arm(each.experimental).allocation / protocol.arm(each.control).allocation
        return information * ratio / (1.0 + ratio) ** 2
    plan = each.whole or each.plan
    if plan is None:
        return None
    last = plan.looks[-1]
    return last.information * information / sum(plan.patients_whole)


def _effect_of(
    design: TrialDesign, hypothesis: str, z: float, information: float
) -> Estimate | None:
    """Give the effect that a z stands for, on the scale planned for; None without one."""
    each = design.hypothesis(hypothesis)
    endpoint = design.protocol.endpoint(each.endpoint)
    if each.plan is not None:
        planned = each.plan.effect
        ratio, lower = planned.scale == "log", planned.better == "lower"
        null = log(planned.null) if ratio else planned.null
    elif isinstance(endpoint, TimeToEvent):
        ratio, lower, null = True, endpoint.better == "later", 0.0
    else:
        return None
    error = 1.0 / sqrt(information)
    value = null + (-z if lower else z) * error
    reach = normal_quantile(design.protocol.analysis.level) * error
    ends = (value - reach, value + reach)
    if ratio:
        value, ends = exp(value), (exp(ends[0]), exp(ends[1]))
    limits = Interval(*ends, design.protocol.analysis.level, "Wald, from z")
    return Estimate(value, error, limits, "from z", "log" if ratio else "identity")
