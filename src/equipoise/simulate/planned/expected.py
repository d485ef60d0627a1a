"""What information a scenario leads to expect of hypotheses that the design does not plan for.

Those without a promised effect, and those of a population: the rules of the rehearsed trial rest on
it, and so do those of the real one (`monitor.planned_rules.trial_rules`).
"""

from dataclasses import replace

from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Vector, vector
from equipoise.monitor.bounds.planned import planned_information
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.rehearsal import PLANNED
from equipoise.protocol.trial import Protocol
from equipoise.simulate.conduct import Tested
from equipoise.simulate.planned.bounds import expected_without_plan
from equipoise.simulate.planned.laws import layers_of, population_of
from equipoise.simulate.planned.patients import Kinds, arms_of, kinds_of
from equipoise.simulate.planned.populations import expected_in_population
from equipoise.simulate.planned.tests import testing_of
from equipoise.simulate.planned.world import scenario_of, world_and_words
from equipoise.simulate.worlds.world import World


def expected_information(protocol: Protocol, design: TrialDesign) -> dict[str, Vector]:
    """Give the information expected of hypotheses by each look, where the scenario tells.

    Args:
        protocol: with a design.
        design: of this protocol.

    Returns:
        By hypothesis, (looks,) as its test counts it, or one number for the last look alone.
        Hypotheses that have a plan among everyone randomized are not in it, nor those of whose
        endpoints nothing is assumed.

    Witness: `expected_events`; the rules of the rehearsed trial.
    """
    try:
        planned = scenario_of(protocol, PLANNED)
        kinds = kinds_of(protocol, layers_of(protocol, planned))
        world = world_and_words(protocol, design, planned).world
    except SimulationError:
        return {}
    found = {}
    for each in design.hypotheses:
        expected = _expected(protocol, design, each, kinds, world)
        if expected is not None:
            found[each.hypothesis] = expected
    return found


def _expected(
    protocol: Protocol, design: TrialDesign, each: HypothesisDesign, kinds: Kinds, world: World
) -> Vector | None:
    tested = testing_of(protocol, each, kinds).tested or _as_log_rank(protocol, each)
    if tested is None or (each.plan is None and each.endpoint not in world.endpoints):
        return None
    if each.plan is None:
        information = expected_without_plan(design, tested, world)
        if isinstance(information, str):
            return None
    elif tested.population is not None:
        information = vector([planned_information(each, tested.information)])
    else:
        return None
    if tested.population is None or protocol.rehearsal.conduct.enrich:
        return information
    share = sum(cell.share for cell in kinds.cells if tested.population in cell.populations)
    last = float(information[-1])
    among = expected_in_population(design, each, tested, last, share, world)
    return vector(information * (among / last))


def _as_log_rank(protocol: Protocol, each: HypothesisDesign) -> Tested | None:
    """Give a test of the same events, for one that cannot be rehearsed."""
    if not isinstance(protocol.endpoint(each.endpoint), TimeToEvent):
        return None
    arms = arms_of(protocol)
    pair = arms.index(each.control), arms.index(each.experimental)
    return replace(
        Tested(each.hypothesis, each.endpoint, control=pair[0], experimental=pair[1]),
        population=population_of(protocol, each),
    )
