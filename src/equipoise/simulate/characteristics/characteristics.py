"""How a design does in a world: operating characteristics, each with its Monte Carlo error.

Power of a hypothesis is the chance of its rejection for efficacy at any look the trial came to.
Averages of looks are told twice: `at_look` over the trials that came to the look (as lrstat's
`lrsim` tells them), `carried` over all trials, as if none were ever stopped.
"""

from dataclasses import dataclass, field, fields

import numpy as np

from equipoise.design.printing import Printed
from equipoise.kernel.arrays import Matrix
from equipoise.simulate.characteristics.monte_carlo import Mean, Probability, Spread


@dataclass(frozen=True, slots=True)
class OperatingQuestion:
    """What was asked."""

    scenario: str
    design: str
    trials: int  # at most
    seed: int
    stream: int  # of random numbers: scenario in the key of Philox
    level: float  # of the confidence intervals whose coverage is counted
    plan: str  # the plan's identity


@dataclass(frozen=True, slots=True)
class LookAverages:
    """Averages at one look; none where it never came to be."""

    time: Mean | None  # calendar
    patients: Mean | None  # enrolled
    dropouts: Mean | None
    events: tuple[Mean | None, ...]  # by endpoint, all arms
    events_by_arm: tuple[tuple[Mean | None, ...], ...]  # by endpoint, by arm
    z: tuple[Mean | None, ...]  # by hypothesis
    score: tuple[Mean | None, ...]
    information: tuple[Mean | None, ...]


@dataclass(frozen=True, slots=True)
class LookCharacteristics:
    """What happens at one look."""

    look: int  # from 1
    condition_met: Probability  # what it waits for comes true, were the trial never stopped
    held: Probability  # it is held, were the trial never stopped
    came_to: Probability  # the trial comes to it
    ended: Probability  # the trial ends here; they add to 1 where every trial is looked at
    at_look: LookAverages  # over the trials that came to it
    carried: LookAverages  # over all trials
    time: Spread | None  # calendar, carried
    information: tuple[Spread | None, ...]  # by hypothesis, carried


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The chance of each decision on a hypothesis, first made at one look."""

    look: int  # from 1
    efficacy: Probability
    futility: Probability
    harm: Probability


@dataclass(frozen=True, slots=True)
class EstimateCharacteristics:
    """How an estimate at the end of the trial does; on the linear scale."""

    estimate: Spread | None
    where_rejected: Mean | None  # only in trials that rejected the hypothesis
    bias: Mean | None  # against the true effect; none where that is not told
    mean_squared_error: Mean | None
    coverage: Probability | None  # of its confidence interval
    told_error: Mean | None  # the standard error the trial reports; of the naive estimate


@dataclass(frozen=True, slots=True)
class HypothesisCharacteristics:  # noqa: PLW1641 - the dataclass makes the hash
    """How one hypothesis does."""

    hypothesis: str
    primary: bool
    null: bool | None  # whether its null hypothesis holds in this scenario; none: not told
    effect: float | None  # the truth on the linear scale
    power: Probability  # of rejection for efficacy; under the null, the type I error
    futility: Probability
    harm: Probability
    undecided: Probability  # none of these, at any look
    by_look: tuple[Verdicts, ...]
    cumulative: tuple[Probability, ...]  # rejected at this look or before
    # (looks, looks) carried; nan where a look has no spread
    z_correlation: Matrix = field(hash=False)
    wrong_efficacy: Probability | None  # rejected for efficacy where the truth is harm
    wrong_side: Probability | None  # z at the end on the other side of the null than the truth
    naive: EstimateCharacteristics | None
    adjusted: EstimateCharacteristics | None

    def __eq__(self, other: object) -> bool:
        """Compare values, of arrays too; a correlation that is not known equals itself."""
        if not isinstance(other, HypothesisCharacteristics):
            return NotImplemented
        alike = np.array_equal(self.z_correlation, other.z_correlation, equal_nan=True)
        names = [each.name for each in fields(self) if each.name != "z_correlation"]
        return alike and all(getattr(self, name) == getattr(other, name) for name in names)


@dataclass(frozen=True, slots=True)
class ArmCharacteristics:
    """How often an arm is dropped, and when."""

    arm: str
    dropped: Probability
    by_look: tuple[Probability, ...]


@dataclass(frozen=True, slots=True, repr=False)
class OperatingCharacteristics(Printed):
    """How one design does in one scenario."""

    asked: OperatingQuestion
    trials: int  # played
    partial: bool  # the run ended before it was done
    at_least_one: Probability  # of the primary hypotheses is rejected
    all_primary: Probability  # are rejected
    familywise_error: Probability | None  # of claims; none where no hypothesis is told to be null
    duration: Spread | None  # calendar time of the look at which the trial ended
    patients: Spread | None
    dropouts: Mean | None
    events: tuple[Spread | None, ...]  # by endpoint
    planned_patients: Mean | None  # as adaptations left them
    endpoints: tuple[str, ...]
    looks: tuple[LookCharacteristics, ...]
    hypotheses: tuple[HypothesisCharacteristics, ...]
    arms: tuple[ArmCharacteristics, ...]
    enriched: Probability
    enriched_by_look: tuple[Probability, ...]
    assumed: tuple[str, ...]
    together: bool = False  # co-primary: nothing is claimed unless all are rejected

    @property
    def success(self) -> Probability:
        """The chance that the trial claims a primary hypothesis; co-primary ones: all of them."""
        return self.all_primary if self.together else self.at_least_one

    def __repr__(self) -> str:
        from equipoise.simulate.characteristics.printing import (  # noqa: PLC0415 - only where printed
            shown_characteristics,
        )

        return "\n".join(shown_characteristics(self))

    def hypothesis(self, name: str) -> HypothesisCharacteristics:
        """Find a hypothesis.

        Raises:
            SimulationError: There is none of that name.

        Witness: the fields of this result.
        """
        from equipoise.errors import SimulationError  # noqa: PLC0415 - rarely needed

        for each in self.hypotheses:
            if each.hypothesis == name:
                return each
        known = ", ".join(each.hypothesis for each in self.hypotheses)
        raise SimulationError(f"There is no hypothesis {name!r}; name one of {known}.")
