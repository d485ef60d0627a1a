"""Estimates where trials stopped: naive ones are biased, adjusted ones are right in the median."""

import numpy as np

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.world import constant_rate
from equipoise.monitor.bounds.rules import HypothesisRules, StoppingRules, UpdatedBounds
from equipoise.simulate.conduct import AfterEvents, Conduct, Look, ReestimateSize
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.replays.play import prepare
from equipoise.simulate.worlds.world import Enrollment, IndependentEndpoints, Law, TimeTruth, World

TRIALS, TRUTH = 2000, np.log(0.75)


def effects(adaptations=(), first=0, last=TRIALS):
    laws = tuple((Law(constant_rate(0.05 * ratio)),) for ratio in (1.0, 0.75))
    world = World(
        arms=("control", "experimental"),
        allocation=(1, 1),
        enrollment=Enrollment(600, constant_rate(25.0)),
        truth=IndependentEndpoints((TimeTruth("os", laws),)),
    )
    design = group_sequential(StoppingPlan((0.4, 0.7, 1.0)), power=0.8)
    conduct = Conduct(
        looks=tuple(Look((AfterEvents(count, "os"),)) for count in (120, 210, 300)),
        tested=(Hypothesis("OS", "os"),),
        stopping=StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 300.0)),)),
        adaptations=adaptations,
    )
    return rehearse_range(
        prepare(world, conduct), seed=8, scenario=0, first=first, last=last, adjusted=True
    )


class TestAdjusted:
    """The median of adjusted estimates is the truth, and limits hold it as often as they say."""

    def test_median_and_coverage(self):
        found = effects().effects
        naive, adjusted = found.estimate[:, 0], found.adjusted[:, 0]
        assert np.isfinite(adjusted).all()
        assert (found.adjusted_lower < found.adjusted).all()
        assert (found.adjusted < found.adjusted_upper).all()
        error = 0.5 * np.sqrt(1 / TRIALS)
        assert abs((adjusted < TRUTH).mean() - 0.5) < 3.5 * error
        covered = (found.adjusted_lower[:, 0] <= TRUTH) & (found.adjusted_upper[:, 0] >= TRUTH)
        assert abs(covered.mean() - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / TRIALS)
        assert naive.mean() < TRUTH - 0.01  # stops early where the effect looks large

    def test_not_known_where_a_trial_was_changed(self):
        found = effects((ReestimateSize(2, "OS", promising=(0.2, 0.9), most=1.5),))
        grown = found.table.events[:, 2].sum(axis=(1, 2)) > 300
        assert grown.any()
        np.testing.assert_array_equal(np.isnan(found.effects.adjusted[:, 0]), grown)
        assert np.isfinite(found.effects.estimate).all()


class TestRanges:
    """A range may be cut anywhere: its trials are the same."""

    def test_parts(self):
        grow = (ReestimateSize(2, "OS", promising=(0.2, 0.9), most=1.5),)
        whole = effects(grow, 0, 60)
        parts = [effects(grow, 0, 25), effects(grow, 25, 60)]
        for name in ("time", "z", "events"):
            joined = np.concatenate([getattr(part.table, name) for part in parts])
            np.testing.assert_array_equal(getattr(whole.table, name), joined)
        joined = np.concatenate([part.decisions.decision for part in parts])
        np.testing.assert_array_equal(whole.decisions.decision, joined)
        joined = np.concatenate([part.effects.estimate for part in parts])
        np.testing.assert_array_equal(whole.effects.estimate, joined)
