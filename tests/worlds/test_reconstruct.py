"""Curves of extreme trials, and known patients that must come back near enough to plan from."""

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.curves.draws import hazard_ratio_spread, reconstructions
from equipoise.appraise.curves.fit import fit_of
from equipoise.appraise.curves.reconstruct import reconstruct


@pytest.mark.parametrize(
    ("times", "values", "told", "events"),
    [
        ([10], [1.0], {"patients": 20}, 0),  # nobody had the event
        ([10], [0.0], {"patients": 20, "events": 20}, 20),  # everybody at once
        ([5, 10], [0.0, 0.0], {"patients": 1}, 1),  # one patient
        ([5, 10], [0.9, 0.9], {"at_risk": ([0, 6], [20, 0]), "events": 2}, 2),  # then all leave
        ([5, 10], [0.5, 0.25], {"at_risk": ([0, 30], [8, 2])}, 6),  # followed past the curve
        ([1, 2, 3], [0.99, 0.98, 0.97], {"at_risk": ([0, 4], [100, 97])}, 3),
        ([1, 2, 3], [0.9, 0.5, 0.1], {"at_risk": ([0, 4], [100, 100])}, 0),  # cannot both be
    ],
)
def test_extremes(times, values, told, events):
    told = {k: at_risk_table(*v) if k == "at_risk" else v for k, v in told.items()}
    made = reconstruct(cleaned_curve(times, values, reading="steps", precision=0.0005), **told)
    assert made.event.sum() == events
    fit = fit_of(made)
    assert bool(fit.remarks) == (fit.farthest > 0.01)


def test_contradictions_are_remarked_upon():
    curve = cleaned_curve([1, 2, 3], [0.9, 0.8, 0.7])
    made = reconstruct(curve, at_risk=at_risk_table([0, 4], [100, 95]), events=60)
    said = " ".join(fit_of(made).remarks)
    assert "points from the published one" in said
    assert "60 events are published" in said


def test_absent_at_the_start():
    curve = cleaned_curve([1, 2, 3], [0.9, 0.8, 0.7])
    made = reconstruct(curve, patients=12, at_risk=at_risk_table([0], [10]))
    assert (made.time == 0.0).sum() == 2
    assert "2 of 12 patients are not at risk at time 0" in made.assumed[0]


def test_marks_hold_the_censorings():
    marks = [2.5, 2.6, 7.0, 7.5]
    curve = cleaned_curve([1, 4, 6, 8], [0.9, 0.775, 0.65, 0.4333], reading="steps")
    made = reconstruct(curve, at_risk=at_risk_table([0, 5], [10, 6]), censor_marks=marks)
    assert set(made.time[~made.event]) <= {*marks, 8.0}
    assert made.time[made.event].tolist() == [1.0, 4.0, 6.0, 8.0]


def test_marks_alone_tell_the_numbers_at_risk():
    arm = simulated(np.random.default_rng(8), 1.0, 120)
    marks = np.round(arm[0][~arm[1]], 1)
    made = reconstruct(drawn_curve(*arm), patients=120, censor_marks=marks)
    at = np.arange(0.0, arm[0].max(), 5.0)
    off = [(made.time >= t).sum() - (arm[0] >= t).sum() for t in at]
    assert np.abs(off).max() <= 3
    assert abs(made.event.sum() - arm[1].sum()) <= 2


def simulated(generator, ratio, patients, dropout=0.0):
    wait = generator.exponential(18.0 / np.log(2) / ratio, patients)
    ends = generator.uniform(10.0, 42.0, patients)
    if dropout:
        ends = np.minimum(ends, generator.exponential(1 / dropout, patients))
    return np.minimum(wait, ends), wait <= ends


def drawn_curve(followed, died, decimals=3):
    course = kaplan_meier(followed, died)
    keep = course.events > 0
    keep[-1] = True
    return cleaned_curve(np.round(course.time[keep], 1), np.round(course.survival[keep], decimals))


def log_ratio(arms):
    followed = np.concatenate([arm[0] for arm in arms])
    event = np.concatenate([arm[1] for arm in arms])
    group = np.repeat([0.0, 1.0], [arm[0].size for arm in arms])
    return cox(followed, event, group[:, None]).coefficients[0]


@pytest.mark.parametrize(("given", "share"), [("both", 0.95), ("at risk", 0.95), ("neither", 0.85)])
def test_hazard_ratio_within_two_percent(given, share):
    """And survival at landmarks within half a point, in 95% (85% with nothing but the curve)."""
    ratio, landmark = [], []
    for seed in range(20):
        generator = np.random.default_rng([4, seed])
        arms = [simulated(generator, r, 200, 0.01 * (seed % 2)) for r in (1.0, 0.7)]
        made = []
        for arm in arms:
            at = np.arange(0.0, arm[0].max(), 6.0)
            table = at_risk_table(at, [(arm[0] >= t).sum() for t in at])
            rebuilt = reconstruct(
                drawn_curve(*arm),
                at_risk=None if given == "neither" else table,
                events=int(arm[1].sum()) if given == "both" else None,
                patients=200,
            )
            made.append((rebuilt.time, rebuilt.event))
            marks = np.array([6.05, 12.05, 24.05])
            off = kaplan_meier(*made[-1]).at(marks) - kaplan_meier(*arm).at(marks)
            landmark.append(np.abs(off).max() < 0.005)
        ratio.append(abs(np.expm1(log_ratio(made) - log_ratio(arms))) < 0.02)
    assert np.mean(ratio) >= share
    assert np.mean(landmark) >= share


def test_two_causes_come_back():
    generator = np.random.default_rng(3)
    first, second = generator.exponential(20, 250), generator.exponential(35, 250)
    ends = generator.uniform(10.0, 40.0, 250)
    followed = np.minimum(np.minimum(first, second), ends)
    outcome = np.where(followed == ends, 0, np.where(first < second, 1, 2))
    course = cumulative_incidence(followed, outcome, causes=2)
    curves = []
    for j in range(2):
        keep = np.append(np.diff(course.incidence[j], prepend=0.0)[:-1] > 0, True)
        at, value = np.round(course.time[keep], 1), np.round(course.incidence[j][keep], 3)
        curves.append(cleaned_curve(at, value, kind="incidence"))
    at = np.arange(0.0, 40.0, 5.0)
    made = reconstruct(curves, at_risk=at_risk_table(at, [(followed >= t).sum() for t in at]))
    for j in (1, 2):
        assert abs((made.outcome == j).sum() - (outcome == j).sum()) <= 2
    assert fit_of(made).farthest < 0.003


def test_a_spread_holds_the_truth():
    """The interval of reconstruction covers the patients' hazard ratio; knowing more narrows it."""
    inside, narrower = [], []
    for seed in range(6):
        generator = np.random.default_rng([9, seed])
        arms = [simulated(generator, r, 100) for r in (1.0, 0.7)]
        widths = []
        for table in (True, False):
            sets = []
            for arm in arms:
                at = np.arange(0.0, arm[0].max(), 6.0)
                numbers = at_risk_table(at, [(arm[0] >= t).sum() for t in at])
                sets.append(
                    reconstructions(
                        drawn_curve(*arm, decimals=2),
                        at_risk=numbers if table else None,
                        patients=100,
                        draws=12,
                        seed=seed,
                    )
                )
            spread = hazard_ratio_spread(*sets)
            off = np.log(spread.ratio) - log_ratio(arms)
            inside.append(abs(off) < 3 * spread.reading_error)
            widths.append(spread.reading_error)
            assert spread.upper / spread.lower > np.exp(2 * 1.96 * spread.sampling_error * 0.95)
        narrower.append(widths[0] < widths[1])
    assert np.mean(inside) >= 10 / 12
    assert np.mean(narrower) >= 5 / 6


@pytest.mark.parametrize("values", [[1, 0.8, 0.7], [100, 80, 70], [1, 0.9, 0.8, 0.7, 0.6, 0.5]])
def test_round_values_are_whole_percents(values):
    """Survival of .8 is 80%, not anything from 75% to 85%."""
    made = reconstruct(cleaned_curve(6.0 * np.arange(len(values)), values), patients=50)
    assert fit_of(made).farthest < 0.0051
