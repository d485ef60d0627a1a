"""What a blinded re-estimation obeys: the plan, seen, changes nothing; arms are never looked at."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_snapshot
from equipoise.analyze.snapshot import Answers, Followup, Measurements
from equipoise.design.survival.events import time_of_events
from equipoise.design.survival.world import Piecewise, constant_rate
from equipoise.errors import DesignError
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.data import pooled_data
from equipoise.monitor.reestimation.hazard import blinded_hazard
from equipoise.monitor.reestimation.reestimation import (
    PooledAnswers,
    PooledMeasurements,
    accrual_until,
    enrollment_pace,
    events_reestimated,
    time_enrolled,
)
from equipoise.monitor.reestimation.trial import blinded_reestimation
from sample_design import KINDS, sample_design


def at_hand(entry, time, event, cut):
    none = np.zeros(len(entry))
    return PatientsAtHand(
        cut, vector(entry), vector(time), flags(event), flags(none), codes(none), ("all",)
    )


def drawn(design, cut, factor, seed=2):
    """Patients by the plan until a cut, with hazards so many times as large."""
    world, rng = design.main.world, np.random.default_rng(seed)
    last = min(cut, world.accrual.duration)
    size = round(float(world.accrual.enrolled(last)[0]))
    entry = np.sort(rng.uniform(0, last, size))
    hazard = world.strata[0].control_hazard
    arm = rng.permutation(np.arange(size) % 2)
    ratio = np.where(arm, world.strata[0].hazard_ratio.values[0], 1.0)
    grid = np.linspace(0, 50 * cut, 20_001)
    course = np.interp(rng.exponential(1.0, size) / factor / ratio, hazard.cumulative(grid), grid)
    return at_hand(entry, np.minimum(course, cut - entry), course <= cut - entry, cut)


class TestPlan:
    """Where the data say what was assumed, the size is that planned."""

    @pytest.mark.parametrize("kind", ["rate", "rate-fixed"])
    def test_rate(self, kind):
        design = sample_design(kind)
        found = blinded_reestimation(PooledAnswers(400, 1000), design)
        assert found.size.unrestricted == pytest.approx(design.main.plan.patients, rel=1e-9)
        assert found.power_unchanged == pytest.approx(design.main.plan.power, abs=1e-9)
        assert found.nuisance[0].planned == pytest.approx(0.4)
        assert found.nuisance[1].estimated == pytest.approx(0.3)

    @pytest.mark.parametrize("kind", ["mean", "mean-fixed"])
    def test_mean(self, kind):
        design = sample_design(kind)
        found = blinded_reestimation(PooledMeasurements(12.0, 60), design)
        assert found.size.unrestricted == pytest.approx(design.main.plan.patients, rel=1e-9)
        assert found.inflated > found.size.patients
        pooled = (144 + 4 * 60 / 59) ** 0.5  # what a difference of 4 adds
        again = blinded_reestimation(
            PooledMeasurements(pooled, 60), design, adjust="planned difference"
        )
        assert again.size.unrestricted == pytest.approx(design.main.plan.patients, rel=1e-9)

    def test_events(self):
        design = sample_design("survival-looks")
        world, last = design.main.world, design.main.plan.looks[-1]
        pace = Piecewise(world.accrual.starts, world.accrual.rates)
        found = events_reestimated(
            world,
            constant_rate(1.0),
            pace,
            patients=world.accrual.patients,
            cut=15.0,
            events=last.events,
            planned_end=last.time,
        )
        assert found.end == pytest.approx(last.time, rel=1e-9)
        assert found.events_by_planned_end == pytest.approx(last.events, rel=1e-9)
        assert found.events_by_cut == pytest.approx(found.planned_by_cut, rel=1e-12)
        assert found.patients_for_end == pytest.approx(world.accrual.patients, rel=1e-8)


class TestRestraint:
    """Never fewer than planned, never more than the cap; larger spread takes more."""

    @settings(max_examples=30, deadline=None)
    @given(st.integers(150, 850), st.floats(0, 200))
    def test_answers(self, yes, room):
        design = sample_design("rate")
        planned = design.main.plan.patients
        found = blinded_reestimation(PooledAnswers(yes, 1000), design, at_most=planned + room)
        assert planned <= found.size.patients <= planned + room
        assert found.whole <= np.ceil((planned + room) / 2) * 2
        more = found.size.unrestricted > planned
        assert (
            more == (found.power_unchanged < design.main.plan.power - 1e-9)
            or abs(found.size.unrestricted - planned) < 1e-3 * planned
        )

    def test_deviation(self):
        design = sample_design("mean")
        sizes = [
            blinded_reestimation(PooledMeasurements(sd, 50), design).size.unrestricted
            for sd in (8, 10, 12, 14, 16)
        ]
        assert (np.diff(sizes) > 0).all()
        assert sizes[4] / sizes[0] == pytest.approx(4.0, rel=0.01)


class TestTimes:
    """Faster events end the trial sooner; the follow-up seen decides, not the arms."""

    def test_faster_is_sooner(self):
        design = sample_design("survival-looks")
        found = [
            blinded_reestimation(drawn(design, 15.0, factor), design).events
            for factor in (0.5, 1.0, 2.0)
        ]
        ends = [each.end or np.inf for each in found]
        assert ends == sorted(ends, reverse=True)
        assert found[0].power_at_planned_end < found[1].power_at_planned_end
        enough = [each.patients_for_end or np.inf for each in found]
        assert enough == sorted(enough, reverse=True)

    def test_end_and_patients_are_consistent(self):
        design = sample_design("survival-looks")
        pooled = drawn(design, 15.0, 0.95)
        events = blinded_reestimation(pooled, design).events
        assert time_of_events(events.world, [events.events])[0] == pytest.approx(events.end)
        pace = enrollment_pace(pooled.entry, pooled.cut, design.main.world.accrual)
        more = replace(events.world, accrual=accrual_until(pace, events.accrual_for_end))
        assert more.accrual.patients == pytest.approx(events.patients_for_end)
        by = float(time_of_events(more, [events.events])[0])
        assert by == pytest.approx(events.planned_end, rel=1e-8)

    @settings(max_examples=25, deadline=None)
    @given(st.floats(0.2, 5.0), st.integers(0, 99))
    def test_unit_of_time(self, scale, seed):
        """A ratio of 1: events over planned; the factor has no unit."""
        design = sample_design("survival-looks")
        pooled = drawn(design, 12.0, 1.3, seed)
        world = design.main.world
        stratum = world.strata[0]
        alike = replace(world, strata=(replace(stratum, hazard_ratio=constant_rate(1.0)),))
        found = blinded_hazard(pooled.time, pooled.event, alike)
        planned = stratum.control_hazard.cumulative(pooled.time).sum()
        assert found.factor.values[0] == pytest.approx(pooled.event.sum() / planned)
        slower = replace(
            world,
            strata=(replace(stratum, control_hazard=stratum.control_hazard.times(1 / scale)),),
        )
        one = blinded_hazard(pooled.time, pooled.event, world).factor.values[0]
        other = blinded_hazard(pooled.time * scale, pooled.event, slower).factor.values[0]
        assert one == pytest.approx(other, rel=1e-9)

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(st.floats(0, 10), min_size=1, max_size=80), st.floats(10, 20), st.integers(1, 90)
    )
    def test_pace(self, entry, cut, planned):
        """By the cut as many as are enrolled; in the end as many as planned."""
        accrual = accrual_until(constant_rate(5.0), planned / 5.0)
        pace = enrollment_pace(vector(sorted(entry)), cut, accrual)
        assert float(pace.cumulative(cut)[0]) == pytest.approx(len(entry))
        goal = max(planned, len(entry))
        assert accrual_until(pace, time_enrolled(pace, goal)).patients == pytest.approx(goal)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "safety"])
def test_every_kind_of_design_answers_or_refuses(kind):
    design = sample_design(kind)
    main = design.main
    pooled = {
        "binary": PooledAnswers(90, 240),
        "continuous": PooledMeasurements(11.0, 80),
    }.get(main.plan.kind)
    if pooled is None:
        try:
            pooled = drawn(design, 15.0 * (30 if kind == "days" else 1), 0.9)
        except AttributeError:  # no world is planned
            pooled = at_hand([0.0, 1.0], [3.0, 4.0], [True, False], 6.0)
    try:
        found = blinded_reestimation(pooled, design)
    except DesignError:
        return
    assert 0 < found.power_unchanged <= 1
    assert found.sentences
    assert "nan" not in " ".join(found.sentences)
    if found.events is not None:
        assert 0 < found.events.events_by_planned_end < found.events.most


class TestBlinded:
    """Arms may be swapped at will: pooled data, and what follows, stay."""

    @pytest.mark.parametrize("kind", ["rate", "mean", "survival-looks"])
    def test_arms_do_not_matter(self, kind):
        design = sample_design(kind)
        name, size = design.main.endpoint, 300
        rng = np.random.default_rng(4)
        base = sample_snapshot.snapshot(patients=size)
        start = date(2018, 1, 1).toordinal()
        enters = rng.integers(0, 400, size)
        followed = np.minimum(rng.exponential(12, size), (450 - enters) / 30.4375)
        rows = codes(np.arange(size))

        def cut(arm):
            subjects = replace(base.subjects, assigned=codes(arm), randomized=codes(start + enters))
            snapshot = replace(
                base,
                protocol=design.protocol,
                subjects=subjects,
                followups={name: Followup(name, rows, vector(followed), codes(rows % 3 > 0))}
                if kind == "survival-looks"
                else {},
                answers={name: Answers(name, codes(rows % 4 - 1))} if kind == "rate" else {},
                measurements={name: Measurements(name, vector(rows % 17))}
                if kind == "mean"
                else {},
            )
            first = date.fromordinal(start + int(enters.min()))
            last = date.fromordinal(start + 450)
            return DataCut(last, snapshot, (), 0, first, last, ())

        arms = rng.permutation(rows % 2)
        one, other = (
            blinded_reestimation(pooled_data(cut(arm), design), design)
            for arm in (arms, 1 - np.sort(arms))
        )
        assert one.sentences == other.sentences
        assert one.nuisance == other.nuisance


class TestPooledAnswers:
    """Answers count as the analysis will count them; those awaited do not."""

    @pytest.mark.parametrize(
        ("missing", "yes", "patients"),
        [("counts as no", 2, 5), ("counts as yes", 3, 5), ("excluded", 2, 4)],
    )
    def test_missing_answers_follow_their_rule(self, missing, yes, patients):
        design = sample_design("rate")
        name, size = design.main.endpoint, 6
        endpoints = tuple(
            replace(each, missing=missing) if each.id == name else each
            for each in design.protocol.endpoints
        )
        answers = Answers(name, codes([1, 1, 0, 0, -1, -1]), awaited=flags([0, 0, 0, 0, 0, 1]))
        snapshot = replace(
            sample_snapshot.snapshot(patients=size),
            protocol=replace(design.protocol, endpoints=endpoints),
            followups={},
            answers={name: answers},
            measurements={},
        )
        day = date(2020, 1, 1)
        found = pooled_data(DataCut(day, snapshot, (), 0, day, day, ()), design)
        assert (found.yes, found.patients) == (yes, patients)
