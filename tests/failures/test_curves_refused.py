"""Curves and numbers at risk that no arm can have are refused, each with the line to look at."""

import numpy as np
import pytest

from equipoise.appraise.claims.claim import ClaimedAtRisk, Place, PrintedNumber
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import Origin, at_risk_table, claimed_at_risk
from equipoise.appraise.curves.draws import hazard_ratio_spread, reconstructions
from equipoise.appraise.curves.fit import compare_rebuilt
from equipoise.appraise.curves.reconstruct import reconstruct
from equipoise.errors import ClaimError, DataError

LINES = Origin("os.csv", (2, 3, 4, 5))


@pytest.mark.parametrize(
    ("time", "value", "kind", "words"),
    [
        (
            [1, 2, 3, 4],
            [0.9, 0.8, 0.9, 0.7],
            "survival",
            r"os.csv:4: the survival curve rises by 0.1",
        ),
        ([1, 2, 3, 4], [0.1, 0.3, 0.2, 0.4], "incidence", r"os.csv:4: the incidence curve falls"),
        ([1, 2, 3, 4], [0.9, 0.8, 0.7, -0.2], "survival", r"os.csv:5: a curve cannot be below 0%"),
        ([1, 2, 3, 4], [1.3, 0.8, 0.7, 0.2], "survival", r"os.csv:2: a curve cannot be above 100%"),
        ([1, 2, 3, 4], [130, 80, 70, 20], "survival", r"os.csv:2: a curve cannot be above 100%"),
        (
            [1, 9, 3, 9.5],
            [0.9, 0.6, 0.8, 0.85],
            "survival",
            r"os.csv:4: time goes back from 9 to 3",
        ),
    ],
)
def test_curves(time, value, kind, words):
    with pytest.raises(ClaimError, match=words):
        cleaned_curve(time, value, kind=kind, origin=LINES)


@pytest.mark.parametrize(
    ("time", "value", "words"),
    [
        ([-4, 2, 3, 4], [0.9, 0.8, 0.7, 0.6], r"os.csv:2: a point stands at -4, before time 0"),
        ([1, np.nan], [0.9, 0.8], "times are missing or infinite at position 2"),
        ([1, 2], [0.9, "x"], "values must be numbers"),
        ([1, 2], [0.9], "2 times but 1 values"),
        ([], [], "no points"),
        ([0, 0], [1, 1], "All points stand at time 0"),
        ([[1, 2]], [[0.9, 0.8]], "must be one column"),
    ],
)
def test_points(time, value, words):
    with pytest.raises(DataError, match=words):
        cleaned_curve(time, value, origin=LINES)


@pytest.mark.parametrize(
    ("times", "patients", "words"),
    [
        ([0, 6, 12], [100, 70, 80], r"os.csv:4: the number at risk grows from 70 at 6 to 80 at 12"),
        ([0, 6, 12], [120, 70, 60], r"os.csv:2: 120 at risk at 0, but the arm has 110 patients"),
        ([0, 6, 6], [100, 70, 60], r"os.csv:4: 70 and 60 at risk at the same time 6"),
    ],
)
def test_numbers_at_risk(times, patients, words):
    with pytest.raises(ClaimError, match=words):
        at_risk_table(times, patients, total=110, origin=LINES)


@pytest.mark.parametrize(
    ("times", "patients", "words"),
    [
        ([0, 6], [100, 70.5], "os.csv:3: 70.5 at risk is no whole number"),
        ([0, 6], [100, -1], "os.csv:3: -1 at risk"),
        ([-1, 6], [100, 70], "os.csv:2: a number at risk stands at -1"),
        ([0], [100, 70], "1 times but 2 numbers"),
        ([], [], "empty"),
    ],
)
def test_no_numbers_at_risk(times, patients, words):
    with pytest.raises(DataError, match=words):
        at_risk_table(times, patients, origin=LINES)


def test_a_claims_file_is_named():
    printed = tuple(
        PrintedNumber(str(n), n, n, n, place=Place("claims.yaml", 30 + i, 5))
        for i, n in enumerate((100, 40, 60))
    )
    with pytest.raises(ClaimError, match=r"claims.yaml:32: the number at risk grows"):
        claimed_at_risk(ClaimedAtRisk("os", "a", (0.0, 6.0, 12.0), printed))


CURVE = cleaned_curve([1, 2, 3], [0.9, 0.8, 0.7])


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ({}, DataError, "Nothing says how many patients"),
        ({"at_risk": at_risk_table([1], [20])}, DataError, "begin at 1"),
        ({"patients": 0}, DataError, "has 0 patients"),
        ({"patients": 10, "at_risk": at_risk_table([0], [20])}, ClaimError, "has 10 patients"),
        ({"patients": 10, "events": 11}, ClaimError, "11 events among 10 patients"),
        ({"patients": 10, "censor_marks": [1, np.inf]}, DataError, "censor marks are missing"),
    ],
)
def test_what_is_told(told, error, words):
    with pytest.raises(error, match=words):
        reconstruct(CURVE, **told)


def test_curves_that_do_not_go_together():
    with pytest.raises(DataError, match="one incidence curve a cause"):
        reconstruct([CURVE, CURVE], patients=10)
    with pytest.raises(DataError, match="0 curves"):
        reconstruct([], patients=10)
    risen = cleaned_curve([1, 2], [0.4, 0.6], kind="incidence")
    with pytest.raises(ClaimError, match=r"add up to 120% at time 2"):
        reconstruct([risen, risen], patients=10)


def test_draws_and_ratios():
    with pytest.raises(DataError, match="at least 2"):
        reconstructions(CURVE, patients=10, draws=1)
    two, three = (reconstructions(CURVE, patients=10, draws=n) for n in (2, 3))
    with pytest.raises(DataError, match="2 draws of control but 3"):
        hazard_ratio_spread(two, three)
    with pytest.raises(DataError, match="above 0, not -1"):
        compare_rebuilt(two.best, three.best, published=-1.0)
