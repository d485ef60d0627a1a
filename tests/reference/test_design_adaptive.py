"""Adaptive designs against rpact (Fisher's combination), lrstat (adaptDesign), gsDesign (gsPOS).

rpact's total for the product test is a closed form that takes c_k <= c_{k-1} a_k for granted.
"No interaction" with falling a_k breaks that, and rpact's first bound then spends more than alpha
(0.025011 for 0.025): those bounds are checked to be as drawn, and the total against ours.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.adaptive.adapt import adapt
from equipoise.design.adaptive.assurance import InterimResult, assurance
from equipoise.design.adaptive.fisher import fisher_combination, fisher_conditional_error
from equipoise.design.adaptive.inverse_normal import combined_z, conditional_error
from equipoise.design.adaptive.priors import NormalPrior
from equipoise.design.adaptive.promising_zone import promising_at_interim, promising_zone
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani
from equipoise.kernel.arrays import vector
from equipoise.kernel.uniform_products import stopping_for_efficacy

HERE = Path(__file__).parent
CASES = {
    c["id"]: c for c in json.loads((HERE / "design_adaptive.json").read_text("utf-8"))["cases"]
}
FISHER = [c for c in CASES.values() if c.get("area") == "fisher_combination_boundary"]
BOUNDS = {
    "full alpha": "full alpha",
    "equal local levels": "equal levels",
    "no interaction": "no interaction",
    "user-defined cumulative alpha": "spent alpha",
}
THIRDS = (1 / 3, 2 / 3, 1.0)


@pytest.mark.parametrize("case", FISHER, ids=[case["id"] for case in FISHER])
def test_fisher_bounds_as_rpact_draws_them(case):
    inputs, expected = case["inputs"], case["expected"]
    test = fisher_combination(
        tuple(inputs["information_fractions"]),
        alpha=inputs["alpha"],
        bounds=BOUNDS[inputs["fisher_weighting_method"]],
        futility=tuple(np.atleast_1d(inputs["futility_bounds_p"]).tolist()),
        binding=inputs.get("futility_binding", True),
        spent=tuple(inputs.get("cumulative_alpha_spent_by_user", ())),
    )
    critical = np.array(expected["critical_values_product_of_p"])
    if test.asked.bounds == "no interaction":
        last = 5e-4 if case["id"] == "gs-rpact-0071" else 1e-7  # weights 1.22 and 2.24 in theirs
        assert test.critical[-1] == pytest.approx(critical[-1], rel=last)
        steps = test.critical[1:-1] / test.critical[2:]
        assert steps == pytest.approx(critical[1:-1] / critical[2:], rel=2e-7)
        assert test.alpha_spent[-1] == pytest.approx(inputs["alpha"], abs=1e-12)
        theirs = stopping_for_efficacy(vector(critical), test.futility, test.weight).sum()
        assert theirs > inputs["alpha"] + 1e-5
        return
    assert test.critical == pytest.approx(
        critical, rel=1e-6, abs=3e-10
    )  # 0065: they spend 0.0249999
    level = expected["nominal_one_sided_levels"]
    assert test.level == pytest.approx(np.array(level), rel=1e-6)
    spent = np.array(expected["cumulative_alpha_spent"])
    assert test.alpha_spent == pytest.approx(spent, abs=1e-6)


@pytest.mark.parametrize("identity", ["fisher-equal-levels", "fisher-full-alpha"])
def test_fisher_bounds_at_unequal_information(identity):
    expected = CASES[identity]["expected"]
    kind = identity.removeprefix("fisher-").replace("-", " ")
    test = fisher_combination((0.2, 0.6, 1.0), bounds=kind, futility=(0.3, 0.2))
    assert test.critical == pytest.approx(np.array(expected["critical"]), rel=1e-6)
    assert test.level == pytest.approx(np.array(expected["level"]), rel=1e-6)
    assert test.alpha_spent == pytest.approx(np.array(expected["spent"]), rel=1e-6)


def test_conditional_error_as_rpact_has_it():
    expected = CASES["crp-inverse-normal"]["expected"]
    design = group_sequential(StoppingPlan((0.3, 0.7, 1.0)), power=0.9)
    z = combined_z(design, tuple(expected["p"]))
    assert z == pytest.approx(np.array(expected["z"]), rel=1e-11)
    error = [conditional_error(design, look + 1, float(each)) for look, each in enumerate(z)]
    assert error == pytest.approx(expected["conditional_error"], abs=5e-9)

    expected = CASES["crp-fisher"]["expected"]
    test = fisher_combination((0.3, 0.7, 1.0), futility=(0.5, 0.4))
    p = tuple(expected["p"])
    assert test.product(p) == pytest.approx(expected["product"][1], rel=1e-11)
    error = [fisher_conditional_error(test, p[:1]), fisher_conditional_error(test, p)]
    assert error == pytest.approx(expected["conditional_error"], abs=1e-10)


def test_a_changed_trial_as_lrstat_changes_it():
    told = CASES["lr10"]["outputs"]
    primary, secondary, whole = (
        told[part] for part in ("primaryTrial", "secondaryTrial", "integratedTrial")
    )
    design = group_sequential(StoppingPlan(THIRDS), power=0.9)
    changed = adapt(
        design, 120, look=1, z=1.1, effect=0.3, rest=StoppingPlan((0.5, 1.0)), power=0.9
    )
    assert changed.conditional_error == pytest.approx(primary["conditionalAlpha"][0], abs=1e-8)
    assert changed.conditional_power == pytest.approx(primary["conditionalPower"][0], abs=1e-7)
    assert changed.rest.upper == pytest.approx(np.array(secondary["efficacyBounds"]), abs=1e-6)
    found = changed.rest_information
    assert found == pytest.approx(np.array(secondary["information"]), rel=2e-6)  # to their root
    assert changed.information == pytest.approx(np.array(whole["information"]), rel=2e-6)
    assert changed.efficacy == pytest.approx(np.array(whole["efficacyBounds"]), abs=1e-6)


def test_probability_of_success_as_gsdesign_has_it():
    told = CASES["cp03"]["outputs"]
    futility = SpendBeta(HwangShihDeCani(-2))
    design = group_sequential(StoppingPlan(THIRDS, futility=futility), power=0.9)
    prior = NormalPrior(design.drift, design.drift / 2)
    grid = 2e-8  # theirs is a sum over a grid
    before = assurance(design, prior).probability
    assert before == pytest.approx(told["prob_of_success"], abs=grid)
    after = assurance(design, prior, after=InterimResult(1, 1.2)).probability
    assert after == pytest.approx(told["predictive_power"], abs=grid)


STAGES = (1.0, 1.2, 1.5, 1.8, 2.1)
PLANNED = 103.771045855299647  # gsDesign's N
SSR = {  # gsDesign 3.11 ssrCP(z1, x, z2, maxinc = 2, cpadj = c(.3, .9)): N; the critical z2
    "weighted": ((1.0, 2.0, 203.670952134, 134.082273183, 1.0), 1.28401449359),
    "conventional": ((1.0, 2.0, 2.0, 143.392951030, 1.0), None),
    "fisher": ((1.0, 1.0, 2.0, 155.531662915, 1.0), 1.59280202772),
}


@pytest.mark.parametrize("test", SSR)
def test_promising_zones_as_gsdesign_has_them(test):
    """x = gsDesign(k = 2, sfu = sfLDOF, sfl = sfHSD, sflpar = -2, n.fix = 100).

    The tests are its z2NC, z2Z and z2Fisher.  Its z2 for z2Z is as if the second stage were of
    all N patients; so only its N is compared.
    """
    stopping = StoppingPlan((0.5, 1.0), futility=SpendBeta(HwangShihDeCani(-2.0)))
    planned = group_sequential(stopping, power=0.9)
    grown = promising_zone(planned, most_information=2.0, lowest=0.3, test=test, sized_by=test)
    sizes, critical = SSR[test]
    for z, size in zip(STAGES, sizes, strict=True):
        told = promising_at_interim(grown, z)
        expected = size if size < 3.0 else size / PLANNED
        assert told.information == pytest.approx(expected, rel=1e-5)
    if critical is not None:
        assert promising_at_interim(grown, 1.5).critical_new == pytest.approx(critical, abs=1e-6)


def test_fisher_s_zone_under_the_planned_effect_as_gsdesign_has_it():
    """As above, z2Fisher with theta = delta: here all but the last of these z are promising."""
    stopping = StoppingPlan((0.5, 1.0), futility=SpendBeta(HwangShihDeCani(-2.0)))
    planned = group_sequential(stopping, power=0.9)
    grown = promising_zone(
        planned, most_information=2.0, lowest=0.3, test="fisher", assume="design"
    )
    told = [promising_at_interim(grown, z) for z in STAGES]
    sizes = [153.614485503, 145.112815907, 130.514778939, 113.481979021, PLANNED]
    powers = [0.635722943339, 0.686745117190, 0.770990771531, 0.858233241735, 0.935908684656]
    assert [each.information * PLANNED for each in told] == pytest.approx(sizes, rel=1e-6)
    assert [each.conditional_power for each in told] == pytest.approx(powers, abs=1e-6)
