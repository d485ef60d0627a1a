"""Read a design at the information a trial has, rather than the information it planned.

The rules stay: error is spent by the same functions, of the fraction of the *planned* maximum;
the effect per information and the budget for futility are the design's.  The looks still to
come are as planned.  At a last look that comes early or late (`final`) all of alpha that is
left is spent, so that alpha is kept: α(t_k) for k < K, and α(t_K) = α.

A bound that spends depends on the past only, so bounds already used come out as they were.
Families (Wang-Tsiatis) keep their constant at interim looks, and the last look spends the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.sequential import one_sided, two_sided
from equipoise.design.sequential.asked import increasing
from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.sequential.rules import (
    EffectFutility,
    EfficacyRule,
    FixedEfficacy,
    FixedFutility,
    FutilityRule,
    HaybittlePeto,
    InterimEfficacy,
    NoInterimEfficacy,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    Spending,
    SpendOnHarm,
    SpendUnderNull,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

SAME = 1e-9  # information: a look that comes as planned


@dataclass(frozen=True, slots=True)
class SpentInFull:
    """A spending function that has spent all at a last look, wherever that comes."""

    spending: Spending
    last: float  # fraction

    def __call__(self, fraction: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        before = self.spending(vector(np.minimum(fraction, 1.0)), total)
        return np.where(np.asarray(fraction) >= min(self.last, 1.0), total, before)

    def __str__(self) -> str:
        return f"{self.spending}, all that is left at {self.last:g}"


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of a trial: those it had and those still to come, beside those planned."""

    information: tuple[float, ...]
    planned: tuple[int | None, ...]  # which look of the design each is, from 0; None: an extra one


def read_at(
    sequential: GroupSequential, fraction: float, *, after: int | None = None
) -> GroupSequential:
    """Give the design with one look at `fraction` of the information instead of as planned.

    Args:
        sequential: the design.
        fraction: of the planned maximum information.
        after: how many looks went before, as planned; by default `fraction` stands in for
            the planned look that is nearest.  `assumed` tells which look was moved.

    Raises:
        DesignError: The fraction is not after the looks before it.

    Witness: gsDesign 3.11 with `maxn.IPlan` (sv15); the bounds of the design where nothing moves.
    """
    planned = sequential.information
    if after is None:
        after = int(np.argmin(np.abs(planned - fraction)))
    if not 0 <= after < planned.size:
        raise DesignError(
            f"{after} looks went before, but the design has {planned.size}; give 0 to "
            f"{planned.size - 1}."
        )
    return updated_design(sequential, (*planned[:after].tolist(), fraction))


def updated_design(
    sequential: GroupSequential,
    information: Sequence[float],
    *,
    final: bool = False,
    spending_time: Sequence[float] | None = None,
    which: Sequence[int | None] | None = None,
) -> GroupSequential:
    """Give the design at the looks a trial has had, the later ones as planned.

    Args:
        sequential: the design.
        information: at the looks so far, as fractions of the planned maximum.
            Beside the rules, `assumed` tells which looks were moved.
        final: whether the last of them is the last look of the trial: it spends all that is
            left of alpha, and futility meets efficacy there.
        spending_time: (looks so far), where error is spent by the calendar; by default
            interpolated between the times planned.
        which: (looks so far) look of the design each is, from 0, where some were left out; None:
            an extra one, after which those planned still come.

    Raises:
        DesignError: The information does not increase, or a rule cannot be read elsewhere.

    Witness: gsDesign 3.11 with `maxn.IPlan` (sv15); alpha is kept whenever the last look comes.
    """
    increasing("Information", tuple(information))
    asked, stopping = sequential.asked, sequential.asked.stopping
    looks = looks_of(sequential, tuple(information), final=final, which=which)
    at = np.array(looks.information)
    ends = float(at[-1])
    time = times(stopping, at, spending_time)
    last = None if not final else (ends if time is None else time[-1])
    moved = replace(
        stopping,
        information=looks.information,
        spending_time=time,
        efficacy=efficacy_at(sequential, looks, last),
        futility=futility_at(stopping.futility, looks, stopping, last),
        harm=harm_at(stopping.harm, looks, last),
    )
    question = SequentialQuestion(
        moved,
        power=sequential.power if asked.power is None else asked.power,
        drift=sequential.drift,
        drift_shape=at_other(asked.drift_shape, sequential.information, at),
        alternative_information=ratio_at_other(asked, sequential.information, at),
    )
    if stopping.sides != 1:
        drawn_anew = two_sided.solve(replace(question, power=None))
        said = (*drawn_anew.assumed, *moves(sequential, looks, len(information)))
        return replace(drawn_anew, assumed=said)
    drawn, drift = one_sided.solve(question)
    return assemble(
        question,
        drawn.upper,
        drawn.lower,
        drift,
        harm=drawn.harm,
        assumed=moves(sequential, looks, len(information)),
    )


def moves(sequential: GroupSequential, looks: Looks, had: int) -> tuple[str, ...]:
    """Say which of the looks had were not where they were planned."""
    said = []
    for look in range(had):
        at, which = looks.information[look], looks.planned[look]
        if which is None:
            said.append(f"Look {look + 1} at {at:.4g} was not planned.")
        elif abs(at - sequential.information[which]) > SAME:
            planned = sequential.information[which]
            said.append(f"Look {which + 1}, planned at {planned:.4g}, is read at {at:.4g}.")
    return tuple(said)


def looks_of(
    sequential: GroupSequential,
    had: tuple[float, ...],
    *,
    final: bool,
    which: Sequence[int | None] | None = None,
) -> Looks:
    """Put the looks had before those planned for later, and say which of the planned each is."""
    ends = sequential.looks - 1
    places: Sequence[int | None] = range(len(had)) if which is None else which
    each = [look if look is not None and look < ends else None for look in places]
    if final:
        return Looks(had, (*each[:-1], ends))
    latest = places[-1]
    if latest is None:
        latest = max((look for look in each if look is not None), default=-1)
    later = [
        look
        for look in range(min(latest + 1, ends), ends + 1)
        if sequential.information[look] > had[-1] + SAME
    ]
    if not later:
        raise DesignError(
            f"Information is {had[-1]:g} of the planned maximum, the design's last look comes at "
            f"{sequential.information[-1]:g}: say `final=True` if this is the last."
        )
    to_come = tuple(float(sequential.information[look]) for look in later)
    return Looks((*had, *to_come), (*each, *later))


def efficacy_at(  # noqa: PLR0911 - one sentence for each rule
    sequential: GroupSequential, looks: Looks, last: float | None
) -> EfficacyRule:
    """Give the efficacy rule for other looks; `last`: the fraction that spends all, if any."""
    rule = sequential.asked.stopping.efficacy
    if rule is None:
        rule = SpendAlpha(LanDeMetsOBrienFleming())
    if isinstance(rule, SpendAlpha):
        return replace(rule, spending=in_full(rule.spending, last), looks=moved(rule.looks, looks))
    if isinstance(rule, SpendBothSides):
        upper, lower = in_full(rule.upper, last), in_full(rule.lower, last)
        return replace(rule, upper=upper, lower=lower, looks=moved(rule.looks, looks))
    if isinstance(rule, NoInterimEfficacy):
        return rule
    if isinstance(rule, FixedEfficacy):
        return FixedEfficacy(as_planned(rule.z, looks, "efficacy bound"))
    if isinstance(rule, InterimEfficacy):
        return InterimEfficacy(as_planned((*rule.z, np.inf), looks, "efficacy bound")[:-1])
    interim = np.array(looks.information[:-1])
    if isinstance(rule, HaybittlePeto):
        return InterimEfficacy((rule.z,) * interim.size)
    if isinstance(rule, WangTsiatis):
        ends = sequential.information[-1]
        z = sequential.upper[-1] * (interim / ends) ** (rule.delta - 0.5)
        return InterimEfficacy(tuple(z.tolist()))
    raise DesignError(
        f"A design of {type(rule).__name__} bounds cannot be read at other looks, for they depend "
        "on all looks together; choose a rule that spends."
    )


def futility_at(
    rule: FutilityRule | None, looks: Looks, stopping: StoppingPlan, last: float | None
) -> FutilityRule | None:
    """Give the futility rule for other looks."""
    interim = len(looks.planned) - 1
    if rule is None:
        return None
    if isinstance(rule, SpendBeta | SpendUnderNull):
        return replace(rule, spending=in_full(rule.spending, last), looks=moved(rule.looks, looks))
    if isinstance(rule, FixedFutility):
        planned = len(stopping.information)
        z = rule.z if len(rule.z) == planned else (*rule.z, -np.inf)
        return replace(rule, z=as_planned(z, looks, "futility bound"))
    if isinstance(rule, EffectFutility):
        if len(rule.fraction) == 1:
            return rule
        return replace(
            rule, fraction=as_planned((*rule.fraction, 0.0), looks, "futility effect")[:interim]
        )
    if isinstance(rule.below, tuple) and len(rule.below) > 1:
        below = as_planned((*rule.below, 0.0), looks, "threshold of futility")[:interim]
        rule = replace(rule, below=below)
    kept = moved(rule.looks, looks)
    return replace(rule, looks=None if kept is None else tuple(k for k in kept if k <= interim))


def harm_at(rule: SpendOnHarm | None, looks: Looks, last: float | None) -> SpendOnHarm | None:
    """Give the rule of harm for other looks."""
    if rule is None:
        return None
    return replace(rule, spending=in_full(rule.spending, last), looks=moved(rule.looks, looks))


def in_full(spending: Spending, last: float | None) -> Spending:
    """Spend all by the last look, where there is one out of time."""
    return spending if last is None else SpentInFull(spending, last)


def moved(planned: tuple[int, ...] | None, looks: Looks) -> tuple[int, ...] | None:
    """Give the looks, from 1, at which a side is tested; an extra look is one of them."""
    if planned is None:
        return None
    kept = enumerate(looks.planned, 1)
    return tuple(look for look, was in kept if was is None or was + 1 in planned)


def as_planned(values: tuple[float, ...], looks: Looks, what: str) -> tuple[float, ...]:
    """Give each look the value planned for it.

    Raises:
        DesignError: There is an extra look, for which none was planned.
    """
    if None in looks.planned:
        raise DesignError(
            f"Look {looks.planned.index(None) + 1} was not planned, so it has no {what}; give the "
            "design one for it, or choose a rule that spends."
        )
    return tuple(values[look] for look in looks.planned if look is not None)


def times(
    stopping: StoppingPlan, at: Vector, given: Sequence[float] | None
) -> tuple[float, ...] | None:
    """Give the spending times of the looks, those to come as planned."""
    if stopping.spending_time is None:
        return None if given is None else tuple(given)
    planned = np.interp(at, (0.0, *stopping.information), (0.0, *stopping.spending_time)).tolist()
    had = [] if given is None else list(given)
    return (*had, *planned[len(had) :])


def at_other(shape: Vector | None, planned: Vector, at: Vector) -> Vector | None:
    """Interpolate what is known at the planned looks."""
    return None if shape is None else vector(np.interp(at, planned, shape))


def ratio_at_other(asked: SequentialQuestion, planned: Vector, at: Vector) -> Vector | None:
    """Interpolate information under the alternative, as a share of that under the null."""
    theirs = asked.alternative_information
    return None if theirs is None else vector(at * np.interp(at, planned, theirs / planned))
