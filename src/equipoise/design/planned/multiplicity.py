"""The levels each hypothesis can come to be tested at, and the boundaries that go with them.

A hypothesis is tested at its share of alpha, which grows as others are rejected; by Hochberg and
Hommel as by Holm, alpha over the number still in play.  Co-primary ones have all of alpha, each;
what follows them waits until all are met.  Dunnett's levels are those of `planned.dunnett`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from equipoise.design.multiplicity.graph import reject_hypotheses
from equipoise.design.multiplicity.promise import graph_of
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.trial_design import AlphaLevel, MultiplicityDesign
from equipoise.errors import DesignError
from equipoise.protocol.planning import Multiplicity

if TYPE_CHECKING:
    from equipoise.protocol.planning import DesignPromise
    from equipoise.protocol.trial import Protocol

DISTINCT = 1e-9
MOST = 10  # hypotheses whose rejection in every order is looked at


@dataclass(frozen=True, slots=True)
class Level:
    """What a hypothesis is tested at: an alpha, or bounds where these are not its own."""

    alpha: float  # for both sides together
    z: tuple[float, ...] = ()  # efficacy bound at each look; empty: drawn by the design's rule


Rejected: TypeAlias = frozenset[str]
Levels: TypeAlias = dict[str, dict[Rejected, Level]]  # by hypothesis, and by those rejected


def levels_of(
    rule: Multiplicity, alpha: float
) -> dict[str, tuple[tuple[float, tuple[str, ...]], ...]]:
    """Give each hypothesis its levels from the least, with the fewest rejections each needs.

    Raises:
        DesignError: there are too many hypotheses to look at every order of rejection.

    Witness: closed forms (Holm: alpha over m to 1; fixed sequence); `alpha_levels`.

    >>> rule = Multiplicity("fixed sequence", (("H1", 1.0), ("H2", 0.0)), (("H1", "H2", 1.0),))
    >>> levels_of(rule, 0.025)["H2"]
    ((0.025, ('H1',)),)
    """
    told = _distinct(_levels(rule, alpha), rule)
    return {
        name: tuple((level.alpha, after) for level, after in held) for name, held in told.items()
    }


def levels(protocol: "Protocol", promise: "DesignPromise") -> Levels:
    """Give what every hypothesis is tested at, whichever others are rejected.

    Raises:
        DesignError: there are too many hypotheses, or their bounds cannot be drawn.

    Witness: `levels_of`, `dunnett_critical_value`, `multi_arm_bounds`.
    """
    rule = promise.multiplicity
    if rule is None:
        return {each.id: {frozenset(): Level(promise.alpha)} for each in protocol.hypotheses}
    if rule.procedure == "dunnett":
        from equipoise.design.planned.dunnett import dunnett_levels  # noqa: PLC0415 - where asked

        return dunnett_levels(protocol, promise)
    return _levels(rule, promise.alpha)


def _levels(rule: Multiplicity, alpha: float) -> Levels:
    """Give the share of every hypothesis after every set of rejections; none where it waits."""
    names = [name for name, _ in rule.weights]
    if len(names) > MOST:
        raise DesignError(
            f"The levels of {len(names)} hypotheses cannot all be listed; name at most {MOST}, or "
            "test them in families."
        )
    if rule.procedure == "co-primary":
        return _levels_of_co_primary(rule, alpha)
    found: Levels = {name: {} for name in names}
    start = graph_of(rule)
    for rejected in subsets(names):
        now = start
        for name in rejected:
            now = reject_hypotheses(now, name)
        for name in names:
            share = round(now.weight(name) / DISTINCT) * DISTINCT
            if name not in rejected and share > 0:
                found[name][frozenset(rejected)] = Level(share * alpha)
    return found


def _levels_of_co_primary(rule: Multiplicity, alpha: float) -> Levels:
    """Give all of alpha to each; after all are met to the next in order."""
    names = [name for name, _ in rule.weights]
    first = {name for name, weight in rule.weights if weight > 0}
    found: Levels = {name: {} for name in names}
    for rejected in map(frozenset, subsets(names)):
        for place, name in enumerate(names):
            waits_for = set() if name in first else first | set(names[:place])
            if name not in rejected and waits_for <= rejected:
                found[name][rejected] = Level(alpha)
    return found


def subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    """Give every set of some of the names, the smallest first."""
    for size in range(len(names)):
        yield from combinations(names, size)


def _distinct(
    held: Levels, rule: Multiplicity
) -> dict[str, tuple[tuple[Level, tuple[str, ...]], ...]]:
    """Give the different levels of each hypothesis, from the least, each with fewest rejections."""
    names = [name for name, _ in rule.weights]
    told = {}
    for name in names:
        first: dict[float, tuple[Level, tuple[str, ...]]] = {}
        for rejected in sorted(held[name], key=lambda some: (len(some), _places(some, names))):
            level = held[name][rejected]
            after = tuple(each for each in names if each in rejected)
            first.setdefault(round(level.alpha, 12), (level, after))
        told[name] = tuple(first[alpha] for alpha in sorted(first))
    return told


def _places(some: Rejected, names: list[str]) -> list[int]:
    return sorted(names.index(each) for each in some)


def starting_alpha(held: Levels, hypothesis: str) -> float:
    """Give the alpha a hypothesis has before any other is rejected."""
    level = held[hypothesis].get(frozenset())
    return 0.0 if level is None else level.alpha


def planned_level(held: Levels, hypothesis: str) -> Level:
    """Give the level a hypothesis is planned at: that of the start, or the least it waits for.

    An alpha of 0 where the share that comes to it is nothing to speak of.

    Witness: closed forms (fixed sequence: alpha; Bonferroni: its share).
    """
    own = held[hypothesis]
    start = own.get(frozenset())
    return start or min(own.values(), key=lambda level: level.alpha, default=Level(0.0))


def multiplicity_design(rule: Multiplicity, held: Levels, drawn: "Bounds") -> MultiplicityDesign:
    """Give every level of every hypothesis, with its efficacy bounds.

    Raises:
        DesignError: no boundary can be drawn at one of the levels.

    Witness: nph16 (gsDesign2: the same design at two alphas); `group_sequential`.
    """
    levels = [
        AlphaLevel(name, after, level.alpha, drawn.told(name, level))
        for name, own in _distinct(held, rule).items()
        for level, after in own
    ]
    return MultiplicityDesign(
        rule.procedure, rule.weights, rule.transitions, tuple(levels), _assumed(rule)
    )


class Bounds:
    """The efficacy bounds of hypotheses at any level, each drawn once."""

    def __init__(self, stopping: Mapping[str, StoppingPlan | None], drift: float) -> None:
        """Keep how each is tested.

        Args:
            stopping: of each hypothesis; futility only where alpha relies on it; None where
                bounds at other levels are not drawn, as for a MaxCombo test.
            drift: of the design, for futility that alpha relies on.
        """
        self.stopping, self.drift = stopping, drift
        self.drawn: dict[tuple[StoppingPlan, float], tuple[float, ...]] = {}

    def at(self, name: str, level: Level) -> tuple[float, ...]:
        """Give the bound at each look; infinite where not tested, none where not drawn."""
        rules = self.stopping[name]
        if rules is None:
            return ()
        if level.z:
            return level.z if len(rules.information) == len(level.z) else level.z[-1:]
        key = (rules, level.alpha)
        if key not in self.drawn:
            upper = group_sequential(replace(rules, alpha=level.alpha), drift=self.drift).upper
            self.drawn[key] = tuple(upper.tolist())
        return self.drawn[key]

    def told(self, name: str, level: Level) -> tuple[float | None, ...]:
        """Give the bound at each look; None where not tested."""
        return tuple(z if np.isfinite(z) else None for z in self.at(name, level))


def _assumed(rule: Multiplicity) -> tuple[str, ...]:
    match rule.procedure:
        case "hochberg" | "hommel":
            name = rule.procedure.capitalize()
            needs = "needs test statistics that are not negatively dependent"
            return (f"{name}'s procedure {needs}.",)
        case "co-primary":
            return ("Co-primary hypotheses are met together or not at all; none shares alpha.",)
        case "dunnett":
            return (_DUNNETT,)
    return (_GRAPHICAL,)


_DUNNETT = (
    "Dunnett's test counts on the noise of the control that the comparisons share, in proportion "
    "to the arms' sizes; it steps down as arms are found better."
)


_GRAPHICAL = (
    "Shares of alpha pass on as in the graph of Bretz et al. (2009); valid under any correlation "
    "of the hypotheses."
)
