"""Where the patients so far stand on a safety rule's boundary, and what may come.

Patients are taken in the order they entered.  After n that can be judged, the arm stops when the
harms among them reach the bound (`design/safety/boundary.py`).  With x harms among n,

    posterior      rate ~ Beta(a + x, b + n - x), the rule's prior or a uniform one
    crossing later the exact chance that the count reaches a later bound from x of n, at a true
                   rate, and averaged over the posterior (counts to come are beta-binomial)

A patient can be judged when the harm has come, or when the time for it is over.  Harms are known
sooner than their absence, so those judged early look worse than they are: they are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaincc, betaln, gammaln

from equipoise.analyze.estimates import Estimate
from equipoise.analyze.proportions import proportion
from equipoise.design.planned.safety import safety_of
from equipoise.design.safety.boundary import UNIFORM
from equipoise.design.trial_design import SafetyCheck, SafetyDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import codes, vector
from equipoise.kernel.binomial_walk import CountWalk, count_walk, stopping_chances
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.safety.harms import Harms, harms_of
from equipoise.protocol.monitoring import MonitoringPromise, SafetyCount
from equipoise.protocol.planning import SafetyRule

AS_KNOWN_NOW = (
    "Earlier checks are held with what is known at the cut, not with what was known then."
)


@dataclass(frozen=True, slots=True)
class CheckHeld:
    """One check of the rule, with the patients there are."""

    patients: int
    harmed: int
    stop_at: int
    reached: bool
    last: str  # id of the patient who completed the number


@dataclass(frozen=True, slots=True)
class CheckToCome:
    """A check still to come, and what it would take to stop there."""

    patients: int
    stop_at: int
    more_patients: int
    more_harmed: int  # that many of them harmed stop the arm; 0 or less: it stops anyhow


@dataclass(frozen=True, slots=True)
class SafetyLook:
    """One safety rule and one arm (or several, counted together) at a cut."""

    rule: SafetyRule
    endpoint: str  # id
    arms: tuple[str, ...]  # ids
    treated: int
    evaluable: int
    harmed: int
    judged_early: int  # of the harmed, those whose time for the harm is not over
    checks: tuple[CheckHeld, ...]  # held so far, in order
    crossed: CheckHeld | None  # the first whose bound was reached
    bound: int | None  # harms that would stop the arm at the last check held; None: none held
    next_check: CheckToCome | None
    soonest: CheckToCome | None  # the first check at which the arm can stop at all
    rate: Estimate | None  # of the harm, Clopper-Pearson; None: nobody can be judged
    prior: tuple[float, float]
    above_acceptable: float  # posterior probability
    above_unacceptable: float | None
    crossing_if_acceptable: float | None  # later, at that true rate; None: crossed, or at the end
    crossing_if_unacceptable: float | None
    crossing_predicted: float | None  # averaged over the posterior
    sentence: str
    why_not: str  # why the data do not tell; empty where they do
    assumed: tuple[str, ...]


def safety_boundaries(
    cut: DataCut,
    promise: MonitoringPromise,
    *,
    designed: Sequence[SafetyDesign] = (),
) -> tuple[SafetyLook, ...]:
    """Hold every safety rule that is counted against its boundary.

    Args:
        cut: the data.
        promise: whose `safety` says who counts as harmed for which rule.
        designed: boundaries drawn already (`TrialDesign.safety`); others are drawn anew.

    Raises:
        DesignError: a count names a rule that the protocol does not have.

    Witness: enumeration of all courses; a loop over patients (tests/twice).
    """
    protocol = cut.snapshot.protocol
    rules = {rule.id: rule for rule in (protocol.design.safety if protocol.design else ())}
    drawn = {each.rule.id: each for each in designed}
    looks: list[SafetyLook] = []
    for count in promise.safety:
        if count.rule not in rules:
            raise DesignError(
                f"The safety count of {count.rule!r} has no rule of that name; the design has "
                f"{', '.join(rules) or 'none'}. Add the rule under `design.safety`, or rename it."
            )
        design = drawn.get(count.rule) or safety_of(rules[count.rule])
        looks += [
            hold_rule(design, harms_of(cut, count, arms), count, arms) for arms in _arms(cut, count)
        ]
    return tuple(looks)


def _arms(cut: DataCut, count: SafetyCount) -> tuple[tuple[str, ...], ...]:
    if count.arms:
        return (count.arms,)
    arms = cut.snapshot.protocol.arms
    return tuple((arm.id,) for arm in arms if arm.role == "experimental")


def hold_rule(
    design: SafetyDesign,
    harms: Harms,
    count: SafetyCount,
    arms: tuple[str, ...],
    level: float = 0.95,
) -> SafetyLook:
    """Hold one arm's harms, patient by patient, against one boundary.

    Args:
        design: the rule and its checks.
        harms: of the patients in the order they entered.
        count: who counts as harmed.
        arms: counted.
        level: of the interval of the rate.

    Witness: a loop over patients; enumeration of all courses (tests/twice).
    """
    rule = design.rule
    evaluable, harmed = int(harms.evaluable.sum()), int((harms.harmed & harms.evaluable).sum())
    held = _held(design.checks, harms)
    crossed = next((check for check in held if check.reached), None)
    ahead = [] if crossed else _ahead(design.checks, evaluable, harmed)
    prior = rule.prior or UNIFORM
    posterior = prior[0] + harmed, prior[1] + evaluable - harmed
    later, worse = _later(ahead, rule, posterior), rule.unacceptable
    look = SafetyLook(
        rule=rule,
        endpoint=count.endpoint,
        arms=arms,
        treated=harms.evaluable.size,
        evaluable=evaluable,
        harmed=harmed,
        judged_early=int(harms.early.sum()),
        checks=held,
        crossed=crossed,
        bound=held[-1].stop_at if held else None,
        next_check=ahead[0] if ahead else None,
        soonest=next((each for each in ahead if each.more_harmed <= each.more_patients), None),
        rate=proportion(harmed, evaluable, level, "clopper-pearson") if evaluable else None,
        prior=prior,
        above_acceptable=_above(rule.acceptable, posterior),
        above_unacceptable=None if worse is None else _above(worse, posterior),
        crossing_if_acceptable=later.if_acceptable,
        crossing_if_unacceptable=later.if_unacceptable,
        crossing_predicted=later.predicted,
        sentence="",
        why_not=harms.why_not,
        assumed=(*harms.assumed, *design.assumed, AS_KNOWN_NOW),
    )
    return replace(look, sentence=_sentence(look))


def _held(checks: Sequence[SafetyCheck], harms: Harms) -> tuple[CheckHeld, ...]:
    judged = np.flatnonzero(harms.evaluable)
    seen = np.cumsum(harms.harmed[judged])
    return tuple(
        CheckHeld(
            check.patients,
            int(seen[check.patients - 1]),
            check.stop_at,
            bool(seen[check.patients - 1] >= check.stop_at),
            harms.ids[judged[check.patients - 1]],
        )
        for check in checks
        if check.patients <= judged.size
    )


def _ahead(checks: Sequence[SafetyCheck], evaluable: int, harmed: int) -> list[CheckToCome]:
    return [
        CheckToCome(
            check.patients, check.stop_at, check.patients - evaluable, check.stop_at - harmed
        )
        for check in checks
        if check.patients > evaluable
    ]


def _above(rate: float, posterior: tuple[float, float]) -> float:
    return float(betaincc(*posterior, rate))


@dataclass(frozen=True, slots=True)
class _Later:
    """Chances to cross at the checks to come."""

    if_acceptable: float | None = None
    if_unacceptable: float | None = None
    predicted: float | None = None


def _later(
    ahead: Sequence[CheckToCome], rule: SafetyRule, posterior: tuple[float, float]
) -> _Later:
    """Walk on from the counts there are; nothing is told where no check is to come."""
    if not ahead:
        return _Later()
    looks = codes([each.more_patients for each in ahead])
    stop_at = codes([max(each.more_harmed, 0) for each in ahead])
    walk = count_walk(np.full(looks.size, -1), stop_at, looks)
    worse = rule.acceptable if rule.unacceptable is None else rule.unacceptable
    chance = stopping_chances(walk, vector([rule.acceptable, worse]))[0].sum(axis=0)
    good, bad = np.minimum(chance, 1.0).tolist()
    return _Later(good, None if rule.unacceptable is None else bad, _predicted(walk, posterior))


def _predicted(walk: CountWalk, posterior: tuple[float, float]) -> float:
    """Average the chance over the rate: each count is beta-binomial."""
    a, b = posterior
    n, x = walk.looks[walk.look].astype(np.float64), walk.count.astype(np.float64)
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    chance = np.exp(choose + betaln(a + x, b + n - x) - betaln(a, b))
    return float(min(walk.reached @ chance, 1.0))


def _sentence(look: SafetyLook) -> str:
    if look.why_not:
        return f"{look.rule.label}: {look.why_not}"
    among = f"{look.harmed} of {look.evaluable} patients who can be judged are harmed"
    if look.crossed:
        at = look.crossed
        return (
            f"{look.rule.label}: the bound is crossed. {at.harmed} of the first {at.patients} "
            f"patients were harmed, and {at.stop_at} stop the arm; by now {among}."
        )
    if look.soonest is None:
        return f"{look.rule.label}: {among}; the bound is not crossed, and no check is to come."
    soon = look.soonest
    if soon.more_harmed <= 0:
        return (
            f"{look.rule.label}: {among}. The next check, after {soon.patients} patients, stops "
            f"the arm at {soon.stop_at} harms, which are already there."
        )
    return (
        f"{look.rule.label}: {among}; the bound is not crossed. {soon.more_harmed} more harmed "
        f"among the next {soon.more_patients} would stop the arm, at {soon.stop_at} of "
        f"{soon.patients}."
    )
