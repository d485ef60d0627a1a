"""gsDesign's and lrstat's calls on survival designs, turned into ours: same names, same fields."""

import math
from dataclasses import replace

import numpy as np

from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, SpendUnderNull, StoppingPlan
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
)
from equipoise.design.survival.hazards import accrual, piecewise_rate
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.survival_design import survival_design
from equipoise.design.survival.world import Accrual, StratumWorld, SurvivalWorld
from equipoise.kernel.arrays import vector

GSDESIGN_METHODS = {
    "LachinFoulkes": "lachin-foulkes",
    "Schoenfeld": "schoenfeld",
    "Freedman": "freedman",
    "BernsteinLagakos": "bernstein-lagakos",
}


def spending(name, parameter=None):
    """Give a spending function by the name either peer knows it by."""
    functions = {
        "sfLDOF": LanDeMetsOBrienFleming,
        "sfOF": LanDeMetsOBrienFleming,
        "sfLDPocock": LanDeMetsPocock,
        "sfP": LanDeMetsPocock,
        "sfHSD": lambda: HwangShihDeCani(parameter),
        "sfPower": lambda: PowerSpending(parameter),
        "sfKD": lambda: PowerSpending(parameter),
    }
    return functions[name]()


def gsdesign(call):
    """Answer nSurv, gsSurv, gsSurvCalendar or gsSurvPower; None stands for NULL."""
    question = _gsdesign_question(call)
    design = survival_design(question)
    counts = design.truths[-1].counts
    plan = design.plan
    return {
        "n_I": [look.events for look in plan.looks],
        "d": plan.events,
        "n": plan.patients,
        "N": [look.patients for look in plan.looks],
        "T": [look.time for look in plan.looks],
        "R": design.accrual_duration,
        "minfup": design.follow_up,
        "gamma": np.ravel(
            [one.rates for one in design.world.accrual_by_stratum] or design.world.accrual.rates
        ).tolist(),
        "timing": plan.sequential.information.tolist(),
        "upper_z": plan.sequential.upper.tolist(),
        "lower_z": plan.sequential.lower[:-1].tolist(),
        "hr_upper": [look.efficacy.effect for look in plan.looks],
        "eDC": counts.events[:, :, 0].ravel().tolist(),
        "eDE": counts.events[:, :, 1].ravel().tolist(),
        "eNC": counts.enrolled[:, :, 0].ravel().tolist(),
        "eNE": counts.enrolled[:, :, 1].ravel().tolist(),
        # gsDesign's averages take the planned events at each look, also where the calendar fixes it
        "EN_events": [
            float(truth.stopping @ [look.events for look in plan.looks])
            for truth in (design.truths[0], design.truths[-1])
        ],
        "upper_prob": np.transpose(
            [[one.efficacy_null, one.efficacy_alternative] for one in plan.looks]
        ).T.tolist(),
        "power": plan.power,
        "design": design,
    }


def _gsdesign_world(call):
    hazards = np.atleast_2d(np.asarray(call["lambdaC"], dtype=float))
    if hazards.shape[0] == 1 and "strata" not in call and np.ndim(call["lambdaC"]) == 1:
        hazards = hazards.T  # pieces of one stratum
    starts = np.concatenate([[0.0], np.cumsum(call.get("S") or [])])
    rates = np.asarray(call.get("gamma", 1.0), dtype=float)
    rates = rates.reshape(-1, hazards.shape[1]) if rates.ndim else np.full((1, 1), float(rates))
    lengths = np.atleast_1d(np.asarray(call["R"], dtype=float))
    entry = np.concatenate([[0.0], np.cumsum(lengths)])
    if call.get("T") is not None and call.get("minfup") is not None:  # they decide, not R
        entry = np.append(entry[:-1][entry[:-1] < call["T"] - call["minfup"]], 0.0)
        entry[-1] = call["T"] - call["minfup"]
        rates = rates[: entry.size - 1]
    own = tuple(
        Accrual(vector(entry[:-1]), vector(rates[:, s]), float(entry[-1]))
        for s in range(rates.shape[1])
    )
    share = rates.sum(axis=0) / rates.sum()
    eta = call.get("eta", 0.0)
    leaving = [_by_piece(eta, hazards), _by_piece(call.get("etaE") or eta, hazards)]
    strata = tuple(
        StratumWorld(
            f"stratum {s + 1}",
            float(share[s]),
            piecewise_rate(starts, hazards[:, s]),
            piecewise_rate([0], [call["hr"]]),
            piecewise_rate(starts, leaving[0][:, s]),
            piecewise_rate(starts, leaving[1][:, s]),
        )
        for s in range(hazards.shape[1])
    )
    whole = Accrual(own[0].starts, vector(rates.sum(axis=1)), own[0].duration)
    by_stratum = own if len(own) > 1 else ()
    return SurvivalWorld(whole, strata, call.get("ratio", 1), accrual_by_stratum=by_stratum)


def _by_piece(rate, hazards):
    """Give a rate by piece and stratum, whether it came as a number, a vector or a matrix."""
    rate = np.asarray(rate, dtype=float)
    return np.broadcast_to(rate[:, None] if rate.ndim == 1 else rate, hazards.shape)


def _gsdesign_stopping(call):
    if "k" not in call and "calendarTime" not in call:
        return StoppingPlan(alpha=call.get("alpha", 0.025), sides=call.get("sided", 1))
    test_type = call.get("test_type", 4)
    futility = None
    if test_type in (3, 4):
        futility = SpendBeta(
            spending(call.get("sfl", "sfHSD"), call.get("sflpar", -2)), binding=test_type == 3
        )
    if test_type in (5, 6):
        total = call.get("astar") or 1 - call.get("alpha", 0.025)
        futility = SpendUnderNull(
            spending(call.get("sfl", "sfHSD"), call.get("sflpar", -2)),
            total,
            binding=test_type == 5,
        )
    looks = call.get("k", 1)
    timing = [*call.get("timing", [i / looks for i in range(1, looks)])][: looks - 1]
    return StoppingPlan(
        (*timing, 1.0) if looks > 1 else (1.0,),
        call.get("alpha", 0.025) * (2 if test_type == 2 else 1),
        2 if test_type == 2 else 1,
        efficacy=SpendAlpha(spending(call.get("sfu", "sfHSD"), call.get("sfupar", -4))),
        futility=futility,
    )


def _gsdesign_question(call):
    world, stopping = _gsdesign_world(call), _gsdesign_stopping(call)
    beta = call.get("beta", 0.1)
    question = SurvivalQuestion(
        world,
        stopping=stopping,
        power=None if beta is None else 1 - beta,
        method=GSDESIGN_METHODS[call.get("method", "LachinFoulkes")],
        null_ratio=call.get("hr0", 1),
    )
    if "targetEvents" in call:  # gsSurvPower: bounds drawn for beta, power at these events
        events = np.asarray(call["targetEvents"], dtype=float)
        stopping = replace(stopping, information=tuple(events / events[-1]))
        return replace(
            question,
            stopping=stopping,
            solve_for="power",
            events=float(events[-1]),
            boundaries=1 - beta,
        )
    if "calendarTime" in call:
        by_time = call["spending"] == "calendar"
        times = tuple(float(time) for time in call["calendarTime"])
        return replace(question, calendar=times, spend_by_calendar=by_time)
    return _gsdesign_open(question, call, beta)


def _gsdesign_open(question, call, beta):
    """Leave open what is NULL: nSurv's patterns of T, minfup and beta."""
    end, follow_up = call.get("T"), call.get("minfup")
    if beta is None:
        return replace(question, solve_for="power", study_duration=end)
    if follow_up is None:
        return replace(question, solve_for="follow-up")
    if end is None:
        return replace(question, solve_for="accrual duration", follow_up=follow_up)
    return replace(question, study_duration=end)


def lrstat(call):
    """Answer lrsamplesize or lrpower; None stands for NA."""
    question = lrstat_question(call)
    design = survival_design(question)
    return {"H1": _lrstat_truth(design, -1), "H0": _lrstat_truth(design, 0), "design": design}


def _lrstat_truth(design, place):
    truth, looks = design.truths[place], design.plan.looks
    counts = truth.counts
    by_stage = {
        "numberOfEvents": [look.events for look in looks],
        "numberOfDropouts": counts.dropouts.sum(axis=(1, 2)).tolist(),
        "numberOfSubjects": counts.patients.tolist(),
        "analysisTime": truth.time.tolist(),
        "efficacyBounds": design.sequential.upper.tolist(),
        "efficacyHR": [look.efficacy.effect for look in looks],
        "efficacyP": [look.efficacy.p for look in looks],
    }
    overall = {
        "overallReject": truth.power,
        "studyDuration": float(truth.time[-1]),
        "accrualDuration": design.accrual_duration,
        "expectedNumberOfEvents": truth.expected_events,
        "expectedNumberOfDropouts": truth.expected_dropouts,
        "expectedNumberOfSubjects": truth.expected_patients,
        "expectedStudyDuration": truth.expected_duration,
    }
    arms = {
        f"numberOf{what}{1 if arm == 1 else 2}": getattr(counts, name)[:, :, arm]
        .sum(axis=1)
        .tolist()
        for what, name in (
            ("Events", "events"),
            ("Dropouts", "dropouts"),
            ("Subjects", "enrolled"),
        )
        for arm in (0, 1)
    }
    return {"byStageResults": by_stage, "overallResults": overall, "byTreatmentCounts": arms}


def lrstat_world(call):
    """Give the world of a call of lrstat: arm 1 is experimental, rows of pieces by stratum."""
    starts = np.atleast_1d(call.get("piecewiseSurvivalTime", 0)).astype(float)
    shares = np.atleast_1d(call.get("stratumFraction", 1.0))
    control = np.asarray(call["lambda2"], dtype=float).reshape(shares.size, -1)
    treated = np.asarray(call["lambda1"], dtype=float).reshape(shares.size, -1)
    leaving = [
        np.broadcast_to(np.asarray(call[name], dtype=float), control[0].shape)
        for name in ("gamma2", "gamma1")
    ]
    strata = tuple(
        StratumWorld(
            f"stratum {s + 1}",
            float(shares[s]),
            piecewise_rate(starts, control[s]),
            _one_ratio(starts, treated[s] / control[s]),
            piecewise_rate(starts, leaving[0]),
            piecewise_rate(starts, leaving[1]),
        )
        for s in range(shares.size)
    )
    entry = piecewise_rate(
        np.atleast_1d(call["accrualTime"]).astype(float),
        np.atleast_1d(call["accrualIntensity"]).astype(float),
    )
    world = SurvivalWorld(
        accrual(call.get("accrualDuration") or 10.0, entry),
        strata,
        call.get("allocationRatioPlanned", 1),
    )
    if call.get("fixedFollowup"):
        return replace(world, longest_follow_up=float(call["followupTime"]))
    return world


def _one_ratio(starts, ratios):
    if np.ptp(ratios) < 1e-12:
        return piecewise_rate([0], [round(float(ratios[0]), 12)])
    return piecewise_rate(starts, ratios)


def lrstat_question(call):
    looks = call.get("kMax", 1)
    futility = None
    if call.get("typeBetaSpending", "none") != "none":
        futility = SpendBeta(spending(call["typeBetaSpending"], call.get("parameterBetaSpending")))
    stopping = StoppingPlan(
        tuple(call.get("informationRates", [(i + 1) / looks for i in range(looks)])),
        call.get("alpha", 0.025),
        efficacy=SpendAlpha(
            spending(call.get("typeAlphaSpending", "sfOF"), call.get("parameterAlphaSpending"))
        ),
        futility=futility,
    )
    beta = call.get("beta")
    question = SurvivalQuestion(
        lrstat_world(call),
        stopping=stopping,
        power=None if beta is None else 1 - beta,
        method=call.get("typeOfComputation", "schoenfeld"),
        null_ratio=call.get("hazardRatioH0", 1),
    )
    follow_up, duration = call.get("followupTime"), call.get("accrualDuration")
    if beta is None:
        return replace(question, solve_for="power", follow_up=follow_up)
    if follow_up is None:
        return replace(question, solve_for="follow-up")
    if duration is None:
        return replace(question, solve_for="accrual duration", follow_up=follow_up)
    return replace(question, follow_up=follow_up)


def largest_gap(found, expected):
    """Give the largest relative difference, over the numbers that the peer gives."""
    wanted = np.ravel(np.array(expected, dtype=object))
    numbers = np.array([math.nan if value is None else value for value in wanted], dtype=float)
    given = ~np.isnan(numbers)
    have = np.ravel(np.array(found, dtype=float))[given]
    scale = np.maximum(np.abs(numbers[given]), 1e-3)
    return float(np.max(np.abs(have - numbers[given]) / scale, initial=0.0))
