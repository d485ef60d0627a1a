"""Operating characteristics against lrstat's `lrsim`: 10⁶ trials of its own, other random numbers.

Held within 4 combined Monte Carlo standard errors (a family of about 90 numbers).
"""

import json
import math
from pathlib import Path

import pytest

from equipoise.simulate.run import run
from sample_plan import plan, scenario

CASES = json.loads(Path(__file__).with_name("simulated_characteristics.json").read_text())["cases"]
TRIALS = 20_000
FOUND = {}


@pytest.fixture(scope="module", params=["base", "null"])
def case(request):
    ratio = {"base": 0.6, "null": 1.0}[request.param]
    if request.param not in FOUND:
        asked = plan(
            scenarios=(scenario(request.param, ratio),), trials=TRIALS, chunk=2000, seed=11
        )
        FOUND[request.param] = run(asked).of(request.param, "three looks")
    return FOUND[request.param], CASES[request.param]["lrsim"]


def near(found, expected):
    """A mean or probability; lrsim has 10⁶ trials of the same spread."""
    spread = found.error * math.sqrt(found.trials)
    allowed = 4 * math.hypot(found.error, spread / 1000)
    return abs(found.value - expected) <= allowed + 1e-9


def test_rejections(case):
    found, lrsim = case
    hypothesis = found.hypothesis("OS")
    assert near(hypothesis.power, lrsim["power"])
    for verdicts, expected in zip(hypothesis.by_look, lrsim["reject_per_look"], strict=True):
        assert near(verdicts.efficacy, expected)


def test_what_it_takes(case):
    found, lrsim = case
    assert near(found.events[0].mean, lrsim["expected_events"])
    assert near(found.patients.mean, lrsim["expected_subjects"])
    assert near(found.duration.mean, lrsim["expected_duration"])


@pytest.mark.parametrize("look", range(3))
def test_looks(case, look):
    found, lrsim = case
    there = found.looks[look]
    for name, average in (
        ("time_per_look", there.at_look.time),
        ("subjects_per_look", there.at_look.patients),
        ("dropouts_per_look", there.at_look.dropouts),
        ("events_per_look", there.at_look.events[0]),
        ("time_mean_unconditional", there.carried.time),
        ("subjects_mean_unconditional", there.carried.patients),
        ("dropouts_mean_unconditional", there.carried.dropouts),
        ("events_ctl_mean", there.carried.events_by_arm[0][0]),
        ("events_exp_mean", there.carried.events_by_arm[0][1]),
        ("z_mean", there.carried.z[0]),
        ("vscore_mean", there.carried.information[0]),
    ):
        assert near(average, lrsim[name][look]), name
    assert near(there.carried.score[0], -lrsim["uscore_mean"][look])


@pytest.mark.parametrize("look", range(3))
def test_spreads(case, look):
    """A standard deviation has the error sd/√2n, a correlation (1 - ρ²)/√n."""
    found, lrsim = case
    there = found.looks[look]
    for sd, expected in (
        (there.carried.time.sd, lrsim["time_sd"][look]),
        (there.carried.z[0].sd, lrsim["z_sd"][look]),
    ):
        assert sd == pytest.approx(expected, rel=4 * math.sqrt(0.5 / TRIALS + 0.5e-6) * 1.1)
    for quantile, expected in zip(
        there.time.quantiles, lrsim["time_quantiles_05_25_50_75_95"][look], strict=True
    ):
        assert abs(quantile.value - expected) <= 4 * quantile.error * math.hypot(1, 0.15)
    correlation = found.hypothesis("OS").z_correlation
    for other in range(3):
        expected = lrsim["z_corr"][look][other]
        allowed = 4 * (1 - expected**2) * math.sqrt(1 / TRIALS + 1e-6)
        assert correlation[look, other] == pytest.approx(expected, abs=allowed + 1e-12)
