"""Trials that change their course: what must hold whatever the world."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.adaptive.increase import Increase
from equipoise.design.adaptive.inverse_normal import combined_z
from equipoise.design.adaptive.promising_zone import promising_power, promising_zone
from equipoise.design.multiplicity.adaptive_closed_test import adaptive_closed_test
from equipoise.design.multiplicity.pick_the_winner import winner_bounds, winner_power
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan, WangTsiatis
from equipoise.design.survival.world import constant_rate
from equipoise.errors import SimulationError
from equipoise.kernel.normal import upper_tail
from equipoise.monitor.bounds.rules import (
    EFFICACY,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
    UpdatedBounds,
)
from equipoise.simulate.adapt.closure import Closure
from equipoise.simulate.adapt.combination import combined_statistics
from equipoise.simulate.adapt.size import Interim, conditional_power_of_trend, rest_of_trial
from equipoise.simulate.conduct import (
    AfterEvents,
    ClosedTest,
    Conduct,
    DropArms,
    Enrich,
    Look,
    ReestimateSize,
)
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.replays.play import prepare
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    TimeTruth,
    World,
)

MONTHLY = np.log(2) / 15
TWO = group_sequential(StoppingPlan((0.5, 1.0)), power=0.8)


def a_world(ratios=(1.0, 1.0), *, patients=200, allocation=None, marker=None, rate=8.0):
    """Arms with these hazard ratios; with a marker, ratios in those who carry it, share .5."""
    cells = (Cell(1.0),)
    tables = [(ratio,) for ratio in ratios]
    if marker is not None:
        cells = (Cell(0.5), Cell(0.5, 0, ("marker",)))
        tables = list(zip(ratios, marker, strict=True))
    laws = tuple(tuple(Law(constant_rate(MONTHLY * r)) for r in row) for row in tables)
    return World(
        arms=tuple(f"arm {a}" for a in range(len(ratios))),
        allocation=allocation or (1,) * len(ratios),
        enrollment=Enrollment(patients, constant_rate(rate)),
        truth=IndependentEndpoints((TimeTruth("os", laws),)),
        populations=() if marker is None else ("marker",),
        cells=cells,
    )


def a_conduct(counts, tested, design=TWO, **more):
    rules = tuple(
        HypothesisRules(each.hypothesis, UpdatedBounds(design, float(counts[-1])))
        for each in tested
    )
    looks = tuple(Look((AfterEvents(count, "os"),)) for count in counts)
    return Conduct(looks, tuple(tested), StoppingRules(rules), **more)


def rehearsed(world, conduct, trials, seed=5):
    return rehearse_range(
        prepare(world, conduct),
        seed=seed,
        scenario=0,
        first=0,
        last=trials,
        estimates=False,
    )


def claimed(found):
    return (found.decisions.decision == EFFICACY).any(axis=1)


def within(share, alpha, trials, most=3.5):
    return share <= alpha + most * np.sqrt(alpha * (1 - alpha) / trials)


ONE = (Hypothesis("OS", "os"),)
ARMS = tuple(Hypothesis(f"H{a}", "os", experimental=a) for a in (1, 2, 3))
NESTED = (
    Hypothesis("all", "os", information="variance"),
    Hypothesis("marker", "os", population="marker", information="variance"),
)


class TestNothingChanged:
    """Where no adaptation strikes, the trial is the one without adaptations, trial by trial."""

    @pytest.mark.parametrize(
        "adaptation",
        [
            ReestimateSize(1, "OS", most=1.0),
            ReestimateSize(1, "OS", promising=(0.9999, 1.0)),
            DropArms(1, below=-20.0),
        ],
    )
    def test_decisions_are_those_without(self, adaptation):
        world, plain = a_world((1.0, 0.7)), a_conduct((60, 120), ONE)
        ours = rehearsed(world, replace(plain, adaptations=(adaptation,)), 500)
        theirs = rehearsed(world, plain, 500)
        for mine, other in zip(ours.table, theirs.table, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-11)
        np.testing.assert_array_equal(ours.decisions.decision, theirs.decisions.decision)
        np.testing.assert_allclose(ours.decisions.bound, theirs.decisions.bound, rtol=1e-9)
        assert (ours.patients == 200).all()


class TestThePast:
    """A change at a look leaves all looks until then, and the trials that stopped, as they were."""

    def test_looks_until_the_change(self):
        world = a_world((1.0, 0.9, 0.8, 0.7), patients=240, rate=5.0)
        plain = a_conduct((70, 140), ARMS, closed_test=ClosedTest(TWO))
        ours = rehearsed(world, replace(plain, adaptations=(DropArms(1, keep=1),)), 300)
        theirs = rehearsed(world, plain, 300)
        for mine, other in zip(ours.table, theirs.table, strict=True):
            np.testing.assert_array_equal(mine[:, 0], other[:, 0])
        assert (ours.table.time[:, 1] != theirs.table.time[:, 1]).mean() > 0.6
        going_on = ours.decisions.stopped == 1
        assert ((ours.arm_closed[going_on, 1:] == 0).sum(axis=1) == 2).mean() > 0.95

    def test_patients_are_added_while_enrollment_is_open(self):
        world = a_world((1.0, 0.75), patients=240, rate=6.0)
        grow = ReestimateSize(1, "OS", promising=(0.2, 0.9), most=1.5)
        ours = rehearsed(world, a_conduct((60, 120), ONE, adaptations=(grow,)), 400)
        grown = ours.table.events[:, 1].sum(axis=(1, 2)) > 120
        assert 0.05 < grown.mean() < 0.6
        assert ours.table.events[:, 1].sum(axis=(1, 2)).max() <= 180
        opened = ours.table.patients[:, 0] < 240
        np.testing.assert_array_equal(ours.patients > 240, grown & opened)


class TestErrorRate:
    """Without an effect, some claim is made with chance alpha at most, but for simulation error."""

    TRIALS = 4000

    @pytest.mark.parametrize("intersection", ["simes", "bonferroni", "parametric"])
    def test_arms_dropped(self, intersection):
        conduct = a_conduct(
            (60, 130),
            ARMS,
            adaptations=(DropArms(1, keep=1),),
            closed_test=ClosedTest(TWO, intersection),
        )
        found = rehearsed(a_world((1.0,) * 4, patients=220, rate=10), conduct, self.TRIALS)
        share = claimed(found).any(axis=1).mean()
        assert within(share, 0.025, self.TRIALS)
        assert share > (0.018 if intersection == "parametric" else 0.013)

    def test_arms_dropped_each_at_its_share(self):
        third = group_sequential(StoppingPlan((0.5, 1.0), 0.025 / 3), power=0.8)
        conduct = a_conduct((30, 65), ARMS, third, adaptations=(DropArms(1, keep=1),))
        looks = tuple(Look((AfterEvents(count, "os"),)) for count in (60, 130))
        found = rehearsed(
            a_world((1.0,) * 4, patients=220, rate=10), replace(conduct, looks=looks), self.TRIALS
        )
        assert within(claimed(found).any(axis=1).mean(), 0.025, self.TRIALS)

    @pytest.mark.parametrize("method", ["inverse normal", "promising zone"])
    def test_size_raised(self, method):
        grow = ReestimateSize(1, "OS", promising=(0.45, 0.9), most=2.0, method=method)
        conduct = a_conduct((60, 120), ONE, adaptations=(grow,))
        found = rehearsed(a_world(patients=300), conduct, self.TRIALS)
        share = claimed(found).any(axis=1).mean()
        assert within(share, 0.025, self.TRIALS)
        assert share > 0.017

    def test_enriched(self):
        rule = Enrich(1, "marker", "all", "marker", full_below=0.5, subgroup_above=0.3)
        conduct = a_conduct(
            (60, 130), NESTED, adaptations=(rule,), closed_test=ClosedTest(TWO, "parametric")
        )
        found = rehearsed(a_world(marker=(1.0, 1.0), patients=260), conduct, self.TRIALS)
        assert (found.enriched == 0).mean() > 0.1
        share = claimed(found).any(axis=1).mean()
        assert within(share, 0.025, self.TRIALS)
        assert share > 0.017


class TestCombination:
    """The many-trials code is the single-trial code of the design room."""

    @given(st.integers(0, 10**6), st.sampled_from(["simes", "bonferroni", "sidak"]))
    @settings(max_examples=40, deadline=None)
    def test_closure(self, seed, intersection):
        drawn = np.random.default_rng(seed)
        design = group_sequential(StoppingPlan((0.3, 0.6, 1.0)), power=0.9)
        z = drawn.normal(1.0, 1.0, (3, 3))
        z[1:, drawn.integers(3)] = np.nan
        closure = Closure(ClosedTest(design, intersection), None, 1, 3)
        p = [[upper_tail(v) if v == v else np.nan for v in row] for row in z]  # noqa: PLR0124
        for look in range(3):
            _, told = closure.read(look, z[None, look])
            theirs = adaptive_closed_test(design, p[: look + 1], intersection)
            ours = [bool(each) for each in told[0]]
            assert ours == [each is not None for each in theirs.rejected_at]
            np.testing.assert_allclose(
                closure.total[0][~np.isnan(theirs.combined[:, look])] / np.sqrt(closure.weight),
                theirs.combined[:, look][~np.isnan(theirs.combined[:, look])],
                rtol=1e-9,
                atol=1e-9,
            )

    @given(st.integers(0, 10**6))
    @settings(max_examples=40, deadline=None)
    def test_inverse_normal(self, seed):
        drawn = np.random.default_rng(seed)
        gained, stage = drawn.uniform(1, 9, 3), drawn.normal(size=3)
        information = np.cumsum(gained)
        z = np.cumsum(np.sqrt(gained) * stage) / np.sqrt(information)
        design = group_sequential(StoppingPlan((0.3, 0.6, 1.0)), power=0.9)
        expected = combined_z(design, tuple(upper_tail(v) for v in stage))
        fraction = np.array(design.information)[None, :, None]
        ours = combined_statistics(
            z[None, :, None], information[None, :, None], fraction, np.array([0])
        )
        np.testing.assert_allclose(ours[0, :, 0], expected, rtol=1e-9, atol=1e-9)

    def test_rest_that_restores_power(self):
        z = np.linspace(0.2, 3.0, 50)
        rule = ReestimateSize(1, "OS", target=0.9, promising=(0.3, 0.9), most=2.0)
        bound = float(TWO.upper[-1])
        theirs = Increase(
            0.5, bound, 1.5, 1.2815515655446004, None, (-np.inf, np.inf), "weighted", "weighted"
        )
        interim = Interim(z, np.full(z.size, 0.5), bound)
        power = theirs.planned_power(z)
        np.testing.assert_allclose(conditional_power_of_trend(interim), power, atol=1e-12)
        inside = (power >= 0.3) & (power < 0.9)
        expected = np.where(inside, theirs.rest(z), 0.5)
        np.testing.assert_allclose(rest_of_trial(rule, interim), expected, atol=1e-12)


class TestRefused:
    """Adaptations after which the tests would not hold are refused, with the remedy."""

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"adaptations": (DropArms(2, keep=1),)}, "before the last"),
            ({"adaptations": (DropArms(1),)}, "by no rule"),
            ({"adaptations": (DropArms(1, keep=5),)}, "keep 1 to 1"),
            ({"adaptations": (ReestimateSize(1, "PFS"),)}, "name a"),
            (
                {
                    "adaptations": (
                        ReestimateSize(1, "OS", promising=(0.1, 0.9), method="promising zone"),
                    )
                },
                "keeps alpha only from",
            ),
            ({"adaptations": (Enrich(1, "marker", "OS", "S", 0, 0),)}, "no populations"),
        ],
    )
    def test_refused(self, more, said):
        with pytest.raises(SimulationError, match=said):
            rehearsed(a_world(), a_conduct((60, 120), ONE, **more), 10)

    def test_waiting_for_ever(self):
        world = a_world((1.0, 0.75), patients=125)
        grow = ReestimateSize(1, "OS", promising=(0.1, 0.95), most=2.0)
        with pytest.raises(SimulationError, match="waits for ever"):
            rehearsed(world, a_conduct((60, 120), ONE, adaptations=(grow,)), 300)


class TestDesignRoom:
    """Rehearsed power is that of the design room's integrals, but for normal approximation."""

    TRIALS = 4000

    @pytest.mark.parametrize("ratios", [(1.0, 1.0, 1.0), (1.0, 0.85, 0.7)])
    def test_the_winner_goes_on_with_bounds_that_allow_for_it(self, ratios):
        bounds = winner_bounds(2, [0.4, 1.0], WangTsiatis(0.0))
        looks = tuple(Look((AfterEvents(count, "os", arms=("arm 0",)),)) for count in (60, 150))
        rules = tuple(
            HypothesisRules(each.hypothesis, FixedBounds(tuple(bounds.upper), planned=300.0))
            for each in ARMS[:2]
        )
        conduct = Conduct(
            looks,
            ARMS[:2],
            StoppingRules(rules, stop="first rejection"),
            adaptations=(DropArms(1, keep=1, method="all data"),),
        )
        found = rehearsed(a_world(ratios, patients=600, rate=30.0), conduct, self.TRIALS)
        share = claimed(found).any(axis=1).mean()
        # information of a comparison by the time the control arm has 150 events
        drift = [
            -np.log(r) * np.sqrt(found.table.information[:, 1, a].mean())
            for a, r in enumerate(ratios[1:])
        ]
        expected = winner_power(bounds, drift).some
        error = np.sqrt(expected * (1 - expected) / self.TRIALS)
        assert abs(share - expected) < 3.5 * error + 0.02 * (expected > 0.1)

    def test_promising_zone(self):
        grow = ReestimateSize(
            1, "OS", target=0.8, promising=(0.41, 0.8), most=1.5, method="promising zone"
        )
        conduct = a_conduct((90, 180), ONE, adaptations=(grow,))
        found = rehearsed(a_world((1.0, 0.66), patients=400, rate=40.0), conduct, self.TRIALS)
        zone = promising_zone(
            TWO, most_information=1.5, power=0.8, lowest=0.41, test="conventional"
        )
        expected = promising_power(zone, -np.log(0.66) * np.sqrt(180 / 4))
        error = np.sqrt(expected * (1 - expected) / self.TRIALS)
        assert abs(claimed(found).mean() - expected) < 3.5 * error + 0.01
