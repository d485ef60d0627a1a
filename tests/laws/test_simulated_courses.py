"""Laws of multi-state courses: closed forms, simulation against exact probabilities, coherence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from equipoise.protocol.course import (
    AdverseEventRate,
    Course,
    CourseState,
    ReadAnswer,
    ReadTime,
    Transition,
)
from equipoise.simulate.arrays import ANSWER, Patients
from equipoise.simulate.course.arrays import course_arrays
from equipoise.simulate.course.paths import follow_course
from equipoise.simulate.course.probabilities import ImpliedTime, implied, state_probabilities
from equipoise.simulate.cuts import known_from
from equipoise.simulate.worlds.adverse_events import adverse_event_arrays, adverse_events
from simulated_courses import (
    ARMS,
    COMMON,
    illness_death,
    patients_of,
    published_course,
    with_cycle_2,
    world_of,
)

MANY = 200_000
TIMES = np.array([0.5, 1.0, 2.0, 4.0])
PFS, OS = 0, 1


def followed(course: Course, *, size: int = MANY, seed: int = 5, lost: float = np.inf) -> Patients:
    patients = patients_of(course, np.zeros(size), lost=lost)
    follow_course(course_arrays(world_of(course)), seed, 0, 0, size, np.arange(size), patients)
    return patients


def simple(ill: float, dead: float, after: float, **clock: str) -> Course:
    return illness_death(
        Transition("well", "ill", ((0, ill),)),
        Transition("well", "dead", ((0, dead),)),
        Transition("ill", "dead", ((0, after),), **clock),
    )


def assert_survival(patients: Patients, endpoint: int, expected: np.ndarray):
    found = (patients.time[endpoint] > TIMES[:, None]).mean(axis=1)
    error = np.sqrt(expected * (1 - expected) / patients.time.shape[1])
    assert np.all(np.abs(found - expected) <= 4 * error + 1e-12)


class TestIllnessAndDeath:
    """Survival is e^-(a+b)t + a (e^-ct - e^-(a+b)t) / (a + b - c), or its limit at c = a + b.

    At the removable singularity a widely used simulator says that nobody survives progression.
    """

    CASES = ((0.3, 0.2, 0.8), (0.3, 0.2, 0.5), (0.3, 0.2, 0.5 + 1e-9), (0.4, 0.0, 0.4))

    @pytest.mark.parametrize(("a", "b", "c"), CASES)
    def test_exact_and_simulated(self, a, b, c):
        course = simple(a, b, c)
        both, gap = np.exp(-(a + b) * TIMES), a + b - c
        ill = a * TIMES * both if abs(gap) < 1e-6 else a * (np.exp(-c * TIMES) - both) / gap
        held = state_probabilities(course, "control", TIMES.tolist())
        assert np.allclose(held[:, 0], both, rtol=1e-13)
        assert np.allclose(held[:, 1], ill, rtol=1e-8)
        assert np.all(held[:, 1] > 0.05)
        patients = followed(course)
        assert_survival(patients, PFS, both)
        assert_survival(patients, OS, both + ill)

    def test_the_clocks_agree_while_hazards_are_constant(self):
        reset, markov = simple(0.3, 0.2, 0.7, clock="since entry"), simple(0.3, 0.2, 0.7)
        both = [state_probabilities(each, "control", TIMES.tolist()) for each in (reset, markov)]
        assert np.array_equal(*both)
        assert_survival(followed(reset), OS, both[1][:, :2].sum(axis=1))


class TestClockReset:
    """The time of death is a sum: of the time to illness, and of the time ill, from its own law."""

    def test_convolution(self):
        pieces = ((0.0, 0.0), (0.5, 1.2), (1.5, 0.1))
        course = illness_death(
            Transition("well", "ill", ((0, 0.6),)),
            Transition("ill", "dead", pieces, "since entry"),
        )

        def survival_ill(u: float) -> float:
            return np.exp(-1.2 * np.clip(u - 0.5, 0, 1.0) - 0.1 * max(u - 1.5, 0.0))

        def survival(t: float) -> float:
            cuts = [t - 0.5, t - 1.5] if t > 1.5 else ([t - 0.5] if t > 0.5 else None)
            ill, _ = quad(lambda s: 0.6 * np.exp(-0.6 * s) * survival_ill(t - s), 0, t, points=cuts)
            return np.exp(-0.6 * t) + ill

        assert_survival(followed(course), OS, np.array([survival(t) for t in TIMES]))

    def test_two_clocks_at_once(self):
        """From the same state at randomization both clocks read alike: hazards add up."""
        course = illness_death(
            Transition("well", "ill", ((0, 0.3), (1.0, 0.9)), "since entry"),
            Transition("well", "dead", ((0, 0.4), (0.7, 0.1))),
        )
        patients = followed(course)
        total = 0.3 * TIMES + 0.6 * np.maximum(TIMES - 1, 0)
        total += 0.1 * TIMES + 0.3 * np.minimum(TIMES, 0.7)
        assert_survival(patients, PFS, np.exp(-total))


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Draw a Markov course of five states, one of them gone to and fro."""
    hazard = st.floats(0.0, 3.0)
    second = st.floats(0.1, 3.0)

    def pieces():
        return ((0.0, draw(hazard)), (draw(second), draw(hazard)))

    moves = (("a", "b"), ("b", "a"), ("a", "c"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "e"))
    moves = (*moves, ("c", "e"))
    share = draw(st.floats(0.0, 1.0))
    return Course(
        tuple(CourseState(each, each) for each in "abcde"),
        (("control", (("a", share), ("b", 1.0 - share))),),
        tuple(Transition(source, target, pieces()) for source, target in moves),
        (
            ReadTime("first", (("c", "c"), ("d", "death"), ("e", "death"))),
            ReadTime("death", (("d", "death"), ("e", "death"))),
            ReadAnswer("in_b", 0.8, ("b",)),
            ReadTime("c", (("c", "c"),), (("d", "death"), ("e", "gone"))),
        ),
    )


class TestCoherence:
    """Survival never ends before event-free survival; what is read agrees with what is exact."""

    @given(course=courses(), seed=st.integers(0, 2**31))
    @settings(max_examples=25, deadline=None)
    def test_simulated_as_implied(self, course, seed):
        patients = followed(course, size=20_000, seed=seed, lost=10.0)  # some never settle
        assert np.all(patients.time[0] <= patients.time[1])
        both = np.isfinite(patients.time[3])
        assert np.all(patients.time[0][both] <= patients.time[3][both])
        answer = implied(course, "control", TIMES.tolist())
        for endpoint, each in enumerate(answer):
            if isinstance(each, ImpliedTime):
                assert np.allclose(each.free + each.incidence.sum(axis=0), 1, atol=1e-12)
                happened = (patients.outcome[endpoint] == 1) & (
                    patients.time[endpoint] <= TIMES[:, None]
                )
                found, expected = happened.mean(axis=1), each.event
            else:
                found = np.array([np.mean(patients.outcome[endpoint] == 1)])
                expected = np.array([each.probability])
            error = np.sqrt(np.maximum(expected * (1 - expected), 0.0) / 20_000)
            assert np.all(np.abs(found - expected) <= 5 * error + 2e-4)

    def test_published_course(self):
        course = with_cycle_2(published_course(COMMON)[0])
        size = 20_000
        patients = patients_of(course, np.arange(size) % 2)
        arrays = course_arrays(world_of(course, ARMS))
        follow_course(arrays, 2, 0, 0, size, np.arange(size), patients)
        dfs, survival, _, transplant, _ = patients.time
        assert np.all(dfs <= survival)
        done = patients.outcome[3] == 1
        assert np.all(transplant[done] <= dfs[done])
        competing = patients.outcome[3] > 1
        assert np.array_equal(transplant[competing], dfs[competing])

    def test_common_random_numbers(self):
        """A patient lost earlier has the same path until then."""
        course = simple(0.3, 0.2, 0.5)
        whole, cut = followed(course, size=2000), followed(course, size=2000, lost=1.5)
        seen = whole.time <= 1.5
        assert np.array_equal(whole.time[seen], cut.time[seen])
        assert np.all(np.isinf(cut.time[~seen]))


class TestAdverseEventsCome:
    """By a Poisson process among those who are susceptible, until exposure ends."""

    def test_counts_and_shares(self):
        kind = AdverseEventRate(
            "infection",
            "infections",
            (("control", ((0, 1.0), (1, 3.0))),),
            (("control", (0.1, 0.2, 0.4, 0.2, 0.1)),),
            serious=0.5,
            related=0.25,
            until=2.0,
            susceptible=(("control", 0.8),),
        )
        size = 100_000
        arrays = adverse_event_arrays((kind,), ("control",))
        exposed = np.full(size, 1.5)
        found = adverse_events(arrays, np.zeros(size, int), exposed, seed=9, scenario=0, trial=0)
        count = np.bincount(found.patient, minlength=size)
        mean = 1.0 + 3.0 * 0.5
        among = mean / 0.8
        variance = 0.8 * (among + among**2) - mean**2
        assert abs(count.mean() - mean) < 4 * np.sqrt(variance / size)
        none = 0.2 + 0.8 * np.exp(-among)
        assert abs(np.mean(count == 0) - none) < 4 * np.sqrt(none * (1 - none) / size)
        assert found.time.max() <= 1.5
        shares = np.bincount(found.grade, minlength=6)[1:] / found.grade.size
        assert np.allclose(shares, (0.1, 0.2, 0.4, 0.2, 0.1), atol=0.005)
        assert found.related.mean() == pytest.approx(0.25, abs=0.005)
        assert found.serious[found.grade >= 3].mean() == pytest.approx(0.5, abs=0.006)
        assert not found.serious[found.grade < 3].any()


class TestAnswersBecomeKnown:
    """A missing answer never does; that of a patient lost after failing is a no, when it is due."""

    def test_when_lost_missing_or_hopeless(self):
        course = illness_death(
            Transition("well", "ill", ((0, 1.0),)), readings=(ReadAnswer("well", 2.0, ("well",)),)
        )
        patients = followed(course, size=500, lost=1.0)
        known = np.empty_like(patients.time)
        known_from(patients, 500, 0.25, np.array([ANSWER]), known)
        missing = patients.outcome[0] == -1
        assert 0 < missing.sum() < 500
        assert np.all(np.isinf(known[0, missing]))
        assert np.all(known[0, ~missing] == 2.25)
