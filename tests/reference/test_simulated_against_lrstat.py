"""Rehearsed trials beside lrstat's `lrsim`: twelve trials, some 900 numbers, other random numbers.

The enrollment is the same (Poisson), and so is the meaning: what a look finds is averaged over the
trials that came to it, and again over all trials, as if none were ever stopped.  Powers lie within
3 combined Monte Carlo standard errors, everything else within 4.  With a million trials of ours 935
of 936 numbers lie within 3; the spread of z under the weights of FH(0, 1) is 3.04 away, as its
tails are not quite those of the normal distribution that its Monte Carlo error is told by.
"""

import json
from pathlib import Path

import pytest

from lrsim_worlds import compared, distances, rehearsed

CASES = json.loads(Path(__file__).with_name("simulation_cases.json").read_text())["cases"]
TRIALS = 20_000
ROWS = {}


def rows_of(name):
    if name not in ROWS:
        case = CASES[name]
        results = rehearsed(case["parameters"], case["criticalValues"], trials=TRIALS, seed=11)
        ROWS[name] = compared(results, case["lrsim"], case["parameters"]["n"])
    return ROWS[name]


@pytest.mark.parametrize("name", CASES)
def test_power(name):
    powers = [row for row in rows_of(name) if row[0] == "power" or row[0].startswith("final look")]
    assert len(powers) == 3
    assert distances(powers).max() < 3, powers


@pytest.mark.parametrize("name", CASES)
def test_what_every_look_finds(name):
    rows = rows_of(name)
    far = [
        (*row, round(float(distance), 2))
        for row, distance in zip(rows, distances(rows), strict=True)
        if distance > 4
    ]
    assert len(rows) == 78
    assert not far


def test_no_more_lie_far_apart_than_chance_allows():
    """Of independent numbers 0.3% would lie beyond 3 errors; these come twelve by twelve."""
    rows = [row for name in CASES for row in rows_of(name)]
    assert len(rows) == 936
    assert (distances(rows) > 3).mean() < 0.01
    assert 0.5 < (distances(rows) ** 2).mean() ** 0.5 < 1.15


def test_the_size_under_the_null_is_what_lrsim_finds():
    """The log-rank test of 131 events is a little liberal: 0.0253, not 0.025."""
    told = CASES["null"]["lrsim"]
    assert told["power"] == pytest.approx(0.0253, abs=5e-5)
    assert distances(rows_of("null")[:1])[0] < 3


@pytest.mark.parametrize("name", ["base", "stratified", "alloc2to1", "noninf"])
def test_every_trial_comes_to_its_last_look(name):
    assert CASES[name]["lrsim"]["events_not_achieved"] == 0
    case = CASES[name]
    found = rehearsed(case["parameters"], case["criticalValues"], trials=2000, seed=3)[0]
    assert found.looks[-1].condition_met.value == 1.0
