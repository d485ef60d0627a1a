"""Every statistic of a look again, from the rows of its snapshot through the public `analyze`."""

import math

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.landmark import landmark_test
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.analyze.proportions import chi_square, miettinen_nurminen_test
from equipoise.analyze.restricted_mean import restricted_mean_difference
from equipoise.analyze.stratified_proportions import cochran_mantel_haenszel, stratified_tables
from equipoise.design.survival.world import constant_rate
from equipoise.errors import NotEstimable
from equipoise.kernel.normal import upper_quantile
from equipoise.monitor.bounds.rules import StoppingRules
from equipoise.simulate.conduct import (
    AfterEvents,
    AtTime,
    Conduct,
    CoxWald,
    LogRank,
    Look,
    MaxCombo,
    Milestone,
    Proportions,
    RestrictedMean,
)
from equipoise.simulate.conduct import Tested as Claim
from equipoise.simulate.replays.play import estimates_at, play, prepare
from equipoise.simulate.snapshots import snapshot_of_trial
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    Reporting,
    ResampledPatients,
    TimeTruth,
    World,
)

TRIALS = 12
HORIZON = 8.0
SEED = {"seed": 20240501, "scenario": 3}


def law(hazard):
    return Law(constant_rate(hazard))


def continuous_world():
    """Three arms, two strata, a biomarker, competing deaths, dropout, lag, late news."""
    rates = ((0.06, 0.04), (0.04, 0.03), (0.05, 0.03))
    time = TimeTruth(
        "relapse",
        tuple(tuple(law(rate) for rate in row) for row in rates),
        competing=(((law(0.01), law(0.01)),) * 3,),
    )
    answer = AnswerTruth("response", ((0.3, 0.4), (0.5, 0.6), (0.4, 0.5)), at=3.0, missing=0.1)
    return World(
        ("control", "low", "high"),
        (1, 1, 1),
        Enrollment(180, constant_rate(9.0)),
        IndependentEndpoints((time, answer)),
        strata=("a", "b"),
        populations=("positive",),
        cells=(Cell(0.4, 0), Cell(0.6, 1, ("positive",))),
        dropout=((law(0.01), law(0.01)),) * 3,
        reporting=Reporting(lag=0.4, mean_delay=(0.5, 0.2)),
    )


def tied_world():
    """Patients drawn from follow-up in whole months."""
    rng = np.random.default_rng(5)
    rows = 300
    month = np.ceil(rng.exponential(14.0, rows)), np.full(rows, 3.0)
    outcome = rng.choice([0, 1, 1, 1, 2], rows), rng.choice([-1, 0, 0, 1, 1], rows)
    return World(
        ("control", "low", "high"),
        (1, 1, 1),
        Enrollment(180, constant_rate(9.0)),
        ResampledPatients(
            ("relapse", "response"),
            arm=rng.integers(0, 3, rows),
            cell=rng.integers(0, 2, rows),
            time=np.array(month),
            outcome=np.array(outcome, dtype=np.int64),
            binary=np.array([False, True]),
        ),
        strata=("a", "b"),
        populations=("positive",),
        cells=(Cell(0.4, 0), Cell(0.6, 1, ("positive",))),
    )


TESTED = (
    Claim("plain", "relapse"),
    Claim("stratified", "relapse", stratified=True),
    Claim("weighted", "relapse", LogRank(0.5, 1.5), stratified=True, experimental=2),
    Claim("positive", "relapse", population="positive", sooner_is_better=True),
    Claim("combo", "relapse", MaxCombo()),
    Claim("stratified combo", "relapse", MaxCombo(), stratified=True),
    Claim("cox", "relapse", CoxWald()),
    Claim("stratified cox", "relapse", CoxWald(), stratified=True, margin=math.log(1.2)),
    Claim("mean", "relapse", RestrictedMean(HORIZON)),
    Claim("milestone", "relapse", Milestone(HORIZON), margin=-0.05),
    Claim("log-log", "relapse", Milestone(HORIZON, "log-log"), population="positive"),
    Claim("response", "response", Proportions()),
    Claim("response by stratum", "response", Proportions(), stratified=True),
    Claim("response margin", "response", Proportions("left out"), margin=-0.1),
)
CONDUCT = Conduct(
    (
        Look((AfterEvents(20, "relapse"),)),
        Look((AfterEvents(60, "relapse"), AtTime(18.0))),
        Look((AtTime(30.0),)),
    ),
    TESTED,
    StoppingRules(()),
)


def compared(tested, data):
    """Rows of the comparison: its arms and population, and what is in the snapshot."""
    rows = np.isin(data.arm, [tested.control, tested.experimental])
    if tested.population:
        rows &= data.cell == 1
    return rows


def of_times(tested, data):  # noqa: PLR0911 - one test a line
    rows = compared(tested, data) & (data.outcome[0] >= 0)
    time, event = data.time[0][rows], data.outcome[0][rows] == 1
    group = (data.arm[rows] == tested.experimental).astype(int)
    stratum = data.stratum[rows] if tested.stratified else None
    better = "sooner" if tested.sooner_is_better else "later"
    match tested.test:
        case LogRank(rho=rho, gamma=gamma):
            weights = {"rho": rho, "gamma": gamma}
            found = log_rank(time, event, group, stratum=stratum, better=better, **weights)
            return float(found.statistic)
        case MaxCombo():
            found = max_combo(time, event, group, stratum=stratum)
            return upper_quantile(float(found.test.p_one_sided))
        case CoxWald():
            fit = cox(time, event, group[:, None], stratum=stratum)
            return (tested.margin - fit.coefficients[0]) / fit.standard_errors[0]
    curves = [kaplan_meier(time[group == g], event[group == g]) for g in (1, 0)]
    try:
        if isinstance(tested.test, RestrictedMean):
            return float(restricted_mean_difference(*curves, HORIZON).test.statistic)
        test = landmark_test(*curves, HORIZON, scale=tested.test.scale)
        if not isinstance(test.statistic, float):
            return math.nan
        if not tested.margin:
            return test.statistic
        survival = [np.ravel(curve.at(HORIZON))[0] for curve in curves]
        gap = float(survival[0] - survival[1])
        return test.statistic * (gap - tested.margin) / gap
    except NotEstimable:
        return math.nan


def of_answers(tested, data, due):
    answer = data.outcome[1]
    counted = compared(tested, data) & ((answer >= 0) if tested.test.missing == "left out" else due)

    def table(arm, stratum=None):
        rows = counted & (data.arm == arm)
        rows &= (data.stratum == stratum) if stratum is not None else True
        return int((rows & (answer == 1)).sum()), int(rows.sum())

    if tested.margin:
        test = miettinen_nurminen_test(*table(1), *table(0), margin=tested.margin)
    elif tested.stratified:
        tables = [[table(arm, s) for s in (0, 1)] for arm in (1, 0)]
        columns = [[each[i] for each in arm] for arm in tables for i in (0, 1)]
        test = cochran_mantel_haenszel(stratified_tables(*columns))
    else:
        test = chi_square(*table(1), *table(0))
    return float(test.statistic)


@pytest.fixture(scope="module", params=[continuous_world, tied_world])
def rehearsal(request):
    return prepare(request.param(), CONDUCT)


def test_every_statistic_is_that_of_the_public_analysis(rehearsal):
    table = play(rehearsal, **SEED, first=5, last=5 + TRIALS)
    known = 0
    for trial, look in np.ndindex(TRIALS, 3):
        at = float(table.time[trial, look])
        data = snapshot_of_trial(rehearsal, **SEED, trial=5 + trial, at=at)
        due = (data.entry + 3.0 + rehearsal.seen.lag <= at) | (data.outcome[1] >= 0)
        for h, tested in enumerate(TESTED):
            answers = isinstance(tested.test, Proportions)
            if answers and rehearsal.world.dropout == () and tested.test.missing == "no":
                continue  # resampled answers that are missing were never due
            expected = of_answers(tested, data, due) if answers else of_times(tested, data)
            found = table.z[trial, look, h]
            assert np.isnan(found) == np.isnan(expected), tested
            if np.isnan(expected):
                continue
            near = 3e-6 if isinstance(tested.test, MaxCombo) else 1e-9
            assert found == pytest.approx(expected, rel=near, abs=near), tested
            known += 1
    assert known > 8 * TRIALS * 3


def test_naive_estimates_are_those_of_cox(rehearsal):
    times = np.array([25.0, 33.0, np.inf])
    estimate, error = estimates_at(rehearsal, **SEED, first=2, look_time=times)
    for row in (0, 1):
        data = snapshot_of_trial(rehearsal, **SEED, trial=2 + row, at=times[row])
        for h, tested in enumerate(TESTED[:8]):
            rows = compared(tested, data) & (data.outcome[0] >= 0)
            group = (data.arm[rows] == tested.experimental).astype(float)
            stratum = data.stratum[rows] if tested.stratified else None
            event = data.outcome[0][rows] == 1
            fit = cox(data.time[0][rows], event, group[:, None], stratum=stratum)
            assert estimate[row, h] == pytest.approx(fit.coefficients[0], rel=1e-8)
            assert error[row, h] == pytest.approx(fit.standard_errors[0], rel=1e-8)
    assert np.isnan(estimate[2]).all()


def test_counts_are_those_of_the_snapshot(rehearsal):
    table = play(rehearsal, **SEED, first=0, last=6)
    for trial, look in np.ndindex(6, 3):
        at = float(table.time[trial, look])
        data = snapshot_of_trial(rehearsal, **SEED, trial=trial, at=at)
        assert table.patients[trial, look] == data.entry.size
        for endpoint, arm in np.ndindex(2, 3):
            events = (data.outcome[endpoint] == 1) & (data.arm == arm)
            assert table.events[trial, look, endpoint, arm] == events.sum()
