"""Laws of survival designs."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.events import expected_events, time_of_events
from equipoise.design.survival.events_needed import (
    detectable_hazard_ratio,
    power_of_sequential_events,
    sequential_events,
)
from equipoise.design.survival.formulas import NAMES, effect_per_root_event, ratio_from_effect
from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.survival_design import survival_design
from equipoise.design.survival.world import Piecewise, SurvivalWorld
from equipoise.kernel.arrays import vector

RATE = st.floats(0.005, 0.3)
FEW = settings(max_examples=25, deadline=None)
EXACT = 1e-9


@st.composite
def worlds(draw):
    """Worlds of three hazard pieces, three accrual pieces, dropout and unequal arms."""
    hazard = piecewise_rate([0, draw(st.floats(1, 6)), 9], [draw(RATE) for _ in range(3)])
    entry = piecewise_rate([0, 3, draw(st.floats(4, 8))], [draw(st.floats(1, 9)) for _ in range(3)])
    return one_stratum(
        accrual(draw(st.floats(9, 24)), entry),
        hazard,
        draw(st.floats(0.4, 0.85)),
        dropout=(draw(st.floats(0, 0.02)), draw(st.floats(0, 0.02))),
        allocation=draw(st.sampled_from([0.5, 1.0, 2.0])),
    )


def slower(rate, unit):
    return Piecewise(vector(rate.starts * unit), vector(rate.values / unit))


def in_unit(world, unit):
    """The same world, its time told in another unit."""
    enrollment = world.accrual
    strata = tuple(
        replace(
            stratum,
            control_hazard=slower(stratum.control_hazard, unit),
            control_dropout=slower(stratum.control_dropout, unit),
            experimental_dropout=slower(stratum.experimental_dropout, unit),
        )
        for stratum in world.strata
    )
    told = replace(
        enrollment,
        starts=vector(enrollment.starts * unit),
        rates=vector(enrollment.rates / unit),
        duration=enrollment.duration * unit,
    )
    return replace(world, accrual=told, strata=strata)


def design_of(world, unit=1.0, **asked):
    stopping = StoppingPlan((0.6, 1.0))
    question = SurvivalQuestion(world, stopping=stopping, follow_up=8.0 * unit)
    return survival_design(replace(question, **asked))


class TestTimeUnit:
    """Telling time in another unit changes no count, and every time by the unit."""

    @FEW
    @given(worlds(), st.floats(0.03, 40), st.sampled_from(sorted(NAMES)))
    def test_design(self, world, unit, method):
        one = design_of(world, method=method)
        other = design_of(in_unit(world, unit), unit, method=method)
        assert other.plan.events == pytest.approx(one.plan.events, rel=EXACT)
        assert other.plan.patients == pytest.approx(one.plan.patients, rel=EXACT)
        assert other.study_duration == pytest.approx(unit * one.study_duration, rel=EXACT)
        for old, new in zip(one.truths, other.truths, strict=True):
            assert new.time == pytest.approx(unit * old.time, rel=1e-8)


class TestSameStrata:
    """Merging two strata that are alike changes nothing."""

    @FEW
    @given(worlds(), st.floats(0.1, 0.9), st.sampled_from(sorted(NAMES)))
    def test_design(self, world, share, method):
        only = world.strata[0]
        split = (replace(only, share=share), replace(only, name="rest", share=1 - share))
        one = design_of(world, method=method)
        two = design_of(replace(world, strata=split), method=method)
        assert two.plan.events == pytest.approx(one.plan.events, rel=EXACT)
        assert two.plan.patients == pytest.approx(one.plan.patients, rel=EXACT)


class TestSplitPiece:
    """Cutting a piece in two with the same rate changes nothing."""

    @FEW
    @given(worlds(), st.floats(0.1, 60), st.floats(0.5, 60))
    def test_counts(self, world, cut, time):
        stratum = world.strata[0]
        starts = np.union1d(stratum.control_hazard.starts, [cut])
        finer = Piecewise(vector(starts), vector(stratum.control_hazard.at(starts)))
        other = replace(world, strata=(replace(stratum, control_hazard=finer),))
        one, two = expected_events(world, [time]), expected_events(other, [time])
        assert two.total_events == pytest.approx(one.total_events, rel=1e-11)
        assert two.at_risk == pytest.approx(one.at_risk, rel=1e-11, abs=1e-300)


class TestEverybodyIsSomewhere:
    """Enrolled = event + dropout + still at risk, while follow-up is open."""

    @FEW
    @given(worlds(), st.floats(0.0, 200))
    def test_counts(self, world, time):
        seen = expected_events(world, [time])
        total = seen.events + seen.dropouts + seen.at_risk
        assert total == pytest.approx(seen.enrolled, rel=1e-11, abs=1e-12)


class TestClosedForm:
    """Constant hazard, no dropout, uniform entry: a(t - (1 - e^{-λt})/λ), tiny hazards too."""

    @FEW
    @given(st.floats(1e-14, 2.0), st.floats(0.01, 1.0))
    def test_counts(self, hazard, part):
        world = one_stratum(accrual(12, 6), hazard, 1.0)
        time = 12 * part
        x = hazard * time
        if x > 1e-3:
            expected = 6 * (time - -math.expm1(-x) / hazard)
        else:
            expected = 6 * time * (x / 2 - x * x / 6 + x**3 / 24 - x**4 / 120)
        found = expected_events(world, [time]).total_events[0]
        assert found == pytest.approx(expected, rel=1e-11)


class TestMirror:
    """The ratio turned round with the arms exchanged is the same trial."""

    @FEW
    @given(worlds(), st.sampled_from(sorted(NAMES)))
    def test_design(self, world, method):
        stratum = world.strata[0]
        ratio = float(stratum.hazard_ratio.values[0])
        other = replace(
            stratum,
            control_hazard=stratum.experimental_hazard,
            hazard_ratio=piecewise_rate([0], [1 / ratio]),
            control_dropout=stratum.experimental_dropout,
            experimental_dropout=stratum.control_dropout,
        )
        turned = SurvivalWorld(world.accrual, (other,), 1 / world.allocation)
        one, two = design_of(world, method=method), design_of(turned, method=method)
        if method == "bernstein-lagakos":  # its null has the control hazard, whoever that is
            assert one.plan.power == pytest.approx(two.plan.power)
            return
        assert two.plan.events == pytest.approx(one.plan.events, rel=1e-8)
        assert two.plan.patients == pytest.approx(one.plan.patients, rel=1e-8)


class TestLongerIsEasier:
    """Enrolling for longer never needs a faster rate, and events only accumulate."""

    @FEW
    @given(worlds(), st.floats(1.01, 2.0))
    def test_rate(self, world, longer):
        later = replace(
            world, accrual=replace(world.accrual, duration=world.accrual.duration * longer)
        )
        one, two = design_of(world), design_of(later)
        assert two.world.accrual.rates[0] <= one.world.accrual.rates[0] * (1 + EXACT)

    @FEW
    @given(worlds())
    def test_events(self, world):
        seen = expected_events(world, np.linspace(0, 90, 40)).total_events
        assert np.all(np.diff(seen) >= -1e-9)


class TestInverse:
    """The time of the events at a time is that time; the ratio of a ratio's effect that ratio."""

    @FEW
    @given(worlds(), st.floats(0.5, 60))
    def test_time(self, world, time):
        events = expected_events(world, [time]).total_events
        assert time_of_events(world, events) == pytest.approx([time], rel=1e-8)

    @FEW
    @given(
        st.floats(0.2, 0.99),
        st.sampled_from(["schoenfeld", "kim-tsiatis", "freedman", "hsieh-freedman"]),
        st.floats(0.3, 3.0),
    )
    def test_ratio(self, ratio, formula, allocation):
        effect = effect_per_root_event(formula, ratio, allocation=allocation)
        assert ratio_from_effect(formula, effect, allocation=allocation) == pytest.approx(ratio)


class TestMargin:
    """Ratio and margin times the same number is the same question, by events."""

    @FEW
    @given(st.floats(0.5, 2.0))
    def test_events(self, factor):
        world = one_stratum(accrual(12, 6), 0.06, 0.8)
        scaled = one_stratum(accrual(12, 6), 0.06, 0.8 * factor)
        one = design_of(world)
        two = design_of(scaled, null_ratio=factor)
        assert two.plan.events == pytest.approx(one.plan.events, rel=EXACT)


class TestEventsWithoutAWorld:
    """Events, power and ratio without a world are those of any world with them."""

    @FEW
    @given(worlds(), st.sampled_from(["schoenfeld", "freedman", "hsieh-freedman"]))
    def test_the_three_agree(self, world, method):
        design = design_of(world, method=method)
        asked = {"allocation": world.allocation, "method": method}
        stopping = design.asked.stopping
        needed = sequential_events(design.hazard_ratio, stopping, **asked)
        assert needed.events == pytest.approx([look.events for look in design.plan.looks])
        most = float(needed.events[-1])
        found = power_of_sequential_events(design.hazard_ratio, most, stopping, **asked)
        assert found.sequential.power == pytest.approx(0.9, rel=1e-9)
        back = detectable_hazard_ratio(most, stopping, **asked)
        assert back.hazard_ratio == pytest.approx(design.hazard_ratio, rel=1e-9)
