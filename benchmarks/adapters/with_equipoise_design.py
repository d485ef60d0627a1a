"""Equipoise's designs: each call starts from the plain numbers, as a user's script does."""

# Each job imports what it needs and nothing more, so that its start can be timed.
# ruff: noqa: ANN001, ANN003, ANN201, ANN202, PLC0415

from jobs import Task


def stopping(looks, *, futility=True, binding=False, **other):
    from equipoise.design.sequential.rules import (
        SpendAlpha,
        SpendBeta,
        StoppingPlan,
        equally_spaced,
    )
    from equipoise.design.sequential.spending import HwangShihDeCani, LanDeMetsOBrienFleming

    return StoppingPlan(
        information=equally_spaced(looks) if isinstance(looks, int) else looks,
        efficacy=SpendAlpha(LanDeMetsOBrienFleming()),
        futility=SpendBeta(HwangShihDeCani(-2.0), binding=binding) if futility else None,
        **other,
    )


def numbered(what, values):
    return {f"{what} at look {k + 1}": float(value) for k, value in enumerate(values)}


def bounds(sequential, *, futility=True):
    answers = numbered("efficacy z", sequential.upper)
    return answers | (numbered("futility z", sequential.lower[:-1]) if futility else {})


# --- boundaries -----------------------------------------------------------------------------


def looks_of(count, **rules):
    def prepare():
        from equipoise.design.sequential.group_sequential import group_sequential

        stopping(count, **rules)
        return lambda: group_sequential(stopping(count, **rules), power=0.9)

    has_futility = rules.get("futility", True)
    return Task(
        prepare,
        lambda design: bounds(design, futility=has_futility) | {"inflation": design.inflation},
    )


def crossing_10():
    import numpy as np

    from equipoise.kernel.arrays import vector
    from equipoise.kernel.sequential import stopping_probability

    information = np.arange(1, 11) / 10
    upper, lower = 2.04 / np.sqrt(information), 3.2 * information - 1.5

    def call():
        return stopping_probability(vector(upper), vector(lower), vector(information), drift=3.0)

    return call


def read_crossing(stops):
    return numbered("upper", stops.upper) | numbered("lower", stops.lower)


# --- survival -------------------------------------------------------------------------------


def survival_size():
    from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    from equipoise.design.survival.question import SurvivalQuestion
    from equipoise.design.survival.survival_design import survival_design

    def call():
        world = one_stratum(
            accrual(24, piecewise_rate([0, 3, 6], [5, 10, 20])),
            piecewise_rate([0, 6, 12], [0.06, 0.05, 0.03]),
            0.7,
            dropout=(0.003, 0.005),
        )
        rules = stopping((0.5, 0.75, 1.0))
        return survival_design(SurvivalQuestion(world, stopping=rules, follow_up=12.0))

    stopping(2)
    return call


def read_survival(design):
    plan = design.plan
    return {
        "events": plan.events,
        "patients": plan.patients,
        **bounds(design.sequential),
        **numbered("time", [look.time for look in plan.looks]),
    }


def delayed():
    from equipoise.design.survival.hazards import (
        accrual,
        hazard_from_median,
        one_stratum,
        piecewise_rate,
    )

    return one_stratum(
        accrual(12, piecewise_rate([0, 2, 4], [5, 10, 20])),
        hazard_from_median(12),
        piecewise_rate([0, 4], [1.0, 0.6]),
        dropout=0.001,
    )


def average_hazard_ratio():
    from equipoise.design.survival.average_hazard_ratio import average_hazard_ratio_design
    from equipoise.design.survival.timing import Timing

    return lambda: average_hazard_ratio_design(
        delayed(), Timing(calendar=(12, 24, 36)), stopping=stopping(1), power=0.9
    )


def weighted_log_rank():
    from equipoise.design.survival.timing import Timing
    from equipoise.design.survival.weighted_log_rank import weighted_log_rank_design
    from equipoise.design.survival.weights import FlemingHarrington

    fractions = (0.5, 0.75, 1.0)
    return lambda: weighted_log_rank_design(
        delayed(),
        Timing(36.0, information=fractions),
        weight=FlemingHarrington(0.0, 1.0),
        stopping=stopping(fractions, futility=False),
    )


def read_power(design):
    sequential = design.plan.sequential
    return numbered("efficacy z", sequential.upper) | numbered("power", sequential.power_by_look)


def combo(**asked):
    def prepare():
        from equipoise.design.sequential.rules import SpendAlpha, SpendBeta, StoppingPlan
        from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
        from equipoise.design.survival.max_combo import max_combo_design
        from equipoise.design.survival.timing import Timing
        from equipoise.design.survival.weights import FlemingHarrington

        early = LanDeMetsOBrienFleming()

        def call():
            rules = StoppingPlan(efficacy=SpendAlpha(early), futility=SpendBeta(early))
            return max_combo_design(
                delayed(),
                Timing(calendar=asked["calendar"]),
                weights=[FlemingHarrington(*power) for power in ((0, 0), (0, 0.5), (0.5, 0.5))],
                tested=asked["tested"],
                stopping=rules if len(asked["calendar"]) > 1 else None,
                power=0.9,
            )

        return call

    return prepare


def read_size(design):
    return {"patients": design.plan.patients, "events": design.plan.events}


def read_patients(design):
    return {"patients": design.plan.patients}


def read_bounds_and_patients(design):
    return bounds(design.plan.sequential) | {"patients": design.plan.patients}


def read_combo(design):
    return numbered("efficacy z", design.plan.sequential.upper) | read_size(design)


def restricted_mean():
    from equipoise.design.survival.restricted_mean import restricted_mean_design
    from equipoise.design.survival.timing import Timing

    return lambda: restricted_mean_design(delayed(), Timing(36.0), horizon=24.0, power=0.9)


def milestone():
    from equipoise.design.survival.milestone import milestone_design
    from equipoise.design.survival.timing import Timing

    return lambda: milestone_design(delayed(), Timing(36.0), milestone=24.0, power=0.9)


# --- rates, means, counts -------------------------------------------------------------------


def proportions(calibration="inflation"):
    from equipoise.design.binary.rates import TwoRates
    from equipoise.design.binary.two_arms import binary_design

    stopping(3)
    return lambda: binary_design(
        TwoRates(0.3, 0.5), power=0.9, stopping=stopping(3), calibration=calibration
    )


def read_proportions(design):
    """Our answers of both kinds; lrstat's is worked out off the clock."""
    other = read_bounds_and_patients(proportions("variance ratio")())
    return read_bounds_and_patients(design) | {
        f"{name}, null variance": value for name, value in other.items()
    }


def fisher():
    from equipoise.design.binary.exact import ExactBinaryQuestion
    from equipoise.design.binary.rates import TwoRates

    return ExactBinaryQuestion(TwoRates(0.2, 0.5), "fisher", alpha=0.05, sides=2)


def exact_power():
    from equipoise.design.binary.exact import exact_binary_power

    return lambda: exact_binary_power(fisher(), 100, 100)


def exact_size():
    from equipoise.design.binary.exact import exact_binary_patients

    return lambda: exact_binary_patients(fisher(), power=0.8, choice="lasting", balanced=False)


def read_exact(design):
    total = design.control_patients + design.experimental_patients
    return {"power": design.power, "patients": float(total)}


def simon():
    from equipoise.design.binary.two_stage import TwoStageQuestion
    from equipoise.design.binary.two_stage import simon as search

    return lambda: search(TwoStageQuestion(0.1, 0.3, alpha=0.05, power=0.8), most_patients=50)


def read_simon(found):
    answers = {}
    for name, best in (("optimal", found.optimal), ("minimax", found.minimax)):
        answers |= {
            f"{name} n1": float(best.first_patients),
            f"{name} n": float(best.patients),
            f"{name} expected": best.expected_null,
        }
    return answers


def t_test():
    from equipoise.design.continuous.comparison import mean_difference
    from equipoise.design.continuous.plan import means_design

    stopping(3)
    return lambda: means_design(mean_difference(0.5, 1.0), stopping(3), power=0.9)


def counts():
    from equipoise.design.counts.observation import Observation
    from equipoise.design.counts.plan import counts_design
    from equipoise.design.counts.rates import rate_ratio
    from equipoise.design.survival.hazards import accrual

    def call():
        comparison = rate_ratio(0.7, control_rate=1.0, dispersion=0.8)
        seen = Observation(accrual=accrual(1.0), follow_up=1.0)
        return counts_design(comparison, seen, stopping((0.5, 0.75, 1.0)), power=0.9)

    stopping(2)
    return call


# --- several questions ----------------------------------------------------------------------


def graph_of(transitions, shares):
    from equipoise.design.multiplicity.graph import draw_graph

    return draw_graph(shares, transitions)


def ring(size):
    """Half of each share goes to the next hypothesis, half to the one after."""
    row = [0.0, 0.5, 0.5] + [0.0] * (size - 3)
    return [row[-j:] + row[:-j] for j in range(size)]


def doses():
    edges = [[0.0] * 6 for _ in range(6)]
    for dose in range(3):
        edges[dose][dose + 3] = 0.5
        for other in range(3):
            if other != dose:
                edges[dose][other] = 0.25
                edges[dose + 3][other] = 0.5
    return graph_of(edges, [1 / 3] * 3 + [0.0] * 3)


def shortcut():
    from equipoise.design.multiplicity.shortcut import shortcut_test

    return lambda: shortcut_test(doses(), P_VALUES[:6])


def shortcut_many():
    import numpy as np

    from equipoise.design.multiplicity.shortcut import adjusted_p_values

    p = ((np.arange(1, 60_001) * 0.6180339887 % 1) ** 3).reshape(6, 10_000).T
    return lambda: adjusted_p_values(doses(), p)


def read_many(adjusted):
    first = {f"adjusted p {j + 1}": float(p) for j, p in enumerate(adjusted[0])}
    return first | {"mean adjusted p": float(adjusted.mean())}


P_VALUES = [0.011, 0.004, 0.03, 0.02, 0.006, 0.05, 0.015, 0.0025]


def closure(test):
    def prepare():
        from equipoise.design.multiplicity.closed_test import closed_test

        return lambda: closed_test(graph_of(ring(8), [1 / 8] * 8), P_VALUES, groups=test)

    return prepare


def parametric():
    from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test

    half = [[1.0 if j == k else 0.5 for k in range(5)] for j in range(5)]

    def call():
        graph = graph_of(ring(5), [0.2] * 5)
        group = HypothesisGroup(graph.hypotheses, "parametric", half)
        return closed_test(graph, P_VALUES[:5], groups=[group])

    return call


def read_adjusted(test):
    return {f"adjusted p {j + 1}": float(p) for j, p in enumerate(test.adjusted_p)}


TASKS = {
    "looks_3": looks_of(3),
    "looks_10": looks_of(10),
    "looks_50": looks_of(50, futility=False),
    "binding_5": looks_of(5, binding=True),
    "two_sided_5": looks_of(5, futility=False, sides=2, alpha=0.05),
    "crossing_10": Task(crossing_10, read_crossing),
    "survival_size": Task(survival_size, read_survival),
    "average_hazard_ratio": Task(average_hazard_ratio, read_bounds_and_patients),
    "weighted_log_rank": Task(weighted_log_rank, read_power),
    "max_combo": Task(combo(calendar=(36,), tested=None), read_combo),
    "max_combo_3": Task(combo(calendar=(12, 24, 36), tested=((0,), (0,), (0, 1, 2))), read_combo),
    "restricted_mean": Task(restricted_mean, read_patients),
    "milestone": Task(milestone, read_patients),
    "proportions_3": Task(proportions, read_proportions),
    "exact_power": Task(exact_power, read_exact),
    "exact_size": Task(exact_size, read_exact),
    "simon": Task(simon, read_simon),
    "t_test_3": Task(t_test, read_bounds_and_patients),
    "counts_3": Task(counts, read_bounds_and_patients),
    "shortcut_6": Task(shortcut, read_adjusted),
    "shortcut_many": Task(shortcut_many, read_many),
    "closure_8": Task(closure("bonferroni"), read_adjusted),
    "simes_8": Task(closure("simes"), read_adjusted),
    "parametric_5": Task(parametric, read_adjusted),
}
