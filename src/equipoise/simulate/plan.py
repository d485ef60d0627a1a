"""What is to be rehearsed, as a value: scenarios × designs, how many trials, how exactly.

The plan's identity says what each trial is made of (worlds, designs, seed, chunk size, what is
estimated).  How many trials are played, and how exactly, is no part of it: a run can go on.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from equipoise.errors import SimulationError
from equipoise.simulate.conduct import Conduct
from equipoise.simulate.identity import identity_of
from equipoise.simulate.worlds.world import Enrollment, World

MEANING = 1  # of a trial's random numbers and of what is decided on them; raised when they change
CHUNK = 5000  # trials of a usual size
PATIENTS = 2_000_000  # in a chunk at most, where the trials are large

Direction = Literal["benefit", "none", "harm"]


@dataclass(frozen=True, slots=True)
class HypothesisTruth:
    """What is true of one hypothesis in a scenario."""

    hypothesis: str
    null: bool  # whether its null hypothesis holds: a rejection for efficacy is an error
    effect: float | None = None  # on the scale of the estimate (log hazard ratio, difference)
    direction: Direction | None = None  # where the truth lies; None: not told


@dataclass(frozen=True, slots=True)
class Scenario:
    """One world under which the trial is rehearsed."""

    name: str
    world: World
    truths: tuple[HypothesisTruth, ...] = ()
    stream: int | None = None  # its random streams; None: its place in the plan


@dataclass(frozen=True, slots=True)
class Candidate:
    """One design that is rehearsed: how the trial is run, and with whom if not as the world says.

    Two candidates meet the same patients wherever their trials are alike.
    """

    name: str
    conduct: Conduct
    enrollment: Enrollment | None = None  # in place of the world's
    allocation: tuple[int, ...] | None = None

    def world_in(self, scenario: Scenario) -> World:
        """Give the world in which this design is rehearsed."""
        world = scenario.world
        if self.enrollment is not None:
            world = replace(world, enrollment=self.enrollment)
        return world if self.allocation is None else replace(world, allocation=self.allocation)


@dataclass(frozen=True, slots=True)
class Precision:
    """Go on until a Monte Carlo standard error is small enough, in every design.

    Asked of a probability, the error is judged as if one more success and one more failure had
    been seen, so that a run does not end on a rare event that has not come up yet.
    """

    error: float
    of: str = "at least one primary"  # or "all primary", "family-wise error", "duration", an id
    least: int = 1000  # trials


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """Scenarios × designs, and how far to go."""

    scenarios: tuple[Scenario, ...]
    designs: tuple[Candidate, ...]
    trials: int = 10_000  # of each scenario and design; with `precision`, at most
    seed: int = 1
    precision: Precision | None = None
    chunk: int = 0  # trials reduced at a time; 0: by the size of the trials
    estimates: bool = True
    adjusted: bool = False  # inference after stopping
    common_scenarios: bool = False  # all scenarios use the same random numbers
    level: float = 0.95  # of the confidence intervals whose coverage is counted
    identity: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        _check_sizes(self)
        _check_names([each.name for each in self.scenarios], "scenario")
        _check_names([each.name for each in self.designs], "design")
        for scenario in self.scenarios:
            _check_truths(scenario, self.designs)
        _check_precision(self)
        if not self.chunk:
            object.__setattr__(self, "chunk", natural_chunk(self))
        told = (MEANING, self.scenarios, self.designs, self.seed, self.chunk)
        further = (self.estimates, self.adjusted, self.common_scenarios, self.level)
        object.__setattr__(self, "identity", identity_of(told, further))

    @property
    def chunks(self) -> int:
        """How many chunks of trials each scenario has; the last may be short."""
        return -(-self.trials // self.chunk)

    def chunks_of(self, first: int, last: int) -> tuple[int, int]:
        """Give the chunks that hold trials `first` ... `last` - 1, the second one exclusive.

        Raises:
            SimulationError: The range does not begin and end where chunks do.

        Witness: the trials of those chunks.
        """
        ends = last % self.chunk == 0 or last == self.trials
        if first % self.chunk or not ends or not 0 <= first < last <= self.trials:
            raise SimulationError(
                f"Trials {first} to {last} of {self.trials} do not begin and end where chunks of "
                f"{self.chunk} do. Give multiples of {self.chunk}.",
                about="range",
            )
        return first // self.chunk, -(-last // self.chunk)

    def stream(self, scenario: int) -> int:
        """Give the random streams of a scenario, by its place."""
        own = self.scenarios[scenario].stream
        if own is not None:
            return own
        return 0 if self.common_scenarios else scenario

    def scenario(self, name: str) -> int:
        """Find a scenario.

        Raises:
            SimulationError: There is none of that name.
        """
        return _place(name, [each.name for each in self.scenarios], "scenario")

    def design(self, name: str) -> int:
        """Find a design.

        Raises:
            SimulationError: There is none of that name.
        """
        return _place(name, [each.name for each in self.designs], "design")


def natural_chunk(plan: SimulationPlan) -> int:
    """Give chunks of 5,000 trials, fewer where the trials are large."""
    worlds = (design.world_in(each) for each in plan.scenarios for design in plan.designs)
    patients = max(1, *(world.enrollment.patients for world in worlds), 1)
    chunk = CHUNK
    while chunk > 1 and chunk * patients > PATIENTS:
        chunk = -(-chunk // 10) if chunk > 10 else 1  # noqa: PLR2004 - by tens
    return chunk


def _check_sizes(plan: SimulationPlan) -> None:
    if plan.trials < 1:
        raise SimulationError(
            f"{plan.trials} trials tell nothing; rehearse at least 1.", about="trials"
        )
    if plan.seed < 0 or plan.seed >= 1 << 63:
        raise SimulationError(
            f"The seed is {plan.seed}; give a whole number from 0 to 2^63 - 1.", about="seed"
        )
    if plan.chunk < 0:
        raise SimulationError(
            f"A chunk of {plan.chunk} trials is none; give 1 or more, or 0 for a usual size.",
            about="chunk",
        )
    if not 0.0 < plan.level < 1.0:
        raise SimulationError(
            f"The confidence level is {plan.level:g}; give one between 0 and 1.", about="level"
        )


def _check_names(names: list[str], what: str) -> None:
    if not names:
        raise SimulationError(f"The plan has no {what}; give at least one.", about=what)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SimulationError(
            f"Two of the {what}s are named {twice[0]!r}; give each its own name.", about=what
        )


def _check_truths(scenario: Scenario, designs: tuple[Candidate, ...]) -> None:
    if scenario.stream is not None and scenario.stream < 0:
        raise SimulationError(
            f"The random streams of {scenario.name!r} are numbered {scenario.stream}; "
            "give 0 or more.",
            about="scenario",
        )
    tested = {each.hypothesis for design in designs for each in design.conduct.tested}
    for truth in scenario.truths:
        if truth.hypothesis not in tested:
            raise SimulationError(
                f"Scenario {scenario.name!r} tells the truth of {truth.hypothesis!r}, which no "
                f"design tests. Name one of {', '.join(sorted(tested))}.",
                about="hypothesis",
            )


def _check_precision(plan: SimulationPlan) -> None:
    asked = plan.precision
    if asked is None:
        return
    if not asked.error > 0.0:
        raise SimulationError(
            f"A Monte Carlo standard error of {asked.error:g} is never reached; "
            "ask for one above 0.",
            about="precision",
        )
    known = {"at least one primary", "all primary", "family-wise error", "duration"}
    for design in plan.designs:
        named = known | {each.hypothesis for each in design.conduct.tested}
        if asked.of not in named:
            raise SimulationError(
                f"Precision is asked of {asked.of!r}, which design {design.name!r} does not have. "
                f"Name one of {', '.join(sorted(named))}.",
                about="precision",
            )


def _place(name: str, names: list[str], what: str) -> int:
    if name not in names:
        raise SimulationError(
            f"The plan has no {what} {name!r}; name one of {', '.join(names)}.", about=what
        )
    return names.index(name)
