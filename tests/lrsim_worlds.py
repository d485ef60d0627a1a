"""The arguments of lrstat's `lrsim` as our world and conduct, and its answers beside ours.

A comparison is (ours, theirs, the combined Monte Carlo standard error): theirs has the same spread
between trials as ours, over the trials it says it played.
"""

import math

import numpy as np

from equipoise.design.survival.world import Piecewise
from equipoise.kernel.arrays import vector
from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
from equipoise.simulate.characteristics.monte_carlo import Probability
from equipoise.simulate.conduct import AfterEvents, AtTime, Conduct, LogRank, Look, Tested
from equipoise.simulate.plan import Candidate, Scenario, SimulationPlan
from equipoise.simulate.run import run
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    TimeTruth,
    World,
)

NEVER = 8.0  # `lrsim` writes bounds nobody crosses as 8 and -8


def several(value):
    return list(value) if isinstance(value, list | tuple) else [value]


def laws(hazards, starts, strata):
    """One law a stratum: a rate, one rate a piece, or one a piece of each stratum in turn."""
    given = several(hazards)
    pieces = len(starts)
    if len(given) == 1:
        given *= pieces
    if len(given) == pieces:
        given *= strata
    rows = [given[at * pieces : (at + 1) * pieces] for at in range(strata)]
    return tuple(Law(Piecewise(vector(starts), vector(row))) for row in rows)


def world_of(asked):
    starts = [float(each) for each in several(asked["piecewiseSurvivalTime"])]
    shares = several(asked["stratumFraction"])
    arms = [laws(asked[name], starts, len(shares)) for name in ("lambda2", "lambda1")]
    lost = [laws(asked[name], starts, len(shares)) for name in ("gamma2", "gamma1")]
    rates = Piecewise(
        vector([float(each) for each in several(asked["accrualTime"])]),
        vector([float(each) for each in several(asked["accrualIntensity"])]),
    )
    fixed = asked.get("fixedFollowup")
    return World(
        arms=("control", "experimental"),
        allocation=(asked["allocation2"], asked["allocation1"]),
        enrollment=Enrollment(asked["n"], rates),
        truth=IndependentEndpoints((TimeTruth("os", tuple(arms)),)),
        strata=tuple(f"stratum {at}" for at in range(len(shares))),
        cells=tuple(Cell(share, at) for at, share in enumerate(shares)),
        dropout=tuple(lost) if any(x.hazard.values.any() for row in lost for x in row) else (),
        longest_follow_up=asked["followupTime"] if fixed else math.inf,
    )


def conduct_of(asked, upper, lower=()):
    events, times = asked.get("plannedEvents"), asked.get("plannedTime")
    looks = (
        [Look((AfterEvents(each, "os"),)) for each in several(events)]
        if events
        else [Look((AtTime(float(each)),)) for each in several(times)]
    )
    tested = Tested(
        "OS",
        "os",
        LogRank(float(asked["rho1"]), float(asked["rho2"])),
        stratified=len(several(asked["stratumFraction"])) > 1,
        margin=math.log(asked.get("hazardRatioH0", 1)),
    )
    bounds = FixedBounds(
        tuple(math.inf if each >= NEVER else each for each in upper),
        tuple(-math.inf if each <= -NEVER else each for each in lower),
    )
    return Conduct(tuple(looks), (tested,), StoppingRules((HypothesisRules("OS", bounds),)))


def rehearsed(asked, upper, *, trials, seed, lower=()):
    """Rehearse it with its bounds, and with the last look alone, at its bound and at 1.96."""
    idle = (math.inf,) * (len(upper) - 1)
    designs = (
        Candidate("all looks", conduct_of(asked, upper, lower)),
        Candidate("last bound alone", conduct_of(asked, (*idle, upper[-1]))),
        Candidate("1.96 alone", conduct_of(asked, (*idle, 1.959963984540054))),
    )
    plan = SimulationPlan(
        (Scenario("case", world_of(asked)),), designs, trials=trials, seed=seed, estimates=False
    )
    return run(plan).results[0]


def compared(results, told, patients):
    """List (name, ours, theirs, error) of every number that both tell."""
    found, last, plain = results
    more = told["iterations"] / found.trials  # trials of theirs for one of ours
    hypothesis, final = found.hypothesis("OS"), last.hypothesis("OS")
    rows = []

    def mean(name, ours, theirs, sign=1.0):
        if ours is not None:
            size = getattr(ours, "trials", found.trials)
            few = max(patients - theirs, 0.0) if "subjects" in name else 0.0  # not enrolled, rarely
            if isinstance(ours, Probability):  # of both together, as one may never have seen it
                share = (ours.count + theirs * told["iterations"]) / (size + told["iterations"])
                error = math.sqrt(share * (1 - share) / size)
            else:
                error = max(ours.error, math.sqrt(min(few, 1.0) / size))
            spread = error * math.sqrt(1 + 1 / more)
            rows.append((name, sign * ours.value, theirs, spread))

    mean("power", hypothesis.power, told["power"])
    mean("final look only", final.power, told["unconditional_power_final_only"])
    if "power_at_1.96_final" in told:
        mean("final look at 1.96", plain.hypothesis("OS").power, told["power_at_1.96_final"])
    mean("expected events", found.events[0].mean, told["expected_events"])
    mean("expected subjects", found.patients.mean, told["expected_subjects"])
    mean("expected duration", found.duration.mean, told["expected_duration"])
    for k, there in enumerate(found.looks):
        at, carried = there.at_look, there.carried
        verdicts = hypothesis.by_look[k]
        averages = (
            ("reject_per_look", verdicts.efficacy, 1),
            ("cumulative_rejection", hypothesis.cumulative[k], 1),
            ("futility_per_look", verdicts.futility, 1),
            ("events_per_look", at.events[0], 1),
            ("subjects_per_look", at.patients, 1),
            ("dropouts_per_look", at.dropouts, 1),
            ("time_per_look", at.time, 1),
            ("events_mean_unconditional", carried.events[0], 1),
            ("subjects_mean_unconditional", carried.patients, 1),
            ("dropouts_mean_unconditional", carried.dropouts, 1),
            ("time_mean_unconditional", carried.time, 1),
            ("events_ctl_mean", carried.events_by_arm[0][0], 1),
            ("events_exp_mean", carried.events_by_arm[0][1], 1),
            ("z_mean", carried.z[0], 1),
            ("uscore_mean", carried.score[0], -1),  # theirs is negative where patients live longer
            ("vscore_mean", carried.information[0], 1),
        )
        for name, ours, sign in averages:
            mean(f"{name} {k + 1}", ours, told[name][k], sign)
        half = math.sqrt((1 + 1 / more) / (2 * found.trials))  # of a standard deviation, relative
        for name, ours in (("time_sd", carried.time.sd), ("z_sd", carried.z[0].sd)):
            rows.append((f"{name} {k + 1}", ours, told[name][k], ours * half))
        for ours, theirs in zip(
            there.time.quantiles, told["time_quantiles_05_25_50_75_95"][k], strict=True
        ):
            error = ours.error * math.sqrt(1 + 1 / more) + ours.value / 2**11  # half a bucket
            rows.append((f"time {ours.share:.0%} {k + 1}", ours.value, theirs, error))
        for other in range(k):
            ours, theirs = hypothesis.z_correlation[k, other], told["z_corr"][k][other]
            error = (1 - theirs**2) * math.sqrt((1 + 1 / more) / found.trials)
            rows.append((f"z_corr {other + 1}, {k + 1}", float(ours), theirs, error))
    return rows


def distances(rows):
    """Give |ours - theirs| in combined standard errors; rounding of 10 digits is no difference."""
    ours, theirs, error = (np.array(column, float) for column in list(zip(*rows, strict=True))[1:])
    away = np.maximum(np.abs(ours - theirs) - 1e-9 * np.maximum(1.0, np.abs(theirs)), 0.0)
    return np.where(away > 0.0, away / np.maximum(error, 1e-300), 0.0)
