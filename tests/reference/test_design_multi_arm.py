"""Several arms and one control against lrstat (design_winner.json) and the R package MAMS."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.multiplicity.multi_arm_power import least_favorable_factor, multi_arm_power
from equipoise.design.multiplicity.pick_the_winner import (
    winner_bounds,
    winner_factor,
    winner_power,
)
from equipoise.design.sequential.rules import WangTsiatis
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
)
from equipoise.kernel.arrays import vector
from equipoise.kernel.normal import upper_tail

HERE = Path(__file__).parent
CASES = json.loads((HERE / "design_winner.json").read_text(encoding="utf-8"))["cases"]
SHAPES = {
    "sfOF": lambda _: LanDeMetsOBrienFleming(),
    "sfP": lambda _: LanDeMetsPocock(),
    "sfHSD": HwangShihDeCani,
    "sfKD": PowerSpending,
    "OF": lambda _: WangTsiatis(0.0),
    "P": lambda _: WangTsiatis(0.5),
    "WT": WangTsiatis,
    "none": lambda _: "last look",
}


def starting(prefix):
    chosen = [case for case in CASES if case["id"].startswith(prefix)]
    assert chosen
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def bounds_of(asked, **others):
    shape = SHAPES[asked["type"]](asked.get("parameter"))
    return winner_bounds(
        asked["arms"], asked["information"], shape, allocation=asked["allocation"], **others
    )


@starting("winner-bounds")
def test_winner_bounds(case):
    asked = case["input"]
    expected = np.array(case["expected"])
    expected[expected == 8.0] = np.inf  # theirs for none
    upper = bounds_of(asked, alpha=asked["alpha"]).upper
    assert upper == pytest.approx(expected, abs=2e-6)  # theirs is solved to 1e-6


@starting("winner-exit")
def test_chances_of_the_winner(case):
    asked, expected = case["input"], case["expected"]
    information = np.array(asked["information"])
    plan = winner_bounds(
        asked["arms"], information / information[-1], "last look", allocation=asked["allocation"]
    )
    plan = replace(plan, upper=vector(asked["upper"]), lower=vector(asked["lower"]))
    power = winner_power(plan, np.array(asked["theta"]) * np.sqrt(information[-1]))
    assert power.claimed == pytest.approx(
        np.array(expected["upper"]), abs=3e-8
    )  # ours: 1e-15 on a finer mesh
    assert power.stopped == pytest.approx(np.array(expected["lower"]), abs=1e-8)
    assert power.selected == pytest.approx(expected["selected"], abs=1e-8)


@starting("winner-design")
def test_information_the_winner_needs(case):
    asked, expected = case["input"], case["expected"]
    futility = None if asked["futility"] is None else np.atleast_1d(asked["futility"])
    plan = bounds_of(asked, futility=futility)
    factor = winner_factor(plan, asked["theta"], asked["power"])
    assert factor**2 == pytest.approx(expected["information"], rel=2e-6)
    power = winner_power(plan, factor * np.array(asked["theta"]))
    assert power.expected_fraction == pytest.approx(expected["fraction"], abs=2e-6)
    under_null = winner_power(plan, np.zeros(asked["arms"])).some
    assert under_null == pytest.approx(expected["attained"], abs=1e-7)


def test_published_design_of_three_arms_and_looks():
    """MAMS, article on reproducibility: mams(K = 3, J = 3, p = 0.65, p0 = 0.55, alpha = 0.05).

    29 patients an arm and look; bounds 3.613, 2.555, 2.086; of 50,000 simulated trials some arm
    was rejected in 0.929, the first and best in 0.908, the first in 0.919.
    """
    plan = multi_arm_bounds(
        3, [1 / 3, 2 / 3, 1], WangTsiatis(0.0), 0.05, futility=[0, 0], binding=True
    )
    assert plan.upper == pytest.approx([3.613, 2.555, 2.086], abs=5e-4)
    per_root_patient = ndtri([0.65, 0.55, 0.55])  # effects are √2 Φ⁻¹(p), variances 2
    factor = least_favorable_factor(plan, per_root_patient[0], per_root_patient[1], 0.9)
    assert int(np.ceil(factor**2 / 3)) == 29
    power = multi_arm_power(plan, np.sqrt(3 * 29) * per_root_patient)
    error = np.sqrt(0.08 / 50_000)
    assert power.some == pytest.approx(0.929, abs=3 * error)
    assert power.recommended[:, 0].sum() == pytest.approx(0.908, abs=3 * error)
    assert power.claimed[:, 0].sum() == pytest.approx(0.919, abs=3 * error)


def test_arms_that_stop_all_together():
    """lrstat 0.3.3 getDesign_mams, whose multivariate normal is good to 5e-5.

    Its second bound spends 2e-5 too little by R's mvtnorm (Miwa, 4096 points), as by ours.

    getDesign_mams(beta = 0.1, theta = c(0.3, 0.5), M = 2, r = 1, kMax = 3,
    informationRates = 1:3/3, typeAlphaSpending = "sfOF", futilityBounds = c(0, 0.5)).
    """
    plan = multi_arm_bounds(2, [1 / 3, 2 / 3, 1], LanDeMetsOBrienFleming(), futility=[0, 0.5])
    assert plan.upper[0] == pytest.approx(3.87997311, abs=1e-7)
    assert plan.upper[1:] == pytest.approx([2.73455646, 2.24607202], abs=2e-3)
    drift = np.sqrt(48.0110981) * np.array([0.3, 0.5])
    power = multi_arm_power(plan, drift, stopping="all together")
    assert power.some == pytest.approx(0.9, abs=1e-4)
    assert power.expected_fraction == pytest.approx(57.1073808 / 72.0166177, abs=2e-4)
    under_null = multi_arm_power(plan, [0, 0], stopping="all together")
    assert under_null.some == pytest.approx(0.0244868074, abs=5e-5)


def test_bounds_of_arms_taken_as_independent():
    """lrstat 0.3.3 getDesign_mams, as above.

    IMax = 27.22, theta = -log(c(0.5, 0.75)), corr_known = FALSE, futility by beta spending.
    Its first bound is that of correlated arms (3.87997): it spends 1.0447e-4 of the 1.0351e-4.
    """
    futility = [0.0738087695, 1.2073346796]
    plan = multi_arm_bounds(
        2, [1 / 3, 2 / 3, 1], LanDeMetsOBrienFleming(), futility=futility, correlation=0
    )
    assert upper_tail(plan.upper[0]) * 2 == pytest.approx(1.035057e-4, rel=1e-4)
    assert plan.upper[1:] == pytest.approx([2.74699637, 2.27492942], abs=5e-5)
    drift = np.sqrt(27.22) * -np.log([0.5, 0.75])
    power = multi_arm_power(plan, drift, stopping="all together")
    assert power.some == pytest.approx(0.8999673342, abs=5e-5)
    given_up = 1 - np.cumsum(power.recommended.sum(axis=1))[:2] - power.control_treated[1:]
    assert given_up == pytest.approx([0.0148386200, 0.0437402877], abs=5e-5)
