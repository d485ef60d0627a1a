"""The fused loop finds what the plain loop finds, in any world that it takes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from equipoise.design.survival.world import Piecewise
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import vector
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct import (
    AfterEnrollment,
    AfterEvents,
    AfterPatients,
    AtTime,
    Conduct,
    CoxWald,
    LogRank,
    Look,
    MaxCombo,
)
from equipoise.simulate.conduct import (
    Test as TestMade,
)
from equipoise.simulate.conduct import (
    Tested as Hypothesized,
)
from equipoise.simulate.replays import play as playing
from equipoise.simulate.replays.play import Rehearsal, estimates_at, play, prepare
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    Process,
    Randomization,
    Reporting,
    TimeTruth,
    World,
)

TRIALS = 12
CELLS = (
    (Cell(1.0),),
    (Cell(0.3, 0, ("marked",)), Cell(0.7, 1)),
    (Cell(0.2, 2), Cell(0.5, 0, ("marked",)), Cell(0.3, 1, ("marked",))),
)
RATES = st.sampled_from([0.003, 0.02, 0.046, 0.2, 1.5])
TESTS: list[TestMade] = [
    LogRank(),
    LogRank(0.0, 1.0),
    LogRank(1.0, 0.5),
    MaxCombo(),
    CoxWald(),
]


@st.composite
def laws(draw: st.DrawFn) -> Law:
    """Constant or changing hazards, seldom cured or on another clock."""
    if draw(st.booleans()):
        return Law(Piecewise(vector([0]), vector([draw(RATES)])))
    hazard = Piecewise(vector([0, 4, 11]), vector([draw(RATES), draw(RATES), draw(RATES)]))
    odd = draw(st.integers(0, 9))
    return Law(hazard, shape=1.3 if odd == 1 else 1.0, cured=0.2 if odd == 0 else 0.0)


@st.composite
def rehearsals(draw: st.DrawFn) -> Rehearsal:
    """Worlds of one to three arms, endpoints and strata, with looks of every kind."""
    cells = draw(st.sampled_from(CELLS))
    arms, endpoints = draw(st.integers(2, 3)), draw(st.integers(1, 2))
    one_law = st.tuples(*[laws()] * len(cells))
    table = st.tuples(*[one_law] * arms)
    names = tuple(f"endpoint {e}" for e in range(endpoints))
    process: Process = draw(st.sampled_from(["poisson", "even", "uniform"]))
    patients = draw(st.integers(1, 150))
    world = World(
        arms=tuple(f"arm {a}" for a in range(arms)),
        allocation=draw(st.sampled_from([(1,) * arms, (2, 1, 3)[:arms]])),
        enrollment=Enrollment(
            patients,
            Piecewise(vector([0, 6]), vector([3, 8])),
            process,
            duration=20.0 if process == "uniform" else float("inf"),
        ),
        truth=IndependentEndpoints(tuple(TimeTruth(name, draw(table)) for name in names)),
        strata=("a", "b", "c")[: len(cells)],
        populations=("marked",) if len(cells) > 1 else (),
        cells=cells,
        randomization=Randomization(
            draw(st.sampled_from(["permuted blocks", "simple"])), by_stratum=draw(st.booleans())
        ),
        dropout=draw(st.one_of(st.just(()), table)),
        longest_follow_up=draw(st.sampled_from([float("inf"), 12.0])),
        reporting=Reporting(lag=draw(st.sampled_from([0.0, 1.5]))),
    )
    conditions = st.one_of(
        st.builds(AfterEvents, st.integers(1, 90), st.sampled_from(names)),
        st.builds(AtTime, st.sampled_from([3.0, 18.0, 25.0])),
        st.builds(AfterPatients, st.integers(1, patients), st.sampled_from([0.0, 5.0])),
        st.builds(AfterEnrollment, st.sampled_from([0.0, 6.0])),
    )
    only_events = draw(st.booleans())
    if only_events:
        counts = sorted(draw(st.lists(st.integers(1, 90), min_size=1, max_size=3)))
        looks = tuple(Look((AfterEvents(n, names[0]),)) for n in counts)
    else:
        few = st.lists(conditions, min_size=1, max_size=2).map(tuple)
        looks = tuple(
            draw(
                st.lists(
                    st.builds(Look, few, st.sampled_from(["first", "last"]), st.just(0.5)),
                    min_size=1,
                    max_size=3,
                )
            )
        )
    tested = tuple(
        Hypothesized(
            f"H{j}",
            draw(st.sampled_from(names)),
            draw(st.sampled_from(TESTS)),
            experimental=draw(st.integers(1, arms - 1)),
            population=draw(st.sampled_from([None, *world.populations])),
            stratified=draw(st.booleans()) and len(cells) > 1,
            margin=draw(st.sampled_from([0.0, 0.0, 0.2])),
            sooner_is_better=draw(st.booleans()),
        )
        for j in range(draw(st.integers(1, 3)))
    )
    rules = tuple(
        HypothesisRules(each.hypothesis, FixedBounds((2.0,) * len(looks))) for each in tested
    )
    duration = draw(st.sampled_from([float("inf"), 22.0, 60.0]))
    try:
        return prepare(world, Conduct(looks, tested, StoppingRules(rules), duration))
    except SimulationError:  # a look that may never be held, a margin that a test does not have
        reject()


def played_plainly(rehearsal: Rehearsal, first: int) -> LookTable:
    """Play with the fused loop out of the way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "can_take", lambda _: False)
        return play(rehearsal, seed=11, scenario=2, first=first, last=first + TRIALS)


class TestFusedLoop:
    """Counts and times are identical, statistics to rounding, whatever the world and the looks."""

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(rehearsals(), st.integers(0, 10**6))
    def test_it_finds_the_same(self, rehearsal: Rehearsal, first: int) -> None:
        """Every array of the table, trial by trial."""
        assert playing.can_take(rehearsal)
        fused = play(rehearsal, seed=11, scenario=2, first=first, last=first + TRIALS)
        plain = played_plainly(rehearsal, first)
        for name in ("reached", "time", "patients", "dropouts", "events"):
            np.testing.assert_array_equal(getattr(fused, name), getattr(plain, name), name)
        for name in ("z", "score", "information"):
            np.testing.assert_allclose(
                getattr(fused, name), getattr(plain, name), rtol=1e-11, atol=1e-12, err_msg=name
            )

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(rehearsals(), st.integers(0, 10**6))
    def test_it_estimates_the_same(self, rehearsal: Rehearsal, first: int) -> None:
        """Log hazard ratios and errors, at any times; some trials are not to be estimated."""
        times = np.random.default_rng(first).uniform(0.0, 60.0, TRIALS)
        times[::4] = np.inf
        asked = {"seed": 11, "scenario": 2, "first": first, "look_time": times}
        fused = estimates_at(rehearsal, **asked)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(playing, "can_take", lambda _: False)
            plain = estimates_at(rehearsal, **asked)
        assert np.isnan(fused[0][::4]).all()
        np.testing.assert_allclose(fused, plain, rtol=1e-10, atol=1e-11)
