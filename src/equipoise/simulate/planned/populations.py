"""How a hypothesis about a population counts its information.

The design plans it as if every patient were in the population; the trial has so many of them as the
scenario `planned` says.  What information fraction 1 counts is what they are expected to bring by
the last look: events, times p (1 - p), p the share of one arm, which is the variance of the score
without effect; answers, or a variance, in proportion to the patients.  Looks that wait for the
events of the population itself bring those planned.
"""

from dataclasses import dataclass, replace

from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.kernel.arrays import vector
from equipoise.monitor.bounds.planned import among_population
from equipoise.monitor.bounds.rules import HypothesisRules
from equipoise.simulate.conduct import LogRank, Tested
from equipoise.simulate.planned.bounds import expected_events
from equipoise.simulate.planned.looks import whole_plan
from equipoise.simulate.planned.patients import Kinds
from equipoise.simulate.worlds.world import World


@dataclass(frozen=True, slots=True)
class InPopulation:
    """A hypothesis and its rules, with information as its population counts it."""

    tested: Tested
    rules: HypothesisRules
    assumed: tuple[str, ...]


def why_not_in_population(tested: Tested) -> str:
    """Say why a test cannot be rehearsed in a population; empty where it can."""
    plain = not isinstance(tested.test, LogRank) or tested.test == LogRank()
    if tested.population is None or plain:
        return ""
    return "the information of a weighted log-rank test in a population is not planned"


def in_population(
    design: TrialDesign,
    each: HypothesisDesign,
    tested: Tested,
    rules: HypothesisRules,
    kinds: Kinds,
    world: World | None,
) -> InPopulation:
    """Count the information of a hypothesis among the patients of its population.

    Args:
        design: of the trial.
        each: the hypothesis as designed.
        tested: how it is tested, in a population.
        rules: how it is decided, as if all were in the population.
        kinds: of patients, in the scenario `planned`.
        world: of that scenario; None where it is not known.

    Witness: closed form (half the patients, half the information); simulated variances of z.
    """
    planned = rules.bounds.planned
    if planned is None:
        return InPopulation(tested, rules, ())
    share = sum(cell.share for cell in kinds.cells if tested.population in cell.populations)
    said: tuple[str, ...] = ()
    if not design.protocol.rehearsal.conduct.enrich:  # which fills the trial with the population
        planned = expected_in_population(design, each, tested, planned, share, world)
        if each.plan is not None:
            said = (_WORDS.format(each.label, each.hypothesis, share * 100.0),)
    counted, decided = among_population(design, each, tested.information, rules, planned)
    return InPopulation(replace(tested, information=counted), decided, said)


def expected_in_population(
    design: TrialDesign,
    each: HypothesisDesign,
    tested: Tested,
    planned: float,
    share: float,
    world: World | None,
) -> float:
    """Give what the population is expected to bring by the last look, as the test counts it."""
    lead, promise = design.main, design.protocol.design
    if tested.information != "events":
        return planned * share
    waited_for = lead is not None and lead.hypothesis == each.hypothesis
    if each.plan is None or (waited_for and promise is not None and not promise.looks.calendar):
        return planned
    time = whole_plan(lead).looks[-1].time if lead is not None else None
    if world is not None and time is not None:
        events = expected_events(world, tested, vector([time]))
        if events is not None and events[0] > 0.0:
            return float(events[0])
    return planned * share


_WORDS = (
    "{0} ({1}) is tested among the {2:.3g}% of patients who are in its population, and its "
    "information is counted among them; the design plans it as if all patients were, with a power "
    "and a number of patients that hold for so many of them."
)
