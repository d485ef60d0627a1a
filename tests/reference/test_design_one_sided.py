"""One-sided group-sequential designs against gsDesign, lrstat, rpact and printed tables."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.sequential import rules, spending, spending_shapes
from equipoise.design.sequential.design import SequentialQuestion
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.one_sided import solve
from equipoise.design.sequential.reading import updated_design
from equipoise.kernel.arrays import vector
from equipoise.kernel.sequential import stopping_probability

FILE = Path(__file__).with_name("design_one_sided.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def function(spec):
    """Build a spending function from its name and numbers."""
    if not isinstance(spec, list):
        return spec
    name, *numbers = spec
    kind = getattr(spending, name, None) or getattr(spending_shapes, name)
    return kind(*(tuple(n) if name == "SpendingByLook" else function(n) for n in numbers))


def rule(spec):
    """Build a rule from its name and fields."""
    if spec is None:
        return None
    fields = {name: value for name, value in spec.items() if name != "rule"}
    for name, value in fields.items():
        if name == "spending":
            fields[name] = function(value)
        elif name == "looks":
            fields[name] = tuple(value)
        elif isinstance(value, list):
            fields[name] = tuple(-np.inf if v is None else v for v in value)
    return getattr(rules, spec["rule"])(**fields)


def design_of(spec):
    """Solve the design of a case."""
    stopping = rules.StoppingPlan(
        information=tuple(spec["information"]),
        alpha=spec["alpha"],
        efficacy=rule(spec["efficacy"]),
        futility=rule(spec["futility"]),
        spending_time=spec.get("spending_time"),
        harm=rule(spec.get("harm")),
        ends_early=spec["information"][-1] < 1.0,
    )
    vectors = {
        name: vector(spec[name])
        for name in ("drift_shape", "alternative_information")
        if name in spec
    }
    return group_sequential(stopping, power=spec.get("power"), drift=spec.get("drift"), **vectors)


def above(lower, harm):
    """Give the futility bounds of the looks that have one beside a bound for harm."""
    return np.where(lower > harm, lower, np.nan)


def values_of(design):
    """Give what the sources print, by our names."""
    inflated = (design.drift / design.fixed_drift) ** 2
    null, alternative = design.under_null.lower, design.under_alternative.lower
    harm = design.stops_for_harm(0.0), design.harm_under_alternative()
    return {
        "harm_z": design.harm,
        "futility_z": None if design.harm is None else above(design.lower, design.harm),
        "harm_null": harm[0],
        "harm_alternative": harm[1],
        "futility_only_null": null - harm[0],
        "futility_only_alternative": alternative - harm[1],
        "upper_z": design.upper,
        "lower_z": design.lower,
        "drift": design.drift,
        "inflation": design.inflation,
        "alpha_spent": design.alpha_spent,
        "beta_spent": design.beta_spent,
        "power_by_look": design.power_by_look,
        "efficacy_alternative": design.under_alternative.upper,
        "futility_alternative": design.under_alternative.lower,
        "efficacy_null": design.under_null.upper,
        "futility_null": design.under_null.lower,
        "expected_alternative": design.expected_information(design.drift) * inflated,
        "expected_null": design.expected_information(0.0) * inflated,
        "expected_by_multiple": [
            design.expected_information(design.drift * multiple) * inflated
            for multiple in (0.0, 0.5, 1.0)
        ],
    }


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_design(case):
    have = values_of(design_of(case["design"]))
    for name, expected in case["expected"].items():
        want = np.array([np.nan if v is None else v for v in np.ravel(expected)], dtype=float)
        got = np.ravel(have[name])[: want.size]
        known = ~np.isnan(want)
        np.testing.assert_allclose(
            got[known], want[known], rtol=0.0, atol=case["tolerance"], err_msg=name
        )
        assert not np.isfinite(got[~known]).any(), name


@pytest.mark.parametrize("looks", [12, 50])
def test_first_bounds_keep_their_digits(looks):
    """12 looks of O'Brien-Fleming-type spending: z = 7.67610 (two peers print 7.67586)."""
    design = group_sequential(rules.StoppingPlan(rules.equally_spaced(looks)), power=0.9)
    assert design.upper[0] == pytest.approx({12: 7.67610, 50: 15.80549}[looks], abs=5e-6)
    assert design.alpha_spent[-1] == pytest.approx(0.025, abs=1e-14)


def test_update_at_observed_information():
    """gsDesign 3.11 with maxn.IPlan (sv15): 120, 200, 250 events of 356.495755507632."""
    planned = rules.StoppingPlan(
        (0.5, 0.75, 1.0), futility=rules.SpendBeta(spending.HwangShihDeCani(-2.0))
    )
    design = group_sequential(planned, power=0.9)
    at = [events / 356.495755507632 for events in (120, 200, 250)]
    read = updated_design(design, at)
    upper, lower = read.upper[:3], read.lower[:3]
    np.testing.assert_allclose(
        upper, [3.69057568098208, 2.77871750270232, 2.47889217960121], atol=5e-8
    )
    np.testing.assert_allclose(
        lower, [-0.213622550857322, 0.560236610868574, 0.993145496033425], atol=5e-7
    )


def test_power_at_other_effects():
    """East 6.5 (design-0050) rounds its information up: 3 looks, effects 0.225 and 0.075 of 0.3."""
    design = group_sequential(rules.StoppingPlan(rules.equally_spaced(3)), power=0.9)
    powers = [design.rejection(design.drift * effect / 0.3) for effect in (0.225, 0.075)]
    np.testing.assert_allclose(powers, [0.68020089, 0.12486698], atol=1e-3)


EXIT = {
    "exitProbUpper": [0.0139034475134986, 0.338669375439187, 0.357477775228812],
    "exitProbLower": [0.0445654627585431, 0.082554548970282, 0.162829402118759],
}  # lr04
NULL = np.array([26.3949802945233, 65.5410464145422, 86.8184012820538])  # gsDesign2's info0
ALTERNATIVE = np.array([26.0412948462641, 64.1475113104716, 85.6341385693724])  # and info
EFFECT = np.array([0.131864907480148, 0.319507877138369, 0.366395812499257])


def test_delayed_effect():
    """gsDesign2 1.1.8 `gs_design_ahr` (nph04): its bounds, at its information and sample size.

    Its chance of stopping at the first look takes the bound times sqrt(info/info0), the bound
    itself does not; so its power is 0.9 at a sample size 0.03% smaller than ours.
    """
    plan = rules.StoppingPlan(
        tuple((NULL / NULL[-1]).tolist()),
        futility=rules.SpendBeta(spending.HwangShihDeCani(-2.0)),
    )
    theirs = {
        "drift_shape": vector(EFFECT / EFFECT[-1]),
        "alternative_information": vector(ALTERNATIVE / NULL[-1]),
    }
    drift = float(EFFECT[-1] * np.sqrt(NULL[-1]))
    upper = [3.90036614765371, 2.3311958362707, 2.01312160659873]
    asked = SequentialQuestion(plan, power=0.9, drift=drift, **theirs)
    drawn, _ = solve(asked)
    np.testing.assert_allclose(drawn.upper, upper, atol=2e-7)
    np.testing.assert_allclose(drawn.lower[:2], [-1.55024771635945, 0.890412543655446], atol=1e-7)
    ours = group_sequential(plan, power=0.9, **theirs)
    assert ours.drift == pytest.approx(drift, rel=2e-4)
    assert ours.power + ours.beta_spent[-1] == pytest.approx(1.0, abs=1e-12)


def test_alpha_of_an_update():
    """gsDesign2 `gs_bound_summary` (nph16), alpha 0.0125: four decimals, at its default error."""
    plan = rules.StoppingPlan(tuple((NULL / NULL[-1]).tolist()), alpha=0.0125)
    upper = group_sequential(plan, power=0.9).upper
    np.testing.assert_allclose(upper, [4.3812, 2.6485, 2.2813], atol=5.1e-5)


def test_effect_that_grows():
    """gsDesign2 `gs_power_npe` (nph14): theta 0.1, 0.2, 0.3 at information 40, 80, 120."""
    plan = rules.StoppingPlan(
        rules.equally_spaced(3),
        efficacy=rules.FixedEfficacy((3.7, 2.5, 2.0)),
        futility=rules.FixedFutility((-0.2, 0.9, 2.0)),
    )
    shape = vector([1 / 3, 2 / 3, 1.0])
    design = group_sequential(plan, drift=0.3 * 120**0.5, drift_shape=shape)
    crossed = [0.00107912673183758, 0.235879291247418, 0.705471525396805]
    futile = [0.202575934074127, 0.279623834624755, 0.294528480662724]
    np.testing.assert_allclose(design.power_by_look, crossed, atol=1e-8)
    np.testing.assert_allclose(design.beta_spent, futile, atol=1e-8)


def test_crossing_probabilities():
    """lrstat 0.3.3 `exitprob` (lr04): theta 0.15 at information 100, 200, 300."""
    stops = stopping_probability(
        vector([3.7, 2.5, 2.0]),
        vector([-0.2, 0.9, 2.0]),
        vector([100.0, 200.0, 300.0]),
        drift=0.15,
    )
    np.testing.assert_allclose(stops.upper, EXIT["exitProbUpper"], atol=1e-8)
    np.testing.assert_allclose(stops.lower, EXIT["exitProbLower"], atol=2e-8)


def test_multivariate_normal():
    """mvtnorm 1.1-3 `pmvnorm(algorithm = Miwa(steps = 4096))`, four looks, drift 2.7."""
    upper, lower = vector([3.1, 2.6, 2.3, 2.0]), vector([-0.5, 0.3, 1.0, 1.5])
    stops = stopping_probability(upper, lower, vector([0.2, 0.45, 0.7, 1.0]), drift=2.7)
    crossed = [0.0292106466330895, 0.190911350335814, 0.274699896441545, 0.240521565640803]
    futile = [0.0438667417337723, 0.045785237271423, 0.0550672449133593, 0.0396620155598563]
    np.testing.assert_allclose(stops.upper, crossed, atol=2e-11)
    np.testing.assert_allclose(stops.lower, futile, atol=2e-11)
