"""The fused loop finds what the plain loop finds of answers and of courses."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from equipoise.design.survival.world import constant_rate
from equipoise.errors import SimulationError
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.protocol.course import ReadAnswer, ReadTime, Transition
from equipoise.simulate.conduct import (
    AfterEnrollment,
    AfterEvents,
    AtTime,
    Conduct,
    CoxWald,
    LogRank,
    Look,
    Proportions,
)
from equipoise.simulate.conduct import (
    Tested as Hypothesized,
)
from equipoise.simulate.replays import play as playing
from equipoise.simulate.replays.play import Rehearsal, estimates_at, play, prepare
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    Cell,
    CourseTruth,
    Enrollment,
    IndependentEndpoints,
    Law,
    Reporting,
    TimeTruth,
    World,
)
from simulated_courses import illness_death

TRIALS = 12
TIMES, ANSWER = ("pfs", "os"), "response"
CELLS = (
    (Cell(1.0),),
    (Cell(0.3, 0, ("marked",)), Cell(0.4, 1), Cell(0.3, 1, ("marked",))),
)


def course(arms: tuple[str, ...], at: float) -> CourseTruth:
    """Back and forth between well and ill, on both clocks, by arm and population."""
    return CourseTruth(
        illness_death(
            Transition(
                "well", "ill", ((0, 0.1), (2, 0.3), (5, 0.02)), by_arm=((arms[1], ((0, 0.06),)),)
            ),
            Transition("ill", "well", ((0, 0.0), (1, 0.4), (6, 0.0)), "since entry"),
            Transition("well", "dead", ((0, 0.01), (4, 0.05))),
            Transition("ill", "dead", ((0, 0.08),), "since entry"),
            readings=(
                ReadTime("pfs", (("ill", "progression"), ("dead", "death"))),
                ReadTime("os", (("dead", "death"),)),
                ReadAnswer(ANSWER, at, ("well",)),
            ),
            arms=arms,
        )
    )


@st.composite
def rehearsals(draw: st.DrawFn) -> Rehearsal:
    """Two times and an answer, of a course or of their own, some of them missing."""
    cells, arms = draw(st.sampled_from(CELLS)), ("a", "b", "c")[: draw(st.integers(2, 3))]
    at = draw(st.sampled_from([0.0, 1.5, 6.0]))
    law = tuple(tuple(Law(constant_rate(0.05)) for _ in cells) for _ in arms)
    yes = tuple(tuple(draw(st.sampled_from([0.0, 0.3, 0.8, 1.0])) for _ in cells) for _ in arms)
    missing = draw(st.sampled_from([0.0, 0.25]))
    own = IndependentEndpoints(
        (*(TimeTruth(name, law) for name in TIMES), AnswerTruth(ANSWER, yes, at, missing))
    )
    world = World(
        arms=arms,
        allocation=(1,) * len(arms),
        enrollment=Enrollment(draw(st.integers(1, 120)), constant_rate(6.0)),
        truth=draw(st.sampled_from([own, course(arms, at)])),
        strata=("low", "high")[: len(cells)],
        populations=("marked",) if len(cells) > 1 else (),
        cells=cells,
        dropout=draw(st.sampled_from([(), law])),
        longest_follow_up=draw(st.sampled_from([float("inf"), 5.0])),
        reporting=Reporting(lag=draw(st.sampled_from([0.0, 1.5]))),
    )
    conditions = st.one_of(
        st.builds(AfterEvents, st.integers(1, 60), st.sampled_from((*TIMES, ANSWER))),
        st.builds(AtTime, st.sampled_from([2.0, 9.0, 25.0])),
        st.builds(AfterEnrollment, st.just(0.0)),
    )
    looks = tuple(draw(st.lists(st.builds(Look, st.tuples(conditions)), min_size=1, max_size=3)))
    tested = tuple(
        Hypothesized(
            f"H{j}",
            endpoint,
            Proportions(draw(st.sampled_from(["no", "left out"])))
            if endpoint == ANSWER
            else draw(st.sampled_from([LogRank(), CoxWald()])),
            experimental=draw(st.integers(1, len(arms) - 1)),
            population=draw(st.sampled_from([None, *world.populations])),
            stratified=draw(st.booleans()) and len(cells) > 1,
            margin=draw(st.sampled_from([0.0, 0.0, 0.1])),
            sooner_is_better=draw(st.booleans()),
        )
        for j, endpoint in enumerate((ANSWER, *draw(st.permutations((*TIMES, ANSWER)))))
    )[: draw(st.integers(1, 4))]
    rules = tuple(
        HypothesisRules(each.hypothesis, FixedBounds((2.0,) * len(looks))) for each in tested
    )
    duration = draw(st.sampled_from([float("inf"), 22.0]))
    try:
        return prepare(world, Conduct(looks, tested, StoppingRules(rules), duration))
    except SimulationError:  # a look that may never be held, a margin that a test does not have
        reject()


def plainly(patch: pytest.MonkeyPatch) -> None:
    """Put the fused loop out of the way."""
    patch.setattr(playing, "can_take", lambda _: False)


class TestFusedLoopOfAnswers:
    """Counts and times are identical, statistics to rounding."""

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(rehearsals(), st.integers(0, 10**6))
    def test_it_finds_the_same(self, rehearsal: Rehearsal, first: int) -> None:
        """Every array of the table, trial by trial."""
        assert playing.can_take(rehearsal)
        asked = {"seed": 11, "scenario": 2, "first": first, "last": first + TRIALS}
        fused = play(rehearsal, **asked)
        with pytest.MonkeyPatch.context() as patch:
            plainly(patch)
            plain = play(rehearsal, **asked)
        for name in ("reached", "time", "patients", "dropouts", "events", "answers"):
            np.testing.assert_array_equal(getattr(fused, name), getattr(plain, name), name)
        for name in ("z", "score", "information"):
            np.testing.assert_allclose(
                getattr(fused, name), getattr(plain, name), rtol=1e-11, atol=1e-12, err_msg=name
            )

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(rehearsals(), st.integers(0, 10**6))
    def test_it_estimates_the_same(self, rehearsal: Rehearsal, first: int) -> None:
        """Estimates and errors, at any times; some trials are not to be estimated."""
        times = np.random.default_rng(first).uniform(0.0, 40.0, TRIALS)
        times[::4] = np.inf
        asked = {"seed": 11, "scenario": 2, "first": first, "look_time": times}
        fused = estimates_at(rehearsal, **asked)
        with pytest.MonkeyPatch.context() as patch:
            plainly(patch)
            plain = estimates_at(rehearsal, **asked)
        assert np.isnan(fused[0][::4]).all()
        np.testing.assert_allclose(fused, plain, rtol=1e-10, atol=1e-11)
