"""Designs under non-proportional hazards against gsDesign2 and lrstat."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.design.sequential.rules import FixedEfficacy, SpendAlpha, SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsOBrienFleming
from equipoise.design.survival.average_hazard_ratio import (
    average_hazard_ratio,
    average_hazard_ratio_design,
)
from equipoise.design.survival.enrollment import with_rate
from equipoise.design.survival.events import expected_events
from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.large_sample import cohort
from equipoise.design.survival.max_combo import max_combo_design
from equipoise.design.survival.milestone import milestone_design
from equipoise.design.survival.nonproportional_power import nonproportional_power
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.restricted_mean import restricted_mean_design
from equipoise.design.survival.survival_design import survival_design
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weighted_log_rank import (
    moments_of,
    weighted_hazard_ratio,
    weighted_log_rank_design,
)
from equipoise.design.survival.weights import FlemingHarrington, ModestlyWeighted, log_rank_weight
from equipoise.design.survival.world import Accrual, StratumWorld, SurvivalWorld, constant_rate
from equipoise.kernel.arrays import vector
from equipoise.kernel.sequential import stopping_probability

FILE = Path(__file__).parent / "design_nonproportional.json"
CASES = {case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]}

MEDIAN_12 = np.log(2) / 12
DELAYED = one_stratum(
    accrual(12, piecewise_rate([0, 2, 4], [5, 10, 20])),
    MEDIAN_12,
    piecewise_rate([0, 4], [1, 0.6]),
    dropout=0.001,
)
UNIFORM = replace(DELAYED, accrual=accrual(12, 400 / 12))
O_BRIEN_FLEMING = SpendAlpha(LanDeMetsOBrienFleming())
THREE = Timing(calendar=(12, 24, 36))
THREE_WEIGHTS = [log_rank_weight(), FlemingHarrington(0, 0.5), FlemingHarrington(0.5, 0.5)]


def expected(identifier):
    return CASES[identifier]["expected"]


def agrees(identifier, *pairs):
    """Compare (ours, theirs) pairs with the case's tolerance."""
    tolerance = CASES[identifier]["tolerance"]
    key = {"relative": "rel", "absolute": "abs"}[tolerance["kind"]]
    for ours, theirs in pairs:
        assert np.asarray(ours) == pytest.approx(np.asarray(theirs), **{key: tolerance["value"]})


class TestAverageHazardRatio:
    def test_ratio_events_and_information(self):
        theirs = expected("nph01")
        ours = average_hazard_ratio(DELAYED, theirs["time"])
        agrees(
            "nph01",
            (ours.hazard_ratio, theirs["ahr"]),
            (ours.patients, theirs["n"]),
            (ours.events, theirs["event"]),
            (ours.information, theirs["info"]),
            (ours.null_information, theirs["info0"]),
        )

    def test_expected_events_of_one_arm(self):
        theirs = expected("nph02")
        falling = replace(
            DELAYED,
            strata=(
                replace(
                    DELAYED.strata[0],
                    control_hazard=piecewise_rate([0, 4], [MEDIAN_12, MEDIAN_12 * 0.6]),
                    hazard_ratio=constant_rate(1.0),
                ),
            ),
        )
        agrees("nph02", (expected_events(falling, theirs["t"]).total_events, theirs["events"]))
        agrees("nph02", (cohort(falling, vector(theirs["t"])).events.sum(axis=1), theirs["events"]))

    def test_fixed_design(self):
        theirs = expected("nph12")["analysis"]
        plan = average_hazard_ratio_design(DELAYED, Timing(36), power=0.9).plan
        agrees(
            "nph12",
            (plan.patients, theirs["n"][0]),
            (plan.events, theirs["event"][0]),
            (plan.effect.value, theirs["ahr"][0]),
            (plan.power, theirs["power"][0]),
        )

    def test_fixed_design_by_lachin_and_foulkes(self):
        world = replace(
            DELAYED, strata=(replace(DELAYED.strata[0], hazard_ratio=constant_rate(0.7)),)
        )
        asked = SurvivalQuestion(world, power=0.9, follow_up=24.0, method="lachin-foulkes")
        plan, theirs = survival_design(asked).plan, expected("nph13")
        agrees("nph13", (plan.patients, theirs["n"]), (plan.events, theirs["event"]))

    def test_group_sequential_design(self):
        stopping = StoppingPlan(efficacy=O_BRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-2.0)))
        plan = average_hazard_ratio_design(DELAYED, THREE, stopping=stopping, power=0.9).plan
        bounds, analyses = expected("nph04")["bound"], expected("nph04")["analysis"]
        upper, lower = (np.array(bounds["z"])[side::2] for side in (0, 1))
        assert plan.sequential.upper == pytest.approx(upper, abs=5e-6)
        assert plan.sequential.lower[:2] == pytest.approx(lower[:2], abs=5e-4)
        ratios = [look.efficacy.effect for look in plan.looks]
        agrees(
            "nph04",
            (plan.patients, analyses["n"][-1]),
            ([look.events for look in plan.looks], analyses["event"]),
            (ratios, np.array(bounds["~hr at bound"])[::2]),
        )

    def test_the_first_look_explains_the_whole_difference(self):
        """With gsDesign2's own bounds and patients, all but its first look is as they say."""
        bounds, analyses = expected("nph04")["bound"], expected("nph04")["analysis"]
        upper, lower = (np.array(bounds["z"])[side::2] for side in (0, 1))
        effect, information, null = (np.array(analyses[k]) for k in ("theta", "info", "info0"))
        ours = stopping_probability(
            vector(upper), vector(lower), vector(information), drift=vector(effect)
        )
        root = np.sqrt(information[0])
        mixed = ndtr(root * (effect[0] - upper[0] / np.sqrt(null[0])))
        assert ours.upper.sum() < 0.89995
        assert ours.upper[1:].sum() + mixed == pytest.approx(bounds["probability"][4], abs=1e-8)

    def test_futility_that_spends_its_own_beta(self):
        """With gsDesign2's patients their futility bounds follow, whatever the power is."""
        bounds, analyses = expected("nph04")["bound"], expected("nph04")["analysis"]
        design = average_hazard_ratio_design(
            with_rate(DELAYED, analyses["n"][-1] / DELAYED.accrual.patients),
            THREE,
            stopping=StoppingPlan(
                efficacy=O_BRIEN_FLEMING, futility=SpendBeta(HwangShihDeCani(-2.0))
            ),
            beta=0.1,
        )
        lower = np.array(bounds["z"])[1::2]
        assert design.plan.sequential.lower[:2] == pytest.approx(lower[:2], abs=1e-7)

    def test_bounds_as_printed(self):
        stopping = StoppingPlan(
            alpha=0.0125,
            efficacy=O_BRIEN_FLEMING,
            futility=SpendBeta(LanDeMetsOBrienFleming()),
        )
        plan = average_hazard_ratio_design(DELAYED, THREE, stopping=stopping, power=0.9).plan
        column = [float(x) if x else np.nan for x in expected("nph16")["table"]["α=0.0125"]]
        futility = [float(x) if x else np.nan for x in expected("nph16")["table"]["Futility"]]
        for k, look in enumerate(plan.looks):
            assert look.efficacy.z == pytest.approx(column[5 * k], abs=6e-5)
            assert look.efficacy.effect == pytest.approx(column[5 * k + 2], abs=2e-4)
            assert look.futility.z == pytest.approx(futility[5 * k], abs=2e-4)


class TestWeightedLogRank:
    def test_modestly_weighted(self):
        theirs = expected("nph08")["analysis"]
        weight = ModestlyWeighted(until=4)
        design = weighted_log_rank_design(
            DELAYED, Timing(36), weight=weight, power=0.9, variance="null and alternative"
        )
        one_step = weighted_hazard_ratio(DELAYED, vector([36]), weight=weight, one_step=True)
        agrees(
            "nph08",
            (design.plan.patients, theirs["n"][0]),
            (design.plan.events, theirs["event"][0]),
            (one_step, theirs["ahr"]),
        )

    def test_stratified_with_a_delay(self):
        dropout = constant_rate(0.004274441198962548)
        ratio = piecewise_rate([0, 6], [1, 0.0309 / 0.0533])
        strata = tuple(
            StratumWorld(name, share, constant_rate(hazard), ratio, dropout, dropout)
            for name, share, hazard in (("low", 0.2, 0.0533), ("high", 0.8, 0.07995))
        )
        given = CASES["design-0079"]["inputs"]
        entry = Accrual(
            vector(given["accrual_start_times"]), vector(given["accrual_intensity_by_piece"]), 22.0
        )
        design = weighted_log_rank_design(
            SurvivalWorld(entry, strata),
            Timing(40, information=(0.8, 1.0)),
            weight=FlemingHarrington(0, 1),
            stopping=StoppingPlan(information=(0.8, 1.0), efficacy=O_BRIEN_FLEMING),
        )
        agrees("design-0079", (design.plan.power, expected("design-0079")["power"]))

    @pytest.mark.parametrize("identifier", [i for i in CASES if i.startswith("sim-")])
    def test_analytic_values_of_a_simulation(self, identifier):
        given, theirs = CASES[identifier]["inputs"], expected(identifier)
        world = world_of(given)
        weight = FlemingHarrington(given["rho1"], given["rho2"])
        times = vector(theirs["time"])
        ours = moments_of(world, times, weight, given["hazardRatioH0"])
        agrees(
            identifier,
            (-ours.mean + 0.0, theirs["uscore"]),
            (ours.variance, theirs["vscore"]),
            (ours.hazard_ratio, theirs["avg_HR"]),
            (cohort(world, times).events.sum(axis=1), theirs["events"]),
        )
        fixed = StoppingPlan(efficacy=FixedEfficacy(tuple(given["criticalValues"])))
        timing = (
            Timing(calendar=tuple(given["plannedTime"]))
            if given["plannedTime"]
            else Timing(events=tuple(float(d) for d in given["plannedEvents"]))
        )
        if identifier == "sim-null":
            return
        design = weighted_log_rank_design(
            world, timing, weight=weight, stopping=fixed, null_ratio=given["hazardRatioH0"]
        )
        agrees(identifier, (design.plan.power, theirs["power"]))
        assert design.evidence.time == pytest.approx(times, rel=3e-7)
        if given["rho1"] == given["rho2"] == 0 and given["plannedEvents"]:
            spending = StoppingPlan(efficacy=O_BRIEN_FLEMING)
            drawn = weighted_log_rank_design(
                world, timing, stopping=spending, null_ratio=given["hazardRatioH0"]
            )
            assert drawn.plan.sequential.upper == pytest.approx(given["criticalValues"], abs=1e-6)
        if given["hazardRatioH0"] == 1:
            again = nonproportional_power(design.plan, world, weight=weight)
            assert again.power == pytest.approx(design.plan.power, abs=1e-10)
            assert again.efficacy == pytest.approx(np.array(theirs["reject_per_look"]), rel=1e-6)

    @pytest.mark.parametrize("identifier", ["sim-delay3", "sim-fh01_delay3", "sim-pw_control"])
    def test_one_step_ratio_of_gsdesign2(self, identifier):
        """Its integrals are good to 5e-4 where the weight has a root at 0, else to 1e-4."""
        given, theirs = CASES[identifier]["inputs"], expected(identifier)
        ours = weighted_hazard_ratio(
            world_of(given),
            vector(theirs["time"]),
            weight=FlemingHarrington(given["rho1"], given["rho2"]),
            one_step=True,
        )
        assert ours == pytest.approx(np.array(theirs["gsDesign2_one_step"]), rel=5e-4)

    @pytest.mark.parametrize("identifier", [i for i in CASES if i.startswith("sim-")])
    def test_simulated_power_is_near(self, identifier):
        """Asymptotics, not Monte Carlo error, is what is left: under one per cent of power."""
        theirs = expected(identifier)
        assert abs(theirs["power"] - theirs["simulated_power"]) < 0.012


class TestCurves:
    def test_milestone_fixed(self):
        theirs = expected("nph11")["analysis"]
        plan = milestone_design(DELAYED, Timing(36), milestone=24, power=0.9).plan
        agrees("nph11", (plan.patients, theirs["n"][0]))
        assert plan.events == pytest.approx(theirs["event"][0], rel=1e-6)  # integrated by them

    def test_milestone_group_sequential(self):
        stages, overall = (expected("lr27")[k] for k in ("byStageResults", "overallResults"))
        design = milestone_design(
            UNIFORM,
            Timing(36, information=(0.8, 1.0)),
            milestone=24,
            stopping=StoppingPlan(information=(0.8, 1.0), efficacy=O_BRIEN_FLEMING),
        )
        alternative = design.plan.expected[2]
        agrees(
            "lr27",
            (design.evidence.information, stages["information"]),
            (design.evidence.time, stages["analysisTime"]),
            (design.evidence.events.sum(axis=1), stages["numberOfEvents"]),
            (design.plan.sequential.upper, stages["efficacyBounds"]),
            (design.plan.sequential.power_by_look, stages["cumulativeRejection"]),
            ([look.efficacy.effect for look in design.plan.looks], stages["efficacySurvDiff"]),
            (alternative.power, overall["overallReject"][0]),
        )
        assert alternative.events == pytest.approx(overall["expectedNumberOfEvents"][0], rel=2e-7)
        assert alternative.time == pytest.approx(overall["expectedStudyDuration"][0], rel=2e-7)

    def test_restricted_mean_fixed(self):
        theirs = expected("nph10")["analysis"]
        plan = restricted_mean_design(DELAYED, Timing(36), horizon=24, power=0.9).plan
        agrees("nph10", (plan.patients, theirs["n"][0]), (plan.events, theirs["event"][0]))


class TestMaxCombo:
    def test_fixed(self):
        theirs = expected("nph09")["analysis"]
        plan = max_combo_design(DELAYED, Timing(36), weights=THREE_WEIGHTS, power=0.9).plan
        agrees(
            "nph09",
            (plan.patients, theirs["n"][0]),
            (plan.events, theirs["event"][0]),
            (plan.sequential.upper[0], theirs["bound"][0]),
        )

    def test_power_with_futility(self):
        theirs = expected("nph17")
        design = max_combo_design(
            UNIFORM,
            THREE,
            weights=THREE_WEIGHTS,
            tested=((0,), (0,), (0, 1, 2)),
            stopping=StoppingPlan(
                efficacy=O_BRIEN_FLEMING, futility=SpendBeta(LanDeMetsOBrienFleming())
            ),
            beta=0.1,
        )
        sequential = design.plan.sequential
        z, power = (np.array(theirs["bound"][k]) for k in ("z", "probability"))
        agrees(
            "nph17",
            (sequential.upper, z[::2]),
            (sequential.lower[:2], z[1:4:2]),
            (sequential.power_by_look[1:], power[2::2]),
            (sequential.beta_spent[1], power[3]),
            (design.evidence.events.sum(axis=1), theirs["analysis"]["event"]),
        )
        assert sequential.power + sequential.beta_spent[-1] == pytest.approx(1.0, abs=1e-12)


def world_of(given):
    """Make a world of lrstat's arguments: hazards by stratum, then by piece."""
    starts = np.atleast_1d(given["piecewiseSurvivalTime"])
    shares = np.atleast_1d(given["stratumFraction"])
    shape = (shares.size, starts.size)
    control, experimental = (
        np.broadcast_to(given[arm], shape[0] * shape[1] if np.ndim(given[arm]) else shape).reshape(
            shape
        )
        for arm in ("lambda2", "lambda1")
    )
    dropout = constant_rate(given["gamma1"])
    strata = tuple(
        StratumWorld(
            str(k),
            float(shares[k]),
            piecewise_rate(starts, control[k]),
            piecewise_rate(starts, experimental[k] / control[k]),
            dropout,
            dropout,
        )
        for k in range(shares.size)
    )
    entry = Accrual(
        vector(given["accrualTime"]), vector(given["accrualIntensity"]), given["accrualDuration"]
    )
    return SurvivalWorld(entry, strata, given["allocation1"] / given["allocation2"])
