"""Calls of gsDesign, lrstat, gsDesign2 and rpact on survival trials, turned into ours."""

from dataclasses import replace

import numpy as np

from equipoise.design.sequential.rules import (
    FixedFutility,
    SpendAlpha,
    SpendBeta,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
)
from equipoise.design.survival.average_hazard_ratio import (
    average_hazard_ratio,
    average_hazard_ratio_design,
)
from equipoise.design.survival.calendar_power import power_by_calendar
from equipoise.design.survival.constant_hazards import ConstantHazards, constant_hazard_size
from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.hazards import (
    accrual,
    hazard_from_median,
    hazard_from_probability,
    one_stratum,
    piecewise_rate,
    weibull_hazard,
)
from equipoise.design.survival.look_rules import LookRule, look_calendar
from equipoise.design.survival.milestone import milestone_design
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.restricted_mean import restricted_mean_design
from equipoise.design.survival.survival_design import survival_design
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weighted_log_rank import weighted_log_rank_design
from equipoise.design.survival.weights import FlemingHarrington
from equipoise.design.survival.whole_design import whole_survival_design
from equipoise.design.survival.world import Accrual, StratumWorld, SurvivalWorld
from equipoise.kernel.arrays import vector
from survival_design_gsdesign import gsdesign, lrstat, lrstat_question

O_BRIEN_FLEMING, POCOCK = SpendAlpha(LanDeMetsOBrienFleming()), SpendAlpha(LanDeMetsPocock())
INFORMATION = {"h0_h1_info": "null and alternative", "h0_info": "null", "h1_info": "alternative"}


def to_integer(call):
    """Round gsDesign's gsSurv by toInteger."""
    plan = whole_survival_design(gsdesign(call)["design"]).plan
    return {
        "n_I": [look.events for look in plan.looks],
        "N": plan.patients,
        "upper_z": plan.sequential.upper,
        "lower_z": plan.sequential.lower[:-1],
        "power": plan.power,
    }


def survival_power_gsdesign(call):
    """Answer gsSurvPower of a design at another hazard ratio, with its rules for the looks."""
    design, ratio = gsdesign(call["x"])["design"], call["hr"]
    times = call.get("plannedCalendarTime")
    if "rules" in call:
        world = with_ratio(design.world, ratio)
        times = look_calendar(world, [LookRule(**rule) for rule in call["rules"]])
    found = power_by_calendar(design, ratio, times=times)
    return {
        "T": found.time,
        "n_I": found.counts.total_events,
        "upper_z": found.sequential.upper,
        "power": found.power,
    }


def constant_hazards(call):
    """Answer nSurvival."""
    trial = ConstantHazards(
        call["lambda1"],
        call["lambda2"],
        call["Ts"],
        call["Tr"],
        dropout=call["eta"],
        allocation=call["ratio"],
        entry_rate=call.get("gamma", 0.0),
    )
    size = constant_hazard_size(
        trial,
        alpha=call["alpha"],
        power=1 - call["beta"],
        sides=call["sided"],
        scale={"rr": "ratio", "rd": "difference"}[call["type"]],
        null_variance=not call["approx"],
    )
    return {"n": size.patients, "nEvents": size.events}


def log_rank(call):
    """Answer lrpower or lrsamplesize under the alternative, of proportional hazards."""
    found = lrstat(call)["H1"]
    return found["byStageResults"] | found["overallResults"]


def _large_sample(call, plan_for, **options):
    question = lrstat_question({**call, "typeOfComputation": "schoenfeld"})
    follow_up = call.get("followupTime")
    end = question.world.accrual.duration + (10.0 if follow_up is None else follow_up)
    design = plan_for(
        question.world,
        Timing(end),
        stopping=question.stopping,
        power=question.power,
        solve_for="patients" if question.solve_for == "power" else question.solve_for,
        **options,
    )
    looks = design.plan.looks
    return {
        "numberOfEvents": [look.events for look in looks],
        "numberOfSubjects": [look.patients for look in looks],
        "analysisTime": [look.time for look in looks],
        "efficacyBounds": design.plan.sequential.upper,
        "information": design.evidence.information,
        "HR": design.evidence.shown,
        "overallReject": design.plan.power,
    }


def weighted_log_rank(call):
    """Answer lrpower or lrsamplesize by a weighted log-rank test."""
    weight = FlemingHarrington(call["rho1"], call["rho2"])
    null = call.get("hazardRatioH0", 1.0)
    return _large_sample(call, weighted_log_rank_design, weight=weight, null_ratio=null)


def milestone(call):
    """Answer kmpower or kmsamplesize."""
    null = call.get("survDiffH0")
    return _large_sample(call, milestone_design, milestone=call["milestone"], null=null)


def restricted_mean(call):
    """Answer rmpower or rmsamplesize."""
    null = call.get("rmstDiffH0")
    return _large_sample(call, restricted_mean_design, horizon=call["milestone"], null=null)


def _gsdesign2_world(call):
    accruals = tuple(
        Accrual(vector(np.cumsum([0, *lengths[:-1]])), vector(rates), float(sum(lengths)))
        for lengths, rates in call["enroll_rate"]
    )
    sizes = [one.patients for one in accruals]
    strata = []
    for place, (lengths, hazards, ratios, dropouts) in enumerate(call["fail_rate"]):
        starts = np.cumsum([0, *lengths[:-1]])
        control, ratio, leaving = (piecewise_rate(starts, x) for x in (hazards, ratios, dropouts))
        share = sizes[place] / sum(sizes)
        strata.append(StratumWorld(str(place), share, control, ratio, leaving, leaving))
    together = vector(sum(one.rates for one in accruals))
    return SurvivalWorld(
        Accrual(accruals[0].starts, together, accruals[0].duration),
        tuple(strata),
        call["ratio"],
        accrual_by_stratum=accruals if len(accruals) > 1 else (),
    )


def average_ratio(call):
    """Answer ahr."""
    found = average_hazard_ratio(_gsdesign2_world(call), call["total_duration"])
    return {
        "ahr": found.hazard_ratio,
        "n": found.patients,
        "event": found.events,
        "info": found.information,
        "info0": found.null_information,
    }


def average_ratio_design(call):
    """Answer fixed_design_ahr, or gs_design_ahr and gs_power_ahr with O'Brien-Fleming spending."""
    looks, futility = call["analysis_time"], call.get("futility", False)
    rule = SpendBeta(HwangShihDeCani(-4.0)) if futility else None
    design = average_hazard_ratio_design(
        _gsdesign2_world(call),
        Timing(calendar=tuple(looks)),
        stopping=StoppingPlan(
            alpha=call.get("alpha", 0.025), efficacy=O_BRIEN_FLEMING, futility=rule
        ),
        power=call["power"],
        variance=INFORMATION[call["info_scale"]],
        beta=0.1 if futility and call["power"] is None else None,
    )
    plan = design.plan
    return {
        "n": plan.patients,
        "event": [look.events for look in plan.looks],
        "upper_z": plan.sequential.upper,
        "lower_z": plan.sequential.lower[:-1],
        "power": plan.power,
    }


def rpact_survival(call):
    """Answer getSampleSizeSurvival or getPowerSurvival."""
    shape = call["kappa"]
    hazard = {
        "lambda": lambda: weibull_hazard(call["l2"], shape) if shape != 1 else call["l2"],
        "median": lambda: hazard_from_median(call["m2"], shape=shape),
        "pi": lambda: hazard_from_probability(call["pi2"], call["et"], shape=shape),
        "pw": lambda: piecewise_rate(call["st"], call["ls"]),
    }[call["haz"]]()
    leaving = tuple(hazard_from_probability(call[arm], 12.0) for arm in ("dr2", "dr"))
    enrollment = accrual(call["at"][-1], piecewise_rate(call["at"][:-1], call["ai"]))
    world = one_stratum(enrollment, hazard, call["hr"], dropout=leaving, allocation=call["ratio"])
    families = {
        "asOF": O_BRIEN_FLEMING,
        "asP": POCOCK,
        "OF": WangTsiatis(0.0),
        "P": WangTsiatis(0.5),
    }
    interim = len(call["ir"]) - 1
    stopping = StoppingPlan(
        tuple(call["ir"]),
        call["a"],
        call["sided"],
        efficacy=families[call["type"]] if interim else None,
        futility=FixedFutility((0.2,) * interim) if call["fut"] else None,
        power_counts="both sides" if call["sided"] > 1 else "upper side",
    )
    method = {"Schoenfeld": "schoenfeld", "Freedman": "freedman"}
    question = SurvivalQuestion(
        replace(world, weibull_shape=shape),
        stopping=stopping,
        power=1 - call["b"],
        method=method.get(call["toc"], "hsieh-freedman"),
        null_ratio=call["thetaH0"],
    )
    if "ev" in call:
        question = replace(question, solve_for="power", events=float(call["ev"]))
    elif "fu" in call:
        question = replace(question, follow_up=float(call["fu"]))
    else:
        question = replace(question, solve_for="follow-up")
    plan = survival_design(question).plan
    return {
        "maxNumberOfEvents": plan.events,
        "analysisTime": [look.time for look in plan.looks],
        "criticalValues": plan.sequential.upper,
        "overallReject": plan.power,
        "expectedEventsH1": plan.expected[-1].events,
    }


ANSWERS = {
    "gsdesign": gsdesign,
    "to integer": to_integer,
    "power at another ratio": survival_power_gsdesign,
    "constant hazards": constant_hazards,
    "log-rank": log_rank,
    "weighted log-rank": weighted_log_rank,
    "milestone": milestone,
    "restricted mean": restricted_mean,
    "average hazard ratio": average_ratio,
    "average hazard ratio design": average_ratio_design,
    "rpact": rpact_survival,
}
