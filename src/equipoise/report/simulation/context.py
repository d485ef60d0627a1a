"""What every section of a rehearsal's report needs: what was played, in whose words, and when."""

from dataclasses import dataclass
from math import exp

from equipoise.protocol.rehearsal import Scenario
from equipoise.protocol.trial import Protocol
from equipoise.report.design.printing import as_given, at_bound
from equipoise.report.format import Clock, decimal
from equipoise.report.plain_text import slug
from equipoise.simulate.characteristics.characteristics import (
    HypothesisCharacteristics,
    OperatingCharacteristics,
)
from equipoise.simulate.conduct import Conduct, Milestone, Proportions, RestrictedMean, Tested
from equipoise.simulate.plan import HypothesisTruth, SimulationPlan
from equipoise.simulate.replays.trial import TrialSimulation
from equipoise.simulate.worlds.world import World

RATIO = "hazard ratio"


@dataclass(frozen=True, slots=True)
class Played:
    """One scenario under one design, of which trials were played."""

    scenario: int  # place in the plan
    design: int
    label: str  # of the scenario
    design_name: str
    found: OperatingCharacteristics

    def hypothesis(self, name: str) -> HypothesisCharacteristics | None:
        """Find a hypothesis; none where the design does not test it."""
        known = (each for each in self.found.hypotheses if each.hypothesis == name)
        return next(known, None)


@dataclass(frozen=True, slots=True)
class SimulationContext:
    """A rehearsal, seen by someone who prints."""

    result: TrialSimulation

    @property
    def protocol(self) -> Protocol:
        """The protocol that was rehearsed."""
        return self.result.protocol

    @property
    def plan(self) -> SimulationPlan:
        """What was to be played."""
        return self.result.simulation.asked

    @property
    def clock(self) -> Clock:
        """Times in the unit of display."""
        return Clock(self.result.protocol.trial)

    @property
    def several(self) -> bool:
        """Whether more than one design was rehearsed."""
        return len(self.plan.designs) > 1

    @property
    def played(self) -> tuple[Played, ...]:
        """Everything that was played, scenario by scenario."""
        names = [each.name for each in self.plan.designs]
        return tuple(
            Played(at, design, self.scenario(at).label, names[design], found)
            for at, row in enumerate(self.result.simulation.results)
            for design, found in enumerate(row)
        )

    @property
    def own(self) -> tuple[Played, ...]:
        """What was played under the protocol's own design."""
        return tuple(each for each in self.played if each.design == 0)

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Ids of all hypotheses that some design tests, the own design's first."""
        every = (each.hypothesis for one in self.plan.designs for each in one.conduct.tested)
        return tuple(dict.fromkeys(every))

    @property
    def primary(self) -> tuple[str, ...]:
        """Ids of the primary hypotheses; all, where none is named so."""
        rules = self.conduct().stopping
        return rules.primary or tuple(each.hypothesis for each in rules.hypotheses)

    @property
    def lead(self) -> str:
        """The hypothesis that sizes the trial, or the first that is played."""
        main = self.result.design.main
        played = [each.hypothesis for each in self.conduct().tested]
        return main.hypothesis if main is not None and main.hypothesis in played else played[0]

    def conduct(self, design: int = 0) -> Conduct:
        """How the trial is run under a design."""
        return self.plan.designs[design].conduct

    def tested(self, hypothesis: str, design: int = 0) -> Tested | None:
        """How a hypothesis is tested; none where the design does not."""
        tests = self.conduct(design).tested
        return next((each for each in tests if each.hypothesis == hypothesis), None)

    def scenario(self, at: int) -> Scenario:
        """A scenario as the protocol tells it."""
        return self.result.rehearsals[at].scenario

    def world(self, at: int, design: int = 0) -> World:
        """The world a scenario is played in."""
        return self.plan.designs[design].world_in(self.plan.scenarios[at])

    def truth(self, at: int, hypothesis: str) -> HypothesisTruth | None:
        """What is true of a hypothesis in a scenario; none where it is not told."""
        truths = self.plan.scenarios[at].truths
        return next((each for each in truths if each.hypothesis == hypothesis), None)

    def label(self, hypothesis: str) -> str:
        """The words of a hypothesis."""
        return self.result.design.hypothesis(hypothesis).label

    def name(self, hypothesis: str) -> str:
        """A hypothesis by its id and its words."""
        label = self.label(hypothesis)
        return hypothesis if label == hypothesis else f"{hypothesis}: {label}"

    def of(self, played: Played) -> str:
        """Name a scenario and, where there are several, the design."""
        return f"{played.label}, {played.design_name}" if self.several else played.label

    def endpoint(self, identifier: str) -> str:
        """The label of an endpoint."""
        return self.protocol.endpoint(identifier).label

    def effect(self, hypothesis: str) -> "EffectScale":
        """Name the effect a hypothesis is about, and how it is printed."""
        at = next(
            at for at in range(len(self.plan.designs)) if self.tested(hypothesis, at) is not None
        )
        found = self.tested(hypothesis, at)
        match found.test if found is not None else None:
            case RestrictedMean():
                return EffectScale("difference in restricted mean", self.clock.factor)
            case Milestone(scale="plain"):
                return EffectScale("difference in survival")
            case Milestone():
                return EffectScale("difference in log(−log survival)")
            case Proportions():
                return EffectScale("risk difference")
            case _:
                return EffectScale(RATIO)


@dataclass(frozen=True, slots=True)
class EffectScale:
    """What an effect is called, and the way from the scale of estimates to print."""

    name: str
    factor: float = 1.0  # into the unit of display

    @property
    def ratio(self) -> bool:
        """Whether it is a ratio, estimated by its logarithm."""
        return self.name == RATIO

    def value(self, linear: float) -> float:
        """Turn an estimate into the effect."""
        return exp(linear) if self.ratio else linear * self.factor

    def show(self, linear: float) -> str:
        """Print an estimate as the effect."""
        value = self.value(linear)
        return at_bound(self.name, value) if self.ratio else decimal(value, 3)

    def given(self, linear: float) -> str:
        """Print a truth as it was written."""
        return as_given(round(self.value(linear), 6))


def anchor(*parts: str) -> str:
    """Make an id of these words."""
    return "-".join(slug(each) for each in parts)
