"""How a rehearsed trial is run, as values: when it is looked at, what is tested, what may change.

What a look decides (bounds, graph, stopping) stands in `monitor.bounds.rules`, for real trials too.
"""

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from equipoise.design.sequential.design import GroupSequential
from equipoise.monitor.bounds.rules import StoppingRules


@dataclass(frozen=True, slots=True)
class AfterEvents:
    """When so many events of an endpoint have become known."""

    events: int
    endpoint: str
    population: str | None = None  # None: all patients
    arms: tuple[str, ...] = ()  # empty: all arms


@dataclass(frozen=True, slots=True)
class AtTime:
    """At a calendar time since the trial opened."""

    time: float


@dataclass(frozen=True, slots=True)
class AfterPatients:
    """When so many patients have been enrolled, and then followed (or due to be) for a time."""

    patients: int
    followed: float = 0.0
    population: str | None = None


@dataclass(frozen=True, slots=True)
class AfterEnrollment:
    """So long after the last patient was enrolled."""

    followed: float = 0.0


@dataclass(frozen=True, slots=True)
class AfterLook:
    """So long after an earlier look (from 1)."""

    look: int
    time: float


Condition: TypeAlias = AfterEvents | AtTime | AfterPatients | AfterEnrollment | AfterLook


@dataclass(frozen=True, slots=True)
class Look:
    """When the trial is looked at: at the first or the last of its conditions to come true."""

    conditions: tuple[Condition, ...]
    whichever: Literal["first", "last"] = "last"
    gap: float = 0.0  # at least so long after the look before


@dataclass(frozen=True, slots=True)
class LogRank:
    """Weighted by S(t-)^rho (1 - S(t-))^gamma, S pooled within the stratum; (0, 0) unweighted."""

    rho: float = 0.0
    gamma: float = 0.0


@dataclass(frozen=True, slots=True)
class MaxCombo:
    """The largest of several weighted log-rank statistics; z of its one-sided p-value."""

    weights: tuple[tuple[float, float], ...] = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True, slots=True)
class CoxWald:
    """Wald's test of the hazard ratio (Efron's ties)."""


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """The difference in restricted mean survival time until a horizon."""

    horizon: float


@dataclass(frozen=True, slots=True)
class Milestone:
    """The difference in Kaplan-Meier survival at a time, plain or on the scale -log(-log S)."""

    time: float
    scale: Literal["plain", "log-log"] = "plain"


@dataclass(frozen=True, slots=True)
class Proportions:
    """The difference of two proportions: z with pooled variance, or by Cochran-Mantel-Haenszel.

    Patients whose answer was due and is missing count as a no, or are left out.
    """

    missing: Literal["no", "left out"] = "no"


Test: TypeAlias = LogRank | MaxCombo | CoxWald | RestrictedMean | Milestone | Proportions


@dataclass(frozen=True, slots=True)
class Tested:
    """A hypothesis and how it is tested; z is positive where the experimental arm is better."""

    hypothesis: str
    endpoint: str
    test: Test = field(default_factory=LogRank)
    control: int = 0  # arms, by index
    experimental: int = 1
    population: str | None = None
    stratified: bool = False
    margin: float = 0.0  # null value on the linear scale (log hazard ratio, difference)
    sooner_is_better: bool = False
    information: Literal["events", "patients", "variance"] = "events"  # what its fractions count


@dataclass(frozen=True, slots=True)
class DropArms:
    """After a look, arms that do worst (or below a z) are closed to new patients.

    Their patients stay in follow-up; their hypotheses are given up.  By `all data`, the arms that
    go on are tested as if nothing had happened: their bounds must allow for the selection
    (`winner_bounds`).  Judging by another endpoint than the one tested opens a way around the
    combination test, as patients of the first stage bring news to both (Magirr et al. 2016).
    """

    look: int
    keep: int | None = None  # so many experimental arms, the best
    below: float | None = None  # drop those with z below
    hypotheses: tuple[str, ...] = ()  # judged by: one an experimental arm; empty: all
    enroll: Literal["planned total", "planned an arm"] = "planned total"  # from then on
    method: Literal["inverse normal", "all data"] = "inverse normal"


@dataclass(frozen=True, slots=True)
class ReestimateSize:
    """After a look, the events (and patients) still to come follow from conditional power.

    Raised, never lowered, so that conditional power under the estimate reaches `target`, where it
    lies within `promising`; the final test stays valid by the inverse-normal combination of
    stages with prefixed weights, or by the promising zone of Mehta and Pocock (2011).
    """

    look: int
    hypothesis: str
    target: float = 0.9
    promising: tuple[float, float] = (0.3, 0.9)
    most: float = 2.0  # times the planned events (and patients)
    method: Literal["inverse normal", "promising zone"] = "inverse normal"


@dataclass(frozen=True, slots=True)
class Enrich:
    """After a look, only one population is enrolled if it does well and the others do not."""

    look: int
    population: str
    full: str  # hypothesis in all patients
    subgroup: str  # hypothesis in the population
    full_below: float  # z of the full population below which it is given up
    subgroup_above: float  # z of the population from which it is pursued


Adaptation: TypeAlias = DropArms | ReestimateSize | Enrich


@dataclass(frozen=True, slots=True)
class ClosedTest:
    """A hypothesis is claimed when every intersection that holds it is (Bauer & Kieser 1999).

    Intersections are tested at each look on the news since the look before, and combined over looks
    by the inverse normal, with the weights and the bounds of one design at all of alpha.
    """

    combination: GroupSequential  # one look for each look of the trial
    intersection: Literal["bonferroni", "sidak", "simes", "parametric"] = "simes"


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the trial is run."""

    looks: tuple[Look, ...]
    tested: tuple[Tested, ...]
    stopping: StoppingRules
    maximum_duration: float = math.inf  # calendar; a look not reached by then is held then
    adaptations: tuple[Adaptation, ...] = ()
    closed_test: ClosedTest | None = None  # None: each hypothesis by its own bounds, or the graph
    planned_duration: float | None = None  # where errors are spent by the calendar: what 1 is then
