"""By which bounds a hypothesis of a planned trial is decided, and at which looks.

A hypothesis with a plan has the plan's design, drawn at its level at the start, or at all of alpha
where it waits for others.  One without has the trial's rules, at the information its endpoint is
expected to have at the looks; where nothing is expected of it, it spends when the hypothesis that
sizes the trial does, and its bounds rest on the information it has come to have:

    alpha spent(look) = f(information fraction of the leading hypothesis)
"""

from dataclasses import dataclass, replace

from equipoise.design.plan import Plan
from equipoise.design.planned.stopping import stopping_plan
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import FixedEfficacy, SpendBothSides, StoppingPlan
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.monitor.bounds.rules import Bounds, FixedBounds, HypothesisRules, UpdatedBounds
from equipoise.monitor.look.look import Counted
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.trial import Protocol, TestMethod

SAME = 1e-9
EARLIEST = 1e-4  # of the information at the last look
ANSWERS = frozenset(
    {
        TestMethod.MIETTINEN_NURMINEN,
        TestMethod.COCHRAN_MANTEL_HAENSZEL,
        TestMethod.FISHER,
        TestMethod.WELCH,
        TestMethod.ANCOVA,
    }
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """The rules of a hypothesis, or why it has none."""

    rules: HypothesisRules | None
    why_not: str = ""


def plan_of(each: HypothesisDesign) -> Plan:
    """Give the plan of whole events and patients, or the plan where there is no other.

    Raises:
        DesignError: It has no plan.
    """
    plan = each.whole or each.plan
    if plan is None:
        raise DesignError(f"{each.hypothesis} is not planned: {each.not_planned}.", "design")
    return plan


def counted_by(method: TestMethod) -> Counted:
    """Tell what the information of a test is counted in, among everyone randomized.

    >>> counted_by(TestMethod.LOG_RANK), counted_by(TestMethod.RESTRICTED_MEAN)
    ('events', 'variance')
    """
    if method in ANSWERS:
        return "patients"
    return "variance" if method is TestMethod.RESTRICTED_MEAN else "events"


def population_of(protocol: Protocol, hypothesis: str) -> str | None:
    """Give the population a hypothesis is about; None for everyone randomized."""
    population = protocol.estimand(protocol.hypothesis(hypothesis).estimand).population
    return None if population in {"itt", "safety"} else population


def deciding_of(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    counted: Counted,
    expected: Vector | None,
) -> Deciding:
    """Give how a hypothesis is decided.

    Args:
        design: of the trial.
        promise: the protocol's.
        each: the hypothesis as designed.
        counted: what its information is counted in.
        expected: for a hypothesis without a plan, (looks,) the information expected by each look,
            or one number for a test at the last look alone; None: nothing is expected of it.

    Witness: the design's own bounds; `group_sequential` at other levels.
    """
    if each.plan is not None:
        plan, looks = plan_of(each), looks_of(design)
        bounds = _of_plan(promise, each, plan.sequential, planned_information(each, counted))
        at = None if len(plan.looks) == looks else (looks,)
        obeyed = design.protocol.rehearsal.conduct.futility_obeyed
        return Deciding(HypothesisRules(each.hypothesis, bounds, at, obeyed))
    if promise.effect(each.hypothesis) is not None and each.not_planned:
        return Deciding(None, each.not_planned)
    level = each.alpha or promise.alpha
    if expected is None:
        return _by_leading(design, promise, each, counted, level)
    if expected.size == 1 and looks_of(design) > 1:
        return Deciding(_at_the_end(design, promise, each, level, float(expected[0])))
    return _at_information(design, promise, each, level, expected)


def looks_of(design: TrialDesign) -> int:
    """Give how many looks the trial has."""
    lead = design.main
    return len(lead.plan.looks) if lead is not None and lead.plan is not None else 1


def planned_information(each: HypothesisDesign, counted: Counted) -> float:
    """Give what information fraction 1 of a plan counts.

    Witness: closed form (the plan's own numbers).
    """
    plan = plan_of(each)
    last = plan.looks[-1]
    if counted == "variance":
        return last.information
    if counted == "patients":
        return float(sum(plan.patients_whole))
    return last.events if last.events is not None else last.patients


def _of_plan(
    promise: DesignPromise, each: HypothesisDesign, drawn: GroupSequential, planned: float
) -> Bounds:
    """Give the bounds of a plan, at the level the hypothesis has at the start."""
    stopping = drawn.asked.stopping
    together = promise.multiplicity is not None and promise.multiplicity.procedure == "dunnett"
    if together:
        return FixedBounds(tuple(drawn.upper.tolist()), tuple(drawn.lower.tolist()), planned)
    level = each.alpha or promise.alpha
    if abs(stopping.alpha - level) <= SAME or isinstance(stopping.efficacy, FixedEfficacy):
        return UpdatedBounds(drawn, planned)
    efficacy = stopping.efficacy
    if isinstance(efficacy, SpendBothSides):
        share = level / stopping.alpha
        efficacy = replace(efficacy, alpha_lower=efficacy.alpha_lower * share)
    other = replace(stopping, alpha=level, efficacy=efficacy)
    return UpdatedBounds(group_sequential(other, drift=drawn.drift), planned)


def _leading(design: TrialDesign) -> GroupSequential:
    lead = design.main
    assert lead is not None  # noqa: S101 - a trial is sized
    return plan_of(lead).sequential


def _at_information(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    level: float,
    information: Vector,
) -> Deciding:
    """Spend by the information expected, at the looks that bring some."""
    leading = _leading(design)
    fractions = tuple((information / information[-1]).tolist())
    tested = tuple(
        look
        for look, (before, here) in enumerate(zip((0.0, *fractions), fractions, strict=False), 1)
        if here > max(EARLIEST, before)
    )
    kept = tuple(fractions[look - 1] for look in tested)
    spent = leading.asked.stopping.spending_time
    time = None if spent is None else tuple(float(spent[look - 1]) for look in tested)
    drawn = _drawn(promise, level, kept, time, leading.drift)
    if isinstance(drawn, str):
        return Deciding(None, drawn)
    at = None if len(tested) == len(fractions) else tested
    bounds = UpdatedBounds(drawn, float(information[-1]))
    return Deciding(HypothesisRules(each.hypothesis, bounds, at))


def _at_the_end(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    level: float,
    planned: float,
) -> HypothesisRules:
    """Test once, at the trial's last look."""
    stopping = replace(_alone(promise, level), information=(1.0,), spending_time=None)
    drawn = group_sequential(stopping, drift=_leading(design).drift)
    return HypothesisRules(each.hypothesis, UpdatedBounds(drawn, planned), (looks_of(design),))


def _by_leading(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    counted: Counted,
    level: float,
) -> Deciding:
    """Spend when the leading hypothesis does, for want of any expectation.

    Fraction 1 then counts an event (an answer) of every patient compared: no look comes to have
    it before the last one, and bounds rest on ratios of information alone.
    """
    most = sum(one.whole for one in design.arms if one.arm in {each.control, each.experimental})
    if counted == "variance" or not most:
        return Deciding(_at_the_end(design, promise, each, level, 1.0))
    leading = _leading(design)
    stopping = leading.asked.stopping
    fractions = tuple(leading.information.tolist())
    time = stopping.spending_time or tuple(each / fractions[-1] for each in fractions)
    drawn = _drawn(promise, level, fractions, tuple(time), leading.drift)
    if isinstance(drawn, str):
        return Deciding(None, drawn)
    return Deciding(HypothesisRules(each.hypothesis, UpdatedBounds(drawn, float(most))))


def _drawn(
    promise: DesignPromise,
    level: float,
    fractions: tuple[float, ...],
    time: tuple[float, ...] | None,
    drift: float,
) -> GroupSequential | str:
    """Draw the trial's rules at other information, or say why they cannot be."""
    try:
        stopping = replace(stopping_plan(promise, level, futility=False), information=fractions)
        return group_sequential(replace(stopping, spending_time=time), drift=drift)
    except DesignError as refusal:
        return str(refusal)


def _alone(promise: DesignPromise, level: float) -> StoppingPlan:
    """Give the rules of one look, at the end."""
    from equipoise.design.planned.secondary import at_the_end  # noqa: PLC0415 - where asked for

    return stopping_plan(at_the_end(promise), level, futility=False)


def among_population(
    design: TrialDesign,
    each: HypothesisDesign,
    counted: Counted,
    rules: HypothesisRules,
    planned: float,
) -> tuple[Counted, HypothesisRules]:
    """Count the information of a hypothesis among its population.

    Events become p (1 - p) times as much, p the share of one arm: the variance of the score
    without effect.

    Args:
        design: of the trial.
        each: the hypothesis as designed.
        counted: what its test counts, among everyone.
        rules: how it is decided.
        planned: what fraction 1 counts among the population, as `counted` says.

    Witness: closed form (1:1, a quarter of the events); simulated variances of z.
    """
    if counted == "events":
        protocol = design.protocol
        ratio = protocol.arm(each.experimental).allocation / protocol.arm(each.control).allocation
        planned, counted = planned * ratio / (1.0 + ratio) ** 2, "variance"
    bounds = replace(rules.bounds, planned=planned)
    return counted, replace(rules, bounds=bounds)
