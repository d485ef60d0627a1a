"""Many trials decided at once, against one trial at a time by the design room and plain loops."""

import numpy as np
import pytest

from equipoise.design.multiplicity.graph import draw_graph
from equipoise.design.multiplicity.group_sequential_graph import group_sequential_graph
from equipoise.design.multiplicity.repeated_p import hypothesis_schedule
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    FixedEfficacy,
    FixedFutility,
    HaybittlePeto,
    InterimEfficacy,
    NoInterimEfficacy,
    PredictivePowerFutility,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    SpendOnHarm,
    SpendUnderNull,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.spending import (
    CustomSpending,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
    XiGallo,
)
from equipoise.design.sequential.spending_families import LogisticSpending
from equipoise.design.sequential.spending_shapes import SpendingByLook, TruncatedSpending
from equipoise.monitor.bounds.bounds import bounds_at, last_bounds
from equipoise.monitor.bounds.levels import at_level
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    HARM,
    NOT_TESTED,
    Evidence,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
    UpdatedBounds,
)
from equipoise.monitor.look.decide import decide

PLANNED = np.array([50.0, 90.0, 131.0])
LOOKS = tuple((PLANNED / 131.0).tolist())
LATE, EARLY = LanDeMetsOBrienFleming(), LanDeMetsPocock()
BETA = SpendBeta(HwangShihDeCani(-2.0))


def brownian(rng, information, drift=0.0):
    """Give z of trials that walk through (trials, looks) information."""
    step = np.diff(information, axis=1, prepend=0.0)
    score = np.cumsum(rng.normal(size=step.shape) * np.sqrt(step) + drift * step, axis=1)
    return score / np.sqrt(information)


def observed(rng, trials, spread=15):
    """Give information that misses the plan by up to `spread` events."""
    return PLANNED + rng.integers(-spread, spread + 1, size=(trials, 3))


PLANS = {
    "Lan-DeMets": {},
    "Pocock and beta": {"efficacy": SpendAlpha(EARLY), "futility": BETA},
    "power": {"efficacy": SpendAlpha(PowerSpending(2.0)), "futility": FixedFutility((0.0, 0.5))},
    "Xi-Gallo": {"efficacy": SpendAlpha(XiGallo(2, 0.5))},
    "logistic": {"efficacy": SpendAlpha(LogisticSpending.through((0.3, 0.1), (0.7, 0.5)))},
    "one's own": {"efficacy": SpendAlpha(CustomSpending(lambda t, a: a * t**3))},
    "by look": {"efficacy": SpendAlpha(SpendingByLook((0.1, 0.4, 1.0)))},
    "in a range": {"efficacy": SpendAlpha(TruncatedSpending(LATE, 0.3, 0.9))},
    "by the calendar": {"spending_time": (0.5, 0.8, 1.0), "futility": BETA},
    "some looks": {
        "efficacy": SpendAlpha(LATE, (2, 3)),
        "futility": SpendBeta(EARLY, looks=(1, 3)),
    },
    "binding beta": {"futility": SpendBeta(HwangShihDeCani(-2.0), binding=True)},
    "binding effect": {"futility": EffectFutility((0.2, 0.3), binding=True)},
    "Wang-Tsiatis": {"efficacy": WangTsiatis(0.1), "futility": EffectFutility((0.2,))},
    "Haybittle-Peto": {"efficacy": HaybittlePeto(3.0), "futility": FixedFutility((0.0, 0.5, 1.0))},
    "interim": {"efficacy": InterimEfficacy((3.0, np.inf))},
    "given": {"efficacy": FixedEfficacy((3.0, 2.5, 2.0))},
    "last alone": {
        "efficacy": NoInterimEfficacy(),
        "futility": FixedFutility((0.0, 0.5), binding=True),
    },
    "conditional power": {"futility": ConditionalPowerFutility(0.2)},
    "of the trend": {"futility": ConditionalPowerFutility((0.1, 0.3), given="trend")},
    "at look 2": {
        "efficacy": InterimEfficacy((3.0, 2.8)),
        "futility": ConditionalPowerFutility(0.2, looks=(2,)),
    },
    "binding power": {"futility": ConditionalPowerFutility(0.2, binding=True)},
    "predictive power": {"futility": PredictivePowerFutility(0.1, prior_sd=1.0)},
    "under the null": {"futility": SpendUnderNull(HwangShihDeCani(-2.0), 0.5)},
    "meeting": {"futility": SpendUnderNull(HwangShihDeCani(-2.0), None)},
    "harm": {"futility": BETA, "harm": SpendOnHarm(HwangShihDeCani(-4.0), 0.05)},
    "two sides": {"alpha": 0.05, "sides": 2},
    "two budgets": {"alpha": 0.05, "sides": 2, "efficacy": SpendBothSides(LATE, EARLY, 0.02)},
    "below": {"alpha": 0.05, "sides": 2, "futility": ConditionalPowerFutility(0.2)},
    "wedge": {"alpha": 0.05, "sides": 2, "futility": FixedFutility((0.3, 0.5), symmetric=True)},
    "two-sided Pocock": {"alpha": 0.05, "sides": 2, "efficacy": WangTsiatis(0.5)},
}
SHAPES = {
    "proportional": {},
    "not proportional": {
        "drift_shape": np.array([0.5, 0.8, 1.0]),
        "alternative_information": np.array([0.37, 0.68, 0.98]),
    },
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("plan", PLANS)
def test_bounds_at_observed_information_are_those_of_the_design_drawn_anew(plan, shape):
    """Over- and under-running at every look; 1e-9 in z."""
    design = group_sequential(StoppingPlan(LOOKS, **PLANS[plan]), power=0.85, **SHAPES[shape])
    information = observed(np.random.default_rng(7), 24) / 131.0
    for look, final in ((0, False), (1, False), (1, True), (2, True)):
        seen = information[:, : look + 1]
        found = bounds_at(design, seen, range(look + 1), final=final)
        for row in range(0, 24, 4):
            path = seen[row].tolist()
            expected = last_bounds(updated_design(design, path, final=final), look)
            assert found[row] == pytest.approx(expected, abs=1e-9)


def test_calendar_times_observed_are_those_error_is_spent_by():
    plan = StoppingPlan(LOOKS, spending_time=(0.5, 0.8, 1.0), futility=BETA)
    design = group_sequential(plan, power=0.85)
    rng = np.random.default_rng(8)
    information = observed(rng, 30)[:, :2] / 131.0
    time = np.array([0.5, 0.8]) + rng.uniform(-0.1, 0.1, size=(30, 2))
    found = bounds_at(design, information, (0, 1), final=False, time=time)
    for row in range(30):
        had, spent_by = information[row].tolist(), time[row].tolist()
        expected = updated_design(design, had, spending_time=spent_by)
        assert found[row] == pytest.approx(last_bounds(expected, 1), abs=1e-9)


def test_a_look_left_out_keeps_the_others_in_their_places():
    design = group_sequential(StoppingPlan(LOOKS, futility=FixedFutility((0.1, 0.7))), power=0.85)
    found = bounds_at(design, np.full((25, 1), 0.7), (1,), final=False)
    assert found[:, 1].tolist() == [0.7] * 25
    assert found[0, 0] == pytest.approx(updated_design(design, (0.7,), which=(1,)).upper[0])


@pytest.mark.parametrize("at_planned", [True, False])
@pytest.mark.parametrize(
    ("weights", "edges"),
    [
        ([1.0, 0.0, 0.0], [[0, 1, 0], [0, 0, 1], [0, 0, 0]]),
        ([1 / 3] * 3, [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
        ([0.8, 0.2, 0.0], [[0, 0.7, 0.3], [1, 0, 0], [0, 0.5, 0]]),
    ],
)
def test_graphs_are_decided_as_the_test_of_one_trial_decides_them(weights, edges, at_planned):
    """`group_sequential_graph`: the look of each rejection, its level, its bound."""
    names = ("PFS", "OS", "QoL")
    graph = draw_graph(weights, edges, names)
    spending = (LATE, EARLY, HwangShihDeCani(-4.0))
    trials, rng = 40, np.random.default_rng(11)
    information = np.tile(PLANNED[:, None], (trials, 1, 3))
    if not at_planned:
        information = information + rng.integers(-9, 10, size=information.shape)
        information[:, 2] = 131.0  # a last look out of place spends what is left: another rule
    z = np.stack([brownian(rng, information[:, :, j], 0.2) for j in range(3)], axis=2)
    z[:, 1, 2] = np.nan
    designs = [
        group_sequential(StoppingPlan(LOOKS, efficacy=SpendAlpha(each)), power=0.9)
        for each in spending
    ]
    rules = StoppingRules(
        tuple(
            HypothesisRules(name, UpdatedBounds(design, 131.0))
            for name, design in zip(names, designs, strict=True)
        ),
        graph=graph,
        stop="never before the last look",
    )
    found = decide(rules, Evidence(z, information, np.ones((trials, 3), dtype=bool)))
    fraction = np.where(np.isnan(z), np.nan, information / 131.0)
    for trial in range(trials):
        plans = [
            hypothesis_schedule(each, fraction[trial, :, j]) for j, each in enumerate(spending)
        ]
        expected = group_sequential_graph(graph, plans, z[trial])
        claims = found.decision[trial] == EFFICACY
        at = [int(np.argmax(column)) + 1 if column.any() else None for column in claims.T]
        assert tuple(at) == expected.rejected_at
        for told in expected.decisions:
            if told.rejected:
                j = names.index(told.hypothesis)
                assert found.bound[trial, told.look - 1, j] == pytest.approx(told.bound, abs=1e-9)
                assert found.alpha_left[trial, j] == pytest.approx(told.level)


def by_hand(rules, upper, lower, z, held):
    """Decide one trial of hypotheses without a graph by loops: decisions and the stop."""
    looks, size = z.shape
    decision = np.full((looks, size), NOT_TESTED)
    still = [True] * size
    for look in range(looks):
        final = look + 1 == looks or not held[look]
        for j, each in enumerate(rules.hypotheses):
            last = final or (each.looks is not None and look + 1 == max(each.looks))
            tested = still[j] and (each.looks is None or look + 1 in each.looks)
            if tested and not np.isnan(z[look, j]):
                at = max(each.looks or (looks,)) - 1 if last else look
                if z[look, j] >= upper[j][at]:
                    decision[look, j] = EFFICACY
                elif last or (each.futility_obeyed and z[look, j] <= lower[j][at]):
                    decision[look, j] = FUTILITY
                else:
                    decision[look, j] = CONTINUE
            if last or decision[look, j] in {EFFICACY, FUTILITY}:
                still[j] = False
        claimed = (decision == EFFICACY).any()
        primary = [j for j, e in enumerate(rules.hypotheses) if e.hypothesis in rules.primary]
        over = {
            "first rejection": claimed or not any(still),
            "all decided": not any(still),
            "primary decided": not any(still[j] for j in primary),
            "never before the last look": False,
        }[rules.stop]
        if over or final:
            return decision, look
    raise AssertionError


@pytest.mark.parametrize(
    "stop", ["first rejection", "all decided", "primary decided", "never before the last look"]
)
def test_trials_stop_as_a_plain_loop_stops_them(stop):
    upper, lower = ((3.0, 2.4, 2.0), (2.4, 2.4, 2.4)), ((0.0, 0.5, 2.0), (-0.5, -0.5, -0.5))
    rules = StoppingRules(
        (
            HypothesisRules("A", FixedBounds(upper[0], lower[0])),
            HypothesisRules("B", FixedBounds(upper[1], lower[1]), (1, 2), futility_obeyed=False),
        ),
        stop=stop,
        primary=("A",),
    )
    rng = np.random.default_rng(5)
    trials = 2000
    z = np.stack([brownian(rng, np.tile(PLANNED, (trials, 1)), 0.12) for _ in range(2)], axis=2)
    z[rng.random(z.shape) < 0.1] = np.nan
    held = np.ones((trials, 3), dtype=bool)
    held[:50, 1:] = False
    held[50:80] = False
    z[np.isnan(z).all(axis=2), 0] = 0.3  # a look that is held has a statistic
    found = decide(rules, Evidence(z, np.ones_like(z), held))
    for trial in range(trials):
        decision, stopped = by_hand(rules, upper, lower, z[trial], held[trial])
        assert found.decision[trial].tolist() == decision.tolist()
        assert found.stopped[trial] == stopped


def test_lower_bounds_of_two_sided_tests_and_of_harm_tell_harm():
    two = group_sequential(
        StoppingPlan(
            LOOKS, alpha=0.05, sides=2, futility=FixedFutility((0.3, 0.5), symmetric=True)
        ),
        power=0.85,
    )
    harm = group_sequential(
        StoppingPlan(LOOKS, futility=BETA, harm=SpendOnHarm(HwangShihDeCani(-4.0), 0.05)),
        power=0.85,
    )
    z = np.linspace(-4.0, 4.0, 81)[:, None, None] * np.ones((1, 3, 1))
    information = np.broadcast_to(PLANNED[None, :, None], z.shape)
    for design in (two, harm):
        rules = StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 131.0)),))
        found = decide(rules, Evidence(z, information, np.ones((81, 3), dtype=bool)))
        for trial, value in enumerate(z[:, 0, 0].tolist()):
            decided = CONTINUE
            if value >= design.upper[0]:
                decided = EFFICACY
            elif value <= (design.lower[0] if design is two else design.harm[0]):
                decided = HARM
            elif (design is two and abs(value) <= 0.3) or (
                design is harm and value <= design.lower[0]
            ):
                decided = FUTILITY
            assert found.decision[trial, 0, 0] == decided


def test_a_design_at_another_level_is_the_design_of_that_level():
    design = group_sequential(StoppingPlan(LOOKS, futility=FixedFutility((0.0, 0.5))), power=0.9)
    found = at_level(design, 0.0125)
    expected = group_sequential(StoppingPlan(LOOKS, alpha=0.0125), power=0.9)
    assert found.upper == pytest.approx(expected.upper, abs=1e-10)
    assert found.drift == design.drift
