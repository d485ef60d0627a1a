"""Small plans to rehearse: the trial of 220 patients that lrstat's reference cases are about."""

import math

from equipoise.design.survival.world import Piecewise
from equipoise.kernel.arrays import vector
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.simulate.characteristics.characteristics import OperatingCharacteristics
from equipoise.simulate.conduct import AfterEvents, Conduct, Look, Tested
from equipoise.simulate.executors import SerialExecutor
from equipoise.simulate.plan import Candidate, HypothesisTruth, Scenario, SimulationPlan
from equipoise.simulate.worlds.world import Enrollment, IndependentEndpoints, Law, TimeTruth, World

HAZARD = math.log(2) / 15
DROPOUT = -math.log(0.95) / 12
UPPER = (3.44493808, 2.470278002, 1.997541346)
EVENTS = (50, 90, 131)


def law(hazard):
    return Law(Piecewise(vector([0.0]), vector([hazard])))


def world(hazard_ratio=0.6, patients=220):
    """1:1, Poisson accrual of 220 in 48 months on average, control median 15, 5% a year lost."""
    return World(
        arms=("control", "experimental"),
        allocation=(1, 1),
        enrollment=Enrollment(patients, Piecewise(vector([0.0]), vector([220 / 48]))),
        truth=IndependentEndpoints(
            (TimeTruth("os", ((law(HAZARD),), (law(HAZARD * hazard_ratio),))),)
        ),
        dropout=((law(DROPOUT),), (law(DROPOUT),)),
    )


def conduct(upper=UPPER, events=EVENTS, **settings):
    return Conduct(
        looks=tuple(Look((AfterEvents(each, "os"),)) for each in events),
        tested=(Tested("OS", "os"),),
        stopping=StoppingRules((HypothesisRules("OS", FixedBounds(upper)),)),
        **settings,
    )


def scenario(name, hazard_ratio, **settings):
    effect = math.log(hazard_ratio)
    direction = "none" if effect == 0 else "benefit" if effect < 0 else "harm"
    truth = HypothesisTruth("OS", null=effect >= 0, effect=effect, direction=direction)
    return Scenario(name, world(hazard_ratio), (truth,), **settings)


def plan(**settings):
    """Two scenarios, two designs that differ by their bounds, without estimates."""
    given = {
        "scenarios": (scenario("planned", 0.6), scenario("no effect", 1.0)),
        "designs": (
            Candidate("three looks", conduct()),
            Candidate("one look", conduct(upper=(math.inf, math.inf, 1.96))),
        ),
        "trials": 95,
        "chunk": 10,
        "estimates": False,
    }
    return SimulationPlan(**(given | settings))


def told(simulation):
    """Everything that a simulation says, bit for bit."""
    arrays = [
        hypothesis.z_correlation.tobytes()
        for row in simulation.results
        for each in row
        for hypothesis in each.hypotheses
    ]
    pairs = [pair.products.tobytes() + pair.mean.tobytes() for pair in simulation.pairs if pair]
    return repr([[plain(each) for each in row] for row in simulation.results]), arrays, pairs


def plain(found: OperatingCharacteristics):
    return (found.at_least_one, found.duration, found.patients, found.events, found.looks)


class Interrupting(SerialExecutor):
    """Presses Ctrl-C before task number `after`."""

    def __init__(self, after):
        self._left = after

    def submit(self, fn, /, *args, **kwargs):
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().submit(fn, *args, **kwargs)
