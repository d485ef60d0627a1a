"""What holds of a bound for harm beside one for futility."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.plan import Effect
from equipoise.design.planned.stopping import stopping_plan
from equipoise.design.sequential.describe import describe
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    FixedFutility,
    SpendAlpha,
    SpendBeta,
    SpendOnHarm,
    SpendUnderNull,
    StoppingPlan,
    WangTsiatis,
    equally_spaced,
)
from equipoise.design.sequential.spending import HwangShihDeCani
from equipoise.io.protocol.read import examine_text
from equipoise.kernel.arrays import vector
from equipoise.kernel.sequential import stopping_probability
from sample_design import sample_design

FOUR = equally_spaced(4)
GRADUAL, EARLY = HwangShihDeCani(-2.0), HwangShihDeCani(1.0)
some_looks = st.one_of(st.none(), st.sets(st.integers(1, 4), min_size=1).map(sorted).map(tuple))
rules = st.builds(
    SpendOnHarm, st.just(EARLY), st.floats(0.01, 0.5), some_looks, st.just("overruled")
)


class TestHarmIsWithinFutility:
    """It lies at or below futility, and changes no number but what a stop is for."""

    @given(harm=rules, binding=st.booleans())
    @settings(max_examples=15, deadline=None)
    def test_where_futility_is_at_every_look(self, harm, binding):
        without = StoppingPlan(FOUR, futility=SpendBeta(GRADUAL, binding=binding))
        with_harm = StoppingPlan(FOUR, futility=SpendBeta(GRADUAL, binding=binding), harm=harm)
        plain, design = (group_sequential(plan, power=0.9) for plan in (without, with_harm))
        np.testing.assert_allclose(design.upper, plain.upper, atol=1e-10)
        np.testing.assert_allclose(design.lower, plain.lower, atol=1e-10)
        assert np.all(design.harm <= design.lower)
        assert design.drift == pytest.approx(plain.drift, abs=1e-10)
        assert np.all(design.stops_for_harm(0.0) <= design.under_null.lower + 1e-15)

    @pytest.mark.parametrize("total", [0.05, 0.3])
    def test_it_is_the_bound_that_stands_alone(self, total):
        """Futility overruled, it is the lower bound of a design without futility."""
        alone = StoppingPlan(FOUR, futility=SpendUnderNull(EARLY, total))
        lowest = group_sequential(alone, power=0.9).lower
        far = StoppingPlan(FOUR, futility=SpendBeta(EARLY), harm=SpendOnHarm(EARLY, total))
        design = group_sequential(far, power=0.9)
        np.testing.assert_allclose(design.harm, np.minimum(lowest, design.lower), atol=1e-10)


class TestBudgets:
    """Where futility is obeyed in telling it, the chance of a stop for harm is the error spent."""

    @pytest.mark.parametrize("binding", [False, True])
    @pytest.mark.parametrize("efficacy", [SpendAlpha(GRADUAL), WangTsiatis(0.1)])
    def test_harm_alone_at_first(self, efficacy, binding):
        plan = StoppingPlan(
            FOUR,
            efficacy=efficacy,
            futility=SpendBeta(GRADUAL, binding=binding, looks=(3, 4)),
            harm=SpendOnHarm(GRADUAL, 0.1, (1, 2), "obeyed"),
        )
        design = group_sequential(plan, power=0.9)
        spent = np.cumsum(design.stops_for_harm(0.0))
        np.testing.assert_allclose(spent[:2], GRADUAL(np.array(FOUR[:2]), 0.1), atol=1e-12)
        assert spent[3] == pytest.approx(spent[1], abs=1e-15)
        assert design.alpha_spent[-1] == pytest.approx(0.025, abs=1e-11)
        assert design.power == pytest.approx(0.9, abs=1e-11)
        assert design.beta_spent[-1] == pytest.approx(0.1, abs=1e-11)
        assert np.all(design.lower[:2] == design.harm[:2])

    @pytest.mark.parametrize(
        "futility",
        [
            FixedFutility((-0.5, 0.0, 0.5)),
            FixedFutility((-0.5, 0.0, 0.5), binding=True),
            ConditionalPowerFutility(0.1, binding=True),
        ],
    )
    def test_beside_other_rules_of_futility(self, futility):
        harm = SpendOnHarm(GRADUAL, 0.1)
        design = group_sequential(StoppingPlan(FOUR, futility=futility, harm=harm), power=0.9)
        none = np.full(4, -np.inf)
        alone = stopping_probability(
            design.upper, design.lower if futility.binding else none, design.information
        )
        assert alone.upper.sum() == pytest.approx(0.025, abs=1e-11)
        below = stopping_probability(design.upper, design.harm, design.information).lower
        due = GRADUAL(np.array(FOUR), 0.1)
        assert np.all(np.cumsum(below) <= due + 1e-12)
        if np.all(design.harm < design.lower):
            np.testing.assert_allclose(np.cumsum(below), due, atol=1e-11)


def test_simulated_trials():
    """200,000 trials: how often each bound is the first crossed; within four standard errors."""
    plan = StoppingPlan(
        FOUR,
        futility=SpendBeta(GRADUAL, looks=(2, 4)),
        harm=SpendOnHarm(EARLY, 0.2, (1, 2, 3), "obeyed"),
    )
    design = group_sequential(plan, power=0.8)
    trials = 200_000
    steps = np.random.default_rng(20).normal(0.2 * design.drift / 4, 0.5, (trials, 4))
    z = np.cumsum(steps, axis=1) / np.sqrt(design.information)
    stops = (z >= design.upper) | (z <= design.lower)
    first = np.argmax(stops, axis=1)
    seen = z[np.arange(trials), first]
    for_harm = np.bincount(first[seen <= design.harm[first]], minlength=4) / trials
    expected = design.stops_for_harm(0.2 * design.drift)
    error = np.sqrt(expected * (1 - expected) / trials)
    assert np.all(np.abs(for_harm - expected) <= 4.0 * error + 1e-12)


def test_a_look_tells_futility_and_harm_apart():
    plan = StoppingPlan(FOUR, futility=SpendBeta(GRADUAL), harm=SpendOnHarm(EARLY, 0.1, (1, 2)))
    design = group_sequential(plan, power=0.9)
    information = 100 * design.information
    effect = Effect("mean difference", design.drift / 10, 0.0, "identity", "higher")
    looks = describe(design, effect, information=information, patients=information)
    assert [look.harm is not None for look in looks] == [True, True, False, False]
    assert looks[0].harm.effect == pytest.approx(design.harm[0] / 5)
    assert looks[0].harm.z < looks[0].futility.z
    for k, look in enumerate(looks):
        together = look.harm_null + look.futility_null
        assert together == pytest.approx(design.under_null.lower[k], abs=1e-15)
    assert sum(look.harm_alternative for look in looks) < sum(look.harm_null for look in looks)


def test_read_at_other_information():
    plan = StoppingPlan(FOUR, futility=SpendBeta(GRADUAL), harm=SpendOnHarm(EARLY, 0.1))
    design = group_sequential(plan, power=0.9)
    same = updated_design(design, FOUR[:2])
    np.testing.assert_allclose(same.harm, design.harm, atol=1e-10)
    early = updated_design(design, (0.2, 0.5))
    below = stopping_probability(early.upper, early.harm, vector(early.information)).lower
    assert below[0] == pytest.approx(float(EARLY(np.array([0.2]), 0.1)[0]), abs=1e-13)


PROTOCOL = """\
schema: 1
trial: {id: HARM, title: A trial that may harm, time_unit: month}
arms: [{id: control, role: control}, {id: new, role: experimental}]
endpoints: [{id: os, type: time-to-event, events: [death]}]
hypotheses: [{id: H1, endpoint: os, effect: {hazard_ratio: 0.7}}]
analysis: {alternative: ALTERNATIVE}
design:
  power: 0.9
  looks: {number: 4}
  futility: {spending: hwang-shih-decani, gamma: -2}
  harm: {spending: hwang-shih-decani, gamma: 1, total: TOTAL, looks: [1, 2]}
"""


def written(alternative="one-sided", total="0.1", without="nothing"):
    text = PROTOCOL.replace("ALTERNATIVE", alternative).replace("TOTAL", total)
    lines = [line for line in text.splitlines() if not line.startswith(f"  {without}")]
    return examine_text("\n".join(lines), "p")


def test_a_protocol_promises_it():
    promise = written().protocol.design
    plan = stopping_plan(promise, 0.025, planned=0.7, null=1.0)
    assert plan.harm == SpendOnHarm(EARLY, 0.1, (1, 2))
    alone = stopping_plan(promise, 0.025, planned=0.7, null=1.0, futility=False)
    assert alone.harm is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"alternative": "two-sided"}, "lower side already"),
        ({"total": "1.5"}, "above 0 and below 1"),
        ({"without": "futility"}, "stands below a rule of futility"),
    ],
)
def test_what_a_protocol_cannot_promise(changed, says):
    problems = written(**changed).problems
    assert [says in str(problem) for problem in problems] == [True]


def test_whole_numbers_keep_the_bound_for_harm():
    """A trial in whole patients and events stops for harm as the one with fractions does."""
    main = sample_design("harm").main
    planned, whole = main.plan.sequential, main.whole.sequential
    assert np.abs(whole.harm - planned.harm).max() < 0.01
    assert whole.harm_under_alternative().sum() > 0.0
