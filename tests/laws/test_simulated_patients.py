"""What generated patients must obey: their laws, balance, and numbers that nothing moves.

Distances between an empirical distribution of n and the truth are held to 2.2 / √n, which a true
one exceeds once in 8,000 (Massart 1990: at most 2 exp(-2 · 2.2²)); seeds are fixed.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import kendalltau

from equipoise.design.survival.events import expected_events
from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate, survival_at
from equipoise.design.survival.world import constant_rate
from equipoise.kernel.arrays import vector
from equipoise.simulate.generate import generate
from equipoise.simulate.worlds.arrays import no_rules, room_for, world_arrays
from equipoise.simulate.worlds.copula import normal_score
from equipoise.simulate.worlds.laws import NEVER, law, law_from_median, law_from_survival
from equipoise.simulate.worlds.of_design import Naming, world_of_survival
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    Cell,
    Enrollment,
    IndependentEndpoints,
    Randomization,
    Switching,
    TimeTruth,
)
from sample_world import BETTER, CONTROL, busy_world, plain_world, real_world

MANY = 40_000


def made(world, trial=0, *, seed=5, wanted=None, arm_closes=(), cell_closes=()):
    arrays = world_arrays(world)
    patients = room_for(arrays, wanted)
    rules = no_rules(arrays)._replace(patients=wanted or arrays.patients)
    for arm, time in arm_closes:
        rules.arm_closes[arm] = time
    for cell, time in cell_closes:
        rules.cell_closes[cell] = time
    size = generate(arrays, seed, 0, trial, rules, patients)
    return type(patients)(*(column[..., :size] for column in patients))


def far(times, survival):
    """How far the distribution of times lies from the truth, in units of 1 / √n."""
    finite = np.sort(times[np.isfinite(times)])
    below = 1.0 - survival(finite)
    rank = np.arange(1, finite.size + 1) / times.size
    distance = max(np.max(rank - below), np.max(below - rank + 1.0 / times.size))
    return distance * np.sqrt(times.size)


def truth_of(each):
    return lambda t: survival_at(each.hazard, t, cured=each.cured, shape=each.shape)


def one_arm(each, patients=MANY, **changes):
    truth = IndependentEndpoints((TimeTruth("os", ((each,),)),))
    values = {"arms": ("all",), "allocation": (1,), "truth": truth, "dropout": ()}
    come = Enrollment(patients, constant_rate(100.0))
    return plain_world(**{**values, "enrollment": come, **changes})


LAWS = {
    "exponential": law(0.05),
    "pieces, one without hazard": law(piecewise_rate([0, 3, 9], [0.1, 0.0, 0.02])),
    "no hazard at the end": law(piecewise_rate([0, 10], [0.1, 0.0])),
    "no hazard at the start": law(piecewise_rate([0, 5], [0.0, 0.3])),
    "Weibull": law(0.02, shape=1.7),
    "Weibull on pieces": law(piecewise_rate([0, 2], [0.3, 0.1]), shape=0.6),
    "cure": law(0.2, cured=0.35),
    "Weibull with cure": law_from_median(7.0, shape=1.4, cured=0.2),
    "table": law_from_survival([6, 12, 24, 60], [0.9, 0.7, 0.5, 0.4], cured=0.3),
    "table that ends": law_from_survival([6, 12], [0.6, 0.3], beyond="never"),
    "huge hazard": law(1e9),
    "tiny hazard": law(1e-9),
}


class TestTimes:
    """Times follow the law they were given."""

    @pytest.mark.parametrize("name", LAWS)
    def test_survival_is_the_closed_form(self, name):
        each = LAWS[name]
        assert far(made(one_arm(each)).time[0], truth_of(each)) < 2.2

    @pytest.mark.parametrize("name", LAWS)
    def test_dropout_too(self, name):
        each = LAWS[name]
        patients = made(one_arm(law(0.1), dropout=((each,),)))
        assert far(patients.lost, truth_of(each)) < 2.2

    def test_competing_events_have_their_cumulative_incidence(self):
        laws = ((law(0.03),),), ((law(0.05),),)
        truth = IndependentEndpoints((TimeTruth("transplant", ((law(0.02),),), laws),))
        patients = made(one_arm(law(0.1), truth=truth))
        assert far(patients.time[0], lambda t: np.exp(-0.1 * t)) < 2.2
        share = np.bincount(patients.outcome[0], minlength=4) / MANY
        error = np.sqrt(0.25 / MANY)
        np.testing.assert_allclose(share, [0.0, 0.2, 0.3, 0.5], atol=3 * error)

    def test_switching_multiplies_the_hazard_from_then_on(self):
        """All switch at 5: the hazard is 0.1 until 5 + 1, and 0.025 after."""
        first = law(piecewise_rate([0, 5 - 1e-9], [0.0, 1e9]))
        ends = TimeTruth("os", ((law(0.1),),), switching=Switching("pd", 0, 1.0, 0.25, delay=1.0))
        truth = IndependentEndpoints((ends, TimeTruth("pd", ((first,),))))
        patients = made(one_arm(law(0.1), truth=truth))
        after = law(piecewise_rate([0, 6], [0.1, 0.025]))
        assert far(patients.time[0], truth_of(after)) < 2.2

    def test_a_hazard_ratio_of_0_after_switching_ends_events(self):
        ends = TimeTruth("os", ((law(0.1),),), switching=Switching("pd", 0, 1.0, 0.0))
        truth = IndependentEndpoints((ends, TimeTruth("pd", ((law(0.2),),))))
        patients = made(one_arm(law(0.1), truth=truth))
        assert np.isfinite(patients.time[0]).mean() == pytest.approx(1 / 3, abs=0.01)

    def test_correlated_scores_leave_the_laws_alone(self):
        truth = IndependentEndpoints(
            (
                TimeTruth("a", ((law(0.05),),)),
                AnswerTruth("b", ((0.3,),), 2.0),
                TimeTruth("c", ((LAWS["cure"],),)),
            ),
            np.array([[1, 0.5, 0.6], [0.5, 1, 0.2], [0.6, 0.2, 1]]),
        )
        patients = made(one_arm(law(0.1), truth=truth))
        assert far(patients.time[0], truth_of(law(0.05))) < 2.2
        assert far(patients.time[2], truth_of(LAWS["cure"])) < 2.2
        assert patients.outcome[1].mean() == pytest.approx(0.3, abs=3 * np.sqrt(0.21 / MANY))
        both = np.isfinite(patients.time[2])
        assert np.median(patients.time[0][both]) < np.median(patients.time[0][~both])
        assert patients.time[0][patients.outcome[1] == 1].mean() > 20.0

    @pytest.mark.parametrize("rho", [-1.0, -0.5, 0.0, 0.8, 1.0])
    def test_kendalls_tau_is_that_of_the_copula(self, rho):
        times = tuple(TimeTruth(name, ((law(0.05),),)) for name in "ab")
        truth = IndependentEndpoints(times, np.array([[1, rho], [rho, 1]]))
        patients = made(one_arm(law(0.1), patients=4000, truth=truth))
        found = kendalltau(*patients.time).statistic
        assert found == pytest.approx(2 / np.pi * np.arcsin(rho), abs=0.03)

    def test_answers(self):
        answer = AnswerTruth("mrd", ((0.7,),), 3.0, missing=0.2)
        patients = made(one_arm(law(0.1), truth=IndependentEndpoints((answer,))))
        share = np.bincount(patients.outcome[0] + 1) / MANY
        np.testing.assert_allclose(share, [0.2, 0.24, 0.56], atol=3 * np.sqrt(0.25 / MANY))
        assert set(patients.time[0]) == {3.0}

    @given(st.floats(1e-300, 1.0, exclude_max=True))
    def test_normal_scores(self, uniform):
        assert normal_score(uniform) == pytest.approx(ndtri(uniform), rel=1e-14, abs=1e-16)


class TestArrivals:
    """Patients come when the process says, in order."""

    @pytest.mark.parametrize("process", ["poisson", "even", "uniform"])
    def test_in_order_and_as_many_as_asked(self, process):
        patients = made(busy_world(process=process))
        assert patients.entry.size == 150
        assert np.all(np.diff(patients.entry) >= 0)
        assert not np.any((patients.entry > 6) & (patients.entry < 20))  # no rate, nobody

    def test_poisson_counts_have_their_mean_as_variance(self):
        world = one_arm(law(0.1), patients=400)
        world = replace(world, enrollment=Enrollment(400, piecewise_rate([0, 10], [2.0, 8.0])))
        counts = np.array([(made(world, trial).entry <= 20).sum() for trial in range(2000)])
        assert counts.mean() == pytest.approx(100.0, abs=3 * 10 / np.sqrt(2000))
        assert counts.var() == pytest.approx(100.0, rel=3 * np.sqrt(2 / 2000))

    def test_uniform_times_are_uniform(self):
        come = Enrollment(MANY, constant_rate(1.0), "uniform", 48.0)
        patients = made(one_arm(law(0.1), enrollment=come))
        assert far(patients.entry, lambda t: 1 - t / 48) < 2.2

    def test_even_is_the_inverse_of_the_expected_count(self):
        rates = piecewise_rate([0, 6, 12], [2.0, 0.0, 5.0])
        patients = made(one_arm(law(0.1), enrollment=Enrollment(60, rates, "even")))
        np.testing.assert_allclose(rates.cumulative(patients.entry), np.arange(1, 61), rtol=1e-12)


class TestAllocation:
    """Arms are given out in the ratio asked for."""

    @pytest.mark.parametrize("block", [None, 8, 12])
    def test_every_block_of_every_stratum_is_balanced(self, block):
        patients = made(busy_world(block=block), wanted=900)
        for stratum in range(2):
            arms = patients.arm[patients.stratum == stratum]
            for first in range(0, arms.size - (block or 4), block or 4):
                count = np.bincount(arms[first : first + (block or 4)], minlength=3)
                assert (count * 4 == np.array([1, 2, 1]) * (block or 4)).all()

    def test_all_orders_of_a_block_are_as_likely(self):
        arrays = world_arrays(plain_world(randomization=Randomization(block=4)))
        patients, rules = room_for(arrays), no_rules(arrays)
        found = []
        for trial in range(400):
            generate(arrays, 1, 0, trial, rules, patients)
            found.extend(patients.arm.reshape(-1, 4) @ [8, 4, 2, 1])
        _, count = np.unique(found, return_counts=True)
        assert count.size == 6
        expected = len(found) / 6
        assert ((count - expected) ** 2 / expected).sum() < 20.5  # chi² of 5, 0.1%

    def test_simple_follows_the_ratio(self):
        patients = made(busy_world("simple"), wanted=MANY)
        share = np.bincount(patients.arm) / MANY
        np.testing.assert_allclose(share, [0.25, 0.5, 0.25], atol=3 * np.sqrt(0.25 / MANY))

    @pytest.mark.parametrize("imbalance", ["range", "variance"])
    def test_minimization_balances_the_margins_that_simple_leaves(self, imbalance):
        cells = tuple(Cell(1 / 8, stratum) for stratum in range(8))
        levels = tuple((f"a{s >> 2}", f"b{s >> 1 & 1}", f"c{s & 1}") for s in range(8))
        laws = tuple((CONTROL,) * 8 for _ in range(2))
        how = Randomization("minimization", imbalance=imbalance)
        world = plain_world(
            truth=IndependentEndpoints((TimeTruth("os", laws),)),
            dropout=(),
            cells=cells,
            strata=tuple("abcdefgh"),
            stratum_levels=levels,
            stratum_variables=("a", "b", "c"),
            randomization=how,
        )
        for trial in range(20):
            patients = made(world, trial)
            for bit in range(3):
                for value in (0, 1):
                    mine = patients.arm[(patients.stratum >> bit & 1) == value]
                    assert abs(2 * mine.sum() - mine.size) <= 14

    def test_cells_have_their_shares(self):
        patients = made(busy_world(), wanted=MANY)
        share = np.bincount(patients.cell) / MANY
        np.testing.assert_allclose(share, [0.5, 0.2, 0.3], atol=3 * np.sqrt(0.25 / MANY))


def same(one, other, size, *, endpoints=None):
    """Hold the first patients of two trials to be the same, to the last bit."""
    for name in ("entry", "arm", "cell", "stratum", "lost"):
        assert np.array_equal(getattr(one, name)[:size], getattr(other, name)[:size]), name
    for name in ("time", "outcome"):
        left, right = (getattr(each, name)[:endpoints, :size] for each in (one, other))
        assert np.array_equal(left, right), name


class TestNothingMoves:
    """A random number belongs to its purpose: what is added leaves what was there as it was."""

    @pytest.mark.parametrize("process", ["poisson", "even", "uniform"])
    @pytest.mark.parametrize("method", ["permuted blocks", "simple", "minimization"])
    def test_more_patients(self, method, process):
        world = busy_world(method, process, correlated=True)
        same(made(world), made(world, wanted=333), 150)

    @pytest.mark.parametrize("process", ["poisson", "even"])
    def test_more_patients_planned(self, process):
        world = busy_world(process=process)
        more = replace(world, enrollment=replace(world.enrollment, patients=333))
        same(made(world), made(more), 150)

    def test_more_endpoints(self):
        world = busy_world(correlated=True)
        truth = world.truth
        fewer = replace(
            world,
            truth=IndependentEndpoints(truth.endpoints[:3], truth.correlation[:3, :3]),
            reporting=replace(world.reporting, mean_delay=world.reporting.mean_delay[:3]),
        )
        same(made(world), made(fewer), 150, endpoints=3)

    def test_another_arm_leaves_times_of_the_same_law(self):
        two = plain_world()
        laws = ((CONTROL,), (CONTROL,))
        two = replace(two, truth=IndependentEndpoints((TimeTruth("os", laws),)))
        three = replace(
            two,
            arms=("control", "new", "newer"),
            allocation=(1, 1, 1),
            truth=IndependentEndpoints((TimeTruth("os", (*laws, (CONTROL,))),)),
            dropout=(two.dropout[0],) * 3,
        )
        one, other = made(two), made(three)
        assert np.array_equal(one.time, other.time)
        assert np.array_equal(one.entry, other.entry)
        assert np.array_equal(one.lost, other.lost)

    def test_better_arms_keep_their_numbers(self):
        """A hazard ratio of 0.6 divides each patient's own time by 0.6."""
        null = replace(
            plain_world(), truth=IndependentEndpoints((TimeTruth("os", ((CONTROL,), (CONTROL,))),))
        )
        one, other = made(null), made(plain_world())
        ratio = np.where(one.arm == 1, 15 / 25, 1.0)
        np.testing.assert_allclose(other.time[0] * ratio, one.time[0], rtol=1e-13)

    @settings(max_examples=25)
    @given(
        st.floats(1, 40),
        st.integers(0, 2),
        st.sampled_from(["poisson", "even", "uniform"]),
        st.sampled_from(["permuted blocks", "simple", "minimization"]),
    )
    def test_rules_change_only_what_comes_after(self, time, which, process, method):
        world = busy_world(method, process)
        one = made(world)
        for rules in ({"arm_closes": [(which, time)]}, {"cell_closes": [(which, time)]}):
            other = made(world, **rules)
            size = int(np.searchsorted(one.entry, time))
            same(one, other, size)
            later = other.arm if "arm_closes" in rules else other.cell
            assert which not in later[size:]

    def test_screened_patients_use_up_their_arrival(self):
        """Who is enrolled in spite of a closed cell is who would have been: the same person."""
        world = busy_world(method="simple")
        one, other = made(world, wanted=900), made(world, wanted=300, cell_closes=[(0, 0.0)])
        kept = np.flatnonzero(one.cell != 0)[:300]
        assert np.array_equal(one.entry[kept], other.entry)
        assert np.array_equal(one.arm[kept], other.arm)
        assert np.array_equal(one.time[:, kept], other.time)

    def test_cells_closed_forever_end_in_fewer_patients(self):
        world = busy_world()
        nobody = made(world, cell_closes=[(0, 0.0), (1, 0.0), (2, 0.0)])
        assert nobody.entry.size == 0


class TestResampling:
    """Patients drawn from real follow-up are those patients."""

    def test_each_row_of_an_arm_and_cell_is_as_likely(self):
        world = real_world(MANY)
        patients = made(world)
        mine = (patients.arm == 0) & (patients.cell == 0)
        rows = world.truth.time[0, np.isin(world.truth.arm, [0, -1]) & (world.truth.cell == 0)]
        found, count = np.unique(patients.time[0, mine], return_counts=True)
        assert sorted(rows) == found.tolist()
        np.testing.assert_allclose(count / mine.sum(), 1 / rows.size, atol=0.01)


class TestWorldOfDesign:
    """A rehearsed design world expects the events of the design."""

    @pytest.mark.parametrize("process", ["even", "uniform"])
    def test_events_by_calendar_time(self, process):
        design = one_stratum(
            accrual(24, patients=MANY), 0.05, 0.7, dropout=(0.01, 0.02), allocation=2.0
        )
        world = world_of_survival(design, process=process, naming=Naming(("c", "e"), "os"))
        patients = made(world)
        assert world.allocation == (1, 2)
        for calendar in (12.0, 30.0):
            seen = (patients.time[0] <= patients.lost) & (
                patients.entry + patients.time[0] <= calendar
            )
            expected = expected_events(design, vector([calendar]))
            total = float(np.sum(expected.events))
            assert seen.sum() == pytest.approx(total, abs=3 * np.sqrt(total))

    def test_the_better_arm_is_better(self):
        patients = made(plain_world(), wanted=MANY)
        assert far(patients.time[0, patients.arm == 0], truth_of(CONTROL)) < 2.2
        assert far(patients.time[0, patients.arm == 1], truth_of(BETTER)) < 2.2

    def test_nobody_has_events(self):
        assert not np.isfinite(made(one_arm(NEVER, patients=100)).time).any()
