"""What the rules of a design ask of looks whose information differs from trial to trial.

The rules are read as `design.sequential.reading` reads them for one trial, here for many that
have had the same looks of the design: error is spent by the fraction of the planned maximum, or
by the calendar; a last look spends all that is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.reading import Looks, as_planned, at_other, in_full, moved
from equipoise.design.sequential.rules import (
    EffectFutility,
    FixedEfficacy,
    FixedFutility,
    HaybittlePeto,
    InterimEfficacy,
    NoInterimEfficacy,
    SpendAlpha,
    SpendBeta,
    Spending,
    SpendUnderNull,
    WangTsiatis,
)
from equipoise.design.sequential.schedule import cumulative_spending, looks_tested
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming, SpendingFunction
from equipoise.design.sequential.spending_shapes import SpendingByLook, SpendingInRange
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.normal import upper_quantiles

FARTHEST = 1e-300  # error to spend: less has no quantile


@dataclass(frozen=True, slots=True)
class Paths:
    """Trials that have had the same looks of a design, at information of their own."""

    design: GroupSequential
    information: Matrix  # (paths, looks) fractions, increasing
    planned: tuple[int | None, ...]  # (looks,) which look of the design each is; None: an extra one
    final: bool  # whether the last of them is the last look
    given_time: Matrix | None = None  # (paths, looks so far) spending time, where it is known
    complete: bool = False  # whether looks to come follow those so far, up to the planned end

    @property
    def looks(self) -> Looks:
        """The looks, for rules that only ask which they are."""
        return Looks((0.0,) * len(self.planned), self.planned)

    @property
    def fraction(self) -> Matrix:
        """(paths, looks) to spend by, under the null."""
        stopping = self.design.asked.stopping
        if stopping.spending_time is None:
            return self.information
        ends = (0.0, *stopping.information), (0.0, *stopping.spending_time)
        time = np.interp(self.information, *ends)
        if self.given_time is not None:
            time[:, : self.given_time.shape[1]] = self.given_time
        return time

    @property
    def their_information(self) -> Matrix:
        """(paths, looks) under the alternative."""
        theirs, planned = self.design.asked.alternative_information, self.design.information
        if theirs is None:
            return self.information
        return np.asarray(self.information * np.interp(self.information, planned, theirs / planned))

    @property
    def mean(self) -> Matrix:
        """(paths, looks) of the score under the alternative."""
        shape = at_other(self.design.asked.drift_shape, self.design.information, self.information)
        theirs = self.their_information
        return self.design.drift * (theirs if shape is None else theirs * shape)

    def due(self, spending: Spending, fraction: Matrix, total: float) -> Matrix:
        """Give the cumulative error to have spent by each look."""
        at = np.minimum(fraction, 1.0)
        if by_fraction_alone(spending):
            spent = spending(at.ravel(), total).reshape(at.shape)
            if self.final:
                spent = np.where(fraction >= np.minimum(fraction[:, -1:], 1.0), total, spent)
            return np.asarray(np.maximum.accumulate(np.clip(spent, 0.0, total), axis=1))
        last = fraction[:, -1].tolist()
        rows = [
            cumulative_spending(in_full(spending, end if self.final else None), row, total)
            for row, end in zip(fraction, last, strict=True)
        ]
        return np.array(rows).reshape(at.shape)


@dataclass(frozen=True, slots=True)
class Side:
    """One side's bounds: z as given, or NaN where an error is to have been spent."""

    z: Matrix  # (paths, looks)
    due: Matrix  # (paths, looks) cumulative

    def walked(self, side: float = 1.0) -> Matrix:
        """Give (paths, 3, looks) what `kernel.bound_walks` reads: side × z, error, z to start."""
        spends = np.isnan(self.z)
        due = np.maximum.accumulate(np.where(spends, self.due, 0.0), axis=1)
        now = np.diff(due, prepend=0.0, axis=1)
        start = upper_quantiles(np.maximum(np.where(spends, now, 0.5), FARTHEST))
        return np.ascontiguousarray(np.stack([side * self.z, due, start], axis=1))

    def least(self) -> Matrix:
        """Give (paths, looks) z that no upper bound lies below."""
        due = np.where(np.isnan(self.z), np.maximum(self.due, FARTHEST), 0.5)
        return np.where(np.isnan(self.z), upper_quantiles(due), self.z)


def by_fraction_alone(spending: Spending) -> bool:
    """Tell whether a spending function reads each fraction by itself, whatever the others are."""
    if isinstance(spending, SpendingInRange):
        return by_fraction_alone(spending.spending)
    return isinstance(spending, SpendingFunction) and not isinstance(spending, SpendingByLook)


def spending_side(
    paths: Paths,
    spending: Spending,
    total: float,
    looks: tuple[int, ...] | None,
    fraction: Matrix | None = None,
) -> Side:
    """Spend an error by the fractions, at the looks that are tested; infinite z elsewhere."""
    kept = moved(looks, paths.looks)
    tested = kept is None or looks_among(kept, len(paths.planned))
    z = np.where(tested, np.nan, np.inf)
    due = paths.due(spending, paths.fraction if fraction is None else fraction, total)
    return Side(np.array(np.broadcast_to(z, due.shape)), due)


def looks_among(looks: Sequence[int], count: int) -> Flags:
    """Mark looks counted from 1; none is fine."""
    if not looks:
        return np.zeros(count, dtype=np.bool_)
    return looks_tested(tuple(looks), count, "A side")


def efficacy_side(paths: Paths, alpha: float) -> Side | None:
    """Say what the efficacy rule asks of every look; None where it cannot be read at others."""
    rule = paths.design.asked.stopping.efficacy
    shape = paths.information.shape
    if rule is None:
        rule = SpendAlpha(LanDeMetsOBrienFleming())
    if isinstance(rule, SpendAlpha):
        return spending_side(paths, rule.spending, alpha, rule.looks)
    if isinstance(rule, FixedEfficacy):
        z = np.array(as_planned(rule.z, paths.looks, "efficacy bound"))
        return Side(np.array(np.broadcast_to(z, shape)), np.zeros(shape))
    if isinstance(rule, InterimEfficacy):
        interim = np.array(as_planned((*rule.z, np.nan), paths.looks, "efficacy bound"))
    elif isinstance(rule, NoInterimEfficacy):
        interim = np.full(shape, np.inf)
    elif isinstance(rule, HaybittlePeto):
        interim = np.full(shape, rule.z)
    elif isinstance(rule, WangTsiatis):
        ends = paths.design.information[-1]
        interim = paths.design.upper[-1] * (paths.information / ends) ** (rule.delta - 0.5)
    else:
        return None
    z = np.array(np.broadcast_to(interim, shape))
    if paths.final or paths.complete:
        z[:, -1] = np.nan
    return Side(z, np.where(np.isnan(z), alpha, 0.0))


def futility_side(paths: Paths) -> Side | None:
    """Say what futility by z, by effect or by spending asks of every look of a one-sided design.

    None where the rule is of another kind.
    """
    stopping, shape = paths.design.asked.stopping, paths.information.shape
    rule = stopping.futility
    if isinstance(rule, SpendBeta):
        asked = paths.design.asked
        beta = 1.0 - (paths.design.power if asked.power is None else asked.power)
        side = spending_side(paths, rule.spending, beta, rule.looks, beta_fraction(paths))
        z = -side.z
        if paths.final and np.isnan(z[:, -1]).all():
            z[:, -1] = np.inf  # it meets efficacy
        return Side(z, side.due)
    if isinstance(rule, SpendUnderNull) and rule.total is not None:
        side = spending_side(paths, rule.spending, rule.total, rule.looks, beta_fraction(paths))
        return Side(-side.z, side.due)
    if isinstance(rule, FixedFutility) and not rule.symmetric:
        z = fixed_futility(paths, rule)
    elif isinstance(rule, EffectFutility):
        z = effect_futility(paths, rule)
    elif rule is None:
        z = np.full(shape, -np.inf)
    else:
        return None
    return Side(np.array(np.broadcast_to(z, shape)), np.zeros(shape))


def fixed_futility(paths: Paths, rule: FixedFutility) -> Vector:
    """Give (looks,) the z of futility as planned."""
    planned = paths.design.looks
    z = rule.z if len(rule.z) == planned else (*rule.z, -np.inf)
    return np.array(as_planned(z, paths.looks, "futility bound"))


def effect_futility(paths: Paths, rule: EffectFutility) -> Matrix:
    """Give (paths, looks) the z at which the effect seen is a part of the design's."""
    part = np.array(rule.fraction)
    if part.size > 1:
        part = np.array(as_planned((*rule.fraction, 0.0), paths.looks, "futility effect"))
    z = part * paths.mean / np.sqrt(paths.their_information)
    if paths.final:
        z[:, -1] = -np.inf
    return np.asarray(z)


def beta_fraction(paths: Paths) -> Matrix | None:
    """Give the fractions to spend beta by, where they are not those of alpha."""
    asked = paths.design.asked
    if asked.stopping.spending_time is not None or asked.alternative_information is None:
        return None
    theirs, ends = paths.their_information, paths.information[:, -1:]
    if paths.final:
        return np.asarray(theirs / theirs[:, -1:] * ends)
    most = asked.alternative_information[-1]
    return np.asarray(theirs / most * paths.design.information[-1])
