"""The bounds a look holds the statistic of one hypothesis against, in many trials at once.

A trial's bounds follow from the information at its looks so far and the level of its
hypothesis; trials that have seen the same share them.  The last look spends all that is left,
wherever it comes; so does one at which all the information planned for is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from equipoise.design.sequential.asked import CLOSEST
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.reading import SAME, updated_design
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.monitor.bounds.levels import at_level
from equipoise.monitor.bounds.observed import observed_bounds
from equipoise.monitor.bounds.observed_schedules import Paths
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, UpdatedBounds

UPPER, LOWER, HARM_BELOW, FUTILITY_FROM = range(4)  # columns of bounds, all on z
FEW = 20  # paths: fewer are drawn one by one, without compiled code


class Path(NamedTuple):
    """What trials have seen of one hypothesis up to a look, that look included."""

    information: Matrix  # (trials, looks) as the rules count it; nan where not tested
    time: Matrix | None  # (trials, looks) fractions, where error is spent by the calendar
    final: Flags  # (trials,) whether this is the last look of the trial or the hypothesis


@dataclass(frozen=True, slots=True)
class Reader:
    """The bounds of one hypothesis, whatever its level and the information observed."""

    rules: HypothesisRules
    place: tuple[int, ...]  # (looks,) which look of the design each look is, from 0; -1: none
    designs: dict[float, GroupSequential] = field(default_factory=dict)  # by level

    @property
    def last(self) -> int:
        """The last look at which the hypothesis is tested."""
        return max(look for look, place in enumerate(self.place) if place >= 0)

    def testable(self, information: Vector, before: Vector, last: Flags) -> Flags:
        """Tell where there is information, and more than at the look tested before (nan: none).

        A last look is tested without more, too: it stands in for the look before.
        """
        if isinstance(self.rules.bounds, FixedBounds):
            return np.ones(information.size, dtype=np.bool_)
        grown = ~(information * (1.0 - CLOSEST) <= before)
        return np.asarray((information > 0.0) & (grown | last), dtype=np.bool_)

    def all_there(self, information: Vector) -> Flags:
        """Tell where the information is all that was planned."""
        bounds = self.rules.bounds
        if isinstance(bounds, FixedBounds):
            return np.zeros(information.size, dtype=np.bool_)
        planned = bounds.planned * float(bounds.design.information[-1])
        return np.asarray(information >= planned * (1.0 - SAME), dtype=np.bool_)

    def fixed(self, side: int, look: int) -> tuple[float, float]:
        """Give a bound as given, (where the look is the last one, as planned for it).

        A last look that comes early is held against the bound of the last one.
        """
        bounds = self.rules.bounds
        z = bounds.upper if isinstance(bounds, FixedBounds) else ()
        if side != UPPER:
            z = (isinstance(bounds, FixedBounds) and bounds.lower) or (-np.inf,) * len(z)
        return z[self.place[self.last]], z[self.place[look]]

    def at(self, level: Vector, path: Path) -> Matrix:
        """Give the bounds of a look, (trials, 4): upper, lower, harm, futility from.

        Args:
            level: (trials,) above 0.
            path: up to this look; its information is not nan.

        Witness: `updated_design`, trial by trial.
        """
        bounds = self.rules.bounds
        assert isinstance(bounds, UpdatedBounds)  # noqa: S101 - for the type checker
        result = np.empty((level.size, 4))
        for each in np.unique(level):
            rows = np.flatnonzero(level == each)
            chosen = Path(
                path.information[rows] / bounds.planned,
                None if path.time is None else path.time[rows],
                path.final[rows],
            )
            result[rows] = self._updated(self.design_at(bounds, float(each)), chosen)
        return result

    def design_at(self, bounds: UpdatedBounds, level: float) -> GroupSequential:
        """Give the design at a level, worked out once."""
        if level not in self.designs:
            self.designs[level] = at_level(bounds.design, level)
        return self.designs[level]

    def _updated(self, design: GroupSequential, path: Path) -> Matrix:
        """Give the bounds of a design at what trials have seen; those that saw the same at once."""
        time = path.time if design.asked.stopping.spending_time is not None else None
        first, kind = alike(Path(path.information, time, path.final))
        seen, final = path.information[first], path.final[first]
        untested = np.isnan(seen) @ (1 << np.arange(seen.shape[1])) * 2 + final
        found = np.empty((first.size, 4))
        for pattern in np.unique(untested):
            rows = np.flatnonzero(untested == pattern)
            looks = np.flatnonzero(~np.isnan(seen[rows[0]]))
            had = seen[np.ix_(rows, looks)]
            given = None if time is None else time[np.ix_(first[rows], looks)]
            which = tuple(self.place[look] for look in looks)
            found[rows] = bounds_at(design, had, which, final=bool(final[rows[0]]), time=given)
        return found[kind]


def bounds_at(
    design: GroupSequential,
    information: Matrix,
    which: Sequence[int],
    *,
    final: bool,
    time: Matrix | None = None,
) -> Matrix:
    """Give (paths, 4) bounds of the last of the looks so far, in trials that had the same looks.

    Args:
        design: the rules.
        information: (paths, looks so far) fractions of the planned maximum, increasing.
        which: (looks so far) look of the design each is, from 0; beyond its last: extra looks.
        final: whether the last of them is the last look.
        time: (paths, looks so far) fractions, where error is spent by the calendar.

    Raises:
        DesignError: The rules cannot be read at these looks.

    Accuracy: 1e-8 in z.
    Witness: `updated_design`, path by path.
    """
    ends = design.looks - 1
    planned = [place if place < ends else None for place in which]
    stands_for = [place if place <= ends else None for place in which]
    if final:
        planned[-1] = ends
    as_planned = np.zeros(information.shape[0], dtype=np.bool_)
    if planned == list(range(len(planned))) and final == (len(planned) > ends) and time is None:
        away = np.abs(information - design.information[: len(planned)])
        as_planned = np.asarray(away.max(axis=1) <= SAME)
    found = np.full((information.shape[0], 4), np.nan)
    if as_planned.any():
        found[as_planned] = last_bounds(design, len(planned) - 1)
    others = np.flatnonzero(~as_planned)
    if others.size >= FEW:
        times = None if time is None else time[others]
        paths = Paths(design, information[others], tuple(planned), final, times)
        found[others] = observed_bounds(paths)
    for row in np.flatnonzero(np.isnan(found[:, UPPER]) | np.isnan(found[:, LOWER])):
        spent_by = None if time is None else time[row].tolist()
        at = information[row].tolist()
        drawn = updated_design(design, at, final=final, spending_time=spent_by, which=stands_for)
        found[row] = last_bounds(drawn, len(at) - 1)
    return found


def last_bounds(drawn: GroupSequential, look: int) -> Vector:
    """Give the bounds of one look of a design, in the order of the columns."""
    upper, lower = float(drawn.upper[look]), float(drawn.lower[look])
    if drawn.sides == 1:
        harm = -np.inf if drawn.harm is None else float(drawn.harm[look])
        return np.array([upper, lower, harm, -np.inf])
    inner = (np.nan, np.nan) if drawn.inner is None else drawn.inner[look]
    if np.isnan(inner[0]):
        return np.array([upper, -np.inf, lower, -np.inf])
    return np.array([upper, inner[1], lower, inner[0]])


def alike(path: Path) -> tuple[Codes, Codes]:
    """Give one trial of each kind of path, and the kind of each trial."""
    columns = [path.final, *path.information.T]
    if path.time is not None:
        columns.extend(path.time.T)
    kind = np.zeros(path.final.size, dtype=np.int64)
    for column in columns:
        values, which = np.unique(column, return_inverse=True)
        if values.size > 1:
            kind = np.unique(kind * values.size + which, return_inverse=True)[1]
    first = np.unique(kind, return_index=True)[1]
    return first, kind


def reader_of(rules: HypothesisRules, looks: int) -> Reader:
    """Get ready to read the bounds of a hypothesis in a trial of so many looks.

    Raises:
        DesignError: It is tested at looks the trial does not have, or has bounds for others.
    """
    name, bounds = rules.hypothesis, rules.bounds
    tested = range(1, looks + 1) if rules.looks is None else sorted(set(rules.looks))
    if not tested or tested[0] < 1 or tested[-1] > looks:
        raise DesignError(
            f"{name} is tested at looks {list(tested)}, but the trial has looks 1 to {looks}; "
            "name looks of the trial, at least one."
        )
    count = {look: place for place, look in enumerate(tested)}
    if isinstance(bounds, FixedBounds):
        _check_fixed(name, bounds, len(tested), looks)
        if len(bounds.upper) == looks:  # one for each look of the trial, tested or not
            count = {look: look - 1 for look in tested}
    elif not (np.isfinite(bounds.planned) and bounds.planned > 0.0):
        raise DesignError(
            f"{name} is planned for information {bounds.planned:g}; give what its fraction 1 "
            "counts, above 0."
        )
    return Reader(rules, tuple(count.get(look, -1) for look in range(1, looks + 1)))


def _check_fixed(name: str, bounds: FixedBounds, tested: int, looks: int) -> None:
    found = len(bounds.upper)
    if len(bounds.lower) not in {0, found} or np.isnan((*bounds.upper, *bounds.lower)).any():
        raise DesignError(
            f"{name} has {found} efficacy bounds and {len(bounds.lower)} futility bounds; give "
            "as many, each a number, infinite where a look has none."
        )
    if found not in {tested, looks}:
        raise DesignError(
            f"{name} has bounds for {found} looks and is tested at {tested}; give one for each."
        )
