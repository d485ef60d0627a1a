"""Draw the boundaries of a one-sided design: walk the looks, and at each find the z that spends.

Two walks go side by side: the upper bounds spend alpha under the null, the lower ones spend
their error under the alternative (or under the null: a bound for harm).  When futility is
binding both walks stop at both bounds, so the two sides are found together, look by look.
When it is not, the upper bounds come first, from a walk that knows no lower bound.  A bound for
harm is found by a third walk, under the null; where there is futility, it lies at or below it.

To plug in a rule of another kind, turn it into a `Schedule`: bounds as given, or errors to
spend, or a mixture (Haybittle-Peto: the first bounds are given, the last one spends).
"""

from dataclasses import dataclass, field

import numpy as np

from equipoise.design.sequential.schedule import Schedule
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.normal import upper_quantiles
from equipoise.kernel.sequential import worth_following
from equipoise.kernel.sequential_walk import REACH, START, Running, Step, step

ROUNDING = 1e-15  # a spend this small beside what is spent already is the function's rounding
OVERSPENT = 1e-11  # of what is due: more than rounding


@dataclass(frozen=True, slots=True)
class Truth:
    """How the score walks: under the null, or under the alternative."""

    information: Vector  # (looks,)
    mean: Vector  # (looks,) of the score; 0 under the null


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bounds of both sides."""

    upper: Vector
    lower: Vector  # stop at or below: for futility, or for harm where at or below `harm`
    crossed: Vector | None  # chance of crossing the upper bound first, where the lower side walked
    harm: Vector | None = None


@dataclass(frozen=True, slots=True)
class HarmSchedule:
    """What a bound for harm spends, and among which trials."""

    schedule: Schedule
    futility_obeyed: bool  # whether trials that stopped for futility are out of its reach


@dataclass(slots=True)
class Side:
    """One side's walk through the looks, and what it has spent so far."""

    schedule: Schedule
    truth: Truth
    sign: float  # 1: the upper bounds; -1: the lower
    guess: Vector | None  # (looks,) z near the bounds, where known
    spent: float = 0.0
    running: Running = field(default_factory=lambda: START)
    at: Step = field(default_factory=lambda: step(START, 1.0))  # the look it has arrived at

    @property
    def walks(self) -> bool:
        """Whether there is a bound to be found."""
        return bool(np.isnan(self.schedule.z).any())

    def arrive(self, look: int) -> None:
        """Carry the running trials to a look."""
        mean = self.truth.mean
        move = mean[look] - (mean[look - 1] if look else 0.0)
        self.at = step(self.running, float(self.truth.information[look]), float(move))

    def go_on(self, look: int, lower: float, upper: float, worth: tuple[Vector, Vector]) -> None:
        """Let the trials between the bounds of a look run on, as far as it is worth while."""
        floor = max(lower * self.at.root, worth[0][look])
        ceiling = min(upper * self.at.root, worth[1][look])
        onward = float(self.truth.information[look + 1])
        self.running = self.at.go_on([(floor, ceiling)], onward)

    def bound(self, look: int) -> float:
        """Give the z of this look, and count what it spends."""
        z, at = float(self.schedule.z[look]), self.at
        if not np.isnan(z):
            if np.isfinite(z) and self.walks:
                self.spent += at.above(z) if self.sign > 0.0 else at.below(z)
            return z
        due = float(self.schedule.spent[look])
        spend = due - self.spent
        if spend < -OVERSPENT * due:
            raise DesignError(
                f"The bounds before look {look + 1} spend {self.spent:.6g}, more than the "
                f"{due:.6g} to be spent by then; move them outward or raise the total."
            )
        if spend <= ROUNDING * due:
            return self.sign * np.inf
        self.spent = due
        known = self.guess is not None and np.isfinite(self.guess[look])
        guess = float(self.guess[look]) if known and self.guess is not None else None
        return at.upper(spend, guess) if self.sign > 0.0 else at.lower(spend, guess)

    def extremes(self) -> tuple[Vector, Vector]:
        """Give the least and the most that each bound, in z, can be."""
        z, centre = self.schedule.z, self.truth.mean / np.sqrt(self.truth.information)
        due = np.where(np.isnan(z), self.schedule.spent, 0.0)
        spend = np.diff(np.maximum.accumulate(due), prepend=0.0)
        outer = upper_quantiles(np.where(spend > ROUNDING * due, spend, 1.0))
        outermost = centre + self.sign * np.maximum(outer, REACH if np.isfinite(z).any() else 0.0)
        inner = upper_quantiles(np.where(due > 0.0, due, 1.0)) if self.sign > 0.0 else -REACH
        innermost = centre + self.sign * np.asarray(inner)
        least, most = (innermost, outermost) if self.sign > 0.0 else (outermost, innermost)
        return np.where(np.isnan(z), least, z), np.where(np.isnan(z), most, z)


def draw(
    upper: Schedule,
    lower: Schedule,
    null: Truth,
    lower_truth: Truth,
    *,
    harm: HarmSchedule | None = None,
    guess: Drawn | None = None,
) -> Drawn:
    """Find the bounds of both sides, each side's walk stopping at both.

    Args:
        upper: spends under `null`.
        lower: spends under `lower_truth`; +inf means: at the upper bound.
        null: as for the type I error.
        lower_truth: the alternative, or the null where the lower bounds spend under it.
        harm: spends under `null`, at or below the lower bounds.
        guess: bounds that are near.
    """
    looks = upper.z.size
    up = Side(upper, null, 1.0, None if guess is None else guess.upper)
    down = Side(lower, lower_truth, -1.0, None if guess is None else guess.lower)
    worst = None if harm is None else Side(harm.schedule, null, -1.0, None)
    walking = [side for side in (up, down, worst) if side is not None and side.walks]
    ranges = [range_of(side, up, down, worst) for side in walking]
    upper_z, lower_z, harm_z, crossed = np.zeros((4, looks))
    for k in range(looks):
        for side in walking:
            side.arrive(k)
        upper_z[k], lower_z[k] = up.bound(k), down.bound(k)
        if lower_z[k] == np.inf or k + 1 == looks:
            lower_z[k] = min(lower_z[k], upper_z[k])
        alone = lower_z[k]  # where the walk of harm stops below
        if harm is not None and worst is not None:
            alone, harm_z[k] = bound_for_harm(k, harm, worst, down, (lower_z[k], upper_z[k]))
            lower_z[k] = max(lower_z[k], harm_z[k])
        if down.walks:
            crossed[k] = down.at.above(upper_z[k])
        if k + 1 < looks:
            for side, worth in zip(walking, ranges, strict=True):
                side.go_on(k, alone if side is worst else lower_z[k], upper_z[k], worth)
    found = crossed if down.walks else None
    return Drawn(upper_z, lower_z, found, None if harm is None else harm_z)


def bound_for_harm(
    look: int, harm: HarmSchedule, worst: Side, down: Side, bounds: tuple[float, float]
) -> tuple[float, float]:
    """Give the z at which the walk of harm stops, and the bound, at or below futility's."""
    lower_z, upper_z = bounds
    spent = worst.spent
    spends = worst.bound(look)
    z = min(spends, lower_z if lower_z > -np.inf else upper_z)
    if lower_z == -np.inf < z:
        down.spent += down.at.below(z) if down.walks else 0.0  # under the alternative
    if not harm.futility_obeyed:
        return spends, z
    worst.spent = spent + (worst.at.below(z) if z > -np.inf else 0.0)
    return max(lower_z, z), z


def range_of(side: Side, up: Side, down: Side, worst: Side | None) -> tuple[Vector, Vector]:
    """Give the scores from which this side's walk may still cross a bound that matters to it."""
    information, mean = side.truth.information, side.truth.mean
    centre = mean / np.sqrt(information)
    nowhere = np.full(centre.size, np.inf)
    if side is worst:
        return worth_following(information, mean, (nowhere, nowhere), side.extremes())
    least, most = up.extremes() if up.walks else (up.schedule.z, up.schedule.z)
    if worst is not None or np.any(down.schedule.z != -np.inf):
        # crossing down makes room to cross up sooner
        least = np.where(np.isnan(up.schedule.z), centre - REACH, least)
    lower = down.extremes() if side is down else (-nowhere, -nowhere)
    return worth_following(information, mean, (least, most), lower)
